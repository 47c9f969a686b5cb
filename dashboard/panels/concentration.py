"""How concentrated the cities' purchases are: the share of the ten largest suppliers, and the HHI.

The Herfindahl-Hirschman index is the sum of the squares of all suppliers' shares in per cent, 10 000 where one
supplier sells everything and near 0 where many sell little: European Commission, Guidelines on the assessment of
horizontal mergers (OJ C 31, 5.2.2004, p. 5), point 16. It is computed as 10 000 times the sum of the squares of the
suppliers' euros, divided by the square of the sum of their euros. The thresholds of such guidelines are for markets; a
city's purchases are none, so none is used.
"""

from __future__ import annotations

import pandas as pd

from dashboard.context import Context
from dashboard.panels.change import add_city
from dashboard.panels.city_years import Newest, Shown, city_year_view, partial_note, scope_note
from dashboard.panels.identified import EUROS, supplier_sums, unidentified_note
from dashboard.panels.panel import Column, Panel, View
from dashboard.query.answer import records
from dashboard.query.model import Filter, Measure, Query
from dashboard.state import OF_PURCHASES

LARGEST = 10
POSITIVE = (Filter("amount_eur", "gt", 0),)
WHOLE = 10_000
"""The HHI of a single supplier: the square of 100 per cent."""


def query(ctx: Context) -> Query:
    """By city and year: suppliers, their euros, those of the ten largest, and what the index is made of.

    The ten are set against the sum of all suppliers, less their credit notes, as the ranking of suppliers and the
    indicator do. The index takes those only whose year adds up to more than nothing: the square of a share of credit
    notes would raise it.
    """
    return Query(
        "purchases",
        measures=(
            EUROS,
            Measure("suppliers_count", "count"),
            Measure("ten_eur", "sum", "amount_eur", largest=LARGEST),
            Measure("positive_eur", "sum", "amount_eur", where=POSITIVE),
            Measure("squares", "sum_products", "amount_eur", times="amount_eur", where=POSITIVE),
        ),
        dimensions=("city_code", "purchase_year"),
        of=supplier_sums(ctx, "city_code", "purchase_year"),
        having=POSITIVE,
    )


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the city's name, the share of the ten largest (0 to 1) and the HHI (0 to 10 000)."""
    frame, rows = add_city(ctx, frame), records(frame)
    frame["ten_share"] = [float(row["ten_eur"] / row["amount_eur"]) for row in rows]
    frame["hhi"] = [WHOLE * row["squares"] / float(row["positive_eur"]) ** 2 for row in rows]
    return frame.drop(columns=["positive_eur", "squares"])


def ten_view(ctx: Context) -> View:
    """The share of the ten largest by city and year."""
    t, f = ctx.t, ctx.f

    def title(newest: Newest) -> str:
        if newest.city is not None:
            return t(
                "{city}: the ten largest suppliers get {share} of the purchases in {year}",
                city=newest.city, share=newest.low, year=newest.year,
            )  # fmt: skip
        return t(
            "The ten largest suppliers get {share} of a city's purchases in {year}",
            share=f.span(newest.low, newest.high), year=newest.year,
        )  # fmt: skip

    frame = derive(ctx, ctx.engine.run(query(ctx)))
    few = [row for row in records(frame) if row["suppliers_count"] <= LARGEST]
    net = t("The whole is what was bought from all suppliers with a business id, less their credit notes.")
    by_definition = (t("Where ten suppliers or fewer count, their share is the whole."),)
    return city_year_view(
        ctx,
        frame,
        Shown("ten_share", t("Share of the ten largest"), f.part, f.percent_short),
        _columns(ctx, "ten_share"),
        t("Share of each city's ten largest suppliers of a year, of the purchases from suppliers with a business id"),
        title,
        (net, *(by_definition if few else ()), *_notes(ctx, frame)),
    )


def hhi_view(ctx: Context) -> View:
    """The HHI by city and year."""
    t, f = ctx.t, ctx.f

    def title(newest: Newest) -> str:
        if newest.city is not None:
            return t(
                "{city}: the concentration index of the purchases is {value} of 10,000 in {year}",
                city=newest.city, value=newest.low, year=newest.year,
            )  # fmt: skip
        return t(
            "The concentration index of a city's purchases is {low} to {high} of 10,000 in {year}",
            low=newest.low, high=newest.high, year=newest.year,
        )  # fmt: skip

    frame = derive(ctx, ctx.engine.run(query(ctx)))

    def written(value: float) -> str:
        return f.number(round(value))

    formula = t(
        "The Herfindahl–Hirschman index (HHI) adds up the squares of all suppliers' shares in per cent: it is 10,000 "
        "where one supplier sells everything, and near 0 where many sell a little each. Formula: European Commission, "
        "Guidelines on the assessment of horizontal mergers (OJ C 31, 5.2.2004), point 16. Its thresholds are for "
        "markets; what one city buys is not a market."
    )
    credit = t("In the index, a supplier whose credit notes outweigh its invoices in a year has no share in that year.")
    return city_year_view(
        ctx,
        frame,
        Shown("hhi", t("HHI"), written, written),
        _columns(ctx, "hhi"),
        t("Herfindahl–Hirschman index of each city's suppliers by year, from 0 to 10,000"),
        title,
        (formula, credit, *_notes(ctx, frame)),
    )


def _columns(ctx: Context, first: str) -> tuple[Column, ...]:
    t = ctx.t
    values = {
        "ten_share": Column("ten_share", t("Share of the ten largest"), "share", is_number=True),
        "hhi": Column("hhi", t("HHI"), "index", is_number=True),
    }
    return (
        Column("city", t("City")),
        Column("purchase_year", t("Year")),
        values.pop(first),
        *values.values(),
        Column("suppliers_count", t("Suppliers"), "count", is_number=True),
        Column("ten_eur", t("The ten largest"), "EUR", is_number=True),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
    )


def _notes(ctx: Context, frame: pd.DataFrame) -> tuple[str, ...]:
    scope = scope_note(ctx, list(frame["city_code"]))
    return (*unidentified_note(ctx), *partial_note(ctx, frame), *scope)


TEN = Panel("concentration", "purchases", OF_PURCHASES, query, ten_view, derive, page="companies")
HHI = Panel("hhi", "purchases", OF_PURCHASES, query, hhi_view, derive, page="companies")
