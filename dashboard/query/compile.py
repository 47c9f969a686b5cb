"""Query -> SQL with parameters. SQL is built as a tree by sqlglot, never put together from text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from dashboard.errors import InvalidQuery, UnknownField
from dashboard.package import Resource
from dashboard.query.model import Filter, Measure, Query, Within

AGGREGATES: dict[str, type[exp.Func]] = {
    "sum": exp.Sum,
    "min": exp.Min,
    "max": exp.Max,
    "any": exp.AnyValue,
}
COMPARISONS: dict[str, type[exp.Binary]] = {"eq": exp.EQ, "ge": exp.GTE, "le": exp.LTE, "differs": exp.NullSafeNEQ}


Find = Callable[[str], Resource]
"""Gives the table of a name. Raises UnknownResource."""


def compile_query(query: Query, find: Find) -> tuple[str, list[Any]]:
    """(SQL in DuckDB's dialect, its parameters in order). Raises UnknownResource, UnknownField or InvalidQuery."""
    parameters: list[Any] = []
    return _select(query, find, parameters).sql(dialect="duckdb"), parameters


def _select(query: Query, find: Find, parameters: list[Any]) -> exp.Select:
    resource = find(query.resource)
    _check_fields(query, resource)
    if query.measures:
        measures = (_measure(measure, find, parameters) for measure in query.measures)
        select = exp.select(*(_column(name) for name in query.dimensions), *measures)
        if query.dimensions:
            select = select.group_by(*(_column(name) for name in query.dimensions))
    else:
        select = exp.select(*(_column(name) for name in query.columns or resource.field_names()))
    select = select.from_(_rows(query, resource))
    for item in query.filters:
        select = select.where(_condition(item, find, parameters))
    for name, direction in (*query.order_by, *_tie_breakers(query, resource)):
        select = select.order_by(_ordered(name, direction))
    if query.limit is not None:
        select = select.limit(query.limit)
    if query.offset:
        select = select.offset(query.offset)
    return select


def compile_count(query: Query, find: Find) -> tuple[str, list[Any]]:
    """SQL that counts the rows which the query would give without its limit."""
    bare = Query(query.resource, query.measures, query.dimensions, query.columns, query.filters, once=query.once)
    sql, parameters = compile_query(bare, find)
    return f"select count(*) from ({sql})", parameters  # noqa: S608  # the inner SQL is built by sqlglot


def _tie_breakers(query: Query, resource: Resource) -> list[tuple[str, str]]:
    named = {name for name, _ in query.order_by}
    keys = query.dimensions if query.measures else resource.primary_key
    return [(name, "asc") for name in keys if name not in named]


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def _ordered(name: str, direction: str) -> exp.Ordered:
    return exp.Ordered(this=_column(name), desc=direction == "desc", nulls_first=False)


def _rows(query: Query, resource: Resource) -> exp.Expr:
    """The table, of repeated rows only the one that counts; ties are broken by its key."""
    table = exp.Table(this=exp.to_identifier(resource.name, quoted=True))
    if query.once is None:
        return table
    order = (*query.once.order_by, *((name, "asc") for name in resource.primary_key))
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_column(name) for name in query.once.key],
        order=exp.Order(expressions=[_ordered(name, direction) for name, direction in order]),
    )
    nameless = [exp.Is(this=_column(name), expression=exp.Null()) for name in query.once.key]
    is_first = exp.EQ(this=place, expression=exp.Literal.number(1))
    chosen = exp.select("*").from_(table)
    chosen.set("qualify", exp.Qualify(this=exp.or_(*nameless, is_first)))
    return chosen.subquery("rows")


def _measure(measure: Measure, find: Find, parameters: list[Any]) -> exp.Expr:
    value: exp.Expr
    if measure.function == "count":
        value = exp.Count(this=exp.Star())
    elif measure.function == "count_distinct":
        value = exp.Count(this=exp.Distinct(expressions=[_column(measure.field or "")]))
    elif measure.function == "quantile":
        level = exp.Literal.number(measure.at)
        value = exp.Anonymous(this="quantile_cont", expressions=[_column(measure.field or ""), level])
    else:
        value = AGGREGATES[measure.function](this=_column(measure.field or ""))
    if measure.where:
        conditions = exp.and_(*(_condition(item, find, parameters) for item in measure.where))
        value = exp.Filter(this=value, expression=exp.Where(this=conditions))
    if measure.share:
        whole = exp.Window(this=exp.Sum(this=value.copy()))
        value = exp.Div(
            this=exp.cast(value, "double"),
            expression=exp.Nullif(this=whole, expression=exp.Literal.number(0)),
        )
    return exp.alias_(value, measure.name, quoted=True)


def _condition(item: Filter, find: Find, parameters: list[Any]) -> exp.Expr:
    column = _column(item.field)
    if item.operator == "is_null":
        return exp.Is(this=column, expression=exp.Null())
    if item.operator == "not_null":
        return exp.Not(this=exp.Is(this=column, expression=exp.Null()))
    if item.operator == "in":
        values = item.value if isinstance(item.value, tuple) else (item.value,)
        parameters.extend(values)
        return exp.In(this=column, expressions=[exp.Placeholder() for _ in values]) if values else exp.false()
    if isinstance(item.value, Within):
        return exp.In(this=column, query=_select(item.value.query, find, parameters).subquery())
    parameters.append(item.value)
    if item.operator == "contains":
        return exp.Anonymous(this="contains", expressions=[exp.Lower(this=column), exp.Lower(this=exp.Placeholder())])
    return COMPARISONS[item.operator](this=column, expression=exp.Placeholder())


def _given(query: Query) -> set[str]:
    return {*query.dimensions, *(measure.name for measure in query.measures)}


def _check_fields(query: Query, resource: Resource) -> None:
    there = set(resource.field_names())
    nameless = [m.name for m in query.measures if m.field is None and m.function != "count"]
    if nameless:
        raise InvalidQuery(f"Measure {nameless[0]!r} needs a field: only `count` goes without.")
    beyond = [m.name for m in query.measures if not 0 <= m.at <= 1]
    if beyond:
        raise InvalidQuery(f"Measure {beyond[0]!r} asks for a part of the values that is not from 0 to 1.")
    shared = [m.name for m in query.measures if m.share and m.where]
    if shared:
        raise InvalidQuery(f"Measure {shared[0]!r} cannot be a share of some rows only.")
    outside = [name for name, _ in query.order_by if query.measures and name not in _given(query)]
    if outside:
        raise InvalidQuery(f"The answer cannot be ordered by {outside[0]!r}, which it does not hold.")
    used = {*query.dimensions, *query.columns, *(f.field for f in query.filters)}
    used |= {m.field for m in query.measures if m.field is not None}
    used |= {item.field for measure in query.measures for item in measure.where}
    if query.once is not None:
        used |= {*query.once.key, *(name for name, _ in query.once.order_by)}
    ordered = {name for name, _ in query.order_by} - {m.name for m in query.measures}
    unknown = sorted((used | ordered) - there)
    if unknown:
        raise UnknownField(f"Table {resource.name} has no field {unknown[0]!r}; it has {', '.join(sorted(there))}.")
