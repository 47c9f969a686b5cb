"""Rows as CKAN's datastore gives them: numbered, found by words, under conditions that filters cannot say."""

import csv
import datetime as dt
from decimal import Decimal

import pytest

from dashboard.errors import InvalidQuery, UnknownField
from dashboard.query.engine import Engine
from dashboard.query.model import Combined, Filter, Query, Word
from tests.data.handmade import ESPOO, HELSINKI, open_facts, purchase

SUPPLIERS = ("Öljymäki Oy", "Mäen Huolto", "öljy-yhtiö Ab", None)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    facts = [
        purchase(HELSINKI if number % 2 else ESPOO, 2025, number + 1, f"{number}.50", (None, name))
        for number, name in enumerate(SUPPLIERS)
    ]
    return Engine(open_facts(tmp_path_factory.mktemp("rows"), facts))


def ask(engine, **values):
    return engine.run_arrow(Query("purchases", **values)).to_pylist()


def names(engine, where):
    return {row["supplier_name"] for row in ask(engine, columns=("supplier_name",), where=where)}


def test_rows_are_numbered_in_the_order_of_their_file(engine):
    rows = ask(engine, numbered=True)
    assert [row["_id"] for row in rows] == [1, 2, 3, 4]
    assert next(iter(rows[0])) == "_id"
    with engine.package.file("purchases", "csv").open(encoding="utf-8", newline="") as file:
        assert [row["row_number"] for row in csv.DictReader(file)] == [str(row["row_number"]) for row in rows]


def test_a_rows_number_is_the_same_whatever_is_asked(engine):
    by_number = {row["_id"]: row["amount_eur"] for row in ask(engine, numbered=True)}
    found = ask(engine, numbered=True, filters=(Filter("_id", "gt", 2),), order_by=(("_id", "desc"),))
    assert [(row["_id"], row["amount_eur"]) for row in found] == [(4, by_number[4]), (3, by_number[3])]


def test_only_whole_tables_have_numbers(engine):
    with pytest.raises(InvalidQuery, match="whole table"):
        ask(engine, numbered=True, of=Query("purchases"))
    with pytest.raises(UnknownField, match="_id"):
        ask(engine, columns=("_id",))


def test_same_rows_are_given_once(engine):
    found = ask(engine, columns=("city_code",), distinct=True)
    assert [row["city_code"] for row in found] == sorted({HELSINKI, ESPOO})
    assert engine.count(Query("purchases", columns=("city_code",), distinct=True)) == 2
    with pytest.raises(InvalidQuery, match="ordered"):
        ask(engine, columns=("city_code",), distinct=True, order_by=(("amount_eur", "asc"),))


def test_words_are_found_whole_and_whatever_their_case(engine):
    assert names(engine, Word(("supplier_name",), "ÖLJY")) == {"öljy-yhtiö Ab"}
    assert names(engine, Word(("supplier_name",), "öljy", is_beginning=True)) == {"Öljymäki Oy", "öljy-yhtiö Ab"}
    assert names(engine, Word(("supplier_name",), "mäki")) == set()
    assert names(engine, Word(("supplier_name", "purchase_year"), "2025")) == set(SUPPLIERS)


def test_conditions_are_combined(engine):
    oil = Word(("supplier_name",), "öljy", is_beginning=True)
    dear = Filter("amount_eur", "gt", Decimal("1.50"))
    assert names(engine, Combined("all", (oil, dear))) == {"öljy-yhtiö Ab"}
    assert names(engine, Combined("any", (oil, dear))) == {"Öljymäki Oy", "öljy-yhtiö Ab", None}
    assert names(engine, Combined("none", (oil,))) == {"Mäen Huolto", None}
    assert names(engine, Combined("none", (Filter("supplier_name", "eq", "Mäen Huolto"),))) == {*SUPPLIERS} - {
        "Mäen Huolto"
    }
    assert names(engine, Combined("any", ())) == set()
    assert names(engine, Combined("all", ())) == set(SUPPLIERS)


def test_days_are_compared_as_days(engine):
    days = [row["posting_date"] for row in ask(engine) if row["posting_date"]]
    found = ask(engine, where=Filter("posting_date", "lt", dt.date(2025, 2, 15)))
    assert len(found) == sum(day < dt.date(2025, 2, 15) for day in days)


def test_an_unknown_field_of_a_condition_is_refused(engine):
    with pytest.raises(UnknownField, match="nothing"):
        ask(engine, where=Combined("any", (Filter("nothing", "eq", 1),)))
