"""What the project was, its key figures and who says so, the projects around it, what changed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.components.key_figures import KeyFigure, Quote, key_figures
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.pages.page import Page, scope_notes, show_panel
from dashboard.panels import change, projects
from dashboard.panels.panel import Column
from dashboard.query.engine import records
from dashboard.query.model import Filter, Query

OWN = "A71005"
INNOVATION = "A70202"
"""The open innovation platforms, on whose budget the sources agree."""


def layout(ctx: Context) -> Page:
    """The front page."""
    t = ctx.t
    facts = _facts(ctx)
    title = t("Open participation and customership")
    lede = t(
        "From 2015 to 2018 Helsinki, Espoo, Vantaa, Tampere, Turku and Oulu ran a joint project of their 6Aika "
        "strategy: customer-oriented services, services from many providers, cities open to companies. Here are "
        "its outcomes, and the cities' own open data on whom they buy from."
    )
    body = [
        html.H1(title),
        html.P(lede, className="lede"),
        key_figures(_key_figures(ctx, facts), t("Who says so")),
        _disagreements(ctx, facts),
        _partners(ctx),
        show_panel(ctx, projects.PANEL, ""),
        html.H2(t("What changed in the cities")),
        scope_notes(ctx),
        show_panel(ctx, change.PANEL, ""),
        html.P(html.A(t("Who do the cities buy from?"), href=ctx.path("companies"), className="button")),
    ]
    return Page(title, lede, "", "", body)


def _facts(ctx: Context) -> list[dict[str, Any]]:
    return ctx.engine.rows(Query("project_facts", filters=(Filter("project_code", "eq", OWN),)))


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
            t("{n} months", n=_months(start, end)) if start and end else unknown,
            t("from start to end"),
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


def _disagreements(ctx: Context, facts: list[dict[str, Any]]) -> html.Section:
    """Where sources disagree, both values with their sources."""
    t, f = ctx.t, ctx.f
    project = ctx.engine.run(Query("projects", filters=(Filter("project_code", "eq", OWN),))).iloc[0]
    listed = {"source": project["planned_source_title"], "url": project["planned_source_url"]}
    budget, end = t("This project: total budget"), t("This project: ended")
    rows = [
        *(_row(budget, f.money(int(fact["value"])), fact) for fact in _pick(facts, "total_budget")),
        {"what": budget, "value": f.money(project["planned_eur"])} | listed,
        *(_row(end, f.date(dt.date.fromisoformat(fact["value"])), fact) for fact in _pick(facts, "end_date")),
        {"what": end, "value": f.date(project["planned_end_date"])} | listed,
    ]
    for what, indicators in (
        (t("Open data spearhead: total budget"), ("total_budget_reported",)),
        (t("6Aika programme: budget"), ("budget_planned", "budget_excl_ESF")),
    ):
        found = ctx.engine.rows(
            Query(
                "project_facts",
                filters=(Filter("indicator_code", "in", indicators),),
                order_by=(("value", "asc"),),
            )
        )
        rows += [_row(what, f.money(int(fact["value"])), fact) for fact in found if fact["project_code"] != INNOVATION]
    columns = (
        Column("what", t("Figure")),
        Column("value", t("Value"), is_number=True),
        Column("source", t("Source")),
    )
    caption = t("Where the sources disagree")
    return html.Section([html.H2(caption), data_table(caption, columns, rows, f, {"source": lambda row: row["url"]})])


def _row(what: str, value: str, fact: Mapping[str, Any]) -> dict[str, Any]:
    return {"what": what, "value": value, "source": fact["source_title"], "url": fact["source_url"]}


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
