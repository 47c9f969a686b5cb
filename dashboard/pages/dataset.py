"""One dataset: what it holds, what it covers, how good it is, its files, and its releases."""

from __future__ import annotations

from typing import Any

from dashboard.components.attributes import aria
from dashboard.components.citing import cite_links
from dashboard.components.elements import html
from dashboard.components.sources import today
from dashboard.components.table import Order, data_table
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.errors import UnknownResource
from dashboard.i18n.formats import file_size
from dashboard.package import PUBLISHERS_IN, Dataset, Resource
from dashboard.pages.behind import row_path
from dashboard.pages.data import FORMATS, last_read, sample_badge
from dashboard.pages.descriptions import descriptions_of
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, crumbs, dataset_file, show_panel, table_address
from dashboard.pages.quality import quality
from dashboard.pages.releases import releases_of
from dashboard.panels import coverage
from dashboard.panels.feeds import dataset_feed
from dashboard.panels.panel import Column
from dashboard.panels.publishers import publishers_of_dataset
from dashboard.panels.values import row_words
from dashboard.query.model import Query
from dashboard.state import State

PREVIEW_ROWS = 10


def layout(ctx: Context, name: str) -> Page:
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
        _facts(ctx, dataset),
        _whole(ctx, dataset),
        explained_terms(ctx, "source", "set_aside", "coverage", "release"),
        *_coverage(ctx, dataset),
    ]
    for resource_name in dataset.resources:
        body += _table(ctx, dataset, ctx.package.resource(resource_name))
    body += [*_sources(ctx, dataset), *quality(ctx, dataset), *_citation(ctx, dataset), *releases_of(ctx, dataset)]
    feed = dataset_feed(ctx, dataset.name)
    body += [html.P(html.A(t("Feed of what changes here (Atom)"), href=feed)), *descriptions_of(ctx, dataset)]
    covered = coverage.PANEL.embedded(ctx.with_state(dataset=name)) if _is_covered(ctx, dataset) else None
    return Page(
        title,
        ctx.text(dataset.description),
        "data",
        path,
        body,
        dataset=dataset.name,
        feed=feed,
        embed=covered,
    )


def _facts(ctx: Context, dataset: Dataset) -> html.Dl:
    t = ctx.t
    return html.Dl(
        [
            html.Dt(t("Licence")),
            html.Dd(html.A(dataset.licence.title, href=dataset.licence.url)),
            html.Dt(t("Release")),
            html.Dd(f"{ctx.package.version} ({ctx.f.moment(ctx.created)})"),
            html.Dt(t("Updated")),
            html.Dd(last_read(ctx, dataset)),
        ],
        className="facts",
    )


def _whole(ctx: Context, dataset: Dataset) -> html.P:
    """All of the dataset in one file."""
    t = ctx.t
    text = t("Download the whole dataset (ZIP): its data, their description, and how to cite them")
    return html.P(html.A(text, href=dataset_file(ctx, "dataset", dataset.name, "zip"), rel="nofollow"))


def _coverage(ctx: Context, dataset: Dataset) -> list[html.Section]:
    """The map of cities and years, for a dataset that has these."""
    if not _is_covered(ctx, dataset):
        return []
    of_dataset = ctx.with_state(dataset=dataset.name)
    return [show_panel(of_dataset, coverage.PANEL, f"dataset/{dataset.name}")]


def _is_covered(ctx: Context, dataset: Dataset) -> bool:
    if not ctx.package.has("coverage"):
        return False
    return dataset.name in {row["dataset_name"] for row in ctx.engine.aside.rows(Query("coverage"))}


def _table(ctx: Context, dataset: Dataset, resource: Resource) -> list[Any]:
    t, f = ctx.t, ctx.f
    title = ctx.text(resource.title)
    stored = {d.format: d.bytes for d in resource.distributions}
    links = [
        html.Li(
            [
                html.A(
                    name,
                    href=table_address(ctx, resource.name, kind),
                    **aria(label=t("Download {kind}: {title}", kind=name, title=title)),
                ),
                f" {file_size(f, stored[kind])}" if kind in stored else "",
            ]
        )
        for kind, name in _formats(ctx).items()
    ]
    return [
        html.H2([title, *sample_badge(ctx, sample=resource.sample)], id=resource.name),
        html.P(ctx.text(resource.description)),
        html.P(t("Rows: {n}", n=f.number(resource.rows))),
        html.Ul(links, className="downloads"),
        _fields(ctx, resource),
        *_preview(ctx, dataset, resource),
    ]


def _formats(ctx: Context) -> dict[str, str]:
    """The formats of a table, by the ending of their addresses."""
    return {
        **{kind: kind.upper() for kind in FORMATS},
        "jsonl": "JSON Lines",
        "excel.csv": ctx.t("CSV for Excel"),
        "zip": "ZIP",
    }


def _fields(ctx: Context, resource: Resource) -> html.Details:
    t = ctx.t
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
    table = data_table(t("Fields of {table}", table=ctx.text(resource.title)), columns, rows, ctx.f)
    return html.Details([html.Summary(t("Fields")), table], className="panel__table")


def _preview(ctx: Context, dataset: Dataset, resource: Resource) -> list[html.Details]:
    """The first rows of a table, in the order that the address asks for."""
    if not resource.rows:
        return []
    t, name, sorted_by = ctx.t, _preview_name(resource), _order_of(ctx, resource)
    order_by = ((sorted_by[0], "desc" if sorted_by[1] else "asc"),) if sorted_by else ()
    rows = ctx.engine.rows(Query(resource.name, order_by=order_by, limit=PREVIEW_ROWS))  # type: ignore[arg-type]
    said = [row_words(ctx, resource.name, row) | {"path": row_path(ctx, resource, row)} for row in rows]
    columns = tuple(
        Column(
            field.name,
            ctx.text(field.title),
            "EUR" if field.unit == "EUR" else None,
            is_number=field.type in ("number", "integer"),
            language=field.language,
            language_in=field.language_in,
        )
        for field in resource.fields
    )

    def address(order: str) -> str:
        return ctx.path(f"dataset/{dataset.name}", State(sort=f"{name}.{order}")) + f"#{name}"

    caption = t("First rows of {table}", table=ctx.text(resource.title))

    def label(column: str) -> str:
        return t("{column}: sort the table {title}", column=column, title=caption)

    order = Order(address, label, *(sorted_by or (None, False)))
    key = resource.primary_key  # of several parts, none names the row by itself, so that its words cannot be a link
    links = {key[0]: lambda row: row["path"]} if len(key) == 1 else {}
    table = data_table(caption, columns, said, ctx.f, links, order=order)
    summary = html.Summary(t("Preview: the first {n} rows", n=len(rows)))
    return [html.Details([summary, table], className="panel__table", id=name, open=sorted_by is not None)]


def _preview_name(resource: Resource) -> str:
    """What stands before the field in `sort`.

    A table's name has underscores, which the part of `sort` that names a table has not.
    """
    return f"preview-{resource.name.replace('_', '-')}"


def _order_of(ctx: Context, resource: Resource) -> tuple[str, bool] | None:
    """(field, whether descending) that the address asks for in this table, None where it asks for nothing it has."""
    name, _, rest = (ctx.state.sort or "").partition(".")
    field, _, direction = rest.partition(".")
    if name != _preview_name(resource) or field not in resource.field_names():
        return None
    ctx.heeded.add("sort")
    return field, direction == "desc"


def _sources(ctx: Context, dataset: Dataset) -> list[Any]:
    t = ctx.t
    if not dataset.sources:
        names = ", ".join(ctx.text(ctx.package.dataset(name).title) for name in dataset.inputs)
        return [html.H2(t("Sources")), html.P(t("Made from: {names}", names=names))]
    columns = (
        Column("title", t("Source")),
        Column("publisher", t("Publisher"), language=PUBLISHERS_IN),
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
    sample = f" [{ctx.t('sample data')}]" if ctx.package.is_generated(dataset) else ""
    publishers = publishers_of_dataset(ctx, dataset.name)
    text = ctx.t(
        "{title}. Kuusi, release {version}. {licence}. {address} (retrieved on {day})",
        title=ctx.text(dataset.title) + sample + (f" ({publishers})" if publishers else ""),
        version=ctx.package.version,
        licence=dataset.licence.title,
        address=ctx.base_url + ctx.path(f"dataset/{dataset.name}"),
        day=today(ctx),
    )

    def cite(kind: str) -> str:
        return dataset_file(ctx, "cite", dataset.name, kind)

    return [html.H2(ctx.t("How to cite")), html.P(text), cite_links(cite, ctx.text(dataset.title), ctx.t)]
