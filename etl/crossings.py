"""Which indicators a release shows beyond a threshold that they were not beyond before, and which of that is news."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

TABLE = "indicator_values.parquet"


@dataclass(frozen=True)
class Crossing:
    """A value that crossed its threshold, in words of the release."""

    indicator_code: str
    city_code: str
    period_code: str
    title: str
    city: str
    value: float
    previous_value: float
    previous_period_code: str
    unit: str
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it one crossing, whichever release shows it."""
        return self.indicator_code, self.city_code, self.period_code


def new_crossings(release: Path, live: Path | None) -> list[Crossing]:
    """The crossings of the latest periods that the release before (of the same kind, None where there is none) did
    not show, in the order of the indicators."""
    known = {_key(row) for row in _crossed(live)} if live else set()
    rows = [row for row in _crossed(release) if row["is_latest"] and _key(row) not in known]
    if not rows:
        return []
    declared = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))["x-indicators"]
    indicators = {indicator["code"]: indicator for indicator in declared}
    cities = {row["city_code"]: row["name_en"] for row in pq.read_table(release / "cities.parquet").to_pylist()}
    return [_crossing(row, indicators[row["indicator_code"]], cities) for row in rows]


def _crossed(release: Path) -> list[dict[str, Any]]:
    """The rows of a release that crossed; none of one that has no indicators yet."""
    if not (release / TABLE).exists():
        return []
    table = pq.read_table(release / TABLE)
    rows: list[dict[str, Any]] = table.filter(pc.equal(table["is_crossed"], True)).to_pylist()
    return rows


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["indicator_code"], row["city_code"], row["period_code"]


def _crossing(row: Mapping[str, Any], indicator: Mapping[str, Any], cities: Mapping[str, str]) -> Crossing:
    limits = indicator["thresholds"]
    limit = next(item for item in limits if row["city_code"] in item["city_codes"] or not item["city_codes"])
    return Crossing(
        *_key(row),
        indicator["title"]["en"],
        cities[row["city_code"]],
        row["value"],
        row["previous_value"],
        row["previous_period_code"],
        indicator["unit"],
        limit["reason"]["en"],
    )
