"""Rows in the forms of CKAN's datastore, batch by batch: objects, lists, CSV, TSV, XML. Decimals keep their digits."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa

from dashboard.ckan_api.texts import as_texts, joined_rows
from dashboard.export.about import Batches
from dashboard.export.csv import stream_csv
from dashboard.query.model import ROW_NUMBER

DELIMITERS = {"csv": ",", "tsv": "\t"}
RECORDS_FORMATS = ("objects", "lists", *DELIMITERS)
BOM = "\ufeff".encode()
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Letters that an XML document cannot hold."""
NIL = ' xsi:nil="true"/>'
"""How an element ends that has nothing in it."""


class Json(str):
    """A value that is JSON already."""

    __slots__ = ()


def dump_json(value: Any) -> str:
    """The value as JSON, with the texts in it that are JSON already as they are."""
    if isinstance(value, Json):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(name))}: {dump_json(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(dump_json, value)) + "]"
    return json.dumps(value)


def records_json(batches: Batches, kind: str) -> Json:
    """All rows as one JSON array of objects or of lists."""
    return Json("[" + ", ".join(line for batch in batches for line in _lines(batch, kind)) + "]")


def records_text(schema: pa.Schema, batches: Batches, kind: str) -> str:
    """All rows as CSV or TSV, without a header."""
    parts = stream_csv(schema, batches, DELIMITERS[kind])
    next(parts)
    return b"".join(parts).decode()


def _lines(batch: pa.RecordBatch, kind: str) -> list[str]:
    """Each row as JSON."""
    opens, closes = "{}" if kind == "objects" else "[]"
    pieces: list[str | pa.Array] = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        before = f"{json.dumps(name)}: " if kind == "objects" else ""
        pieces += [f", {before}" if pieces else opens + before, as_texts(column, _quoted, '"{}"', "null")]
    return joined_rows([*pieces, closes])


def _quoted(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    return json.dumps(value, ensure_ascii=False)


def stream_delimited(schema: pa.Schema, batches: Batches, kind: str) -> Iterator[bytes]:
    """A dump as CSV or TSV, with its header."""
    return stream_csv(schema, batches, DELIMITERS[kind])


def stream_lists(fields: list[dict[str, Any]], batches: Batches) -> Iterator[bytes]:
    """A dump as JSON: the columns, then each row as a list."""
    yield f'{{\n  "fields": {json.dumps(fields, ensure_ascii=False, separators=(",", ":"))},\n  "records": ['.encode()
    separator = "\n    "
    for batch in batches:
        text = ",\n    ".join(_lines(batch, "lists"))
        if text:
            yield (separator + text).encode()
            separator = ",\n    "
    yield b"\n]}\n"


def stream_xml(batches: Batches) -> Iterator[bytes]:
    """A dump as XML: an element a row, with an element a value in it."""
    yield b'<data xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
    for batch in batches:
        yield "".join(_rows(batch)).encode()
    yield b"</data>\n"


def _rows(batch: pa.RecordBatch) -> list[str]:
    pieces: list[str | pa.Array] = ["<row>"]
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if name == ROW_NUMBER:
            pieces[0:1] = [f'<row {name}="', as_texts(column, str, "{}", ""), '">']
        else:
            pieces += [f"<{name}", as_texts(column, partial(_filled, name), f">{{}}</{name}>", NIL)]
    return joined_rows([*pieces, "</row>\n"])


def _filled(name: str, value: Any) -> str:
    return f">{_content(value)}</{name}>"


def _content(value: Any) -> str:
    if isinstance(value, list):
        return "".join(f'<value key="{place}">{_content(one)}</value>' for place, one in enumerate(value))
    return escape(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(value)))
