"""CSV as RFC 4180 has it: comma, UTF-8, a header, CRLF; streamed batch by batch."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pa_csv

from dashboard.export.about import Batches


def stream_csv(schema: pa.Schema, batches: Batches) -> Iterator[bytes]:
    """The rows as CSV; lists are joined by `|`."""
    flat = _flat_schema(schema)
    sink = io.BytesIO()
    header = pa_csv.WriteOptions(include_header=True, quoting_style="needed")
    with pa_csv.CSVWriter(sink, flat, write_options=header):
        pass
    yield sink.getvalue().replace(b"\n", b"\r\n")
    for batch in batches:
        sink = io.BytesIO()
        table = _flatten(pa.Table.from_batches([batch]), flat)
        pa_csv.write_csv(table, sink, pa_csv.WriteOptions(include_header=False, quoting_style="needed", eol="\r\n"))
        yield sink.getvalue()


def _flat_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(f.name, pa.string() if pa.types.is_list(f.type) else f.type) for f in schema])


def _flatten(table: pa.Table, flat: pa.Schema) -> pa.Table:
    columns = [
        pa.array(["|".join(v) if v is not None else None for v in column.to_pylist()], pa.string())
        if pa.types.is_list(column.type)
        else column
        for column in table.itercolumns()
    ]
    return pa.table(columns, schema=flat)
