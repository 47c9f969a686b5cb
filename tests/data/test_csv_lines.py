"""The lines that the release's CSV is made of: the bytes that DuckDB's own writer gives, told to end lines by CR LF."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.publish.assemble import open_connection, write_table
from etl.publish.lines import csv_lines, header_line
from etl.registry import load_registry
from etl.tidy.columns import arrow_schema
from etl.tidy.each import encode
from etl.tidy.numbers import MONEY

TEXT = st.one_of(st.none(), st.text("aÄ €,;|\"'\n\r\t#\\ 0", max_size=4))
FEW_TEXTS = st.one_of(st.none(), st.sampled_from(["049", "Oy, Ab", 'a "b"', ""]))
ROW = st.tuples(
    TEXT,
    FEW_TEXTS,
    FEW_TEXTS,
    st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
    st.one_of(st.none(), st.integers(-9, 32767)),
    st.one_of(st.none(), st.decimals(-(10**15), 10**15, places=2, allow_nan=False)),
    st.one_of(st.none(), st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))),
    st.one_of(st.none(), st.booleans()),
    FEW_TEXTS,
)
TYPES = (pa.string(), pa.string(), pa.string(), pa.int64(), pa.int16(), MONEY, pa.date32(), pa.bool_(), pa.string())


def table_of(rows):
    columns = zip(*rows, strict=True) if rows else [[]] * len(TYPES)
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, TYPES, strict=True)]
    return pa.table(arrays, names=[f"c{index}" for index in range(len(TYPES))])


def encoded(table):
    return pa.table([encode(column.combine_chunks()) for column in table.itercolumns()], names=table.column_names)


@pytest.fixture(scope="module")
def duck():
    with duckdb.connect() as connection:
        yield connection


def by_duckdb(connection, table, path, sql="from rows"):
    connection.register("rows", table)
    connection.execute(f"copy ({sql}) to '{path}' (format csv, header, new_line '\\r\\n')")
    return path.read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(rows=st.lists(ROW, max_size=20), times=st.sampled_from([1, 40]))
def test_the_bytes_are_those_of_duckdb(rows, times, duck, tmp_path):
    table = table_of(rows * times)
    expected = by_duckdb(duck, table, tmp_path / "rows.csv")
    for form in (table, encoded(table)):
        assert header_line(form.column_names) + bytes(csv_lines(form)) == expected


def test_many_rows_of_few_combinations_are_the_bytes_of_duckdb(duck, tmp_path):
    rows = [
        (f"yks. {n % 50}", "049", f"Oy, {n % 50}", n, 2022, Decimal(n) / 100, dt.date(2022, 1, 1 + n % 28), not n % 7,
         f"{n % 90}")
        for n in range(20_000)
    ]  # fmt: skip
    rows[123] = (None, "049", "", None, None, None, None, None, None)
    table = table_of(rows)
    expected = by_duckdb(duck, table, tmp_path / "rows.csv")
    assert header_line(table.column_names) + bytes(csv_lines(encoded(table))) == expected


def test_a_slice_of_a_table_gives_its_own_rows_only():
    table = encoded(table_of([(str(n), "a", None, n, n, Decimal(n), None, None, "z") for n in range(2000)]))
    whole = bytes(csv_lines(table))
    parts = [bytes(csv_lines(table.slice(start, 300))) for start in range(0, 2000, 300)]
    assert b"".join(parts) == whole


def test_lists_are_joined_by_bars_as_duckdb_joins_them(duck, tmp_path):
    column = pa.array([["a", "b"], [], None, ["c, d"]], pa.list_(pa.string()))
    table = pa.table({"x": column, "y": pa.array([1, 2, 3, 4], pa.int64())})
    expected = by_duckdb(duck, table, tmp_path / "rows.csv", "select array_to_string(x, '|') as x, y from rows")
    assert header_line(["x", "y"]) + bytes(csv_lines(table)) == expected


def test_a_table_of_one_row_is_a_line():
    assert bytes(csv_lines(pa.table({"a": ["x"], "b": pa.array([None], pa.string()), "c": ["y"]}))) == b"x,,y\r\n"
    assert bytes(csv_lines(pa.table({"a": ["x", "x"]}))) == b"x\r\nx\r\n"


def test_a_float_is_written_as_duckdb_writes_it(duck, tmp_path):
    values = [0.1, 1e20, -5e-324, 50.0, 1.0, 24.9384, None]
    table = pa.table({"x": pa.array(values, pa.float64())})
    lines = bytes(csv_lines(table))
    assert header_line(["x"]) + lines == by_duckdb(duck, table, tmp_path / "rows.csv")
    assert [float(line) if line else None for line in lines.decode().split("\r\n")[:-1]] == values


def test_a_part_without_rows_gives_files_without_rows(tmp_path):
    table = load_registry().datasets[0].dataset.tables[0]
    part = tmp_path / "part.parquet"
    pq.write_table(arrow_schema(table).empty_table(), part)
    with open_connection() as connection:
        for parts in ([part], [], [part, part]):
            files = write_table(connection, "d", table, parts, tmp_path, {})
            assert files.rows == 0
            assert files.csv.read_bytes() == header_line([field.name for field in table.fields])
