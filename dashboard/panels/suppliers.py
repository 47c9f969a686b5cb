"""The largest suppliers under the filters: who the cities buy from."""

from __future__ import annotations

import pandas as pd

from dashboard.context import Context
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.style import ACCENT, CITY_COLOURS
from dashboard.panels.city_years import break_note, partial_note
from dashboard.panels.identified import unidentified_note
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.scope import state_filters
from dashboard.query.model import Filter, Measure, Query
from dashboard.state import OF_PURCHASES, State

SHOWN = 10


def query(ctx: Context) -> Query:
    """Sum, share and rows of the ten largest suppliers that have a business id."""
    return Query(
        "purchases",
        measures=(
            Measure("amount_eur", "sum", "amount_eur"),
            Measure("amount_share", "sum", "amount_eur", share=True),
            Measure("rows_count", "count"),
        ),
        dimensions=("supplier_business_id",),
        filters=(*state_filters(ctx), Filter("supplier_business_id", "not_null")),
        order_by=(("amount_eur", "desc"),),
        limit=SHOWN,
    )


def company_names(ctx: Context, ids: list[str]) -> dict[str, str]:
    """The name by which each business id is known."""
    rows = ctx.engine.run(
        Query(
            "companies",
            columns=("supplier_business_id", "company_name"),
            filters=(Filter("supplier_business_id", "in", tuple(ids)),),
        )
    )
    return dict(zip(rows["supplier_business_id"], rows["company_name"], strict=True))


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the name by which each supplier is known."""
    names = company_names(ctx, list(frame["supplier_business_id"]))
    frame = frame.copy()
    frame.insert(1, "company_name", [names.get(key, key) for key in frame["supplier_business_id"]])
    return frame


def view(ctx: Context) -> View:
    """The ranking as a panel."""
    t, f = ctx.t, ctx.f
    frame = derive(ctx, ctx.engine.run(query(ctx)))
    columns = (
        Column("company_name", t("Supplier")),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
        Column("amount_share", t("Share"), "share", is_number=True),
        Column("rows_count", t("Rows"), "count", is_number=True),
        Column("supplier_business_id", t("Business id")),
    )
    subtitle = t("Purchases in euros")
    if frame.empty:
        return View(t("No purchases under these filters"), subtitle, t("Nothing to show."), columns, frame, None)
    largest = frame["company_name"].iloc[0]
    notes = (*unidentified_note(ctx), *partial_note(ctx), *break_note(ctx))
    if frame["amount_eur"].max() <= 0:
        title = t("Only credit notes are left under these filters")
        summary = t("There is no largest supplier: the suppliers gave back more than they got.")
        return View(title, subtitle, summary, columns, frame, None, notes)
    title = _title(ctx, largest)
    summary = _summary(ctx, frame)
    colour = CITY_COLOURS[ctx.state.cities[0]] if len(ctx.state.cities) == 1 else ACCENT
    figure = horizontal_bars(
        list(frame["company_name"]),
        [Bars(t("Purchases"), [float(v) for v in frame["amount_eur"]], colour)],
        f.money_short,
        t("euros"),
        f"{title}. {summary}",
    )
    return View(title, subtitle, summary, columns, frame, figure, notes)


def _title(ctx: Context, name: str) -> str:
    """Who is the largest; of one city, from whom it bought most."""
    t, state = ctx.t, ctx.state
    if len(state.cities) == 1 and state.filters == State(cities=state.cities, year=state.year):
        city = ctx.city(state.cities[0])
        if state.year is None:
            return t("{city} bought most from {name}", city=city, name=name)
        return t("{city} bought most from {name} in {year}", city=city, name=name, year=state.year)
    if state.filters == State():
        return t("{name} is the largest supplier", name=name)
    return t("{name} is the largest supplier under these filters", name=name)


def _summary(ctx: Context, frame: pd.DataFrame) -> str:
    """The largest and its sum, and the share of those shown where it is known."""
    t, f = ctx.t, ctx.f
    name, amount = frame["company_name"].iloc[0], f.money(frame["amount_eur"].iloc[0])
    if len(frame) == 1:
        return t("The only supplier with a business id is {name} with {amount}.", name=name, amount=amount)
    largest = t("The largest supplier is {name} with {amount}.", name=name, amount=amount)
    if frame["amount_share"].isna().any():
        return largest
    together = t(
        "The largest {n} together make {share} of what was bought from suppliers with a business id.",
        n=len(frame),
        share=f.percent(float(frame["amount_share"].sum())),
    )
    return f"{largest} {together}"


PANEL = Panel("suppliers", "purchases", OF_PURCHASES, query, view, derive, page="companies")
