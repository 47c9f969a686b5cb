"""The indicators' values by city and period, and how each stands: made from the published tables.

A year for which there are some months only has a value and is compared with nothing. A value is compared with the
period before, where that has one that counts the same; a threshold is crossed where the value is beyond it and the
one before was not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from etl.datasets.context import MakeContext
from etl.datasets.indicators.catalogue import load_indicators
from etl.datasets.indicators.measure import MEASURES, Observed, observe, partial_years
from etl.indicator import Indicator, Period

DECIMALS = 4
"""More than any page writes: a share that was cut to what a page writes would be rounded twice."""
MONTHS = 12
SCHEMA = pa.schema(
    [
        ("indicator_code", pa.string()), ("city_code", pa.string()), ("period_code", pa.string()),
        ("period_kind_code", pa.string()), ("year", pa.int16()), ("month", pa.int64()), ("value", pa.float64()),
        ("basis_count", pa.int64()), ("is_partial", pa.bool_()), ("previous_period_code", pa.string()),
        ("previous_value", pa.float64()), ("change", pa.float64()), ("state_code", pa.string()),
        ("is_beyond_threshold", pa.bool_()), ("is_crossed", pa.bool_()), ("is_latest", pa.bool_()),
    ]
)  # fmt: skip

Row = dict[str, Any]


def make(context: MakeContext) -> dict[str, pa.Table]:
    """The table of values of every declared indicator."""
    rows = [row for indicator in load_indicators() for row in _rows(context.connection, indicator)]
    return {"indicator_values": pa.Table.from_pylist(rows, SCHEMA)}


def _rows(connection: duckdb.DuckDBPyConnection, indicator: Indicator) -> Iterator[Row]:
    measure = MEASURES[indicator.measure.name]
    partial = partial_years(connection, measure)
    for period in indicator.periods:
        by_city: dict[str, list[Row]] = {}
        for seen in observe(connection, measure, period):
            is_partial = period == "year" and (seen.city_code, seen.year) in partial
            row = _row(indicator, period, seen, is_partial=is_partial)
            by_city.setdefault(seen.city_code, []).append(row)
        for rows in by_city.values():
            yield from _compared(indicator, rows)


def _row(indicator: Indicator, period: Period, seen: Observed, *, is_partial: bool) -> Row:
    return {
        "indicator_code": indicator.code,
        "city_code": seen.city_code,
        "period_code": str(seen.year) if seen.month is None else f"{seen.year}-{seen.month:02}",
        "period_kind_code": period,
        "year": seen.year,
        "month": seen.month,
        "value": None if seen.value is None else round(seen.value, DECIMALS),
        "basis_count": seen.basis_count,
        "is_partial": is_partial,
    }


def _compared(indicator: Indicator, rows: list[Row]) -> Iterator[Row]:
    """The rows of a city, in the order of their periods, each with how it stands."""
    before: Row | None = None
    latest = max((row["period_code"] for row in rows if _counts(row)), default=None)
    for row in rows:
        is_comparable = before is not None and _is_next(indicator, before, row)
        standing = _standing(indicator, row, before if is_comparable else None)
        before = {**row, **standing, "is_latest": row["period_code"] == latest}
        yield before


def _counts(row: Row) -> bool:
    """Whether the value is known and of a whole period."""
    return row["value"] is not None and not row["is_partial"]


def _is_next(indicator: Indicator, before: Row, row: Row) -> bool:
    """Whether both values are known, of neighbouring whole periods, and count the same."""
    step = _index(row) - _index(before)
    broken = indicator.is_broken_between(before["year"], row["year"], row["city_code"])
    return _counts(before) and _counts(row) and step == 1 and not broken


def _index(row: Row) -> int:
    """The number of a period in a row of such periods."""
    return int(row["year"] if row["month"] is None else row["year"] * MONTHS + row["month"])


def _standing(indicator: Indicator, row: Row, before: Row | None) -> Row:
    """How the value stands against its target, its threshold and the period before."""
    previous = before["value"] if before else None
    is_beyond = _is_beyond(indicator, row, previous)
    return {
        "previous_period_code": before["period_code"] if before else None,
        "previous_value": previous,
        "change": None if previous is None else round(row["value"] - previous, DECIMALS),
        "state_code": _state(indicator, row),
        "is_beyond_threshold": is_beyond,
        "is_crossed": _is_crossed(indicator, row["city_code"], is_beyond, before),
    }


def _is_crossed(indicator: Indicator, city_code: str, is_beyond: bool | None, before: Row | None) -> bool | None:
    """Whether the value is beyond its threshold and the one before was not; each leap beyond one of change counts."""
    threshold = indicator.threshold_of(city_code)
    if threshold is None or is_beyond is None or before is None:
        return None
    return is_beyond and (threshold.is_of_change or not before["is_beyond_threshold"])


def _is_beyond(indicator: Indicator, row: Row, previous: float | None) -> bool | None:
    threshold = indicator.threshold_of(row["city_code"])
    return threshold.is_beyond(row["value"], previous) if threshold and _counts(row) else None


def _state(indicator: Indicator, row: Row) -> str:
    target = indicator.target_of(row["city_code"])
    if not _counts(row):
        return "not_known"
    return "no_target" if target is None else "met" if target.is_met(row["value"]) else "not_met"
