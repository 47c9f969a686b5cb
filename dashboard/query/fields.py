"""What a query has to do with and what it gives: names are checked before any SQL is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dashboard.errors import InvalidQuery, UnknownField
from dashboard.package import Resource
from dashboard.query.model import ROW_NUMBER, Combined, Condition, Direction, Lookup, Query, Word

Find = Callable[[str], Resource]
"""Gives the table of a name. Raises UnknownResource."""
Order = tuple[tuple[str, Direction], ...]
"""(field, `asc` or `desc`) by which rows are put in order, the weightiest first."""


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
    if query.numbered and (query.of is not None or query.once is not None):
        raise InvalidQuery("Only the rows of a whole table have numbers.")
    source = _source_fields(query, find)
    given = _given(query, source)
    _check_measures(query)
    is_other = bool(query.measures) or query.distinct
    outside = [name for name, _ in query.order_by if is_other and name not in given.names]
    if outside:
        raise InvalidQuery("The answer cannot be ordered by {name!r}, which it does not hold.", name=outside[0])
    unmeasured = [item.field for item in query.having if item.field not in given.measures]
    if unmeasured:
        raise InvalidQuery(
            "Groups cannot be left out by {name!r}, which is no measure of the query.", name=unmeasured[0]
        )
    if query.after is not None and (query.measures or len(query.after) != len(order_of(query, find))):
        raise InvalidQuery("Rows stand behind a value for each field of their order, which groups have not.")
    unknown = sorted(set(_used(query)) - set(source))
    if unknown:
        said = {"table": query.resource, "name": unknown[0], "names": ", ".join(sorted(source))}
        if query.of is None:
            raise UnknownField("Table {table} has no field {name!r}; it has {names}.", **said)
        raise UnknownField("The query of {table} has no field {name!r}; it has {names}.", **said)
    return given


def keys_of(query: Query, find: Find) -> tuple[str, ...]:
    """What tells the rows of the answer apart, as far as they can be ordered by it."""
    if query.measures:
        return query.dimensions
    if query.distinct:
        return check_fields(query, find).plain
    if query.numbered:
        return (ROW_NUMBER,)
    if query.of is None:
        return find(query.resource).primary_key
    given = check_fields(query.of, find).names
    return tuple(name for name in keys_of(query.of, find) if name in given)


def order_of(query: Query, find: Find) -> Order:
    """By what the answer is put in order: as the query asks, ties broken by what tells its rows apart. Two texts may
    stand at one place of the alphabet, and all that a list does not hold stand at one."""
    named = {name for name, direction in query.order_by if direction in ("asc", "desc")}
    keys: Order = tuple((name, "asc") for name in keys_of(query, find) if name not in named)
    return (*query.order_by, *keys)


def type_of(name: str, query: Query, find: Find) -> str:
    """The exact type, as a release names types, of a field that the query can use."""
    field = find(query.resource).field(name) if query.of is None else None
    if field is not None:
        return field.exact_type
    for inner in (query.of, *(lookup.query for lookup in query.lookups)):
        if inner is not None and name in check_fields(inner, find).names:
            return _given_type(name, inner, find)
    return "integer"  # a row's number


def _given_type(name: str, query: Query, find: Find) -> str:
    """The type of a column of the answer."""
    measure = next((one for one in query.measures if one.name == name), None)
    if measure is None:
        return type_of(name, query, find)
    if measure.share or measure.function in ("quantile", "sum_products"):
        return "number"
    if measure.place or measure.field is None or measure.function in ("count", "count_distinct", "total"):
        return "integer"
    return "string" if measure.function == "values" else type_of(measure.field, query, find)


def _source_fields(query: Query, find: Find) -> tuple[str, ...]:
    """The fields that the query can use: of its table or inner query, and of its lookups."""
    own = tuple(find(query.resource).field_names()) if query.of is None else check_fields(query.of, find).names
    found = [*(ROW_NUMBER,) * query.numbered, *own]
    for lookup in query.lookups:
        others = _lookup_fields(lookup, find)
        twice = [name for name in others if name in found] + [name for name in lookup.on if name not in own]
        if twice:
            raise InvalidQuery(
                "A lookup's keys stand on both sides, its other fields on one only: {name!r}.", name=twice[0]
            )
        found += others
    return tuple(found)


def _lookup_fields(lookup: Lookup, find: Find) -> list[str]:
    keys = keys_of(lookup.query, find)
    if not set(keys) <= set(lookup.on):
        raise InvalidQuery(
            "A lookup in {table} needs all of its keys: {names}.", table=lookup.query.resource, names=", ".join(keys)
        )
    return [name for name in check_fields(lookup.query, find).names if name not in lookup.on]


def _given(query: Query, source: tuple[str, ...]) -> Given:
    if query.measures:
        return Given(query.dimensions, tuple(measure.name for measure in query.measures))
    return Given(query.columns or source, ())


def _check_measures(query: Query) -> None:
    for one in query.measures:
        if one.field is None and one.function != "count":
            raise InvalidQuery("Measure {name!r} needs a field: only `count` goes without.", name=one.name)
        if (one.times is None) is (one.function == "sum_products"):
            raise InvalidQuery(
                "Measure {name!r}: `sum_products` needs a second field, other functions have none.", name=one.name
            )
        if one.largest is not None and one.function != "sum":
            raise InvalidQuery("Measure {name!r}: only a `sum` can be of the largest values.", name=one.name)
        if one.where and (one.share or one.largest is not None):
            raise InvalidQuery(
                "Measure {name!r} cannot be a share, or of the largest values, of some rows only.", name=one.name
            )
        if not 0 <= one.at <= 1:
            raise InvalidQuery("Measure {name!r} asks for a part of the values that is not from 0 to 1.", name=one.name)


def _used(query: Query) -> Iterator[str]:
    yield from (*query.dimensions, *query.columns, *(item.field for item in query.filters))
    if query.where is not None:
        yield from _named(query.where)
    for one in query.measures:
        yield from (name for name in (one.field, one.times) if name is not None)
        yield from (item.field for item in one.where)
    if query.once is not None:
        yield from (*query.once.key, *(name for name, _ in query.once.order_by))
    measures = {one.name for one in query.measures}
    yield from (name for name, _ in query.order_by if name not in measures)


def _named(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Combined):
        for one in condition.conditions:
            yield from _named(one)
    elif isinstance(condition, Word):
        yield from condition.fields
    else:
        yield condition.field
