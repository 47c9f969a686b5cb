"""PostgreSQL answers as DuckDB does, whatever is asked; it is filled whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from dashboard.errors import DashboardError
from dashboard.query.engines.postgresql import Postgresql
from dashboard.query.model import Filter, Measure, Query
from tests.data.test_query_against_pandas import groupings, listings
from tests.data.test_query_hostile import HOSTILE
from tests.engines.conformance import assert_same, cases_for, is_same, unexplained


@pytest.fixture(scope="module")
def adapter(server, package):
    adapter = Postgresql(server.url)
    assert adapter.load(package, lambda _: None)
    return adapter


@pytest.mark.parametrize("query", cases_for(Postgresql.cannot))
def test_every_query_is_answered_as_duckdb_does(engine, duckdb, query):
    assert_same(engine, duckdb, query)


def test_what_it_cannot_do_is_tried():
    assert not unexplained(Postgresql.cannot)


@settings(max_examples=60, deadline=None)
@given(query=groupings())
def test_groups_of_any_kind_are_those_of_duckdb(engine, duckdb, query):
    assert_same(engine, duckdb, query)


@settings(max_examples=60, deadline=None)
@given(query=listings())
def test_rows_of_any_kind_are_those_of_duckdb(engine, duckdb, query):
    assert_same(engine, duckdb, query)


def test_every_way_of_asking_gives_the_same(engine, duckdb, package):
    for resource in package.resources:
        query = Query(resource.name, numbered=True)
        assert engine.run_arrow(query).schema.equals(duckdb.run_arrow(query).schema)
        assert engine.run_arrow(query).equals(duckdb.run_arrow(query))
        assert engine.rows(query) == duckdb.rows(query)
        batches = [list(one.stream(query)) for one in (engine, duckdb)]
        assert [row for batch in batches[0] for row in batch.to_pylist()] == duckdb.rows(query)
        assert batches[0][0].schema.equals(batches[1][0].schema)


def test_places_are_those_of_the_files_rows(engine, duckdb):
    for filters in ((), (Filter("amount_eur", "lt", 0),), (Filter("city_code", "in", ()),)):
        query = Query("purchases", filters=filters)
        assert engine.places(query).tolist() == duckdb.places(query).tolist()
        assert engine.places(query).dtype == duckdb.places(query).dtype


def test_any_gives_a_value_that_is_there(engine):
    names = {row["supplier_name"] for row in engine.rows(Query("purchases", columns=("supplier_name",)))}
    rows = engine.rows(Query("purchases", (Measure("one", "any", "supplier_name"),), ("city_code",)))
    assert {row["one"] for row in rows} <= names
    (row,) = engine.rows(Query("budgets", (Measure("one", "any", "is_internal"),)))
    assert row["one"] in (True, False)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20].encode("ascii", "replace").decode())
def test_a_hostile_text_is_compared_or_refused_as_ours(engine, duckdb, text):
    for operator in ("eq", "contains", "ge"):
        query = Query("purchases", filters=(Filter("supplier_name", operator, text),))
        if "\x00" in text:
            with pytest.raises(DashboardError):
                engine.run_arrow(query)
        else:
            assert is_same(engine.rows(query), duckdb.rows(query))
