"""An indicator as a release declares it: reviewed texts, owner, review dates, targets and thresholds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from dashboard.i18n import LANGUAGES

SHAPES = ConfigDict(strict=True)
NO_BOUNDS = ("city_codes", "reason", "owner")

Text = Mapping[str, str]
"""A text by language: fi, sv, en."""


@dataclass(frozen=True, config=SHAPES)
class Limit:
    """A target or a threshold: its bounds by name (`above`, `at_least`, `rises_by` ...), its reason and its owner;
    `city_codes` empty means every other city."""

    city_codes: tuple[str, ...]
    bounds: Mapping[str, float]
    reason: Text
    owner: str


@dataclass(frozen=True, config=SHAPES)
class Indicator:
    """A measure with its texts; its values are in the table of indicator values, in its `unit`."""

    code: str
    title: Text
    description: Text
    caveats: Text
    unit: str
    direction: str
    measure: str
    """The measure of which it is."""
    table: str
    """The published table that it is measured over."""
    periods: tuple[str, ...]
    owner: str
    reviewed_on: dt.date
    next_review_on: dt.date
    targets: tuple[Limit, ...]
    thresholds: tuple[Limit, ...]
    break_years: tuple[int, ...]
    """Years from which on another thing is counted in some city."""

    def target_of(self, city_code: str) -> Limit | None:
        """The city's target; None where nobody has set one."""
        return _limit_of(self.targets, city_code)

    def threshold_of(self, city_code: str) -> Limit | None:
        """The city's threshold; None where there is none."""
        return _limit_of(self.thresholds, city_code)


def _limit_of(limits: tuple[Limit, ...], city_code: str) -> Limit | None:
    return next((limit for limit in limits if city_code in limit.city_codes or not limit.city_codes), None)


def read_indicator(raw: Mapping[str, Any]) -> Indicator:
    """The indicator of an item of `x-indicators`. Raises KeyError, TypeError or ValueError where it is of another
    shape."""
    return Indicator(
        raw["code"],
        _text(raw["title"]),
        _text(raw["description"]),
        _text(raw["caveats"]),
        raw["unit"],
        raw["direction"],
        raw["measure"]["name"],
        raw["measure"]["table"],
        tuple(raw["periods"]),
        raw["owner"],
        dt.date.fromisoformat(raw["reviewed_on"]),
        dt.date.fromisoformat(raw["next_review_on"]),
        tuple(_limit(item) for item in raw["targets"]),
        tuple(_limit(item) for item in raw["thresholds"]),
        tuple(item["year"] for item in raw["breaks"]),
    )


def _limit(raw: Mapping[str, Any]) -> Limit:
    bounds = {name: float(value) for name, value in raw.items() if name not in NO_BOUNDS}
    return Limit(tuple(raw["city_codes"]), bounds, _text(raw["reason"]), raw["owner"])


def _text(raw: Mapping[str, str]) -> Text:
    return {language: raw[language] for language in LANGUAGES}
