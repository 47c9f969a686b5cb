"""What has been published: of one dataset by city and year, of all datasets by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboard.context import Context
from dashboard.figures.heat import heat_map
from dashboard.i18n.words import coverage_words
from dashboard.panels.change import add_city
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.part_years import tells_months
from dashboard.query.answer import records
from dashboard.query.model import Filter, Query

STATES = ("no_source", "not_published", "partial", "published")
"""From the palest cell to the darkest; what is not known has none."""
PUBLISHED = ("published", "partial")
"""The states of a year of which there is anything."""
SIGNS = {"published": "✓", "partial": "1–11", "not_published": "×", "no_source": "Ø", "unknown": "–"}
"""Of signs that the pictures' font has; a partial year's is the number of its months."""
Rows = list[dict[str, Any]]


class Cell(NamedTuple):
    """What a city has published of a year, and of how many months where it is partial."""

    state: str
    months: int | None = None

    @property
    def sign(self) -> str:
        """How the cell says it."""
        return SIGNS[self.state] if self.months is None else str(self.months)


def query(ctx: Context) -> Query:
    """Every city and year of the dataset, or of all."""
    chosen = ctx.state.dataset
    return Query(
        "coverage",
        columns=(
            "dataset_name",
            "table_name",
            "city_code",
            "year",
            "status_code",
            *(("months_count",) if tells_months(ctx) else ()),
            "rows_count",
            "set_aside_count",
            "business_id_pct",
        ),
        filters=() if chosen is None else (Filter("dataset_name", "eq", chosen),),
        order_by=(("dataset_name", "asc"), ("city_code", "asc"), ("year", "asc")),
    )


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the names of dataset and city, and the state in words."""
    frame = add_city(ctx, frame)
    frame.insert(1, "dataset", [ctx.name("dataset", name) for name in frame["dataset_name"]])
    frame["status"] = [coverage_words(ctx.t, code) for code in frame["status_code"]]
    return frame


def view(ctx: Context) -> View:
    """A cell a city and year of the chosen dataset; without one, a cell a dataset and year."""
    frame = derive(ctx, ctx.engine.run(query(ctx)))
    return _of_all(ctx, frame) if ctx.state.dataset is None else _of_one(ctx, frame)


def _columns(ctx: Context) -> tuple[Column, ...]:
    t = ctx.t
    return (
        Column("city", t("City")),
        Column("year", t("Year")),
        Column("status", t("State")),
        *((Column("months_count", t("Months with data"), "count", is_number=True),) if tells_months(ctx) else ()),
        Column("rows_count", t("Rows"), "count", is_number=True),
        Column("set_aside_count", t("Set aside"), "count", is_number=True),
        Column("business_id_pct", t("Rows with a business id, %"), is_number=True),
    )


def _of_one(ctx: Context, frame: pd.DataFrame) -> View:
    t = ctx.t
    subtitle, columns = t("What each city has published, by year"), _columns(ctx)
    if frame.empty:
        nothing = t("This dataset has no cities and years")
        return View(nothing, subtitle, t("Nothing to show."), columns, frame, None)
    rows = records(frame)
    years = list(range(min(row["year"] for row in rows), max(row["year"] for row in rows) + 1))
    cells = {code: [_cell(rows, code, year) for year in years] for code in ctx.codes.cities}
    whole = sum(all(cell.state in PUBLISHED for cell in line) for line in cells.values())
    title = t(
        "{n} of {all} cities have published every year from {first} to {last}",
        n=whole,
        all=len(cells),
        first=years[0],
        last=years[-1],
    )
    figure = heat_map(
        [ctx.city(code) for code in cells],
        [str(year) for year in years],
        [[_shade(cell.state) for cell in line] for line in cells.values()],
        ctx.f.plain,
        f"{title}. {_summary(ctx, cells)}",
        texts=[[cell.sign for cell in line] for line in cells.values()],
        ends=(0, len(STATES) - 1),  # a state looks the same in every dataset
    )
    return View(title, subtitle, _summary(ctx, cells), columns, frame, figure, (_legend(ctx, cells),))


def _cell(rows: Rows, city: str, year: int) -> Cell:
    """The best that a table of the dataset has of a city and year."""
    found = [row for row in rows if row["city_code"] == city and row["year"] == year]
    states = {row["status_code"] for row in found}
    state = next((state for state in reversed(STATES) if state in states), "unknown")
    if state != "partial":
        return Cell(state)
    return Cell(state, max(int(row["months_count"]) for row in found if row["status_code"] == state))


def _shade(state: str) -> float | None:
    return float(STATES.index(state)) if state in STATES else None


def _summary(ctx: Context, cells: Mapping[str, Sequence[Cell]]) -> str:
    """How many cities and years there are of each state."""
    states = [cell.state for line in cells.values() for cell in line]
    told = [f"{coverage_words(ctx.t, s)}: {states.count(s)}" for s in (*reversed(STATES), "unknown") if s in states]
    return ctx.t("Cities and years, by state: {states}.", states=", ".join(told))


def _legend(ctx: Context, cells: Mapping[str, Sequence[Cell]]) -> str:
    """The signs of the chart in words."""
    states = {cell.state for line in cells.values() for cell in line}
    words = {state: coverage_words(ctx.t, state) for state in SIGNS}
    words["partial"] = ctx.t("part of the year, the number of months with data")
    return " · ".join(f"{sign} {words[state]}" for state, sign in SIGNS.items() if state in states)


def _of_all(ctx: Context, frame: pd.DataFrame) -> View:
    t = ctx.t
    rows = records(frame)
    columns = (Column("dataset", t("Dataset"), "name"), *_columns(ctx))
    subtitle = t("Cities that have published, by dataset and year")
    if not rows:
        return View(t("This release tells no coverage"), subtitle, t("Nothing to show."), columns, frame, None)
    years = list(range(min(row["year"] for row in rows), max(row["year"] for row in rows) + 1))
    names = list(dict.fromkeys(row["dataset_name"] for row in rows))
    there = {(r["dataset_name"], r["city_code"], r["year"]) for r in rows if r["status_code"] in PUBLISHED}
    cities = len(ctx.codes.cities)
    counts = [[sum((name, code, year) in there for code in ctx.codes.cities) for year in years] for name in names]
    newest = [line[-1] for line in counts]
    title = t(
        "{n} of {all} datasets hold all {cities} cities in {year}",
        n=sum(count == cities for count in newest),
        all=len(names),
        cities=cities,
        year=years[-1],
    )
    summary = t("A cell says how many of the {n} cities have published; an empty one, none.", n=cities)
    partial = t("A city that has published a part of a year counts as well; the table tells which.")
    notes = (partial,) if any(row["status_code"] == "partial" for row in rows) else ()
    figure = heat_map(
        [ctx.name("dataset", name) for name in names],
        [str(year) for year in years],
        [[count or None for count in line] for line in counts],
        ctx.f.plain,
        f"{title}. {summary}",
    )
    return View(title, subtitle, summary, columns, frame, figure, notes)


PANEL = Panel("coverage", "coverage", ("dataset",), query, view, derive, page="dataset/{dataset}")
