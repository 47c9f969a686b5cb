"""The project: its money, partners, time, the fifteen projects of the strategy, and where sources differ."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import Any

from dashboard.components.elements import html
from dashboard.components.side_by_side import Said, side_by_side
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.pages import subjects
from dashboard.pages.facts import (
    Fact,
    attribute,
    disagreements,
    facts_of,
    plain_words,
    quote_language,
    source_language,
    value_language,
    value_words,
)
from dashboard.pages.page import Page, show_panel
from dashboard.pages.sorting import sorted_table
from dashboard.panels import project_money, projects, timeline
from dashboard.panels.panel import Column
from dashboard.panels.projects import OWN_PROJECT
from dashboard.proper_names import body_name
from dashboard.query.model import Filter, Query
from dashboard.state import State

OPEN_DATA = "A70011"


def layout(ctx: Context) -> Page:
    """The project's page. It has no filters: orders of its tables only."""
    t = ctx.t
    ctx = replace(ctx, state=State(sort=ctx.state.sort))
    title = t("The project and its money")
    lede = t(
        "Who carried out Open participation and customership, what was planned, granted and realised, when it ran, and "
        "which other projects of the strategy stood beside it. Every figure names its source."
    )
    partners = _partner_rows(ctx)
    body = [
        html.H1(title),
        html.P(lede, className="lede"),
        _about(ctx),
        show_panel(ctx, project_money.PANEL, "project", {"source_title": itemgetter("source_url")}, open_table=True),
        _partners(ctx, partners),
        *_compared(ctx),
        show_panel(ctx, timeline.PANEL, "project"),
        show_panel(ctx, projects.PANEL, "project"),
    ]
    about = subjects.project(ctx, OWN_PROJECT, facts_of(ctx, OWN_PROJECT), partners)
    return Page(title, lede, "project", "project", body, about=(about,))


def _about(ctx: Context) -> html.Dl:
    """What the project is called and where it is registered."""
    t = ctx.t
    facts = {fact["indicator_code"]: fact for fact in facts_of(ctx, OWN_PROJECT)}
    asked = (
        (t("Project code"), None),
        (t("Application number"), "application_number"),
        (t("Id in Kohesio"), "kohesio_id"),
        (t("Fund"), "fund"),
        (t("Authority"), "authority"),
        (t("Lead partner"), "lead_beneficiary"),
        (t("Start"), "start_date"),
        (t("End"), "end_date"),
    )
    items: list[Any] = []
    for label, name in asked:
        fact = facts.get(name) if name else None
        if name and fact is None:
            continue
        value = OWN_PROJECT if fact is None else plain_words(ctx, fact)
        items += [html.Dt(label), html.Dd(value if fact is None else _sourced(ctx, value, fact))]
    return html.Dl(items, className="facts")


def _sourced(ctx: Context, value: str, fact: Fact) -> Any:
    said = html.Span(value, lang=ctx.foreign(value_language(ctx, fact)))
    if not fact["source_url"]:
        return said
    source = html.A(fact["source_title"], href=fact["source_url"], lang=ctx.foreign(source_language(ctx, fact)))
    return [said, " (", source, ")"]


def _compared(ctx: Context) -> list[Any]:
    """Where sources differ, side by side; then what only looks as if they did, each value with its source."""
    t = ctx.t
    asked = (
        (t("This project: total budget"), OWN_PROJECT, "total_budget"),
        (t("This project: planned public funding"), OWN_PROJECT, "planned_public_funding_total"),
        (t("This project: ended"), OWN_PROJECT, "end_date"),
        (t("This project: planned end"), OWN_PROJECT, "end_date_planned"),
        (t("Open data spearhead: total budget"), OPEN_DATA, "total_budget"),
        (t("6Aika programme: number of projects"), None, "projects_total"),
        (t("6Aika programme: companies that took part"), None, "companies_involved"),
        (t("6Aika programme: budget"), None, "budget_planned"),
        (t("6Aika programme: budget without the Social Fund"), None, "budget_excl_ESF"),
    )
    facts = [
        (words, [fact for fact in facts_of(ctx, project) if attribute(fact) == name]) for words, project, name in asked
    ]
    disputed = {fact["fact_id"] for said in disagreements(fact for _, of in facts for fact in of) for fact in said}
    differ = [(words, [fact for fact in of if fact["fact_id"] in disputed]) for words, of in facts]
    others = [(words, [fact for fact in of if fact["fact_id"] not in disputed]) for words, of in facts]
    return [*_differing(ctx, differ), *_alike(ctx, others)]


def _differing(ctx: Context, facts: list[tuple[str, list[dict[str, Any]]]]) -> list[Any]:
    said = [side_by_side(words, [_said(ctx, fact) for fact in of]) for words, of in facts if of]
    if not said:
        return []
    lede = ctx.t("Two sources name different values of one and the same thing. We show both, and choose neither.")
    return [html.H2(ctx.t("Where the sources differ"), id="differ"), html.P(lede), *said]


def _said(ctx: Context, fact: Fact) -> Said:
    language = quote_language(fact)
    of_source = ctx.foreign(source_language(ctx, fact))
    return Said(value_words(ctx, fact), fact["source_title"], fact["source_url"], fact["quote"], language, of_source)


def _alike(ctx: Context, facts: list[tuple[str, list[dict[str, Any]]]]) -> list[Any]:
    """The facts under what they are called; nothing where there are none."""
    t = ctx.t
    rows = [
        {
            "what": words,
            "value": value_words(ctx, fact),
            "source": fact["source_title"],
            "url": fact["source_url"],
            "quote": fact["quote"],
            "language": quote_language(fact),
            "source_language": source_language(ctx, fact),
        }
        for words, of in facts
        for fact in of
    ]
    if not rows:
        return []
    columns = (
        Column("what", t("Fact")),
        Column("value", t("Value"), is_number=True),
        Column("source", t("Source"), "name", language_in="source_language"),
        Column("quote", t("In the source's words"), "text", language_in="language"),
    )
    caption = t("Facts that are easily confused")
    lede = t("Each of these is a fact of its own, so that their values may differ without one of them being wrong.")
    table = data_table(caption, columns, rows, ctx.f, {"source": lambda row: row["url"]})
    return [html.Section([html.H2(caption), html.P(lede), table])]


def _partner_rows(ctx: Context) -> list[dict[str, Any]]:
    """The project's partners, the leading one first; `partner_said` is what each is called in the reader's language."""
    rows = ctx.engine.rows(Query("project_partners", filters=(Filter("project_code", "eq", OWN_PROJECT),)))
    named = [{**row, "partner_said": body_name(ctx.language, row["partner_name"])} for row in rows]
    return sorted(named, key=lambda row: (row["role_code"] != "lead", row["partner_said"]))


def _partners(ctx: Context, partners: list[dict[str, Any]]) -> html.Section:
    t = ctx.t
    roles = {"lead": t("lead partner")}
    rows = [{**row, "role": roles.get(row["role_code"], t("partner"))} for row in partners]
    columns = (
        replace(Column.of_field(ctx, "project_partners", "partner_name", t("Implementer"), None), key="partner_said"),
        Column("business_id", t("Business id")),
        Column("role", t("Role")),
        Column.of_field(ctx, "project_partners", "source_title", t("Source")),
    )
    caption = t("The implementers")
    links = {"source_title": itemgetter("source_url")}
    table = sorted_table(ctx, "partners", "project", caption, columns, rows, links)
    return html.Section([html.H2(caption), table])
