"""A query: measures by dimensions under filters, or plain rows. Frozen, so that it can be a cache key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal["eq", "in", "within", "ge", "le", "contains", "is_null", "not_null"]
Function = Literal["sum", "count", "count_distinct", "min", "max", "any"]


@dataclass(frozen=True)
class Within:
    """The values of the one column that another query gives."""

    query: Query


Value = str | int | float | bool | tuple[str | int, ...] | Within | None


@dataclass(frozen=True)
class Filter:
    """A condition on one field. `contains` looks for part of a text, whatever its case; `within` takes a Within."""

    field: str
    operator: Operator
    value: Value = None


@dataclass(frozen=True)
class Measure:
    """A number per group. `share` makes it its part (0 to 1) of the whole result before any limit."""

    name: str
    function: Function
    field: str | None = None
    share: bool = False


@dataclass(frozen=True)
class Query:
    """A question to one table.

    With `measures` it groups by `dimensions`; without, it gives rows of `columns` (all where empty).
    `order_by` names fields or measures; ties are broken by the dimensions, so that an answer is stable.
    """

    resource: str
    measures: tuple[Measure, ...] = ()
    dimensions: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    order_by: tuple[tuple[str, Literal["asc", "desc"]], ...] = ()
    limit: int | None = None
    offset: int = 0
