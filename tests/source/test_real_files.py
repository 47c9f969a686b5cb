"""Files that real publishers made, through the same reader and tidy code. They stay outside the project."""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from etl.build import Work, build_source
from etl.datasets.context import TidyContext
from etl.declare import Layout, Source
from etl.fetch.ckan import parse_package
from etl.read.rows import header_key
from etl.read.table import Limits, open_table
from etl.registry import load_registry
from etl.snapshot import Snapshot
from etl.tidy.columns import map_columns, parse_columns

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the real files are not at hand")

LAPPEENRANTA = {
    "name": "purchases-lappeenranta",
    "title": {"fi": "Lappeenranta", "sv": "Villmanstrand", "en": "Lappeenranta"},
    "publisher": "Lappeenrannan kaupunki",
    "licence": {"id": "not-verified", "title": "not verified", "url": "https://example.org"},
    "kind": "reference",
    "path": "lappeenranta.xlsx",
    "layout": {"decimal": ",", "dates": ["Y-m-d"]},
    "columns": {
        "posting_date": ["Tositepäivä"],
        "voucher_number": ["Tositenro"],
        "supplier_business_id": ["Y-tunnus"],
        "supplier_name": ["Toimittaja"],
        "account_code": ["Lask.tili"],
        "account_name": ["Tili"],
        "amount_eur": ["Summa"],
        "unit_code": ["Toimiala nro"],
        "unit_name": ["Toimiala"],
        "cost_centre_code": ["Kustannuspaikka"],
    },
    "required": ["amount_eur", "supplier_name"],
    "ignore": ["Index", "Kuntanro", "Kunnan nimi", "Toimittajanro", "Tiliryhmän nro", "Tiliryhmä", "Vastuualue nro",
               "Vastuualue"],
    "constants": {"city_code": "405"},
    "options": {"amount_basis": "not_stated"},
}  # fmt: skip


def snapshot_of(path: Path, year: int | None) -> Snapshot:
    return Snapshot(
        "test:0", "test", path.name, "", None, None, None, None, path.name, "", year, "", path.stat().st_size, "",
        None, None, None, False,
    )  # fmt: skip


def account(path: Path) -> tuple[int, list[int], dict[str, int]]:
    """(rows kept, every row number seen, rows set aside by reason) of a file's reading."""
    raw = open_table(path, format_name="", layout=Layout(decimal="."), known=[])
    kept, numbers, aside = 0, [], {}
    for batch in raw.batches:
        kept += batch.columns.num_rows
        numbers += batch.row_numbers.to_pylist()
        for number, reason in batch.set_aside:
            numbers.append(number)
            aside[reason] = aside.get(reason, 0) + 1
    return kept, numbers, aside


@pytest.fixture(scope="module")
def lappeenranta(tmp_path_factory):
    purchases = next(r for r in load_registry().datasets if r.dataset.name == "purchases")
    path = SHARED / "lappeenranta-purchases-2021.xlsx"
    folder = tmp_path_factory.mktemp("lappeenranta")
    context = TidyContext(account_groups={"11": "11", "43": "43", "44": "43", "45": "45", "46": "45", "48": "48"})
    source = Source.model_validate(LAPPEENRANTA)
    return build_source(Work(purchases, context, folder, Limits()), source, [(snapshot_of(path, 2021), path)])


def test_lappeenranta_gives_every_row_and_its_sum_to_the_cent():
    path = SHARED / "lappeenranta-purchases-2021.xlsx"
    purchases = next(r for r in load_registry().datasets if r.dataset.name == "purchases")
    source = Source.model_validate(LAPPEENRANTA)
    known = [spelling for spellings in source.columns.values() for spelling in spellings]
    raw = open_table(path, format_name="XLSX", layout=source.layout, known=known)
    mapping = map_columns(raw.header, source, path.name)
    rows, total = 0, Decimal(0)
    for batch in raw.batches:
        parsed = parse_columns(batch, mapping, purchases.dataset.tables[0], source)
        rows += len(parsed.row_numbers)
        total += pc.sum(parsed.columns["amount_eur"]).as_py()
    assert (rows, total) == (43_769, Decimal("381006122.48"))


def test_lappeenranta_sets_the_rows_of_sole_traders_aside_and_nothing_else(lappeenranta):
    rows = pq.read_table(lappeenranta.rows_paths[0])
    assert (lappeenranta.rows_in, lappeenranta.rows_out) == (43_769, 43_763)
    assert dict(lappeenranta.set_aside) == {"sole_trader": 6}
    assert pc.sum(rows["amount_eur"]).as_py() == Decimal("381006122.48") - Decimal("4287.14")


def test_lappeenranta_keeps_its_credit_notes_ids_and_dates(lappeenranta):
    rows = pq.read_table(lappeenranta.rows_paths[0])
    assert pc.sum(rows["is_credit_note"]).as_py() == 381
    assert pc.count_distinct(rows["supplier_business_id"]).as_py() == 2_066 - 5  # the sole traders
    assert pc.min(rows["posting_date"]).as_py() == dt.date(2021, 1, 1)
    assert rows["posting_date"].null_count == 0


@pytest.mark.parametrize("name", sorted(p.name for p in (SHARED / "leeds").glob("*.csv")) if SHARED.exists() else [])
def test_every_record_of_a_leeds_file_is_kept_or_set_aside(name):
    kept, numbers, aside = account(SHARED / "leeds" / name)
    assert kept > 8_000
    assert set(aside) <= {"blank_row"}
    assert sorted(numbers) == list(range(1, kept + sum(aside.values()) + 1))


def test_the_55936_blank_rows_of_leeds_are_counted():
    assert account(SHARED / "leeds" / "2011-09.csv")[2] == {"blank_row": 55_936}


def test_header_spellings_seen_elsewhere_fold_to_themselves():
    with (SHARED / "header-spellings.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert header_key(f" {row['key'].upper()}\n") == header_key(row["key"])


@pytest.mark.parametrize("name", ["avoindata_fi_get_dataset", "avoindata_fi_search", "data_gov_uk_search"])
def test_recorded_answers_of_real_portals_parse(name):
    calls = json.loads((SHARED / "ckan-answers" / f"{name}.json").read_text(encoding="utf-8"))["calls"]
    parsed = 0
    for call in calls:
        answer = call["response"]
        result = (json.loads(answer) if isinstance(answer, str) else answer)["result"]
        for item in result.get("results", [result]):
            package = parse_package(item, name)
            assert package.id
            assert package.name
            assert all("url" in resource for resource in package.resources)
            parsed += 1
    assert parsed
