"""Who the cities buy from: filters, the ten largest suppliers, a search by part of a name."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from dash import html

from dashboard.components.attributes import aria
from dashboard.components.filters import Choice, filter_form, search_form
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.pages.page import Page, scope_notes, show_panel
from dashboard.panels import change, suppliers
from dashboard.panels.panel import Column
from dashboard.query.model import Filter, Query
from dashboard.state import State, to_query_string

RESULTS_SHOWN = 50


def layout(ctx: Context) -> Page:
    """The companies page. Without a chosen year it shows all years."""
    t = ctx.t
    title = t("Who do the cities buy from?")
    description = t("The largest suppliers of Finland's six largest cities by city, year and account group.")
    own = ctx.path("companies")
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        search_form(
            own, t("Find a company by part of its name"), t("Search"), ctx.state.search, _pairs(ctx.state.filters)
        ),
    ]
    if ctx.state.search:
        body.append(_results(ctx))
    body += [
        filter_form(own, _choices(ctx), t("Show"), t("Clear"), _pairs(State(search=ctx.state.search))),
        show_panel(
            ctx,
            suppliers.PANEL,
            "companies",
            {"company_name": lambda row: company_address(ctx, row["supplier_business_id"])},
            open_table=True,
        ),
        scope_notes(ctx),
        show_panel(ctx, change.PANEL, "companies"),
    ]
    return Page(title, description, "companies", "companies", body)


def _pairs(state: State) -> list[tuple[str, str]]:
    """What a form hands on of the view that it does not change itself."""
    return parse_qsl(to_query_string(state))


def company_address(ctx: Context, business_id: str) -> str:
    """A company's page under the same filters."""
    return ctx.path(f"companies/{business_id}", ctx.state.filters)


def _choices(ctx: Context) -> list[Choice]:
    t, codes, state = ctx.t, ctx.codes, ctx.state
    one = state.cities[0] if len(state.cities) == 1 else ""
    several = [(",".join(state.cities), ", ".join(map(ctx.city, state.cities)))] if len(state.cities) > 1 else []
    return [
        Choice(
            "city",
            t("City"),
            [("", t("All six cities")), *several, *((code, ctx.city(code)) for code in codes.cities)],
            several[0][0] if several else one,
        ),
        Choice(
            "year",
            t("Year"),
            [("", t("All years")), *((str(year), str(year)) for year in codes.years["purchases"])],
            str(state.year or ""),
        ),
        Choice(
            "group",
            t("Account group"),
            [("", t("All account groups")), *((code, ctx.text(text)) for code, text in codes.groups.items())],
            state.group or "",
        ),
    ]


def _results(ctx: Context) -> html.Section:
    t, f = ctx.t, ctx.f
    query = Query(
        "company_names",
        columns=("supplier_business_id", "company_name", "first_year", "last_year", "rows_count"),
        filters=(Filter("company_name", "contains", ctx.state.search),),
        order_by=(("rows_count", "desc"),),
        limit=RESULTS_SHOWN,
    )
    count = ctx.engine.count(query)
    rows = ctx.engine.rows(query)
    heading = t("Names that hold “{text}”: {n}", n=f.number(count), text=ctx.state.search)
    columns = (
        Column("company_name", t("Name")),
        Column("supplier_business_id", t("Business id")),
        Column("first_year", t("First year")),
        Column("last_year", t("Last year")),
        Column("rows_count", t("Rows"), "count", is_number=True),
    )
    parts: list[Any] = [html.H2(heading)]
    if rows:
        links = {"company_name": lambda row: company_address(ctx, row["supplier_business_id"])}
        parts.append(data_table(heading, columns, rows, f, links))
    else:
        parts.append(html.P(t("Try a shorter part of the name. Only suppliers with a business id can be found.")))
    if count > len(rows):
        parts.append(html.P(t("The first {n} are shown.", n=len(rows))))
    return html.Section(parts, className="results", role="region", **aria(label=t("Search results")))
