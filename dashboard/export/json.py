"""JSON, an array of objects or one object a line, streamed; decimals keep their exact digits.

Columns become texts whole, by Arrow or value by different value, since a row at a time takes ten times as long.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.export.about import Batches


def stream_json(names: list[str], batches: Batches) -> Iterator[bytes]:
    """The rows as one JSON array."""
    yield b"["
    first = True
    for batch in batches:
        lines = json_objects(names, batch)
        text = ",\n".join(lines)
        yield (("\n" if first else ",\n") + text).encode() if lines else b""
        first = first and not lines
    yield b"\n]\n"


def exact_json(value: object) -> str:
    """Any value as JSON, decimals with their exact digits.

    >>> exact_json({"amount_eur": Decimal("1.10"), "days": (dt.date(2025, 1, 2), None)})
    '{"amount_eur": 1.10, "days": ["2025-01-02", null]}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(name)}: {exact_json(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(exact_json, value)) + "]"
    return _value(value)


def stream_jsonl(names: list[str], batches: Batches) -> Iterator[bytes]:
    """The rows as JSON Lines: an object a line, each line ended."""
    for batch in batches:
        lines = json_objects(names, batch)
        yield ("\n".join(lines) + "\n").encode() if lines else b""


def json_objects(names: list[str], batch: pa.RecordBatch) -> list[str]:
    """An object a row."""
    if not batch.num_rows:
        return []
    parts: list[Any] = []
    for number, (name, column) in enumerate(zip(names, batch.columns, strict=True)):
        parts += [pa.scalar(f"{', ' if number else '{'}{json.dumps(name, ensure_ascii=False)}: "), _tokens(column)]
    lines: list[str] = pc.binary_join_element_wise(*parts, pa.scalar("}"), pa.scalar("")).to_pylist()
    return lines


def _tokens(column: pa.Array) -> pa.Array:
    """Each value as JSON writes it."""
    kind = column.type
    if pa.types.is_decimal(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        found = column.cast(pa.string())
    elif pa.types.is_date(kind):
        found = pc.binary_join_element_wise(pa.scalar('"'), column.cast(pa.string()), pa.scalar('"'), pa.scalar(""))
    elif pa.types.is_list(kind):
        found = pa.array([_value(value) for value in column.to_pylist()], pa.string())
    else:
        values = column.dictionary_encode()
        found = pa.array([_value(value) for value in values.dictionary.to_pylist()], pa.string()).take(values.indices)
    return pc.fill_null(found, "null")


def _value(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date):
        return f'"{value.isoformat()}"'
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    return json.dumps(value, ensure_ascii=False)
