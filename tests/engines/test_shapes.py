"""A shape's SQL with the values put back is what the query itself would be compiled to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.errors import DashboardError
from dashboard.query.compile import compile_count, compile_inner, compile_query
from dashboard.query.model import Filter, Lookup, Measure, Query, Within, Word
from dashboard.query.shapes import MOST_VALUES, Compiler, shape_of
from tests.engines.cases import CASES

WAYS = (compile_query, compile_inner, compile_count)


def unchanged(query):
    return query


def outcome(compile_, *arguments):
    """What is compiled, with the kinds of the parameters (True is no 1), or why it is not."""
    try:
        sql, parameters = compile_(*arguments)
    except DashboardError as error:
        return str(error)
    return sql, repr(parameters)


@pytest.mark.parametrize("how", WAYS, ids=lambda how: how.__name__)
@pytest.mark.parametrize("of", [None, 'the "answer" 7'])
def test_every_query_is_compiled_as_without_shapes(package, how, of):
    compiler = Compiler(package.resource, unchanged)
    queries = [case.query for case in CASES if of is None or case.query.of is not None]
    for query in (*queries, *queries):
        assert outcome(compiler.compile, query, how, of) == outcome(how, query, package.resource, of)


def test_queries_of_one_shape_are_compiled_once_and_keep_their_own_values(package):
    compiler, made = Compiler(package.resource, unchanged), []

    def how(query, find, of):
        made.append(query)
        return compile_query(query, find, of)

    def asked(city, year, least):
        inner = Query("cities", columns=("city_code",), filters=(Filter("city_code", "eq", city),))
        euros = Measure("euros", "sum", "amount_eur", where=(Filter("purchase_year", "in", (year, 2024)),))
        filters = (Filter("city_code", "within", Within(inner)), Filter("supplier_name", "not_null"))
        return Query("purchases", (euros,), ("city_code",), filters=filters, having=(Filter("euros", "gt", least),))

    for values in (("091", 2023, 10), ("853", 2022, 10), ("853", 2024, 0)):
        assert compiler.compile(asked(*values), how) == compile_query(asked(*values), package.resource)
    assert len(made) == 1
    compiler.compile(Query("purchases", filters=(Filter("city_code", "eq", None),)), how)
    compiler.compile(Query("purchases", filters=(Filter("city_code", "eq", "091"),)), how)
    assert len(made) == 3


def nested(inner):
    """Queries that hold another one: of it, with it looked up, within it."""
    sums = Query("purchases", (Measure("euros", "sum", "amount_eur"),), ("city_code",), of=inner)
    keyed = replace(inner, resource="companies", columns=("supplier_business_id", "kind_code"))
    yield replace(sums, filters=(Filter("city_code", "eq", "853"),))
    yield Query(
        "purchases", lookups=(Lookup(keyed, ("supplier_business_id",)),), filters=(Filter("city_code", "eq", "853"),)
    )
    within = Within(replace(inner, columns=("city_code",)))
    yield Query("cities", filters=(Filter("name_fi", "ge", "A"), Filter("city_code", "within", within)))


@pytest.mark.parametrize(
    "inner",
    [
        {"where": Filter("supplier_business_id", "eq", "x")},
        {"where": Word(("supplier_name",), "oy")},
        {"after": ("x",), "columns": ("supplier_business_id",)},
        {"filters": (Filter("supplier_business_id", "in", tuple(map(str, range(MOST_VALUES + 1)))),)},
    ],
)
def test_values_that_stand_elsewhere_than_in_filters_are_where_they_belong(package, inner):
    compiler = Compiler(package.resource, unchanged)
    for query in nested(Query("purchases", **{"columns": ("city_code", "amount_eur"), **inner})):
        for _ in range(2):
            assert outcome(compiler.compile, query, compile_query) == outcome(compile_query, query, package.resource)


def test_pages_of_rows_push_nothing_out(package):
    compiler = Compiler(package.resource, unchanged)
    for offset in range(3):
        query = Query("purchases", limit=50, offset=offset)
        assert compiler.compile(query, compile_query) == compile_query(query, package.resource)
    assert compiler._compile.cache_info().currsize == 1


def test_a_query_that_is_refused_is_refused_each_time(package):
    compiler, query = Compiler(package.resource, unchanged), Query("purchases", filters=(Filter("colour", "eq", 1),))
    refusals = {outcome(compiler.compile, query, compile_query) for _ in range(3)}
    assert len(refusals) == 1
    assert "colour" in refusals.pop()


def test_a_shape_holds_no_value():
    secret = "a value of the reader"
    inner = Query("purchases", filters=(Filter("supplier_name", "eq", secret),))
    query = Query("purchases", filters=(Filter("city_code", "in", (secret, secret)),), of=inner)
    shape, values = shape_of(query)
    assert secret not in repr(shape)
    assert values == [secret] * 3
