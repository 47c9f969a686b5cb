"""Companies that sell the same things to the same cities as one company does.

A company is a vector of euros: one number for each account of each city from which it was paid. Two companies are as
similar as the angle between their vectors is small: the cosine, 1 where they sell in the same proportions, 0 where
they have no account of a city in common. Accounts that credit notes outweigh are left out, so that no number is
negative.
"""

from __future__ import annotations

import pandas as pd

from dashboard.context import Context
from dashboard.panels.change import add_cities
from dashboard.panels.company import PAGE, company_filters, company_name
from dashboard.panels.identified import EUROS, IDENTIFIED
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.scope import state_filters
from dashboard.panels.suppliers import company_names
from dashboard.query.model import Filter, Lookup, Measure, Query
from dashboard.state import OF_PURCHASES

SHOWN = 10
ACCOUNT = ("city_code", "account_code")
POSITIVE = Filter("amount_eur", "gt", 0)


def similarities(ctx: Context) -> dict[str, float]:
    """Business id -> cosine (above 0 to 1), the most similar first, of the most similar others."""
    frame = ctx.engine.run(_products_query(ctx))
    is_own = frame["supplier_business_id"] == ctx.state.company
    lengths = frame["squares"].astype(float) ** 0.5
    own = lengths[is_own].sum()  # of the one row, where the company has any
    others = frame.assign(cosine=(frame["product"].astype(float) / (lengths * own)).clip(upper=1))[~is_own]
    first = others.sort_values(["cosine", "supplier_business_id"], ascending=[False, True]).head(SHOWN)
    return dict(zip(first["supplier_business_id"].tolist(), first["cosine"].tolist(), strict=True))


def _products_query(ctx: Context) -> Query:
    """Of each supplier that has an account of a city in common with the company: the dot product of both vectors and
    the square of its own length; of the company itself these are the same."""
    own = Query(
        "purchases",
        measures=(Measure("own_eur", "sum", "amount_eur"),),
        dimensions=ACCOUNT,
        filters=company_filters(ctx),
        having=(Filter("own_eur", "gt", 0),),
    )
    vectors = Query(
        "purchases",
        measures=(EUROS,),
        dimensions=("supplier_business_id", *ACCOUNT),
        filters=(*state_filters(ctx), IDENTIFIED),
        having=(POSITIVE,),
    )
    return Query(
        "purchases",
        measures=(
            Measure("product", "sum_products", "amount_eur", times="own_eur"),
            Measure("squares", "sum_products", "amount_eur", times="amount_eur"),
        ),
        dimensions=("supplier_business_id",),
        of=vectors,
        lookups=(Lookup(own, ACCOUNT),),
        having=(Filter("product", "gt", 0),),
    )


def query(ctx: Context) -> Query:
    """Euros and rows of the most similar suppliers, in the order of their ids."""
    return Query(
        "purchases",
        measures=(EUROS, Measure("rows_count", "count"), Measure("city_codes", "values", "city_code")),
        dimensions=("supplier_business_id",),
        filters=(*state_filters(ctx), Filter("supplier_business_id", "in", tuple(similarities(ctx)))),
    )


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With names and the similarity, the most similar first."""
    found = similarities(ctx)
    names = company_names(ctx, list(found))
    frame = add_cities(ctx, frame)
    ids = frame["supplier_business_id"].tolist()
    frame.insert(1, "company_name", [names.get(one, one) for one in ids])
    frame.insert(2, "similarity", [found[one] for one in ids])
    return frame.sort_values(["similarity", "supplier_business_id"], ascending=[False, True], ignore_index=True)


def view(ctx: Context) -> View:
    """The most similar as a table."""
    t = ctx.t
    frame = derive(ctx, ctx.engine.run(query(ctx)))
    columns = (
        Column("company_name", t("Supplier")),
        Column("supplier_business_id", t("Business id")),
        Column("similarity", t("Similarity"), is_number=True),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
        Column("cities", t("Cities")),
        Column("rows_count", t("Rows"), "count", is_number=True),
    )
    name = company_name(ctx)
    subtitle = t("Suppliers that sell on the same accounts to the same cities as {name}", name=name)
    if frame.empty:
        title = t("No supplier sells on the same accounts to the same cities")
        return View(title, subtitle, t("Nothing to show."), columns, frame, None)
    title = t("{other} sells most nearly the same", other=frame["company_name"].iloc[0])
    summary = t(
        "Similarity from 0 to 1: {value} at the most.", value=ctx.f.plain(round(float(frame["similarity"].iloc[0]), 2))
    )
    rule = t(
        "Similarity is the cosine of the euros by city and account: 1 where both sell on the same accounts to the same "
        "cities in the same proportions, 0 where they have none in common; size does not matter. It says nothing of "
        "price or quality, and little of a company with few rows."
    )
    return View(title, subtitle, summary, columns, frame, None, (rule,))


PANEL = Panel("company-similar", "purchases", OF_PURCHASES, query, view, derive, of_company=True, page=PAGE)
