"""Budget against actual, city by city: in one year, and over the years as small multiples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.context import Context
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.facets import Facet, facets
from dashboard.figures.lines import Line, year_lines
from dashboard.figures.style import CITY_COLOURS
from dashboard.panels import budget_sums as sums
from dashboard.panels.budget_sums import known, signed, sums_query
from dashboard.panels.change import base_notes, base_year, telling_absent, year_break
from dashboard.panels.panel import Column, Panel, View
from dashboard.query.answer import records
from dashboard.state import OF_BUDGETS

OVER_YEARS = tuple(name for name in OF_BUDGETS if name != "year")
Rows = Sequence[Mapping[str, Any]]


def asked_cities(ctx: Context) -> tuple[str, ...]:
    """The cities of the view in the site's order, those without data among them."""
    return ctx.state.cities or tuple(ctx.codes.cities)


def _value(rows: Rows, name: str, **wanted: Any) -> float | None:
    found = (row[name] for row in rows if all(row[key] == value for key, value in wanted.items()))
    return known(next(found, None))


def cities_view(ctx: Context) -> View:
    """Two bars a city; a city that has no such sum keeps its place."""
    t, f = ctx.t, ctx.f
    frame = sums.derive(ctx, ctx.engine.run(sums_query(ctx)))
    rows, cities = records(frame), asked_cities(ctx)
    budget, actual = sums.shown_names(ctx)
    subtitle = t("Budget (grey) and actual (in the city's colour) by city, {unit}", unit=sums.told_words(ctx, frame))
    table = sums.columns(ctx, Column("city", t("City")), Column("budget_year", t("Year")))
    notes = (
        t(
            "Cities publish in different detail and treat internal items differently: compare a city with its own "
            "budget."
        ),
        *sums.notes(ctx, frame),
    )
    sides = ((t("Budget"), budget, sums.BUDGET_COLOUR), (t("Actual"), actual, [CITY_COLOURS[code] for code in cities]))
    series = [
        Bars(title, [_value(rows, name, city_code=code) for code in cities], colour) for title, name, colour in sides
    ]
    if not any(value is not None for bars in series for value in bars.values):
        return sums.nothing(ctx, subtitle, table, frame)
    title, summary = _cities_title(ctx, rows), _cities_summary(ctx, rows)
    figure = horizontal_bars(
        [ctx.city(code) for code in cities], series, f.money_short, sums.euro_words(ctx), f"{title}. {summary}"
    )
    figure["layout"]["showlegend"] = False  # its actual would have one city's colour; the subtitle says it in words
    return View(title, subtitle, summary, table, frame, figure, notes)


def _cities_title(ctx: Context, rows: Rows) -> str:
    """The city that is farthest from its budget, in relation to it."""
    t, year = ctx.t, ctx.state.year
    compared = [row for row in rows if known(row["difference_share"]) is not None]
    if not compared:
        return t("No city has both a budget and an actual for {year}", year=year)
    far = max(compared, key=lambda row: abs(row["difference_share"]))
    change = signed(ctx.f.percent(far["difference_share"]), far["difference_share"])
    if len(compared) == 1:
        return t("{city}: {change} against the budget in {year}", city=far["city"], change=change, year=year)
    return t("{city} was farthest from its budget in {year}: {change}", city=far["city"], change=change, year=year)


def _cities_summary(ctx: Context, rows: Rows) -> str:
    """Each city's difference, and which have one side only, or none."""
    t, (budget, actual) = ctx.t, sums.shown_names(ctx)
    sides = {row["city_code"]: (known(row[budget]) is not None, known(row[actual]) is not None) for row in rows}

    def of(has_budget: bool, has_actual: bool) -> str:
        there = (code for code in asked_cities(ctx) if sides.get(code, (False, False)) == (has_budget, has_actual))
        return ", ".join(map(ctx.city, there))

    compared = ", ".join(
        f"{row['city']} {signed(ctx.f.percent(share), share)}"
        for row in rows
        if (share := known(row["difference_share"])) is not None
    )
    parts = [t("Actual against the budget: {values}.", values=compared)] if compared else []
    if names := of(True, False):
        parts.append(t("Budget only: {names}.", names=names))
    if names := of(False, True):
        parts.append(t("Actual only: {names}.", names=names))
    if names := of(False, False):
        parts.append(t("No data: {names}.", names=names))
    return " ".join(parts)


def years_view(ctx: Context) -> View:
    """A small chart a city, all on one axis: what was budgeted is grey and dashed, what came about in its colour."""
    t = ctx.t
    frame = sums.derive(ctx, ctx.engine.run(sums_query(ctx)))
    rows = records(frame)
    budget, actual = sums.shown_names(ctx)
    subtitle = t(
        "Budget (grey, dotted) and actual (in the city's colour) by year, {unit}", unit=sums.told_words(ctx, frame)
    )
    table = sums.columns(ctx, Column("city", t("City")), Column("budget_year", t("Year")))
    notes = (
        t("The axis is one for all, but the cities' budgets differ in scope: follow a city through the years."),
        *sums.notes(ctx, frame),
    )
    if all(known(row[name]) is None for row in rows for name in (budget, actual)):
        return sums.nothing(ctx, subtitle, table, frame)
    title, summary = _years_title(ctx, rows), _years_summary(ctx, rows)
    figure = facets([_facet(ctx, rows, code) for code in asked_cities(ctx)], f"{title}. {summary}")
    years = {code: line for code in asked_cities(ctx) if (line := _years_of(ctx, rows, code))}
    return View(title, subtitle, summary, table, frame, figure, (*base_notes(ctx, years), *notes))


def _facet(ctx: Context, rows: Rows, code: str) -> Facet:
    t = ctx.t
    years = _years(rows)
    mine = [row for row in rows if row["city_code"] == code]
    lines = [
        Line(title, [_value(mine, name, budget_year=year) for year in years], colour, dash)
        for title, name, colour, dash in (
            (t("Budget"), sums.shown_names(ctx)[0], sums.BUDGET_COLOUR, "dot"),
            (t("Actual"), sums.shown_names(ctx)[1], CITY_COLOURS[code], "solid"),
        )
    ]
    figure = year_lines(years, lines, ctx.f.money_short, sums.euro_words(ctx), "", year_break(ctx, [code]))
    figure["layout"]["showlegend"] = False  # its actual would have one city's colour; the subtitle says it in words
    is_empty = all(value is None for line in lines for value in line.values)
    name = ctx.city(code)
    return Facet(t("{city}: no data", city=name) if is_empty else name, figure)


def _years_of(ctx: Context, rows: Rows, code: str) -> list[int]:
    """The years of which the city has a sum on either side."""
    shown = sums.shown_names(ctx)
    mine = (row for row in rows if row["city_code"] == code)
    return [int(row["budget_year"]) for row in mine if any(known(row[name]) is not None for name in shown)]


def _years(rows: Rows) -> list[int]:
    there = {int(row["budget_year"]) for row in rows}
    return list(range(min(there), max(there) + 1))


@dataclass(frozen=True)
class Change:
    """How far a city's sum has come from its first comparable year to its last, as a part of the first."""

    first: int
    last: int
    share: float


def _changes(ctx: Context, rows: Rows) -> tuple[bool, dict[str, Change]]:
    """(whether these are actuals, city -> change): of budgets where no city has an actual for two years."""
    budget, actual = sums.shown_names(ctx)
    of_actual = _changes_of(ctx, rows, actual)
    return (True, of_actual) if of_actual else (False, _changes_of(ctx, rows, budget))


def _changes_of(ctx: Context, rows: Rows, name: str) -> dict[str, Change]:
    found = {}
    for code in asked_cities(ctx):
        line = {int(r["budget_year"]): v for r in rows if r["city_code"] == code and (v := known(r[name]))}
        if line and (first := base_year(code, line)) < (last := max(line)):
            found[code] = Change(first, last, line[last] / line[first] - 1)
    return found


def _years_title(ctx: Context, rows: Rows) -> str:
    t, (is_actual, changes) = ctx.t, _changes(ctx, rows)
    if not changes:
        return t("No city has sums of two comparable years under these filters")
    if len(changes) == 1:
        code, change = next(iter(changes.items()))
        values = {
            "city": ctx.city(code),
            "change": signed(ctx.f.percent(change.share), change.share),
            "first": change.first,
            "last": change.last,
        }
        if is_actual:
            return t("{city}: the actual changed {change} from {first} to {last}", **values)
        return t("{city}: the budget changed {change} from {first} to {last}", **values)
    counts = {"n": sum(change.share > 0 for change in changes.values()), "all": len(changes)}
    if is_actual:
        return t("The actual rose in {n} of {all} cities from their first comparable year to their last", **counts)
    return t("The budget rose in {n} of {all} cities from their first comparable year to their last", **counts)


def _years_summary(ctx: Context, rows: Rows) -> str:
    t, (is_actual, changes) = ctx.t, _changes(ctx, rows)
    values = ", ".join(
        f"{ctx.city(code)} {change.first}–{change.last} {signed(ctx.f.percent(change.share), change.share)}"
        for code, change in changes.items()
    )
    parts = []
    if values:
        change_of_actual = t("Change of the actual: {values}.", values=values)
        parts.append(change_of_actual if is_actual else t("Change of the budget: {values}.", values=values))
    there = {row["city_code"] for row in rows}
    if missing := [ctx.city(code) for code in asked_cities(ctx) if code not in there]:
        parts.append(t("No data: {names}.", names=", ".join(missing)))
    return " ".join(parts) or t("The sums of the year stand in the table.")


CITIES = telling_absent(
    Panel(
        "budget-cities",
        "budgets",
        OF_BUDGETS,
        sums_query,
        cities_view,
        sums.derive,
        settle=sums.settle_year,
        page="budgets",
    )
)
YEARS = telling_absent(
    Panel("budget-years", "budgets", OVER_YEARS, sums_query, years_view, sums.derive, page="budgets")
)
