"""The actions of CKAN's datastore: rows of tables under filters, their columns, SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa

from dashboard.ckan_api.asked import Asked
from dashboard.ckan_api.call import Actions, Call, action
from dashboard.ckan_api.columns import described, told
from dashboard.ckan_api.errors import Invalid
from dashboard.ckan_api.records import DELIMITERS, RECORDS_FORMATS, records_json, records_text
from dashboard.ckan_api.rows import DEFAULT_ROWS, MOST_ROWS, RowsAsked, check_known, datastore_table, rows_asked
from dashboard.ckan_api.sql import search_sql
from dashboard.query.model import ROW_NUMBER

DATASTORE: Actions = {}


@action(DATASTORE)
def datastore_search(call: Call) -> dict[str, Any]:
    """Rows of a table.

    resource_id: the table. filters: {column: value, [values] or {lt, lte, gt, gte, eq: value}}, null for no value;
    $or and $and take lists of such objects. q: words that a row must hold, or {column: words}; plain=false reads it as
    a tsquery (a & b | !c:*). distinct, limit (100, at most 32000), offset, fields, sort ("a, b desc"), include_total,
    records_format: objects, lists, csv or tsv. include_next_page adds the filter that the next page begins with.
    Every row has _id, its place in the table, for as long as the release stands.
    """
    asked = call.asked
    table = datastore_table(call.portal, asked.required("resource_id", "id"))
    check_known(asked)
    limit, offset = min(asked.number("limit", DEFAULT_ROWS), MOST_ROWS), asked.number("offset", 0)
    kind = asked.text("records_format") or "objects"
    if kind not in RECORDS_FORMATS:
        raise Invalid({"records_format": [f"Value must be one of {list(RECORDS_FORMATS)!r}"]})
    rows = rows_asked(table, asked)
    records, last = _records(call, rows, kind, limit, offset)
    found: dict[str, Any] = {
        **_echoed(asked),
        "include_total": asked.flag("include_total", default=True),
        "limit": limit,
        "offset": offset,
        "records_format": kind,
        "resource_id": table.name,
        "total_estimation_threshold": asked.values.get("total_estimation_threshold"),
        "records": records,
        "fields": described(table, rows.columns),
        "_links": _links(call, limit, offset),
    }
    if found["include_total"]:
        total = table.rows if rows.is_whole else call.engine.count(rows.query)
        found |= {"total": total, "total_was_estimated": False}
    if asked.flag("include_next_page") and rows.keyset and last is not None:
        found["next_page"] = {ROW_NUMBER: {rows.keyset: last}}
    return found


def _records(call: Call, rows: RowsAsked, kind: str, limit: int, offset: int) -> tuple[str, int | None]:
    """(the records, the number of the last row where row numbers lead from page to page)."""
    needs_number = rows.keyset is not None and ROW_NUMBER not in rows.columns
    columns = (ROW_NUMBER, *rows.columns) if needs_number else tuple(rows.columns)
    query = replace(rows.query, columns=columns, limit=limit, offset=offset)
    batches = list(call.engine.stream(query))
    numbers = [batch.column(ROW_NUMBER) for batch in batches if batch.num_rows and ROW_NUMBER in batch.schema.names]
    last = numbers[-1][-1].as_py() if numbers else None
    given = [batch.select(rows.columns) for batch in batches]
    if kind in DELIMITERS:
        return records_text(given[0].schema, iter(given), kind), last
    return records_json(iter(given), kind), last


def _echoed(asked: Asked) -> dict[str, Any]:
    """The parameters that the answer repeats."""
    names = ("filters", "q", "sort", "distinct", "plain", "language")
    found = {name: asked.values[name] for name in names if asked.has(name)}
    if isinstance(found.get("filters"), str):
        found["filters"] = asked.json("filters")
    return found


def _links(call: Call, limit: int, offset: int) -> dict[str, str]:
    """The first, the next and the previous page, as addresses to GET."""
    values = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in call.asked.values.items()
        if name != "offset" and value is not None
    } | ({"release": call.portal.pinned} if call.portal.pinned else {})

    def address(start: int) -> str:
        return f"{call.path}?{urlencode(values | ({'offset': str(start)} if start else {}))}"

    links = {"start": address(0), "next": address(offset + limit)}
    return links if offset - limit < 0 or not offset else {**links, "prev": address(offset - limit)}


@action(DATASTORE)
def datastore_info(call: Call) -> dict[str, Any]:
    """The columns of a table, with titles, descriptions and types, and how many rows it has. id: the table."""
    table = datastore_table(call.portal, call.asked.required("id", "resource_id"))
    size = sum(one.bytes for one in table.distributions if one.format == "parquet")
    found: dict[str, Any] = {"fields": told(table)}
    if not call.asked.flag("include_fields_schema", default=True):
        found["fields"] = described(table, table.field_names())
    if call.asked.flag("include_meta", default=True):
        meta = {"id": table.name, "count": table.rows, "table_type": "BASE TABLE", "size": size}
        found = {"meta": meta | {"db_size": size, "idx_size": 0, "aliases": []}, **found}
    return found


@action(DATASTORE)
def datastore_search_sql(call: Call) -> dict[str, Any]:
    """The answer of one SELECT, at most 32000 rows. sql: the statement; a table's name is its resource's id, in double
    quotes where it needs them. Every table has _id, the place of a row from 1. A field without a name is called by its
    function, such as count."""
    if call.sql is not None and call.portal.pinned not in (None, call.sql.package.version):
        raise Invalid({"release": [f"SQL is answered from release {call.sql.package.version} only: leave it out"]})
    return search_sql(call.asked, call.sql)


def peeked(batches: Iterator[pa.RecordBatch]) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The columns of batches, and the batches still whole; what cannot be answered fails here."""
    first = next(batches)
    return first.schema, chain([first], batches)
