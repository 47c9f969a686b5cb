"""Budgets of the whole sample run against what an independent reader finds in the generated files."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from tests.source.topics import Release, records_of

READ = {
    "budgets-helsinki": ({}, "EUR", "Pääkirjatili", "actual_eur"),
    "budgets-helsinki-budget": ({}, "EUR", "Pääkirjatili", "budget_eur"),
    "budgets-espoo": ({"encoding": "cp1252"}, "TA", "Tili", "budget_eur"),
    "budgets-vantaa": ({"sheet": "Kaikki"}, "Summa", "Tilinumero", "actual_eur"),
    "budgets-tampere": ({"delimiter": ","}, "Euroa", "Pääkirjatili", "actual_eur"),
    "budgets-tampere-budget": ({"delimiter": ","}, "Talousarvio", "Pääkirjatili", "budget_eur"),
    "budgets-oulu": ({}, "Summa", "Tili", "actual_eur"),
}


@pytest.fixture(scope="module")
def release(sample_data_dir):
    return Release(sample_data_dir)


def amount(value):
    try:
        return Decimal(str(value).replace(",", ".")).quantize(Decimal("0.01"))
    except ArithmeticError:
        return None


@pytest.mark.parametrize("name", READ)
def test_rows_and_sums_are_those_of_the_files_to_the_cent(release, name):
    how, money, account, field = READ[name]
    files = release.files(name)
    records = [record for path in files for record in records_of(path, **how)]
    good = [amount(r[money]) for r in records if str(r[account]).strip()[:1].isdigit() and amount(r[money]) is not None]
    rows = [row for row in release.rows("budgets") if row["rule_code"] == name]
    assert len(files) == 4
    assert len(rows) == len(good) > 0
    assert sum(row[field] for row in rows) == sum(good)
    other = {"budget_eur": "actual_eur", "actual_eur": "budget_eur"}[field]
    assert {row[other] for row in rows} == {None}


@pytest.mark.parametrize("name", READ)
def test_as_many_rows_are_set_aside_for_each_reason_as_were_planted(release, name):
    source = next(s for s in release.sources("budgets") if s["name"] == name)
    planted = release.planted_of(name)
    rows, cents = planted.pop("ROWS"), planted.pop("CENTS")
    assert source["set_aside"] == dict(planted)
    assert source["rows"] == rows
    published = sum(
        (row["budget_eur"] or 0) + (row["actual_eur"] or 0)
        for row in release.rows("budgets")
        if row["rule_code"] == name
    )
    assert published * 100 == cents


def test_five_cities_publish_and_every_year_is_theirs(release):
    cities = Counter((row["city_code"], row["budget_year"]) for row in release.rows("budgets"))
    assert {city for city, _ in cities} == {"091", "049", "092", "837", "564"}
    assert {year for _, year in cities} == {2022, 2023, 2024, 2025}
    assert len(cities) == 20


def test_rows_in_are_rows_out_and_rows_set_aside(release):
    aside = Counter(row["reason_code"] for row in release.rows("budgets_set_aside"))
    for source in release.sources("budgets"):
        assert source["rows_in"] == source["rows"] + sum(source["set_aside"].values())
    assert aside == sum((Counter(s["set_aside"]) for s in release.sources("budgets")), Counter())
