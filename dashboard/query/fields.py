"""What a query has to do with and what it gives: names are checked before any SQL is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dashboard.errors import InvalidQuery, UnknownField
from dashboard.package import Resource
from dashboard.query.model import Lookup, Query

Find = Callable[[str], Resource]
"""Gives the table of a name. Raises UnknownResource."""


@dataclass(frozen=True)
class Given:
    """The columns of an answer: those that stand in the source, and the measures after them."""

    plain: tuple[str, ...]
    measures: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, in order."""
        return (*self.plain, *self.measures)


def check_fields(query: Query, find: Find) -> Given:
    """The columns that the query gives. Raises UnknownResource, UnknownField or InvalidQuery."""
    if query.once is not None and query.of is not None:
        raise InvalidQuery("Only rows of a table can be chosen among, not those of another query's answer.")
    source = _source_fields(query, find)
    given = _given(query, source)
    _check_measures(query)
    outside = [name for name, _ in query.order_by if query.measures and name not in given.names]
    if outside:
        raise InvalidQuery(f"The answer cannot be ordered by {outside[0]!r}, which it does not hold.")
    unmeasured = [item.field for item in query.having if item.field not in given.measures]
    if unmeasured:
        raise InvalidQuery(f"Groups cannot be left out by {unmeasured[0]!r}, which is no measure of the query.")
    unknown = sorted(set(_used(query)) - set(source))
    if unknown:
        table = f"Table {query.resource}" if query.of is None else f"The query of {query.resource}"
        raise UnknownField(f"{table} has no field {unknown[0]!r}; it has {', '.join(sorted(source))}.")
    return given


def keys_of(query: Query, find: Find) -> tuple[str, ...]:
    """What tells the rows of the answer apart, as far as they can be ordered by it."""
    if query.measures:
        return query.dimensions
    if query.of is None:
        return find(query.resource).primary_key
    given = check_fields(query.of, find).names
    return tuple(name for name in keys_of(query.of, find) if name in given)


def _source_fields(query: Query, find: Find) -> tuple[str, ...]:
    """The fields that the query can use: of its table or inner query, and of its lookups."""
    own = tuple(find(query.resource).field_names()) if query.of is None else check_fields(query.of, find).names
    found = list(own)
    for lookup in query.lookups:
        others = _lookup_fields(lookup, find)
        twice = [name for name in others if name in found] + [name for name in lookup.on if name not in own]
        if twice:
            raise InvalidQuery(f"A lookup's keys stand on both sides, its other fields on one only: {twice[0]!r}.")
        found += others
    return tuple(found)


def _lookup_fields(lookup: Lookup, find: Find) -> list[str]:
    keys = keys_of(lookup.query, find)
    if not set(keys) <= set(lookup.on):
        raise InvalidQuery(f"A lookup in {lookup.query.resource} needs all of its keys: {', '.join(keys)}.")
    return [name for name in check_fields(lookup.query, find).names if name not in lookup.on]


def _given(query: Query, source: tuple[str, ...]) -> Given:
    if query.measures:
        return Given(query.dimensions, tuple(measure.name for measure in query.measures))
    return Given(query.columns or source, ())


def _check_measures(query: Query) -> None:
    for one in query.measures:
        if one.field is None and one.function != "count":
            raise InvalidQuery(f"Measure {one.name!r} needs a field: only `count` goes without.")
        if (one.times is None) is (one.function == "sum_products"):
            raise InvalidQuery(f"Measure {one.name!r}: `sum_products` needs a second field, other functions have none.")
        if one.largest is not None and one.function != "sum":
            raise InvalidQuery(f"Measure {one.name!r}: only a `sum` can be of the largest values.")
        if one.where and (one.share or one.largest is not None):
            raise InvalidQuery(f"Measure {one.name!r} cannot be a share, or of the largest values, of some rows only.")
        if not 0 <= one.at <= 1:
            raise InvalidQuery(f"Measure {one.name!r} asks for a part of the values that is not from 0 to 1.")


def _used(query: Query) -> Iterator[str]:
    yield from (*query.dimensions, *query.columns, *(item.field for item in query.filters))
    for one in query.measures:
        yield from (name for name in (one.field, one.times) if name is not None)
        yield from (item.field for item in one.where)
    if query.once is not None:
        yield from (*query.once.key, *(name for name, _ in query.once.order_by))
    measures = {one.name for one in query.measures}
    yield from (name for name, _ in query.order_by if name not in measures)
