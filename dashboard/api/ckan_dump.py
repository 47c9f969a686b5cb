"""`/datastore/dump/TABLE`: the rows of a table under CKAN's filters, as a file of any length."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import flask
import pyarrow as pa

from dashboard.api.sent_files import make_body, send_body
from dashboard.ckan_api.asked import Asked
from dashboard.ckan_api.columns import described
from dashboard.ckan_api.datastore import peeked
from dashboard.ckan_api.errors import CkanError, Invalid
from dashboard.ckan_api.records import BOM, stream_delimited, stream_lists, stream_xml
from dashboard.ckan_api.rows import RowsAsked, check_known, rows_asked
from dashboard.errors import InvalidQuery
from dashboard.export.kept_files import KeptFiles
from dashboard.package import Package, Resource
from dashboard.query.model import Query
from dashboard.served import Served

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
}
KNOWN = {"offset", "limit", "format", "bom", "filters", "q", "distinct", "plain", "language", "fields", "sort"}


def add_dump(blueprint: flask.Blueprint, served: Callable[[], Served]) -> None:
    """Add the address. A dump is finished before it is sent, so that none that broke off looks whole."""
    kept = KeptFiles()

    @blueprint.get("/datastore/dump/<name>")
    def dump(name: str) -> flask.Response:
        release = served()
        table = release.package.resource(name)
        values = {key: value for key, value in flask.request.args.items() if key not in ("release", "lang")}
        kind = values.get("format", "csv")
        if kind not in MEDIA_TYPES:
            raise InvalidQuery(
                "There is no format {kind!r}; there are {names}.", kind=kind, names=", ".join(MEDIA_TYPES)
            )
        try:
            asked = Asked(values)
            check_known(asked, KNOWN)
            rows, limit = rows_asked(table, asked), asked.number("limit", 0) if asked.has("limit") else None
            query = replace(rows.query, limit=limit, offset=asked.number("offset", 0))
        except CkanError as error:
            raise InvalidQuery("The dump cannot be made so: {why}", why=_why(error)) from error

        def write(path: Path) -> int:
            schema, batches = peeked(release.engine.stream(query))
            with path.open("wb") as file:
                file.writelines(chain([BOM] if asked.flag("bom") else [], _body(kind, rows, schema, batches)))
            return _count(release, rows, query)

        mark = _mark(release.package)
        body = make_body(kept, mark, mark, write, lambda: _count(release, rows, query))
        return send_body(body, MEDIA_TYPES[kind], _headers(release, table, kind))


def _why(error: CkanError) -> str:
    """What is wrong, in one line; of a value that does not fit its column, what the database would say."""
    info = error.errors.get("info") if isinstance(error, Invalid) else None
    return "; ".join(info["orig"]) if info else str(error)


def _body(kind: str, rows: RowsAsked, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    if kind == "json":
        return stream_lists(described(rows.table, rows.columns), batches)
    if kind == "xml":
        return stream_xml(batches)
    return stream_delimited(schema, batches, kind)


def _count(release: Served, rows: RowsAsked, query: Query) -> int:
    """How many rows the dump holds."""
    total = rows.table.rows if rows.is_whole else release.engine.count(rows.query)
    left = max(0, total - query.offset)
    return left if query.limit is None else min(left, query.limit)


def _headers(release: Served, table: Resource, kind: str) -> dict[str, str]:
    name = f"{'sample-' if table.sample else ''}{table.name}-{release.package.version}.{kind}"
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Release": release.package.version,
        "X-Sample": str(table.sample).lower(),
    }


def _mark(package: Package) -> str:
    """What the answer is made of: the release and the address."""
    return hashlib.sha256(f"{package.version} {flask.request.full_path}".encode()).hexdigest()[:32]
