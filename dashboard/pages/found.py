"""What a search found, as the pages that search show it: names with the words marked, and what may have been meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.components.elements import html
from dashboard.components.marked import marked_text
from dashboard.context import Context
from dashboard.i18n import DOT
from dashboard.pages.company import business_id_of
from dashboard.panels.company import year_span
from dashboard.query.model import Filter, Query
from dashboard.search.folding import fold
from dashboard.search.index import Entry, Group, Results
from dashboard.state import State

Address = Callable[[str], str]
"""A query -> the address that asks for it."""


def asked_for(ctx: Context) -> str:
    """What is searched for: a business id as the data spell it, else the reader's own words."""
    return business_id_of(ctx.state.search) or ctx.state.search


def found_list(ctx: Context, group: Group, results: Results, filters: State | None = None) -> html.Ul:
    """The entries of one kind, the best first; their addresses hand on the filters."""
    facts = _company_facts(ctx, [entry for entry in group.entries if entry.kind == "company"])
    items = [
        _item(ctx, entry, results, ctx.path(entry.path, filters), facts.get(entry.path, "")) for entry in group.entries
    ]
    return html.Ul(items, className="found")


def best_shown(ctx: Context, group: Group) -> list[html.P]:
    """That there are more than those shown, where that is so."""
    shown = len(group.entries)
    return [html.P(ctx.t("The {n} best are shown.", n=ctx.f.number(shown)))] if group.count > shown else []


def instead_of(ctx: Context, results: Results, query: str, address: Address) -> list[html.P]:
    """That nothing holds the query itself, and what was searched for in its place; that nothing holds all its words."""
    t, parts = ctx.t, []
    if results.instead:
        link = html.A(results.instead, href=address(results.instead))
        parts.append(html.P([t("Nothing holds “{text}” itself.", text=query), " ", t("Did you mean"), " ", link, "?"]))
    if results.is_partial:
        said = [t("Nothing holds all of these words: what holds most of them is shown.")]
        said += [t("Found nowhere: {words}.", words=", ".join(results.unknown))] if results.unknown else []
        parts.append(html.P(" ".join(said), className="note"))
    return parts


def near_words(ctx: Context, results: Results, address: Address) -> list[Any]:
    """Words of the site that resemble a query that found nothing."""
    links = [html.Li(html.A(word, href=address(word))) for word in results.near]
    return [html.H2(ctx.t("Did you mean")), html.Ul(links, className="suggestions")] if links else []


def _item(ctx: Context, entry: Entry, results: Results, address: str, facts: str) -> html.Li:
    name, terms = entry.name(ctx.language), results.terms
    language = ctx.foreign(entry.language_of(name))
    parts: list[Any] = [html.A(marked_text(name, terms), href=address, lang=language)]
    other = _other_name(entry, name, terms)
    if other:
        language = ctx.foreign(entry.language_of(other))
        parts.append(html.P([ctx.t("also"), ": ", html.Span(marked_text(other, terms), lang=language)]))
    detail = facts or entry.detail(ctx.language)
    if detail:
        parts.append(html.P(marked_text(detail, terms)))
    return html.Li(parts)


def _other_name(entry: Entry, name: str, terms: tuple[str, ...]) -> str | None:
    """The name by which the entry was found, where the one shown is another."""
    if any(term in fold(name) for term in terms):
        return None
    return next((other for other in entry.names if any(term in fold(other) for term in terms)), None)


def _company_facts(ctx: Context, companies: list[Entry]) -> dict[str, str]:
    """Address -> business id, cities and years of the companies shown."""
    ids = tuple(entry.path.rpartition("/")[2] for entry in companies)
    if not ids:
        return {}
    columns = ("supplier_business_id", "city_codes", "first_year", "last_year")
    rows = ctx.engine.rows(Query("companies", columns=columns, filters=(Filter("supplier_business_id", "in", ids),)))
    return {
        f"companies/{row['supplier_business_id']}": DOT.join(
            [
                row["supplier_business_id"],
                ", ".join(sorted(map(ctx.city, row["city_codes"]))),
                year_span(row["first_year"], row["last_year"]),
            ]
        )
        for row in rows
    }
