"""The catalogue, and a page for each dataset: description, fields, licence, sources, downloads."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.components.attributes import aria
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.errors import UnknownResource
from dashboard.i18n import Formats
from dashboard.package import Dataset, Resource
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, crumbs
from dashboard.panels.panel import Column

FORMATS = ("csv", "xlsx", "parquet", "json")


def layout(ctx: Context) -> Page:
    """The list of datasets."""
    t = ctx.t
    title = t("Datasets")
    description = t("Every dataset of this site: what it holds, where it comes from, and its files.")
    cards = [
        html.Article(
            [
                html.H2(html.A(ctx.text(dataset.title), href=ctx.path(f"dataset/{dataset.name}"))),
                html.P(ctx.text(dataset.description)),
                html.P(
                    [
                        t(
                            "Rows: {n}",
                            n=ctx.f.number(sum(ctx.package.resource(name).rows for name in dataset.resources)),
                        ),
                        " · ",
                        dataset.licence.title,
                        *_sample_badge(ctx, sample=ctx.package.is_generated(dataset)),
                    ]
                ),
            ],
            className="card",
        )
        for dataset in ctx.package.datasets
    ]
    body = [html.H1(title), html.P(description, className="lede"), html.Div(cards, className="cards")]
    return Page(title, description, "data", "data", body)


def _sample_badge(ctx: Context, *, sample: bool) -> list[Any]:
    return [" ", html.Span(ctx.t("sample data"), className="badge badge--sample")] if sample else []


def dataset_layout(ctx: Context, name: str) -> Page:
    """One dataset; a designed 404 where there is none of that name."""
    t, path = ctx.t, f"dataset/{name}"
    try:
        dataset = ctx.package.dataset(name)
    except UnknownResource:
        return missing(ctx, path, t("There is no dataset called {name}.", name=name))
    title = ctx.text(dataset.title)
    body: list[Any] = [
        crumbs(ctx, (t("Datasets"), ctx.path("data")), (title, None)),
        html.H1(title),
        html.P(ctx.text(dataset.description), className="lede"),
        html.Dl(
            [
                html.Dt(t("Licence")),
                html.Dd(html.A(dataset.licence.title, href=dataset.licence.url)),
                html.Dt(t("Release")),
                html.Dd(f"{ctx.package.version} ({ctx.f.moment(ctx.created)})"),
            ],
            className="facts",
        ),
    ]
    for resource_name in dataset.resources:
        body += _table(ctx, ctx.package.resource(resource_name))
    body += _sources(ctx, dataset)
    body += _citation(ctx, dataset)
    return Page(title, ctx.text(dataset.description), "data", path, body)


def _size(f: Formats, size: int) -> str:
    """The size of a file in the unit in which it is not nothing.

    >>> _size(Formats("en"), 400), _size(Formats("en"), 2_340_000)
    ('1 kB', '2.34 MB')
    """
    return f"{f.plain(size / 1e6)} MB" if size >= 1e6 else f"{f.plain(max(1, round(size / 1e3)))} kB"


def _table(ctx: Context, resource: Resource) -> list[Any]:
    t, f = ctx.t, ctx.f
    title = ctx.text(resource.title)
    stored = {d.format: d.bytes for d in resource.distributions}
    links = [
        html.Li(
            [
                html.A(
                    kind.upper(),
                    href=f"/data/{resource.name}.{kind}?lang={ctx.language}",
                    **aria(label=t("Download {kind}: {title}", kind=kind.upper(), title=title)),
                ),
                f" {_size(f, stored[kind])}" if kind in stored else "",
            ]
        )
        for kind in FORMATS
    ]
    rows = [
        {
            "name": field.name,
            "title": ctx.text(field.title),
            "type": field.exact_type + (f", {field.unit}" if field.unit else ""),
            "description": ctx.text(field.description) if field.description else None,
        }
        for field in resource.fields
    ]
    columns = (
        Column("name", t("Field")),
        Column("title", t("Title")),
        Column("type", t("Type")),
        Column("description", t("Description"), "text"),
    )
    return [
        html.H2([title, *_sample_badge(ctx, sample=resource.sample)], id=resource.name),
        html.P(ctx.text(resource.description)),
        html.P(t("Rows: {n}", n=f.number(resource.rows))),
        html.Ul(links, className="downloads"),
        html.Details(
            [html.Summary(t("Fields")), data_table(t("Fields of {table}", table=title), columns, rows, f)],
            className="panel__table",
        ),
    ]


def _sources(ctx: Context, dataset: Dataset) -> list[Any]:
    t = ctx.t
    if not dataset.sources:
        names = ", ".join(ctx.text(ctx.package.dataset(name).title) for name in dataset.inputs)
        return [html.H2(t("Sources")), html.P(t("Made from: {names}", names=names))]
    columns = (
        Column("title", t("Source")),
        Column("publisher", t("Publisher")),
        Column("portal", t("Portal")),
        Column("rows", t("Rows"), "count", is_number=True),
        Column("scope", t("What it leaves out"), "text"),
    )
    rows = [
        {
            "title": ctx.text(source.title),
            "publisher": source.publisher,
            "portal": source.portal,
            "rows": source.rows,
            "scope": ctx.text(source.scope) if source.scope else None,
            "page": source.page,
        }
        for source in dataset.sources
    ]
    return [
        html.H2(t("Sources")),
        data_table(t("Sources"), columns, rows, ctx.f, {"title": lambda row: row["page"]}),
    ]


def _citation(ctx: Context, dataset: Dataset) -> list[Any]:
    text = ctx.t(
        "{title}. Kuusi, release {version}. {licence}. {address}",
        title=ctx.text(dataset.title) + (f" [{ctx.t('sample data')}]" if ctx.package.is_generated(dataset) else ""),
        version=ctx.package.version,
        licence=dataset.licence.title,
        address=ctx.base_url + ctx.path(f"dataset/{dataset.name}"),
    )
    return [html.H2(ctx.t("How to cite")), html.P(text)]
