"""A site that asks PostgreSQL shows what DuckDB's shows; releases come into it whole, one beside another."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import psycopg
import pytest
from flask_caching.backends import SimpleCache
from typer.testing import CliRunner

from dashboard.__main__ import cli
from dashboard.app import create_site
from dashboard.errors import EngineAway, EngineUnavailable, InvalidSettings, MissingExtra, PackageNotFound
from dashboard.package import open_current, open_package
from dashboard.query.answer import frame_of
from dashboard.query.cached import CachedEngine
from dashboard.query.engine import Engine
from dashboard.query.engines.choose import adapter_of
from dashboard.query.engines.copies import copy_name
from dashboard.query.engines.postgresql import Postgresql
from dashboard.query.model import Measure, Query
from dashboard.settings import Settings
from dashboard.wsgi import Door
from tests.engines.asked import asked_by_the_site
from tests.engines.conformance import is_same
from tests.fixtures.release import write_release
from tests.routes import busiest

NUMBERS = count()
SUM = Query("purchases", (Measure("euros", "sum", "amount_eur"),))


@pytest.fixture(scope="module")
def sample(sample_data_dir):
    return open_current(sample_data_dir)


@pytest.fixture(scope="module")
def filled(server, sample_data_dir):
    """The server's address, once the command has loaded the sample release."""
    done = load(server.url, sample_data_dir)
    assert done.exit_code == 0, done.output
    return server.url


@pytest.fixture
def database(server):
    """The address of a database of the test's own, without a release: tests come in any order."""
    name = f"kuusi_{next(NUMBERS)}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return server.url.replace("/postgres", f"/{name}")


@pytest.fixture
def small(tmp_path):
    return open_package(write_release(tmp_path / "one"))


def load(url, data_dir, *more):
    return CliRunner().invoke(cli, ["load", "--engine", url, *more], env={"DASHBOARD_DATA_DIR": str(data_dir)})


def schemas(url):
    with psycopg.connect(url) as connection:
        found = connection.execute("select nspname from pg_namespace where nspname like 'kuusi%'").fetchall()
    return {name for (name,) in found}


def test_everything_that_the_site_asks_is_answered_as_duckdb_does(filled, sample, sample_data_dir):
    asked, statuses = asked_by_the_site(sample_data_dir)
    assert {address: status for address, status in statuses.items() if status != 200} == {}
    assert len(asked) > 200
    duckdb, other = Engine(sample), Postgresql(filled).open(sample)
    for method, query in asked:
        wanted, found = duckdb.run_arrow(query), other.run_arrow(query)
        assert found.schema.equals(wanted.schema), query
        assert is_same(found.to_pylist(), wanted.to_pylist()), query
        if method == "places":
            assert other.places(query).tolist() == duckdb.places(query).tolist()
        if method == "count":
            assert other.count(query) == duckdb.count(query)


def test_pages_and_data_are_those_of_duckdb(filled, sample, sample_data_dir):
    sites = [
        create_site(Settings(data_dir=sample_data_dir, query_engine=engine)).server.test_client()
        for engine in ("duckdb", filled)
    ]
    for address in (
        "/en/companies?city=853&year=2025", f"/sv/companies/{busiest(sample)}", "/fi/budgets", "/readyz",
        "/data/purchases.csv?city_code=853", "/api/v1/tables/companies/rows?limit=20",
        "/api/3/action/datastore_search?resource_id=purchases&q=oy&limit=20",
    ):  # fmt: skip
        answers = [site.get(address) for site in sites]
        assert [answer.status_code for answer in answers] == [200, 200], address
        one, other = (re.sub(rb'"(?:checked|time|seconds)":[^,}]*', b"", answer.data) for answer in answers)
        assert one == other, address


def test_a_release_is_loaded_once(filled, sample_data_dir):
    before = schemas(filled)
    done = load(filled, sample_data_dir)
    assert (done.exit_code, schemas(filled)) == (0, before)
    assert "was already in postgresql://127.0.0.1" in done.output
    assert "kuusi@" not in done.output  # nor is who may read told to whom it does not concern


def test_a_load_that_breaks_off_leaves_nothing(database, small):
    def break_off(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Postgresql(database).load(small, break_off)
    assert copy_name(small) not in schemas(database)
    with pytest.raises(PackageNotFound, match="dashboard load"):
        Postgresql(database).open(small)
    assert Postgresql(database).load(small, lambda _: None)
    assert copy_name(small) in schemas(database)


def test_nobody_sees_half_a_load(database, tmp_path, monkeypatch):
    monkeypatch.setattr("dashboard.query.engine.BATCH_ROWS", 50)
    package, seen = open_package(write_release(tmp_path, rows=120)), []
    Postgresql(database).load(package, lambda _: seen.append(copy_name(package) in schemas(database)))
    assert len(seen) > len(package.resources)  # a table of several batches, too
    assert not any(seen)
    query = Query("purchases", numbered=True)
    assert Postgresql(database).open(package).run_arrow(query).equals(Engine(package).run_arrow(query))


def test_releases_that_are_on_disk_no_more_go_when_asked(database, tmp_path):
    package = open_package(write_release(tmp_path, rows=84))
    with psycopg.connect(database) as connection:
        connection.execute('create schema "kuusi_0_2020-01-01T0000Z-abcdef" create table x (y int)')
        connection.execute("create schema kuusi_other")
    assert load(database, tmp_path).exit_code == 0
    assert len(schemas(database)) == 3
    done = load(database, tmp_path, "--prune")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[1:] == ["Removed kuusi_0_2020-01-01T0000Z-abcdef"]
    assert schemas(database) == {copy_name(package), "kuusi_other"}


def test_two_who_load_at_once_load_it_once(database, tmp_path):
    package = open_package(write_release(tmp_path, rows=96))
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: Postgresql(database).load(package, lambda _: None), range(3)))
    assert sorted(done) == [False, False, True]


def test_a_site_can_change_nothing(filled, sample):
    engine = Postgresql(filled).open(sample)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        engine._connect().execute("delete from cities")


def test_answers_of_many_threads_are_those_of_one(filled, sample):
    engine = Postgresql(filled).open(sample)
    queries = [Query("purchases", SUM.measures, (name,)) for name in ("city_code", "purchase_year", "account_code")]
    wanted = [Engine(sample).rows(query) for query in queries] * 20
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(engine.rows, queries * 20)) == wanted
    assert len(engine._idle) <= 8


def test_a_long_answer_that_nobody_reads_to_its_end_holds_no_connection(filled, sample, monkeypatch):
    monkeypatch.setattr("dashboard.query.engines.postgresql.BATCH_ROWS", 100)
    engine = Postgresql(filled).open(sample)
    for _ in range(3):
        batches = engine.stream(Query("purchases"))
        assert next(batches).num_rows == 100
        batches.close()
    assert engine.count(Query("purchases")) == sample.resource("purchases").rows
    assert len(engine._idle) <= 1


def test_a_server_that_goes_and_comes_back(server, database, small):
    adapter = Postgresql(database)
    adapter.load(small, lambda _: None)
    engine = CachedEngine(adapter.open(small), SimpleCache())
    kept = engine.run(SUM)
    other = Query("purchases", SUM.measures, ("city_code",))
    site = create_site(Settings(data_dir=small.folder.parent.parent, query_engine=database)).server.test_client()
    server.stop()
    try:
        assert engine.run(SUM).equals(kept)
        with pytest.raises(EngineAway) as caught:
            engine.run(other)
        assert caught.value.status == 503
        assert str(server.port) not in str(caught.value)
        answers = [site.get(address) for address in ("/readyz", "/fi/budgets", "/data/purchases.csv?city_code=853")]
        assert [(one.status_code, one.headers.get("Retry-After")) for one in answers] == [(503, "10")] * 3
        assert site.get("/healthz").status_code == 200
        with pytest.raises(EngineUnavailable, match="cannot be reached"):
            adapter.open(small)
        with pytest.raises(EngineUnavailable, match="cannot be reached"):
            adapter.load(small, lambda _: None)
    finally:
        server.start()
    assert engine.rows(other) == Engine(small).rows(other)
    assert [site.get(address).status_code for address in ("/readyz", "/fi/budgets")] == [200, 200]


def test_a_process_that_starts_while_the_server_is_away_waits_for_it(server, database, small, monkeypatch):
    Postgresql(database).load(small, lambda _: None)
    monkeypatch.setattr("dashboard.follow.AGAIN", 0.0)
    server.stop()
    try:
        door = Door(Settings(data_dir=small.folder.parent.parent, query_engine=database))
        client = door.server.test_client()
        page = client.get("/sv/budgets")
        assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
        assert "Databasen som svarar" in page.text
        assert str(server.port) not in page.text
        assert client.get("/readyz").json["error"]["code"] == "engine_away"
        assert client.get("/healthz").status_code == 200
        assert not door._follower.look()
    finally:
        server.start()
    assert door._follower.look()
    assert door.server.test_client().get("/sv/budgets").status_code == 200


def test_a_copy_that_was_dropped_is_away_and_no_fault_of_the_reader(database, small):
    adapter = Postgresql(database)
    adapter.load(small, lambda _: None)
    engine = adapter.open(small)
    with psycopg.connect(database) as connection:
        connection.execute(f'drop schema "{copy_name(small)}" cascade')
    with pytest.raises(EngineAway):
        engine.run_arrow(SUM)


def test_a_site_takes_up_a_release_only_when_it_is_loaded(database, tmp_path):
    first = open_package(write_release(tmp_path))
    Postgresql(database).load(first, lambda _: None)
    site = create_site(Settings(data_dir=tmp_path, query_engine=database))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.fixtures.release.NOW", first.created.replace(day=25))
        second = open_package(write_release(tmp_path, rows=60))
    with pytest.raises(PackageNotFound, match=second.version):
        site.shelf.take_up()
    assert site.served.package.version == first.version
    assert second.version in site.shelf.refused
    Postgresql(database).load(second, lambda _: None)
    assert site.shelf.take_up()
    assert site.served.package.version == second.version
    assert site.engine.run(SUM).equals(frame_of(Engine(second).run_arrow(SUM)))


def test_an_engine_that_is_not_there_ends_in_one_line(sample_data_dir, monkeypatch):
    done = load("postgresql://kuusi:secret@127.0.0.1:1/kuusi", sample_data_dir)
    assert done.exit_code == 1
    assert "postgresql://127.0.0.1:1/kuusi cannot be reached" in done.output
    assert "secret" not in done.output
    assert done.output.count("\n") == 1
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(MissingExtra, match="pip install"):
        Postgresql("postgresql://127.0.0.1/kuusi")


@pytest.mark.parametrize("url", ["mysql://x", "trino://x", "clickhouse://x", "", "duck"])
def test_an_engine_that_cannot_be_is_refused(url, tmp_path):
    with pytest.raises(InvalidSettings, match="duckdb"):
        adapter_of(url, tmp_path)


def test_duckdb_needs_nothing_loaded(sample_data_dir):
    done = load("duckdb", sample_data_dir)
    assert (done.exit_code, "nothing to load" in done.output) == (0, True)
