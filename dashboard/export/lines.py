"""The lines of a stored CSV: a part of a table is sent as the very lines that the whole file holds.

So nothing is formatted twice, the length of the answer is known before its first byte, and whoever compares a part with
the whole file finds its lines there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

BLOCK_BYTES = 1 << 20
NEWLINE, QUOTE = 10, 34

Places = npt.NDArray[np.int64]
"""Places of rows in the file, from 0, rising."""


class StoredLines:
    """Where each line of a CSV file begins; a line break within quotes ends none."""

    def __init__(self, path: Path) -> None:
        """Read the file through once; eight bytes a line are kept."""
        self.path = path
        self._starts = _line_starts(path)

    @property
    def rows(self) -> int:
        """Lines after the header."""
        return len(self._starts) - 2

    def size(self, places: Places) -> int:
        """Bytes of the header and of those rows."""
        starts = self._starts
        return int(starts[1] + (starts[places + 2] - starts[places + 1]).sum())

    def read(self, places: Places) -> Iterator[bytes]:
        """The header, then those rows, about a megabyte at a time. Raises OSError where the file is gone."""
        starts = self._starts
        with self.path.open("rb") as file:
            yield file.read(int(starts[1]))
            lines = places + 1
            cuts = np.flatnonzero(np.diff(starts[lines] // BLOCK_BYTES)) + 1
            for part in np.split(lines, cuts):
                if len(part):
                    first, end = int(part[0]), int(part[-1]) + 1
                    file.seek(int(starts[first]))
                    block = file.read(int(starts[end] - starts[first]))
                    if len(block) != starts[end] - starts[first]:
                        raise OSError(f"{self.path} has become shorter")
                    yield block if len(part) == end - first else _taken(block, starts[first : end + 1], part - first)


def _taken(block: bytes, starts: npt.NDArray[np.int64], lines: Places) -> bytes:
    """Of a block of lines those at these places, joined; Arrow does it without an object a line."""
    buffers = [None, pa.py_buffer(starts - starts[0]), pa.py_buffer(block)]
    taken = pa.Array.from_buffers(pa.large_binary(), len(starts) - 1, buffers).take(pa.array(lines))
    size = int((starts[lines + 1] - starts[lines]).sum())
    return bytes(memoryview(taken.buffers()[2])[:size])


def _line_starts(path: Path) -> npt.NDArray[np.int64]:
    """The place of each line's first byte, and after them the size of the file."""
    found, at, quotes = [np.zeros(1, np.int64)], 0, 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES * 4):
            letters = np.frombuffer(block, np.uint8)
            breaks, marks = np.flatnonzero(letters == NEWLINE), np.flatnonzero(letters == QUOTE)
            outside = (np.searchsorted(marks, breaks) + quotes) % 2 == 0
            found.append(breaks[outside] + at + 1)
            at, quotes = at + len(block), quotes + len(marks)
    starts = np.concatenate(found)
    return starts if starts[-1] == at else np.append(starts, at)
