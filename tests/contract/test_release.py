"""The package is what its descriptor says, for any reader of Data Package 2.0."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal

import duckdb
import frictionless
import pyarrow.parquet as pq
import pytest

from tests.releases import shared_sample


@pytest.fixture(scope="module")
def release(tmp_path_factory, request):
    base = tmp_path_factory.getbasetemp()
    data = shared_sample(base.parent if hasattr(request.config, "workerinput") else base)
    return data / "releases" / json.loads((data / "releases" / "current.json").read_text())["version"]


@pytest.fixture(scope="module")
def descriptor(release):
    return json.loads((release / "datapackage.json").read_text())


def table(release, name):
    return pq.read_table(release / f"{name}.parquet").to_pylist()


def test_frictionless_finds_the_descriptor_and_every_csv_valid(release):
    report = frictionless.Package(str(release / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])[:5]


def test_sizes_hashes_and_row_counts_are_those_of_the_files(release, descriptor):
    for resource in descriptor["resources"]:
        for item in resource["x-distributions"]:
            content = (release / item["path"]).read_bytes()
            assert item["bytes"] == len(content)
            assert item["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert pq.read_metadata(release / f"{resource['name']}.parquet").num_rows == resource["x-rows"]


def test_csv_and_parquet_hold_the_same_rows(release, descriptor):
    for resource in descriptor["resources"]:
        csv, parquet = release / resource["path"], release / f"{resource['name']}.parquet"
        names = [field["name"] for field in resource["schema"]["fields"] if not field["x-type"].startswith("list")]
        columns = ", ".join(f'cast("{name}" as varchar)' for name in names)
        read = f"read_csv('{csv}', all_varchar=true, header=true)"
        query = f"select count(*) from (select {columns} from {read} except all select {columns} from '{parquet}')"
        assert duckdb.sql(query).fetchall() == [(0,)], resource["name"]


def test_every_text_stands_in_three_languages(descriptor):
    for item in [*descriptor["x-datasets"], *descriptor["resources"]]:
        for text in (item.get("title"), item.get("x-title"), item.get("description"), item.get("x-description")):
            assert not isinstance(text, dict) or all(text[lang] for lang in ("fi", "sv", "en"))
        for field in item.get("schema", {}).get("fields", []):
            assert all(field["x-title"][lang] for lang in ("fi", "sv", "en"))


def test_this_project_stands_in_the_list_with_planned_granted_and_realised_money(release):
    projects = {row["project_code"]: row for row in table(release, "projects")}
    own = projects["A71005"]
    assert len(projects) == 15
    assert (own["planned_eur"], own["granted_eur"], own["realised_eur"]) == (
        Decimal(8981791),
        Decimal(3531405),
        Decimal("861494.77"),
    )
    for kind in ("planned", "granted", "realised"):
        assert all(row[f"{kind}_as_of_date"] and row[f"{kind}_source_title"] for row in projects.values())
    partners = [row for row in table(release, "project_partners") if row["project_code"] == "A71005"]
    assert len(partners) == 7


def test_where_sources_disagree_both_values_stand_with_their_sources(release):
    budgets = {
        row["value"]: row["source_title"]
        for row in table(release, "project_facts")
        if row["project_code"] == "A70011" and row["indicator_code"] == "total_budget_reported"
    }
    assert set(budgets) == {"7500000", "8100000"}
    assert len(set(budgets.values())) == 2


def test_population_is_there_for_every_city_and_year(release):
    there = {(row["city_code"], row["year"]) for row in table(release, "city_population")}
    assert there == {(c["city_code"], year) for c in table(release, "cities") for year in range(2012, 2023)}


def test_a_sample_release_says_in_every_parquet_file_whether_it_is_made_up(release, descriptor):
    for resource in descriptor["resources"]:
        metadata = pq.read_metadata(release / f"{resource['name']}.parquet").metadata
        assert metadata[b"x-sample"] == str(resource["x-sample"]).lower().encode()
    made_up = {resource["name"] for resource in descriptor["resources"] if resource["x-sample"]}
    assert {"purchases", "companies", "budgets", "project_funding", "coverage"} <= made_up
    assert not {"cities", "city_population", "projects", "project_facts", "account_groups", "city_figures"} & made_up
