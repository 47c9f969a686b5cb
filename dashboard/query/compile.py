"""Query -> SQL with parameters. SQL is built as a tree by sqlglot, never put together from text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from dashboard.package import Resource
from dashboard.query.dialect import DUCKDB, Dialect
from dashboard.query.fields import Find, Order, check_fields, order_of, type_of
from dashboard.query.model import (
    ROW_NUMBER,
    Combined,
    Condition,
    Direction,
    Filter,
    Lookup,
    Measure,
    Once,
    Operator,
    Query,
    Scalar,
    Within,
    Word,
)

COMPARISONS: dict[str, type[exp.Binary]] = {
    "eq": exp.EQ,
    "gt": exp.GT,
    "ge": exp.GTE,
    "lt": exp.LT,
    "le": exp.LTE,
}


@dataclass(frozen=True)
class _Sql:
    """What a query is written with: its tables, the engine's words, and the parameters so far.

    A query's parts are made in the order in which SQL writes them, as parameters may have places only.
    """

    find: Find
    dialect: Dialect
    parameters: list[Any] = field(default_factory=list)

    def parameter(self, value: Any) -> exp.Expr:
        """Where the next parameter stands."""
        self.parameters.append(value)
        return self.dialect.parameter(len(self.parameters), value)

    def write(self, tree: exp.Select) -> tuple[str, list[Any]]:
        """SQL and its parameters in order."""
        return tree.sql(dialect=self.dialect.name, copy=False), self.parameters


def compile_query(query: Query, find: Find, of: str | None = None, dialect: Dialect = DUCKDB) -> tuple[str, list[Any]]:
    """(SQL, its parameters in order). Raises UnknownResource, UnknownField or InvalidQuery.

    `of` is a table that holds the answer of the query's inner query already.
    """
    sql = _Sql(find, dialect)
    return sql.write(_select(query, sql, of))


def compile_inner(query: Query, find: Find, of: str | None = None, dialect: Dialect = DUCKDB) -> tuple[str, list[Any]]:
    """SQL for an answer that others are asked of: in no order, but where its order decides what it holds."""
    sql = _Sql(find, dialect)
    return sql.write(_inner(query, sql, of))


def compile_count(query: Query, find: Find, of: str | None = None, dialect: Dialect = DUCKDB) -> tuple[str, list[Any]]:
    """SQL that counts the rows which the query would give without its limit."""
    sql = _Sql(find, dialect)
    whole = replace(query, order_by=(), limit=None, offset=0, after=None)
    bare = _select(whole, sql, of, is_ordered=False)
    return sql.write(exp.select(exp.Count(this=exp.Star())).from_(bare.subquery("bare", copy=False), copy=False))


def compile_places(query: Query, find: Find, dialect: Dialect = DUCKDB) -> tuple[str, list[Any]]:
    """SQL for the places, from 0, of the rows of a table that the query's filters leave, in any order."""
    check_fields(query, find)
    sql = _Sql(find, dialect)
    place = exp.alias_(dialect.place(), "rowid")
    select = exp.select(place).from_(exp.Table(this=exp.to_identifier(query.resource, quoted=True)))
    for item in query.filters:
        select.where(_condition(item, _column(item.field), sql), copy=False)
    return sql.write(select)


def _select(query: Query, sql: _Sql, of: str | None = None, *, is_ordered: bool = True) -> exp.Select:
    """The query as a tree."""
    resource = sql.find(query.resource)
    given = check_fields(query, sql.find)
    select = exp.select(*(_column(name) for name in given.plain))
    select.select(*(_measure(one, query, sql) for one in query.measures), copy=False)
    select.from_(_source(query, resource, sql, of), copy=False)
    for lookup in query.lookups:
        _join(select, lookup, sql)
    for item in query.filters:
        select.where(_condition(item, _column(item.field), sql), copy=False)
    if query.after is not None:
        select.where(_behind(order_of(query, sql.find), query.after, sql), copy=False)
    if query.where is not None:
        select.where(_holds(query.where, query, sql), copy=False)
    if query.distinct:
        select.distinct(copy=False)
    if query.measures and query.dimensions:
        select.group_by(*(_column(name) for name in query.dimensions), copy=False)
    by_name = {measure.name: measure for measure in query.measures}
    for item in query.having:
        condition = _condition(item, _aggregate(by_name[item.field], query, sql), sql)
        select.having(condition, copy=False)
    return _page(select, query, sql) if is_ordered else select


def _source(query: Query, resource: Resource, sql: _Sql, of: str | None) -> exp.Expr:
    if of is not None:
        return exp.Table(this=exp.to_identifier(of, quoted=True))
    if query.of is not None:
        return _inner(query.of, sql).subquery("of", copy=False)
    table = exp.Table(this=exp.to_identifier(resource.name, quoted=True))
    if query.numbered:
        return sql.dialect.numbered(table)
    return table if query.once is None else _chosen(table, query.once, resource, sql)


def _chosen(table: exp.Table, once: Once, resource: Resource, sql: _Sql) -> exp.Subquery:
    """Of repeated rows only the one that counts; ties are broken by the table's key."""
    order = (*once.order_by, *((name, "asc") for name in resource.primary_key))
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_column(name) for name in once.key],
        order=exp.Order(expressions=[_ordered(name, direction, sql) for name, direction in order]),
    )
    nameless = [exp.Is(this=_column(name), expression=exp.Null()) for name in once.key]
    is_first = exp.EQ(this=place, expression=exp.Literal.number(1))
    chosen = exp.select("*").from_(table)
    chosen.set("qualify", exp.Qualify(this=exp.or_(*nameless, is_first)))
    return chosen.subquery("rows", copy=False)


def _inner(query: Query, sql: _Sql, of: str | None = None) -> exp.Select:
    """A query within another: its order counts only where it cuts."""
    return _select(query, sql, of, is_ordered=query.limit is not None or query.offset > 0)


def _join(select: exp.Select, lookup: Lookup, sql: _Sql) -> None:
    table = _inner(lookup.query, sql).subquery(f"lookup{len(select.args.get('joins') or ())}", copy=False)
    using = [exp.to_identifier(name, quoted=True) for name in lookup.on]
    select.join(exp.Join(this=table, side="LEFT", using=using), copy=False)


def _page(select: exp.Select, query: Query, sql: _Sql) -> exp.Select:
    """In a stable order and cut to its page."""
    order = order_of(query, sql.find)
    is_made = any(direction not in ("asc", "desc") for _, direction in order)
    if is_made and (query.measures or query.distinct) and not sql.dialect.orders_by_any:
        select = exp.select("*").from_(select.subquery("answer", copy=False), copy=False)
    if not (sql.dialect.keeps_order and query.numbered and order == ((ROW_NUMBER, "asc"),)):
        for name, direction in order:
            select.order_by(_ordered(name, direction, sql), copy=False)
    if query.limit is not None:
        select.limit(query.limit, copy=False)
    return select.offset(query.offset, copy=False) if query.offset else select


def _behind(order: Order, values: tuple[Scalar | None, ...], sql: _Sql) -> exp.Expr:
    """Whether a row stands behind these values in the order, in which what is missing comes last."""
    steps: list[exp.Expr] = []
    for place, ((name, direction), value) in enumerate(zip(order, values, strict=True)):
        if value is None:
            continue  # nothing of this field stands behind what is missing
        same = [_equal(*pair, sql) for pair in zip(order[:place], values[:place], strict=True)]
        comparison = exp.LT if direction == "desc" else exp.GT
        beyond = comparison(this=_column(name), expression=sql.parameter(value))
        steps.append(exp.and_(*same, exp.or_(beyond, exp.Is(this=_column(name), expression=exp.Null()))))
    return exp.or_(*steps) if steps else exp.false()


def _equal(ordered: tuple[str, Direction], value: Scalar | None, sql: _Sql) -> exp.Expr:
    if value is None:
        return exp.Is(this=_column(ordered[0]), expression=exp.Null())
    return exp.EQ(this=_column(ordered[0]), expression=sql.parameter(value))


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def _ordered(name: str, direction: Direction, sql: _Sql) -> exp.Ordered:
    column: exp.Expr = _column(name)
    if isinstance(direction, tuple):
        column = sql.dialect.listed(exp.cast(column, "varchar"), direction)
    elif direction in ("az", "za"):
        column = sql.dialect.alphabet(exp.cast(column, "varchar"))
    return exp.Ordered(this=column, desc=direction in ("desc", "za"), nulls_first=False)


def _measure(measure: Measure, query: Query, sql: _Sql) -> exp.Expr:
    value = _aggregate(measure, query, sql)
    if measure.share:
        whole = exp.Window(this=exp.Sum(this=value.copy()))
        value = exp.Div(
            this=exp.cast(value, "double"),
            expression=exp.Nullif(this=whole, expression=exp.Literal.number(0)),
        )
    elif measure.place:
        largest = exp.Ordered(this=value, desc=True, nulls_first=False)
        ties = (exp.Ordered(this=_column(name), nulls_first=False) for name in query.dimensions)
        value = exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=[largest, *ties]))
    return exp.alias_(value, measure.name, quoted=True)


def _aggregate(measure: Measure, query: Query, sql: _Sql) -> exp.Expr:
    """The measure of a group, before it is set against the others."""
    value = _function(measure, query, sql)
    if measure.where:
        conditions = exp.and_(*(_condition(item, _column(item.field), sql) for item in measure.where))
        value = exp.Filter(this=value, expression=exp.Where(this=conditions))
    if measure.function == "total":
        value = exp.cast(exp.Coalesce(this=value, expressions=[exp.Literal.number(0)]), "bigint")
    return value


def _function(measure: Measure, query: Query, sql: _Sql) -> exp.Expr:
    if measure.field is None or measure.function == "count":
        return exp.Count(this=exp.Star())
    column, exact_type = _column(measure.field), type_of(measure.field, query, sql.find)
    if measure.times is not None:
        # As floats: the product of two sums of euros has more digits than DuckDB's decimals.
        factors = exp.cast(column, "double"), exp.cast(_column(measure.times), "double")
        return exp.Sum(this=exp.Mul(this=factors[0], expression=factors[1]))
    if measure.largest is not None:
        return sql.dialect.sum_of_largest(column, measure.largest, exact_type)
    if measure.function == "quantile":
        return sql.dialect.quantile(column, measure.at)
    return AGGREGATES[measure.function](sql.dialect, column, exact_type)


AGGREGATES: dict[str, Callable[[Dialect, exp.Column, str], exp.Expr]] = {
    "sum": lambda _, column, __: exp.Sum(this=column),
    "total": lambda _, column, __: exp.Sum(this=column),
    "min": lambda dialect, column, exact_type: dialect.smallest(column, exact_type),
    "max": lambda dialect, column, exact_type: dialect.largest(column, exact_type),
    "any": lambda dialect, column, exact_type: dialect.any(column, exact_type),
    "count_distinct": lambda _, column, __: exp.Count(this=exp.Distinct(expressions=[column])),
    "values": lambda dialect, column, _: exp.Nullif(this=dialect.joined(column), expression=exp.Literal.string("")),
}


def _holds(condition: Condition, query: Query, sql: _Sql) -> exp.Expr:
    if isinstance(condition, Filter):
        return _condition(condition, _column(condition.field), sql)
    if isinstance(condition, Word):
        return _word(condition, query, sql)
    return _combined(condition, query, sql)


def _combined(condition: Combined, query: Query, sql: _Sql) -> exp.Expr:
    parts = [_holds(one, query, sql) for one in condition.conditions]
    if condition.how == "all":
        return exp.and_(*parts) if parts else exp.true()
    either = exp.or_(*parts) if parts else exp.false()
    # what is not known to hold does not hold, so that `none` keeps rows without a value
    return either if condition.how == "any" else exp.Not(this=exp.Coalesce(this=either, expressions=[exp.false()]))


def _word(word: Word, query: Query, sql: _Sql) -> exp.Expr:
    texts = [sql.dialect.as_text(_column(name), type_of(name, query, sql.find)) for name in word.fields]
    text = exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string(" "), *texts])
    pattern = sql.parameter(sql.dialect.word(word.word, is_beginning=word.is_beginning))
    return sql.dialect.matches(sql.dialect.fold(text), pattern)


def _condition(item: Filter, value: exp.Expr, sql: _Sql) -> exp.Expr:
    if item.operator in ("is_null", "not_null"):
        missing = exp.Is(this=value, expression=exp.Null())
        return missing if item.operator == "is_null" else exp.Not(this=missing)
    if item.operator == "in":
        values = item.value if isinstance(item.value, tuple) else (item.value,)
        return exp.In(this=value, expressions=[sql.parameter(one) for one in values]) if values else exp.false()
    if isinstance(item.value, Within):
        return exp.In(this=value, query=_inner(item.value.query, sql).subquery(copy=False))
    parameter = sql.parameter(list(item.value) if isinstance(item.value, tuple) else item.value)
    return _compared(item.operator, value, parameter, sql.dialect)


def _compared(operator: Operator, value: exp.Expr, parameter: exp.Expr, dialect: Dialect) -> exp.Expr:
    if operator == "differs":
        return dialect.differs(value, parameter)
    if operator == "has":
        return dialect.has_value(value, parameter)
    if operator == "contains":
        return dialect.has_part(value, parameter)
    return COMPARISONS[operator](this=value, expression=parameter)
