"""Which side of a budget each city publishes for which year: what can be compared at all."""

from __future__ import annotations

import pandas as pd

from dashboard.context import Context
from dashboard.figures.heat import heat_map
from dashboard.panels.budget_sums import unpublished_words
from dashboard.panels.change import add_city, telling_absent
from dashboard.panels.panel import Column, Panel, View
from dashboard.query.answer import records
from dashboard.query.model import Filter, Measure, Query

BUDGET, ACTUAL, BOTH = 1, 2, 3


def query(ctx: Context) -> Query:
    """Rows with a budget and rows with an actual, by city and year."""
    return Query(
        "budgets",
        (
            Measure("budget_rows_count", "count", where=(Filter("budget_eur", "not_null"),)),
            Measure("actual_rows_count", "count", where=(Filter("actual_eur", "not_null"),)),
        ),
        ("city_code", "budget_year"),
        filters=(Filter("city_code", "in", ctx.state.cities),) if ctx.state.cities else (),
    )


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the city's name and, in words, what is published."""
    frame = add_city(ctx, frame)
    words = state_words(ctx)
    frame["published"] = [words[_state(row["budget_rows_count"], row["actual_rows_count"])] for row in records(frame)]
    return frame


def state_words(ctx: Context) -> dict[int, str]:
    """What a city may have published of a year."""
    return {BUDGET: ctx.t("budget only"), ACTUAL: ctx.t("actual only"), BOTH: ctx.t("both")}


def _state(budget_rows: int, actual_rows: int) -> int:
    return BUDGET * (budget_rows > 0) + ACTUAL * (actual_rows > 0)


def view(ctx: Context) -> View:
    """A cell per city and year."""
    t = ctx.t
    frame = derive(ctx, ctx.engine.run(query(ctx)))
    table = (
        Column("city", t("City")),
        Column("budget_year", t("Year")),
        Column("published", t("Published")),
        Column("budget_rows_count", t("Rows with a budget"), "count", is_number=True),
        Column("actual_rows_count", t("Rows with an actual"), "count", is_number=True),
    )
    subtitle = t("What each city publishes of its budget, by year")
    if frame.empty:
        nothing = unpublished_words(ctx) or t("{what}: nothing under these filters", what=subtitle)
        return View(nothing, subtitle, t("Nothing to show."), table, frame, None)
    states = {
        (row["city_code"], int(row["budget_year"])): _state(row["budget_rows_count"], row["actual_rows_count"])
        for row in records(frame)
    }
    cities = ctx.state.cities or tuple(ctx.codes.cities)
    years = list(range(min(year for _, year in states), max(year for _, year in states) + 1))
    values: list[list[float | None]] = [[states.get((code, year)) for year in years] for code in cities]
    whole = [code for code in cities if any(states.get((code, year)) == BOTH for year in years)]
    title = (
        t("{n} of {all} cities publish both a budget and an actual", n=len(whole), all=len(cities))
        if len(cities) > 1
        else t("What {city} publishes of its budget", city=ctx.city(cities[0]))
    )
    summary = _summary(ctx, states, cities)
    words = state_words(ctx)
    figure = heat_map(
        [ctx.city(code) for code in cities],
        [str(year) for year in years],
        values,
        lambda value: words[int(value)],
        f"{title}. {summary}",
    )
    return View(title, subtitle, summary, table, frame, figure)


def _summary(ctx: Context, states: dict[tuple[str, int], int], cities: tuple[str, ...]) -> str:
    t = ctx.t
    best = {code: {state for (city, _), state in states.items() if city == code} for code in cities}

    def named(kind: set[int]) -> str:
        return ", ".join(ctx.city(code) for code, found in best.items() if found == kind)

    mixed = ", ".join(ctx.city(code) for code, found in best.items() if BOTH in found or len(found) > 1)
    parts = [t("Both: {names}.", names=mixed)] if mixed else []
    if names := named({BUDGET}):
        parts.append(t("Budget only: {names}.", names=names))
    if names := named({ACTUAL}):
        parts.append(t("Actual only: {names}.", names=names))
    if names := named(set()):
        parts.append(t("No data: {names}.", names=names))
    return " ".join(parts)


PANEL = telling_absent(Panel("budget-coverage", "budgets", ("city",), query, view, derive, page="budgets"))
