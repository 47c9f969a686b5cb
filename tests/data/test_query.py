from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import duckdb
import pytest
from flask_caching.backends import SimpleCache

from dashboard.errors import DashboardError, UnknownField, UnknownResource
from dashboard.package import open_package
from dashboard.query.cached import CachedEngine
from dashboard.query.compile import compile_query
from dashboard.query.engine import Engine
from dashboard.query.model import Filter, Measure, Query
from tests.fixtures.release import purchases, write_release

SUM = Measure("amount_eur", "sum", "amount_eur")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(open_package(write_release(tmp_path_factory.mktemp("it's a folder"))))


def rows(engine, *args, **values):
    return engine.run_arrow(Query("purchases", *args, **values)).to_pylist()


def test_sums_by_city_are_those_of_the_rows(engine):
    expected = Counter()
    for row in purchases():
        expected[row["city_code"]] += row["amount_eur"]
    found = rows(engine, (SUM,), ("city_code",))
    assert {row["city_code"]: row["amount_eur"] for row in found} == expected
    assert all(isinstance(row["amount_eur"], Decimal) for row in found)


@pytest.mark.parametrize(
    ("condition", "keep"),
    [
        (Filter("city_code", "eq", "091"), lambda r: r["city_code"] == "091"),
        (Filter("city_code", "in", ("091", "853")), lambda r: r["city_code"] in ("091", "853")),
        (Filter("city_code", "in", ()), lambda r: False),
        (Filter("purchase_year", "ge", 2024), lambda r: r["purchase_year"] >= 2024),
        (Filter("purchase_year", "le", 2022), lambda r: r["purchase_year"] <= 2022),
        (Filter("supplier_name", "contains", "ÅKER"), lambda r: "Åker" in (r["supplier_name"] or "")),
        (Filter("supplier_name", "contains", "%"), lambda r: False),
        (Filter("account_group_code", "is_null"), lambda r: r["account_group_code"] is None),
        (Filter("account_group_code", "not_null"), lambda r: r["account_group_code"] is not None),
        (Filter("is_credit_note", "eq", True), lambda r: r["is_credit_note"]),
    ],
)
def test_a_filter_keeps_what_python_keeps(engine, condition, keep):
    query = Query("purchases", filters=(condition,))
    assert engine.count(query) == engine.run_arrow(query).num_rows == sum(map(keep, purchases()))


def test_other_measures_are_those_of_the_rows(engine):
    measures = (
        Measure("n", "count"),
        Measure("companies", "count_distinct", "supplier_business_id"),
        Measure("first", "min", "purchase_year"),
        Measure("last", "max", "purchase_year"),
    )
    assert rows(engine, measures) == [{"n": 216, "companies": 4, "first": 2022, "last": 2025}]


def test_shares_are_of_the_whole_result_before_the_limit(engine):
    measure = Measure("share", "count", share=True)
    everything = rows(engine, (measure,), ("city_code",))
    assert sum(row["share"] for row in everything) == pytest.approx(1)
    assert rows(engine, (measure,), ("city_code",), limit=1) == everything[:1]


def test_ties_are_broken_by_the_dimensions(engine):
    found = rows(engine, (Measure("n", "count"),), ("city_code",), order_by=(("n", "desc"),))
    assert [row["city_code"] for row in found] == sorted(row["city_code"] for row in found)


def test_pages_of_rows_make_the_whole(engine):
    order = (("purchase_year", "desc"),)
    pages = [r for n in range(0, 216, 50) for r in rows(engine, order_by=order, limit=50, offset=n)]
    assert pages == rows(engine, order_by=order)


def test_a_stream_gives_all_rows_in_order(engine):
    query = Query("purchases")
    streamed = [row for batch in engine.stream(query) for row in batch.to_pylist()]
    assert streamed == engine.run_arrow(query).to_pylist()


def test_two_streams_read_at_once_do_not_mix(engine):
    one = engine.stream(Query("purchases", filters=(Filter("city_code", "eq", "091"),)))
    other = engine.stream(Query("purchases", filters=(Filter("city_code", "eq", "853"),)))
    pairs = list(zip(one, other, strict=True))
    assert {code for a, _ in pairs for code in a["city_code"].to_pylist()} == {"091"}
    assert {code for _, b in pairs for code in b["city_code"].to_pylist()} == {"853"}


def test_threads_get_their_own_answers(engine):
    codes = ["091", "049", "092", "837", "853", "564"] * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda c: rows(engine, filters=(Filter("city_code", "eq", c),), limit=1), codes))
    assert [answer[0]["city_code"] for answer in found] == codes


def test_an_unknown_field_lists_those_there_are(engine):
    with pytest.raises(UnknownField, match=r"'x'.*amount_eur"):
        rows(engine, columns=("x",))
    with pytest.raises(UnknownResource):
        engine.run_arrow(Query("x"))


@pytest.mark.parametrize("text", ["'; drop table purchases; --", '" or 1=1', "\\", "?"])
def test_a_value_never_becomes_sql(engine, text):
    query = Query("purchases", filters=(Filter("supplier_name", "eq", text),))
    sql, parameters = compile_query(query, engine.package.resource)
    assert text == "?" or text not in sql
    assert parameters == [text]
    assert engine.count(query) == 0


def test_sql_can_read_no_file_and_unlock_nothing(engine):
    cursor = engine._connection.cursor()
    for sql in ("from read_csv('/etc/passwd')", "set enable_external_access = true"):
        with pytest.raises(duckdb.Error):
            cursor.execute(sql)


class CountingEngine:
    def __init__(self, engine):
        self.package, self.calls, self._engine = engine.package, 0, engine

    def run_arrow(self, query):
        self.calls += 1
        return self._engine.run_arrow(query)


def test_a_cached_answer_is_asked_once_and_equal(engine):
    counting = CountingEngine(engine)
    cached = CachedEngine(counting, SimpleCache())
    query = Query("purchases", (SUM,), ("city_code",))
    assert cached.run(query).equals(cached.run(Query("purchases", (SUM,), ("city_code",))))
    assert counting.calls == 1


def test_an_offset_counts_without_a_limit(engine):
    assert len(rows(engine, offset=200)) == 16


def test_a_value_of_the_wrong_type_is_our_error(engine):
    with pytest.raises(DashboardError):
        rows(engine, filters=(Filter("purchase_year", "eq", "abc"),))


def test_ordering_by_a_field_outside_the_dimensions_is_our_error(engine):
    with pytest.raises(DashboardError):
        rows(engine, (SUM,), ("city_code",), order_by=(("purchase_year", "asc"),))


@pytest.mark.parametrize("name", ['amount_eur"; drop table purchases; --', "amount_eur) from purchases --", "*", ""])
def test_a_name_never_becomes_sql(engine, name):
    for values in (
        {"columns": (name,)},
        {"filters": (Filter(name, "eq", 1),)},
        {"order_by": ((name, "asc"),)},
        {"measures": (Measure("n", "sum", name),)},
        {"measures": (SUM,), "dimensions": (name,)},
    ):
        with pytest.raises(UnknownField):
            rows(engine, **values)


def test_a_measure_may_have_any_name(engine):
    name = 'x"; drop table purchases; --'
    assert list(rows(engine, (Measure(name, "count"),))[0].items()) == [(name, 216)]


def test_an_empty_answer_streams_its_columns(engine):
    query = Query("purchases", columns=("city_code", "amount_eur"), filters=(Filter("city_code", "eq", "999"),))
    batches = list(engine.stream(query))
    assert [batch.num_rows for batch in batches] == [0]
    assert batches[0].schema.names == ["city_code", "amount_eur"]


def test_answers_of_many_threads_equal_those_of_one(engine):
    questions = [
        Query("purchases", (SUM, Measure("share", "sum", "amount_eur", share=True)), (dimension,), (), (condition,))
        for dimension in ("city_code", "purchase_year", "supplier_business_id", "account_group_code", "purchase_month")
        for condition in [Filter("purchase_year", "ge", year) for year in (2022, 2023, 2024, 2025)]
    ] * 20
    expected = [engine.run_arrow(query).to_pylist() for query in questions[:20]]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda query: engine.run_arrow(query).to_pylist(), questions))
    assert len(found) == 8 * 50
    assert found == expected * 20


def test_an_answer_of_one_release_is_never_given_for_another(engine):
    store, query = SimpleCache(), Query("purchases", (SUM,))
    other = CountingEngine(engine)
    other.package = replace(engine.package, version="2027-01-01T0000Z-000000")
    first = CachedEngine(engine, store).run(query)
    assert CachedEngine(other, store).run(query).equals(first)
    assert other.calls == 1


def test_a_row_count_is_kept_apart_from_the_rows(engine):
    cached, query = CachedEngine(engine, SimpleCache()), Query("purchases")
    assert len(cached.run(query)) == cached.count(query) == cached.count(query) == 216


def test_a_large_table_is_held_as_codes_and_answers_in_texts(tmp_path, monkeypatch):
    """Codes are found only where they are looked for: every answer is the one of the same table as it came."""
    package = open_package(write_release(tmp_path))
    plain = Engine(package)
    monkeypatch.setattr("dashboard.query.load.ENCODED_FROM", 1)
    monkeypatch.setattr("dashboard.query.load.REPEATED", 1)
    coded = Engine(package)
    types = "select data_type from duckdb_columns() where table_name = 'purchases' and column_name = 'city_code'"
    assert coded._connection.sql(types).fetchall()[0][0].startswith("ENUM")
    assert plain._connection.sql(types).fetchall() == [("VARCHAR",)]
    by_city = Query("purchases", measures=(Measure("first", "min", "city_code"),), dimensions=("city_code",))
    filters = [("city_code", "eq", "nobody"), ("city_code", "ge", "1"), ("city_code", "in", ("853", "nobody")),
               ("city_code", "differs", "nobody"), ("city_code", "contains", "5")]  # fmt: skip
    asked = [Query("purchases"), by_city, Query("purchases", (Measure("rows", "count"),), ("first",), of=by_city)]
    asked += [Query("purchases", filters=(Filter(*one),)) for one in filters]
    for query in asked:
        assert coded.run_arrow(query).equals(plain.run_arrow(query))
        assert coded.count(query) == plain.count(query)
        streamed = [list(engine.stream(query)) for engine in (coded, plain)]
        assert streamed[0] == streamed[1]


def test_groups_are_asked_once_for_all_queries_of_them(engine, monkeypatch):
    asked, ask = [], Engine._asked

    def counted(of, query, *compiled):
        asked.append(query)
        return ask(of, query, *compiled)

    monkeypatch.setattr(Engine, "_asked", counted)
    sums = Query("purchases", (Measure("euros", "sum", "amount_eur"),), ("city_code", "purchase_year"))
    for function in ("min", "max"):
        engine.run_arrow(Query("purchases", (Measure("euros", function, "euros"),), ("city_code",), of=sums))
    assert asked.count(sums) == 1
    engine.forget()
    engine.run_arrow(Query("purchases", (Measure("euros", "max", "euros"),), of=sums))
    assert asked.count(sums) == 2
    assert len(engine._connection.sql("select 1 from duckdb_tables() where table_name like 'answer %'").fetchall()) == 1
