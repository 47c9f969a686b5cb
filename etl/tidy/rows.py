"""Keeps account of rows: each is kept, or set aside once, under the first reason that applies to it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

SET_ASIDE = pa.schema([("row_number", pa.int64()), ("reason_code", pa.string())])


class Sieve:
    """Collects reasons to set rows aside, then splits a table into what is kept and what is not."""

    def __init__(self, rows: int) -> None:
        self._names: list[str] = []
        self._reason = pa.nulls(rows, pa.int8())

    def drop(self, reason: str, mask: pa.Array) -> None:
        """Set aside the rows of `mask` under `reason`, but for those that have a reason already."""
        if not pc.any(mask).as_py():
            return
        mask = pc.and_(pc.fill_null(mask, False), pc.is_null(self._reason))
        self._reason = pc.if_else(mask, pa.scalar(len(self._names), pa.int8()), self._reason)
        self._names.append(reason)

    def split(self, table: pa.Table, row_numbers: pa.Array) -> tuple[pa.Table, pa.Table]:
        """(kept rows, a table of row number and reason for the others); their counts add up to all."""
        kept = pc.is_null(self._reason)
        aside = pc.invert(kept)
        reasons = pa.array(self._names, pa.string()).take(self._reason.filter(aside))
        return table.filter(kept), pa.table([row_numbers.filter(aside), reasons], schema=SET_ASIDE)
