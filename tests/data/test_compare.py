"""What of a table against the live release is a fall, a rise or nothing, on tables written by hand."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.publish.assemble import TableFiles
from etl.publish.compare import compare
from etl.registry import load_registry

PURCHASES = next(r for r in load_registry().datasets if r.dataset.name == "purchases").dataset.tables[0]
SCHEMA = pa.schema(
    [("city_code", pa.string()), ("purchase_year", pa.int16()), ("amount_eur", pa.decimal128(18, 2))]
)  # fmt: skip


def write(path, years):
    """`years`: year -> amounts of Espoo's rows."""
    path.parent.mkdir(exist_ok=True)
    rows = [("049", year, Decimal(amount)) for year, amounts in years.items() for amount in amounts]
    pq.write_table(pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], SCHEMA), path)
    return path


def severities(tmp_path, before, after):
    """(year, measure) -> severity, of what changed."""
    write(tmp_path / "live" / "purchases.parquet", before)
    new = write(tmp_path / "new" / "purchases.parquet", after)
    with duckdb.connect() as connection:
        files = TableFiles("purchases", PURCHASES, new, new.with_suffix(".csv"), 0)
        found = compare(connection, [files], tmp_path / "live")
    return {(int(change.key.split()[1]), change.measure): change.severity for change in found}


FOUR = {2022: [1, 1], 2023: [2, 2], 2024: [3, 3], 2025: [4, 4]}


def without(*years):
    return {year: amounts for year, amounts in FOUR.items() if year not in years}


def test_a_year_that_a_newer_one_pushes_out_is_no_fall(tmp_path):
    assert set(severities(tmp_path, FOUR, without(2022) | {2026: [5]}).values()) == {"info"}


@pytest.mark.parametrize("gone", [(2022,), (2022, 2023), (2023,), (2025,)])
def test_years_that_go_while_no_newer_one_comes_are_falls(tmp_path, gone):
    found = severities(tmp_path, FOUR, without(*gone))
    assert found == {(year, measure): "error" for year in gone for measure in ("rows", "amount_eur")}


def test_one_newer_year_excuses_one_old_one_and_not_two(tmp_path):
    found = severities(tmp_path, FOUR, without(2022, 2023) | {2026: [5]})
    assert (found[2022, "rows"], found[2023, "rows"], found[2026, "rows"]) == ("error", "error", "info")


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [
        (100, 79, "error"), (100, 81, "info"), (100, 130, "warning"), (100, -4000, "error"), (-100, 4000, "error"),
        (-100, -10, "error"), (-100, -400, "warning"), (100, 0, "error"),
    ],
)  # fmt: skip
def test_a_sum_falls_where_it_shrinks_or_changes_its_sign(tmp_path, before, after, severity):
    found = severities(tmp_path, FOUR | {2024: [before]}, FOUR | {2024: [after]})
    assert found == {(2024, "amount_eur"): severity}
