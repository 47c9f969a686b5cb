"""CSV as RFC 4180 has it: comma, UTF-8, a header, CRLF; and as Excel of Finland and Sweden reads it.

A spreadsheet takes a text that begins as a formula for one and runs it. The file for Excel therefore puts an apostrophe
before such a text; the plain file never changes a value, since programs read it.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from unicodedata import category

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from dashboard.export.about import Batches

LINE_END = "\r\n"
SIGNS = "=+-@＝＋－＠"
"""With what a text begins that a spreadsheet may run; the wide signs are those of Asian keyboards."""
BREAKS = "\t\r\n"
"""And what spreadsheets leave out before it."""
UNSEEN = ("Zs", "Zl", "Zp", "Cc", "Cf")
"""Kinds of characters that do not show and may be left out too."""
FORMULA = rf"\A([\pZ\p{{Cc}}\p{{Cf}}]*[{re.escape(SIGNS)}]|[{BREAKS}])"
"""The same for Arrow's regular expressions."""


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may run the text.

    >>> is_formula("=1+1"), is_formula("\\u200b@SUM(A1)"), is_formula("1=1")
    (True, True, False)
    """
    begins = next((char for char in text if category(char) not in UNSEEN), "")
    return text[:1] in {*BREAKS} or begins in {*SIGNS}


def stream_csv(schema: pa.Schema, batches: Batches, delimiter: str = ",") -> Iterator[bytes]:
    """The rows as CSV, the header by itself first; lists are joined by `|`."""
    flat = _flat_schema(schema)
    yield _header(flat, delimiter)
    for batch in batches:
        yield _lines(_flatten(pa.Table.from_batches([batch]), flat), delimiter)


def stream_excel_csv(schema: pa.Schema, batches: Batches) -> Iterator[bytes]:
    """The rows with a byte order mark, semicolons and decimal commas; no text is a formula."""
    flat = _flat_schema(schema)
    yield codecs.BOM_UTF8 + _header(flat, ";")
    for batch in batches:
        table = _flatten(pa.Table.from_batches([batch]), flat)
        yield _lines(pa.table([_for_excel(column) for column in table.itercolumns()], names=flat.names), ";")


def _header(flat: pa.Schema, delimiter: str) -> bytes:
    sink = io.BytesIO()
    options = pa_csv.WriteOptions(include_header=True, quoting_style="needed", delimiter=delimiter)
    with pa_csv.CSVWriter(sink, flat, write_options=options):
        pass
    return sink.getvalue().replace(b"\n", LINE_END.encode())


def _lines(table: pa.Table, delimiter: str) -> bytes:
    sink = io.BytesIO()
    options = pa_csv.WriteOptions(include_header=False, quoting_style="needed", delimiter=delimiter, eol=LINE_END)
    pa_csv.write_csv(table, sink, options)
    return sink.getvalue()


def _for_excel(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as Excel reads it: numbers with a comma, texts that it cannot run."""
    kind = column.type
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_finite(column), column, None)  # Excel has no number that is none
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return pc.replace_substring(column.cast(pa.string()), ".", ",")
    if pa.types.is_string(kind):
        return pc.replace_substring_regex(column, FORMULA, r"'\1")
    return column


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
