"""Columns of values as columns of texts, put together into rows by Arrow: Python would go value by value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def as_texts(column: pa.Array, write: Callable[[Any], str], form: str, nothing: str) -> pa.Array:
    """The values as texts. `write` makes the text of a value, once for each different one; `form` holds the bare text
    of numbers, truth values and days, which have no letters that need care; `nothing` stands for no value.

    A day stands in `form` as it is, a number and a truth value without the quotes of it.
    """
    kind = column.type
    if pa.types.is_string(kind):
        encoded = column.dictionary_encode()
        made = pa.array([write(value) for value in encoded.dictionary.to_pylist()], pa.string())
        texts = made.take(encoded.indices)
    elif pa.types.is_list(kind) or pa.types.is_floating(kind):
        texts = pa.array([None if value is None else write(value) for value in column.to_pylist()], pa.string())
    else:
        before, after = form.split("{}") if pa.types.is_date(kind) else form.replace('"', "").split("{}")
        texts = pc.binary_join_element_wise(before, pc.cast(column, pa.string()), after, "")
    return pc.fill_null(texts, nothing)


def joined_rows(pieces: Sequence[str | pa.Array]) -> list[str]:
    """The text of each row: its pieces one after another, a text that is the same in all or a column of texts."""
    rows: list[str] = pc.binary_join_element_wise(*pieces, "").to_pylist()
    return rows
