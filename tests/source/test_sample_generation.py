"""What the sample generator promises: the same bytes, the rows asked for, and dirt that can be counted."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from stdnum.fi import ytunnus

from etl.sample import generate, plan, workbook
from etl.sample.accounts import ACCOUNTS, GROUP_NAMES
from etl.sample.cities import CITIES, OTHER_BUYERS, UNIT_COUNT
from etl.sample.companies import COMPANY_COUNT, break_business_id, build_suppliers, make_account_number
from etl.sample.dirt import OLD_OULU_PER_MILLE, PER_MILLE, Dirt, dirt_of_rows
from etl.sample.generate import SampleFile, draw_batches, generate_files, read_planted
from etl.sample.market import company_members

ROWS = 20_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="module")
def files(folder: Path) -> list[SampleFile]:
    return generate_files(folder, rows=ROWS, seed=6)


def read_records(file: SampleFile) -> list[dict[str, str]]:
    layout = next(p.layout for p in plan.plan_files(ROWS) if p.name == file.name)
    with file.path.open(encoding=layout.encoding, newline="") as text:
        return list(csv.DictReader(text, delimiter=layout.delimiter))


def test_same_rows_and_seed_give_the_same_bytes(files: list[SampleFile], tmp_path: Path) -> None:
    again = generate_files(tmp_path, rows=ROWS, seed=6)
    assert [f.sha256 for f in again] == [f.sha256 for f in files]
    assert {f.format for f in files} == {"CSV", "XLSX"}
    assert all(a.path.read_bytes() == b.path.read_bytes() for a, b in zip(again, files, strict=True))


def test_text_files_are_pinned_to_the_generators_version(tmp_path: Path) -> None:
    """If this fails on purpose, raise GENERATOR_VERSION and pin the new digest. Workbooks depend on zlib too."""
    digests = "".join(f.sha256 for f in generate_files(tmp_path, rows=2_000, seed=6) if f.format == "CSV")
    pinned = {1: "6c14390c14752f843406822a2f56e5de89d2f8ead1c1e462758df50c084cf8dc"}
    assert hashlib.sha256(digests.encode()).hexdigest() == pinned[generate.GENERATOR_VERSION]


def test_another_seed_gives_other_bytes(files: list[SampleFile], tmp_path: Path) -> None:
    other = generate_files(tmp_path, rows=ROWS, seed=7)
    assert not {f.sha256 for f in other} & {f.sha256 for f in files}


def test_chunk_size_bounds_each_batch_and_every_row_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "CHUNK_ROWS", 30)
    tampere = next(p for p in plan.plan_files(ROWS) if p.name == "tampereen_kaupungin_ostot_2024.csv")
    batches = list(draw_batches(tampere, seed=6))
    assert max(len(b.row) for b in batches) == 30
    assert np.concatenate([b.row for b in batches]).tolist() == list(range(tampere.rows))


@pytest.mark.parametrize("rows", [4_000, 60_000, 1_000_000, 10_000_000, 80_000_000])
def test_planned_rows_add_up_to_those_asked_for(rows: int) -> None:
    planned = sum(p.rows for p in plan.plan_files(rows))
    assert abs(planned - rows) <= 200


def test_a_tiny_request_still_gives_every_file() -> None:
    names = {p.name for p in plan.plan_files(1)}
    assert names == {p.name for p in plan.plan_files(60_000)}


def test_the_written_rows_are_the_planned_rows_and_the_totals(files: list[SampleFile]) -> None:
    planned = {p.name: p.rows for p in plan.plan_files(ROWS)}
    for file in files:
        totals = 1 if file.dataset == "espoon-kaupungin-ostot" else 0
        assert file.rows == planned[file.name] + totals


def test_every_csv_holds_the_rows_it_says(files: list[SampleFile]) -> None:
    for file in (f for f in files if f.format == "CSV"):
        filled = [r for r in read_records(file) if any(r.values())]
        assert len(filled) == file.rows, file.name


def test_the_last_row_of_espoo_is_the_sum_of_the_others(files: list[SampleFile]) -> None:
    file = next(f for f in files if f.name == "espoon_kaupungin_ostot_2022.csv")
    amounts = [r["Summa ALV0 euroina"].replace("\u00a0", "").replace(",", ".") for r in read_records(file)]
    assert read_records(file)[-1]["Kuntakoodi"] == "Yhteensä"
    assert sum(Decimal(a) for a in amounts[:-1] if a != "n/a") == Decimal(amounts[-1])


def test_planted_counts_follow_the_named_shares(folder: Path, files: list[SampleFile]) -> None:
    planted = read_planted(folder)
    for file in files:
        counts = planted[str(file.path.relative_to(folder))]
        drawn = file.rows - counts.get("TOTAL_ROW", 0)
        for kind, share in PER_MILLE.items():
            if kind == Dirt.PREVIOUS_YEAR and file.year is None:
                continue
            extra = OLD_OULU_PER_MILLE.get(kind, 0) if "ostolaskut_2022" in file.name else 0
            low, high = (share + extra) * (drawn // 1000), (share + extra) * (drawn // 1000 + 1)
            assert low - 2 <= counts.get(kind.name, 0) <= high
        assert counts["UNREADABLE_AMOUNT"] == counts["IMPOSSIBLE_DATE"] == 1


def test_each_thousand_rows_hold_exactly_the_shares() -> None:
    kinds = Counter(dirt_of_rows(np.arange(10_000, 20_000), phase=321).tolist())
    assert {kind: kinds[kind] for kind in PER_MILLE} == {kind: 10 * n for kind, n in PER_MILLE.items()}


def test_planted_dirt_stands_in_the_file(folder: Path, files: list[SampleFile]) -> None:
    file = next(f for f in files if f.name == "tampereen_kaupungin_ostot_2022.csv")
    planted = read_planted(folder)[str(file.path.relative_to(folder))]
    rows = read_records(file)
    ids = [r["Toimittajan Y-tunnus"] for r in rows]
    amounts = [r["Summa ALV0 euroina"] for r in rows]
    dates = [r["Kirjauspäivämäärä"] for r in rows]
    assert sum(i.startswith("FI00") for i in ids) == planted.get("IBAN", 0)
    assert sum(i[:2] == "98" and not ytunnus.is_valid(i) for i in ids) == planted.get("INVALID_ID", 0)
    assert sum(a.startswith("-") for a in amounts) == planted["CREDIT_NOTE"]
    assert sum(a == "n/a" for a in amounts) == planted["UNREADABLE_AMOUNT"]
    assert sum(d == "31.2.2022" for d in dates) == planted["IMPOSSIBLE_DATE"]
    assert sum(d.endswith("2021") for d in dates) == planted.get("PREVIOUS_YEAR", 0)
    assert sum(r["Toimittajan nimi"].startswith("Tmi ") for r in rows) == planted["SOLE_TRADER"]
    assert sum(not any(r.values()) for r in rows) == planted["BLANK_ROW"]
    cents = sum(Decimal(a.replace(",", ".")) for a in amounts if a not in ("n/a", ""))
    assert cents * 100 == planted["CENTS"]


def test_turku_writes_the_same_rows_twice(folder: Path, files: list[SampleFile]) -> None:
    planted = read_planted(folder)
    for year in plan.YEARS:
        pair = [planted[str(f.path.relative_to(folder))] for f in files if f.year == year and "turun" in f.name]
        assert len(pair) == 2
        assert pair[0]["CENTS"] == pair[1]["CENTS"]


def test_helsinki_has_one_row_per_unit_supplier_account_and_month() -> None:
    helsinki = plan.plan_files(60_000)[0]
    for batch in draw_batches(helsinki, seed=6):
        clean = np.isin(batch.dirt, (Dirt.FOREIGN, Dirt.SOLE_TRADER, Dirt.PERSON), invert=True)
        keys = list(zip(batch.unit[clean], batch.supplier[clean], batch.account[clean], strict=True))
        assert len(keys) == len(set(keys))


def test_helsinki_finds_distinct_keys_where_the_market_runs_dry() -> None:
    segment = dataclasses.replace(plan.plan_files(60_000)[0].segments[0], rows=1_000_000)
    batch = next(draw_batches(dataclasses.replace(plan.plan_files(60_000)[0], segments=(segment,)), seed=6))
    assert len(batch.row) == 1_000_000
    assert batch.unit.max() < UNIT_COUNT


def test_health_units_leave_every_city_but_helsinki_after_2022() -> None:
    plans = {p.name: p for p in plan.plan_files(60_000)}

    def share(name: str, year: int) -> float:
        batches = [b for b in draw_batches(plans[name], seed=6) if b.segment.year == year]
        return float(np.concatenate([b.unit >= 48 for b in batches]).mean())

    assert share("tampereen_kaupungin_ostot_2022.csv", 2022) > 0.25
    assert share("tampereen_kaupungin_ostot_2023.csv", 2023) < 0.1
    helsinki = "helsingin_kaupungin_ostot_2017_alkaen.csv"
    assert abs(share(helsinki, 2022) - share(helsinki, 2025)) < 0.05
    assert plans["tampereen_kaupungin_ostot_2022.csv"].rows > plans["tampereen_kaupungin_ostot_2023.csv"].rows


def test_volumes_are_steep_and_some_companies_sell_to_several_cities() -> None:
    tampere = next(p for p in plan.plan_files(200_000) if p.name == "tampereen_kaupungin_ostot_2022.csv")
    suppliers = np.concatenate([b.supplier for b in draw_batches(tampere, seed=6)])
    largest = Counter(suppliers.tolist()).most_common(20)
    assert 0.15 < sum(n for _, n in largest) / len(suppliers) < 0.7
    sells_to = company_members(6).sum(axis=1)
    assert 100 < (sells_to > 1).sum() < 500
    assert (sells_to == len(CITIES)).sum() >= 20


def test_business_ids_pass_the_check_digit_and_are_told_apart() -> None:
    ids = [i for i in build_suppliers().business_ids if i]
    buyers = [b.business_id for b in (*CITIES.values(), *OTHER_BUYERS)]
    assert len(ids) == len(set(ids)) == COMPANY_COUNT + 40
    assert all(ytunnus.is_valid(i) for i in (*ids, *buyers))
    assert all(i.startswith("98") for i in ids)
    assert not any(ytunnus.is_valid(break_business_id(i)) for i in ids)
    assert not any(ytunnus.is_valid(make_account_number(n)) for n in range(50))


def test_company_names_are_invented_and_distinct() -> None:
    suppliers = build_suppliers()
    companies = suppliers.names[:COMPANY_COUNT]
    assert len(set(companies)) == COMPANY_COUNT
    assert any(len(name) > 30 for name in companies)
    count = len(suppliers.names)
    spelt = suppliers.spelt_names
    assert spelt[count] == spelt[0].upper()
    assert spelt[2 * count] == spelt[0][:30]


def test_every_account_has_a_named_group() -> None:
    assert {account.group for account in ACCOUNTS} == set(GROUP_NAMES)


def test_workbooks_that_outgrow_a_sheet_are_split(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(plan, "MAX_SHEET_ROWS", 150)
    assert workbook.MAX_SHEET_ROWS == 1_048_575
    written = generate_files(tmp_path, rows=ROWS, seed=6)
    turku = [f for f in written if f.dataset == "turun-kaupungin-ostot" and f.year == 2024]
    books = [f for f in turku if f.format == "XLSX"]
    assert [f.name for f in books[:2]] == [
        "turun_kaupungin_ostot_2024.xlsx",
        "turun_kaupungin_ostot_2024_osa_2.xlsx",
    ]
    assert "osa 2" in books[1].title
    assert sum(f.rows for f in books) == next(f.rows for f in turku if f.format == "CSV")


def test_a_folder_of_the_same_call_is_reused(folder: Path, files: list[SampleFile]) -> None:
    before = {f.path: f.path.stat().st_mtime_ns for f in files}
    assert generate_files(folder, rows=ROWS, seed=6) == files
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize("spoil", ["version", "rows", "cut", "broken"])
def test_a_folder_of_anything_else_is_made_anew(spoil: str, tmp_path: Path) -> None:
    first = generate_files(tmp_path, rows=1, seed=6)
    manifest = tmp_path / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    if spoil == "cut":
        first[0].path.write_bytes(b"")
    elif spoil == "broken":
        manifest.write_text("{", encoding="utf-8")
    else:
        content["key"][spoil] = -1
        manifest.write_text(json.dumps(content), encoding="utf-8")
    assert [f.sha256 for f in generate_files(tmp_path, rows=1, seed=6)] == [f.sha256 for f in first]
    assert first[0].path.stat().st_size > 0


def test_no_half_written_file_is_left(folder: Path, files: list[SampleFile]) -> None:
    assert not list(folder.rglob("*.part"))
    assert len([p for p in folder.rglob("*") if p.is_file()]) == len(files) + 1
