"""What the generator plants in the files and what must not come out, counted against each other."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter

import numpy as np
import pyarrow.parquet as pq
import pytest

from etl.registry import load_registry
from etl.sample.cities import CITIES
from etl.sample.companies import COMPANY_COUNT, FOREIGN_COUNT, SOLE_TRADER_COUNT, build_suppliers
from etl.sample.dirt import Dirt
from etl.sample.generate import draw_batches, read_planted
from etl.sample.plan import plan_files
from tests.releases import ROWS
from tests.source.everything import texts_of
from tests.source.runs import Line

SEED = 6
"""The one that `python -m etl run --sample` takes."""


TEXTS = "coverage.csv"


@pytest.fixture(scope="module")
def release(sample_data_dir):
    pointer = json.loads((sample_data_dir / "releases" / "current.json").read_text(encoding="utf-8"))
    return sample_data_dir / "releases" / pointer["version"]


@pytest.fixture(scope="module")
def planted(sample_data_dir):
    """What was planted in the files that were picked, summed by source."""
    by_path = read_planted(sample_data_dir / "build" / "sample-portal")
    assert by_path
    return by_path


@pytest.fixture(scope="module")
def descriptor(release):
    return json.loads((release / "datapackage.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def published(release):
    """Every cell of every CSV of the release, but for the one of declared texts."""
    cells = set()
    for path in (path for path in release.glob("*.csv") if path.name != TEXTS):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                cells.update(row)
    return cells


@pytest.fixture(scope="module")
def written(sample_data_dir):
    """Path -> text of every file below the releases: tables in each form, descriptor, issues, changes, last run."""
    return texts_of(sample_data_dir / "releases")


def folded(text):
    return " ".join(text.split()).casefold()


def test_companies_are_published_but_no_sole_trader_and_no_person(published, written):
    names = build_suppliers().names
    shown = {folded(cell) for cell in published}
    traders_from = COMPANY_COUNT + FOREIGN_COUNT
    companies, traders = names[:COMPANY_COUNT], names[traders_from : traders_from + SOLE_TRADER_COUNT]
    persons = names[traders_from + SOLE_TRADER_COUNT :]
    assert sum(folded(name) in shown for name in companies) > COMPANY_COUNT / 2
    assert len(traders) == SOLE_TRADER_COUNT
    assert persons
    for name in (*traders, *persons):
        bare = folded(name).removeprefix("tmi ")
        turned = " ".join(reversed(bare.split()))
        assert not [path for path, text in written.items() if bare in text or turned in text], name


def test_no_bank_account_and_no_broken_business_id_is_published(published, written, planted):
    assert sum(counts.get("IBAN", 0) for counts in planted.values()) > 0
    assert not [path for path, text in written.items() if re.search(r"\bfi\d{2}\s?\d{4}", text)]
    assert not [cell for cell in published if "anonym" in cell.casefold()]


def picked(descriptor, planted, source):
    """The planted counts of the files that a source was built from."""
    files = {s["file_name"] for s in descriptor["x-provenance"] if s["source"] == source["name"]}
    stems = {name.removesuffix(".csv").removesuffix(".xlsx") for name in files}
    best = "xlsx" if any(name.endswith(".xlsx") for name in files) else "csv"
    chosen = [
        counts
        for path, counts in planted.items()
        if f"/{source['dataset']}/" in f"/{path}"
        and path.endswith(best)
        and path.rpartition("/")[2].rpartition(".")[0] in stems
    ]
    assert len(chosen) == len(files), source["name"]
    return sum((Counter(counts) for counts in chosen), Counter())


def sources_of_purchases(descriptor):
    return next(d["sources"] for d in descriptor["x-datasets"] if d["name"] == "purchases")


def test_as_many_rows_are_set_aside_as_were_planted_for_each_reason(descriptor, planted):
    for source in sources_of_purchases(descriptor):
        put_in, aside = picked(descriptor, planted, source), source["set_aside"]
        assert aside.get("total_row", 0) == put_in["TOTAL_ROW"], source["name"]
        assert aside.get("unreadable_amount", 0) == put_in["UNREADABLE_AMOUNT"], source["name"]
        assert aside.get("blank_row", 0) == put_in["BLANK_ROW"], source["name"]
        if source["name"] != "purchases-national":  # whose rows of other buyers go for that reason first
            assert aside.get("sole_trader", 0) == put_in["SOLE_TRADER"], source["name"]


def test_every_cent_of_the_rows_that_are_kept_is_published(release):
    """Drawn again from the seed: all amounts but those set aside (Helsinki's file has no year of its own, so a row of
    it whose date does not exist is in no year)."""
    rows = pq.read_table(release / "purchases.parquet", columns=["rule_code", "amount_eur"]).to_pylist()
    published, drawn = Counter(), Counter()
    for row in rows:
        published[row["rule_code"]] += int(row["amount_eur"] * 100)
    sources = {s.dataset: s for s in load_registry().sources() if s.kind == "ckan"}
    for plan in plan_files(ROWS):
        source = sources[plan.dataset]
        if plan.format != source.pick.formats[0] or source.name == "purchases-national":
            continue
        lost = [Dirt.SOLE_TRADER, Dirt.UNREADABLE_AMOUNT]
        if plan.year is None:
            lost.append(Dirt.IMPOSSIBLE_DATE)
        for batch in draw_batches(plan, SEED):
            kept = ~np.isin(batch.dirt, lost)
            drawn[source.name] += int(batch.cents[kept].sum())
    assert len(drawn) == 6
    assert {name: published[name] for name in drawn} == dict(drawn)


def test_rows_in_are_rows_out_and_rows_set_aside_in_the_tables_too(descriptor, release):
    kept = Counter(pq.read_table(release / "purchases.parquet")["rule_code"].to_pylist())
    aside = pq.read_table(release / "purchases_set_aside.parquet").to_pylist()
    source_of = {s["id"]: s["source"] for s in descriptor["x-provenance"]}
    by_source = Counter(source_of[row["snapshot_id"]] for row in aside)
    for source in sources_of_purchases(descriptor):
        assert kept[source["name"]] == source["rows"]
        assert by_source[source["name"]] == sum(source["set_aside"].values())
        assert source["rows_in"] == source["rows"] + sum(source["set_aside"].values())
    assert sum(kept.values()) > ROWS / 2


def test_no_citys_year_comes_from_two_sources(release):
    rows = pq.read_table(release / "purchases.parquet", columns=["city_code", "purchase_year", "rule_code"])
    by_year = {}
    for row in rows.to_pylist():
        by_year.setdefault((row["city_code"], row["purchase_year"]), set()).add(row["rule_code"])
    assert {city for city, _ in by_year} == {"091", "049", "092", "837", "853", "564"}
    assert {key: rules for key, rules in by_year.items() if len(rules) > 1} == {}
    assert len(CITIES) == 6


def test_where_a_city_fails_the_national_file_stands_in_for_its_years_and_no_other(tmp_path):
    line = Line(tmp_path, rows=3000)
    result = line.run(helsingin_kaupungin_ostot="404file")
    rows = pq.read_table(line.release(result) / "purchases.parquet", columns=["city_code", "rule_code"]).to_pylist()
    national = {row["city_code"] for row in rows if row["rule_code"] == "purchases-national"}
    assert national == {"091"}
