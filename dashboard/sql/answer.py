"""The answer to a query, as values and as files."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SPECIAL = re.compile(r'[",\r\n]')


@dataclass(frozen=True)
class SqlAnswer:
    """`fields` are names, each once, with DuckDB's types; `rows` hold a value for each: None, truths, whole numbers,
    floats, decimals, texts, dates, moments, times, and lists of these."""

    fields: list[tuple[str, str]]
    rows: list[list[Any]]
    is_truncated: bool
    """Whether there are more rows than these."""
    seconds: float


def read_answer(raw: dict[str, Any], seconds: float) -> SqlAnswer:
    """The answer as the process of queries sent it. Raises KeyError, TypeError or ValueError where it is none."""
    fields = [(str(name), str(kind)) for name, kind in raw["fields"]]
    made = [(at, reader) for at, (_, kind) in enumerate(fields) if (reader := _reader(kind))]
    rows: list[list[Any]] = raw["rows"]
    for row in rows:
        for at, reader in made:
            row[at] = _read(row[at], reader)
    return SqlAnswer(fields, rows, bool(raw["is_truncated"]), seconds)


def _reader(kind: str) -> Callable[[str], Any] | None:
    """How a type's values are read from texts; None where they are as they came."""
    kind = kind.removesuffix("[]")
    if kind.startswith("DECIMAL"):
        return Decimal
    if kind.startswith("TIMESTAMP"):
        return dt.datetime.fromisoformat
    return {"DATE": dt.date.fromisoformat, "TIME": dt.time.fromisoformat}.get(kind)


def _read(value: Any, reader: Callable[[str], Any]) -> Any:
    if isinstance(value, list):
        return [_read(one, reader) for one in value]
    try:
        return reader(value) if isinstance(value, str) else value
    except ValueError:  # a day before the calendar's first or after its last is told as DuckDB writes it
        return value


def is_number(kind: str) -> bool:
    """Whether a type of DuckDB's is one of numbers.

    >>> [is_number(kind) for kind in ("BIGINT", "DECIMAL(18,2)", "VARCHAR", "INTEGER[]")]
    [True, True, False, False]
    """
    return kind.startswith(("DECIMAL", "FLOAT", "DOUBLE")) or kind.endswith(("INT", "INTEGER"))


def to_csv(answer: SqlAnswer) -> bytes:
    """As RFC 4180 has it: comma, UTF-8, a header, CRLF; lists are joined by `|`, a missing value is empty and an empty
    text `""`, as in the release's own files."""
    lines = [
        [_quoted(name) for name, _ in answer.fields],
        *([_cell_text(value) for value in row] for row in answer.rows),
    ]
    return "".join(",".join(line) + "\r\n" for line in lines).encode(errors="replace")


def _cell_text(value: Any) -> str:
    """A cell; what is no number in JSON is missing here, too."""
    is_missing = value is None or (isinstance(value, float | Decimal) and not math.isfinite(value))
    return "" if is_missing else _quoted(str(_cell(value)))


def _quoted(text: str) -> str:
    """A text between quotes where it is empty or holds what would end it.

    >>> _quoted("a"), _quoted(""), _quoted('a "b", c')
    ('a', '""', '"a ""b"", c"')
    """
    return '"' + text.replace('"', '""') + '"' if not text or SPECIAL.search(text) else text


def to_records(answer: SqlAnswer) -> list[dict[str, Any]]:
    """The rows by the names of their fields."""
    names = [name for name, _ in answer.fields]
    return [dict(zip(names, row, strict=True)) for row in answer.rows]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, list):
        return "|".join("" if one is None else str(_cell(one)) for one in value)
    return value


def to_json(answer: SqlAnswer, **about: object) -> bytes:
    """An object: what it is `about`, the fields, the rows as objects; decimals keep their exact digits."""
    fields = [{"name": name, "type": kind} for name, kind in answer.fields]
    head = json.dumps({**about, "fields": fields, "is_truncated": answer.is_truncated}, ensure_ascii=False)
    keys = [json.dumps(name, ensure_ascii=False) for name, _ in answer.fields]
    lines = (
        "{" + ", ".join(f"{key}: {_json(value)}" for key, value in zip(keys, row, strict=True)) + "}"
        for row in answer.rows
    )
    return (f'{head[:-1]}, "rows": [\n' + ",\n".join(lines) + "\n]}\n").encode(errors="replace")


def _json(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else "null"
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dt.date | dt.time):
        return f'"{value.isoformat()}"'
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    return json.dumps(value, ensure_ascii=False)
