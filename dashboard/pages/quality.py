"""How good a dataset is: what became of the rows of each source, and how many rows name their supplier."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from dashboard.components.elements import html
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.i18n.words import problem_words, reason_words, state_words
from dashboard.last_run import SourceRun
from dashboard.package import Dataset, Source
from dashboard.panels.panel import Column
from dashboard.query.model import Filter, Query


def quality(ctx: Context, dataset: Dataset) -> list[Any]:
    """The section of a dataset's page; nothing for one that is made from others."""
    if not dataset.sources:
        return []
    t = ctx.t
    kept, read = (sum(getattr(s, name) for s in dataset.sources) for name in ("rows", "rows_in"))
    parts: list[Any] = [html.H2(t("Quality"))]
    if read:
        told = t(
            "Of the {n} rows that were read, {share} were kept.", n=ctx.f.number(read), share=_share(ctx, kept, read)
        )
        parts.append(html.P([told, " ", html.A(t("How the data are made"), href=ctx.path("method"))]))
    rows = [source_row(ctx, ctx.text(source.title), source) for source in dataset.sources]
    parts.append(data_table(t("What became of the rows"), source_columns(ctx), rows, ctx.f, whole=True))
    return [*parts, *_with_id(ctx, dataset), *_reviewed(ctx)]


def source_columns(ctx: Context) -> tuple[Column, ...]:
    """The columns of a table of sources."""
    t = ctx.t
    return (
        Column("title", t("Source")),
        Column("state", t("State")),
        Column("last_good", t("Last good"), key="last_good_at"),
        Column("rows_in", t("Rows read"), "count", is_number=True),
        Column("rows", t("Rows kept"), "count", is_number=True),
        Column("set_aside", t("Set aside"), "count", is_number=True),
        Column("reasons", t("Why"), "text"),
    )


def source_row(ctx: Context, title: str, source: SourceRun | Source) -> dict[str, Any]:
    """A source as a row of that table."""
    t = ctx.t
    state = state_words(t, source.state) if source.state else t("not known")
    problem = source.problem if isinstance(source, SourceRun) else None
    return {
        "title": title,
        "state": f"{state}: {problem_words(t, problem)}" if problem else state,
        "last_good": ctx.f.date_of(source.last_good) if source.last_good else None,
        "last_good_at": source.last_good,
        "rows_in": source.rows_in,
        "rows": source.rows,
        "set_aside": sum(source.set_aside.values()),
        "reasons": ", ".join(f"{reason_words(t, code)}: {ctx.f.number(n)}" for code, n in source.set_aside.items())
        or None,
    }


def _with_id(ctx: Context, dataset: Dataset) -> list[Any]:
    """The share of rows with a supplier's business id by city, over all its years."""
    t = ctx.t
    if not ctx.package.has("coverage"):
        return []
    filters = (Filter("dataset_name", "eq", dataset.name), Filter("business_id_pct", "not_null"))
    rows: defaultdict[str, int] = defaultdict(int)
    with_id: defaultdict[str, float] = defaultdict(float)
    for row in ctx.engine.rows(Query("coverage", filters=filters)):
        rows[row["city_code"]] += row["rows_count"]
        with_id[row["city_code"]] += row["rows_count"] * row["business_id_pct"] / 100
    found = [
        {"city": ctx.city(code), "rows": rows[code], "share": with_id[code] / rows[code]}
        for code in ctx.codes.cities
        if rows[code]
    ]
    if not found:
        return []
    columns = (
        Column("city", t("City")),
        Column("rows", t("Rows"), "count", is_number=True),
        Column("share", t("With a business id"), "share", is_number=True),
    )
    return [html.H3(t("Rows with the supplier's business id")), data_table(columns[2].title, columns, found, ctx.f)]


def _reviewed(ctx: Context) -> list[html.P]:
    """That a part came out otherwise than reviewed and was let pass, where that is so."""
    t, passed = ctx.t, [issue for issue in ctx.package.issues if issue.code == "accepted_difference"]
    if not passed:
        return []
    text = t(
        "Counts that a person has reviewed came out otherwise in this release, and were accepted: {n}", n=len(passed)
    )
    return [html.P([text, ". ", html.A(t("Status"), href=ctx.path("status"))], className="note note--warn")]


def _share(ctx: Context, part: int, whole: int) -> str:
    return ctx.f.percent(part / whole)
