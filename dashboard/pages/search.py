"""One box over the whole site: what was found, by kind, with the words marked; or what may have been meant."""

from __future__ import annotations

from typing import Any

from dashboard.components.attributes import aria
from dashboard.components.elements import html
from dashboard.components.filters import search_form
from dashboard.context import Context
from dashboard.i18n import Translator
from dashboard.i18n.words import found_words
from dashboard.pages.found import asked_for, best_shown, found_list, instead_of, near_words
from dashboard.pages.page import Page
from dashboard.panels.feeds import search_feed
from dashboard.query.model import Query
from dashboard.search.index import Group, Results
from dashboard.search.site import SiteSearch
from dashboard.state import State

SHOWN = 20
MOST_PAGES = 10


def layout(ctx: Context) -> Page:
    """The search page; without a query it says what can be found."""
    t, query = ctx.t, asked_for(ctx)
    title = t("Search: {text}", text=query) if query else t("Search")
    description = t("Search companies, datasets, indicators, pages, projects, cities and terms in three languages.")
    body: list[Any] = [
        html.H1(t("Search")),
        search_form(ctx.path("search"), t("Company, dataset, city or term"), t("Search"), query),
    ]
    if not query or ctx.find is None:
        body += [html.P(description, className="lede"), *_suggestions(ctx)]
    else:
        body += _answer(ctx, ctx.find, query)
    feed = search_feed(ctx, query) if query else None
    if feed:
        body.append(html.P(html.A(t("Feed of this search (Atom): what releases change of what it finds"), href=feed)))
    return Page(title, description, "search", "search", body, kind="SearchResultsPage", filters=("q",), feed=feed)


def _answer(ctx: Context, find: SiteSearch, query: str) -> list[Any]:
    shown = SHOWN * min(ctx.state.page, MOST_PAGES)
    results = find.search(query, shown, language=ctx.language)
    if any(group.count > shown - SHOWN for group in results.groups) and ctx.state.page <= MOST_PAGES:
        ctx.heeded.add("page")
    if not results.count:
        return _nothing(ctx, results, query)
    t = ctx.t
    told = t("Found for “{text}”: {n}", text=query, n=ctx.f.number(results.count))
    parts: list[Any] = [html.P(told, className="search-count", role="status")]
    parts += instead_of(ctx, results, query, lambda one: _address(ctx, one))
    return [*parts, *(_group(ctx, group, results, shown) for group in results.groups)]


def _group(ctx: Context, group: Group, results: Results, shown: int) -> html.Section:
    t = ctx.t
    heading = f"{found_words(t, group.kind)}: {ctx.f.number(group.count)}"
    parts: list[Any] = [html.H2(heading, id=f"found-{group.kind}"), found_list(ctx, group, results)]
    more = best_shown(ctx, group)
    parts += more
    if more and shown < SHOWN * MOST_PAGES:
        further = ctx.path("search", ctx.state.change(page=ctx.state.page + 1))
        parts.append(html.P(html.A(t("Show more"), href=further, className="button")))
    return html.Section(parts, **aria(labelledby=f"found-{group.kind}"))


def _nothing(ctx: Context, results: Results, query: str) -> list[Any]:
    t = ctx.t
    parts: list[Any] = [html.P(t("Nothing was found for “{text}”.", text=query), className="lede", role="status")]
    parts += near_words(ctx, results, lambda word: _address(ctx, word))
    parts += [html.H2(t("What helps")), html.Ul([html.Li(tip) for tip in _tips(t)])]
    return [*parts, *_suggestions(ctx)]


def _tips(t: Translator) -> list[str]:
    return [
        t("Try fewer words, or a part of the name."),
        t("A company can also be found by its business id, such as 1234567-8."),
        t("Sole traders are left out, and some names that could be a person's."),
    ]


def _suggestions(ctx: Context) -> list[Any]:
    """Examples of what can be found, from the release itself."""
    t = ctx.t
    largest = ctx.engine.rows(
        Query("companies", columns=("company_name",), order_by=(("amount_eur", "desc"),), limit=2)
    )
    names = [*(row["company_name"] for row in largest), *map(ctx.city, list(ctx.codes.cities)[:2])]
    names += [ctx.text(ctx.package.dataset("purchases").title), t("Glossary")]
    links = [html.Li(html.A(name, href=_address(ctx, name))) for name in names]
    return [html.H2(t("For example")), html.Ul(links, className="suggestions")]


def _address(ctx: Context, query: str) -> str:
    return ctx.path("search", State(search=query))
