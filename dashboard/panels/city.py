"""One city against the others: each indicator of its latest year beside the median of the other cities' same year."""

from __future__ import annotations

from statistics import median
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.style import CITY_COLOURS
from dashboard.panels import indicators
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.standing import RESOURCE, amount_words, indicator_of, plain, series, value_words
from dashboard.query.answer import records

FEWEST_OTHERS = 2
"""A median of one other city would be that city."""
NEAR_PCT = 10
"""Up to so many per cent from the others' median a value is told as near it."""


def city_of(ctx: Context) -> str:
    """The one city that the panel is of."""
    (code,) = ctx.state.cities
    return code


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With names and words, the others' median of the same year, of how many cities, and the value as a part of it."""
    frame, years = indicators.derive(ctx, frame), series(ctx)
    others = [_others(years, row) for row in records(frame)]
    medians = [median(found) if len(found) >= FEWEST_OTHERS else None for found in others]
    frame["others_median"] = pd.array([None if m is None else round(m, 2) for m in medians], dtype="Float64")
    units = [indicator_of(ctx, row).unit for row in records(frame)]
    frame["others_said"] = [
        None if middle is None else value_words(ctx, unit, middle) for unit, middle in zip(units, medians, strict=True)
    ]
    frame["others_count"] = pd.array([len(found) for found in others], dtype="Int64")
    frame["of_others_pct"] = pd.array(
        [
            round(100 * value / middle, 1) if middle else None
            for value, middle in zip(frame["value"], medians, strict=True)
        ],
        dtype="Float64",
    )
    return frame


def _others(years: dict[tuple[str, str], list[dict[str, Any]]], row: dict[str, Any]) -> list[float]:
    """What the other cities have in the same whole year."""
    return [
        other["value"]
        for (indicator, city), line in years.items()
        if indicator == row["indicator_code"] and city != row["city_code"]
        for other in line
        if other["period_code"] == row["period_code"] and other["value"] is not None and not other["is_partial"]
    ]


def view(ctx: Context) -> View:
    """Bars: the city's values in per cent of the others' median."""
    t = ctx.t
    city = ctx.city(city_of(ctx))
    frame = derive(ctx, ctx.engine.run(indicators.query(ctx)))
    columns = (
        Column("indicator", t("Indicator"), "name"),
        Column("period_code", t("Period"), "period"),
        Column("value_said", city, is_number=True, key="value"),
        Column("others_said", t("Median of the others"), is_number=True, key="others_median"),
        Column("others_count", t("Other cities"), "count", is_number=True),
    )
    rows = [row for row in map(plain, records(frame)) if row["of_others_pct"] is not None]
    subtitle = t("Latest whole year, in per cent of the median of the other cities (their median = 100)")
    scope = t("The cities' data differ in scope: a difference may be one of what is published.")
    if not rows:
        nothing = t("{city} has nothing that other cities have too", city=city)
        return View(nothing, subtitle, t("Nothing to show."), columns, frame, None, (scope,))
    title, summary = _title(ctx, city, rows), _summary(ctx, rows)
    figure = horizontal_bars(
        [row["indicator"] for row in rows],
        [Bars(city, [row["of_others_pct"] for row in rows], CITY_COLOURS[city_of(ctx)])],
        lambda value: ctx.f.number(round(value)),
        t("others' median = 100"),
        f"{title}. {summary}",
    )
    return View(title, subtitle, summary, columns, frame, figure, (scope,))


def _title(ctx: Context, city: str, rows: list[dict[str, Any]]) -> str:
    """The finding: what stands furthest from the others."""
    t = ctx.t
    furthest = max(rows, key=lambda row: abs(row["of_others_pct"] - 100))
    name, pct = furthest["indicator"], furthest["of_others_pct"]
    if abs(pct - 100) <= NEAR_PCT:
        return t("{city} is near the other cities on every indicator", city=city)
    return t(
        "{city} differs most: {indicator}, {share} of the others' median",
        city=city,
        indicator=_lower(name),
        share=ctx.f.percent(pct / 100, 0),
    )


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _summary(ctx: Context, rows: list[dict[str, Any]]) -> str:
    """Each indicator that is not near the others, with both values."""
    t = ctx.t
    said = [
        t(
            "{indicator} {value} (others {median})",
            indicator=row["indicator"],
            value=amount_words(ctx, indicator_of(ctx, row).unit, row["value"]),
            median=amount_words(ctx, indicator_of(ctx, row).unit, row["others_median"]),
        )
        for row in rows
        if abs(row["of_others_pct"] - 100) > NEAR_PCT
    ]
    return "; ".join(said) + "." if said else t("No value is more than {n} % from it.", n=NEAR_PCT)


AGAINST = Panel(
    "city-against-others", RESOURCE, ("city",), indicators.query, view, derive, of_city=True, page="cities/{city}"
)
