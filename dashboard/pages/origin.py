"""Where a figure is from: how it was computed, the files it rests on, and every row behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.components.elements import html
from dashboard.components.phrases import with_phrases
from dashboard.context import Context
from dashboard.package import Resource
from dashboard.pages.behind import show_files, show_rows
from dashboard.pages.missing import find_figure
from dashboard.pages.page import Page, crumbs
from dashboard.query.compile import compile_query
from dashboard.query.model import Query


def layout(ctx: Context, name: str) -> Page:
    """The origin of a panel under the filters of the address; a designed 404 where there is none of that name."""
    t, path = ctx.t, f"origin/{name}"
    panel = find_figure(ctx, name, path)
    if isinstance(panel, Page):
        return panel
    view, query = panel.view(ctx), panel.query(ctx)
    resource = ctx.package.resource(query.resource)
    dataset = ctx.dataset_of(query.resource)
    finding = with_phrases(view.title, view.phrases)
    title, release = t("Where is this from?"), t("release {version}", version=ctx.package.version)
    behind = _behind(query)
    body: list[Any] = [
        crumbs(ctx, (finding, panel.home(ctx)), (title, None)),
        html.H1(title),
        html.P([html.Q(finding), " – ", html.Span(with_phrases(view.subtitle, view.phrases))], className="lede"),
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
        *show_rows(panel.narrow(ctx), behind, path, t("The rows behind it"), "rows"),
        *_files(ctx, resource, behind),
    ]
    filters = panel.parameters
    section = panel.page.partition("/")[0].replace("dataset", "data")
    return Page(
        title,
        f"{title} {view.title}",
        section,
        path,
        body,
        datasets=(dataset.name,),
        filters=filters,
        embed=panel.embedded(ctx),
    )


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
    asked: list[Any] = [html.Pre(html.Code(sql), className="copyable")]
    if parameters:
        asked.append(html.P(ctx.t("Values in the place of the question marks: {values}", values=_listed(parameters))))
    summary = html.Summary(ctx.t("The question put to the table (SQL)"))
    return [html.Details([summary, *asked], className="note")]


def _listed(values: list[Any]) -> str:
    return ", ".join(map(str, values))


def _files(ctx: Context, resource: Resource, behind: Query) -> list[Any]:
    """The files that the rows were read from; of rows that were computed the datasets that they were made from."""
    t, dataset = ctx.t, ctx.dataset_of(resource.name)
    if "snapshot_id" in resource.field_names():
        return show_files(ctx, behind)
    made = [
        html.Li(html.A(ctx.text(ctx.package.dataset(name).title), href=ctx.path(f"dataset/{name}")))
        for name in dataset.inputs
    ]
    return [html.H2(t("What the table was made from")), html.Ul(made)]
