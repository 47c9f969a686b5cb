"""Every supplier under the filters, the largest first, a page at a time: the ten largest are only its beginning."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard.context import Context
from dashboard.i18n.words import kind_words
from dashboard.panels.city_years import break_note, partial_note
from dashboard.panels.identified import EUROS, supplier_sums, unidentified_note
from dashboard.panels.ordering import asked_order, by_name, direction
from dashboard.panels.pages import ROWS_A_PAGE, page_of, page_words
from dashboard.panels.panel import Column, Panel, View
from dashboard.query.answer import records
from dashboard.query.model import Direction, Lookup, Measure, Query
from dashboard.state import OF_PURCHASES

OF_COMPANY = Lookup(
    Query("companies", columns=("supplier_business_id", "company_name", "kind_code")), ("supplier_business_id",)
)


def query(ctx: Context) -> Query:
    """Place, name, kind, euros, share, rows and cities of every supplier with a business id."""
    of_supplier = Query(
        "purchases",
        measures=(
            Measure("place", "sum", "amount_eur", place=True),
            EUROS,
            Measure("amount_share", "sum", "amount_eur", share=True),
            Measure("cities_count", "count"),
            Measure("rows_count", "sum", "rows_count"),
        ),
        dimensions=("supplier_business_id",),
        of=supplier_sums(ctx, "city_code"),
    )
    return Query(
        "purchases",
        columns=(
            "place", "company_name", "supplier_business_id", "kind_code", "amount_eur", "amount_share", "cities_count",
            "rows_count",
        ),
        order_by=(("place", "asc"),),
        of=of_supplier,
        lookups=(OF_COMPANY,),
    )  # fmt: skip


def _order(ctx: Context, column: str, *, falls: bool) -> tuple[str, Direction]:
    """How the query puts all suppliers in the order of a column."""
    if column == "kind":
        return "kind_code", by_name({code: kind_words(ctx.t, code) for code in ctx.codes.names["kind"]}, falls=falls)
    return column, direction(falls=falls, is_text=column in ("company_name", "supplier_business_id"))


def count(ctx: Context) -> int:
    """How many suppliers there are under the filters."""
    return ctx.engine.count(query(ctx))


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the kind's name; the id itself is the name of a supplier that has none."""
    frame = frame.copy()
    frame["company_name"] = frame["company_name"].fillna(frame["supplier_business_id"])
    codes = [row["kind_code"] for row in records(frame)]
    kinds = ["–" if code is None else kind_words(ctx.t, code) for code in codes]
    frame.insert(list(frame.columns).index("kind_code") + 1, "kind", kinds)
    return frame


def view(ctx: Context) -> View:
    """A page of the ranking, or of it in another order; the download holds all of it."""
    t, f = ctx.t, ctx.f
    whole = count(ctx)
    first = (page_of(ctx, whole)[0] - 1) * ROWS_A_PAGE
    columns = (
        Column("company_name", t("Supplier")),
        Column("place", t("Place"), "count", is_number=True),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
        Column("amount_share", t("Share"), "share", is_number=True),
        Column("kind", t("Kind of supplier")),
        Column("supplier_business_id", t("Business id")),
        Column("cities_count", t("Number of cities"), "count", is_number=True),
        Column("rows_count", t("Rows"), "count", is_number=True),
    )
    subtitle = t("Suppliers with a business id by purchases in euros, the largest first")
    asked, order = query(ctx), asked_order(ctx, "ranking", columns)
    if order[0] is not None:
        asked = replace(asked, order_by=(_order(ctx, order[0], falls=order[1]), *asked.order_by))
        column = next(item.title for item in columns if item.name == order[0])
        subtitle = t("Suppliers with a business id, sorted by: {column}", column=column)
    frame = derive(ctx, ctx.engine.run(replace(asked, limit=ROWS_A_PAGE, offset=first)))
    if not whole:
        return View(t("No purchases under these filters"), subtitle, t("Nothing to show."), columns, frame, None)
    title = t("All suppliers: {count}", count=f.number(whole))
    notes = (*unidentified_note(ctx), *partial_note(ctx), *break_note(ctx))
    words = page_words(ctx, whole)
    return View(title, subtitle, words, columns, frame, None, notes, is_sorted=True, order=order)


PANEL = Panel("ranking", "purchases", OF_PURCHASES, query, view, derive, is_paged=True, page="companies")
