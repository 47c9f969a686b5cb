"""When each of the fifteen projects ran, as planned and as extended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dashboard.context import Context
from dashboard.figures.style import tell_languages
from dashboard.figures.timeline import Period, timeline
from dashboard.i18n import Translator
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.projects import OWN_PROJECT, project_label
from dashboard.query.answer import records
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
        Column.of_field(ctx, "projects", "project_name", t("Project")),
        Column("start_date", t("Start")),
        Column("planned_end_date", t("Planned end")),
        Column("final_end_date", t("Final end")),
    )
    periods = [
        Period(
            project_label(row),
            row["start_date"],
            row["planned_end_date"],
            _day(row["final_end_date"]),
            row["project_code"] == OWN_PROJECT,
        )
        for row in records(frame)
    ]
    title, summary = finding(t, periods), dates_words(ctx, periods)
    figure = timeline(periods, f.date, (t("planned"), t("extension")), f"{title}. {summary}")
    languages = {
        project_label(row): ctx.foreign(ctx.text_language("projects", "project_name", row)) for row in records(frame)
    }
    tell_languages(figure, languages)
    notes = (t("A final end is known for some projects only; of the others the planned end is shown."),)
    return View(title, t("Start and end of the projects, by year"), summary, columns, frame, figure, notes)


def finding(t: Translator, periods: Sequence[Period]) -> str:
    """How many ran longer than planned, of those alone whose end is known: a planned end says nothing of it."""
    ended = [period for period in periods if period.final_end]
    late = [period for period in ended if period.is_late]
    if not ended:
        return t("Of none of the {all} projects is the final end known", all=len(periods))
    if len(late) == len(ended):
        return t(
            "The final end of {n} of the {all} projects is known; all of them ran longer than planned",
            n=len(ended),
            all=len(periods),
        )
    return t(
        "The final end of {n} of the {all} projects is known; of these {late} ran longer than planned",
        n=len(ended),
        all=len(periods),
        late=len(late),
    )


def dates_words(ctx: Context, periods: Sequence[Period]) -> str:
    """The first start, the last end that is known and the last that was planned, and the days of this project."""
    t, f = ctx.t, ctx.f
    first, planned = f.date(min(one.start for one in periods)), f.date(max(one.planned_end for one in periods))
    known = [one.final_end for one in periods if one.final_end]
    if known:
        ends = t(
            "The first project began on {first}. The last end that is known is {last}, the last that was planned "
            "{planned}.",
            first=first,
            last=f.date(max(known)),
            planned=planned,
        )
    else:
        ends = t(
            "The first project began on {first}. The last end that was planned is {planned}.",
            first=first,
            planned=planned,
        )
    own = next(one for one in periods if one.own)
    start = f.date(own.start)
    if own.final_end:
        return f"{ends} " + t("This project ran from {start} to {end}.", start=start, end=f.date(own.final_end))
    end = f.date(own.planned_end)
    return f"{ends} " + t("This project was planned to run from {start} to {end}.", start=start, end=end)


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) and value == value else None  # NaT is not itself  # noqa: PLR0124


PANEL = Panel("timeline", "projects", (), query, view, page="project")
