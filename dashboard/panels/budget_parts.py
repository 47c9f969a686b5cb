"""One city's year from budget to actual: which accounts and which units make the difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.style import CITY_COLOURS, Figure, tell_languages
from dashboard.figures.waterfall import Step, waterfall
from dashboard.panels import budget_sums as sums
from dashboard.panels.budget_sums import known, signed, sums_query
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.scope import budget_filters
from dashboard.query.answer import records
from dashboard.query.model import Measure, Query
from dashboard.state import OF_BUDGETS

SHOWN = 10
"""Parts with a bar of their own; the others stand in one, and all of them in the table."""
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Split:
    """How a budget is cut: the field of its parts, what a part is, and what the cut shows."""

    field: str
    title: str
    heading: str


def by_account(ctx: Context) -> Split:
    """By account."""
    return Split("account_code", ctx.t("Account"), ctx.t("From budget to actual by account"))


def by_unit(ctx: Context) -> Split:
    """By department where the city names several, else by unit, as within one department."""
    query = Query(
        "budgets", (Measure("names_count", "count_distinct", "department_name"),), filters=budget_filters(ctx)
    )
    several = ctx.engine.rows(query)[0]["names_count"] > 1
    if several and not ctx.state.department:
        return Split("department_name", ctx.t("Department"), ctx.t("From budget to actual by department"))
    return Split("unit_name", ctx.t("Unit"), ctx.t("From budget to actual by unit"))


def parts_query(ctx: Context, split: Split) -> Query:
    """Budget and actual of each part of one city's year; an account by its number, with a name it has there."""
    named = (Measure("account_name", "any", "account_name"),) if split.field == "account_code" else ()
    return sums_query(ctx, split.field, *named)


def add_name(ctx: Context, frame: pd.DataFrame, split: Split) -> pd.DataFrame:
    """With the part's name, the euros asked for and the difference."""
    frame = sums.derive(ctx, frame)
    frame["part"] = [_name(ctx, row, split) for row in records(frame)]
    return frame


def _name(ctx: Context, row: Mapping[str, Any], split: Split) -> str:
    if split.field == "account_code":
        name = row["account_name"]
        return f"{row['account_code']} {name}" if isinstance(name, str) else str(row["account_code"])
    name = row[split.field]
    return name if isinstance(name, str) else ctx.t("not stated")


def _tell_languages(ctx: Context, frame: pd.DataFrame, split: Split) -> pd.DataFrame:
    """With the language of each part's name; of one without a name there is none."""
    field = "account_name" if split.field == "account_code" else split.field
    languages = [
        ctx.text_language("budgets", field, row) if isinstance(row[field], str) else None for row in records(frame)
    ]
    frame["part_language"] = pd.Series(languages, frame.index, dtype=object)
    return frame


def parts_view(ctx: Context, split: Split) -> View:
    """A waterfall where both sides are published, else bars of the side that is."""
    t = ctx.t
    frame = _tell_languages(ctx, add_name(ctx, ctx.engine.run(parts_query(ctx, split)), split), split)
    table = sums.columns(ctx, Column("part", split.title, "name", language_in="part_language"))
    subtitle = f"{split.heading}, {sums.told_words(ctx, frame)}"
    notes = sums.notes(ctx, frame)
    rows = records(frame)
    budget, actual = (_total(rows, name) for name in sums.shown_names(ctx))
    if budget is None and actual is None:
        return sums.nothing(ctx, subtitle, table, frame)
    if budget is None or actual is None:
        return _half(ctx, rows, View("", subtitle, "", table, frame, None, notes))
    change = [(row["part"], _change(ctx, row)) for row in rows if _is_both(ctx, row)]
    single = [_change(ctx, row) for row in rows if not _is_both(ctx, row)]
    title, summary = _title(ctx, change), _summary(ctx, budget, actual)
    axis = t(
        "difference from the budget ({budget}), {unit}", budget=ctx.f.money_short(budget), unit=sums.euro_words(ctx)
    )
    figure = waterfall(_steps(ctx, actual - budget, change, single), ctx.f.money_short, axis, f"{title}. {summary}")
    languages = {row["part"]: ctx.foreign(row["part_language"]) for row in rows}
    tell_languages(figure, {name: languages[name] for name, _ in _largest_first(change)[:SHOWN]})
    one_sided = t("Parts with a budget or an actual only have one bar together; the table shows what is missing.")
    notes = (one_sided, *notes) if single else notes
    return View(title, subtitle, summary, table, frame, figure, notes, phrases=languages)


def _total(rows: Rows, name: str) -> float | None:
    there = [value for row in rows if (value := known(row[name])) is not None]
    return sum(there) if there else None


def _change(ctx: Context, row: Mapping[str, Any]) -> float:
    budget, actual = (known(row[name]) or 0.0 for name in sums.shown_names(ctx))
    return actual - budget


def _is_both(ctx: Context, row: Mapping[str, Any]) -> bool:
    """Whether the part has a budget and an actual, so that its difference is known."""
    return all(known(row[name]) is not None for name in sums.shown_names(ctx))


def _largest_first(parts: list[tuple[str, float]]) -> list[tuple[str, float]]:
    return sorted(parts, key=lambda part: -abs(part[1]))


def _steps(ctx: Context, difference: float, change: list[tuple[str, float]], single: Sequence[float]) -> list[Step]:
    """The largest changes, all others in one, the parts with one side in another, and what they come to."""
    t, ranked = ctx.t, _largest_first(change)
    shown, rest = ranked[:SHOWN], ranked[SHOWN:]
    steps = [Step(name, value) for name, value in shown]
    if rest:
        steps.append(Step(t("Others together: {n}", n=len(rest)), sum(value for _, value in rest)))
    if single:
        steps.append(Step(t("Budget or actual only: {n}", n=len(single)), sum(single)))
    return [*steps, Step(t("Actual − budget"), difference, is_total=True)]


def _title(ctx: Context, change: list[tuple[str, float]]) -> str:
    if not change:
        return ctx.t(
            "{city} {year}: no part has both a budget and an actual",
            city=ctx.city(ctx.state.cities[0]),
            year=ctx.state.year,
        )
    name, value = _largest_first(change)[0]
    return ctx.t(
        "{city} {year}: the largest difference from the budget is in {name}, {amount}",
        city=ctx.city(ctx.state.cities[0]),
        year=ctx.state.year,
        name=name,
        amount=signed(ctx.f.money_short(value), value),
    )


def _summary(ctx: Context, budget: float, actual: float) -> str:
    f, difference = ctx.f, actual - budget
    share = difference / budget if budget else None
    return ctx.t(
        "The budget was {budget} and the actual {actual}: a difference of {difference} ({share}).",
        budget=f.money_short(budget),
        actual=f.money_short(actual),
        difference=signed(f.money_short(difference), difference),
        share="–" if share is None else signed(f.percent(share), share),
    )


def _half(ctx: Context, rows: Rows, bare: View) -> View:
    """The city publishes one side only, so there is nothing to compare: its largest parts."""
    t, f = ctx.t, ctx.f
    budget, actual = sums.shown_names(ctx)
    has_budget = _total(rows, budget) is not None
    name, side = (budget, t("Budget")) if has_budget else (actual, t("Actual"))
    parts = _largest_first([(row["part"], value) for row in rows if (value := known(row[name])) is not None])
    code = ctx.state.cities[0]
    values = {"city": ctx.city(code), "year": ctx.state.year, "name": parts[0][0], "amount": f.money_short(parts[0][1])}
    title = (
        t("{city} {year}: the largest part of the budget is {name}, {amount}", **values)
        if has_budget
        else t("{city} {year}: the largest part of the actual is {name}, {amount}", **values)
    )
    summary = (
        t("For this city and year only the budget is published, so there is no difference to show.")
        if has_budget
        else t("For this city and year only the actual is published, so there is no difference to show.")
    )
    shown = parts[:SHOWN]
    figure: Figure = horizontal_bars(
        [part for part, _ in shown],
        [Bars(side, [value for _, value in shown], CITY_COLOURS[code])],
        f.money_short,
        sums.euro_words(ctx),
        f"{title}. {summary}",
    )
    languages = {row["part"]: ctx.foreign(row["part_language"]) for row in rows}
    tell_languages(figure, {part: languages[part] for part, _ in shown})
    largest = (t("The largest {n} of {all} are drawn.", n=len(shown), all=len(parts)),) if len(parts) > SHOWN else ()
    notes = (*largest, *bare.notes)
    return View(title, bare.subtitle, summary, bare.columns, bare.frame, figure, notes, phrases=languages)


def _panel(name: str, split: Callable[[Context], Split]) -> Panel:
    return Panel(
        name,
        "budgets",
        OF_BUDGETS,
        lambda ctx: parts_query(ctx, split(ctx)),
        lambda ctx: parts_view(ctx, split(ctx)),
        lambda ctx, frame: add_name(ctx, frame, split(ctx)),
        settle=sums.settle_city_and_year,
        page="budgets",
    )


ACCOUNTS = _panel("budget-accounts", by_account)
UNITS = _panel("budget-units", by_unit)
