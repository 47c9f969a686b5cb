"""JSON: an array of objects, streamed; decimals keep their exact digits."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator
from decimal import Decimal

from dashboard.export.about import Batches


def stream_json(names: list[str], batches: Batches) -> Iterator[bytes]:
    """The rows as one JSON array."""
    keys = [json.dumps(name) for name in names]
    yield b"["
    first = True
    for batch in batches:
        lines: list[str] = []
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            pairs = ", ".join(f"{key}: {_value(value)}" for key, value in zip(keys, values, strict=True))
            lines.append(("" if first and not lines else ",") + "\n{" + pairs + "}")
        first = first and not lines
        yield "".join(lines).encode()
    yield b"\n]\n"


def _value(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if isinstance(value, dt.date):
        return f'"{value.isoformat()}"'
    return json.dumps(value, ensure_ascii=False)
