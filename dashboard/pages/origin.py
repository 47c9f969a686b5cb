"""Where a figure is from: how it was computed, the files it rests on, and every row behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import html

from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.errors import DashboardError
from dashboard.package import Resource
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, crumbs, page_links
from dashboard.pages.row import row_path
from dashboard.panels.pages import ROWS_A_PAGE, page_of
from dashboard.panels.panel import Column, Panel
from dashboard.panels.registry import PANELS
from dashboard.query.compile import compile_query
from dashboard.query.model import Measure, Query

HIDDEN = ("snapshot_id", "rule_code")
"""What a row's own page explains."""


def layout(ctx: Context, name: str) -> Page:
    """The origin of a panel under the filters of the address; a designed 404 where there is none of that name."""
    t, path = ctx.t, f"origin/{name}"
    panel = PANELS.get(name)
    if panel is None:
        return missing(ctx, path, t("There is no figure called {name}.", name=name))
    try:
        panel.require_subject(ctx)
    except DashboardError as error:
        return missing(ctx, path, str(error))
    view, query = panel.view(ctx), panel.query(ctx)
    resource = ctx.package.resource(query.resource)
    dataset = ctx.dataset_of(query.resource)
    title, release = t("Where is this from?"), t("release {version}", version=ctx.package.version)
    behind = _behind(query)
    body: list[Any] = [
        crumbs(ctx, (view.title, panel.home(ctx)), (title, None)),
        html.H1(title),
        html.P([html.Q(view.title), f" – {view.subtitle}"], className="lede"),
        html.P(
            [
                t("The figure is computed from the table {table} of the dataset", table=resource.name),
                " ",
                html.A(ctx.text(dataset.title), href=ctx.path(f"dataset/{dataset.name}")),
                f", {release}. ",
                t(
                    "Rows behind it: {n} of {all}.",
                    n=ctx.f.number(ctx.engine.count(behind)),
                    all=ctx.f.number(resource.rows),
                ),
            ]
        ),
        *_question(ctx, query),
        *_rows(ctx, panel, resource, behind),
        *_files(ctx, resource, behind),
    ]
    return Page(title, f"{title} {view.title}", "", path, body)


def _behind(query: Query) -> Query:
    """The rows of the table that the query counts, as far as conditions on fields tell; those on sums do not."""
    if query.of is None:
        return Query(query.resource, filters=query.filters, once=query.once)
    inner = _behind(query.of)
    fields = tuple(item for item in query.filters if item.field in query.of.dimensions)
    return replace(inner, filters=(*inner.filters, *fields))


def _question(ctx: Context, query: Query) -> list[Any]:
    """The query as SQL, for those who want to ask it again."""
    sql, parameters = compile_query(query, ctx.package.resource)
    asked: list[Any] = [html.Pre(html.Code(sql))]
    if parameters:
        asked.append(html.P(ctx.t("Values in the place of the question marks: {values}", values=_listed(parameters))))
    summary = html.Summary(ctx.t("The question put to the table (SQL)"))
    return [html.Details([summary, *asked], className="note")]


def _listed(values: list[Any]) -> str:
    return ", ".join(map(str, values))


def _rows(ctx: Context, panel: Panel, resource: Resource, behind: Query) -> list[Any]:
    """A page of the rows that were counted, each leading to its own page."""
    t = ctx.t
    count = ctx.engine.count(behind)
    page, _ = page_of(ctx, count)
    shown = replace(behind, limit=ROWS_A_PAGE, offset=(page - 1) * ROWS_A_PAGE)
    rows = [{"row": str((page - 1) * ROWS_A_PAGE + at), **row} for at, row in enumerate(ctx.engine.rows(shown), 1)]
    columns = [
        Column("row", t("Row")),
        *(
            Column(field.name, ctx.text(field.title), field.unit, is_number=field.type in ("number", "integer"))
            for field in resource.fields
            if field.name not in HIDDEN and any(row[field.name] is not None for row in rows)
        ),
    ]
    title = t("The rows behind it")
    links = {"row": lambda row: row_path(ctx, resource, row)}
    return [
        html.H2(title, id="rows"),
        html.P(t("Open a row to see the file and the line that it was read from.")),
        data_table(title, columns, rows, ctx.f, links),
        *page_links(panel.narrow(ctx), f"origin/{panel.name}", count, "rows", t("Pages of rows")),
    ]


def _files(ctx: Context, resource: Resource, behind: Query) -> list[Any]:
    """The files that the rows were read from; of rows that were computed the datasets that they were made from."""
    t, dataset = ctx.t, ctx.dataset_of(resource.name)
    if "snapshot_id" not in resource.field_names():
        made = [
            html.Li(html.A(ctx.text(ctx.package.dataset(name).title), href=ctx.path(f"dataset/{name}")))
            for name in dataset.inputs
        ]
        return [html.H2(t("What the table was made from")), html.Ul(made)]
    counts = ctx.engine.rows(replace(behind, measures=(Measure("rows_count", "count"),), dimensions=("snapshot_id",)))
    titles = {source.name: ctx.text(source.title) for source in dataset.sources}
    rows = []
    for counted in counts:
        item = ctx.package.provenance[counted["snapshot_id"]]
        rows.append(
            {
                "file": item["file_name"],
                "source": titles[item["source"]],
                "rows": counted["rows_count"],
                "fetched": ctx.f.date_of(item["fetched_at"]),
                "hash": item["sha256"],
                "url": item["url"],
            }
        )
    columns = (
        Column("file", t("File")),
        Column("source", t("Source")),
        Column("rows", t("Rows behind the figure"), "count", is_number=True),
        Column("fetched", t("Fetched")),
        Column("hash", t("SHA-256 of the file")),
    )
    title = t("The files that they were read from")
    return [html.H2(title), data_table(title, columns, rows, ctx.f, {"file": lambda row: row["url"]})]
