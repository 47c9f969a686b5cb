"""What the cities have published, year by year: told from the tables, and from how each source stood in the run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.check import check_rows
from etl.datasets.context import MakeContext, SourceStanding
from etl.datasets.coverage.tidy import make, month_of, was_looked_through, year_of
from etl.errors import DeclarationError
from etl.publish.assemble import open_connection
from etl.registry import load_registry
from tests.source.runs import Line
from tests.source.test_real_files import snapshot_of

REGISTRY = load_registry()
COVERAGE = next(r for r in REGISTRY.datasets if r.dataset.name == "coverage")
PURCHASES = next(r for r in REGISTRY.datasets if r.dataset.name == "purchases")
TABLE = PURCHASES.dataset.tables[0]
SOURCE = {source.name.removeprefix("purchases-"): source for source in PURCHASES.sources}
TEXT = "{fi: a, sv: a, en: a}"
CITY_OF = {"turku": "853", "espoo": "049", "helsinki": "091"}


def shot(source, year, number=0):
    one = snapshot_of(Path(__file__), year)
    return replace(one, id=f"{source}:{year}:{number}", source=f"purchases-{source}")


def standing(name, *years, state="ok"):
    return SourceStanding(SOURCE[name], TABLE, state, tuple(shot(name, year) for year in years))


def covered(facts, standings, aside=()):
    """The table's rows by city and year. `facts`: (source, year, business id, file, month); `aside`: (source, year)."""
    rows = [
        {
            "city_code": CITY_OF[name],
            "purchase_year": year,
            "purchase_month": month,
            "supplier_business_id": i,
            "snapshot_id": shot(name, file).id,
        }
        for name, year, i, file, month in facts
    ]
    schema = pa.schema(
        [("city_code", pa.string()), ("purchase_year", pa.int16()), ("purchase_month", pa.int64()),
         ("supplier_business_id", pa.string()), ("snapshot_id", pa.string())]
    )  # fmt: skip
    lost = pa.table({"snapshot_id": pa.array([shot(name, year).id for name, year in aside], pa.string())})
    with open_connection() as connection:
        connection.register("cities", pa.table({"city_code": ["049", "091", "853"]}))
        connection.register("purchases", pa.Table.from_pylist(rows, schema))
        connection.register("purchases_set_aside", lost)
        table = make(MakeContext(connection, None, (PURCHASES.dataset,), tuple(standings)))["coverage"]
    check_rows(table, COVERAGE.dataset.tables[0], "test")
    return {(row["city_code"], row["year"]): row for row in table.to_pylist()}


def fact(name, year, business_id="0204819-8", file=0, month=None):
    return name, year, business_id, year if file == 0 else file, month


def whole_year(name, year):
    return [fact(name, year, month=month) for month in range(1, 13)]


def test_rows_their_ids_and_what_was_set_aside_are_counted_by_city_and_year():
    facts = [fact("turku", 2024), fact("turku", 2024, None), fact("turku", 2024), fact("turku", 2025)]
    found = covered(facts, [standing("turku", 2024, 2025)], aside=[("turku", 2024), ("turku", 2024)])
    row = found["853", 2024]
    assert (row["status_code"], row["rows_count"], row["set_aside_count"]) == ("published", 3, 2)
    assert row["business_id_pct"] == 66.67
    assert found["853", 2025]["set_aside_count"] == 0
    assert row["source_names"] == ["purchases-turku"]
    assert row["scope_en"] == " ".join(SOURCE["turku"].scope.en.split())


def test_a_year_that_was_looked_for_and_is_not_there_is_not_published():
    facts = [fact("turku", 2023), fact("turku", 2025), fact("helsinki", 2024, file=None)]
    found = covered(facts, [standing("turku", 2023, 2025), standing("helsinki", None)])
    row = found["853", 2024]
    assert (row["status_code"], row["rows_count"], row["business_id_pct"]) == ("not_published", 0, None)
    assert (row["source_names"], row["scope_fi"]) == (None, None)


def test_a_year_of_some_months_is_partial_and_says_of_how_many():
    some = [fact("turku", 2022, month=month) for month in (6, 6, 7, 12, None)]
    found = covered([*some, *whole_year("turku", 2023), fact("turku", 2024)], [standing("turku", 2022, 2023, 2024)])
    states = {year: (found["853", year]["status_code"], found["853", year]["months_count"]) for _, year in found}
    assert states == {2022: ("partial", 3), 2023: ("published", 12), 2024: ("published", 0)}
    assert found["049", 2022]["months_count"] is None


def test_a_month_stands_beside_the_year_that_dates_the_table():
    covered = [r.dataset for r in REGISTRY.datasets if r.dataset.name in COVERAGE.dataset.inputs]
    tables = {table.name: table for dataset in covered for table in dataset.tables if year_of(table)}
    dated = {name: month for name, table in tables.items() if (month := month_of(table, year_of(table)))}
    assert dated == {
        "purchases": "purchase_month",
        "service_requests": "request_month",
        "service_results": "request_month",
    }


def test_a_file_that_is_not_of_one_year_tells_no_count_of_rows_set_aside():
    found = covered([fact("helsinki", 2024, file=None)], [standing("helsinki", None)], aside=[("helsinki", None)])
    assert found["091", 2024]["set_aside_count"] is None


@pytest.mark.parametrize("state", ["failed", "stale"])
def test_a_source_that_did_not_answer_leaves_a_missing_year_unknown(state):
    facts = [fact("turku", 2024), fact("helsinki", 2025, file=None)]
    found = covered(facts, [standing("turku", 2024, state=state), standing("helsinki", None)])
    assert found["853", 2024]["status_code"] == "published"
    assert found["853", 2025]["status_code"] == "unknown"


def test_a_city_without_a_source_is_unknown_and_not_a_zero():
    found = covered([fact("turku", 2024)], [standing("turku", 2024)])
    assert found["049", 2024]["status_code"] == "unknown"


def test_the_file_of_many_cities_must_have_been_looked_through_too():
    facts = [fact("turku", 2024), fact("helsinki", 2025, file=None)]
    well = [standing("turku", 2024), standing("helsinki", None)]
    assert covered(facts, [*well, standing("national", 2024)])["853", 2025]["status_code"] == "not_published"
    failed = [*well, standing("national", state="failed")]
    assert covered(facts, failed)["853", 2025]["status_code"] == "unknown"


def test_years_before_the_newest_that_are_fetched_were_not_looked_at():
    newest = SOURCE["turku"].pick.newest_years
    whole = standing("turku", *range(2026 - newest, 2026))
    assert was_looked_through(whole, 2026 - newest)
    assert not was_looked_through(whole, 2025 - newest)
    assert was_looked_through(standing("turku", 2025), 2020)  # fewer files than asked for: these are all there are
    assert was_looked_through(standing("helsinki", None), 2000)


def test_every_table_with_a_city_and_one_year_is_covered_and_no_other():
    covered = {t.name for r in REGISTRY.datasets for t in r.dataset.tables if year_of(t)} - {"coverage"}
    assert {"purchases", "city_population"} <= covered
    assert not covered & {"companies", "company_names", "projects", "project_facts", "cities", "purchases_set_aside"}


def test_it_is_made_from_every_dataset_that_is_not_made_from_it():
    names = [r.dataset.name for r in REGISTRY.datasets]
    assert names[-2:] == ["coverage", "indicators"]
    assert set(COVERAGE.dataset.inputs) == set(names[:-2])


def test_two_datasets_cannot_both_be_made_from_all_others(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dataset.yml").write_text(
            f"name: {name}\ninputs: ['*']\ntables: []\ntitle: {TEXT}\ndescription: {TEXT}\n"
            "licence: {id: a, title: a, url: a}\n"
        )
    with pytest.raises(DeclarationError, match="circle"):
        load_registry(tmp_path)


def test_a_run_tells_of_a_city_that_failed_what_it_knows(tmp_path):
    line = Line(tmp_path)
    release = line.release(line.run_with({"oulun-kaupungin-ostolaskut_": "404file", "tutkihankintoja-data": "404file"}))
    rows = pq.read_table(release / "coverage.parquet").to_pylist()
    oulu = [row for row in rows if row["table_name"] == "purchases" and row["city_code"] == "564"]
    assert {row["status_code"] for row in oulu} == {"unknown"}
    assert {row["rows_count"] for row in oulu} == {0}
    turku = [row for row in rows if row["table_name"] == "purchases" and row["city_code"] == "853"]
    assert {row["status_code"] for row in turku} == {"published", "partial"}
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    (dataset,) = [d for d in package["x-datasets"] if d["name"] == "coverage"]
    assert "*" not in dataset["inputs"]


def test_a_city_declared_to_have_no_source_says_why_also_in_what_is_made_from_it(tmp_path):
    line = Line(tmp_path)
    rows = pq.read_table(line.release(line.run()) / "coverage.parquet").to_pylist()
    by_table = {name: [r for r in rows if r["table_name"] == name] for name in ("budgets", "service_results")}
    turku = [row for row in by_table["budgets"] if row["city_code"] == "853"]
    assert {row["status_code"] for row in turku} == {"no_source"}
    assert "Turku" in turku[0]["scope_en"]
    assert turku[0]["source_names"] is None
    espoo = [row for row in by_table["service_results"] if row["city_code"] == "049"]
    assert {row["status_code"] for row in espoo} == {"no_source"}
    helsinki = [row for row in by_table["service_results"] if row["city_code"] == "091" and row["rows_count"]]
    assert {name for row in helsinki for name in row["source_names"]} == {"service-requests-helsinki"}


def test_coverage_adds_up_to_the_tables_and_to_the_account_of_the_sources(tmp_path):
    line = Line(tmp_path)
    release = line.release(line.run())
    rows = [r for r in pq.read_table(release / "coverage.parquet").to_pylist() if r["table_name"] == "purchases"]
    months = pq.read_table(release / "purchases.parquet", columns=["city_code", "purchase_year", "purchase_month"])
    dated = months.group_by(["city_code", "purchase_year"]).aggregate([("purchase_month", "count_distinct")])
    counted = {(row["city_code"], row["year"]): row["months_count"] for row in rows if row["rows_count"]}
    assert counted == {(city, year): count for city, year, count in zip(*dated.to_pydict().values(), strict=True)}
    assert sum(row["rows_count"] for row in rows) == pq.read_metadata(release / "purchases.parquet").num_rows
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    account = {s["name"]: sum(s["set_aside"].values()) for d in package["x-datasets"] for s in d["sources"]}
    for city, name in (("853", "turku"), ("049", "espoo"), ("092", "vantaa"), ("837", "tampere"), ("564", "oulu")):
        counted = sum(row["set_aside_count"] for row in rows if row["city_code"] == city)
        assert counted == account[f"purchases-{name}"]
