"""The days of a file as a pool of texts: the December before, the year, and a day that does not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

FORMATS: dict[str, Callable[[dt.date], str]] = {
    "d.m.Y": lambda day: f"{day.day}.{day.month}.{day.year}",
    "dd.mm.YYYY": lambda day: f"{day:%d.%m.%Y}",
    "YYMMDD": lambda day: f"{day:%y%m%d}",
    "YYYYMM": lambda day: f"{day:%Y%m}",
}
IMPOSSIBLE: dict[str, Callable[[int], str]] = {
    "d.m.Y": lambda year: f"31.2.{year}",
    "dd.mm.YYYY": lambda year: f"31.02.{year}",
    "YYMMDD": lambda year: f"{year % 100:02d}0231",
    "YYYYMM": lambda year: f"{year}13",
}
DECEMBER_DAYS = 31


def pool_of_days(year: int) -> tuple[dt.date, ...]:
    """The days that an index of a batch points to; one past the last one is the impossible day."""
    first = dt.date(year - 1, 12, 1)
    return tuple(first + dt.timedelta(days=n) for n in range((dt.date(year, 12, 31) - first).days + 1))


def index_of_day(day: dt.date, year: int) -> int:
    """Where a day stands in the pool of `year`.

    >>> index_of_day(dt.date(2025, 1, 1), 2025)
    31
    """
    return (day - dt.date(year - 1, 12, 1)).days


@cache
def day_texts(year: int, format_name: str) -> tuple[str, ...]:
    """The pool written as `format_name` says, the impossible day last.

    >>> day_texts(2025, "d.m.Y")[0], day_texts(2025, "YYYYMM")[31], day_texts(2025, "YYMMDD")[-1]
    ('1.12.2024', '202501', '250231')
    """
    write = FORMATS[format_name]
    return (*(write(day) for day in pool_of_days(year)), IMPOSSIBLE[format_name](year))
