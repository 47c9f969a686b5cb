"""What a file says of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from dashboard.package import Field


@dataclass(frozen=True)
class About:
    """Title, source and terms of a download; `lines` are (label, value) in the reader's language."""

    title: str
    language: str
    fields: Sequence[Field]
    lines: Sequence[tuple[str, str]]
    sample: bool
    sheet_names: tuple[str, str, str]
    """The names of the workbook's sheets: data, dictionary, source."""
    dictionary_headings: tuple[str, ...] = ("field", "title", "unit", "description")
    made: dt.datetime = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    """When the release was made: the file says this moment, not that of its download, so that its bytes stay the same.
    Archives know no earlier moment than this one."""

    def heading(self, field: Field) -> str:
        """A column's title in the reader's language, with its unit."""
        return field.title[self.language] + (f" ({field.unit})" if field.unit else "")


Batches = Iterator[pa.RecordBatch]
