"""What is wrong with real files, planted in shares that a test can count.

Every kind stands in a fixed number of rows out of each thousand (exactly, not on average), so that what a
tidy step sets aside can be compared with what was put in.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Dirt(IntEnum):
    """What is odd about a row; one kind a row."""

    CLEAN = 0
    CREDIT_NOTE = 1
    FOREIGN = 2
    SOLE_TRADER = 3
    PERSON = 4
    INVALID_ID = 5
    IBAN = 6
    PREVIOUS_YEAR = 7
    ANONYMISED = 8
    UNREADABLE_AMOUNT = 9
    IMPOSSIBLE_DATE = 10


PER_MILLE = {
    Dirt.CREDIT_NOTE: 12,
    Dirt.FOREIGN: 10,
    Dirt.SOLE_TRADER: 6,
    Dirt.PERSON: 4,
    Dirt.INVALID_ID: 4,
    Dirt.IBAN: 3,
    Dirt.PREVIOUS_YEAR: 3,
}
"""Rows out of each thousand of every file."""
OLD_OULU_PER_MILLE = {Dirt.IBAN: 10, Dirt.ANONYMISED: 12}
"""Besides those above, in Oulu's oldest year only: bank accounts in the id column, `anonymisoitu` as name."""
UNREADABLE_ROW, IMPOSSIBLE_ROW = 5, 7
"""Counted from 0 in each file: an amount that says `n/a`, and a date that does not exist."""
BLANK_ROWS = 2
"""At the end of the CSV files of Helsinki, Vantaa and Tampere."""
STRIDE = 617
"""Without a common factor with 1000: it spreads the thousand slots over the file."""


def dirt_of_rows(rows: Ints, phase: int, *, oldest_oulu: bool = False, has_days: bool = True) -> Ints:
    """The kind of each row by its number in the file.

    `phase` shifts the pattern from file to file. Without days there is no date of the previous year.
    """
    slots = _slots(oldest_oulu)
    kinds = slots[(rows * STRIDE + phase) % 1000]
    if not has_days:
        kinds[kinds == Dirt.PREVIOUS_YEAR] = Dirt.CLEAN
    kinds[rows == UNREADABLE_ROW] = Dirt.UNREADABLE_AMOUNT
    kinds[rows == IMPOSSIBLE_ROW] = Dirt.IMPOSSIBLE_DATE
    return kinds


def _slots(oldest_oulu: bool) -> Ints:
    slots = np.zeros(1000, np.int64)
    position = 0
    for kind, share in (*PER_MILLE.items(), *(OLD_OULU_PER_MILLE.items() if oldest_oulu else ())):
        slots[position : position + share] = kind
        position += share
    return slots
