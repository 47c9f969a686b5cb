"""Sums of budgets and of what came about: in euros as they stand, or per inhabitant and in the prices of one year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.figures.style import QUIET
from dashboard.panels.change import add_city
from dashboard.panels.panel import Column, View
from dashboard.panels.scope import budget_filters
from dashboard.query.answer import records
from dashboard.query.model import Filter, Measure, Query

SUMS = (Measure("budget_eur", "sum", "budget_eur"), Measure("actual_eur", "sum", "actual_eur"))
BUDGET_COLOUR = QUIET
"""What was planned is grey everywhere, what came about has the colour of its city."""

LONGEST_LAG = 3
"""How many years old a population may be that a later year's euros are divided by: the rule of the indicators too."""

Factor = Callable[[str, int], float | None]
"""(city, year) -> what its euros are multiplied by; None where it is not known."""


def sums_query(ctx: Context, dimension: str | None = None, *more: Measure) -> Query:
    """Budget and actual by city and year, and by one field more."""
    dimensions = ("city_code", "budget_year", *((dimension,) if dimension else ()))
    return Query("budgets", (*SUMS, *more), dimensions, filters=budget_filters(ctx))


@dataclass(frozen=True)
class Population:
    """A city's inhabitants at the end of a year."""

    year: int
    count: int


Populations = Callable[[str, int], Population | None]
"""(city, year) -> the newest population up to the year and not too old; None where none is known."""


def make_populations(ctx: Context) -> Populations:
    """The populations by which the euros of a city and year are divided."""
    rows = ctx.engine.rows(Query("city_population"))
    counts = {(row["city_code"], int(row["year"])): int(row["population_count"]) for row in rows}

    def population(city: str, year: int) -> Population | None:
        there = (one for one in range(year, year - LONGEST_LAG - 1, -1) if (city, one) in counts)
        found = next(there, None)
        return None if found is None else Population(found, counts[city, found])

    return population


def price_indices(ctx: Context) -> dict[int, float]:
    """Year -> price index, as far as it is known; empty in a release that has none."""
    if not ctx.package.has("price_index"):
        return {}
    return {int(row["year"]): float(row["price_index"]) for row in ctx.engine.rows(Query("price_index"))}


def told_otherwise(ctx: Context) -> bool:
    """Whether the view asks for other euros than those that the cities published."""
    return ctx.state.per is not None or ctx.state.prices is not None


def make_factor(ctx: Context) -> Factor:
    """What turns published euros into those that the view asks for."""
    population = make_populations(ctx) if ctx.state.per else None
    index = price_indices(ctx) if ctx.state.prices else None

    def factor(city: str, year: int) -> float | None:
        value = 1.0
        if population is not None:
            if (people := population(city, year)) is None:
                return None
            value /= people.count
        if index is not None:
            if year not in index:
                return None
            value *= index[ctx.state.prices or year] / index[year]
        return value

    return factor


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the city's name, the euros that the view asks for and the difference of actual from budget."""
    frame = add_city(ctx, frame)
    rows = records(frame)
    if told_otherwise(ctx):
        factor = make_factor(ctx)
        for name in ("budget", "actual"):
            frame[f"{name}_adjusted_eur"] = [
                _times(row[f"{name}_eur"], factor(row["city_code"], int(row["budget_year"]))) for row in rows
            ]
    if ctx.state.per:
        population = make_populations(ctx)
        found = [population(row["city_code"], int(row["budget_year"])) for row in rows]
        years = [None if one is None else one.year for one in found]
        frame["population_year"] = pd.Series(years, frame.index, dtype="Int64")
    rows = records(frame)
    budget, actual = shown_names(ctx)
    frame["difference_eur"] = [_minus(row[actual], row[budget]) for row in rows]
    frame["difference_share"] = [_relative(row[actual], row[budget]) for row in rows]
    return frame


def shown_names(ctx: Context) -> tuple[str, str]:
    """The columns of budget and actual that the view shows."""
    return ("budget_adjusted_eur", "actual_adjusted_eur") if told_otherwise(ctx) else ("budget_eur", "actual_eur")


def known(value: Any) -> float | None:
    """A value as a number, None where it is missing.

    >>> known(float("nan")) is None, known(2)
    (True, 2.0)
    """
    return None if value is None or value is pd.NA or value != value else float(value)  # noqa: PLR0124


def _times(value: Any, factor: float | None) -> float | None:
    number = known(value)
    return None if number is None or factor is None else number * factor


def _minus(one: Any, other: Any) -> float | None:
    first, second = known(one), known(other)
    return None if first is None or second is None else round(first - second, 2)


def _relative(one: Any, other: Any) -> float | None:
    first, second = known(one), known(other)
    return None if first is None or not second else first / second - 1


def columns(ctx: Context, *first: Column) -> tuple[Column, ...]:
    """The table: what a row is of, budget, actual, difference; published euros too where others are shown."""
    t = ctx.t
    budget, actual = shown_names(ctx)
    shown = [
        *first,
        Column(budget, t("Budget"), "EUR", is_number=True),
        Column(actual, t("Actual"), "EUR", is_number=True),
        Column("difference_eur", t("Difference"), "EUR", is_number=True),
        Column("difference_share", t("Difference, % of the budget"), "share", is_number=True),
    ]
    if told_otherwise(ctx):
        shown += [
            Column("budget_eur", t("Budget as published"), "EUR", is_number=True),
            Column("actual_eur", t("Actual as published"), "EUR", is_number=True),
        ]
    if ctx.state.per:
        shown.append(Column("population_year", t("Population of the year")))
    return tuple(shown)


def euro_words(ctx: Context) -> str:
    """The unit of the sums shown."""
    t, year = ctx.t, ctx.state.prices
    if ctx.state.per:
        return t("euros per inhabitant, in prices of {year}", year=year) if year else t("euros per inhabitant")
    return t("euros in prices of {year}", year=year) if year else t("euros")


def told_words(ctx: Context, frame: pd.DataFrame) -> str:
    """The unit of the sums of a frame of `derive`, and of which years the populations are."""
    years = sorted(set(frame["population_year"].dropna())) if ctx.state.per else []
    if not years:
        return euro_words(ctx)
    of_years = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return ctx.t("{unit} (population of {years})", unit=euro_words(ctx), years=of_years)


def signed(text: str, value: float) -> str:
    """A difference as written, with its sign.

    >>> signed("5 %", 0.05), signed("-5 %", -0.05)
    ('+5 %', '-5 %')
    """
    return f"+{text}" if value > 0 else text


def settle_year(ctx: Context) -> Context:
    """Where no year is asked for the newest, since sums of several mean little; one whose euros can be told as asked,
    if there is any."""
    years, factor = ctx.codes.years["budgets"], make_factor(ctx)
    if ctx.state.year or not years:
        return ctx
    told = (year for year in years if any(factor(code, year) for code in ctx.state.cities or ctx.codes.cities))
    return ctx.with_state(year=next(told, years[0]))


def settle_city_and_year(ctx: Context) -> Context:
    """One city and one year, of those that the view allows: told as asked and with both sides if it can be, then the
    newest."""
    rows = ctx.engine.rows(sums_query(ctx))
    order, factor = list(ctx.codes.cities), make_factor(ctx)

    def rank(row: Mapping[str, Any]) -> tuple[bool, bool, int, int]:
        city, year = row["city_code"], int(row["budget_year"])
        is_half = known(row["budget_eur"]) is None or known(row["actual_eur"]) is None
        return factor(city, year) is None, is_half, -year, order.index(city)

    if not rows:
        return ctx
    best = min(rows, key=rank)
    return ctx.with_state(cities=(best["city_code"],), year=int(best["budget_year"]))


def nothing(ctx: Context, subtitle: str, table: tuple[Column, ...], frame: pd.DataFrame) -> View:
    """No sum can be shown: there is none, or what it would be in the euros asked for is not known."""
    t = ctx.t
    if frame.empty:
        title = unpublished_words(ctx) or t("{what}: nothing under these filters", what=subtitle)
        summary = t("Nothing to show.")
    else:
        title = t("Budget and actual are not known in this form: {unit}", unit=euro_words(ctx))
        summary = t("The sums as published stand in the table.")
    return View(title, subtitle, summary, table, frame, None, notes(ctx, frame))


def known_years_words(ctx: Context) -> tuple[str, ...]:
    """For which years of budgets the euros asked for are known, where it is not for all of them."""
    t, factor, years = ctx.t, make_factor(ctx), ctx.codes.years["budgets"]
    cities = ctx.state.cities or tuple(ctx.codes.cities)
    told = sorted(year for year in years if any(factor(code, year) is not None for code in cities))
    if len(told) == len(years):
        return ()
    if not told:
        return (t("Sums as asked ({unit}) are not known for any year.", unit=euro_words(ctx)),)
    return (t("Sums as asked ({unit}) are known for {years} only.", unit=euro_words(ctx), years=_list(told)),)


def unpublished_words(ctx: Context) -> str | None:
    """That none of the cities asked for publishes a budget or an actual; None where one does, or none is named."""
    cities = ctx.state.cities
    query = Query("budgets", filters=(Filter("city_code", "in", cities),))
    if not cities or ctx.engine.count(query):
        return None
    return ctx.t("{names}: no budget data are published", names=", ".join(map(ctx.city, cities)))


def notes(ctx: Context, frame: pd.DataFrame) -> tuple[str, ...]:
    """What the sums leave out and what is not known of them."""
    t = ctx.t
    said = [] if ctx.state.internal else [internal_note(ctx)]
    keys = sorted({(row["city_code"], int(row["budget_year"])) for row in records(frame)})
    if ctx.state.per:
        population = make_populations(ctx)
        said.append(
            t(
                "Sums are divided by the newest known population up to their year, at most {n} years older.",
                n=LONGEST_LAG,
            )
        )
        if missing := sorted({year for city, year in keys if population(city, year) is None}):
            said.append(
                t("Not known per inhabitant, as no source here gives the population: {years}.", years=_list(missing))
            )
    if ctx.state.prices:
        index = price_indices(ctx)
        if missing := sorted({year for _, year in keys if year not in index}):
            said.append(
                t("Not known in these prices, as no source here gives the index: {years}.", years=_list(missing))
            )
    return tuple(said)


def internal_note(ctx: Context) -> str:
    """That internal items are left out, and of which cities they cannot be."""
    t, unknown = ctx.t, _cities_without_internal(ctx)
    if not unknown:
        return t("Items between a city and its own units are left out where its data tell them apart.")
    return t(
        "Items between a city and its own units are left out. These cities do not tell them apart, so theirs are still "
        "in: {names}.",
        names=", ".join(map(ctx.city, unknown)),
    )


def _cities_without_internal(ctx: Context) -> list[str]:
    query = Query(
        "budgets",
        (Measure("rows_count", "count"),),
        ("city_code",),
        filters=(*budget_filters(ctx), Filter("is_internal", "is_null")),
    )
    there = {row["city_code"] for row in ctx.engine.rows(query)}
    return [code for code in ctx.codes.cities if code in there]


def _list(years: list[int]) -> str:
    return ", ".join(map(str, years))
