"""What is compiled for engines that no test can start: reviewed SQL, which its dialect can read."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from dashboard.errors import DashboardError
from dashboard.query.compile import compile_count, compile_places, compile_query
from dashboard.query.dialect import DUCKDB
from dashboard.query.engines.clickhouse import ClickHouseDialect
from dashboard.query.engines.postgresql import PostgresqlDialect
from dashboard.query.engines.spark import SparkDialect
from dashboard.query.engines.trino import TrinoDialect
from dashboard.query.model import Filter, Query
from tests.engines.cases import CASES
from tests.engines.conformance import unexplained

COMPILED_ONLY = (TrinoDialect(), ClickHouseDialect())
EVERY = (DUCKDB, PostgresqlDialect(), SparkDialect(), *COMPILED_ONLY)
of_each = pytest.mark.parametrize("dialect", EVERY, ids=lambda dialect: dialect.name)


def compiled(dialect, find):
    """(name of the case, SQL, its parameters) of each query that can be compiled at all."""
    for case in CASES:
        try:
            sql, parameters = compile_query(case.query, find, None, dialect)
        except DashboardError:
            continue
        yield case.name, sql, parameters


@pytest.mark.parametrize("dialect", COMPILED_ONLY, ids=lambda dialect: dialect.name)
def test_what_is_compiled_is_what_was_reviewed(dialect, package, snapshot):
    assert {
        name: f"{sql}  -- {parameters}" for name, sql, parameters in compiled(dialect, package.resource)
    } == snapshot


@of_each
def test_a_dialect_reads_what_is_compiled_for_it(dialect, package):
    found = list(compiled(dialect, package.resource))
    assert len(found) > 180
    for name, sql, parameters in found:
        (tree,) = sqlglot.parse(sql, dialect=dialect.name)
        assert isinstance(tree, exp.Select), name
        assert len(list(tree.find_all(exp.Placeholder, exp.Parameter))) == len(parameters) or dialect.name != "duckdb"
        assert not list(tree.find_all(exp.Command)), name


@of_each
def test_no_value_is_written_into_sql(dialect, package):
    text = "'; drop table purchases; --"
    conditions = tuple(Filter("supplier_name", operator, text) for operator in ("eq", "contains", "ge", "differs"))
    query = Query("purchases", filters=(*conditions, Filter("city_code", "in", (text, text))))
    for compile_ in (compile_query, compile_count):
        sql, parameters = compile_(query, package.resource, None, dialect)
        assert parameters == [text] * 6
        assert "drop" not in sql
    sql, parameters = compile_places(query, package.resource, dialect)
    assert (parameters, "drop" in sql) == ([text] * 6, False)


@of_each
def test_names_that_no_release_has_are_quoted(dialect, package):
    """A measure may be named as the asker likes."""
    from dashboard.query.model import Measure

    for name in ('a"b', "a`b", "a b", "select", "a\\b", "a;b"):
        query = Query("purchases", (Measure(name, "sum", "amount_eur"),), ("city_code",), order_by=((name, "desc"),))
        sql, _ = compile_query(query, package.resource, None, dialect)
        tree = sqlglot.parse_one(sql, dialect=dialect.name)
        assert tree.named_selects == ["city_code", name]


def test_what_trino_cannot_do_is_tried():
    assert not unexplained(TrinoDialect.cannot)
