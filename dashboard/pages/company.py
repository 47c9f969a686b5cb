"""One company by its business id: its names, cities, years, amounts, accounts, projects, neighbours and every row."""

from __future__ import annotations

import re
from typing import Any

from dashboard.components.elements import html
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.i18n.words import one_kind_words
from dashboard.pages import subjects
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, contents, crumbs, page_links, show_panel, show_panels
from dashboard.pages.scope import scope_notes
from dashboard.panels import company, company_sales, similar
from dashboard.panels.panel import Column
from dashboard.panels.scope import scope_words
from dashboard.query.model import Filter, Lookup, Query
from dashboard.state import OF_PURCHASES, State

SPELLING = r"(?:FI)?\s*([0-9]{6,7})\s*[-–]?\s*([0-9])"
"""A business id as people and sources write it: as a VAT number, without its hyphen, without a leading zero."""


def business_id_of(text: str) -> str | None:
    """The business id that a text spells, None where it spells none.

    >>> business_id_of("FI02048198"), business_id_of("204819-8"), business_id_of("Turku")
    ('0204819-8', '0204819-8', None)
    """
    found = re.fullmatch(SPELLING, text.strip(), re.ASCII | re.IGNORECASE)
    return f"{found[1]:0>7}-{found[2]}" if found else None


def layout(ctx: Context, business_id: str) -> Page:
    """The page of a company, however its id is spelled; a designed 404 where the release does not know it."""
    t, spelled = ctx.t, business_id_of(business_id) or business_id
    known = (Filter("supplier_business_id", "eq", spelled),)
    found = ctx.engine.rows(Query("companies", filters=known))
    if not found:
        unknown = t("This release knows no company with the business id “{id}”.", id=business_id)
        return missing(ctx, f"companies/{business_id}", unknown)
    path = f"companies/{spelled}"
    row = found[0]
    asked, ctx = ctx.state.company, ctx.with_state(company=spelled)
    name = row["company_name"]
    description = t("What the six cities bought from {name}: years, cities, amounts and rows.", name=name)
    body: list[Any] = [
        crumbs(ctx, (t("Companies"), ctx.path("companies", ctx.state.filters)), (name, None)),
        html.H1(name),
        _facts(ctx, row),
        _names(ctx, known),
    ]
    if ctx.state.filters != State():
        scope = t("Shown: {scope}.", scope=scope_words(ctx))
        body.append(html.P([scope, " ", html.A(t("Show everything"), href=ctx.path(path))], className="note"))
    about = subjects.company(ctx, path, row)
    body += [*_panels(ctx, path), *_projects(ctx, spelled)]
    own = () if asked not in (None, spelled) else ("company",)
    filters = (*OF_PURCHASES, *own)
    return Page(name, description, "companies", path, body, datasets=("companies",), about=about, filters=filters)


def _facts(ctx: Context, row: dict[str, Any]) -> html.Dl:
    t, f = ctx.t, ctx.f
    facts = [
        (t("Business id"), row["supplier_business_id"]),
        (t("Kind of supplier"), one_kind_words(t, row["kind_code"])),
        (t("Cities"), ", ".join(sorted(map(ctx.city, row["city_codes"])))),
        (t("Years"), company.year_span(row["first_year"], row["last_year"])),
        (t("Purchases"), f.money(row["amount_eur"])),
        (t("Rows"), f.number(row["rows_count"])),
    ]
    return html.Dl([part for term, said in facts for part in (html.Dt(term), html.Dd(said))], className="facts")


def _panels(ctx: Context, path: str) -> list[Any]:
    """The figures; where the filters leave nothing, the one that says so."""
    count = ctx.engine.count(company.ROWS.query(ctx))
    if not count:
        return [show_panel(ctx, company.YEARS, path), scope_notes(ctx)]
    links = {"company_name": lambda row: ctx.path(f"companies/{row['supplier_business_id']}", ctx.state.filters)}
    t = ctx.t
    parts = (
        (company.YEARS, t("Years")),
        (company_sales.SHARES, t("Share of the cities' purchases")),
        (company_sales.ACCOUNTS, t("Accounts")),
        (similar.PANEL, t("Similar companies")),
        (company.ROWS, t("Rows")),
    )
    years, shares, *others = show_panels(ctx, [panel for panel, _ in parts], path, links)
    return [
        contents(ctx, parts),
        years,
        shares,
        scope_notes(ctx),
        *others,
        *page_links(ctx, path, count, company.ROWS.name, t("Pages of rows")),
    ]


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
    parts: list[Any] = [html.H2(caption), data_table(caption, columns, rows, ctx.f)]
    if nameless := sum(row["rows_without_id_count"] for row in rows):
        why = t(
            "Rows among these that hold the name but no business id: {n}. They are the company's by its name "
            "only: they are not in the sums, the rows and the figures of this page.",
            n=ctx.f.number(nameless),
        )
        parts.append(html.P(why, className="note"))
    return html.Section(parts)


def _projects(ctx: Context, business_id: str) -> list[html.Section]:
    """The projects whose lists of partners hold the business id; names alone are not matched."""
    t = ctx.t
    query = Query(
        "project_partners",
        columns=("project_code", "project_name", "partner_name", "role_code", "start_date", "planned_end_date"),
        filters=(Filter("business_id", "eq", business_id),),
        order_by=(("project_code", "asc"),),
        lookups=(
            Lookup(
                Query("projects", columns=("project_code", "project_name", "start_date", "planned_end_date")),
                ("project_code",),
            ),
        ),
    )
    rows = [{**row, "role": _role(ctx, row["role_code"])} for row in ctx.engine.rows(query)]
    heading = t("Projects of the six cities")
    if not rows:
        nothing = t("No project's list of partners names this business id; partners are not matched by name.")
        return [html.Section([html.H2(heading), html.P(nothing)])]
    columns = (
        Column.of_field(ctx, "projects", "project_name", t("Project")),
        Column("role", t("Role")),
        Column.of_field(ctx, "project_partners", "partner_name", t("Name in the project"), None),
        Column("start_date", t("Start")),
        Column("planned_end_date", t("Planned end")),
    )
    return [html.Section([html.H2(heading), data_table(heading, columns, rows, ctx.f)])]


def _role(ctx: Context, code: str) -> str:
    return {"lead": ctx.t("lead partner"), "partner": ctx.t("partner")}.get(code, code)
