"""Questions that were never meant to be asked: each is answered as data or refused as one of our errors."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import DashboardError, InvalidQuery, UnknownField, UnknownResource
from dashboard.query.compile import compile_count, compile_query
from dashboard.query.engine import Engine
from dashboard.query.model import Filter, Measure, Query
from tests.data.handmade import HELSINKI, open_facts, purchase

COUNT = Measure("rows", "count")
HOSTILE = (
    "' or '1'='1", "'; drop table purchases; --", '"; drop table purchases; --', "091' union select version() --",
    "\\'; attach ':memory:' as x; --", "$1", "?", "%", "_", "*", "/* */", "--", "${x}", "\x00", "\ud7ff", "´`’",
    "read_csv('/etc/passwd')", "1); copy purchases to '/tmp/stolen.csv'; --", "x" * 20_000,
)  # fmt: skip
TEXT_FIELDS = ("city_code", "supplier_name", "supplier_business_id", "account_group_code", "snapshot_id")
QUOTED = ('O\'Brien "Oy"', "100 % Oy", "a_b Oy", "back\\slash Oy", "emoji 🌲 Oy")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    facts = [
        purchase(HELSINKI, 2025, month, f"{month}.50", (f"900000{month}-{month}", name))
        for month, name in enumerate(QUOTED, start=1)
    ]
    return Engine(open_facts(tmp_path_factory.mktemp("hostile"), facts))


def ask(engine, **values):
    return engine.run_arrow(Query("purchases", **values)).to_pylist()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20].encode("ascii", "replace").decode())
@pytest.mark.parametrize("operator", ["eq", "ge", "le", "in"])
def test_a_hostile_text_is_compared_and_nothing_else(engine, operator, text):
    for field in TEXT_FIELDS:
        value = (text, "other") if operator == "in" else text
        found = ask(engine, filters=(Filter(field, operator, value),))
        rows = ask(engine, columns=(field,))
        holds = {
            "eq": lambda mine: mine == text,
            "in": lambda mine: mine in (text, "other"),
            "ge": lambda mine: mine.encode() >= text.encode(),
            "le": lambda mine: mine.encode() <= text.encode(),
        }[operator]
        assert len(found) == sum(holds(row[field]) for row in rows)
    assert engine.count(Query("purchases")) == len(QUOTED)


@settings(deadline=None, max_examples=80)
@given(text=st.text(max_size=20))
def test_a_search_finds_what_python_finds(engine, text):
    found = ask(engine, columns=("supplier_name",), filters=(Filter("supplier_name", "contains", text),))
    assert {row["supplier_name"] for row in found} == {name for name in QUOTED if text.lower() in name.lower()}


@pytest.mark.parametrize("name", QUOTED)
def test_quotes_and_wildcards_in_a_name_are_ordinary_letters(engine, name):
    for operator, text in (("eq", name), ("contains", name[1:-3].upper()), ("contains", name)):
        assert [row["supplier_name"] for row in ask(engine, filters=(Filter("supplier_name", operator, text),))] == [
            name
        ]


@pytest.mark.parametrize("text", HOSTILE[:8])
def test_the_sql_holds_no_value_and_one_statement_only(engine, text):
    find = engine.package.resource
    conditions = tuple(Filter("supplier_name", operator, text) for operator in ("eq", "contains", "ge"))
    query = Query("purchases", (COUNT,), ("city_code",), (), (*conditions, Filter("city_code", "in", (text, text))))
    for sql, parameters in (compile_query(query, find), compile_count(query, find)):
        assert parameters == [text] * 5
        assert sql.count("?") == 5
        assert len(duckdb.extract_statements(sql)) == 1


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("purchase_year", "eq", "MMXXV"),
        ("amount_eur", "ge", "a lot"),
        ("posting_date", "le", "yesterday"),
        ("posting_date", "eq", "2025-02-30"),
        ("is_credit_note", "eq", "perhaps"),
        ("purchase_year", "contains", "20"),
    ],
)
def test_a_value_of_another_type_is_refused_in_one_way(engine, field, operator, value):
    query = Query("purchases", filters=(Filter(field, operator, value),))
    for answer in (engine.run_arrow, engine.rows, lambda asked: list(engine.stream(asked))):
        with pytest.raises(InvalidQuery, match="purchases") as caught:
            answer(query)
        assert caught.value.status == 400


def test_counting_refuses_a_value_of_another_type_as_well(engine):
    with pytest.raises(DashboardError):
        engine.count(Query("purchases", filters=(Filter("purchase_year", "eq", "MMXXV"),)))


@pytest.mark.parametrize("name", ["amount", "AMOUNT_EUR ", "rowid", "1", "purchases.amount_eur", "count(*)", "😀"])
def test_an_unknown_field_is_named_wherever_it_stands(engine, name):
    places = (
        {"columns": ("city_code", name)},
        {"filters": (Filter(name, "is_null"),)},
        {"filters": (Filter("city_code", "eq", HELSINKI), Filter(name, "in", ()))},
        {"order_by": (("city_code", "asc"), (name, "desc"))},
        {"measures": (COUNT, Measure("x", "sum", name))},
        {"measures": (COUNT,), "dimensions": ("city_code", name)},
    )
    for values in places:
        with pytest.raises(UnknownField) as caught:
            ask(engine, **values)
        assert repr(name) in str(caught.value)
        assert "amount_eur" in str(caught.value)
        assert caught.value.status == 400


@pytest.mark.parametrize("function", ["sum", "count_distinct", "min", "max", "any"])
def test_a_measure_without_its_field_is_refused_by_its_name(engine, function):
    with pytest.raises(InvalidQuery, match="'euros'"):
        ask(engine, measures=(Measure("euros", function),))


def test_a_sum_of_texts_is_refused(engine):
    with pytest.raises(InvalidQuery):
        ask(engine, measures=(Measure("x", "sum", "supplier_name"),))


@pytest.mark.parametrize(
    "name", ["", "purchases; drop table purchases", "information_schema.tables", "duckdb_settings"]
)
def test_only_tables_of_the_release_can_be_asked(engine, name):
    for answer in (engine.run_arrow, engine.count, lambda asked: list(engine.stream(asked))):
        with pytest.raises(UnknownResource, match="purchases"):
            answer(Query(name))


def test_any_gives_a_value_that_is_there(engine):
    query = Query("purchases", (Measure("one", "any", "supplier_name"), COUNT), ("city_code",))
    (row,) = engine.run_arrow(query).to_pylist()
    assert row["one"] in QUOTED
    assert row["rows"] == len(QUOTED)


def test_a_condition_on_nothing_keeps_nothing(engine):
    """NULL equals nothing, also not itself: what is missing is asked for by `is_null`."""
    assert ask(engine, filters=(Filter("unit_name", "eq", None),)) == []
    assert len(ask(engine, filters=(Filter("unit_name", "is_null"),))) == len(QUOTED)


def test_an_engine_reads_no_other_file_and_cannot_be_opened_up(engine):
    cursor = engine._connection.cursor()
    for sql in (
        "select * from '/etc/passwd'",
        "copy purchases to '/tmp/stolen.parquet'",
        "attach '/tmp/stolen.db' as x",
        "load httpfs",
        "set lock_configuration = false",
    ):
        with pytest.raises(duckdb.Error):
            cursor.execute(sql)
