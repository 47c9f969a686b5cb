"""The sample's files read with nothing of ours: their sums, days and ids are those that were planned and drawn."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from decimal import Decimal
from itertools import groupby, pairwise

import numpy as np
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.fi import ytunnus

from etl.fetch.ckan import Package
from etl.fetch.pick import pick_resources
from etl.read.rows import header_key
from etl.registry import load_registry
from etl.sample.catalogue import build_catalogue
from etl.sample.days import FORMATS, IMPOSSIBLE, day_texts, index_of_day, pool_of_days
from etl.sample.decoys import write_decoys
from etl.sample.dirt import PER_MILLE, Dirt, dirt_of_rows
from etl.sample.generate import generate_files, read_planted
from etl.sample.market import company_weights, draw_cents, draw_weighted, make_rng
from etl.sample.plan import DATASETS, LEAST_ROWS, YEARS, plan_files, split_rows
from etl.sample.text_file import Money, money_text
from etl.tidy.dates import parse_date
from etl.tidy.numbers import parse_decimals

ROWS = 6000
SOURCES = {source.dataset: source for source in load_registry().sources() if source.kind == "ckan"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="module")
def files(folder):
    return generate_files(folder, rows=ROWS, seed=11)


def records(file):
    """(header, rows of cells) by Python's own reader or by calamine; the sheet with most columns is the data."""
    if file.format == "XLSX":
        book = python_calamine.CalamineWorkbook.from_path(str(file.path))
        sheets = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
        header, *rows = max(filter(None, sheets), key=lambda sheet: len(sheet[0]))
        return header, rows
    content = file.path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    delimiter = max(";,\t", key=text.partition("\n")[0].count)
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return header, [row for row in rows if any(row)]


def column(file, field):
    """The cells under the header that the declared source maps to a field; None where the file has none."""
    header, rows = records(file)
    keys = {header_key(name): index for index, name in reversed(list(enumerate(header)))}
    found = [keys[header_key(s)] for s in SOURCES[file.dataset].columns.get(field, ()) if header_key(s) in keys]
    return [row[found[0]] for row in rows] if found else None


def cents(cell):
    """An amount as a person reads it, in cents; None for what is none."""
    if isinstance(cell, int | float):
        return round(cell * 100)
    plain = cell.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    return int(Decimal(plain) * 100) if re.fullmatch(r"-?\d+\.\d\d", plain) else None


def test_the_sum_of_each_file_is_the_sum_of_what_was_drawn(folder, files):
    planted = read_planted(folder)
    for file in files:
        counts = planted[str(file.path.relative_to(folder))]
        amounts = [cents(cell) for cell in column(file, "amount_eur")]
        if counts.get("TOTAL_ROW"):
            assert amounts.pop() == counts["CENTS"], file.name
        assert sum(amount for amount in amounts if amount is not None) == counts["CENTS"], file.name
        assert amounts.count(None) == counts.get("UNREADABLE_AMOUNT", 0), file.name


def test_every_file_has_the_records_that_its_manifest_says(files):
    for file in files:
        assert len(records(file)[1]) == file.rows, file.name


def test_the_declared_source_knows_every_header_of_every_file(files):
    for file in files:
        source = SOURCES[file.dataset]
        known = {header_key(s) for spellings in source.columns.values() for s in spellings}
        known |= {header_key(name) for name in source.ignore}
        unknown = {name for name in records(file)[0] if header_key(name) not in known}
        assert not unknown, file.name
        assert all(column(file, field) is not None for field in source.required), file.name


def test_days_are_of_the_files_year_but_for_those_planted_otherwise(folder, files):
    planted = read_planted(folder)
    for file in files:
        if file.year is None:
            continue
        counts, formats = planted[str(file.path.relative_to(folder))], SOURCES[file.dataset].layout.dates
        texts = [str(cell) for cell in column(file, "posting_date")]
        texts = [text.removesuffix(".0") for text in texts if text]
        days = [parse_date(text, formats) for text in texts]
        assert days.count(None) == counts.get("IMPOSSIBLE_DATE", 0), file.name
        years = Counter(day.year for day in days if day)
        assert set(years) <= {file.year, file.year - 1}
        assert years[file.year - 1] == counts.get("PREVIOUS_YEAR", 0), file.name


def test_ids_are_right_but_for_those_that_were_planted_wrong(folder, files):
    planted = read_planted(folder)
    for file in files:
        counts = planted[str(file.path.relative_to(folder))]
        ids = [cell for cell in column(file, "supplier_business_id") if cell]
        wrong = [cell for cell in ids if not ytunnus.is_valid(cell)]
        assert len(wrong) <= counts.get("INVALID_ID", 0) + counts.get("IBAN", 0), file.name
        assert sum(cell.startswith("FI00") for cell in wrong) == counts.get("IBAN", 0), file.name
        assert all(cell.startswith(("98", "FI00")) for cell in ids), file.name


def test_the_declared_rules_pick_just_the_generated_files_of_every_portal(files, tmp_path):
    decoys = write_decoys(tmp_path)
    for portal in {portal for portal, _ in DATASETS.values()}:
        mine = [file for file in files if file.portal == portal]
        catalogue = build_catalogue(portal, f"http://127.0.0.1:1/{portal}", mine, decoys, ())
        for dataset, group in groupby(sorted(mine, key=lambda f: f.dataset), lambda f: f.dataset):
            resources = tuple(catalogue.packages[dataset]["resources"])
            picked = pick_resources(Package("1", dataset, None, None, resources), SOURCES[dataset]).resources
            stems = Counter(file.path.stem for file in group)
            assert sorted({r.url.rpartition("/")[2].partition(".")[0] for r in picked}) == sorted(stems)
            assert len(picked) == len(stems)


@settings(deadline=None, max_examples=60)
@given(rows=st.integers(0, 3_000_000))
def test_plans_hold_about_the_rows_that_were_asked_for_and_no_year_is_empty(rows):
    plans = plan_files(rows)
    held = sum(plan.rows for plan in plans)
    floor = LEAST_ROWS * len(YEARS) * (len(DATASETS) + 1)  # Turku's rows are written twice
    assert abs(held - rows) <= floor + 100
    of_year = Counter({(plan.dataset, plan.year): plan.rows for plan in plans if plan.rows})
    assert {(plan.dataset, plan.year) for plan in plans} == set(of_year)
    assert len({(plan.dataset, plan.name) for plan in plans}) == len(plans)


@settings(deadline=None)
@given(rows=st.integers(0, 10**7), weights=st.lists(st.integers(1, 100), min_size=1, max_size=12))
def test_parts_add_up_and_keep_their_proportion(rows, weights):
    parts = split_rows(rows, weights)
    assert sum(parts) == rows
    assert all(abs(part - rows * w / sum(weights)) < 1 for part, w in zip(parts, weights, strict=True))


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6), phase=st.integers(0, 999), start=st.integers(10, 10**6))
def test_any_thousand_rows_in_a_row_hold_just_the_declared_dirt(seed, phase, start):
    kinds = Counter(dirt_of_rows(np.arange(start, start + 1000), phase).tolist())
    assert {Dirt(kind): n for kind, n in kinds.items() if kind} == PER_MILLE
    assert make_rng(seed, "a").integers(0, 2**60) == make_rng(seed, "a").integers(0, 2**60)


def test_amounts_follow_the_law_that_is_said_of_them():
    drawn = draw_cents(make_rng(3, "amounts"), 200_000)
    assert drawn.min() >= 1
    assert 39_000 < np.median(drawn) < 45_000  # 420 euros
    assert 0.0005 < (drawn > 8_000_000).mean() < 0.002  # one in a thousand above 80,000 euros
    assert 0.08 < (drawn % 100 == 0).mean() < 0.13


def test_a_company_is_drawn_as_often_as_its_weight_says():
    running = np.cumsum(np.array([5, 0, 3, 2], np.int64))
    counts = np.bincount(draw_weighted(make_rng(1, "w"), running, 50_000), minlength=4) / 50_000
    assert np.abs(counts - np.array([0.5, 0, 0.3, 0.2])).max() < 0.01
    turku, oulu = company_weights("turku", 6), company_weights("oulu", 6)
    assert (np.diff(turku) >= 0).all()
    assert not np.array_equal(turku, oulu)


@pytest.mark.parametrize("year", YEARS)
def test_a_pool_of_days_is_a_december_and_a_year_in_every_way_of_writing(year):
    days = pool_of_days(year)
    assert (days[0], days[-1]) == (dt.date(year - 1, 12, 1), dt.date(year, 12, 31))
    assert all(after - before == dt.timedelta(days=1) for before, after in pairwise(days))
    assert [index_of_day(day, year) for day in (days[0], days[40], days[-1])] == [0, 40, len(days) - 1]
    for name in FORMATS:
        declared = {"dd.mm.YYYY": "d.m.Y"}.get(name, name)
        *texts, impossible = day_texts(year, name)
        expected = [day.replace(day=1) if name == "YYYYMM" else day for day in days]
        assert [parse_date(text, [declared]) for text in texts] == expected
        assert impossible == IMPOSSIBLE[name](year)
        assert parse_date(impossible, [declared]) is None


@settings(deadline=None, max_examples=60)
@given(values=st.lists(st.integers(1 - 10**11, 10**11 - 1), min_size=1), thousands=st.sampled_from(["", " ", "\u00a0"]))
def test_money_is_written_so_that_it_is_read_again_to_the_cent(values, thousands):
    money = Money(np.array(values, np.int64), np.zeros(len(values), bool))
    parsed = parse_decimals(money_text(money, thousands), ",")
    assert parsed.values.to_pylist() == [Decimal(value).scaleb(-2) for value in values]
