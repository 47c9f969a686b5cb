"""Every indicator's latest year by city, and how it stands against its threshold."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.figures.heat import heat_map
from dashboard.panels.compare import chosen
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.standing import (
    RESOURCE,
    amount_words,
    axis_title,
    axis_words,
    change_unit,
    indicator_of,
    plain,
    said,
    state_words,
    threshold_state,
    value_columns,
)
from dashboard.query.answer import records, values_of
from dashboard.query.model import Filter, Query

MARKS = {"crossed": " ▲", "beyond": " ●", "within": "", "none": ""}
SHADES = {"none": 0.0, "within": 0.0, "beyond": 0.35, "crossed": 0.7}
"""How dark a cell is; its mark says the same."""
COLUMNS = (
    "indicator_code", "city_code", "period_code", "value", "change", "basis_count", "state_code",
    "is_beyond_threshold", "is_crossed",
)  # fmt: skip


NAMED = (
    "indicator", "city", "unit", "change_unit", "value_said", "change_said", "threshold_state", "target_state",
)  # fmt: skip


def query(ctx: Context) -> Query:
    """The latest whole year of each indicator and city."""
    filters = [Filter("is_latest", "eq", True), Filter("period_kind_code", "eq", "year")]
    if ctx.state.cities:
        filters.append(Filter("city_code", "in", ctx.state.cities))
    return Query(RESOURCE, columns=COLUMNS, filters=tuple(filters))


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the names of indicator and city, the units, and values, changes and states in words; in the order in which
    the site shows the indicators."""
    order, codes = list(ctx.codes.names["indicator"]), values_of(frame["indicator_code"])
    frame = frame.take(sorted(range(len(codes)), key=lambda at: order.index(codes[at]))).reset_index(drop=True)
    said = [named(ctx, row) for row in records(frame)]
    return frame.assign(**{name: pd.Series([row[name] for row in said], dtype="str") for name in NAMED})


def named(ctx: Context, row: dict[str, Any]) -> dict[str, Any]:
    """What a row says in words besides."""
    indicator = indicator_of(ctx, row)
    return {
        "indicator": ctx.text(indicator.title),
        "city": ctx.city(row["city_code"]),
        "unit": axis_title(ctx, indicator.unit),
        "change_unit": change_unit(ctx, indicator.unit),
        **said(ctx, indicator.unit, row),
        "threshold_state": threshold_state(ctx, row)[0],
        "target_state": state_words(ctx, row["state_code"]),
    }


def view(ctx: Context) -> View:
    """A heat map: a row an indicator, a column a city; darker and marked where a value is beyond its threshold."""
    t = ctx.t
    frame = derive(ctx, ctx.engine.run(query(ctx)))
    rows = [plain(row) for row in records(frame)]
    columns = (Column("indicator", t("Indicator"), "name"), *_columns(ctx))
    subtitle = t("Latest whole year of each city; ▲ crossed its threshold since the year before, ● stands beyond it")
    if not rows:
        return View(t("No indicator is known"), subtitle, t("Nothing to show."), columns, frame, None)
    beyond = [row for row in rows if row["is_beyond_threshold"] is True]
    held = [row for row in rows if row["is_beyond_threshold"] is not None]
    title = t(
        "Values with a threshold: {all}; beyond it: {n}, of which crossed since the year before: {new}",
        all=len(held),
        n=len(beyond),
        new=sum(row["is_crossed"] is True for row in beyond),
    )
    summary = _summary(ctx, rows)
    return View(title, subtitle, summary, columns, frame, _figure(ctx, rows, f"{title}. {summary}"))


def _columns(ctx: Context) -> tuple[Column, ...]:
    t = ctx.t
    return (
        *value_columns(ctx),
        Column("threshold_state", t("Threshold")),
        Column("target_state", t("Target")),
    )


def one_query(ctx: Context) -> Query:
    """The latest periods of the chosen indicator, the first one where none is chosen: years, then months."""
    return _latest(ctx, Filter("indicator_code", "eq", chosen(ctx).code))


def _latest(ctx: Context, *chosen: Filter) -> Query:
    filters = [Filter("is_latest", "eq", True), *chosen]
    if ctx.state.cities:
        filters.append(Filter("city_code", "in", ctx.state.cities))
    return Query(
        RESOURCE,
        columns=COLUMNS,
        filters=tuple(filters),
        order_by=(("period_kind_code", "desc"), ("city_code", "asc")),
    )


def one_view(ctx: Context) -> View:
    """Where each city stands on one indicator, as a table. A page shows one of each, so all are asked for at once."""
    t, indicator = ctx.t, chosen(ctx)
    latest = [row for row in ctx.engine.rows(_latest(ctx)) if row["indicator_code"] == indicator.code]
    told = [row | named(ctx, row) for row in latest]
    frame = pd.DataFrame(told, columns=[*COLUMNS, *NAMED], dtype=object)  # a few rows: their types would take longest
    name, columns, subtitle = ctx.text(indicator.title), _columns(ctx), t("The latest whole periods of each city")
    rows = [row for row in told if row["value"] is not None]
    if not rows:
        return View(name, subtitle, t("Nothing to show."), columns, frame, None)
    newest = max(row["period_code"] for row in rows if len(row["period_code"]) == len(rows[0]["period_code"]))
    ranked = sorted((row for row in rows if row["period_code"] == newest), key=lambda row: float(row["value"]))
    low, high = ranked[0], ranked[-1]
    if len(ranked) == 1:
        value = amount_words(ctx, indicator.unit, low["value"])
        finding = t("{city}: {value} ({period})", city=low["city"], value=value, period=ctx.f.period(newest))
    else:
        finding = t(
            "{period}: from {low} in {lowest} to {high} in {highest}",
            period=ctx.f.period(newest), low=axis_words(ctx, indicator.unit, low["value"]), lowest=low["city"],
            high=axis_words(ctx, indicator.unit, high["value"]), highest=high["city"],
        )  # fmt: skip
    return View(f"{name}: {finding}", subtitle, ctx.text(indicator.description), columns, frame, None)


def _summary(ctx: Context, rows: list[dict[str, Any]]) -> str:
    t = ctx.t
    crossed = [
        f"{row['indicator']} ({row['city']}, {ctx.f.period(row['period_code'])})"
        for row in rows
        if row["is_crossed"] is True
    ]
    if not crossed:
        return t("None of them crossed it since the year before.")
    return t("Crossed since the year before: {names}.", names=", ".join(crossed))


def _figure(ctx: Context, rows: list[dict[str, Any]], description: str) -> dict[str, Any]:
    cells = {(row["indicator_code"], row["city_code"]): row for row in rows}
    codes = list(dict.fromkeys(row["indicator_code"] for row in rows))
    cities = [code for code in ctx.codes.cities if any(row["city_code"] == code for row in rows)]
    shades = [[_shade(ctx, cells.get((code, city))) for city in cities] for code in codes]
    texts = [[_text(ctx, cells.get((code, city))) for city in cities] for code in codes]
    names = [ctx.name("indicator", code) for code in codes]
    return heat_map(names, [ctx.city(code) for code in cities], shades, ctx.f.plain, description, texts=texts)


def _shade(ctx: Context, row: dict[str, Any] | None) -> float | None:
    return None if row is None else SHADES[threshold_state(ctx, row)[1]]


def _text(ctx: Context, row: dict[str, Any] | None) -> str:
    if row is None:
        return "–"
    return axis_words(ctx, indicator_of(ctx, row).unit, row["value"]) + MARKS[threshold_state(ctx, row)[1]]


PANEL = Panel("indicators", RESOURCE, ("city",), query, view, derive, page="indicators")
ONE = Panel("indicator", RESOURCE, ("city", "indicator"), one_query, one_view, derive, page="indicators")
