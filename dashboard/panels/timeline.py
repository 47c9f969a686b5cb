"""When each of the fifteen projects ran, as planned and as extended."""

from __future__ import annotations

import datetime as dt

from dashboard.context import Context
from dashboard.figures.timeline import Period, timeline
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.projects import OWN_PROJECT
from dashboard.query.engine import records
from dashboard.query.model import Query


def query(_ctx: Context) -> Query:
    """Every project with its days, the first to start first."""
    return Query(
        "projects",
        columns=("project_code", "project_name", "start_date", "planned_end_date", "final_end_date"),
        order_by=(("start_date", "asc"),),
    )


def view(ctx: Context) -> View:
    """Lying bars over the years."""
    t, f = ctx.t, ctx.f
    frame = ctx.engine.run(query(ctx))
    columns = (
        Column("project_code", t("Code")),
        Column("project_name", t("Project"), "name"),
        Column("start_date", t("Start")),
        Column("planned_end_date", t("Planned end")),
        Column("final_end_date", t("Final end")),
    )
    periods = [
        Period(
            f"{row['project_code']} {row['project_name']}",
            row["start_date"],
            row["planned_end_date"],
            _day(row["final_end_date"]),
            row["project_code"] == OWN_PROJECT,
        )
        for row in records(frame)
    ]
    extended = [period for period in periods if period.final_end]
    last = max(period.final_end or period.planned_end for period in periods)
    title = t("{n} of the {all} projects are known to have run longer than planned", n=len(extended), all=len(periods))
    summary = t(
        "The first project began on {first}, the last known end is {last}. This project ran from {start} to {end}.",
        first=f.date(min(period.start for period in periods)),
        last=f.date(last),
        start=f.date(_own(periods).start),
        end=f.date(_own(periods).final_end or _own(periods).planned_end),
    )
    figure = timeline(periods, f.date, (t("planned"), t("extension")), f"{title}. {summary}")
    notes = (t("A final end is known for some projects only; of the others the planned end is shown."),)
    return View(title, t("Start and end of the projects, by year"), summary, columns, frame, figure, notes)


def _own(periods: list[Period]) -> Period:
    return next(period for period in periods if period.own)


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) and value == value else None  # NaT is not itself  # noqa: PLR0124


PANEL = Panel("timeline", "projects", (), query, view, page="project")
