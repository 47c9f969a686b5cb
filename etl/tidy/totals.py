"""Rows that are no observations: sums of the others, and headers that a sheet of several blocks repeats."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache, partial

import pyarrow as pa
import pyarrow.compute as pc

from etl.declare import Source
from etl.read.rows import header_key
from etl.tidy.arrays import mask_of

TOTAL_ROW = re.compile(
    r"((kaikki|summa) )?yhteensä|(loppu|väli|kokonais)?summa|summa summarum|(grand )?totalt?|summa totalt",
    re.IGNORECASE,
)
"""A whole cell that says so: a supplier may well be called Total Finland Oy or Summa Defence."""


@lru_cache(maxsize=100_000)
def says_total(text: str) -> bool:
    """Whether a cell calls its row a total.

    >>> says_total("Kaikki yhteensä:"), says_total("Summa Defence")
    (True, False)
    """
    return bool(TOTAL_ROW.fullmatch(text.strip().rstrip(" :")))


def total_rows(columns: dict[str, pa.Array], rows: int, *, but: Collection[str] = ()) -> pa.Array:
    """Rows in which a text column, but for those named, says that it is a total."""
    found = pa.array([False] * rows, pa.bool_())
    for name, column in columns.items():
        if pa.types.is_string(column.type) and name not in but:
            found = pc.or_(found, mask_of(column, says_total))
    return found


def repeated_headers(columns: dict[str, pa.Array], source: Source, rows: int) -> pa.Array:
    """Rows in which a text column holds its own header."""
    found = pa.array([False] * rows, pa.bool_())
    for name, spellings in source.columns.items():
        if name in columns and pa.types.is_string(columns[name].type):
            keys = frozenset(header_key(spelling) for spelling in spellings)
            found = pc.or_(found, mask_of(columns[name], partial(_is_one_of, keys)))
    return found


def _is_one_of(keys: frozenset[str], text: str) -> bool:
    return header_key(text) in keys
