"""What the project was, its key figures and who says so, the projects around it, what changed since."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from dash import html

from dashboard.components.key_figures import KeyFigure, Quote, key_figures
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.pages.facts import attribute, disagreements
from dashboard.pages.page import Page, scope_notes, show_panel
from dashboard.panels import change, projects
from dashboard.panels.panel import Column
from dashboard.query.engine import records
from dashboard.query.model import Filter, Query
from dashboard.state import State

OWN = "A71005"
OPEN_DATA = "A70011"


def layout(ctx: Context) -> Page:
    """The front page. It always shows everything, and says so where its address asks for less."""
    t, asked = ctx.t, ctx.state.filters
    ctx = replace(ctx, state=State())
    facts = _facts(ctx, OWN)
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
        *_compared(ctx),
        _partners(ctx),
        show_panel(ctx, projects.PANEL, ""),
        html.H2(t("What changed in the cities")),
        scope_notes(ctx),
        show_panel(ctx, change.PANEL, ""),
        html.P(html.A(t("Who do the cities buy from?"), href=ctx.path("companies"), className="button")),
    ]
    return Page(title, lede, "", "", body)


def _unfiltered(ctx: Context, asked: State) -> list[html.P]:
    if asked == State():
        return []
    t = ctx.t
    note = t("This page shows all cities, years and account groups, whatever its address asks for.")
    link = html.A(t("Companies under these filters"), href=ctx.path("companies", asked))
    return [html.P([note, " ", link], className="note")]


def _facts(ctx: Context, project: str | None) -> list[dict[str, Any]]:
    """The facts of a project, or of what has no project code."""
    of = Filter("project_code", "eq", project) if project else Filter("project_code", "is_null")
    return ctx.engine.rows(Query("project_facts", filters=(of,)))


def _pick(facts: list[dict[str, Any]], indicator: str) -> list[dict[str, Any]]:
    return [fact for fact in facts if fact["indicator_code"] == indicator]


def _quotes(facts: list[dict[str, Any]]) -> tuple[Quote, ...]:
    return tuple(Quote(f["source_title"], f["source_url"] or "", f["quote"] or f["value"]) for f in facts)


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
            _quotes(_pick(facts, "total_budget")),
        ),
        KeyFigure(implementers or unknown, t("implementers"), _quotes(_pick(facts, "implementers"))),
        KeyFigure(str(cities), t("cities"), _quotes(_pick(facts, "lead_partner") + _pick(facts, "implementers"))),
        KeyFigure(
            str(_months(start, end)) if start and end else unknown,
            t("months from start to end"),
            _quotes(_pick(facts, "start_date") + _pick(facts, "end_date")),
        ),
        KeyFigure(
            t("nearly {n}", n=companies) if companies else unknown,
            t("companies worked with the cities"),
            _quotes(_pick(facts, "companies_cooperating")),
        ),
    ]


def _months(start: str, end: str) -> int:
    """Whole months from the first day of `start` to the last of `end`, both ISO dates.

    >>> _months("2015-04-01", "2018-04-30")
    37
    """
    (y1, m1), (y2, m2) = ((int(d[:4]), int(d[5:7])) for d in (start, end))
    return (y2 - y1) * 12 + m2 - m1 + 1


def _compared(ctx: Context) -> list[html.Section]:
    """Where sources differ, then what only looks as if they did; each value with its source and its words."""
    t = ctx.t
    asked = (
        (t("This project: total budget"), OWN, "total_budget"),
        (t("This project: planned public funding"), OWN, "planned_public_funding_total"),
        (t("This project: ended"), OWN, "end_date"),
        (t("This project: planned end"), OWN, "end_date_planned"),
        (t("Open data spearhead: total budget"), OPEN_DATA, "total_budget"),
        (t("6Aika programme: budget"), None, "budget_planned"),
        (t("6Aika programme: budget without the Social Fund"), None, "budget_excl_ESF"),
    )
    facts = [
        (words, [fact for fact in _facts(ctx, project) if attribute(fact) == name]) for words, project, name in asked
    ]
    disputed = {fact["fact_id"] for said in disagreements(fact for _, of in facts for fact in of) for fact in said}
    differ = [(words, [fact for fact in of if fact["fact_id"] in disputed]) for words, of in facts]
    others = [(words, [fact for fact in of if fact["fact_id"] not in disputed]) for words, of in facts]
    alike = t("Each of these is a fact of its own, so that their values may differ without one of them being wrong.")
    return [
        *_facts_table(ctx, t("Where the sources differ"), differ),
        *_facts_table(ctx, t("Facts that are easily confused"), others, alike),
    ]


def _facts_table(
    ctx: Context, caption: str, facts: list[tuple[str, list[dict[str, Any]]]], lede: str | None = None
) -> list[html.Section]:
    """The facts under what they are called; nothing where there are none."""
    t, f = ctx.t, ctx.f
    rows = [
        {
            "what": words,
            "value": f.date(dt.date.fromisoformat(fact["value"]))
            if fact["unit"] == "date"
            else f.money(int(fact["value"])),
            "source": fact["source_title"],
            "url": fact["source_url"],
            "quote": fact["quote"],
        }
        for words, of in facts
        for fact in of
    ]
    if not rows:
        return []
    columns = (
        Column("what", t("Fact")),
        Column("value", t("Value"), is_number=True),
        Column("source", t("Source"), "name"),
        Column("quote", t("In the source's words"), "text"),
    )
    table = data_table(caption, columns, rows, f, {"source": lambda row: row["url"]})
    return [html.Section([html.H2(caption), html.P(lede) if lede else None, table])]


def _partners(ctx: Context) -> html.Section:
    t = ctx.t
    frame = ctx.engine.run(Query("project_partners", filters=(Filter("project_code", "eq", OWN),)))
    rows = sorted(records(frame), key=lambda row: (row["role_code"] != "lead", row["partner_name"]))
    for row in rows:
        row["role"] = t("lead partner") if row["role_code"] == "lead" else t("partner")
    columns = (
        Column("partner_name", t("Implementer")),
        Column("business_id", t("Business id")),
        Column("role", t("Role")),
    )
    caption = t("The seven implementers")
    return html.Section([html.H2(caption), data_table(caption, columns, rows, ctx.f)])
