"""XLSX with three sheets: the data, what its columns mean, where it came from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from dashboard.errors import QueryTooLarge
from dashboard.export.about import About, Batches

MAX_ROWS = 1_048_575
"""Rows of an Excel sheet without its header."""


def write_xlsx(path: Path, about: About, batches: Batches) -> None:
    """Write the workbook to `path`. Raises QueryTooLarge where the rows do not fit into one sheet.

    Text is always written as text: a name that begins with `=` stays a name and never becomes a formula.
    """
    data_name, dictionary_name, source_name = about.sheet_names
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "in_memory": False}) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "money": book.add_format({"num_format": "#,##0.00"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        book.set_properties({"title": about.title, "comments": "; ".join(f"{k}: {v}" for k, v in about.lines)})
        _write_data(book.add_worksheet(data_name), about, batches, formats)
        _write_dictionary(book.add_worksheet(dictionary_name), about, formats)
        source = book.add_worksheet(source_name)
        source.set_column(0, 0, 24)
        source.set_column(1, 1, 90, formats["wrap"])
        for row, (label, value) in enumerate(about.lines):
            source.write_string(row, 0, label, formats["head"])
            source.write_string(row, 1, value)


def _write_data(sheet: Any, about: About, batches: Batches, formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(about.fields) - 1, 18)
    for column, field in enumerate(about.fields):
        sheet.write_string(0, column, about.heading(field), formats["head"])
    row = 1
    for batch in batches:
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if row > MAX_ROWS:
                raise QueryTooLarge(f"An Excel sheet holds {MAX_ROWS:,} rows: take CSV, or narrow the filters.")
            for column, value in enumerate(values):
                _write_cell(sheet, row, column, value, formats)
            row += 1


def _write_cell(sheet: Any, row: int, column: int, value: object, formats: dict[str, Any]) -> None:
    if value is None or value != value:  # NaN is the one value that is not itself  # noqa: PLR0124
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), formats["money"])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), formats["date"])  # noqa: DTZ001
    else:
        sheet.write_string(row, column, "|".join(value) if isinstance(value, list) else str(value))


def _write_dictionary(sheet: Any, about: About, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 1, 28)
    sheet.set_column(3, 3, 90, formats["wrap"])
    for column, heading in enumerate(about.dictionary_headings):
        sheet.write_string(0, column, heading, formats["head"])
    for row, field in enumerate(about.fields, start=1):
        description = field.description[about.language] if field.description else ""
        for column, text in enumerate((field.name, field.title[about.language], field.unit or "", description)):
            sheet.write_string(row, column, text)
