"""One company: its sums by year and city, and the rows behind them."""

from __future__ import annotations

from dataclasses import replace

from dashboard.context import Context
from dashboard.figures.lines import city_lines
from dashboard.panels.change import add_city, year_break
from dashboard.panels.city_years import partial_note
from dashboard.panels.ordering import asked_order, by_name, direction
from dashboard.panels.pages import ROWS_A_PAGE, page_of, page_words
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.scope import state_filters
from dashboard.panels.suppliers import company_names
from dashboard.query.answer import records
from dashboard.query.model import Direction, Filter, Measure, Query
from dashboard.state import OF_PURCHASES, State

PAGE = "companies/{company}"
ROW_FIELDS = (
    "city_code",
    "purchase_year",
    "posting_date",
    "unit_name",
    "account_code",
    "account_name",
    "supplier_name",
    "supplier_business_id",
    "amount_eur",
    "amount_basis_code",
    "observation_code",
    "voucher_number",
    "snapshot_id",
    "row_number",
)


def company_filters(ctx: Context) -> tuple[Filter, ...]:
    """The company's purchases under the filters."""
    return (*state_filters(ctx), Filter("supplier_business_id", "eq", ctx.state.company or ""))


def years_query(ctx: Context) -> Query:
    """Sum and rows by city and year."""
    return Query(
        "purchases",
        measures=(Measure("amount_eur", "sum", "amount_eur"), Measure("rows_count", "count")),
        dimensions=("city_code", "purchase_year"),
        filters=company_filters(ctx),
    )


def rows_query(ctx: Context) -> Query:
    """Every row of the company under the filters, newest first."""
    return Query(
        "purchases",
        columns=ROW_FIELDS,
        filters=company_filters(ctx),
        order_by=(("purchase_year", "desc"), ("posting_date", "desc"), ("amount_eur", "desc")),
    )


def year_span(first: int, last: int) -> str:
    """Years from first to last, one year as itself.

    >>> year_span(2022, 2025), year_span(2025, 2025)
    ('2022–2025', '2025')
    """
    return str(first) if first == last else f"{first}–{last}"


def years_view(ctx: Context) -> View:
    """Lines by city."""
    t, f = ctx.t, ctx.f
    frame = ctx.engine.run(years_query(ctx)).copy()
    frame = add_city(ctx, frame)
    columns = (
        Column("city", t("City")),
        Column("purchase_year", t("Year")),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
        Column("rows_count", t("Rows"), "count", is_number=True),
    )
    name = company_name(ctx)
    subtitle = t("Purchases from {name} in euros, by city and year", name=name)
    if frame.empty:
        return View(t("No purchases under these filters"), subtitle, t("Nothing to show."), columns, frame, None)
    years = list(range(min(frame["purchase_year"]), max(frame["purchase_year"]) + 1))
    lines = {
        code: [next((float(r["amount_eur"]) for r in rows if r["purchase_year"] == year), None) for year in years]
        for code in ctx.codes.cities
        if (rows := [r for r in records(frame) if r["city_code"] == code])
    }
    total = sum(frame["amount_eur"])
    if ctx.state.filters == State():
        title = t("{name} sold to {n} of the six cities for {amount}", name=name, n=len(lines), amount=f.money(total))
    else:
        title = t("{name} sold for {amount} under these filters", name=name, amount=f.money(total))
    summary = t(
        "Rows ({years}): {rows}. The most in one city and year was {amount}.",
        rows=f.number(int(frame["rows_count"].sum())),
        years=year_span(years[0], years[-1]),
        amount=f.money(max(frame["amount_eur"])),
    )
    figure = city_lines(
        years,
        lines,
        {code: ctx.city(code) for code in lines},
        f.money_short,
        t("euros"),
        f"{title}. {summary}",
        year_break(ctx, lines),
    )
    return View(title, subtitle, summary, columns, frame, figure, partial_note(ctx, frame))


def company_name(ctx: Context) -> str:
    """The name by which the company is known."""
    company = ctx.state.company or ""
    return company_names(ctx, [company]).get(company, company)


def rows_view(ctx: Context) -> View:
    """A page of rows; the download holds them all."""
    t = ctx.t
    query = rows_query(ctx)
    count = ctx.engine.count(query)
    first = (page_of(ctx, count)[0] - 1) * ROWS_A_PAGE
    columns = (
        Column("city", t("City")),
        Column("posting_date", t("Posting date")),
        Column.of_field(ctx, "purchases", "unit_name", t("Unit")),
        Column.of_field(ctx, "purchases", "account_name", t("Account")),
        Column("supplier_name", t("Name on the invoice"), "name"),
        Column("amount_eur", t("Amount"), "EUR", is_number=True),
    )
    subtitle = t("Purchases from {name}, the newest first", name=company_name(ctx))
    order = asked_order(ctx, "company-rows", columns)
    if order[0] is not None:
        query = replace(query, order_by=(_rows_order(ctx, order[0], falls=order[1]), *query.order_by))
        subtitle = t(
            "Purchases from {name}, sorted by: {column}",
            name=company_name(ctx),
            column=next(item.title for item in columns if item.name == order[0]),
        )
    frame = add_city(ctx, ctx.engine.run(replace(query, limit=ROWS_A_PAGE, offset=first)))
    title = _rows_title(ctx, count)
    if not count:
        return View(title, subtitle, t("Nothing to show."), columns, frame, None)
    return View(title, subtitle, page_words(ctx, count), columns, frame, None, is_sorted=True, order=order)


def _rows_order(ctx: Context, column: str, *, falls: bool) -> tuple[str, Direction]:
    """How the query puts all rows in the order of a column."""
    if column == "city":
        return "city_code", by_name({code: ctx.city(code) for code in ctx.codes.cities}, falls=falls)
    return column, direction(falls=falls, is_text=column.endswith("_name"))


def _rows_title(ctx: Context, count: int) -> str:
    """All rows, or how many of them the filters leave."""
    if ctx.state.filters == State():
        return ctx.t("All rows")
    whole = ctx.engine.count(rows_query(replace(ctx, state=State(company=ctx.state.company))))
    return ctx.t("{n} of {all} rows", n=ctx.f.number(count), all=ctx.f.number(whole))


YEARS = Panel("company-years", "purchases", OF_PURCHASES, years_query, years_view, add_city, of_company=True, page=PAGE)
ROWS = Panel(
    "company-rows",
    "purchases",
    OF_PURCHASES,
    rows_query,
    rows_view,
    add_city,
    of_company=True,
    is_paged=True,
    page=PAGE,
)
