"""A query: measures by dimensions under filters, or plain rows. Frozen, so that it can be a cache key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Operator = Literal["eq", "differs", "in", "within", "gt", "ge", "lt", "le", "contains", "has", "is_null", "not_null"]
Direction = Literal["asc", "desc", "az", "za"] | tuple[str, ...]
"""`az` and `za` order texts as Finnish and Swedish do, whatever their case (... z å ä ö); a tuple holds the values of a
field in the order asked for. What is missing comes last."""
Function = Literal["sum", "sum_products", "total", "count", "count_distinct", "min", "max", "any", "quantile", "values"]

ROW_NUMBER = "_id"
"""The column of a row's place in its table; the name that CKAN has for it, which no field of a release has."""


@dataclass(frozen=True)
class Within:
    """The values of the one column that another query gives."""

    query: Query


Scalar = str | int | float | bool | Decimal | dt.date
Value = Scalar | tuple[Scalar, ...] | Within | None


@dataclass(frozen=True)
class Filter:
    """A condition on one field. `contains` looks for part of a text, whatever its case; `has` for a value of a list;
    `within` takes a Within; `differs` keeps any other value and also where there is none. `eq` with several values asks
    for just that list."""

    field: str
    operator: Operator
    value: Value = None


@dataclass(frozen=True)
class Word:
    """A whole word, or the beginning of one, that stands in any of the fields, whatever its case."""

    fields: tuple[str, ...]
    word: str
    is_beginning: bool = False


@dataclass(frozen=True)
class Combined:
    """Conditions of which all must hold, or any, or none; `any` of no conditions never holds."""

    how: Literal["all", "any", "none"]
    conditions: tuple[Condition, ...]


Condition = Filter | Word | Combined


@dataclass(frozen=True)
class Measure:
    """A value per group.

    `sum_products` adds up `field` times `times`; `total` adds up whole numbers, 0 where there are none; `values` joins
    the different values in their order by commas. A `sum` with `largest` adds up that many of the largest values only.
    `share` makes the value its part (0 to 1) of the whole result before any limit, `place` its place in it: 1 is the
    largest, ties are broken by the dimensions.

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
    order_by: tuple[tuple[str, Direction], ...]


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
    the same thing, before any filter. `where` is a condition that filters cannot say, and holds besides them. `after`
    holds the values of a row in the fields of the order, those that break ties included: only rows behind it count,
    whether it is there or not.

    `distinct` gives rows that are the same once. `numbered` gives each row of a whole table its place in the table's
    file as `ROW_NUMBER`, from 1, as long as the release stands; rows are in that order where no other is asked for.
    """

    resource: str
    measures: tuple[Measure, ...] = ()
    dimensions: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    order_by: tuple[tuple[str, Direction], ...] = ()
    limit: int | None = None
    offset: int = 0
    of: Query | None = None
    lookups: tuple[Lookup, ...] = ()
    having: tuple[Filter, ...] = ()
    once: Once | None = None
    after: tuple[Scalar | None, ...] | None = None
    where: Condition | None = None
    distinct: bool = False
    numbered: bool = False
