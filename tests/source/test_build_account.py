"""What a build says of a file that is not as it should be: every oddity is counted, no row is lost."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from etl.build import Work, build_source
from etl.datasets.context import TidyContext
from etl.publish.assemble import open_connection, write_table
from etl.read import csv as reader
from etl.read.table import Limits
from etl.registry import load_registry
from etl.snapshot import Snapshot

HEADER = "Kuntakoodi;Tositenumero;Kirjauspvm;Tili;Toimittaja;Y-tunnus;Netto"
PURCHASES = next(r for r in load_registry().datasets if r.dataset.name == "purchases")
ESPOO = next(s for s in PURCHASES.sources if s.name == "purchases-espoo")


def row(voucher, amount="10,00", date="3.1.2024"):
    return f"049;{voucher};{date};4340;Mallilan Kone Oy;9800001-6;{amount}"


@pytest.fixture
def build(tmp_path):
    def of(lines, encoding="cp1252", newline="\r\n"):
        path = tmp_path / "ostot_2024.csv"
        path.write_bytes("".join(line + newline for line in lines).encode(encoding))
        snapshot = Snapshot("espoo:0", ESPOO.name, path.name, "", "hri", "d", None, None, "Ostot 2024", "CSV", 2024, "",
                            0, "", None, None, None, True)  # fmt: skip
        return build_source(Work(PURCHASES, TidyContext(), tmp_path, Limits()), ESPOO, [(snapshot, path)])

    return of


def counts(built):
    return {issue.code: issue.count for issue in built.issues}


def test_amounts_with_more_than_two_decimals_are_counted(build):
    built = build([HEADER, row(1, "0,125"), row(2, "0,135"), row(3, "1,50"), row(4, "2,500")])
    assert counts(built) == {"rounded_amount_eur": 2}
    assert [issue.severity for issue in built.issues] == ["info"]
    amounts = pq.read_table(built.rows_paths[0])["amount_eur"].to_pylist()
    assert [str(amount) for amount in amounts] == ["0.12", "0.14", "1.50", "2.50"]


def test_double_unnamed_and_unknown_columns_are_told(build):
    built = build([f"{HEADER};netto;;Uusi;", f"{row(1)};99,00;huom;x;", f"{row(2)};98,00; ;x;"])
    assert counts(built) == {"unexpected_column": 1, "double_column": 1, "cells_without_header": 1}
    assert {str(amount) for amount in pq.read_table(built.rows_paths[0])["amount_eur"].to_pylist()} == {"10.00"}


@pytest.mark.parametrize("blank", ["", ";" * 6, " ;\u00a0;" + ";" * 4])
def test_trailing_blank_rows_by_the_ten_thousand_are_counted(build, blank):
    built = build([HEADER, row(1), *[blank] * 30_000])
    assert (built.rows_in, built.rows_out, dict(built.set_aside)) == (30_001, 1, {"blank_row": 30_000})
    numbers = pq.read_table(built.set_aside_paths[0])["row_number"].to_pylist()
    assert sorted(numbers) == list(range(2, 30_002))


def test_the_size_of_the_blocks_changes_nothing(build, monkeypatch):
    lines = [HEADER]
    for n in range(4000):
        odd = {5: "rikki", 6: "0,125", 7: ""}.get(n % 50)
        lines.append(row(n % 900, "1 234,56" if odd is None else odd, f"{n % 28 + 1}.{n % 12 + 1}.2024"))
        if n % 97 == 0:
            lines += [";" * 6, "049;1;liian lyhyt", row(1) + ";liikaa"]
    seen = []
    for size in (1 << 23, 20_000):
        monkeypatch.setattr(reader, "BLOCK_BYTES", size)
        built = build(lines)
        aside = pq.read_table(built.set_aside_paths[0]).to_pylist()
        rows = sorted(pq.read_table(built.rows_paths[0]).to_pylist(), key=lambda found: found["row_number"])
        seen.append((rows, sorted(map(str, aside)), counts(built)))
        built.assert_accounted()
    assert seen[0] == seen[1]
    assert {"too_few_cells", "too_many_cells", "blank_row", "unreadable_amount", "no_amount"} == set(built.set_aside)


def test_the_tables_are_the_same_bytes_each_time(build, tmp_path):
    lines = [HEADER, *(row(n, f"{n},{n % 90 + 10}", f"{n % 28 + 1}.{n % 12 + 1}.2024") for n in range(20_000))]
    table = PURCHASES.dataset.tables[0]
    seen = []
    for _ in range(2):
        built = build(lines)
        with open_connection() as connection:
            files = write_table(connection, "purchases", table, built.rows_paths, tmp_path, {"x-sample": "true"})
        seen.append((files.parquet.read_bytes(), files.csv.read_bytes()))
    assert seen[0] == seen[1]
    assert pq.read_metadata(files.parquet).metadata[b"x-sample"] == b"true"
    assert pq.read_table(files.parquet).num_rows == seen[0][1].count(b"\n") - 1 == 20_000
