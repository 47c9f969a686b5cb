"""One indicator, several cities: over the years, and for the last year that all of them have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.lines import city_lines
from dashboard.figures.style import CITY_COLOURS
from dashboard.indicator import Indicator
from dashboard.panels.change import base_notes, base_year, year_break
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.standing import (
    RESOURCE,
    amount_words,
    axis_title,
    axis_words,
    change_unit,
    plain,
    said,
    value_columns,
    value_words,
)
from dashboard.query.answer import records
from dashboard.query.model import Filter, Query

FILTERS = ("city", "indicator")
COLUMNS = ("indicator_code", "city_code", "period_code", "year", "value", "change", "basis_count", "is_partial")


def chosen(ctx: Context) -> Indicator:
    """The indicator asked for, else the first."""
    return ctx.package.indicator(ctx.state.indicator or ctx.package.indicators[0].code)


def query(ctx: Context) -> Query:
    """The indicator's years of the cities."""
    filters = [
        Filter("indicator_code", "eq", chosen(ctx).code),
        Filter("period_kind_code", "eq", "year"),
        Filter("value", "not_null"),
    ]
    if ctx.state.cities:
        filters.append(Filter("city_code", "in", ctx.state.cities))
    return Query(RESOURCE, columns=COLUMNS, filters=tuple(filters), order_by=(("city_code", "asc"), ("year", "asc")))


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the names of indicator and city, the units, and values and changes in words."""
    frame = frame.copy()
    indicator = chosen(ctx)
    frame["indicator"] = ctx.text(indicator.title)
    frame["city"] = [ctx.city(code) for code in frame["city_code"]]
    frame["unit"] = axis_title(ctx, indicator.unit)
    frame["change_unit"] = change_unit(ctx, indicator.unit)
    words = [said(ctx, indicator.unit, plain(row)) for row in records(frame)]
    return pd.concat([frame.reset_index(drop=True), pd.DataFrame(words, columns=["value_said", "change_said"])], axis=1)


def common_year(rows: list[dict[str, Any]]) -> int | None:
    """The newest year of which every city shown has a value of the whole year; None where there is none."""
    whole = [row for row in rows if not row["is_partial"]]
    cities = {row["city_code"] for row in rows}
    years = {row["year"] for row in whole}
    return max((y for y in years if {r["city_code"] for r in whole if r["year"] == y} == cities), default=None)


def _columns(ctx: Context) -> tuple[Column, ...]:
    return (*value_columns(ctx), Column("basis_count", ctx.t("Rests on rows"), "count", is_number=True))


def years_view(ctx: Context) -> View:
    """Lines by city; a partial year is a gap."""
    t = ctx.t
    indicator, frame = chosen(ctx), derive(ctx, ctx.engine.run(query(ctx)))
    rows = [plain(row) for row in records(frame)]
    subtitle = t("By city and year")
    partial = ", ".join(f"{row['city']} {row['year']}" for row in rows if row["is_partial"])
    left_out = t("Left out of the chart, since the data cover a part of the year: {names}.", names=partial)
    notes = (left_out,) if partial else ()
    known = {(row["city_code"], row["year"]): row["value"] for row in rows if not row["is_partial"]}
    if not known:
        nothing = t("None of the chosen cities has this indicator for a whole year")
        return View(nothing, subtitle, t("Nothing to show."), _columns(ctx), frame, None, notes)
    years = list(range(min(year for _, year in known), max(year for _, year in known) + 1))
    lines = {
        code: [known.get((code, year)) for year in years]
        for code in ctx.codes.cities
        if any(city == code for city, _ in known)
    }
    shown = {code: [year for city, year in known if city == code] for code in lines}
    if indicator.break_years:
        notes = (*base_notes(ctx, shown), *notes)
    title = _moved(ctx, indicator, lines, years)
    summary = _told(ctx, indicator, lines, years)
    figure = city_lines(
        years,
        lines,
        {code: ctx.city(code) for code in lines},
        lambda value: axis_words(ctx, indicator.unit, value),
        axis_title(ctx, indicator.unit),
        f"{title}. {summary}",
        year_break(ctx, lines) if indicator.break_years else None,
    )
    return View(title, subtitle, summary, _columns(ctx), frame, figure, notes)


def _moved(ctx: Context, indicator: Indicator, lines: dict[str, list[float | None]], years: list[int]) -> str:
    """The finding: in how many cities the value rose from the first comparable to the last year that each has."""
    t = ctx.t
    name = ctx.text(indicator.title)
    ends = {
        code: {year: value for year, value in zip(years, line, strict=True) if value is not None}
        for code, line in lines.items()
    }
    if len(ends) == 1:
        code, line = next(iter(ends.items()))
        return t(
            "{indicator}: {city} at {value}",
            indicator=name,
            city=ctx.city(code),
            value=amount_words(ctx, indicator.unit, line[max(line)]),
        )
    first = {code: base_year(code, line) if indicator.break_years else min(line) for code, line in ends.items()}
    moved = [line[max(line)] - line[first[code]] for code, line in ends.items() if first[code] < max(line)]
    if not moved:
        return t("{indicator}: no city has two years that can be compared", indicator=name)
    return t(
        "{indicator}: higher in {n} of {all} cities than in their first comparable year",
        indicator=name,
        n=sum(change > 0 for change in moved),
        all=len(moved),
    )


def _told(ctx: Context, indicator: Indicator, lines: dict[str, list[float | None]], years: list[int]) -> str:
    """The newest value of each city."""
    last = {
        code: next(((y, v) for y, v in zip(reversed(years), reversed(line), strict=True) if v is not None), None)
        for code, line in lines.items()
    }
    newest = [
        f"{ctx.city(code)} {value_words(ctx, indicator.unit, found[1])} ({found[0]})"
        for code, found in last.items()
        if found
    ]
    return ctx.t("Newest values: {values}.", values=", ".join(newest)) if newest else ctx.t("Nothing to show.")


def latest_query(ctx: Context) -> Query:
    """The last common year, the highest value first."""
    asked = query(ctx)
    year = common_year(ctx.engine.rows(asked))
    filters = (*asked.filters, Filter("year", "eq", year or 0))
    return replace(asked, filters=filters, order_by=(("value", "desc"),))


def latest_view(ctx: Context) -> View:
    """Bars, the highest on top."""
    t = ctx.t
    indicator, frame = chosen(ctx), derive(ctx, ctx.engine.run(latest_query(ctx)))
    rows = [plain(row) for row in records(frame)]
    subtitle = t("In the last year that all chosen cities have")
    if not rows:
        nothing = t("The chosen cities have no year in common")
        return View(nothing, subtitle, t("Nothing to show."), _columns(ctx), frame, None)
    first, last, unit = rows[0], rows[-1], indicator.unit
    if len(rows) == 1:
        finding = t(
            "{city}: {value} in {year}",
            city=first["city"],
            value=amount_words(ctx, unit, first["value"]),
            year=first["year"],
        )
    else:
        finding = t(
            "in {year} from {low} in {lowest} to {high} in {highest}",
            year=first["year"], low=axis_words(ctx, unit, last["value"]), lowest=last["city"],
            high=axis_words(ctx, unit, first["value"]), highest=first["city"],
        )  # fmt: skip
    title = f"{ctx.text(indicator.title)}: {finding}"
    summary = "; ".join(f"{row['city']} {value_words(ctx, unit, row['value'])}" for row in rows) + "."
    figure = horizontal_bars(
        [row["city"] for row in rows],
        [
            Bars(
                ctx.text(indicator.title),
                [row["value"] for row in rows],
                [CITY_COLOURS[row["city_code"]] for row in rows],
            )
        ],
        lambda value: axis_words(ctx, unit, value),
        axis_title(ctx, unit),
        f"{title}. {summary}",
    )
    return View(title, subtitle, summary, _columns(ctx), frame, figure)


YEARS = Panel("compare-years", RESOURCE, FILTERS, query, years_view, derive, page="compare")
LATEST = Panel("compare-latest", RESOURCE, FILTERS, latest_query, latest_view, derive, page="compare")
