"""Downloads read back by readers that the site does not use itself: each gives (columns, rows of Python values)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from python_calamine import CalamineWorkbook

Table = tuple[list[str], list[tuple[Any, ...]]]


def read_csv(content: bytes) -> tuple[list[str], list[list[str]]]:
    """Columns and rows of text, by Python's own reader."""
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
    return head, rows


def read_json(content: bytes) -> list[dict[str, Any]]:
    """Objects whose numbers keep every digit; the names that JSON does not have raise."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    found: list[dict[str, Any]] = json.loads(content, parse_float=Decimal, parse_constant=refuse)
    return found


def read_parquet(path: str) -> Table:
    """By DuckDB, where the site writes with Arrow."""
    answer = duckdb.connect().execute("select * from read_parquet(?)", [path])
    return [column[0] for column in answer.description], answer.fetchall()


def read_book(content: bytes) -> CalamineWorkbook:
    """The whole workbook."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def as_text(value: Any) -> str:
    """A value as CSV holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "|".join(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def as_json(value: Any) -> Any:
    """A value as JSON holds it and `read_json` gives it: every number with a point keeps its digits."""
    if isinstance(value, float):
        return Decimal(repr(value))
    return value.isoformat() if isinstance(value, dt.date) else value


def as_cell(value: Any) -> Any:
    """A value as a workbook holds it: nothing and empty text are the same, every number is a float."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "|".join(value)
    return float(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


def rows_of(table: pa.Table) -> list[tuple[Any, ...]]:
    """The rows of an Arrow table as Python values."""
    return [tuple(row.values()) for row in table.to_pylist()]
