"""The README's worked example is run as it stands there."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from etl.build import Work, build_source
from etl.datasets.context import TidyContext
from etl.declare import Source
from etl.fetch.ckan import Package
from etl.fetch.pick import pick_resources
from etl.read.table import Limits
from etl.registry import load_registry
from tests.source.test_real_files import snapshot_of

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    found = re.search(rf"<!-- test: {mark} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found, f"README has no block marked {mark}"
    return found[1]


@pytest.fixture
def source():
    return Source.model_validate(yaml.safe_load(block("add-a-city")))


def test_the_yaml_of_the_readme_is_all_that_a_city_needs(source, tmp_path):
    path = tmp_path / "lahden_ostot_2025.csv"
    path.write_text(block("add-a-city-file"), encoding="utf-8")
    purchases = next(r for r in load_registry().datasets if r.dataset.name == "purchases")
    context = TidyContext(account_groups={"43": "43", "46": "45"})
    build = build_source(Work(purchases, context, tmp_path, Limits()), source, [(snapshot_of(path, 2025), path)])
    rows = pq.read_table(build.rows_paths[0]).to_pylist()
    assert (build.rows_in, dict(build.set_aside)) == (3, {"sole_trader": 1})
    assert [(r["city_code"], r["supplier_name"], r["amount_eur"], r["account_group_code"]) for r in rows] == [
        ("398", "Mallilan Kone Oy", Decimal("1234.50"), "43"),
        ("398", "Esimerkin Energia Oyj", Decimal("-20.00"), "45"),
    ]
    assert {r["supplier_business_id"] for r in rows} == {"9800001-6", "9800004-0"}


def test_its_pick_rule_takes_the_yearly_files(source):
    resources = [
        {"id": str(year), "name": f"Ostot {year}", "format": "CSV", "url": f"http://a.example/lahden_ostot_{year}.csv"}
        for year in range(2019, 2026)
    ]
    picked = pick_resources(
        Package("1", "lahden-kaupungin-ostot", "cc-by-4.0", None, tuple(resources)), source
    ).resources
    assert [resource.year for resource in picked] == [2022, 2023, 2024, 2025]
