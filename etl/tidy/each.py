"""Applies a plain function to a column once per distinct value: dates, codes and names repeat, so this is
as fast as vectorised code and as readable as a function of one string."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def map_distinct(column: pa.Array, function: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """`function` of every non-null string of `column`, as an array of type `kind`.

    >>> map_distinct(pa.array(["a", "b", "a", None]), str.upper, pa.string()).to_pylist()
    ['A', 'B', 'A', None]
    """
    encoded = pc.dictionary_encode(column)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values = pa.array([function(text) for text in encoded.dictionary.to_pylist()], kind)
    return values.take(encoded.indices)
