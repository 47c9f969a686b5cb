import csv

import pytest

from dashboard.pages.facts import disagreements
from tests.releases import ROOT


def fact(value, **other):
    base = {
        "project_code": "A1",
        "subject": "One",
        "city_code": None,
        "indicator_code": "total_budget",
        "unit": "EUR",
        "as_of_date": None,
        "year": 2018,
    }
    return {**base, "value": value, **other}


def test_two_values_of_one_thing_disagree():
    facts = [fact("1"), fact("2"), fact("1", indicator_code="end_date")]
    assert disagreements(facts) == [facts[:2]]


def test_the_same_value_twice_is_no_disagreement():
    assert disagreements([fact("1"), fact("1", unit="EUR (noin)"), fact("1", subject="Uno", year=2015)]) == []


@pytest.mark.parametrize(
    "other",
    [
        {"project_code": "A2"}, {"city_code": "091"}, {"indicator_code": "budget_excl_ESF"},
        {"unit": "EUR (without the Social Fund)"}, {"unit": "EUR/year"}, {"as_of_date": "2016-10-19"},
        {"project_code": None, "subject": "Programme"},
    ],
)  # fmt: skip
def test_values_of_different_things_do_not_disagree(other):
    assert disagreements([fact("1"), fact("2", **other)]) == []


@pytest.mark.parametrize(
    "other", [{"unit": "EUR (noin)"}, {"year": 2015}, {"subject": "Uno"}, {"indicator_code": "total_budget_reported"}]
)
def test_what_does_not_make_it_another_thing(other):
    assert len(disagreements([fact("1"), fact("2", **other)])) == 1


def test_in_the_facts_of_the_project_only_the_budget_of_the_open_data_spearhead_is_in_dispute():
    asked = {"total_budget", "total_budget_reported", "end_date", "end_date_final", "budget_planned", "budget_excl_ESF"}
    with (ROOT / "data" / "reference" / "project_facts.csv").open(encoding="utf-8", newline="") as file:
        facts = [row for row in csv.DictReader(file) if row["indicator_code"] in asked]
    assert [[one["value"] for one in said] for said in disagreements(facts)] == [["7500000", "8100000"]]
