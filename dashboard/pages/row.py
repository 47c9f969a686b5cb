"""One row of a table: its values, and the file, the line and the rule that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.errors import UnknownResource
from dashboard.i18n.words import reason_words
from dashboard.package import Dataset, Resource
from dashboard.pages.behind import row_path, show_files, show_rows
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, crumbs
from dashboard.panels.behind import queries_behind
from dashboard.panels.panel import Column
from dashboard.query.model import Filter, Query

LARGEST_INTEGER = 18
"""Digits that fit a 64-bit integer whatever they are."""


def layout(ctx: Context, name: str, key: str) -> Page:
    """The row of that key in any table of the dataset; a designed 404 where there is none."""
    t, path = ctx.t, f"dataset/{name}/row/{key}"
    try:
        dataset = ctx.package.dataset(name)
    except UnknownResource:
        return missing(ctx, path, t("There is no dataset called {name}.", name=name))
    found = _find(ctx, dataset, key)
    if found is None:
        return missing(ctx, path, t("The dataset {name} has no row with the key {key}.", name=name, key=key))
    resource, row = found
    dataset_title = ctx.text(dataset.title)
    title = _title(ctx, row, key)
    body: list[Any] = [
        crumbs(
            ctx,
            (t("Datasets"), ctx.path("data")),
            (dataset_title, ctx.path(f"dataset/{dataset.name}")),
            (title, None),
        ),
        html.H1(title),
        html.P(
            t(
                "A row of the table {table}, release {version}.",
                table=ctx.text(resource.title),
                version=ctx.package.version,
            ),
            className="lede",
        ),
        *_origin(ctx, dataset, resource, row),
        *_behind(ctx, resource, row),
        *_values(ctx, resource, row),
    ]
    return Page(f"{title} – {dataset_title}", f"{dataset_title}: {title}", "data", path, body)


def _find(ctx: Context, dataset: Dataset, key: str) -> tuple[Resource, dict[str, Any]] | None:
    for resource in map(ctx.package.resource, dataset.resources):
        parts = key.split(",", len(resource.primary_key) - 1)
        types = {field.name: field.type for field in resource.fields}
        if len(parts) != len(resource.primary_key):
            continue
        wanted = dict(zip(resource.primary_key, parts, strict=True))
        if any(types[field] == "integer" and not _is_integer(text) for field, text in wanted.items()):
            continue
        filters = tuple(
            Filter(field, "eq", int(text) if types[field] == "integer" else text) for field, text in wanted.items()
        )
        rows = ctx.engine.rows(Query(resource.name, filters=filters, limit=1))
        if rows:
            return resource, rows[0]
    return None


def _title(ctx: Context, row: Mapping[str, Any], key: str) -> str:
    snapshot = ctx.package.provenance.get(str(row.get("snapshot_id")))
    if snapshot is None:
        return ctx.t("Row {key}", key=key)
    return ctx.t("Row {n} of the file {file}", n=ctx.f.number(int(row["row_number"])), file=snapshot["file_name"])


def _is_integer(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LARGEST_INTEGER


def _origin(ctx: Context, dataset: Dataset, resource: Resource, row: Mapping[str, Any]) -> list[Any]:
    """The file and the line, or what else is known of where the row is from."""
    t = ctx.t
    title = html.H2(t("Where the row is from"))
    snapshot = ctx.package.provenance.get(str(row.get("snapshot_id")))
    if snapshot is None:
        named = _named_sources(row)
        if named:
            links = [html.Li(html.A(source, href=url) if url else source) for source, url in named]
            return [title, html.Ul(links)]
        return [title, html.P(_made(ctx, resource, row))] if dataset.inputs else []
    source = next(item for item in dataset.sources if item.name == snapshot["source"])
    licence: Any = snapshot["licence_id"]
    if licence == dataset.licence.id:
        licence = html.A(dataset.licence.title, href=dataset.licence.url)
    facts = (
        (t("Source"), html.A(ctx.text(source.title), href=source.page) if source.page else ctx.text(source.title)),
        (t("Publisher"), source.publisher),
        (t("Portal"), source.portal),
        (t("File"), html.A(snapshot["file_name"], href=snapshot["url"])),
        (t("Row in the file"), ctx.f.number(int(row["row_number"]))),
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


def _named_sources(row: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """(title, address) of each source that the row names itself, once each."""
    titles = [name for name in row if name.endswith("source_title") and row[name]]
    return list(dict.fromkeys((row[name], row.get(name.removesuffix("title") + "url")) for name in titles))


def _made(ctx: Context, resource: Resource, row: Mapping[str, Any]) -> str:
    """How a row without a file of its own came to be."""
    if queries_behind(ctx, resource.name, row):
        return ctx.t("The row was computed from the rows below. Each leads to its file and line.")
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


def _values(ctx: Context, resource: Resource, row: Mapping[str, Any]) -> list[Any]:
    t = ctx.t
    columns = (
        Column("field", t("Field")),
        Column("value", t("Value")),
        Column("description", t("Description"), "text"),
    )
    rows = [
        {
            "field": ctx.text(field.title),
            "value": ctx.f.cell(row[field.name], field.unit),
            "description": ctx.text(field.description) if field.description else None,
        }
        for field in resource.fields
    ]
    title = t("The values of the row")
    return [html.H2(title), data_table(title, columns, rows, ctx.f, whole=True)]
