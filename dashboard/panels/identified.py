"""Purchases from suppliers with a business id: only these can be counted, ranked and compared."""

from __future__ import annotations

from dashboard.context import Context
from dashboard.panels.scope import state_filters
from dashboard.query.model import Filter, Measure, Query

EUROS = Measure("amount_eur", "sum", "amount_eur")
IDENTIFIED = Filter("supplier_business_id", "not_null")


def supplier_sums(ctx: Context, *dimensions: str) -> Query:
    """Euros and rows of each supplier with a business id under the filters, by the dimensions."""
    return Query(
        "purchases",
        measures=(EUROS, Measure("rows_count", "count")),
        dimensions=(*dimensions, "supplier_business_id"),
        filters=(*state_filters(ctx), IDENTIFIED),
    )


def unidentified_note(ctx: Context) -> tuple[str, ...]:
    """What part of the euros has no business id, as the one note or none; of all kinds, as a kind needs an id."""
    filters = state_filters(ctx.with_state(kind=None))
    whole = _euros(ctx, filters)
    without = _euros(ctx, (*filters, Filter("supplier_business_id", "is_null")))
    if whole <= 0 or without <= 0:
        return ()
    share = ctx.f.part(without / whole)
    return (ctx.t("Without a business id is {share} of the euros: they are not counted here.", share=share),)


def _euros(ctx: Context, filters: tuple[Filter, ...]) -> float:
    """The sum under the filters, 0 where there are no rows."""
    (row,) = ctx.engine.rows(Query("purchases", (EUROS,), filters=filters))
    return float(row["amount_eur"] or 0)


def is_outweighed(ctx: Context) -> bool:
    """Whether credit notes are as much as what was bought from suppliers with a business id under the filters, or more;
    not so where there are no rows."""
    (row,) = ctx.engine.rows(
        Query("purchases", (EUROS, Measure("rows_count", "count")), filters=(*state_filters(ctx), IDENTIFIED))
    )
    return bool(row["rows_count"]) and row["amount_eur"] <= 0
