"""Newcomers and leavers: which part of a city's suppliers of a year was not there before, or is not there after."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from dashboard.context import Context
from dashboard.panels.change import add_city
from dashboard.panels.city_years import (
    Newest,
    Shown,
    break_note,
    city_year_view,
    partial_note,
    scope_note,
)
from dashboard.panels.identified import supplier_sums, unidentified_note
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.part_years import is_whole, months_by_year
from dashboard.query.answer import records
from dashboard.query.model import Measure, Query

SUPPLIERS = Measure("suppliers_count", "count")


def query(ctx: Context) -> Query:
    """Suppliers by city and year."""
    return Query(
        "purchases",
        measures=(SUPPLIERS,),
        dimensions=("city_code", "purchase_year"),
        of=supplier_sums(ctx, "city_code", "purchase_year"),
    )


def turns_query(ctx: Context) -> Query:
    """Suppliers by city and by the first and last year in which the city's data have them."""
    of_supplier = Query(
        "purchases",
        measures=(Measure("first_year", "min", "purchase_year"), Measure("last_year", "max", "purchase_year")),
        dimensions=("city_code", "supplier_business_id"),
        of=supplier_sums(ctx, "city_code", "purchase_year"),
    )
    return Query("purchases", (SUPPLIERS,), ("city_code", "first_year", "last_year"), of=of_supplier)


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the city's name, newcomers, their share of the suppliers, and leavers; None where they cannot be known.

    New in a year is a supplier that no earlier year of the city's data has; that is known where this year and the one
    before are whole in the data. Leavers are the same with later years.
    """
    came, went = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for row in ctx.engine.rows(turns_query(ctx)):
        came[row["city_code"], int(row["first_year"])] += int(row["suppliers_count"])
        went[row["city_code"], int(row["last_year"])] += int(row["suppliers_count"])
    months, rows = months_by_year(ctx), records(frame)
    keys = [(row["city_code"], int(row["purchase_year"])) for row in rows]

    def known(counts: Counter[tuple[str, int]], step: int) -> list[int | None]:
        return [
            counts[city, year] if is_whole(months, city, year) and is_whole(months, city, year + step) else None
            for city, year in keys
        ]

    newcomers = known(came, -1)
    shares = [None if n is None else n / row["suppliers_count"] for n, row in zip(newcomers, rows, strict=True)]
    frame = add_city(ctx, frame)
    frame["newcomers_count"] = pd.Series(newcomers, frame.index, dtype=object)
    frame["newcomers_share"] = pd.Series(shares, frame.index, dtype=object)
    frame["leavers_count"] = pd.Series(known(went, 1), frame.index, dtype=object)
    return frame


def view(ctx: Context) -> View:
    """The newcomers' share of a city's suppliers by year."""
    t = ctx.t
    frame = derive(ctx, ctx.engine.run(query(ctx)))
    columns = (
        Column("city", t("City")),
        Column("purchase_year", t("Year")),
        Column("suppliers_count", t("Suppliers"), "count", is_number=True),
        Column("newcomers_count", t("Newcomers"), "count", is_number=True),
        Column("newcomers_share", t("Share of newcomers"), "share", is_number=True),
        Column("leavers_count", t("Leavers"), "count", is_number=True),
    )

    def title(newest: Newest) -> str:
        if newest.city is not None:
            return t(
                "{city}: {share} of the suppliers of {year} were new",
                city=newest.city, share=newest.low, year=newest.year,
            )  # fmt: skip
        return t(
            "{share} of a city's suppliers of {year} were new",
            share=ctx.f.span(newest.low, newest.high), year=newest.year,
        )  # fmt: skip

    rule = t(
        "New in a year is a supplier that no earlier year of the city's data has; a leaver is one that no later year "
        "has. This is known where the year itself and the year before it (for leavers: after it) are whole in the "
        "data; otherwise it is shown as not known. The data begin late: many who are new in their first years had "
        "sold to the city before, and the further the data go back, the fewer are new."
    )
    cities = list(frame["city_code"])
    notes = (rule, *unidentified_note(ctx), *partial_note(ctx, frame), *scope_note(ctx, cities), *break_note(ctx))
    return city_year_view(
        ctx,
        frame,
        Shown("newcomers_share", t("Share of newcomers"), ctx.f.part, ctx.f.percent_short),
        columns,
        t("Newcomers among each city's suppliers with a business id, by year"),
        title,
        notes,
    )


PANEL = Panel("newcomers", "purchases", ("city", "group", "kind", "min", "max"), query, view, derive, page="companies")
