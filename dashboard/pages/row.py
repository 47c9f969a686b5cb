"""One row of a table: its values, and the file, the record of it and the rule that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.catalogue.rdf import MEDIA_TYPES
from dashboard.components.elements import html
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.errors import UnknownResource
from dashboard.i18n.plain import quoted_address
from dashboard.i18n.words import reason_words
from dashboard.package import PUBLISHERS_IN, Dataset, Field, Resource
from dashboard.pages.behind import row_path, show_files, show_rows
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, crumbs
from dashboard.panels.behind import queries_behind
from dashboard.panels.panel import Column
from dashboard.panels.rows import find_row, row_address
from dashboard.panels.values import value_words
from dashboard.proper_names import body_name, is_name, language_of, source_title
from dashboard.state import State

PROV = {"jsonld": "JSON-LD", "ttl": "Turtle"}
"""Serialisations that the page names."""
HEADLESS = ("JSON", "GEOJSON")
"""Formats of files whose records have no header row before them."""


def layout(ctx: Context, name: str, key: str) -> Page:
    """The row of that key in any table of the dataset; a designed 404 where there is none."""
    t, path = ctx.t, f"dataset/{name}/row/{key}"
    try:
        dataset = ctx.package.dataset(name)
    except UnknownResource:
        return missing(ctx, path, t("There is no dataset called {name}.", name=name))
    found, dataset_title = find_row(ctx, dataset, key), ctx.text(dataset.title)
    if found is None:
        unknown = t("The dataset “{title}” has no row with the key {key}.", title=dataset_title, key=key)
        return missing(ctx, path, unknown)
    resource, row = found
    title = _title(ctx, row, key)
    table, version = ctx.text(resource.title), ctx.package.version
    lede = t("A row of the table {table}, release {version}.", table=table, version=version)
    body: list[Any] = [
        crumbs(
            ctx,
            (t("Datasets"), ctx.path("data")),
            (dataset_title, ctx.path(f"dataset/{dataset.name}")),
            (title, None),
        ),
        html.H1(title),
        html.P(lede, className="lede"),
        *_origin(ctx, dataset, resource, row),
        *_behind(ctx, resource, row),
        *_values(ctx, resource, row),
        html.P([t("Where the row is from, for programs (PROV-O):"), *_links(ctx, dataset, key)]),
    ]
    return Page(
        f"{title} – {dataset_title}",
        f"{dataset_title}: {title}. {lede}",
        "data",
        path,
        body,
        datasets=(dataset.name,),
        kind="ItemPage",
        forms=tuple((MEDIA_TYPES[kind], _prov(ctx, dataset, key, kind)) for kind in PROV),
    )


def _links(ctx: Context, dataset: Dataset, key: str) -> list[Any]:
    links = [html.A(name, href=_prov(ctx, dataset, key, kind), rel="nofollow") for kind, name in PROV.items()]
    return [part for at, link in enumerate(links) for part in (", " if at else " ", link)]


def _prov(ctx: Context, dataset: Dataset, key: str, kind: str) -> str:
    """The address of where the row is from, for programs."""
    query = ctx.query(State())
    return f"{row_address(dataset.name, key)}.{kind}" + (f"?{query}" if query else "")


def _title(ctx: Context, row: Mapping[str, Any], key: str) -> str:
    snapshot = ctx.package.provenance.get(str(row.get("snapshot_id")))
    if snapshot is None:
        return ctx.t("Row {key}", key=key)
    return ctx.t("Record {n} of the file {file}", n=ctx.f.number(int(row["row_number"])), file=snapshot["file_name"])


def _origin(ctx: Context, dataset: Dataset, resource: Resource, row: Mapping[str, Any]) -> list[Any]:
    """The file and the record in it, or what else is known of where the row is from."""
    t = ctx.t
    title = html.H2(t("Where the row is from"))
    snapshot = ctx.package.provenance.get(str(row.get("snapshot_id")))
    if snapshot is None:
        named = _named_sources(ctx, resource, row)
        if named:
            links = [
                html.Li(html.A(text, href=url) if url else text, lang=ctx.foreign(language))
                for text, url, language in named
            ]
            return [title, html.Ul(links)]
        return [title, html.P(_made(ctx, resource, row))] if dataset.inputs else []
    source = next(item for item in dataset.sources if item.name == snapshot["source"])
    licence: Any = snapshot["licence_id"]
    if licence == dataset.licence.id:
        licence = html.A(dataset.licence.title, href=dataset.licence.url)
    facts = (
        (t("Source"), html.A(ctx.text(source.title), href=source.page) if source.page else ctx.text(source.title)),
        (t("Publisher"), _publisher(ctx, source.publisher)),
        (t("Portal"), source.portal),
        (t("File"), html.A(snapshot["file_name"], href=quoted_address(snapshot["url"]))),
        (t("Record in the file"), _record(ctx, snapshot, int(row["row_number"]))),
        (t("Rule by which it was read"), row.get("rule_code")),
        (t("Why it was set aside"), reason_words(t, str(row["reason_code"])) if row.get("reason_code") else None),
        (t("Fetched"), ctx.f.date_of(snapshot["fetched_at"])),
        (t("SHA-256 of the file"), html.Code(snapshot["sha256"])),
        (
            t("Licence"),
            html.A(dataset.licence.title, href=dataset.licence.url) if licence == dataset.licence.id else licence,
        ),
    )
    items = [part for name, value in facts if value is not None for part in (html.Dt(name), html.Dd(value))]
    note = [html.P(t("The file is generated sample data."), className="note")] if snapshot["sample"] else []
    return [title, *note, html.Dl(items, className="facts")]


def _record(ctx: Context, snapshot: Mapping[str, Any], number: int) -> str:
    """The number of a record. It is no line of the file: the count begins after the header, wherever that stands, and a
    record may go over several lines. A list of JSON has no header."""
    n = ctx.f.number(number)
    return n if snapshot["format"] in HEADLESS else ctx.t("{n} (counted after the header row)", n=n)


def _publisher(ctx: Context, name: str) -> html.Span:
    language = language_of(ctx.language, name, PUBLISHERS_IN)
    return html.Span(body_name(ctx.language, name), lang=ctx.foreign(language))


def _named_sources(
    ctx: Context, resource: Resource, row: Mapping[str, Any]
) -> list[tuple[str, str | None, str | None]]:
    """(title, address, language of the title) of each source that the row names itself, once each."""
    titles = [name for name in row if name.endswith("source_title") and row[name]]
    found = (
        (
            source_title(ctx.language, row[name]),
            row.get(name.removesuffix("title") + "url"),
            language_of(ctx.language, row[name], ctx.text_language(resource.name, name, row)),
        )
        for name in titles
    )
    return list(dict.fromkeys(found))


def _made(ctx: Context, resource: Resource, row: Mapping[str, Any]) -> str:
    """How a row without a file of its own came to be."""
    if queries_behind(ctx, resource.name, row):
        return ctx.t("The row was computed from the rows below. Each leads to its file and the record there.")
    if resource.name == "coverage":
        return ctx.t("No row of that city and year is in the table: there is nothing behind it to show.")
    return ctx.t("The row is a rule kept by hand with the site's code.")


def _behind(ctx: Context, resource: Resource, row: Mapping[str, Any]) -> list[Any]:
    """Of a computed row the very rows that it was made from, and their files."""
    t, path = ctx.t, (row_path(ctx, resource, row) or "").partition("/dataset/")[2]
    parts: list[Any] = []
    for query in queries_behind(ctx, resource.name, row):
        table = ctx.package.resource(query.resource)
        title = t(
            "Rows behind it in the table {table}: {n}",
            table=ctx.text(table.title),
            n=ctx.f.number(ctx.engine.count(query)),
        )
        parts += show_rows(ctx, query, f"dataset/{path}", title, f"rows-{len(parts)}")
        if "snapshot_id" in table.field_names():
            parts += show_files(ctx, query)
    return parts


def _value(ctx: Context, resource: Resource, field: Field, value: Any) -> str:
    """A value as the page shows it; a code in words, with the code itself, which the description explains."""
    said = value_words(ctx, resource.name, field.name, value)
    is_code = field.name.endswith("_code") and isinstance(value, str) and said != value
    return f"{said} ({value})" if is_code else ctx.f.cell(said, field.unit)


def _language(ctx: Context, field: Field, row: Mapping[str, Any]) -> str | None:
    """The language of a value as the page shows it."""
    value = row[field.name]
    if value is None:
        return None
    published = field.language_of(row)
    return language_of(ctx.language, value, published) if is_name(field.name) else published


def _values(ctx: Context, resource: Resource, row: Mapping[str, Any]) -> list[Any]:
    t = ctx.t
    columns = (
        Column("field", t("Field")),
        Column("value", t("Value"), language_in="language"),
        Column("description", t("Description"), "text"),
    )
    rows = [
        {
            "field": ctx.text(field.title),
            "value": _value(ctx, resource, field, row[field.name]),
            "language": _language(ctx, field, row),
            "description": ctx.text(field.description) if field.description else None,
        }
        for field in resource.fields
    ]
    title = t("The values of the row")
    return [html.H2(title), data_table(title, columns, rows, ctx.f, whole=True)]
