"""A short answer becomes the very table that DuckDB itself would make of it; a long one too."""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from dashboard.errors import DashboardError
from dashboard.query.answer import FEW, KINDS, frame_of, plain_schema, table_of
from dashboard.query.engine import Engine
from dashboard.query.model import Measure, Query
from tests.engines.cases import CASES

ONE_OF_EACH = """
select true as b, 1::tinyint as t, 1::smallint as s, 1::int as i, 1::bigint as l, sum(1) as h, 0.1::double as d,
    1.50::decimal(9, 2) as e, 'ä' as v, 'a'::enum('a', 'b') as c, date '2024-02-29' as y,
    timestamp '2024-01-01 01:02:03' as m
"""
OTHER = """
select timestamptz '2024-01-01 00:00:00+00' as z, ['a'] as li, ['a'::enum('a', 'b')] as le, 1::float as f, {'a': 1} as s
"""


def by_duckdb(connection, sql):
    table = connection.execute(sql).to_arrow_table()
    return table.cast(plain_schema(table.schema))


@pytest.mark.parametrize("rows", [0, 1, FEW - 1, FEW, FEW + 1, 3 * FEW + 7])
@pytest.mark.parametrize("sql", [ONE_OF_EACH, OTHER], ids=["types of ours", "other types"])
def test_an_answer_of_any_length_is_as_duckdb_makes_it(sql, rows):
    with duckdb.connect() as connection:
        connection.execute(f"create table answer as select n, one.* from range({rows}) r(n), ({sql}) one")
        asked = "select * from answer order by n"
        found = table_of(connection.execute(asked))
        assert found.schema.equals(by_duckdb(connection, asked).schema)
        assert found.equals(by_duckdb(connection, asked))
        assert found.num_rows == rows


def test_what_is_missing_is_missing_in_every_type():
    with duckdb.connect() as connection:
        asked = f"from ({ONE_OF_EACH}) union all by name select null::bigint as l"
        found = table_of(connection.execute(asked))
        assert found.equals(by_duckdb(connection, asked))
        assert {found[name].null_count for name in found.column_names if name != "l"} == {1}


def test_every_type_of_ours_is_tried():
    with duckdb.connect() as connection:
        tried = {column[1].id for column in connection.execute(ONE_OF_EACH).description}
    assert set(KINDS) | {"decimal"} == tried


def test_every_query_is_answered_as_duckdb_makes_it(package):
    engine = Engine(package)
    asked = 0
    for case in CASES:
        try:
            found = engine.run_arrow(case.query)
        except DashboardError:
            continue
        table = engine._execute(case.query).to_arrow_table()
        wanted = table.cast(plain_schema(table.schema))
        assert found.schema.equals(wanted.schema), case.name
        if case.query.order_by or case.query.dimensions:
            assert found.equals(wanted), case.name
        asked += 1
    assert asked > 150


def test_what_python_has_no_value_for_is_answered_by_duckdbs_own_way(package, monkeypatch):
    def refused(answer):
        return pa.array([10**39], pa.decimal128(38, 0))

    engine, query = Engine(package), Query("purchases", (Measure("n", "sum", "amount_eur"),), ("city_code",))
    wanted = engine.run_arrow(query)
    monkeypatch.setattr("dashboard.query.engine.table_of", refused)
    assert engine.run_arrow(query).equals(wanted)


def test_a_frame_is_the_one_of_pandas():
    table = pa.table({"a": ["x", None], "b": [1, None], "c": pa.chunked_array([[1.5], [None]])})
    pd.testing.assert_frame_equal(frame_of(table), table.to_pandas(types_mapper=pd.ArrowDtype))
    assert frame_of(table.slice(0, 0)).columns.tolist() == ["a", "b", "c"]
