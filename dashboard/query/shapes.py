"""Queries that differ only in the values they are filtered by are compiled once.

A page asks a dozen queries, most readers ask them with another city, year or company, and making SQL of one takes as
long as DuckDB needs to answer it. This is for DuckDB's SQL, whose parameters stand alike whatever their values; other
engines write the type of a value with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from secrets import token_hex
from typing import Any

from dashboard.query.fields import Find
from dashboard.query.load import quoted
from dashboard.query.model import Filter, Query, Within

SHAPES_KEPT = 500
MOST_VALUES = 100
"""A query with more values than this is hardly ever asked twice in one shape, and its SQL is long."""
INNER = f"of {token_hex()}"
"""Stands in kept SQL for the table that holds the inner query's answer; nobody can guess it, so nothing else has it."""
Compile = Callable[[Query, Find, str | None], tuple[str, list[Any]]]


class Shapeless(Exception):
    """A query whose values are not in filters alone, or that is most likely the only one of its shape: of very many
    values, or of a later page of rows."""


class Compiler:
    """Makes SQL of queries as `compile_query` and its like do, from the second of a shape on without them. `prepare`
    changes a query, whatever its values, before it is compiled."""

    def __init__(self, find: Find, prepare: Callable[[Query], Query]) -> None:
        self._find, self._prepare = find, prepare
        self._compile = lru_cache(SHAPES_KEPT)(self._compile_shape)

    def compile(self, query: Query, how: Compile, of: str | None = None) -> tuple[str, list[Any]]:
        """(SQL, its parameters in order), by `how`; `of` is a table that holds the answer of its inner query.

        Raises UnknownResource, UnknownField or InvalidQuery.
        """
        try:
            shape, values = shape_of(query)
        except Shapeless:
            return how(self._prepare(query), self._find, of)
        sql, places = self._compile(shape, how, is_kept=of is not None)
        parameters = [_put_back(place, values) for place in places]
        return sql if of is None else sql.replace(quoted(INNER), quoted(of)), parameters

    def _compile_shape(self, shape: Query, how: Compile, *, is_kept: bool) -> tuple[str, list[Any]]:
        return how(self._prepare(shape), self._find, INNER if is_kept else None)


def _put_back(place: Any, values: list[Any]) -> Any:
    """What stands for the value, or for a list of them, in a shape, as what it stands for."""
    if isinstance(place, list):
        return [_put_back(one, values) for one in place]
    return None if place is None else values[place]


def shape_of(query: Query) -> tuple[Query, list[Any]]:
    """The query with numbers from 0 in the place of the values that its filters compare with, and these values. Raises
    Shapeless.

    >>> shape, values = shape_of(Query("cities", filters=(Filter("city_code", "in", ("091", "853")),)))
    >>> shape.filters[0].value, values
    ((0, 1), ['091', '853'])
    """
    values: list[Any] = []
    shape = _shape(query, values)
    if len(values) > MOST_VALUES or query.offset:
        raise Shapeless
    return shape, values


def _shape(query: Query, values: list[Any]) -> Query:
    if query.where is not None or query.after is not None:
        raise Shapeless
    return replace(
        query,
        filters=_numbered(query.filters, values),
        having=_numbered(query.having, values),
        measures=tuple(
            replace(one, where=_numbered(one.where, values)) if one.where else one for one in query.measures
        ),
        of=None if query.of is None else _shape(query.of, values),
        lookups=tuple(replace(one, query=_shape(one.query, values)) for one in query.lookups),
    )


def _numbered(filters: tuple[Filter, ...], values: list[Any]) -> tuple[Filter, ...]:
    return tuple(Filter(one.field, one.operator, _number(one.value, values)) for one in filters)


def _number(value: Any, values: list[Any]) -> Any:
    """The place of the value among the values, at whose end it is put."""
    if value is None:
        return None
    if isinstance(value, Within):
        return Within(_shape(value.query, values))
    if isinstance(value, tuple):
        return tuple(_number(one, values) for one in value)
    values.append(value)
    return len(values) - 1
