"""The process that queries run in: what it cannot do, and that the site outlives it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import threading
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from dashboard.api.leaving import connections_of, open_connections
from dashboard.errors import SqlBusy, SqlRefused, SqlTooHeavy
from dashboard.package import open_current
from dashboard.sql.allowed import FUNCTIONS, TABLE_FUNCTIONS
from dashboard.sql.limits import Limits
from dashboard.sql.runner import SqlRunner
from dashboard.sql.worker import make_database, open_database
from tests.app.small import small_facts
from tests.data.handmade import write_facts

ENDLESS = "select count(*) from range(1000000000000) where range % 7 = 8"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("facts")
    write_facts(folder, small_facts())
    return open_current(folder)


@pytest.fixture(scope="module")
def runner(package):
    found = SqlRunner(lambda: package, limits=Limits(seconds=2))
    yield found
    found.close()


def test_values_come_as_what_they_are(runner):
    answer = runner.run(
        "select 1 as i, 1.50::decimal(4,2) as d, 'ä' as t, date '2020-01-31' as day, "
        "timestamp '2020-01-31 12:00:00' as at, [1.5] as l, null as n, 'nan'::double as f, true as b"
    )
    (row,) = answer.rows
    assert row[:7] == [
        1,
        Decimal("1.50"),
        "ä",
        dt.date(2020, 1, 31),
        dt.datetime.fromisoformat("2020-01-31 12:00"),
        [Decimal("1.5")],
        None,
    ]
    assert row[7] != row[7]
    assert row[8] is True
    assert answer.fields[:2] == [("i", "INTEGER"), ("d", "DECIMAL(4,2)")]
    assert answer.seconds < 2


def test_a_day_that_no_calendar_has_is_told_as_a_text(runner):
    assert runner.run("select date '12000-01-01' as x, timestamp '12000-01-01 12:00:00' as y").rows == [
        ["12000-01-01", "12000-01-01 12:00:00"]
    ]


def test_an_answer_is_in_its_order_even_where_its_values_are_made_texts(runner):
    answer = runner.run("select {'x': range} as a, range as b from range(5000) order by range % 7, range desc")
    assert [row[1] for row in answer.rows] == sorted(range(5000), key=lambda n: (n % 7, -n))


def test_the_process_can_open_nothing_and_knows_nothing_of_the_site(runner, monkeypatch):
    monkeypatch.setenv("DASHBOARD_SECRET_WORD", "aardvark")
    runner.close()
    runner.run("select 1")
    limits = Path(f"/proc/{runner.pid}/limits").read_text()
    for name in ("Max open files", "Max file size", "Max core file size"):
        (line,) = [one for one in limits.splitlines() if one.startswith(name)]
        assert line.split()[-3:-1] == ["0", "0"], line
    assert "unlimited" not in next(one for one in limits.splitlines() if one.startswith("Max address space"))
    assert b"aardvark" not in Path(f"/proc/{runner.pid}/environ").read_bytes()


def test_the_site_outlives_the_death_of_the_process(runner):
    for signal_ in (signal.SIGKILL, signal.SIGSEGV):
        runner.run("select 1")
        before = runner.pid
        os.kill(before, signal_)
        time.sleep(0.2)
        assert runner.run("select 2").rows == [[2]]
        assert runner.pid != before


def test_a_query_whose_process_dies_is_refused_and_the_next_one_is_answered(runner):
    runner.run("select 1")
    killer = threading.Timer(0.3, os.kill, (runner.pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(SqlTooHeavy, match="its process"):
        runner.run(ENDLESS)
    assert runner.run("select 2").rows == [[2]]


def test_a_query_is_stopped_without_ending_the_process(runner):
    runner.run("select 1")
    before = runner.pid
    with pytest.raises(SqlTooHeavy, match="2 seconds"):
        runner.run(ENDLESS)
    assert runner.run("select 2").rows == [[2]]
    assert runner.pid == before


def test_a_query_of_the_datastore_is_stopped_without_ending_the_process(runner):
    runner.run("select 1")
    before = runner.pid
    with pytest.raises(SqlTooHeavy, match="2 seconds"):
        runner.run(ENDLESS, is_datastore=True)
    assert runner.run("select count(*) from cities", is_datastore=True).fields == [("count", "BIGINT")]
    assert runner.run("select count(*) from cities").fields == [("count_star()", "BIGINT")]
    assert runner.pid == before


def test_a_query_that_nobody_waits_for_is_stopped(package):
    leaves = time.monotonic() + 60
    runner = SqlRunner(lambda: package, lambda: lambda: time.monotonic() > leaves, Limits(seconds=5))
    runner.run("select 1")
    begun = time.monotonic()
    leaves = begun + 0.3
    with pytest.raises(SqlBusy, match="nobody waited"):
        runner.run(ENDLESS)
    assert time.monotonic() - begun < 2
    leaves = time.monotonic() + 60
    assert runner.run("select 2").rows == [[2]]
    runner.close()


def test_another_release_is_opened_when_it_is_served(package, sample_data_dir):
    served = [package]
    runner = SqlRunner(lambda: served[0])
    count = "select count(*) from purchases"
    first, pid = runner.run(count).rows, runner.pid
    served[0] = open_current(sample_data_dir)
    assert runner.run(count).rows == [[served[0].resource("purchases").rows]] != first
    assert runner.pid != pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    runner.close()


def test_a_release_whose_tables_are_gone_is_no_fault_of_the_site(tmp_path):
    write_facts(tmp_path, small_facts())
    package = open_current(tmp_path)
    package.file("cities", "parquet").unlink()
    runner = SqlRunner(lambda: package)
    with pytest.raises(SqlBusy):
        runner.run("select 1")
    runner.close()


def test_a_query_is_no_longer_than_it_may_be(runner):
    with pytest.raises(SqlTooHeavy, match="longer"):
        runner.run("select 1" + " " * 10_000)


def test_a_function_whose_answer_is_another_one_each_time_is_refused(runner):
    for sql in ("select random()", "select uuid()", "select now()", "select current_timestamp"):
        with pytest.raises(SqlRefused, match="cannot be used"):
            runner.run(sql)


@pytest.fixture(scope="module", params=["as it is", "as CKAN's datastore"])
def bare(request, package, tmp_path_factory):
    """DuckDB as the process has it, without anything before it that reads a query."""
    path = tmp_path_factory.mktemp("bare") / "x.duckdb"
    make_database(path, {one.name: str(package.file(one.name, "parquet")) for one in package.resources})
    return open_database(str(path), 128, 1)[request.param != "as it is"]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/hostname')",
        "select * from glob('/*')",
        "select * from 'x.csv'",
        "copy cities to '/tmp/kuusi-escape.csv'",
        "attach '/tmp/kuusi-escape.duckdb'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set temp_directory = '/tmp'",
        "set errors_as_json = false",
        "create table x as select 1",
        "delete from cities",
        "export database '/tmp/kuusi-escape'",
        "select * from package",
    ],
)
def test_duckdb_itself_refuses_what_the_reader_of_queries_would_have_refused_before(bare, sql):
    with pytest.raises(duckdb.Error):
        bare.execute(sql).fetchall()


def test_every_function_that_is_allowed_is_one_of_duckdbs(bare):
    known = {row[0] for row in bare.execute("select function_name from duckdb_functions()").fetchall()}
    by_the_parser = {"!", "->", "coalesce", "ifnull", "isnull"}
    assert FUNCTIONS - known <= by_the_parser
    assert TABLE_FUNCTIONS <= FUNCTIONS


def test_no_function_that_is_allowed_has_side_effects(bare):
    changing = bare.execute(
        "select distinct function_name from duckdb_functions() where stability = 'VOLATILE' or has_side_effects"
    ).fetchall()
    assert FUNCTIONS.isdisjoint(row[0] for row in changing)


def test_a_connection_is_seen_while_both_ends_are_there():
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        port = client.getsockname()[1]
        answering, _ = server.accept()
        found = connections_of("127.0.0.1", port)
        assert len(found) == 1
        assert found <= connections_of("127.0.0.1", None)
        assert found <= open_connections()
        client.close()
        assert found.isdisjoint(open_connections())
        answering.close()
    assert connections_of("no address", None) == set()
