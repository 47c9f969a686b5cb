"""Who the cities buy from: a search by part of a name, filters, and figures of the suppliers under these filters."""

from __future__ import annotations

from typing import Any

from dashboard.components.attributes import aria
from dashboard.components.elements import html
from dashboard.components.filters import Amount, Choices, filter_form, search_form
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.pages.filtering import city_choice, code_choice, kept_pairs, year_choice
from dashboard.pages.found import asked_for, best_shown, found_list, instead_of, near_words
from dashboard.pages.page import Page, contents, page_links, show_panels
from dashboard.pages.scope import scope_notes
from dashboard.panels import change, concentration, kinds, newcomers, ranking, shared, suppliers
from dashboard.panels.scope import scope_words, state_filters
from dashboard.query.model import Measure, Query
from dashboard.search.site import SiteSearch
from dashboard.state import OF_PURCHASES, State

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
            own, t("Find a company by part of its name"), t("Search"), ctx.state.search, kept_pairs(ctx.state.filters)
        ),
    ]
    if ctx.state.search and ctx.find is not None:
        body.append(_results(ctx, ctx.find))
    body.append(filter_form(own, _choices(ctx), t("Show"), t("Clear"), kept_pairs(State(search=ctx.state.search))))
    body.append(explained_terms(ctx, "supplier", "credit_note", "account_group", "kind_of_supplier", "concentration"))
    parts = body + (_panels(ctx) or _nothing(ctx))
    filters = (*OF_PURCHASES, "q")
    return Page(title, description, "companies", "companies", parts, kind="CollectionPage", filters=filters)


def _panels(ctx: Context) -> list[Any]:
    """The figures under the filters; none where these leave no purchase."""
    rows = Query("purchases", (Measure("rows_count", "count"),), filters=state_filters(ctx))
    if not ctx.engine.rows(rows)[0]["rows_count"]:
        return []
    links = {"company_name": lambda row: company_address(ctx, row["supplier_business_id"])}
    t = ctx.t
    parts = (
        (suppliers.PANEL, t("Largest suppliers")),
        (concentration.TEN, t("The ten largest")),
        (concentration.HHI, t("Concentration")),
        (newcomers.PANEL, t("Newcomers and leavers")),
        (shared.PANEL, t("Shared suppliers")),
        (kinds.PANEL, t("Kinds of supplier")),
        (change.PANEL, t("Change")),
        (ranking.PANEL, t("All suppliers")),
    )
    figures = show_panels(ctx, [panel for panel, _ in parts], "companies", links, opened=suppliers.PANEL)
    pages = page_links(ctx, "companies", ranking.count(ctx), ranking.PANEL.name, t("Pages of suppliers"))
    return [contents(ctx, parts), scope_notes(ctx), *figures, *pages]


def _nothing(ctx: Context) -> list[Any]:
    t = ctx.t
    return [
        html.Section(
            [
                html.H2(t("No purchases under these filters"), className="panel__title"),
                html.P(t("Asked for: {scope}.", scope=scope_words(ctx)), className="panel__subtitle"),
                html.P(
                    [
                        t("Leave out a filter or widen it."),
                        " ",
                        html.A(t("Show everything"), href=ctx.path("companies")),
                    ]
                ),
            ],
            className="panel",
        ),
        scope_notes(ctx),
    ]


def company_address(ctx: Context, business_id: str) -> str:
    """A company's page under the same filters."""
    return ctx.path(f"companies/{business_id}", ctx.state.filters)


def _choices(ctx: Context) -> Choices:
    t, state = ctx.t, ctx.state
    return [
        city_choice(ctx),
        year_choice(ctx, "purchases", t("All years")),
        code_choice(ctx, "group", t("Account group"), state.group, t("All account groups")),
        code_choice(ctx, "kind", t("Kind of supplier"), state.kind, t("All kinds")),
        Amount("min", t("Euros of a row, at least"), _written(ctx, "min", state.least), _error(ctx, "min")),
        Amount("max", t("Euros of a row, at most"), _written(ctx, "max", state.most), _error(ctx, "max")),
    ]


def _written(ctx: Context, name: str, amount: int | None) -> str:
    """A bound as it counts, or as it was written where it cannot be read: the reader mends it where it stands."""
    wrong = [item.partition("=")[2] for item in ctx.ignored if (item.name, item.reason) == (name, "unreadable")]
    return str(amount) if amount is not None else next(iter(wrong), "")


def _error(ctx: Context, name: str) -> str | None:
    """What is wrong with a bound: it is no whole number, or the highest is below the lowest."""
    state = ctx.state
    if any((item.name, item.reason) == (name, "unreadable") for item in ctx.ignored):
        return ctx.t("Write whole euros without cents, such as 10000.")
    if name == "max" and state.least is not None and state.most is not None and state.most < state.least:
        return ctx.t("Less than the least amount: no row can fit.")
    return None


def _results(ctx: Context, find: SiteSearch) -> html.Section:
    """The companies that the site's search finds, with the same filters behind each."""
    t, query = ctx.t, asked_for(ctx)
    results = find.search(query, RESULTS_SHOWN, ("company",), ctx.language)
    told = t("Found for “{text}”: {n}", text=query, n=ctx.f.number(results.count))

    def address(other: str) -> str:
        return ctx.path("companies", ctx.state.change(search=other))

    parts: list[Any] = [html.H2(told), *instead_of(ctx, results, query, address)]
    for group in results.groups:
        parts += [found_list(ctx, group, results, ctx.state.filters), *best_shown(ctx, group)]
    if not results.count:
        parts.append(html.P(t("Try a shorter part of the name. Only suppliers with a business id can be found.")))
        parts += near_words(ctx, results, address)
    return html.Section(parts, className="results", role="region", **aria(label=t("Search results")))
