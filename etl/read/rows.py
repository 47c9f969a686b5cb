"""The shape that every reader gives."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

HEADER_SEARCH_ROWS = 30
"""A header is looked for in the first so many rows; title lines above it are skipped."""


@dataclass(frozen=True)
class RawBatch:
    """Some records of a file.

    `columns` is one list of str (possibly empty) a column; `row_numbers` counts records from 1 at the
    first record after the header. `set_aside` is (row number, reason) of records that are no rows.
    """

    columns: pa.Table
    row_numbers: pa.Array
    set_aside: tuple[tuple[int, str], ...] = ()

    @property
    def rows_in(self) -> int:
        """Records read, kept or not."""
        return int(self.columns.num_rows) + len(self.set_aside)


@dataclass
class RawTable:
    """A table as published: `header` in file order (empty names kept), and its batches, read lazily once."""

    header: tuple[str, ...]
    batches: Iterator[RawBatch]
    notes: dict[str, str] = field(default_factory=dict)


def header_key(text: str) -> str:
    r"""A header as it is compared: one case, white space folded, no marks around it.

    >>> header_key(" Toimittajan\nnro ")
    'toimittajan nro'
    """
    return re.sub(r"\s+", " ", text.replace("\ufeff", "")).strip(" \t;:*").casefold()


def find_header(rows: Sequence[Sequence[str]], known: Collection[str]) -> int:
    """The index of the row that names most known headers; the widest row where none is known."""
    keys = {header_key(name) for name in known}

    def score(index: int) -> tuple[int, int, int]:
        cells = [header_key(cell) for cell in rows[index]]
        return sum(cell in keys for cell in cells), sum(bool(cell) for cell in cells), -index

    return max(range(len(rows)), key=score)


def column_names(width: int) -> list[str]:
    """Positional names for columns whose published names may be empty or double."""
    return [f"c{index}" for index in range(width)]


def split_blank(columns: pa.Table, row_numbers: pa.Array, set_aside: list[tuple[int, str]]) -> RawBatch:
    """A batch without the records in which every cell is empty; those are set aside as `blank_row`."""
    blank = None
    for column in columns.itercolumns():
        empty = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0)
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():  # most often no row is blank, and the first columns tell
            return RawBatch(columns, row_numbers, tuple(set_aside))
    if blank is not None:
        set_aside = set_aside + [(n, "blank_row") for n in row_numbers.filter(blank).to_pylist()]
        columns, row_numbers = columns.filter(pc.invert(blank)), row_numbers.filter(pc.invert(blank))
    return RawBatch(columns, row_numbers, tuple(set_aside))


def count_known(header: Collection[str], known: Collection[str]) -> int:
    """How many of the headers are among the known spellings."""
    keys = {header_key(name) for name in known}
    return sum(header_key(name) in keys for name in header)
