"""What changed in the cities: each against its own first full year, since their scopes differ."""

from __future__ import annotations

import pandas as pd

from dashboard.context import Context
from dashboard.figures.lines import YearBreak, city_lines
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.suppliers import state_filters
from dashboard.query.model import Measure, Query

BREAK_YEAR = 2023
"""On 1 January 2023 health, social and rescue services left the cities, Helsinki excepted."""


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
        filters=state_filters(ctx.with_state(year=None)),
    )


def year_break(ctx: Context) -> YearBreak:
    """The mark at 2023, in words."""
    return YearBreak(BREAK_YEAR, ctx.t("1 Jan 2023: health and social services left the cities"))


def _complete(frame: pd.DataFrame) -> dict[str, dict[int, float]]:
    series: dict[str, dict[int, float]] = {}
    for row in frame.to_dict("records"):
        series.setdefault(row["city_code"], {})[int(row["purchase_year"])] = float(row["amount_eur"])
    return series


def view(ctx: Context) -> View:
    """Index lines, the first year of each city being 100."""
    t, f = ctx.t, ctx.f
    frame = ctx.engine.run(query(ctx)).copy()
    series = _complete(frame)
    frame["index"] = [
        100 * float(row["amount_eur"]) / series[row["city_code"]][min(series[row["city_code"]])]
        for row in frame.to_dict("records")
    ]
    frame.insert(1, "city", [ctx.city(code) for code in frame["city_code"]])
    columns = (
        Column("city", t("City")),
        Column("purchase_year", t("Year")),
        Column("index", t("Index"), "index", is_number=True),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
        Column("suppliers_count", t("Suppliers"), "count", is_number=True),
        Column("rows_count", t("Rows"), "count", is_number=True),
    )
    subtitle = t("Purchases by year, each city's first year in the data = 100")
    notes = (
        t(
            "Each city is compared with itself only: the cities' data differ in scope, so their sums cannot be ranked."
        ),
        t("Turku's first file covers June to December only."),
    )
    if frame.empty:
        return View(
            t("No purchases under these filters"),
            subtitle,
            t("Nothing to show."),
            columns,
            frame,
            None,
            notes,
        )
    years = sorted({year for line in series.values() for year in line})
    lines = {
        code: [100 * line[y] / line[min(line)] if y in line else None for y in years]
        for code in ctx.codes.cities
        if (line := series.get(code))
    }
    last = {code: line[-1] for code, line in lines.items() if line[-1] is not None}
    down = [ctx.city(code) for code, value in last.items() if value < 100]
    title = t(
        "{n} of {all} cities bought for less in {last} than in {first}",
        n=len(down),
        all=len(last),
        last=years[-1],
        first=years[0],
    )
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
        year_break(ctx),
    )
    return View(title, subtitle, summary, columns, frame, figure, notes)


PANEL = Panel("change", "purchases", query, view)
