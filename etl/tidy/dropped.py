"""Personal data that a source declares as such is never kept; that it was there is counted."""

from __future__ import annotations

from collections import Counter

import pyarrow.compute as pc

from etl.declare import Source
from etl.read.rows import RawBatch, header_key


def count_dropped(batch: RawBatch, header: tuple[str, ...], source: Source) -> Counter[str]:
    """How many cells of the batch held each kind of personal data that `source.drop` names."""
    places = {header_key(name): index for index, name in enumerate(header)}
    counts: Counter[str] = Counter()
    for kind, spellings in source.drop.items():
        for index in {places[header_key(s)] for s in spellings if header_key(s) in places}:
            filled = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(batch.columns.column(index))), 0)
            counts[kind] += pc.sum(filled).as_py() or 0
    return counts
