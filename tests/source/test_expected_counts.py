"""Reviewed counts: what a person looked at must come out again, to the cent."""

from __future__ import annotations

import csv
import shutil

import pytest

from etl.errors import DeclarationError, PublishRefused
from etl.publish.assemble import TableFiles, open_connection
from etl.publish.expected import COLUMNS, count_parts, differences, read_expected
from etl.registry import load_registry
from etl.sample.portal import SamplePortal
from etl.settings import ROOT
from tests.source.runs import Line

PURCHASES = next(r for r in load_registry().datasets if r.dataset.name == "purchases").dataset.tables[0]


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    made = Line(tmp_path_factory.mktemp("line"))
    made.first = made.run()
    return made


def table(line):
    path = line.release(line.first) / "purchases.parquet"
    return TableFiles("purchases", PURCHASES, path, path, 0)


def counts(line):
    with open_connection() as connection:
        return list(count_parts(connection, table(line)))


def write(path, parts, **changes):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for part in parts:
            row = {"table": part.table, "key": part.key, "rows": part.rows, "sum": part.sum}
            writer.writerow(row | {"reviewed_on": "2026-11-24", "reviewer": "test", "note": ""} | changes)
    return path


def test_the_kept_file_holds_of_every_table_of_ours(line):
    registry = load_registry()
    ours = [
        TableFiles(registered.dataset.name, table, line.release(line.first) / f"{table.name}.parquet", ROOT, 0)
        for registered in registry.datasets
        for table in registered.dataset.tables
        if not registry.is_fetched(registered.dataset.name, table.name)
    ]
    expected = read_expected(ROOT / "data" / "reference" / "expected_counts.csv")
    assert {item.table for item in expected} == {files.table.name for files in ours}
    with open_connection() as connection:
        assert differences(connection, ours, expected) == []


def test_no_file_expects_nothing(tmp_path):
    assert read_expected(tmp_path / "none.csv") == []


def test_counts_add_up_to_the_table_by_city_and_year(line):
    with (line.release(line.first) / "purchases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = {part.key: part for part in counts(line)}
    assert sum(part.rows for part in parts.values()) == len(rows)
    assert set(parts) == {f"{row['city_code']} {row['purchase_year']}" for row in rows}


def test_what_was_reviewed_comes_out_again_after_a_round_through_the_file(line, tmp_path):
    parts = counts(line)
    expected = read_expected(write(tmp_path / "e.csv", parts))
    assert expected == parts
    with open_connection() as connection:
        assert differences(connection, [table(line)], expected) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [({"rows": 1}, "reviewed as 1 rows"), ({"sum": "0.01"}, "rows, 0.01, now"), ({"key": "853 1999"}, "now none")],
)
def test_what_came_out_otherwise_is_named(line, tmp_path, change, said):
    expected = read_expected(write(tmp_path / "e.csv", counts(line)[:1], **change))
    with open_connection() as connection:
        found = differences(connection, [table(line)], expected)
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize("change", [{"rows": "many"}, {"rows": ""}, {"sum": "1,5"}])
def test_a_line_that_is_no_number_names_its_place(line, tmp_path, change):
    path = write(tmp_path / "e.csv", counts(line)[:1], **change)
    with pytest.raises(DeclarationError, match=r"e\.csv, line 2"):
        read_expected(path)


def test_other_columns_are_refused(tmp_path):
    (tmp_path / "e.csv").write_text("table,rows\n")
    with pytest.raises(DeclarationError, match="other columns"):
        read_expected(tmp_path / "e.csv")


def test_a_real_run_that_differs_is_refused_until_it_is_accepted(tmp_path, monkeypatch):
    line = Line(tmp_path)
    reference = tmp_path / "reference"
    shutil.copytree(ROOT / "data" / "reference", reference)
    monkeypatch.setenv("ETL_REFERENCE_DIR", str(reference))
    with SamplePortal(rows=1500, seed=6, directory=line.files) as portal:
        line.first = line.run_on(portal.portals, sample=False)
        write(reference / "expected_counts.csv", counts(line))
        line.clock.next_run()
        assert line.run_on(portal.portals, sample=False).result == "unchanged"
        write(reference / "expected_counts.csv", counts(line), rows=3)
        line.clock.next_run()
        with pytest.raises(PublishRefused, match=r"24 reviewed counts came out otherwise: purchases 049 2022"):
            line.run_on(portal.portals, sample=False)
        line.accept = "the city corrected its files"
        accepted = line.run_on(portal.portals, sample=False)
    assert {i.code for i in accepted.issues if "corrected its files" in i.do} == {"accepted_difference"}
