"""One company by its business id: its names, cities, years, amounts and every row."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.components.attributes import aria
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, crumbs, scope_notes, show_panel
from dashboard.panels import company
from dashboard.panels.panel import Column
from dashboard.panels.scope import scope_words
from dashboard.query.model import Filter, Query
from dashboard.state import State


def layout(ctx: Context, business_id: str) -> Page:
    """The page of a company; a designed 404 where the release does not know the id."""
    t, path = ctx.t, f"companies/{business_id}"
    known = (Filter("supplier_business_id", "eq", business_id),)
    found = ctx.engine.run(Query("companies", filters=known))
    if found.empty:
        return missing(ctx, path, t("This release knows no company with the business id {id}.", id=business_id))
    row = found.iloc[0]
    ctx = ctx.with_state(company=business_id)
    name = row["company_name"]
    description = t("What the six cities bought from {name}: years, cities, amounts and rows.", name=name)
    body: list[Any] = [
        crumbs(ctx, (t("Companies"), ctx.path("companies", ctx.state.filters)), (name, None)),
        html.H1(name),
        html.Dl(
            [
                html.Dt(t("Business id")),
                html.Dd(business_id),
                html.Dt(t("Cities")),
                html.Dd(", ".join(sorted(map(ctx.city, row["city_codes"])))),
                html.Dt(t("Years")),
                html.Dd(company.year_span(row["first_year"], row["last_year"])),
            ],
            className="facts",
        ),
        _names(ctx, known),
    ]
    if ctx.state.filters != State():
        body.append(
            html.P(
                [
                    t("Shown: {scope}.", scope=scope_words(ctx)),
                    " ",
                    html.A(t("Show everything"), href=ctx.path(path)),
                ],
                className="note",
            )
        )
    body += [
        show_panel(ctx, company.YEARS, path),
        show_panel(ctx, company.ROWS, path),
        *_pages(ctx, path),
        scope_notes(ctx),
    ]
    return Page(name, description, "companies", path, body)


def _names(ctx: Context, known: tuple[Filter, ...]) -> html.Section:
    t = ctx.t
    rows = ctx.engine.rows(Query("company_names", filters=known, order_by=(("rows_count", "desc"),)))
    columns = (
        Column("company_name", t("Name")),
        Column("first_year", t("First year")),
        Column("last_year", t("Last year")),
        Column("rows_count", t("Rows"), "count", is_number=True),
    )
    caption = t("Names under which it stands in the data")
    return html.Section([html.H2(caption), data_table(caption, columns, rows, ctx.f)])


def _pages(ctx: Context, path: str) -> list[html.Nav]:
    t = ctx.t
    page, last = company.page_of(ctx, ctx.engine.count(company.ROWS.query(ctx)))
    state = ctx.state.change(company=None)
    links: list[Any] = []
    if page > 1:
        links.append(html.A(t("Previous rows"), href=ctx.path(path, state.change(page=page - 1)), rel="prev"))
    if page < last:
        links.append(html.A(t("Next rows"), href=ctx.path(path, state.change(page=page + 1)), rel="next"))
    if not links:
        return []
    items = html.Ul([html.Li(link) for link in links])
    return [html.Nav(items, className="downloads", **aria(label=t("Pages of rows")))]
