"""Writes workbooks row by row in constant memory; times inside are fixed, so equal rows are equal bytes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import xlsxwriter

from etl.sample.accounts import ACCOUNTS
from etl.sample.cells import UNREADABLE, Cells, Money, Numbers, Pooled, make_cells
from etl.sample.days import pool_of_days
from etl.sample.layout import Column, Layout
from etl.sample.layouts import NOTES_SHEET, PIVOT_SHEET
from etl.sample.transactions import Batch

MAX_SHEET_ROWS = 1_048_575
"""What Excel's sheet holds below its header."""
CREATED = dt.datetime(2026, 2, 1, tzinfo=dt.UTC).replace(tzinfo=None)
NUMBER_ROLES = {"city_code", "account_code", "cost_centre_code"}
"""Codes that Excel keeps as numbers, so that leading zeros would be lost."""
NOTES = (
    ("Selite",),
    ("Keksittyä näyteaineistoa. Tiedot ovat välilehdellä Ostolaskut.",),
    ("Påhittat exempelmaterial.",),
    ("Generated sample data.",),
)


def write_workbook(path: Path, layout: Layout, batches: Iterable[Batch]) -> None:
    """Write the data sheet and the sheets that stand before and after it."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    book.set_properties({"created": CREATED, "title": "Generated sample data"})
    date_format = book.add_format({"num_format": "d.m.yyyy"})
    before = {name: book.add_worksheet(name) for name in layout.sheets_before}
    sheet = book.add_worksheet(layout.sheet)
    for name in layout.sheets_after:
        book.add_worksheet(name)
    sums = _write_data(sheet, layout, batches, date_format)
    for name, other in before.items():
        _write_rows(other, {PIVOT_SHEET: _pivot_rows(sums), NOTES_SHEET: NOTES}[name])
    book.close()


def _write_data(sheet: Any, layout: Layout, batches: Iterable[Batch], date_format: Any) -> Counter[int]:
    """Write header and rows. Returns the sum in cents by index of account, for the pivot."""
    sums: Counter[int] = Counter()
    sheet.write_row(0, 0, layout.headers)
    number = 0
    for batch in batches:
        columns = [_values(batch, column, layout) for column in layout.columns]
        filled = [(index, values) for index, values in enumerate(columns) if values]
        for row in range(len(batch.row)):
            number += 1
            for index, values in filled:
                _write_cell(sheet, number, index, values[row], date_format)
        for account, cents in zip(batch.account.tolist(), batch.cents.tolist(), strict=True):
            sums[account] += cents
    return sums


def _write_cell(sheet: Any, row: int, column: int, value: Any, date_format: Any) -> None:
    """xlsxwriter's own dispatch on type is slower and guesses at strings."""
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, date_format)
    else:
        sheet.write_number(row, column, value)


def _values(batch: Batch, column: Column, layout: Layout) -> list[Any]:
    """The cells of a column; [] for one that is always empty."""
    cells = make_cells(batch, column.role, layout)
    if column.role == "posting_date":
        assert isinstance(cells, Pooled)  # noqa: S101
        return _dates(batch, cells, layout)
    convert: Callable[[str], Any] = int if column.role in NUMBER_ROLES else str
    return _plain(cells, convert, len(batch.row))


def _dates(batch: Batch, cells: Pooled, layout: Layout) -> list[Any]:
    """YYMMDD as numbers; other dates as Excel's, but the impossible one as text."""
    if layout.date_format == "YYMMDD":
        return _plain(cells, int, 0)
    days: tuple[Any, ...] = (*pool_of_days(batch.segment.year), cells.pool[-1])
    return [days[index] for index in cells.index.tolist()]


def _plain(cells: Cells, convert: Callable[[str], Any], rows: int) -> list[Any]:
    if isinstance(cells, str):
        return [convert(cells)] * rows if cells else []
    if isinstance(cells, Pooled):
        pool = [convert(value) for value in cells.pool]
        return [pool[index] for index in cells.index.tolist()]
    if isinstance(cells, Numbers):
        return list(cells.values.tolist())
    return _euros(cells)


def _euros(money: Money) -> list[Any]:
    """Euros as Excel keeps them: whole ones as int, others as float, unreadable ones as text."""
    return [
        UNREADABLE if bad else cents // 100 if cents % 100 == 0 else cents / 100
        for cents, bad in zip(money.cents.tolist(), money.bad.tolist(), strict=True)
    ]


def _pivot_rows(sums: Counter[int]) -> list[tuple[Any, ...]]:
    rows = [(ACCOUNTS[account].name, cents / 100) for account, cents in sorted(sums.items())]
    total = sum(sums.values()) / 100
    return [("Riviotsikot", "Summa / Laskun summa"), *rows, ("Kaikki yhteensä", total)]


def _write_rows(sheet: Any, rows: Iterable[tuple[Any, ...]]) -> None:
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
