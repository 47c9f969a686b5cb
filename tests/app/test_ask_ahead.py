"""What a page will ask for is begun while it is made: nothing in vain, nothing otherwise, nobody kept waiting."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from cachelib import SimpleCache

from dashboard.app import create_site
from dashboard.errors import InvalidQuery
from dashboard.query import cached
from dashboard.query.cached import CachedEngine, WatchedEngine
from dashboard.query.engine import Engine
from dashboard.query.model import Filter, Measure, Query
from dashboard.settings import Settings
from tests.routes import example_paths

EUROS = Measure("euros", "sum", "amount_eur")
BY_CITY = Query("purchases", (EUROS,), ("city_code",))
FILTERED = ("companies?city=853&year=2024", "companies?sort=ranking.amount_eur&page=2", "budgets?per=inhabitant")


class Noting:
    """An engine that notes what it is asked and in which thread; it takes its time where it is told to."""

    def __init__(self, engine, pause=0.0):
        self.package, self._engine, self.pause, self.asked = engine.package, engine, pause, []

    def run_arrow(self, query):
        self.asked.append((query, threading.current_thread()))
        time.sleep(self.pause)
        return self._engine.run_arrow(query)

    def rows(self, query):
        return self._engine.rows(query)


@pytest.fixture(scope="module")
def plain(site):
    return Engine(site.engine.package)


@pytest.fixture
def noting(plain):
    return Noting(plain)


@pytest.fixture
def busy():
    """The thread that asks ahead has its hands full until the test ends."""
    done = threading.Event()
    begun = cached.AHEAD.submit(done.wait, 60)
    yield
    done.set()
    begun.result()


def watched(engine):
    return WatchedEngine(CachedEngine(engine, SimpleCache()), set())


def test_nothing_that_a_page_begins_with_is_in_vain(sample_data_dir, monkeypatch):
    site, made, begun = create_site(Settings(data_dir=sample_data_dir)), [], []
    ask_ahead, init = WatchedEngine.ask_ahead, WatchedEngine.__init__

    def noted(self, *arguments):
        made.append(self)
        init(self, *arguments)

    def counted(self, queries):
        queries = list(queries)
        begun.extend(queries)
        ask_ahead(self, queries)

    monkeypatch.setattr(WatchedEngine, "__init__", noted)
    monkeypatch.setattr(WatchedEngine, "ask_ahead", counted)
    for path in (*example_paths(site.engine.package), *FILTERED):
        made.clear()
        site.forget()
        assert site.server.test_client().get(f"/fi/{path}").status_code == 200
        assert [key for one in made for key in one._ahead] == [], path
    assert len(begun) > 25


def test_an_answer_that_was_begun_is_made_once_and_beside_the_asker(noting):
    engine = watched(noting)
    wanted = CachedEngine(noting, SimpleCache()).run(BY_CITY)
    noting.asked.clear()
    noting.pause = 0.2
    engine.ask_ahead([BY_CITY, BY_CITY])
    while not noting.asked:
        time.sleep(0.001)
    assert engine.run(BY_CITY).equals(wanted)
    assert engine.run(BY_CITY).equals(wanted)
    ((query, thread),) = noting.asked
    assert query == BY_CITY
    assert thread is not threading.current_thread()


def test_rows_are_made_from_what_was_begun(noting):
    engine = watched(noting)
    engine.ask_ahead([BY_CITY])
    assert engine.rows(BY_CITY) == Engine(noting.package).rows(BY_CITY)
    assert len(noting.asked) == 1
    assert engine._ahead == {}


def test_what_is_known_already_is_not_begun_again(noting):
    engine = watched(noting)
    engine.run(BY_CITY)
    engine.ask_ahead([BY_CITY])
    engine.run(BY_CITY)
    assert len(noting.asked) == 1


@pytest.mark.usefixtures("busy")
def test_who_asks_does_not_wait_for_what_nobody_has_begun_with(noting):
    engine = watched(noting)
    engine.ask_ahead([BY_CITY])
    start = time.monotonic()
    assert len(engine.run(BY_CITY)) > 1
    assert time.monotonic() - start < 30
    ((_, thread),) = noting.asked
    assert thread is threading.current_thread()


def test_what_is_kept_is_fetched_once(noting):
    fetched = []

    class Counting(SimpleCache):
        def get(self, key):
            fetched.append(key)
            return super().get(key)

    store = Counting()
    kept = CachedEngine(noting, store).run(BY_CITY)
    fetched.clear()
    engine = WatchedEngine(CachedEngine(noting, store), set())
    engine.ask_ahead([BY_CITY])
    assert engine.run(BY_CITY).equals(kept)
    assert len(fetched) == len(noting.asked) == 1


def test_a_process_that_ends_still_answers(noting, monkeypatch):
    ended = ThreadPoolExecutor(1)
    ended.shutdown()
    monkeypatch.setattr(cached, "AHEAD", ended)
    engine = watched(noting)
    engine.ask_ahead([BY_CITY])
    assert len(engine.run(BY_CITY)) > 1


@pytest.mark.usefixtures("busy")
def test_views_of_one_question_ask_it_once_where_nobody_has_begun_with_it(noting):
    store = SimpleCache()
    views = [WatchedEngine(CachedEngine(noting, store), set()) for _ in range(3)]
    for view in views:
        view.ask_ahead([BY_CITY])
    assert len({len(view.run(BY_CITY)) for view in views}) == 1
    assert len(noting.asked) == 1


def test_views_of_one_question_ask_it_once_where_it_waits_in_line(noting):
    noting.pause, store = 0.05, SimpleCache()
    views = [WatchedEngine(CachedEngine(noting, store), set()) for _ in range(3)]
    for view in views:
        view.ask_ahead([BY_CITY])
    while any(not begun.done() for view in views for begun in view._ahead.values()):
        time.sleep(0.01)
    assert len(noting.asked) == 1


def test_what_cannot_be_answered_says_so_to_who_asks_for_it(plain):
    engine = watched(plain)
    wrong = Query("purchases", (EUROS,), filters=(Filter("purchase_year", "eq", "no year"),))
    engine.ask_ahead([wrong, BY_CITY])
    assert len(engine.run(BY_CITY)) > 1
    for _ in range(2):
        with pytest.raises(InvalidQuery):
            engine.run(wrong)


def test_a_panel_whose_question_fails_ahead_fails_alone(sample_data_dir, monkeypatch):
    site, run = create_site(Settings(data_dir=sample_data_dir)), Engine.run_arrow

    def failing(self, query):
        if "purchase_year" in query.dimensions:
            raise InvalidQuery("Table {table} cannot answer this: {error}", table=query.resource, error="a test")
        return run(self, query)

    monkeypatch.setattr(Engine, "run_arrow", failing)
    text = site.server.test_client().get("/en/companies").text
    assert 0 < text.count("panel--failed") < text.count('class="panel ') + text.count('class="panel"')
    assert 'id="suppliers-chart"' in text


def test_an_inner_answer_is_made_once_by_all_who_ask_at_the_same_time(site, monkeypatch):
    engine, made, keep = Engine(site.engine.package), [], Engine._keep

    def slow(self, query):
        made.append(query)
        time.sleep(0.2)
        return keep(self, query)

    monkeypatch.setattr(Engine, "_keep", slow)
    inner = Query("purchases", (EUROS,), ("city_code", "purchase_year"))
    outer = [Query("purchases", (Measure("n", function, "euros"),), of=inner) for function in ("min", "max", "sum")]
    with ThreadPoolExecutor(3) as pool:
        assert len(list(pool.map(engine.rows, outer))) == 3
    assert made == [inner]


def test_an_inner_answer_that_failed_is_tried_again(site, monkeypatch):
    engine, keep = Engine(site.engine.package), Engine._keep
    outer = Query("purchases", (Measure("n", "max", "euros"),), of=Query("purchases", (EUROS,), ("city_code",)))

    def failing(self, query):
        raise InvalidQuery("Table {table} cannot answer this: {error}", table=query.resource, error="a test")

    monkeypatch.setattr(Engine, "_keep", failing)
    with pytest.raises(InvalidQuery):
        engine.rows(outer)
    monkeypatch.setattr(Engine, "_keep", keep)
    assert len(engine.rows(outer)) == 1
