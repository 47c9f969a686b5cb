"""A sheet of a workbook whose rows are written a batch at a time: Arrow joins the cells of whole columns, and each
distinct value becomes a cell once. A cell at a time, as XlsxWriter writes them, takes five times as long.

It adds to the file of rows that XlsxWriter keeps where it is told to keep no more in memory; a test holds what comes
out against what XlsxWriter's own methods write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from dashboard.export.csv import is_formula

EPOCH = 25_568
"""Days from Excel's first one to 1 January 1970."""
LEAP_DAY = 59
"""After that day Excel counts 29 February 1900, which there was not."""
LONGEST_TEXT = 32_767
"""UTF-16 units of a cell, at most; a letter beyond the first plane has two."""


class RowsSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter tells no types
    """A sheet to which batches are added below what was written by XlsxWriter's own methods."""

    def add_batch(self, first: int, batch: pa.RecordBatch, styles: Mapping[str, Any]) -> None:
        """Add rows from the row `first` (0 is the topmost) on; `styles` are the formats of `money`, `date`, `text`."""
        if not batch.num_rows:
            return
        self._write_single_row(first)  # what waits to be written
        numbers = pa.array(range(first + 1, first + batch.num_rows + 1)).cast(pa.string())
        cells = [
            pc.fill_null(pc.binary_join_element_wise(f'<c r="{xl_col_to_name(place)}', numbers, cell, ""), "")
            for place, cell in enumerate(self._endings(column, styles) for column in batch.columns)
        ]
        rows = pc.binary_join_element_wise('<row r="', numbers, '">', *cells, "</row>", "")
        self.row_data_fh.write("".join(rows.to_pylist()))
        last = first + batch.num_rows - 1
        self._check_dimensions(last, batch.num_columns - 1)
        self.previous_row = last + 1

    def _endings(self, column: pa.Array, styles: Mapping[str, Any]) -> pa.Array:
        """What stands behind the place of each cell; null where there is no value."""
        kind = column.type
        if pa.types.is_list(kind):
            column, kind = pc.binary_join(column, "|"), pa.string()
        if pa.types.is_floating(kind):
            column = pc.if_else(pc.is_finite(column), column, None)  # Excel has no number that is none
        encoded = column if pa.types.is_dictionary(kind) else column.dictionary_encode()
        values = encoded.dictionary
        return self._cells(values, styles).take(encoded.indices)

    def _cells(self, values: pa.Array, styles: Mapping[str, Any]) -> pa.Array:
        kind = values.type
        if pa.types.is_boolean(kind):
            return _joined('" t="b"><v>', values.cast(pa.int8()))
        if pa.types.is_date(kind):
            days = pc.add(values.cast(pa.int32()), EPOCH)
            return _joined(_style(styles["date"]), pc.add(days, pc.greater(days, LEAP_DAY).cast(pa.int32())))
        if pa.types.is_decimal(kind):
            texts = values.cast(pa.string())
            short = pc.utf8_rtrim(pc.utf8_rtrim(texts, "0"), ".") if kind.scale > 0 else texts
            return _joined(_style(styles["money"]), short)
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            return _joined('"><v>', values)
        return pa.array([self._text_cell(str(text), styles["text"]) for text in values.to_pylist()], pa.string())

    def _text_cell(self, text: str, style: Any) -> str:
        named = f' s="{style._get_xf_index()}"' if is_formula(text) else ""
        if len(text) > LONGEST_TEXT // 2:
            text = text.encode("utf-16-le")[: LONGEST_TEXT * 2].decode("utf-16-le", "ignore")
        text = self._escape_data(self._escape_control_characters(text))
        space = ' xml:space="preserve"' if text != text.strip() else ""
        return f'"{named} t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _style(style: Any) -> str:
    """The beginning of a number's cell in a style, which the workbook has once a cell has it."""
    return f'" s="{style._get_xf_index()}"><v>'


def _joined(head: str, values: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(head, values.cast(pa.string()), "</v></c>", "")
