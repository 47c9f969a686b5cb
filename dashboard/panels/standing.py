"""How an indicator's value stands, in words: values and changes with their units, limits, states and periods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.i18n import Translator
from dashboard.i18n.formats import MINUS
from dashboard.indicator import Indicator, Limit
from dashboard.panels.panel import Column
from dashboard.query.model import Filter, Measure, Query

RESOURCE = "indicator_values"
Row = Mapping[str, Any]


def value_columns(ctx: Context) -> tuple[Column, ...]:
    """The columns with which every table of indicator values begins."""
    t = ctx.t
    return (
        Column("city", t("City")),
        Column("period_code", t("Period"), "period"),
        Column("value_said", t("Value"), is_number=True, key="value"),
        Column("change_said", t("Change"), is_number=True, key="change"),
    )


def said(ctx: Context, unit: str, row: Row) -> dict[str, str | None]:
    """A row's value and change as every place of a panel writes them, with their units."""
    value, change = row["value"], row["change"]
    return {
        "value_said": None if value is None else value_words(ctx, unit, value),
        "change_said": None if change is None else change_words(ctx, unit, change),
    }


def value_words(ctx: Context, unit: str, value: float) -> str:
    """A value with its unit.

    `EUR/person` is euros per inhabitant, `%` a hundredth, `d` days, `count` a plain number.
    """
    t, f = ctx.t, ctx.f
    if unit == "EUR/person":
        return t("{amount} per inhabitant", amount=f.money(value, cents=True))
    return axis_words(ctx, unit, value)


def amount_words(ctx: Context, unit: str, value: float) -> str:
    """A value beside its indicator's title, which says already what it is per."""
    return ctx.f.money(value, cents=True) if unit == "EUR/person" else axis_words(ctx, unit, value)


def axis_words(ctx: Context, unit: str, value: float) -> str:
    """A value as an axis or a mark has room for: what it is per stands in the axis' title."""
    t, f = ctx.t, ctx.f
    if unit == "EUR/person":
        return f.money_short(value)
    if unit == "%":
        return f.percent(value / 100)
    if unit == "d":
        return t("{n} days", n=f.decimal(value))
    return f.number(round(value))


def axis_title(ctx: Context, unit: str) -> str:
    """What an axis of values measures."""
    t = ctx.t
    words = {"EUR/person": t("euros per inhabitant"), "%": t("per cent"), "d": t("days"), "count": t("in number")}
    return words.get(unit, unit)


def change_unit(ctx: Context, unit: str) -> str:
    """What a difference of two values is in: of percentages, points."""
    return ctx.t("percentage points") if unit == "%" else axis_title(ctx, unit)


def change_words(ctx: Context, unit: str, change: float) -> str:
    """A difference with its unit, and its sign where it is not nought as written; of percentages, points."""
    t, f = ctx.t, ctx.f
    size = abs(change)
    told = t("{n} points", n=f.plain(round(size, 1))) if unit == "%" else axis_words(ctx, unit, size)
    is_nought = not any(digit in told for digit in "123456789")
    return told if is_nought else f"{'+' if change > 0 else MINUS}{told}"


def limit_words(ctx: Context, unit: str, limit: Limit) -> str:
    """The bounds of a target or a threshold in words."""
    t = ctx.t

    def said(name: str) -> str:
        return axis_words(ctx, unit, limit.bounds[name])

    words: dict[str, Callable[[], str]] = {
        "at_least": lambda: t("at least {value}", value=said("at_least")),
        "at_most": lambda: t("at most {value}", value=said("at_most")),
        "below": lambda: t("under {value}", value=said("below")),
        "above": lambda: t("over {value}", value=said("above")),
        "rises_by": lambda: t("a rise of more than {value}", value=_points(ctx, unit, limit.bounds["rises_by"])),
        "changes_by_pct": lambda: t(
            "a change of more than {value}", value=ctx.f.percent(limit.bounds["changes_by_pct"] / 100, 0)
        ),
    }
    one, *more = (word() for name, word in words.items() if name in limit.bounds)
    return t("{one} or {other}", one=one, other=more[0]) if more else one


def _points(ctx: Context, unit: str, size: float) -> str:
    return ctx.t("{n} points", n=ctx.f.plain(size)) if unit == "%" else axis_words(ctx, unit, size)


def state_words(ctx: Context, code: str) -> str:
    """How a value stands against its target."""
    t = ctx.t
    words = {
        "met": t("target met"),
        "not_met": t("target not met"),
        "no_target": t("no target set"),
        "not_known": t("not known"),
    }
    return words.get(code, code)


def threshold_state(ctx: Context, row: Row) -> tuple[str, str]:
    """(words, sign) of how a value stands against its threshold; signs are `crossed`, `beyond`, `within`, `none`."""
    t, limit = ctx.t, indicator_of(ctx, row).threshold_of(row["city_code"])
    if limit is None:
        return t("no threshold set"), "none"
    if row["is_beyond_threshold"] is True:
        side = _side(limit, row["value"])
        return _beyond_words(t, side, is_new=row["is_crossed"] is True), "crossed" if row["is_crossed"] else "beyond"
    if row["is_beyond_threshold"] is False:
        return t("within its threshold"), "within"
    return t("cannot be compared"), "none"


def _side(limit: Limit, value: float) -> str:
    """On which side of its threshold a value beyond it is: `above`, `below`, or a `change` that is too large."""
    bounds = limit.bounds
    if "above" in bounds and value > bounds["above"]:
        return "above"
    return "below" if "below" in bounds else "change"


def _beyond_words(t: Translator, side: str, *, is_new: bool) -> str:
    """Where a value stands beyond its threshold; `is_new` where the period before did not."""
    if side == "change":
        return t("changed by more than its threshold")
    if side == "above":
        return t("rose above its threshold") if is_new else t("above its threshold")
    return t("fell below its threshold") if is_new else t("below its threshold")


def indicator_of(ctx: Context, row: Row) -> Indicator:
    """The definition of a row's indicator."""
    return ctx.package.indicator(row["indicator_code"])


def series(ctx: Context, period_kind: str = "year") -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(indicator, city) -> its rows of that kind of period, the oldest first; of all cities that have a value."""
    query = Query(
        RESOURCE,
        filters=(Filter("period_kind_code", "eq", period_kind),),
        order_by=(("indicator_code", "asc"), ("city_code", "asc"), ("period_code", "asc")),
    )
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in values(ctx, query):
        found.setdefault((row["indicator_code"], row["city_code"]), []).append(row)
    return {key: line for key, line in found.items() if any(row["value"] is not None for row in line)}


def crossings(ctx: Context) -> list[dict[str, Any]]:
    """Every value that crossed its threshold, the newest period first, in the order of the site within it."""
    if not ctx.package.has(RESOURCE):
        return []
    crossed = Filter("is_crossed", "eq", True)
    query = Query(RESOURCE, filters=(crossed,), order_by=(("period_code", "desc"), ("indicator_code", "asc")))
    return values(ctx, query)


def newest_periods(ctx: Context) -> dict[str, str]:
    """Kind of period -> the newest of it that is the latest of any series."""
    latest = (Filter("is_latest", "eq", True),)
    query = Query(RESOURCE, (Measure("newest", "max", "period_code"),), ("period_kind_code",), filters=latest)
    return {row["period_kind_code"]: row["newest"] for row in ctx.engine.rows(query)}


def feed_address(ctx: Context) -> str:
    """The feed of crossings in the reader's language."""
    return f"/{ctx.language}/indicators.atom"


def crossing_words(ctx: Context, row: Row) -> str:
    """A crossing in one sentence."""
    indicator = indicator_of(ctx, row)
    limit = indicator.threshold_of(row["city_code"])
    return ctx.t(
        "{indicator}, {city}: {value} in {period} ({before} in {previous}). Threshold: {limit}.",
        indicator=ctx.text(indicator.title),
        city=ctx.city(row["city_code"]),
        value=amount_words(ctx, indicator.unit, row["value"]),
        period=ctx.f.period(row["period_code"]),
        before=amount_words(ctx, indicator.unit, row["previous_value"]),
        previous=ctx.f.period(row["previous_period_code"]),
        limit=limit_words(ctx, indicator.unit, limit) if limit else "–",
    )


def values(ctx: Context, query: Query) -> list[dict[str, Any]]:
    """The rows of a query; none of an indicator that the release does not declare."""
    known = ctx.codes.names["indicator"]
    return [row for row in ctx.engine.rows(query) if row["indicator_code"] in known]


def plain(row: Row) -> dict[str, Any]:
    """A row of a derived frame, which has several signs for what is missing, with None for all of them."""
    return {name: None if pd.isna(value) else value for name, value in row.items()}
