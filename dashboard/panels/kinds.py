"""Kinds of supplier: what part of a city's purchases goes to companies, associations, public bodies and others."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.figures.heat import heat_map
from dashboard.figures.style import Figure
from dashboard.i18n.words import kind_words
from dashboard.panels.change import add_city
from dashboard.panels.city_years import break_note, partial_note, scope_note
from dashboard.panels.identified import EUROS, sums
from dashboard.panels.panel import Column, Panel, View
from dashboard.query.answer import records
from dashboard.query.model import Lookup, Measure, Query

KIND_OF = Lookup(Query("companies", columns=("supplier_business_id", "kind_code")), ("supplier_business_id",))
MAIN = "company"
ORDER = (MAIN, "association", "public_body", "foreign", "unknown", None)
"""Of the kinds in the figure; what has no business id comes last."""


def _places(ctx: Context) -> tuple[str, ...]:
    """By city; one city by year."""
    return ("city_code", "purchase_year") if len(ctx.state.cities) == 1 else ("city_code",)


def query(ctx: Context) -> Query:
    """Euros and suppliers by city (of one city by year) and kind; no kind where there is no business id."""
    places = _places(ctx)
    of_supplier = Query("purchases", (EUROS,), (*places, "supplier_business_id"), of=sums(ctx))
    return Query(
        "purchases",
        measures=(EUROS, Measure("suppliers_count", "count_distinct", "supplier_business_id")),
        dimensions=(*places, "kind_code"),
        of=of_supplier,
        lookups=(KIND_OF,),
    )


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With names, and the kind's part of the purchases of its city (and year); None where these are nothing or less."""
    places, rows = _places(ctx), records(frame)
    sums: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[tuple(row[name] for name in places)] += row["amount_eur"]
    wholes = [sums[tuple(row[name] for name in places)] for row in rows]
    shares = [float(row["amount_eur"] / whole) if whole > 0 else None for row, whole in zip(rows, wholes, strict=True)]
    frame = add_city(ctx, frame)
    place = list(frame.columns).index("kind_code") + 1
    frame.insert(place, "kind", [_kind_name(ctx, row["kind_code"]) for row in rows])
    frame["kind_share"] = pd.Series(shares, frame.index, dtype=object)
    return frame


def _kind_name(ctx: Context, code: str | None) -> str:
    return ctx.t("without a business id") if code is None else kind_words(ctx.t, code)


def view(ctx: Context) -> View:
    """The kinds' parts as a heat map and a table."""
    t = ctx.t
    frame = derive(ctx, ctx.engine.run(query(ctx)))
    rows = records(frame)
    of_one = len(_places(ctx)) > 1
    columns = (
        Column("city", t("City")),
        *((Column("purchase_year", t("Year")),) if of_one else ()),
        Column("kind", t("Kind of supplier")),
        Column("kind_share", t("Share"), "share", is_number=True),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
        Column("suppliers_count", t("Suppliers"), "count", is_number=True),
    )
    subtitle = t("Share of each kind of supplier in the city's purchases")
    if not rows:
        return View(t("No purchases under these filters"), subtitle, t("Nothing to show."), columns, frame, None)
    notes = (
        t("The kind follows from the supplier's business id and name, by the rules in the table of kinds."),
        t("Without a business id there is no kind: what has none stands as a part of its own."),
        *partial_note(ctx),
        *scope_note(ctx, list(frame["city_code"])),
        *(() if of_one else break_note(ctx)),
    )
    title, summary = _finding(ctx, rows)
    figure = _figure(ctx, rows, "purchase_year" if of_one else "city", f"{title}. {summary}")
    return View(title, subtitle, summary, columns, frame, figure, notes)


def _figure(ctx: Context, rows: list[dict[str, Any]], place: str, description: str) -> Figure:
    """A row a kind, a column a city or year; not known where credit notes outweigh what was bought."""
    there = dict.fromkeys(row[place] for row in rows)
    places = [city for city in map(ctx.city, ctx.codes.cities) if city in there] if place == "city" else list(there)
    kinds = [code for code in ORDER if any(row["kind_code"] == code for row in rows)]
    shares = {(row["kind_code"], row[place]): row["kind_share"] for row in rows}
    values = [[shares.get((code, one), 0.0) for one in places] for code in kinds]
    return heat_map([_kind_name(ctx, code) for code in kinds], list(map(str, places)), values, ctx.f.part, description)


def _finding(ctx: Context, rows: list[dict[str, Any]]) -> tuple[str, str]:
    """(title, summary): what part companies have, at the least and at the most."""
    t, f = ctx.t, ctx.f
    shares = [row["kind_share"] for row in rows if row["kind_code"] == MAIN and row["kind_share"] is not None]
    suppliers = f.number(sum(row["suppliers_count"] for row in rows))
    summary = (
        t("Suppliers with a business id, each counted once in every year: {count}.", count=suppliers)
        if len(ctx.state.cities) == 1
        else t("Suppliers with a business id, each counted once in every city: {count}.", count=suppliers)
    )
    if not shares:
        return t("Kinds of supplier by city"), summary
    share = f.span(f.part(min(shares)), f.part(max(shares)))
    return t("Companies get {share} of the purchases", share=share), summary


PANEL = Panel("kinds", "purchases", ("city", "year", "group", "min", "max"), query, view, derive, page="companies")
