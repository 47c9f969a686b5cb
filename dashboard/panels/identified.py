"""Purchases from suppliers with a business id: only these can be counted, ranked and compared."""

from __future__ import annotations

from dashboard.context import Context
from dashboard.panels.scope import state_filters
from dashboard.query.model import Filter, Measure, Query

EUROS = Measure("amount_eur", "sum", "amount_eur")
IDENTIFIED = Filter("supplier_business_id", "not_null")


def sums(ctx: Context) -> Query:
    """Euros and rows under the filters by city, year and supplier, who has no business id on some rows.

    Most that is told of suppliers can be counted from these: they are asked once for all of it.
    """
    return Query(
        "purchases",
        measures=(EUROS, Measure("rows_count", "count")),
        dimensions=("city_code", "purchase_year", "supplier_business_id"),
        filters=state_filters(ctx),
    )


def supplier_sums(ctx: Context, *dimensions: str) -> Query:
    """Euros and rows of each supplier with a business id under the filters, by the dimensions: city, year or both."""
    return Query(
        "purchases",
        measures=(EUROS, Measure("rows_count", "sum", "rows_count")),
        dimensions=(*dimensions, "supplier_business_id"),
        filters=(IDENTIFIED,),
        of=sums(ctx),
    )


def unidentified_note(ctx: Context) -> tuple[str, ...]:
    """What part of the euros has no business id, as the one note or none; of all kinds, as a kind needs an id."""
    nameless = Filter("supplier_business_id", "is_null")
    of_nobody = Measure("nameless_eur", "sum", "amount_eur", where=(nameless,))
    (row,) = ctx.engine.rows(Query("purchases", (EUROS, of_nobody), of=sums(ctx.with_state(kind=None))))
    whole, without = float(row["amount_eur"] or 0), float(row["nameless_eur"] or 0)
    if whole <= 0 or without <= 0:
        return ()
    share = ctx.f.part(without / whole)
    return (ctx.t("Without a business id is {share} of the euros: they are not counted here.", share=share),)


def is_outweighed(ctx: Context) -> bool:
    """Whether credit notes are as much as what was bought from suppliers with a business id under the filters, or more;
    not so where there are no rows."""
    measures = (EUROS, Measure("rows_count", "sum", "rows_count"))
    (row,) = ctx.engine.rows(Query("purchases", measures, filters=(IDENTIFIED,), of=sums(ctx)))
    return bool(row["rows_count"]) and row["amount_eur"] <= 0
