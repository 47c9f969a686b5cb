"""Workbooks, read by calamine: the sheet with most known headers is the data, whatever its place or name.

Cells that are numbers are written with the source's own decimal mark, cells that are dates as ISO dates,
so that one rule per column parses text cells and typed cells alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pyarrow as pa
import python_calamine

from etl.declare import Layout
from etl.errors import UnexpectedData
from etl.read.rows import (
    HEADER_SEARCH_ROWS,
    RawBatch,
    RawTable,
    column_names,
    count_known,
    find_header,
    header_key,
    split_blank,
)

BATCH_ROWS = 100_000
UNREAD_SHEETS = "unread_sheets"
"""Key of the note on other sheets with the same header: copies or further parts, which a person must tell apart."""
EXCEL_DIGITS = 15
"""Excel keeps 15 significant digits; more are noise of binary floats."""


def cell_text(value: object, decimal: str) -> str:
    """A cell as text.

    >>> cell_text(3650.0, ","), cell_text(91.92, ","), cell_text(0.1 + 0.2, ".")
    ('3650', '91,92', '0.3')
    >>> cell_text(dt.date(2021, 1, 31), ",")
    '2021-01-31'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        is_whole = value.is_integer() and abs(value) < 1e15
        text = str(int(value)) if is_whole else format(Decimal(format(value, f".{EXCEL_DIGITS}g")), "f")
        return text.replace(".", decimal)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def open_xlsx(path: Path, layout: Layout, known: Collection[str]) -> RawTable:
    """Open the data sheet of a workbook. Raises UnexpectedData where it has none or is broken."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except Exception as error:
        raise UnexpectedData(f"{path.name} cannot be opened as a workbook: {error}") from error
    keys = {header_key(name) for name in known}
    best = max(sheets, key=lambda sheet: _sheet_score(sheet, keys, layout), default=None)
    head = _head(best, layout) if best is not None else []
    if best is None or not head:
        raise UnexpectedData(f"{path.name} has no sheet with rows", expected="a sheet with a header row")
    index = find_header(head, keys)
    header = tuple(head[index])
    notes = {"sheet": best.name, "header_row": str(index + 1)}
    others = [sheet for sheet in sheets if sheet is not best and _has_header(sheet, header, keys, layout)]
    if others:
        notes[UNREAD_SHEETS] = ", ".join(sheet.name for sheet in others)
    return RawTable(header, _batches(best, index, len(header), layout.decimal), notes)


def _head(sheet: python_calamine.CalamineSheet, layout: Layout) -> list[list[str]]:
    return [[cell_text(c, layout.decimal) for c in row] for row in islice(sheet.iter_rows(), HEADER_SEARCH_ROWS)]


def _has_header(sheet: python_calamine.CalamineSheet, header: tuple[str, ...], keys: set[str], layout: Layout) -> bool:
    """Whether a sheet has the same header, and rows below it."""
    head = _head(sheet, layout)
    if not head:
        return False
    index = find_header(head, keys)
    return [header_key(name) for name in head[index]] == [header_key(name) for name in header] and len(head) > index + 1


def _sheet_score(sheet: python_calamine.CalamineSheet, keys: set[str], layout: Layout) -> tuple[int, int]:
    head = _head(sheet, layout)
    if not head:
        return (0, 0)
    row = head[find_header(head, keys)]
    return count_known(row, keys), sheet.total_height


def _batches(sheet: python_calamine.CalamineSheet, header: int, width: int, decimal: str) -> Iterator[RawBatch]:
    rows = islice(sheet.iter_rows(), header + 1, None)
    names, start = column_names(width), 1
    while chunk := list(islice(rows, BATCH_ROWS)):
        columns = zip(*(list(row)[:width] + [""] * (width - len(row)) for row in chunk), strict=True)
        table = pa.table(
            {
                name: pa.array([cell_text(cell, decimal) for cell in column], pa.string())
                for name, column in zip(names, columns, strict=True)
            }
        )
        numbers = pa.array(range(start, start + len(chunk)), pa.int64())
        yield split_blank(table, numbers, [])
        start += len(chunk)
