"""What panels by city and year share: which years are whole in a city's data, and how such a panel is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.lines import city_lines
from dashboard.figures.style import CITY_COLOURS, Figure
from dashboard.panels.change import BREAK_YEAR, year_break
from dashboard.panels.identified import is_outweighed
from dashboard.panels.panel import Column, View
from dashboard.panels.part_years import is_whole, months_by_year, part_words
from dashboard.query.answer import records

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Newest:
    """A column's values in the newest year in which any is known, as written; `city` where it is of one city only."""

    year: int
    low: str
    high: str
    city: str | None


@dataclass(frozen=True)
class Shown:
    """A column of a panel by city and year that its figure draws: `axis` names it, `label` writes a value in a text,
    `tick` in the figure."""

    column: str
    axis: str
    label: Callable[[float], str]
    tick: Callable[[float], str]


def city_year_view(
    ctx: Context,
    frame: pd.DataFrame,
    shown: Shown,
    columns: tuple[Column, ...],
    subtitle: str,
    title: Callable[[Newest], str],
    notes: tuple[str, ...],
) -> View:
    """A line a city over the years, or bars by city where there is one year; `title` says what the newest year says."""
    t, rows = ctx.t, records(frame)
    if not rows and is_outweighed(ctx):
        nothing = t("Credit notes outweigh the purchases under these filters")
        return View(nothing, subtitle, t("There is no share to tell of."), columns, frame, None)
    if not rows:
        return View(t("No purchases under these filters"), subtitle, t("Nothing to show."), columns, frame, None)
    known = [row for row in rows if not pd.isna(row[shown.column])]
    if not known:
        return View(t("Not known for any year"), subtitle, t("The notes say why."), columns, frame, None, notes)
    year = max(int(row["purchase_year"]) for row in known)
    values = {row["city_code"]: float(row[shown.column]) for row in known if row["purchase_year"] == year}
    low, high = shown.label(min(values.values())), shown.label(max(values.values()))
    finding = title(Newest(year, low, high, ctx.city(next(iter(values))) if len(values) == 1 else None))
    said = (f"{ctx.city(code)} {shown.label(values[code])}" for code in ctx.codes.cities if code in values)
    summary = f"{shown.axis}, {year}: {', '.join(said)}."
    figure = _figure(ctx, known, shown, f"{finding}. {summary}")
    return View(finding, subtitle, summary, columns, frame, figure, notes)


def _figure(ctx: Context, rows: Sequence[Row], shown: Shown, description: str) -> Figure:
    """Of rows whose value is known; a year between without one is a gap."""
    values = {(row["city_code"], int(row["purchase_year"])): float(row[shown.column]) for row in rows}
    years = list(range(min(year for _, year in values), max(year for _, year in values) + 1))
    cities = [code for code in ctx.codes.cities if any(key[0] == code for key in values)]
    names = {code: ctx.city(code) for code in cities}
    if len(years) == 1:
        bars = Bars(shown.axis, [values[code, years[0]] for code in cities], [CITY_COLOURS[code] for code in cities])
        return horizontal_bars(list(names.values()), [bars], shown.tick, shown.axis, description)
    lines = {code: [values.get((code, year)) for year in years] for code in cities}
    return city_lines(years, lines, names, shown.tick, shown.axis, description, year_break(ctx, cities))


def partial_note(ctx: Context, frame: pd.DataFrame | None = None) -> tuple[str, ...]:
    """Which of the city-years shown are parts of a year, as the one note or none; without a frame of cities and years
    those that its sums are of, by the filters."""
    t, months = ctx.t, months_by_year(ctx)
    added = [(code, year) for code, year in sorted(months) if ctx.state.year in (None, year)]
    shown = added if frame is None else [(row["city_code"], int(row["purchase_year"])) for row in records(frame)]
    partial = [
        part_words(ctx, code, year, months[code, year]) for code, year in shown if not is_whole(months, code, year)
    ]
    return (t("The data cover only a part of the year: {names}.", names=", ".join(partial)),) if partial else ()


def scope_note(ctx: Context, cities: Sequence[str]) -> tuple[str, ...]:
    """That cities differ in what they publish, where several are shown."""
    if len(set(cities)) < 2:
        return ()
    return (ctx.t("The cities' data differ in scope, so a difference between cities may be one of their data."),)


def break_note(ctx: Context) -> tuple[str, ...]:
    """The break of 2023, where years on both sides of it are added up of a city that it concerns."""
    years, broken = ctx.codes.years["purchases"], year_break(ctx, ctx.state.cities or ctx.codes.cities)
    spans = ctx.state.year is None and bool(years) and years[-1] < BREAK_YEAR <= years[0]
    return (f"{broken.text}.",) if broken is not None and spans else ()
