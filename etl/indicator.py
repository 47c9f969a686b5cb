"""The model of an indicator: a measure with reviewed texts, a direction, an owner, and what it is held against.

A target is what its owner wants; one that nobody has set is absent. A threshold says when a value asks for a look:
ours are about the data or about leaps in it, never about politics.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, model_validator

from etl.declare import Declared, Text

Unit = Literal["EUR/person", "count", "%", "d"]
Period = Literal["year", "month"]
Direction = Literal["higher_is_better", "lower_is_better", "neither"]


class Limit(Declared):
    """What a value is held against: its reason and who answers for it; `city_codes` empty means every other city."""

    city_codes: tuple[str, ...] = ()
    reason: Text
    owner: str


AnyLimit = TypeVar("AnyLimit", bound=Limit)


def _check_cities(limits: tuple[AnyLimit, ...]) -> tuple[AnyLimit, ...]:
    named = [code for limit in limits for code in limit.city_codes]
    if len(named) != len(set(named)) or any(not limit.city_codes for limit in limits[:-1]):
        raise ValueError("a city has one limit, and the limit of all other cities stands last")
    return limits


class Target(Limit):
    """Met by a value of `at_least`, or `at_most`, in the indicator's unit."""

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Target:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a target is at_least or at_most")
        return self

    def is_met(self, value: float) -> bool:
        """Whether the value meets it."""
        return value >= self.at_least if self.at_least is not None else value <= (self.at_most or 0)


class Threshold(Limit):
    """Beyond it is a value `above` or `below` a bound, or one that has risen by more than `rises_by`, in the
    indicator's unit, or changed by more than `changes_by_pct` of the value before, since the period before."""

    above: float | None = None
    below: float | None = None
    rises_by: Annotated[float, Field(ge=0)] | None = None
    changes_by_pct: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _some_bound(self) -> Threshold:
        of_level = self.above is not None or self.below is not None
        if of_level == self.is_of_change or (self.rises_by is not None and self.changes_by_pct is not None):
            raise ValueError("a threshold is above or below, or rises_by, or changes_by_pct")
        return self

    @property
    def is_of_change(self) -> bool:
        """Whether it bounds what changes between two periods, and not the value itself."""
        return self.rises_by is not None or self.changes_by_pct is not None

    def is_beyond(self, value: float, before: float | None) -> bool | None:
        """Whether the value is beyond it; None where that takes a value before and there is none to compare with.

        >>> text = Text(fi="", sv="", en="")
        >>> Threshold(reason=text, owner="", changes_by_pct=20).is_beyond(70.0, 100.0)
        True
        """
        if self.is_of_change:
            if before is None or (self.changes_by_pct is not None and before == 0):
                return None
            if self.rises_by is not None:
                return value - before > self.rises_by
            return abs(value - before) > abs(before) * (self.changes_by_pct or 0) / 100
        return (self.above is not None and value > self.above) or (self.below is not None and value < self.below)


class Break(Declared):
    """A year from which on another thing is counted: its values are not compared with those before."""

    year: int
    except_city_codes: tuple[str, ...] = ()
    reason: Text


class Measured(Declared):
    """How it is measured: a measure of `datasets/indicators/measure.py` over a published table."""

    name: str
    table: str


class Indicator(Declared):
    """One indicator, reviewed as a whole: `reviewed_on` is when that was done last, `next_review_on` when it is due."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    title: Text
    description: Text
    caveats: Text
    unit: Unit
    direction: Direction
    measure: Measured
    periods: tuple[Period, ...] = ("year",)
    owner: str
    reviewed_on: dt.date
    next_review_on: dt.date
    targets: Annotated[tuple[Target, ...], AfterValidator(_check_cities)] = ()
    thresholds: Annotated[tuple[Threshold, ...], AfterValidator(_check_cities)] = ()
    breaks: tuple[Break, ...] = ()

    @model_validator(mode="after")
    def _review_is_ahead(self) -> Indicator:
        if self.next_review_on <= self.reviewed_on:
            raise ValueError(f"indicator {self.code}: the next review is due after the last one")
        return self

    def target_of(self, city_code: str) -> Target | None:
        """The city's own target, else that of every other city; None where nobody has set one."""
        return next((t for t in self.targets if city_code in t.city_codes or not t.city_codes), None)

    def threshold_of(self, city_code: str) -> Threshold | None:
        """The city's own threshold, else that of every other city; None where there is none."""
        return next((t for t in self.thresholds if city_code in t.city_codes or not t.city_codes), None)

    def is_broken_between(self, earlier: int, later: int, city_code: str) -> bool:
        """Whether the city's values of two years count different things."""
        return any(earlier < b.year <= later and city_code not in b.except_city_codes for b in self.breaks)
