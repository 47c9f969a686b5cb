"""From data to pixels."""

import itertools
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil, floor, log10
from typing import Any


@dataclass(frozen=True)
class Linear:
    """Numbers or dates on a straight scale; `step` is the room of one bar."""

    low: float
    high: float
    start: float
    end: float
    spacing: float = 1.0

    def at(self, value: Any) -> float:
        """Return the pixel of a number or of an ISO date."""
        share = (to_number(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def knows(self, value: Any) -> bool:
        """Say whether the value can be placed."""
        return is_number(value) or is_iso_date(value)

    @property
    def step(self) -> float:
        """Pixels between two neighbouring positions."""
        return abs(self.spacing / (self.high - self.low) * (self.end - self.start))


@dataclass(frozen=True)
class Band:
    """Categories side by side, each with the same room."""

    categories: tuple[Any, ...]
    start: float
    end: float

    def at(self, value: Any) -> float:
        """Return the middle of the category's room in pixels."""
        room = (self.end - self.start) / max(len(self.categories), 1)
        return self.start + (self.categories.index(value) + 0.5) * room

    def knows(self, value: Any) -> bool:
        """Say whether the value is one of the categories."""
        return value in self.categories

    @property
    def step(self) -> float:
        """Pixels of one category."""
        return abs(self.end - self.start) / max(len(self.categories), 1)


Scale = Linear | Band


def is_number(value: Any) -> bool:
    """Say whether plotly would place this as a number."""
    return not isinstance(value, (str, bool)) and hasattr(value, "__float__")


def is_iso_date(value: Any) -> bool:
    """Say whether this is a date, or text such as 2024-05-01."""
    if isinstance(value, date):
        return True
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return len(value) >= len("2024-05-01")


def to_number(value: Any) -> float:
    """Return a number for a number or a date (days).

    >>> to_number("2024-05-02") - to_number("2024-05-01")
    1.0
    """
    if is_number(value):
        return float(value)
    moment = value if isinstance(value, date) else datetime.fromisoformat(value)
    clock = (moment.hour * 60 + moment.minute) / 1440 if isinstance(moment, datetime) else 0.0
    return moment.toordinal() + clock


def smallest_gap(values: Iterable[Any]) -> float:
    """Return the least distance between neighbouring positions; 1 when there is only one."""
    numbers = sorted({to_number(value) for value in values})
    return min((high - low for low, high in itertools.pairwise(numbers)), default=1.0)


def round_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about `count` round numbers between two ends.

    >>> round_ticks(0, 93)
    [0, 20, 40, 60, 80]
    """
    raw = (high - low) / count or 1.0
    power = 10 ** floor(log10(raw))
    sizes = [power, 2 * power, 5 * power, 10 * power]
    size = sizes[min(bisect_left(sizes, raw * 0.999), 3)]
    return [round(index * size, 10) for index in range(ceil(low / size - 1e-9), floor(high / size + 1e-9) + 1)]
