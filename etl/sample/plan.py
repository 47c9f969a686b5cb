"""Which files there are and how many rows each holds: all of it follows from the number of rows asked for."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from etl.sample.cities import CITIES
from etl.sample.layout import Layout
from etl.sample.layouts import layout_of
from etl.sample.transactions import Segment
from etl.sample.workbook import MAX_SHEET_ROWS

YEARS = (2022, 2023, 2024, 2025)
"""The three newest whole years and the one before the reform of 1 January 2023."""
YEAR_WEIGHTS = (100, 71, 72, 73)
"""Health and rescue, about a third of the rows, leave after 2022."""
TURKU_FIRST_MONTH = 6
TURKU_WEIGHTS = (58, 71, 72, 73)
"""Turku's first year starts in June."""
LEAST_ROWS = 10
ESPOO_SPLIT_YEAR, ESPOO_PARTS = 2023, 2
VANTAA_MONTHLY_YEAR = 2025
SHARES_PER_MILLE = {
    "helsinki": 240,
    "espoo": 140,
    "vantaa": 120,
    "tampere": 140,
    "turku": 70,
    "oulu": 100,
    "national": 120,
}
"""Turku's rows are written twice, as CSV and as XLSX, and so count twice: the sum is a thousand."""
DATASETS = {
    "helsinki": ("hri", "helsingin-kaupungin-ostot"),
    "espoo": ("hri", "espoon-kaupungin-ostot"),
    "vantaa": ("hri", "vantaan-kaupungin-ostot"),
    "tampere": ("tampere", "tampereen-kaupungin-ostot"),
    "turku": ("avoindata", "turun-kaupungin-ostot"),
    "oulu": ("oulu", "oulun-kaupungin-ostolaskut_"),
    "national": ("avoindata", "tutkihankintoja-data"),
}
"""Who buys -> portal and dataset; the names are the real ones."""


@dataclass(frozen=True)
class FilePlan:
    """One file to be written. `stem` is its name without extension."""

    portal: str
    dataset: str
    stem: str
    format: str
    year: int | None
    title: str
    layout: Layout
    segments: tuple[Segment, ...]

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.stem}.{self.format.lower()}"

    @property
    def rows(self) -> int:
        """Rows that are drawn; a total row comes on top."""
        return sum(segment.rows for segment in self.segments)

    def with_layout(self, layout: Layout) -> FilePlan:
        """The same rows in another layout."""
        return replace(self, layout=layout)


def plan_files(rows: int) -> list[FilePlan]:
    """Plans of all files, about `rows` rows together, oldest first in each dataset."""
    return [
        plan
        for key, share in SHARES_PER_MILLE.items()
        for plan in _plan_dataset(key, max(rows * share // 1000, LEAST_ROWS * len(YEARS)))
    ]


def _plan_dataset(key: str, rows: int) -> Iterator[FilePlan]:
    if key == "helsinki":
        yield _helsinki(rows)
        return
    weights = TURKU_WEIGHTS if key == "turku" else YEAR_WEIGHTS
    for year, count in zip(YEARS, split_rows(rows, weights), strict=True):
        yield from _plan_year(key, year, count)


def _plan_year(key: str, year: int, rows: int) -> Iterator[FilePlan]:
    if key == "espoo" and year == ESPOO_SPLIT_YEAR:
        for part, count in enumerate(split_rows(rows, (1,) * ESPOO_PARTS), start=1):
            yield _file(key, year, f"_osa_{part}", f", osa {part}", _half_years(key, year, part, count))
    elif key == "vantaa" and year == VANTAA_MONTHLY_YEAR:
        for month, count in enumerate(split_rows(rows, (1,) * 12), start=1):
            segment = Segment(key, f"{key} {year}-{month}", *_month(year, month), rows=count)
            yield _file(key, year, f"_{month:02d}", f"/{month:02d}", (segment,))
    elif key in ("turku", "oulu"):
        yield from _workbooks(key, year, rows)
    else:
        yield _file(key, year, "", "", (_whole_year(key, year, rows),))


def _workbooks(key: str, year: int, rows: int) -> Iterator[FilePlan]:
    """XLSX in as many parts as a sheet's limit asks for; Turku's CSV holds them all."""
    counts = [MAX_SHEET_ROWS] * (rows // MAX_SHEET_ROWS) + [rows % MAX_SHEET_ROWS]
    counts = [count for count in counts if count]
    starts = accumulate(counts, initial=0)
    segments = tuple(_whole_year(key, year, n, start) for n, start in zip(counts, starts, strict=False))
    period = " (1.6.-31.12.)" if key == "turku" and year == YEARS[0] else ""
    if key == "turku":
        yield _file(key, year, "", period, segments)
    for part, segment in enumerate(segments, start=1):
        number, title = (f"_osa_{part}", f", osa {part}") if part > 1 else ("", "")
        yield _file(key, year, number, f"{period}{title}", (segment,), format_name="XLSX")


def _file(
    key: str, year: int, suffix: str, title: str, segments: tuple[Segment, ...], *, format_name: str = "CSV"
) -> FilePlan:
    portal, dataset = DATASETS[key]
    stem, words = {
        "national": ("th_data", "Tutkihankintoja-data"),
        "oulu": ("oulun_kaupungin_ostolaskut", "Oulun kaupungin ostolaskut"),
    }.get(key, (dataset.replace("-", "_"), f"{_genitive(key)} kaupungin ostot"))
    return FilePlan(
        portal, dataset, f"{stem}_{year}{suffix}", format_name, year, f"{words} {year}{title}",
        layout_of(key, year), segments,
    )  # fmt: skip


def _genitive(key: str) -> str:
    return CITIES[key].genitive if key in CITIES else ""


def _helsinki(rows: int) -> FilePlan:
    """One growing file of all months. Health services stayed in Helsinki, so its years weigh the same."""
    months = [(year, month) for year in YEARS for month in range(1, 13)]
    counts = split_rows(rows, (1,) * len(months))
    starts = accumulate(counts, initial=0)
    segments = tuple(
        Segment("helsinki", "helsinki", *_month(*month), rows=count, offset=start, sums=True)
        for month, count, start in zip(months, counts, starts, strict=False)
        if count
    )
    portal, dataset = DATASETS["helsinki"]
    return FilePlan(
        portal, dataset, "helsingin_kaupungin_ostot_2017_alkaen", "CSV", None,
        "Helsingin kaupungin ostot 2017 alkaen", layout_of("helsinki", YEARS[-1]), segments,
    )  # fmt: skip


def _whole_year(key: str, year: int, rows: int, offset: int = 0) -> Segment:
    first = dt.date(year, TURKU_FIRST_MONTH if key == "turku" and year == YEARS[0] else 1, 1)
    oldest = key == "oulu" and year == YEARS[0]
    return Segment(key, f"{key} {year}", first, dt.date(year, 12, 31), rows, offset, oldest_oulu=oldest)


def _half_years(key: str, year: int, part: int, rows: int) -> tuple[Segment, ...]:
    first, last = ((1, 1), (6, 30)) if part == 1 else ((7, 1), (12, 31))
    return (Segment(key, f"{key} {year} {part}", dt.date(year, *first), dt.date(year, *last), rows),)


def _month(year: int, month: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, month, 1), dt.date(year, month, monthrange(year, month)[1])


def split_rows(rows: int, weights: Sequence[int]) -> list[int]:
    """Whole parts in proportion to `weights` that add up to `rows`.

    >>> split_rows(10, (1, 1, 1))
    [3, 3, 4]
    """
    marks = [rows * mark // sum(weights) for mark in accumulate(weights, initial=0)]
    return [after - before for before, after in pairwise(marks)]
