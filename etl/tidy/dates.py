"""Dates as cities write them -> dates. A day that does not exist is refused, not moved to the next month."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import pyarrow as pa

from etl.tidy.each import encode, map_distinct, mask_distinct, one_by_one

FIRST_YEAR, LAST_YEAR = 1990, 2100
EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}  # fmt: skip


def _ymd(year: str, month: str, day: str) -> dt.date:
    return dt.date(_century(year), int(month), int(day))


def _century(year: str) -> int:
    return int(year) + 2000 if len(year) == 2 else int(year)


def _excel(serial: str) -> dt.date:
    return EXCEL_DAY_ZERO + dt.timedelta(days=int(serial))


TIME = r"(?: (?:klo )?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?"
"""A time of day behind a date, which is left out; so is the fraction of a day of a serial number."""
FORMATS: dict[str, tuple[str, Callable[[re.Match[str]], dt.date]]] = {
    "d.m.Y": (rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}){TIME}", lambda m: _ymd(m[3], m[2], m[1])),
    "d/m/Y": (r"(\d{1,2})/(\d{1,2})/(\d{4})", lambda m: _ymd(m[3], m[2], m[1])),
    "Y-m-d": (
        r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{1,2}:\d{2}[\d:.,]*(?:Z|[+-]\d{2}:?\d{2})?)?",
        lambda m: _ymd(m[1], m[2], m[3]),
    ),
    "d-b-Y": (
        r"(\d{1,2})-([A-Za-z]{3})-(\d{4}|\d{2})",
        lambda m: _ymd(m[3], str(MONTHS[m[2].lower()]), m[1]),
    ),
    "YYMMDD": (r"(\d{1,2})(\d{2})(\d{2})", lambda m: _ymd(m[1].zfill(2), m[2], m[3])),
    "YYYYMMDD": (r"(\d{4})(\d{2})(\d{2})", lambda m: _ymd(m[1], m[2], m[3])),
    "YYYYMM": (r"(\d{4})(\d{2})", lambda m: _ymd(m[1], m[2], "1")),
    "excel": (r"(\d{5})(?:[.,]\d*)?", lambda m: _excel(m[1])),
}
"""Format name -> pattern of the whole text, and what its groups mean."""


@lru_cache(maxsize=20_000)
def _parse_cached(text: str, formats: tuple[str, ...]) -> dt.date | None:
    return parse_date(text, formats)


def parse_date(text: str, formats: Sequence[str]) -> dt.date | None:
    """The date that `text` says in the first of `formats` that it fits, None where it says none.

    >>> parse_date("3.1.2024", ["d.m.Y"]), parse_date("240103", ["YYMMDD"]), parse_date("45294", ["excel"])
    (datetime.date(2024, 1, 3), datetime.date(2024, 1, 3), datetime.date(2024, 1, 3))
    >>> parse_date("3.1.2024 0:00", ["d.m.Y"]), parse_date("45294,5", ["excel"])
    (datetime.date(2024, 1, 3), datetime.date(2024, 1, 3))
    >>> parse_date("14-Jan-2011", ["d-b-Y"]), parse_date("31.2.2024", ["d.m.Y"])
    (datetime.date(2011, 1, 14), None)
    """
    for name in formats:
        pattern, make = FORMATS[name]
        match = re.fullmatch(pattern, text.strip())
        if match:
            try:
                date = make(match)
            except (ValueError, KeyError, OverflowError):
                continue
            if FIRST_YEAR <= date.year <= LAST_YEAR:
                return date
    return None


def parse_dates(text: pa.Array, formats: Sequence[str]) -> tuple[pa.Array, pa.Array]:
    """(dates, mask of texts that are there but say no date). KeyError for a format that is not known."""
    for name in formats:
        FORMATS[name]
    order = tuple(formats)
    text = encode(text)
    values = map_distinct(text, lambda value: _parse_cached(value, order), pa.date32())
    bad = one_by_one(lambda value: bool(value.strip()) and _parse_cached(value, order) is None)
    return values, mask_distinct(text, bad)
