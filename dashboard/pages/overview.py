"""What the project was and left behind, its key figures with their sources, the programme around it, what changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.components.elements import html
from dashboard.components.key_figures import KeyFigure, Quote, key_figures
from dashboard.context import Context
from dashboard.i18n.words import change_words
from dashboard.pages.facts import contradict, facts_of, quote_language, source_language, value_words
from dashboard.pages.page import Page, show_panel
from dashboard.pages.scope import scope_notes
from dashboard.panels import change
from dashboard.panels.feeds import releases_feed
from dashboard.panels.projects import OWN_PROJECT
from dashboard.releases import changes_since_previous, find_release
from dashboard.state import PARAMETERS, State

PROGRAMME = "6Aika programme (Six City Strategy)"
"""The subject of facts on the strategy as a whole, which has no project code."""


def layout(ctx: Context) -> Page:
    """The front page. It always shows everything, and says so where its address asks for less."""
    t, asked = ctx.t, ctx.state.filters
    ctx = replace(ctx, state=State())
    facts = facts_of(ctx, OWN_PROJECT)
    title = t("Open participation and customership")
    lede = t(
        "From 2015 to 2018 Helsinki, Espoo, Vantaa, Tampere, Turku and Oulu ran a joint project of their 6Aika "
        "strategy: customer-oriented services, services from many providers, cities open to companies. Here are "
        "its outcomes, and the cities' own open data on whom they buy from."
    )
    body = [
        html.H1(title),
        html.P(lede, className="lede"),
        *_unfiltered(ctx, asked),
        key_figures(_key_figures(ctx, facts), t("Source of the figure")),
        html.P(html.A(t("The project: money, partners, sources"), href=ctx.path("project"), className="button")),
        *_programme(ctx),
        html.H2(t("What changed in the cities")),
        scope_notes(ctx),
        show_panel(ctx, change.PANEL, ""),
        *_sections(ctx),
        *_release(ctx),
    ]
    filters, feed = tuple(p.name for p in PARAMETERS), releases_feed(ctx)
    embed = change.PANEL.embedded(ctx)
    return Page(title, lede, "", "", body, datasets=("projects",), filters=filters, feed=feed, embed=embed)


def _unfiltered(ctx: Context, asked: State) -> list[html.P]:
    if asked == State():
        return []
    t = ctx.t
    note = t("This page shows all cities, years and account groups, whatever its address asks for.")
    link = html.A(t("Companies under these filters"), href=ctx.path("companies", asked))
    return [html.P([note, " ", link], className="note")]


def _pick(facts: list[dict[str, Any]], indicator: str) -> list[dict[str, Any]]:
    return [fact for fact in facts if fact["indicator_code"] == indicator]


def _quotes(ctx: Context, facts: list[dict[str, Any]]) -> tuple[Quote, ...]:
    return tuple(
        Quote(
            f["source_title"],
            f["source_url"] or "",
            f["quote"] or f["value"],
            quote_language(f),
            ctx.foreign(source_language(ctx, f)),
        )
        for f in facts
    )


def _key_figures(ctx: Context, facts: list[dict[str, Any]]) -> list[KeyFigure]:
    """Each from its facts; a figure whose fact is missing is shown as not known."""
    t, f = ctx.t, ctx.f

    def first(indicator: str) -> str | None:
        found = _pick(facts, indicator)
        return found[0]["value"] if found else None

    unknown = t("not known")
    budget, companies, implementers = (
        first("total_budget"),
        first("companies_cooperating"),
        first("implementers"),
    )
    start, end = first("start_date"), first("end_date")
    cities = len(ctx.codes.cities)
    return [
        KeyFigure(
            f.money_short(int(budget)) if budget else unknown,
            t("total budget"),
            _quotes(ctx, _pick(facts, "total_budget")),
        ),
        KeyFigure(implementers or unknown, t("implementers"), _quotes(ctx, _pick(facts, "implementers"))),
        KeyFigure(str(cities), t("cities"), _quotes(ctx, _pick(facts, "lead_partner") + _pick(facts, "implementers"))),
        KeyFigure(
            str(_months(start, end)) if start and end else unknown,
            t("months from start to end"),
            _quotes(ctx, _pick(facts, "start_date") + _pick(facts, "end_date")),
        ),
        KeyFigure(
            t("nearly {n}", n=companies) if companies else unknown,
            t("companies worked with the cities"),
            _quotes(ctx, _pick(facts, "companies_cooperating")),
        ),
    ]


def _months(start: str, end: str) -> int:
    """Whole months from the first day of `start` to the last of `end`, both ISO dates.

    >>> _months("2015-04-01", "2018-04-30")
    37
    """
    (y1, m1), (y2, m2) = ((int(d[:4]), int(d[5:7])) for d in (start, end))
    return (y2 - y1) * 12 + m2 - m1 + 1


def _programme(ctx: Context) -> list[Any]:
    """The strategy that the project was a part of."""
    t = ctx.t
    facts = [fact for fact in facts_of(ctx, None) if fact["subject"] == PROGRAMME]
    asked = (
        ("budget_planned", t("planned budget of the programme")),
        ("projects_total", t("projects")),
        ("companies_involved", t("companies took part: one source speaks of 19 projects, another of 50")),
        ("companies_would_join_again", t("per cent of companies would take part again")),
        ("company_satisfaction", t("companies' satisfaction, on a scale from 1 to 5")),
    )
    figures = [
        KeyFigure(_span(ctx, said), label, _quotes(ctx, said)) for name, label in asked if (said := _pick(facts, name))
    ]
    if not figures:
        return []
    lede = t(
        "The project was a spearhead of the Six City Strategy (6Aika), in which the six cities developed their "
        "services together. What the sources say of the whole programme:"
    )
    return [html.H2(t("The 6Aika programme around it")), html.P(lede), key_figures(figures, t("Source of the figure"))]


def _span(ctx: Context, said: list[dict[str, Any]]) -> str:
    """The value; what each source says where they differ; about that where they only round differently."""
    values = sorted({float(fact["value"]) for fact in said})
    if contradict(said):
        return ctx.f.any_of(dict.fromkeys(value_words(ctx, fact) for fact in said))
    if len({fact["unit"] for fact in said}) == 1:
        return value_words(ctx, said[0])
    of_money = str(said[0]["unit"]).startswith("EUR")
    return ctx.t("about {n}", n=ctx.f.money_short(values[0]) if of_money else ctx.f.plain(values[0]))


def _sections(ctx: Context) -> list[Any]:
    """The ways into the site, by what a reader may want to know."""
    t = ctx.t
    sections = (
        ("companies", t("Who do the cities buy from?"), t("The largest suppliers, newcomers, shared suppliers.")),
        ("budgets", t("Did the budgets hold?"), t("Budget against actual, by city and account.")),
        ("services", t("How do services answer?"), t("Requests, response and closing times, units by provider.")),
        ("cities", t("Where does one city stand?"), t("Each city on every theme, as a two-page briefing to print.")),
        ("compare", t("How do cities compare?"), t("Two to six cities on any indicator, with what differs in scope.")),
        ("indicators", t("What has moved?"), t("Indicators with targets and thresholds, and a feed of crossings.")),
        ("data", t("Where are the data?"), t("Every dataset with its fields, quality, sources and files.")),
        ("sql", t("How do I ask the data myself?"), t("SQL over every table, in the page or by a program; no key.")),
    )
    cards = [
        html.Li([html.H3(html.A(title, href=ctx.path(path))), html.P(text)], className="card")
        for path, title, text in sections
    ]
    return [html.H2(t("What would you like to know?")), html.Ul(cards, className="cards")]


def _release(ctx: Context) -> list[Any]:
    """What the release changed, table by table; the page of releases tells the rest."""
    t, f = ctx.t, ctx.f
    changes = changes_since_previous(ctx)
    heading = html.H2(t("What changed since the last release"))
    link = html.P(html.A(t("Releases and what each changed"), href=ctx.path("releases")))
    if not changes:
        said = {"version": ctx.package.version, "day": f.day(ctx.created)}
        current = find_release(ctx.package)
        is_first = current is None or current.against is None
        told = t("Release {version} of {day} is the first of its kind.", **said) if is_first else None
        return [heading, html.P(told or t("Release {version} of {day} changed no table.", **said)), link]
    items = [
        html.Li(
            t(
                "{table}: {kind}. Rows added: {added}, changed: {changed}, removed: {removed}.",
                table=ctx.text(ctx.package.resource(change.table).title)
                if ctx.package.has(change.table)
                else change.table,
                kind=change_words(t, change.kind),
                **{
                    name: f.number(value) if (value := getattr(change, name)) is not None else t("not known")
                    for name in ("added", "changed", "removed")
                },
            )
        )
        for change in changes
    ]
    return [heading, html.Ul(items), link]
