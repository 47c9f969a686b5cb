"""How each source stands and how the last run went: failures are published too."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.i18n.words import problem_words, reason_words, result_words, state_words
from dashboard.last_run import LastRun, SourceRun, parse_run
from dashboard.package import Source
from dashboard.pages.page import Page
from dashboard.panels.panel import Column

ERRORS_IN = "en"
"""The language in which the pipeline tells the details of an error; what went wrong is said in the reader's own."""


def layout(ctx: Context) -> Page:
    """The status page."""
    t = ctx.t
    title = t("Status")
    description = t("Each source: its state, when it was last good, its rows, and what a person should look at.")
    run = parse_run(ctx.last_run) if ctx.last_run is not None else None
    body: list[Any] = [html.H1(title), html.P(description, className="lede"), *_last_run(ctx, run)]
    body += [*_sources(ctx, run), *_not_published(ctx)]
    return Page(title, description, "status", "status", body)


def _last_run(ctx: Context, run: LastRun | None) -> list[Any]:
    t = ctx.t
    if run is None:
        return []
    kind = "badge--ok" if run.result in ("published", "unchanged") else "badge--failed"
    result = result_words(t, run.result) if run.result else t("not known")
    finished = ctx.f.moment(run.finished_at) if run.finished_at else ""
    parts: list[Any] = [
        html.H2(t("The last run")),
        html.P([html.Span(result, className=f"badge {kind}"), " ", finished]),
    ]
    columns = (
        Column("source", t("Source")),
        Column("code", t("Problem")),
        Column("message", t("What happened"), "text", language=ERRORS_IN),
        Column("expected", t("Expected"), language=ERRORS_IN),
        Column("got", t("Got"), language=ERRORS_IN),
    )
    titles = {source.name: ctx.text(source.title) for source in _released(ctx)}
    errors = [
        {column.name: issue.get(column.name) for column in columns}
        | {
            "source": titles.get(str(issue.get("source")), issue.get("source")),
            "code": problem_words(t, str(issue.get("code") or "–")),
        }
        for issue in run.issues
        if issue.get("severity") == "error"
    ]
    if errors:
        parts.append(data_table(t("What failed"), columns, errors, ctx.f))
    return parts


def _released(ctx: Context) -> list[Source]:
    return [source for dataset in ctx.package.datasets for source in dataset.sources]


def _sources(ctx: Context, run: LastRun | None) -> list[Any]:
    """Each source as the last run found it, which may be newer than the release; else as the release has it.

    A run of the other kind (real, sample) than the release says nothing of its sources.
    """
    t = ctx.t
    found = dict(run.sources) if run is not None and run.sample == ctx.package.sample else {}
    rows = [_row(ctx, ctx.text(source.title), found.pop(source.name, source)) for source in _released(ctx)]
    rows += [_row(ctx, name, source) for name, source in found.items()]
    columns = (
        Column("title", t("Source")),
        Column("state", t("State")),
        Column("last_good", t("Last good")),
        Column("rows_in", t("Rows read"), "count", is_number=True),
        Column("rows", t("Rows kept"), "count", is_number=True),
        Column("set_aside", t("Set aside"), "count", is_number=True),
        Column("reasons", t("Why"), "text"),
    )
    return [html.H2(t("Sources")), data_table(t("Sources"), columns, rows, ctx.f, whole=True)]


def _row(ctx: Context, title: str, source: SourceRun | Source) -> dict[str, Any]:
    t = ctx.t
    state = state_words(t, source.state) if source.state else t("not known")
    problem = source.problem if isinstance(source, SourceRun) else None
    return {
        "title": title,
        "state": f"{state}: {problem_words(t, problem)}" if problem else state,
        "last_good": ctx.f.date_of(source.last_good) if source.last_good else None,
        "rows_in": source.rows_in,
        "rows": source.rows,
        "set_aside": sum(source.set_aside.values()),
        "reasons": ", ".join(f"{reason_words(t, code)}: {ctx.f.number(n)}" for code, n in source.set_aside.items())
        or None,
    }


def _not_published(ctx: Context) -> list[Any]:
    """What a city does not publish: a fact of the release, not a failure."""
    t, titles = ctx.t, {dataset.name: ctx.text(dataset.title) for dataset in ctx.package.datasets}
    rows = [
        {
            "dataset": titles.get(issue.source, issue.source),
            "reason": ctx.text(issue.texts) if issue.texts else issue.message,
        }
        for issue in ctx.package.issues
        if issue.code == "not_published"
    ]
    if not rows:
        return []
    columns = (Column("dataset", t("Dataset")), Column("reason", t("What is missing"), "text"))
    return [html.H2(t("Not published")), data_table(t("Not published"), columns, rows, ctx.f)]
