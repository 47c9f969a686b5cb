"""Writes delimited text, in bounded memory: whole columns of a batch become text in Arrow, then lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.sample.cells import UNREADABLE, Cells, Money, Numbers, Pooled, make_cells
from etl.sample.layout import Layout
from etl.sample.transactions import Batch

TOTAL = "Yhteensä"
CENTS = tuple(f"{number:02d}" for number in range(100))


def write_text(path: Path, layout: Layout, batches: Iterable[Batch]) -> None:
    """Write header, batches, blank rows and total row as `layout` says."""
    total = 0
    with path.open("w", encoding=layout.encoding, newline="", buffering=1 << 20) as file:
        write_line(file.write, layout.headers, layout)
        for batch in batches:
            file.write(layout.newline.join((*_lines(batch, layout), "")))
            total += batch.readable_cents
        for _ in range(layout.blank_rows):
            write_line(file.write, [""] * len(layout.columns), layout)
        if layout.has_total:
            write_line(file.write, _total_row(total, layout), layout)


def write_line(write: Callable[[str], object], cells: Sequence[str], layout: Layout) -> None:
    """One record, quoted where it has to be."""
    write(layout.delimiter.join(quote(cell, layout.delimiter) for cell in cells) + layout.newline)


def quote(text: str, delimiter: str) -> str:
    r"""A cell as CSV wants it.

    >>> quote("Liikenne, yksikkö 1", ","), quote("Liikenne, yksikkö 1", ";"), quote('a"b', ";")
    ('"Liikenne, yksikkö 1"', 'Liikenne, yksikkö 1', '"a""b"')
    """
    if any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def _lines(batch: Batch, layout: Layout) -> list[str]:
    columns = [_text(make_cells(batch, column.role, layout), layout) for column in layout.columns]
    lines: list[str] = pc.binary_join_element_wise(*columns, layout.delimiter).to_pylist()
    return lines


def _text(cells: Cells, layout: Layout) -> pa.Array | pa.Scalar:
    if isinstance(cells, str):
        return pa.scalar(quote(cells, layout.delimiter))
    if isinstance(cells, Pooled):
        return _quoted(cells.pool, layout.delimiter).take(pa.array(cells.index))
    if isinstance(cells, Numbers):
        return pa.array(cells.values).cast(pa.string())
    text = pc.if_else(pa.array(cells.bad), UNREADABLE, money_text(cells, layout.thousands))
    marks = '"' if layout.delimiter == "," else ""
    return pc.binary_join_element_wise(marks, text, marks, "")


@lru_cache(maxsize=64)
def _quoted(pool: tuple[str, ...], delimiter: str) -> pa.Array:
    """The pools are few and the batches many."""
    return pa.array([quote(value, delimiter) for value in pool], pa.string())


def money_text(money: Money, thousands: str) -> pa.Array:
    """Amounts with a decimal comma and, if given, a mark between thousands.

    >>> money_text(Money(np.array([-123456789]), np.array([False])), " ").to_pylist()
    ['-1 234 567,89']
    """
    size = np.abs(money.cents)
    euros = pa.array(size // 100).cast(pa.string())
    if thousands:
        for pattern in (r"^(\d+)(\d{3})$", r"^(\d+)(\d{3})(\D)"):
            tail = r"\3" if "(\\D)" in pattern else ""
            euros = pc.replace_substring_regex(euros, pattern, rf"\1{thousands}\2{tail}")
    cents = pa.array(CENTS).take(pa.array(size % 100))
    sign = pa.array(["", "-"]).take(pa.array((money.cents < 0).astype(np.int64)))
    return pc.binary_join_element_wise(sign, euros, ",", cents, "")


def _total_row(cents: int, layout: Layout) -> list[str]:
    cells = [""] * len(layout.columns)
    cells[0] = TOTAL
    money = Money(np.array([cents], np.int64), np.array([False]))
    cells[layout.position("amount")] = money_text(money, layout.thousands)[0].as_py()
    return cells
