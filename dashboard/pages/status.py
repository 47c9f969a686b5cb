"""How each source stands and how the last run went: failures are published too."""

from __future__ import annotations

from typing import Any

from dashboard.components.elements import html
from dashboard.components.table import data_table
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.i18n.words import problem_words, result_words
from dashboard.last_run import LastRun, parse_run, parse_runs
from dashboard.package import Source, read_runs
from dashboard.pages.page import Page
from dashboard.pages.quality import source_columns, source_row
from dashboard.pages.sorting import sorted_table
from dashboard.panels.panel import Column

ERRORS_IN = "en"
"""The language in which the pipeline tells the details of an error; what went wrong is said in the reader's own."""


def layout(ctx: Context) -> Page:
    """The status page."""
    t = ctx.t
    title = t("Status")
    description = t("Each source: its state, when it was last good, its rows, and what a person should look at.")
    run = parse_run(ctx.last_run) if ctx.last_run is not None else None
    body: list[Any] = [html.H1(title), html.P(description, className="lede"), *_refused(ctx), *_last_run(ctx, run)]
    body += [*_sources(ctx, run), *_runs(ctx), *_not_published(ctx)]
    return Page(title, description, "status", "status", body)


def _refused(ctx: Context) -> list[Any]:
    """What to do about a newest release that the site cannot read; that it cannot is said on every page."""
    if not ctx.newest:
        return []
    t = ctx.t
    say = t("Make the release and start the site from the same version of the code.")
    return [html.H2(t("The newest release cannot be shown")), html.P([t("If you run the site"), ": ", say])]


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
    if run.refused:
        said = html.Span(run.refused, lang=ctx.foreign(ERRORS_IN))
        parts.append(html.P([t("Nothing was published, and the release before stays:"), " ", said]))
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
    rows = [source_row(ctx, ctx.text(source.title), found.pop(source.name, source)) for source in _released(ctx)]
    rows += [source_row(ctx, name, source) for name, source in found.items()]
    return [
        html.H2(t("Sources")),
        sorted_table(ctx, "sources", "status", t("Sources"), source_columns(ctx), rows, whole=True),
    ]


def _runs(ctx: Context) -> list[Any]:
    """The last runs, the newest first; runs of the other kind (real, sample) are told as such."""
    t, f = ctx.t, ctx.f
    runs = parse_runs(read_runs(ctx.package))
    if not runs:
        return []
    columns = (
        Column("started", t("Began"), key="started_at"),
        Column("result", t("Result")),
        Column("took", t("Took"), is_number=True, key="seconds"),
        Column("version", t("Release")),
        Column("failed", t("Sources that failed"), "count", is_number=True),
        Column("stale", t("Sources from an older copy"), "count", is_number=True),
        Column("errors", t("Errors"), "count", is_number=True),
        Column("warnings", t("Warnings"), "count", is_number=True),
    )
    rows = [
        {
            "started": f.moment(run.started_at),
            "started_at": run.started_at,
            "result": result_words(t, run.result) + (f" ({t('sample data')})" if run.sample else ""),
            "took": None if run.seconds is None else duration(run.seconds),
            "seconds": run.seconds,
            "version": run.version,
            "failed": run.sources.get("failed", 0),
            "stale": run.sources.get("stale", 0),
            "errors": run.issues.get("error", 0),
            "warnings": run.issues.get("warning", 0),
        }
        for run in runs
    ]
    caption = t("The last runs")
    return [
        html.H2(caption),
        explained_terms(ctx, "run", "release", "set_aside"),
        sorted_table(ctx, "runs", "status", caption, columns, rows),
    ]


def duration(seconds: int) -> str:
    """Seconds as they are written in all three languages.

    >>> duration(7), duration(65), duration(3600)
    ('7 s', '1 min 5 s', '1 h 0 min')
    """
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _not_published(ctx: Context) -> list[Any]:
    """What a city does not publish: a fact of the release, not a failure."""
    t, titles = ctx.t, {dataset.name: ctx.text(dataset.title) for dataset in ctx.package.datasets}
    rows = [
        {
            "dataset": titles.get(issue.source, issue.source),
            "reason": ctx.text(issue.texts) if issue.texts else issue.message,
            "language": None if issue.texts else ERRORS_IN,
        }
        for issue in ctx.package.issues
        if issue.code == "not_published"
    ]
    if not rows:
        return []
    columns = (Column("dataset", t("Dataset")), Column("reason", t("What is missing"), "text", language_in="language"))
    title = t("Not published")
    return [html.H2(title), sorted_table(ctx, "not-published", "status", title, columns, rows)]
