"""Query -> SQL with parameters. SQL is built as a tree by sqlglot, never put together from text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlglot import exp

from dashboard.package import Resource
from dashboard.query.fields import Find, check_fields, keys_of
from dashboard.query.model import Filter, Lookup, Measure, Once, Query, Within

COMPARISONS: dict[str, type[exp.Binary]] = {
    "eq": exp.EQ,
    "differs": exp.NullSafeNEQ,
    "gt": exp.GT,
    "ge": exp.GTE,
    "le": exp.LTE,
}


def compile_query(query: Query, find: Find, of: str | None = None) -> tuple[str, list[Any]]:
    """(SQL in DuckDB's dialect, its parameters in order). Raises UnknownResource, UnknownField or InvalidQuery.

    `of` is a table that holds the answer of the query's inner query already.
    """
    parameters: list[Any] = []
    return _select(query, find, parameters, of).sql(dialect="duckdb", copy=False), parameters


def compile_count(query: Query, find: Find, of: str | None = None) -> tuple[str, list[Any]]:
    """SQL that counts the rows which the query would give without its limit."""
    parameters: list[Any] = []
    bare = _select(replace(query, order_by=(), limit=None, offset=0), find, parameters, of, is_ordered=False)
    select = exp.select(exp.Count(this=exp.Star())).from_(bare.subquery("bare", copy=False), copy=False)
    return select.sql(dialect="duckdb", copy=False), parameters


def _select(
    query: Query, find: Find, parameters: list[Any], of: str | None = None, *, is_ordered: bool = True
) -> exp.Select:
    """The query as a tree. Its parts are made in the order in which SQL writes them, as parameters have places only."""
    resource = find(query.resource)
    given = check_fields(query, find)
    select = exp.select(*(_column(name) for name in given.plain))
    select.select(*(_measure(one, query, find, parameters) for one in query.measures), copy=False)
    select.from_(_source(query, resource, find, parameters, of), copy=False)
    for lookup in query.lookups:
        _join(select, lookup, find, parameters)
    for item in query.filters:
        select.where(_condition(item, _column(item.field), find, parameters), copy=False)
    if query.measures and query.dimensions:
        select.group_by(*(_column(name) for name in query.dimensions), copy=False)
    by_name = {measure.name: measure for measure in query.measures}
    for item in query.having:
        condition = _condition(item, _aggregate(by_name[item.field], find, parameters), find, parameters)
        select.having(condition, copy=False)
    return _page(select, query, find) if is_ordered else select


def _source(query: Query, resource: Resource, find: Find, parameters: list[Any], of: str | None) -> exp.Expr:
    if of is not None:
        return exp.Table(this=exp.to_identifier(of, quoted=True))
    if query.of is not None:
        return _inner(query.of, find, parameters).subquery("of", copy=False)
    table = exp.Table(this=exp.to_identifier(resource.name, quoted=True))
    return table if query.once is None else _chosen(table, query.once, resource)


def _chosen(table: exp.Table, once: Once, resource: Resource) -> exp.Subquery:
    """Of repeated rows only the one that counts; ties are broken by the table's key."""
    order = (*once.order_by, *((name, "asc") for name in resource.primary_key))
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_column(name) for name in once.key],
        order=exp.Order(expressions=[_ordered(name, direction) for name, direction in order]),
    )
    nameless = [exp.Is(this=_column(name), expression=exp.Null()) for name in once.key]
    is_first = exp.EQ(this=place, expression=exp.Literal.number(1))
    chosen = exp.select("*").from_(table)
    chosen.set("qualify", exp.Qualify(this=exp.or_(*nameless, is_first)))
    return chosen.subquery("rows", copy=False)


def _inner(query: Query, find: Find, parameters: list[Any]) -> exp.Select:
    """A query within another: its order counts only where it cuts."""
    return _select(query, find, parameters, is_ordered=query.limit is not None or query.offset > 0)


def _join(select: exp.Select, lookup: Lookup, find: Find, parameters: list[Any]) -> None:
    table = _inner(lookup.query, find, parameters).subquery(f"lookup{len(select.args.get('joins') or ())}", copy=False)
    using = [exp.to_identifier(name, quoted=True) for name in lookup.on]
    select.join(exp.Join(this=table, side="LEFT", using=using), copy=False)


def _page(select: exp.Select, query: Query, find: Find) -> exp.Select:
    """In a stable order and cut to its page."""
    named = {name for name, _ in query.order_by}
    keys = [(name, "asc") for name in keys_of(query, find) if name not in named]
    for name, direction in (*query.order_by, *keys):
        select.order_by(_ordered(name, direction), copy=False)
    if query.limit is not None:
        select.limit(query.limit, copy=False)
    return select.offset(query.offset, copy=False) if query.offset else select


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def _ordered(name: str, direction: str) -> exp.Ordered:
    return exp.Ordered(this=_column(name), desc=direction == "desc", nulls_first=False)


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _measure(measure: Measure, query: Query, find: Find, parameters: list[Any]) -> exp.Expr:
    value = _aggregate(measure, find, parameters)
    if measure.share:
        whole = exp.Window(this=exp.Sum(this=value.copy()))
        value = exp.Div(
            this=exp.cast(value, "double"),
            expression=exp.Nullif(this=whole, expression=exp.Literal.number(0)),
        )
    elif measure.place:
        largest = exp.Ordered(this=value, desc=True, nulls_first=False)
        order = exp.Order(expressions=[largest, *(exp.Ordered(this=_column(name)) for name in query.dimensions)])
        value = exp.Window(this=exp.RowNumber(), order=order)
    return exp.alias_(value, measure.name, quoted=True)


def _aggregate(measure: Measure, find: Find, parameters: list[Any]) -> exp.Expr:
    """The measure of a group, before it is set against the others."""
    value = _function(measure)
    if not measure.where:
        return value
    conditions = exp.and_(*(_condition(item, _column(item.field), find, parameters) for item in measure.where))
    return exp.Filter(this=value, expression=exp.Where(this=conditions))


def _function(measure: Measure) -> exp.Expr:
    column = _column(measure.field or "")
    if measure.function == "count":
        return exp.Count(this=exp.Star())
    if measure.times is not None:
        # As floats: the product of two sums of euros has more digits than DuckDB's decimals.
        factors = exp.cast(column, "double"), exp.cast(_column(measure.times), "double")
        return exp.Sum(this=exp.Mul(this=factors[0], expression=factors[1]))
    if measure.function == "quantile":
        # As a float: between two decimals DuckDB would cut the value to their places.
        return _call("quantile_cont", exp.cast(column, "double"), exp.Literal.number(measure.at))
    if measure.largest is not None:
        return _call("list_sum", _call("max", column, exp.Literal.number(measure.largest)))
    return AGGREGATES[measure.function](column)


def _joined(column: exp.Column) -> exp.Expr:
    values = _call("list_sort", _call("list", exp.Distinct(expressions=[column])))
    return exp.Nullif(this=_call("array_to_string", values, exp.Literal.string(",")), expression=exp.Literal.string(""))


AGGREGATES: dict[str, Callable[[exp.Column], exp.Expr]] = {
    "sum": lambda column: exp.Sum(this=column),
    "min": lambda column: exp.Min(this=column),
    "max": lambda column: exp.Max(this=column),
    "any": lambda column: exp.AnyValue(this=column),
    "count_distinct": lambda column: exp.Count(this=exp.Distinct(expressions=[column])),
    "values": _joined,
}


def _condition(item: Filter, value: exp.Expr, find: Find, parameters: list[Any]) -> exp.Expr:
    if item.operator == "is_null":
        return exp.Is(this=value, expression=exp.Null())
    if item.operator == "not_null":
        return exp.Not(this=exp.Is(this=value, expression=exp.Null()))
    if item.operator == "in":
        values = item.value if isinstance(item.value, tuple) else (item.value,)
        parameters.extend(values)
        return exp.In(this=value, expressions=[exp.Placeholder() for _ in values]) if values else exp.false()
    if isinstance(item.value, Within):
        return exp.In(this=value, query=_inner(item.value.query, find, parameters).subquery(copy=False))
    parameters.append(item.value)
    if item.operator == "contains":
        return _call("contains", exp.Lower(this=value), exp.Lower(this=exp.Placeholder()))
    return COMPARISONS[item.operator](this=value, expression=exp.Placeholder())
