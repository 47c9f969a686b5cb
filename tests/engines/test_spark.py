"""Spark, in a JVM of this machine, answers as DuckDB does; it finds a release whole or not at all."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.app import create_site
from dashboard.errors import EngineAway, EngineUnavailable, InvalidSettings, MissingExtra, PackageNotFound
from dashboard.package import open_current, open_package
from dashboard.query.compile import compile_query
from dashboard.query.engine import Engine
from dashboard.query.engines.choose import adapter_of
from dashboard.query.engines.copies import copy_name
from dashboard.query.engines.spark import Spark
from dashboard.query.model import Filter, Measure, Query
from dashboard.settings import Settings
from tests.data.test_query_hostile import HOSTILE
from tests.engines.asked import asked_by_the_site
from tests.engines.conformance import assert_same, cases_for, is_same, unexplained
from tests.fixtures.release import write_release

pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java on this machine")

QUICK = (
    "spark-local?spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1%20-XX:%2BUseSerialGC"
    "&spark.sql.codegen.wholeStage=false&spark.sql.codegen.factoryMode=NO_CODEGEN"
    "&spark.sql.adaptive.enabled=false&spark.sql.ui.explainMode=simple"
)
"""Many small questions once each: nothing is worth compiling."""
SUM = Query("purchases", (Measure("euros", "sum", "amount_eur"),))


@pytest.fixture(scope="module", autouse=True)
def _stop():
    """The JVM goes with the tests."""
    yield
    from pyspark.sql import SparkSession

    if (session := SparkSession.getActiveSession()) is not None:
        session.stop()


@pytest.fixture(scope="module")
def adapter(package, tmp_path_factory):
    adapter = Spark(QUICK, tmp_path_factory.mktemp("spark"))
    assert adapter.load(package, lambda _: None)
    return adapter


@pytest.mark.parametrize("query", cases_for(Spark.cannot))
def test_every_query_is_answered_as_duckdb_does(engine, duckdb, query):
    assert_same(engine, duckdb, query, counted=False)


def test_what_it_cannot_do_is_tried():
    assert not unexplained(Spark.cannot)


def test_everything_that_the_site_asks_is_answered_as_duckdb_does(sample_data_dir):
    """Of questions that differ in their values only, one is asked."""
    package = open_current(sample_data_dir)
    adapter = Spark(QUICK, sample_data_dir)
    adapter.load(package, lambda _: None)
    other, duckdb = adapter.open(package), Engine(package)
    asked, _ = asked_by_the_site(sample_data_dir)
    kinds = {compile_query(query, package.resource)[0]: query for _, query in asked}
    assert len(kinds) > 150
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda query: assert_same(other, duckdb, query, counted=False), kinds.values()))


def test_a_page_is_that_of_duckdb(sample_data_dir):
    pages = []
    for url in ("duckdb", QUICK):
        adapter_of(url, sample_data_dir).load(open_current(sample_data_dir), lambda _: None)
        client = create_site(Settings(data_dir=sample_data_dir, query_engine=url)).server.test_client()
        pages.append(client.get("/en/budgets"))
    assert [page.status_code for page in pages] == [200, 200]
    assert pages[0].data == pages[1].data


def test_every_way_of_asking_gives_the_same(engine, duckdb, monkeypatch):
    monkeypatch.setattr("dashboard.query.engines.spark.BATCH_ROWS", 150)
    for table in ("purchases", "companies", "project_funding"):
        query = Query(table, numbered=True)
        assert engine.run_arrow(query).schema.equals(duckdb.run_arrow(query).schema)
        assert engine.run_arrow(query).equals(duckdb.run_arrow(query))
        assert engine.rows(query) == duckdb.rows(query)
        batches = list(engine.stream(query))
        assert [row for batch in batches for row in batch.to_pylist()] == duckdb.rows(query)
        assert batches[0].schema.equals(next(duckdb.stream(query)).schema)
        assert all(batch.num_rows <= 150 for batch in batches)
    nothing = Query("purchases", filters=(Filter("city_code", "eq", "nobody"),))
    assert [batch.num_rows for batch in engine.stream(nothing)] == [0]
    for query in (nothing, Query("purchases", filters=(Filter("amount_eur", "lt", 0),)), SUM):
        assert engine.count(query) == duckdb.count(query)
    some = Query("purchases", filters=(Filter("amount_eur", "lt", 0),))
    assert engine.places(some).tolist() == duckdb.places(some).tolist()


@pytest.mark.parametrize("text", HOSTILE[3:16], ids=lambda text: text[:20].encode("ascii", "replace").decode())
def test_a_hostile_text_is_compared_and_nothing_else(engine, duckdb, text):
    filters = tuple(Filter("supplier_name", operator, text) for operator in ("ge", "differs"))
    assert is_same(engine.rows(Query("purchases", filters=filters)), duckdb.rows(Query("purchases", filters=filters)))


def test_a_large_table_is_in_several_files(tmp_path, monkeypatch, package, engine):
    monkeypatch.setattr("dashboard.query.engines.spark.FILE_ROWS", 100)
    monkeypatch.setattr("dashboard.query.engine.BATCH_ROWS", 50)
    other = Spark(QUICK, tmp_path)
    assert other.load(package, lambda _: None)
    assert len(list((tmp_path / "spark").glob("*/*/purchases/*.parquet"))) > 1
    query = Query("purchases", numbered=True)
    assert other.open(package).rows(query) == engine.rows(query)


def test_a_load_that_breaks_off_is_not_found(tmp_path):
    package, adapter = open_package(write_release(tmp_path)), Spark(QUICK, tmp_path)

    def break_off(_):
        with pytest.raises(PackageNotFound, match="dashboard load"):
            adapter.check(package)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adapter.load(package, break_off)
    for ask in (adapter.check, adapter.open):
        with pytest.raises(PackageNotFound, match="dashboard load"):
            ask(package)
    advanced = []
    assert adapter.load(package, advanced.append)
    assert sum(advanced) >= sum(resource.rows for resource in package.resources)
    adapter.check(package)
    assert not adapter.load(package, break_off)
    assert adapter.open(package).run_arrow(SUM).equals(Engine(package).run_arrow(SUM))


def test_the_later_of_two_who_load_at_once_leaves_the_firsts(tmp_path):
    package, first, second = open_package(write_release(tmp_path)), Spark(QUICK, tmp_path), Spark(QUICK, tmp_path)
    done = []

    def load_as_well(_):
        if not done:
            done.append(None)
            done.append(second.load(package, lambda _: None))

    assert not first.load(package, load_as_well)
    assert done == [None, True]
    copies = [path for path in (tmp_path / "spark" / copy_name(package)).iterdir() if path.is_dir()]
    assert len(copies) == 1


def test_copies_of_releases_that_are_no_more_go(tmp_path):
    package, adapter = open_package(write_release(tmp_path)), Spark(QUICK, tmp_path)
    assert adapter.prune([]) == []
    adapter.load(package, lambda _: None)
    (tmp_path / "spark" / "kuusi_0_gone").mkdir()
    (tmp_path / "spark" / "another's").mkdir()
    assert adapter.prune([package.version]) == ["kuusi_0_gone"]
    assert sorted(path.name for path in (tmp_path / "spark").iterdir()) == ["another's", copy_name(package)]
    assert adapter.prune([]) == [copy_name(package)]
    with pytest.raises(PackageNotFound):
        adapter.check(package)


def test_files_that_go_while_the_site_runs_are_no_fault_of_the_reader(tmp_path):
    package, adapter = open_package(write_release(tmp_path)), Spark(QUICK, tmp_path)
    adapter.load(package, lambda _: None)
    engine = adapter.open(package)
    shutil.rmtree(tmp_path / "spark")
    with pytest.raises(EngineAway) as caught:
        engine.run_arrow(SUM)
    assert str(tmp_path) not in str(caught.value)


def test_what_is_missing_is_said(tmp_path, monkeypatch):
    for url in ("spark://127.0.0.1:7077", "spark-local?memory=1g"):
        with pytest.raises(InvalidSettings):
            adapter_of(url, tmp_path)
    package = open_package(write_release(tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineUnavailable, match="does not take the release"):
        Spark(f"spark-local:{tmp_path}/file", tmp_path).load(package, lambda _: None)
    monkeypatch.setitem(__import__("sys").modules, "pyspark", None)
    with pytest.raises(MissingExtra, match="pip install"):
        Spark("spark-local", tmp_path)
