"""A query: measures by dimensions under filters, or plain rows. Frozen, so that it can be a cache key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal["eq", "differs", "in", "within", "gt", "ge", "le", "contains", "is_null", "not_null"]
Function = Literal["sum", "sum_products", "count", "count_distinct", "min", "max", "any", "quantile", "values"]


@dataclass(frozen=True)
class Within:
    """The values of the one column that another query gives."""

    query: Query


Value = str | int | float | bool | tuple[str | int, ...] | Within | None


@dataclass(frozen=True)
class Filter:
    """A condition on one field. `contains` looks for part of a text, whatever its case; `within` takes a Within;
    `differs` keeps any other value and also where there is none."""

    field: str
    operator: Operator
    value: Value = None


@dataclass(frozen=True)
class Measure:
    """A value per group.

    `sum_products` adds up `field` times `times`; `values` joins the different values in their order by commas. A `sum`
    with `largest` adds up that many of the largest values only. `share` makes the value its part (0 to 1) of the whole
    result before any limit, `place` its place in it: 1 is the largest, ties are broken by the dimensions.

    `where` counts those rows of the group only that meet its filters. `quantile` is the value below which the part `at`
    (0 to 1) of the values lies, linear between the two nearest (type 7 of Hyndman and Fan), missing ones left out.
    """

    name: str
    function: Function
    field: str | None = None
    share: bool = False
    times: str | None = None
    largest: int | None = None
    place: bool = False
    where: tuple[Filter, ...] = ()
    at: float = 0.5


@dataclass(frozen=True)
class Once:
    """Keep one row of those whose `key` is the same, the first by `order_by`; a row with a null in its key stays."""

    key: tuple[str, ...]
    order_by: tuple[tuple[str, Literal["asc", "desc"]], ...]


@dataclass(frozen=True)
class Lookup:
    """The columns of another query's answer, found for each row by the fields `on`; null where there are none.

    The other query may give a key once only: `on` holds its dimensions, or its table's primary key.
    """

    query: Query
    on: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A question to one table, or to another query's answer from that table (`of`).

    With `measures` it groups by `dimensions`; without, it gives rows of `columns` (all where empty).
    `filters` decide which rows count, `having` which groups, by their measures. `order_by` names fields or measures;
    ties are broken by the dimensions, so that an answer is stable. `once` chooses among rows of the table that tell of
    the same thing, before any filter.
    """

    resource: str
    measures: tuple[Measure, ...] = ()
    dimensions: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    order_by: tuple[tuple[str, Literal["asc", "desc"]], ...] = ()
    limit: int | None = None
    offset: int = 0
    of: Query | None = None
    lookups: tuple[Lookup, ...] = ()
    having: tuple[Filter, ...] = ()
    once: Once | None = None
