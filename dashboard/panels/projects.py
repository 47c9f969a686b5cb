"""The fifteen projects by planned, granted and realised money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.context import Context
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.style import ACCENT, QUIET, tell_languages
from dashboard.panels.panel import Column, Panel, View
from dashboard.query.answer import records
from dashboard.query.model import Query

OWN_PROJECT = "A71005"


def query(_ctx: Context) -> Query:
    """Every project, the largest plan first."""
    return Query(
        "projects",
        columns=(
            "project_code",
            "project_name",
            "lead_name",
            "start_date",
            "planned_end_date",
            "planned_eur",
            "granted_eur",
            "realised_eur",
            "planned_as_of_date",
            "planned_source_url",
        ),
        order_by=(("planned_eur", "desc"),),
    )


def project_label(row: Mapping[str, Any]) -> str:
    """What a figure calls a project."""
    return f"{row['project_code']} {row['project_name']}"


def view(ctx: Context) -> View:
    """Two bars a project: planned and granted; realised stands in the table, since it is interim."""
    t, f = ctx.t, ctx.f
    frame = ctx.engine.run(query(ctx))
    columns = (
        Column("project_code", t("Code")),
        Column.of_field(ctx, "projects", "project_name", t("Project")),
        Column.of_field(ctx, "projects", "lead_name", t("Lead partner")),
        Column("start_date", t("Start")),
        Column("planned_end_date", t("Planned end")),
        Column("planned_eur", t("Planned"), "EUR", is_number=True),
        Column("granted_eur", t("Granted"), "EUR", is_number=True),
        Column("realised_eur", t("Realised so far"), "EUR", is_number=True),
        Column("planned_as_of_date", t("As of")),
    )
    planned, granted = [float(v) for v in frame["planned_eur"]], [float(v) for v in frame["granted_eur"]]
    own = frame[frame["project_code"] == OWN_PROJECT].iloc[0]
    title = t(
        "This project planned {own}, {share} of what the {n} projects planned",
        own=f.money_short(own["planned_eur"]),
        share=f.percent(float(own["planned_eur"]) / sum(planned), 0),
        n=len(frame),
    )
    summary = t(
        "{n} projects of the six cities' strategy planned {planned} of public funding in all and were granted "
        "{granted} by the EU and the state; this project planned {own} and was granted {own_granted}.",
        n=len(frame),
        planned=f.money(sum(planned)),
        granted=f.money(sum(granted)),
        own=f.money(own["planned_eur"]),
        own_granted=f.money(own["granted_eur"]),
    )
    names = {
        project_label(row): ctx.foreign(ctx.text_language("projects", "project_name", row)) for row in records(frame)
    }
    figure = horizontal_bars(
        list(names),
        [Bars(t("Planned"), planned, QUIET), Bars(t("Granted"), granted, ACCENT)],
        f.money_short,
        t("euros"),
        f"{title}. {summary}",
    )
    tell_languages(figure, names)
    day = f.date(frame["planned_as_of_date"].iloc[0])
    subtitle = t("Planned public funding, and what the EU and the state granted; as the list stood on {day}", day=day)
    notes = (t("Realised sums are interim: the list was published while the projects were running."),)
    return View(title, subtitle, summary, columns, frame, figure, notes)


PANEL = Panel("projects", "projects", (), query, view, page="project")
