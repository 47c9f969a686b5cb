"""Rows that something rests on: a page of them, each leading to its own page, and the files that they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashboard.components.elements import html
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.i18n.plain import quoted_address
from dashboard.package import Resource
from dashboard.pages.page import page_links
from dashboard.panels.pages import ROWS_A_PAGE, page_of
from dashboard.panels.panel import Column
from dashboard.panels.rows import row_address, row_key
from dashboard.panels.values import row_words
from dashboard.query.model import Measure, Query

HIDDEN = ("snapshot_id", "rule_code")
"""What a row's own page explains."""


def row_path(ctx: Context, resource: Resource, row: Mapping[str, Any]) -> str | None:
    """The address of a row: its primary key, the parts joined by commas. None where a part is an address, which has no
    place in another one; such rows name their source themselves."""
    key = row_key(resource, row)
    return None if key is None else ctx.path(row_address(resource.dataset, key).removeprefix("/"))


def show_rows(ctx: Context, behind: Query, path: str, title: str, name: str) -> list[Any]:
    """A page of the rows, and the ways to the others; `path` is the address of the page that they stand on, `name` the
    id of their heading."""
    t, resource = ctx.t, ctx.package.resource(behind.resource)
    count = ctx.engine.count(behind)
    page, _ = page_of(ctx, count)
    first = (page - 1) * ROWS_A_PAGE
    shown = behind if behind.limit else replace(behind, limit=ROWS_A_PAGE, offset=first)
    rows = [{"row": str(first + at), **row} for at, row in enumerate(ctx.engine.rows(shown), 1)]
    said = [row_words(ctx, resource.name, row) | {"path": row_path(ctx, resource, row)} for row in rows]
    columns = [
        Column("row", t("Row")),
        *(
            Column(
                field.name,
                ctx.text(field.title),
                field.unit,
                is_number=field.type in ("number", "integer"),
                language=field.language,
                language_in=field.language_in,
            )
            for field in resource.fields
            if field.name not in HIDDEN and any(row[field.name] is not None for row in rows)
        ),
    ]
    links = {"row": lambda row: row["path"]}
    return [
        html.H2(title, id=name),
        html.P(t("Open a row to see the file and the record that it was read from.")),
        data_table(title, columns, said, ctx.f, links),
        *page_links(ctx, path, count, name, t("Pages of rows")),
    ]


def show_files(ctx: Context, behind: Query) -> list[Any]:
    """The files that the rows were read from."""
    t, dataset = ctx.t, ctx.dataset_of(behind.resource)
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
                "url": quoted_address(item["url"]),
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
