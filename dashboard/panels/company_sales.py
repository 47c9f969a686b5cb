"""What one company sold and what part of each city's purchases it made."""

from __future__ import annotations

import pandas as pd

from dashboard.context import Context
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.style import ACCENT, CITY_COLOURS, tell_languages
from dashboard.panels.change import add_city
from dashboard.panels.city_years import break_note, partial_note, scope_note
from dashboard.panels.company import PAGE, company_filters, company_name
from dashboard.panels.identified import EUROS
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.scope import state_filters
from dashboard.query.answer import records
from dashboard.query.model import Measure, Query
from dashboard.state import OF_PURCHASES

DRAWN = 10


def accounts_query(ctx: Context) -> Query:
    """Euros, share and rows by account name, the largest first, with the numbers that the cities give the account."""
    return Query(
        "purchases",
        measures=(
            Measure("account_codes", "values", "account_code"),
            EUROS,
            Measure("account_share", "sum", "amount_eur", share=True),
            Measure("rows_count", "count"),
        ),
        dimensions=("account_group_code", "account_name"),
        filters=company_filters(ctx),
        order_by=(("amount_eur", "desc"),),
    )


def derive_accounts(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the account group's name; of an account without a name its numbers stand for it."""
    frame = frame.copy()
    codes = [row["account_group_code"] for row in records(frame)]
    groups = ["–" if code is None else ctx.name("group", code) for code in codes]
    frame.insert(1, "account_group", groups)
    frame.insert(0, "account", frame["account_name"].fillna(frame["account_codes"]).fillna("–").tolist())
    return frame


def accounts_view(ctx: Context) -> View:
    """Bars by account."""
    t, f = ctx.t, ctx.f
    frame = derive_accounts(ctx, ctx.engine.run(accounts_query(ctx)))
    named = ctx.package.resource("purchases").field("account_name")
    language = named.language if named else None
    columns = (
        Column("account", t("Account"), "name", language=language),
        Column("account_codes", t("Account numbers")),
        Column("account_group", t("Account group"), "name"),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
        Column("account_share", t("Share"), "share", is_number=True),
        Column("rows_count", t("Rows"), "count", is_number=True),
    )
    subtitle = t("Purchases from {name} in euros, by account as the cities name it", name=company_name(ctx))
    if frame.empty:
        return View(t("No purchases under these filters"), subtitle, t("Nothing to show."), columns, frame, None)
    rows = records(frame)
    top = rows[0]
    title = t("Most was booked as {account}: {amount}", account=top["account"], amount=f.money(top["amount_eur"]))
    summary = t("Accounts: {count}.", count=f.number(len(rows)))
    if len(rows) > DRAWN:
        summary += " " + t("The largest {n} are drawn; the table holds all.", n=DRAWN)
    drawn = rows[:DRAWN]
    figure = horizontal_bars(
        [row["account"] for row in drawn],
        [Bars(t("Purchases"), [float(row["amount_eur"]) for row in drawn], ACCENT)],
        f.money_short,
        t("euros"),
        f"{title}. {summary}",
    )
    tell_languages(figure, {row["account"]: ctx.foreign(language) for row in drawn})
    names = t("Cities number their accounts in their own ways; accounts of one name and group stand as one.")
    return View(
        title, subtitle, summary, columns, frame, figure, (names,), phrases={top["account"]: ctx.foreign(language)}
    )


def shares_query(ctx: Context) -> Query:
    """Euros and rows by city."""
    return Query(
        "purchases",
        measures=(EUROS, Measure("rows_count", "count")),
        dimensions=("city_code",),
        filters=company_filters(ctx),
    )


def derive_shares(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the city's name, what it bought in all (of every kind of supplier) and the company's part of that."""
    filters = state_filters(ctx.with_state(kind=None))
    wholes = ctx.engine.rows(Query("purchases", (EUROS,), ("city_code",), filters=filters))
    of_city = {row["city_code"]: float(row["amount_eur"]) for row in wholes}
    frame = add_city(ctx, frame)
    frame["city_eur"] = [of_city[code] for code in frame["city_code"]]
    shares = [float(row["amount_eur"]) / row["city_eur"] if row["city_eur"] > 0 else None for row in records(frame)]
    frame["city_share"] = pd.Series(shares, frame.index, dtype=object)
    return frame


def shares_view(ctx: Context) -> View:
    """Bars by city, in the site's order."""
    t, f = ctx.t, ctx.f
    frame = derive_shares(ctx, ctx.engine.run(shares_query(ctx)))
    columns = (
        Column("city", t("City")),
        Column("city_share", t("Share of the city's purchases"), "share", is_number=True),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
        Column("city_eur", t("All purchases of the city"), "EUR", is_number=True),
        Column("rows_count", t("Rows"), "count", is_number=True),
    )
    name = company_name(ctx)
    subtitle = t("Purchases from {name} as a share of all that the city bought", name=name)
    rows = {row["city_code"]: row for row in records(frame)}
    known = {code: rows[code]["city_share"] for code in ctx.codes.cities if code in rows}
    known = {code: share for code, share in known.items() if share is not None}
    if not known:
        nothing = t("No purchases under these filters") if frame.empty else t("There is nothing to be a share of")
        return View(nothing, subtitle, t("Nothing to show."), columns, frame, None)
    largest = max(known, key=lambda code: known[code])
    title = t("{city}: {share} of the purchases", city=ctx.city(largest), share=f.part(known[largest]))
    if len(known) > 1:
        title = t(
            "At the most in {city}: {share} of its purchases", city=ctx.city(largest), share=f.part(known[largest])
        )
    notes = (*partial_note(ctx), *scope_note(ctx, list(known)), *break_note(ctx))
    said = ", ".join(f"{ctx.city(code)} {f.part(part)}" for code, part in known.items())
    summary = t("Share of the city's purchases: {values}.", values=said)
    figure = horizontal_bars(
        [ctx.city(code) for code in known],
        [Bars(t("Share"), list(known.values()), [CITY_COLOURS[code] for code in known])],
        f.percent_short,
        t("share of the city's purchases"),
        f"{title}. {summary}",
    )
    return View(title, subtitle, summary, columns, frame, figure, notes)


ACCOUNTS = Panel(
    "company-accounts",
    "purchases",
    OF_PURCHASES,
    accounts_query,
    accounts_view,
    derive_accounts,
    of_company=True,
    page=PAGE,
)
SHARES = Panel(
    "company-shares", "purchases", OF_PURCHASES, shares_query, shares_view, derive_shares, of_company=True, page=PAGE
)
