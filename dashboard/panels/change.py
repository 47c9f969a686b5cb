"""What changed in the cities: each against its own first comparable year, since their scopes differ."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
from pandas.arrays import ArrowExtensionArray

from dashboard.context import Context
from dashboard.figures.lines import YearBreak, city_lines
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.part_years import is_partial, months_by_year, part_words
from dashboard.panels.scope import group_name, state_filters
from dashboard.query.answer import records, values_of
from dashboard.query.model import Measure, Query

BREAK_YEAR = 2023
"""On 1 January 2023 health, social and rescue services left the cities, Helsinki excepted."""
HELSINKI = "091"


def query(ctx: Context) -> Query:
    """Sum, rows and suppliers by city and year."""
    return Query(
        "purchases",
        measures=(
            Measure("amount_eur", "sum", "amount_eur"),
            Measure("rows_count", "count"),
            Measure("suppliers_count", "count_distinct", "supplier_business_id"),
        ),
        dimensions=("city_code", "purchase_year"),
        filters=state_filters(ctx),
    )


def year_break(ctx: Context, cities: Collection[str]) -> YearBreak | None:
    """The mark at 2023, in words; None where no city is shown that it concerns."""
    if set(cities) <= {HELSINKI}:
        return None
    text = ctx.t("1 Jan 2023: health and social services left the cities (not Helsinki)")
    return YearBreak(BREAK_YEAR, text, frozenset({HELSINKI}))


def base_year(city: str, years: Iterable[int]) -> int:
    """The year by which a city's others are measured: its first, from the break on where the break concerns it and
    there is such a year. Raises ValueError where there is no year.

    >>> base_year("837", [2021, 2022, 2024]), base_year("091", [2021, 2022, 2024]), base_year("837", [2021, 2022])
    (2024, 2021, 2021)
    """
    there = list(years)
    return min([year for year in there if city == HELSINKI or year >= BREAK_YEAR] or there)


def base_notes(ctx: Context, years: Mapping[str, Collection[int]]) -> tuple[str, ...]:
    """By which year each city is measured, and why it is not an earlier one; `years` are those shown of each city."""
    bases = ", ".join(f"{ctx.city(code)} {base_year(code, line)}" for code, line in years.items())
    measured = ctx.t("Each city is measured by its first comparable year: {years}.", years=bases)
    crossing = [code for code, line in years.items() if min(line) < BREAK_YEAR <= max(line)]
    broken = year_break(ctx, crossing)
    return (measured,) if broken is None else (measured, f"{broken.text}.")


def _full_years(rows: list[dict[str, Any]]) -> dict[str, dict[int, float]]:
    """City -> year -> euros, of whole years."""
    series: dict[str, dict[int, float]] = {}
    for row in rows:
        if not is_partial(row):
            series.setdefault(row["city_code"], {})[int(row["purchase_year"])] = float(row["amount_eur"])
    return {code: line for code, line in series.items() if line[base_year(code, line)] > 0}


def _index(row: Mapping[str, Any], series: dict[str, dict[int, float]]) -> float | None:
    code = row["city_code"]
    line = series.get(code, {})
    value = line.get(int(row["purchase_year"]))
    return None if value is None else 100 * value / line[base_year(code, line)]


def add_city(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the city's name behind its code."""
    frame = frame.copy()
    place = list(frame.columns).index("city_code") + 1
    frame.insert(place, "city", [ctx.city(code) for code in values_of(frame["city_code"])])
    return frame


def add_absent(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With a row for each city asked for that has none: its name, all else empty, since what is not published is
    missing and never zero. A frame without any row stays empty. It must have the column `city`."""
    there = set(frame["city"])
    absent = [code for code in ctx.state.cities or ctx.codes.cities if ctx.city(code) not in there]
    if frame.empty or not absent:
        return frame
    named = {"city": [ctx.city(code) for code in absent], "city_code": absent}
    return pd.DataFrame({name: _with_absent(column, len(absent), named) for name, column in frame.items()}, copy=False)


def _with_absent(column: pd.Series[Any], count: int, named: Mapping[str, list[str]]) -> Any:
    """A column's values, and behind them so many more: those of its name, else none."""
    if column.name in named:
        return pd.Series([*values_of(column), *named[str(column.name)]], dtype=column.dtype)
    if isinstance(column.dtype, pd.ArrowDtype):  # as pandas' own reindexing would, in a tenth of its time
        known: pa.ChunkedArray = column.array.__arrow_array__()
        return ArrowExtensionArray(pa.chunked_array([*known.chunks, pa.nulls(count, known.type)], known.type))
    return column.reset_index(drop=True).reindex(range(len(column) + count))


def telling_absent(panel: Panel) -> Panel:
    """The panel with `add_absent` in its table and in its download; its figure is its own matter."""

    def make_view(ctx: Context) -> View:
        view = panel.make_view(ctx)
        return replace(view, frame=add_absent(ctx, view.frame))

    def derive_all(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
        return add_absent(ctx, panel.derive(ctx, frame))

    return replace(panel, make_view=make_view, derive=derive_all)


def add_cities(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the cities' names behind their codes, which commas join; in the site's order."""
    frame = frame.copy()
    place = list(frame.columns).index("city_codes") + 1
    sets = [codes.split(",") for codes in frame["city_codes"]]
    frame.insert(
        place, "cities", [", ".join(map(ctx.city, filter(codes.__contains__, ctx.codes.cities))) for codes in sets]
    )
    return frame


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the city's name, the months with data and the index."""
    months = months_by_year(ctx)
    frame = add_city(ctx, frame)
    frame["months_count"] = [months[row["city_code"], row["purchase_year"]] for row in records(frame)]
    rows = records(frame)
    series = _full_years(rows)
    frame["index"] = [_index(row, series) for row in rows]
    return frame


def view(ctx: Context) -> View:
    """Index lines, the first whole year of each city from the break on being 100."""
    t, f = ctx.t, ctx.f
    frame = derive(ctx, ctx.engine.run(query(ctx)))
    rows = records(frame)
    series = _full_years(rows)
    columns = (
        Column("city", t("City")),
        Column("purchase_year", t("Year")),
        Column("index", t("Index"), "index", is_number=True),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
        Column("suppliers_count", t("Suppliers"), "count", is_number=True),
        Column("rows_count", t("Rows"), "count", is_number=True),
        Column("months_count", t("Months with data"), "count", is_number=True),
    )
    subtitle = t("Purchases by year, each city's first whole comparable year = 100")
    notes = _notes(ctx, rows)
    if not series:
        nothing = t("No purchases under these filters")
        return View(nothing, subtitle, t("Nothing to show."), columns, frame, None, notes)
    years = sorted({year for line in series.values() for year in line})
    lines = {
        code: [100 * line[y] / line[base_year(code, line)] if y in line else None for y in years]
        for code in ctx.codes.cities
        if (line := series.get(code))
    }
    last = {code: line[-1] for code, line in lines.items() if line[-1] is not None}
    title = _title(ctx, {code: base_year(code, series[code]) for code in last}, last, years)
    if group := group_name(ctx):
        title = f"{group} – {title}"
    summary = t(
        "In {year} the index stands at {values}.",
        year=years[-1],
        values=", ".join(f"{ctx.city(code)} {f.number(round(value))}" for code, value in last.items()),
    )
    figure = city_lines(
        years,
        lines,
        {code: ctx.city(code) for code in lines},
        f.plain,
        t("index"),
        f"{title}. {summary}",
        year_break(ctx, lines),
    )
    measured = base_notes(ctx, {code: series[code] for code in lines})
    return View(title, subtitle, summary, columns, frame, figure, (*measured, *notes))


def _title(ctx: Context, bases: Mapping[str, int], last: Mapping[str, float], years: list[int]) -> str:
    """The finding: how many cities bought for less, or how far the only city shown has come. `bases` are the years that
    are 100."""
    t, f = ctx.t, ctx.f
    if len(last) == 1:
        code, value = next(iter(last.items()))
        return t(
            "{city}: {value} in {last} when {first} is 100",
            city=ctx.city(code),
            value=f.number(round(value)),
            last=years[-1],
            first=bases[code],
        )
    compared = [value for code, value in last.items() if bases[code] < years[-1]]
    if not compared:
        return t("No city has two years that can be compared")
    return t(
        "{n} of {all} cities bought for less in {last} than in their first comparable year",
        n=sum(value < 100 for value in compared),
        all=len(compared),
        last=years[-1],
    )


def _notes(ctx: Context, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    t = ctx.t
    own = t("Each city is compared with itself only: the cities' data differ in scope, so their sums cannot be ranked.")
    partial = [part_words(ctx, r["city_code"], r["purchase_year"], r["months_count"]) for r in rows if is_partial(r)]
    if not partial:
        return (own,)
    left_out = t("Left out of the index, since the data cover a part of the year: {names}.", names=", ".join(partial))
    return own, left_out


PANEL = Panel("change", "purchases", ("city", "group"), query, view, derive, page="companies")
