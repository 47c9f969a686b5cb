"""Small arrays that the datasets' tidy functions share: a value for all rows, a count."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def repeat_text(value: str, rows: int) -> pa.Array:
    """The same text in every row."""
    return pa.array([value] * rows, pa.string())


def texts_of(columns: dict[str, pa.Array], name: str, rows: int) -> pa.Array:
    """A text column, null in every row where the file has none of that name."""
    return columns.get(name, pa.nulls(rows, pa.string()))


def count_true(mask: pa.Array) -> int:
    """How many rows a mask holds."""
    return int(pc.sum(mask).as_py() or 0)


def without_null_checks(table: pa.Table) -> pa.Table:
    """Without the declared null checks, which hold only after the rows to be set aside are gone."""
    return table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))
