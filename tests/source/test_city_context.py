"""Figures on the cities' finances: each as its source has it, and nothing made up for what is missing."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from tests.source.test_real_files import SHARED
from tests.source.topics import Release

FACTS = SHARED.parent / "research" / "mission-facts.csv"


@pytest.fixture(scope="module")
def release(sample_data_dir):
    return Release(sample_data_dir)


def test_figures_are_exact_and_stand_in_their_sources_words(release):
    rows = {(r["city_code"], r["year"], r["indicator_code"]): r for r in release.rows("city_figures")}
    assert rows["091", 2019, "purchases_of_services"]["value"] == Decimal("1967057674.51")
    assert rows["564", 2022, "operating_margin"]["value"] == Decimal("-1062000000")
    assert all(row["source_url"].startswith("http") and row["quote"] for row in rows.values())


def test_a_city_without_figures_has_no_row_and_is_named(release):
    there = {row["city_code"] for row in release.rows("city_figures")}
    absent = [i for i in release.package["x-issues"] if (i["source"], i["code"]) == ("city_context", "not_published")]
    assert there == {"091", "049", "853", "564"}
    assert len(absent) == 6 - len(there)


@pytest.mark.skipif(not FACTS.exists(), reason="the research is not at hand")
def test_every_figure_is_one_of_the_research(release):
    with FACTS.open(encoding="utf-8") as file:
        facts = {
            (f["year"], Decimal(f["value"]), f["source_url"]) for f in csv.DictReader(file) if is_number(f["value"])
        }
    for row in release.rows("city_figures"):
        assert (str(row["year"]), row["value"], row["source_url"]) in facts


def is_number(text):
    return text.replace(".", "", 1).removeprefix("-").isdigit()
