"""Companies that several cities share: each company stands in the one combination of cities that buy from it."""

from __future__ import annotations

import pandas as pd

from dashboard.context import Context
from dashboard.figures.sets import Intersection, SetOf, set_intersections
from dashboard.figures.style import CITY_COLOURS
from dashboard.panels.change import add_cities
from dashboard.panels.city_years import break_note, partial_note
from dashboard.panels.identified import EUROS, supplier_sums, unidentified_note
from dashboard.panels.panel import Column, Panel, View
from dashboard.query.answer import records
from dashboard.query.model import Measure, Query

ALL_CITIES = 6
DRAWN = 15
"""Combinations that a telephone has room for; six cities make up to 63."""


def query(ctx: Context) -> Query:
    """Suppliers and euros by combination of cities, `city_codes` joined by commas; the most suppliers first."""
    of_supplier = Query(
        "purchases",
        measures=(Measure("city_codes", "values", "city_code"), EUROS),
        dimensions=("supplier_business_id",),
        of=supplier_sums(ctx, "city_code"),
    )
    return Query(
        "purchases",
        measures=(Measure("suppliers_count", "count"), Measure("suppliers_share", "count", share=True), EUROS),
        dimensions=("city_codes",),
        order_by=(("suppliers_count", "desc"), ("amount_eur", "desc")),
        of=of_supplier,
    )


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the cities' names and their number."""
    frame = add_cities(ctx, frame)
    frame.insert(2, "cities_count", [codes.count(",") + 1 for codes in frame["city_codes"]])
    return frame


def view(ctx: Context) -> View:
    """The combinations as an UpSet plot and a table."""
    t, f = ctx.t, ctx.f
    frame = derive(ctx, ctx.engine.run(query(ctx)))
    rows = records(frame)
    columns = (
        Column("cities", t("Cities")),
        Column("cities_count", t("Number of cities"), "count", is_number=True),
        Column("suppliers_count", t("Suppliers"), "count", is_number=True),
        Column("suppliers_share", t("Share of suppliers"), "share", is_number=True),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
    )
    subtitle = t("Suppliers with a business id by the cities that buy from them")
    if not rows:
        return View(t("No purchases under these filters"), subtitle, t("Nothing to show."), columns, frame, None)
    count = sum(row["suppliers_count"] for row in rows)
    of_one = sum(row["suppliers_count"] for row in rows if row["cities_count"] == 1)
    of_all = sum(row["suppliers_count"] for row in rows if row["cities_count"] == ALL_CITIES)
    title = t("{share} of the suppliers sell to one of the six cities only", share=f.part(of_one / count))
    summary = t(
        "Suppliers: {count}. They sell to one city: {one}, to several: {several}, to all six: {all}.",
        count=f.number(count), one=f.number(of_one), several=f.number(count - of_one), all=f.number(of_all),
    )  # fmt: skip
    figure = set_intersections(
        [SetOf(code, ctx.city(code), CITY_COLOURS[code]) for code in ctx.codes.cities],
        [Intersection(frozenset(row["city_codes"].split(",")), row["suppliers_count"]) for row in rows[:DRAWN]],
        f.number,
        t("suppliers"),
        f"{title}. {summary}",
    )
    rule = t("Each supplier counts once, with exactly those cities in whose data it has a row under the filters.")
    more = (
        (t("The {n} most common combinations are drawn; the table holds all.", n=DRAWN),) if len(rows) > DRAWN else ()
    )
    notes = (rule, *more, *unidentified_note(ctx), *partial_note(ctx), *break_note(ctx))
    return View(title, subtitle, summary, columns, frame, figure, notes)


PANEL = Panel("shared", "purchases", ("year", "group", "kind", "min", "max"), query, view, derive, page="companies")
