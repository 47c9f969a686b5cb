"""XLSX with three sheets: the data, what its columns mean, where it came from. Data that one sheet cannot hold go on in
the next."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import xlsxwriter

from dashboard.export.about import About, Batches
from dashboard.export.sheet import RowsSheet

MAX_ROWS = 1_048_575
"""Rows of an Excel sheet without its header."""
PART_ROWS = 4096
"""Rows of which the cells are in memory at once."""


def write_xlsx(path: Path, about: About, batches: Batches) -> int:
    """Write the workbook to `path`; gives how many rows there were.

    Text is always written as text: a name that begins with `=` stays a name and never becomes a formula, not even where
    somebody edits its cell (Excel marks such a cell by an apostrophe that is no part of its value).
    """
    _, dictionary_name, source_name = about.sheet_names
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "in_memory": False}) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "money": book.add_format({"num_format": "#,##0.00"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "text": book.add_format({"quote_prefix": True}),
        }
        said = "; ".join(f"{label}: {value}" for label, value in about.lines)
        made = about.made.astimezone(dt.UTC).replace(tzinfo=None)
        book.set_properties({"title": about.title, "comments": said, "created": made})
        rows = _write_data(book, about, batches, formats)
        _write_dictionary(book.add_worksheet(dictionary_name), about, formats)
        source = book.add_worksheet(source_name)
        source.set_column(0, 0, 24)
        source.set_column(1, 1, 90, formats["wrap"])
        for row, (label, value) in enumerate(about.lines):
            source.write_string(row, 0, label, formats["head"])
            source.write_string(row, 1, value)
    return rows


def _write_data(book: Any, about: About, batches: Batches, formats: dict[str, Any]) -> int:
    """The rows, in as many sheets as they need; at least one."""
    sheet, row, before, number = _data_sheet(book, about, formats, 1), 0, 0, 1
    for batch in batches:
        rest = batch
        while rest.num_rows:
            if row == MAX_ROWS:
                number, before, row = number + 1, before + row, 0
                sheet = _data_sheet(book, about, formats, number)
            part = rest.slice(0, min(MAX_ROWS - row, PART_ROWS))
            sheet.add_batch(row + 1, part, formats)
            row, rest = row + part.num_rows, rest.slice(part.num_rows)
    return before + row


def _data_sheet(book: Any, about: About, formats: dict[str, Any], number: int) -> Any:
    """A sheet with the header; the second is called by its number."""
    sheet = book.add_worksheet(about.sheet_names[0] + (f" {number}" if number > 1 else ""), RowsSheet)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(about.fields) - 1, 18)
    for column, field in enumerate(about.fields):
        sheet.write_string(0, column, about.heading(field), formats["head"])
    return sheet


def _write_dictionary(sheet: Any, about: About, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 1, 28)
    sheet.set_column(3, 3, 90, formats["wrap"])
    for column, heading in enumerate(about.dictionary_headings):
        sheet.write_string(0, column, heading, formats["head"])
    for row, field in enumerate(about.fields, start=1):
        description = field.description[about.language] if field.description else ""
        for column, text in enumerate((field.name, field.title[about.language], field.unit or "", description)):
            sheet.write_string(row, column, text)
