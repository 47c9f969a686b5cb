"""Rows that are no observations: sums of the others, and headers that a sheet of several blocks repeats."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from etl.declare import Source
from etl.read.rows import header_key
from etl.tidy.each import is_text, mask_distinct, no_rows, one_by_one

TOTAL_ROW = (
    r"^\s*(?:((kaikki|summa) )?yhteensä|(loppu|väli|kokonais)?summa|summa summarum|(grand )?totalt?|summa totalt)[ :]*$"
)
"""A whole cell that says so: a supplier may well be called Total Finland Oy or Summa Defence."""


def says_total(texts: pa.Array) -> pa.Array:
    """Mask of the texts that, as a whole cell, call their row a total.

    >>> says_total(pa.array(["Kaikki yhteensä:", "SUMMA", "Total Finland Oy", "Summa Defence"])).to_pylist()
    [True, True, False, False]
    """
    return pc.match_substring_regex(texts, TOTAL_ROW, ignore_case=True)


def total_rows(columns: dict[str, pa.Array], rows: int, *, but: Collection[str] = ()) -> pa.Array:
    """Rows in which a text column, but for those named, says that it is a total."""
    found = no_rows(rows)
    for name, column in columns.items():
        if is_text(column) and name not in but:
            found = pc.or_(found, mask_distinct(column, says_total))
    return found


def repeated_headers(columns: dict[str, pa.Array], source: Source, rows: int) -> pa.Array:
    """Rows in which a text column holds its own header."""
    found = no_rows(rows)
    for name, spellings in source.columns.items():
        if name in columns and is_text(columns[name]):
            keys = frozenset(header_key(spelling) for spelling in spellings)
            found = pc.or_(found, mask_distinct(columns[name], one_by_one(partial(_is_one_of, keys))))
    return found


def _is_one_of(keys: frozenset[str], text: str) -> bool:
    return header_key(text) in keys
