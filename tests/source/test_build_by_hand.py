"""Small files whose outcome can be worked out in the head: files -> rows, reasons, counts and issues."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

import duckdb
import pyarrow.parquet as pq
import pytest

from etl.build import SourceBuild
from etl.datasets.companies.tidy import make
from etl.datasets.context import MakeContext, TidyContext
from etl.errors import CheckFailed, UnexpectedData
from etl.read import csv as csv_reader
from etl.registry import Registered
from etl.settings import ROOT
from tests.source.handmade import build, dataset, field, purchases, source

CONTEXT = TidyContext(
    city_of_business_id={"0204819-8": "853", "0201256-6": "091"}, account_groups={"43": "43", "44": "43", "45": "45"}
)
COLUMNS = {
    "posting_date": ["Pvm"],
    "account_code": ["Tili"],
    "supplier_name": ["Toimittaja"],
    "supplier_business_id": ["Y-tunnus"],
    "amount_eur": ["Summa"],
}
CITY = source(
    "purchases-turku", columns=COLUMNS, constants={"city_code": "853"}, required=["amount_eur"], ignore=["Kunta"]
)
HEADER = "Pvm;Tili;Toimittaja;Y-tunnus;Summa\n"
LEDGER = HEADER + (
    "3.1.2024;4340;Mallilan Kone Oy;9800001-6;1 234,50\n"  # 1
    "4.1.2024;4500.0;Esimerkin Energia Oyj;FI98000040;-20,00\n"  # 2: a credit note, an id as a VAT number
    ";;;;\n"  # 3: blank
    "5.1.2024;4340;Tmi Maija Mallikas;9800001-6;80,00\n"  # 4: a sole trader
    "6.1.2024;9999;Mallikas Maija;;10,00\n"  # 5: may be a person; no group for the account
    "7.1.2024;4340;Anonymisoitu;FI2112345600000785;0,05\n"  # 6: hidden, a bank account as id
    "31.2.2024;4410;Turun kaupunki;0204819-8;1,00\n"  # 7: no such day
    "8.1.2024;4340;Mallilan Kone Oy;9800001-6;n/a\n"  # 8: unreadable
    "8.1.2024;4340;Mallilan Kone Oy;9800001-6;\n"  # 9: no amount
    "31.12.2023;4340;Mallilan Kone Oy;9800001-6;0,125\n"  # 10: of the year before, a rounded amount
    "8.1.2024;4340;Mallilan Kone Oy\n"  # 11: too few cells
    "8.1.2024;4340;Mallilan Kone Oy;9800001-6;1,00;liikaa\n"  # 12: too many
    ";;Yhteensä;;1 305,62\n"  # 13: a total
)
REASONS = {
    3: "blank_row", 4: "sole_trader", 8: "unreadable_amount", 9: "no_amount", 11: "too_few_cells",
    12: "too_many_cells", 13: "total_row",
}  # fmt: skip


@pytest.fixture
def ledger(tmp_path):
    return build(purchases(), CITY, tmp_path, LEDGER, context=CONTEXT, year=2024)


def rows_of(built):
    return {row["row_number"]: row for row in pq.read_table(built.rows_paths[0]).to_pylist()}


def test_every_record_has_its_fate(ledger):
    aside = pq.read_table(ledger.set_aside_paths[0]).to_pylist()
    assert {row["row_number"]: row["reason_code"] for row in aside} == REASONS
    assert sorted(rows_of(ledger)) == [1, 2, 5, 6, 7, 10]
    assert (ledger.rows_in, ledger.rows_out, ledger.set_aside) == (13, 6, Counter(REASONS.values()))


def test_every_amount_is_exact_and_its_sum_too(ledger):
    amounts = {number: row["amount_eur"] for number, row in rows_of(ledger).items()}
    said = {1: "1234.50", 2: "-20.00", 5: "10.00", 6: "0.05", 7: "1.00", 10: "0.12"}
    assert amounts == {number: Decimal(text) for number, text in said.items()}
    assert sum(amounts.values()) == Decimal("1225.67")
    assert [number for number, row in rows_of(ledger).items() if row["is_credit_note"]] == [2]


def test_names_ids_and_groups_are_those_that_may_be_shown(ledger):
    rows = rows_of(ledger)
    shown = {
        n: (row["supplier_name"], row["supplier_business_id"], row["account_group_code"]) for n, row in rows.items()
    }
    assert shown == {
        1: ("Mallilan Kone Oy", "9800001-6", "43"),
        2: ("Esimerkin Energia Oyj", "9800004-0", "45"),
        5: (None, None, None),
        6: (None, None, "43"),
        7: ("Turun kaupunki", "0204819-8", "43"),
        10: ("Mallilan Kone Oy", "9800001-6", "43"),
    }
    assert rows[2]["account_code"] == "4500"


def test_a_month_is_that_of_a_day_within_the_files_year(ledger):
    when = {n: (row["purchase_year"], row["purchase_month"], row["posting_date"]) for n, row in rows_of(ledger).items()}
    assert when[1] == (2024, 1, dt.date(2024, 1, 3))
    assert when[7] == (2024, None, None)
    assert when[10] == (2024, None, dt.date(2023, 12, 31))


def test_what_was_set_aside_blanked_or_rounded_is_an_issue_with_its_count(ledger):
    counted = {issue.code: issue.count for issue in ledger.issues}
    assert counted == {
        **{f"set_aside_{reason}": 1 for reason in REASONS.values()},
        "blanked_posting_date": 1,
        "blanked_supplier_business_id": 1,
        "blanked_supplier_name": 3,  # of all records that were read: the total row and the sole trader too
        "rounded_amount_eur": 1,
    }
    assert {issue.severity for issue in ledger.issues} == {"info"}


def test_rows_say_where_they_came_from(ledger):
    (snapshot,) = ledger.snapshots
    for row in rows_of(ledger).values():
        assert (row["snapshot_id"], row["rule_code"], row["city_code"]) == (snapshot.id, "purchases-turku", "853")
    assert set(pq.read_table(ledger.set_aside_paths[0]).column("snapshot_id").to_pylist()) == {snapshot.id}


def test_the_account_of_rows_does_not_depend_on_where_batches_end(tmp_path, monkeypatch, ledger):
    (tmp_path / "small").mkdir()
    monkeypatch.setattr(csv_reader, "BLOCK_BYTES", 80)
    small = build(purchases(), CITY, tmp_path / "small", LEDGER, context=CONTEXT, year=2024)
    assert rows_of(small) == rows_of(ledger)
    assert (small.rows_in, small.set_aside, small.blanked) == (ledger.rows_in, ledger.set_aside, ledger.blanked)


def test_a_national_file_gives_each_city_its_own_rows(tmp_path):
    of = source(
        "purchases-national", columns={**COLUMNS, "buyer_business_id": ["Ostaja"]}, options={"city_from": "buyer"}
    )
    buyers = {"0204819-8": 1, "02012566": 2, "9900001-8": 4, "": 8, "FI02048198": 16}
    rows = (f"{buyer};3.1.2024;4340;Mallilan Kone Oy;9800001-6;{amount}\n" for buyer, amount in buyers.items())
    text = f"Ostaja;{HEADER}{''.join(rows)}"
    built = build(purchases(), of, tmp_path, text, context=CONTEXT)
    assert [(r["city_code"], r["amount_eur"]) for r in rows_of(built).values()] == [("853", 1), ("091", 2), ("853", 16)]
    assert built.set_aside == {"other_buyer": 2}


def test_several_files_add_up_and_a_row_is_known_by_file_and_number(tmp_path):
    one = HEADER + "3.1.2023;4340;Mallilan Kone Oy;9800001-6;1,00\n"
    two = HEADER + "3.1.2023;4340;Mallilan Kone Oy;9800001-6;2,00\n;;;;\n"
    built = build(purchases(), CITY, tmp_path, one, two, context=CONTEXT, year=2023)
    rows = pq.read_table(built.rows_paths[0]).to_pylist()
    assert (built.rows_in, built.rows_out, len(built.snapshots)) == (3, 2, 2)
    assert len({(row["snapshot_id"], row["row_number"]) for row in rows}) == 2


def test_a_file_that_is_wrong_fails_the_whole_source_and_is_named(tmp_path):
    good = HEADER + "3.1.2023;4340;Mallilan Kone Oy;9800001-6;1,00\n"
    with pytest.raises(UnexpectedData, match=r"file1\.csv .*has no column for amount_eur") as caught:
        build(purchases(), CITY, tmp_path, good, good.replace("Summa", "Netto"), context=CONTEXT)
    assert caught.value.resource == "file1.csv"


@pytest.mark.parametrize("text", [HEADER, HEADER + ";;;;\n", HEADER + "3.1.2024;4340;Tmi Maija;;5,00\n"])
def test_a_source_that_gives_no_row_is_an_error(tmp_path, text):
    with pytest.raises(UnexpectedData, match="purchases-turku gave no rows"):
        build(purchases(), CITY, tmp_path, text, context=CONTEXT, year=2024)


def test_a_column_that_nobody_knows_is_a_warning_that_names_it(tmp_path):
    text = "Kunta;Uusi;" + HEADER + "Turku;x;3.1.2024;4340;Mallilan Kone Oy;9800001-6;1,00\n"
    built = build(purchases(), CITY, tmp_path, text, context=CONTEXT, year=2024)
    (issue,) = built.issues
    assert (issue.code, issue.severity, issue.count) == ("unexpected_column", "warning", 1)
    assert "Uusi" in issue.message
    assert "Kunta" not in issue.message


def test_a_value_that_breaks_the_declaration_fails_the_source_and_names_the_file(tmp_path):
    declared = dataset(field("code", required=True, pattern="^t[0-9]$"), field("height", "number"))
    of = source(columns={"code": ["Koodi"], "height": ["Korkeus"]})
    with pytest.raises(CheckFailed, match=r"trees-turku: file0\.csv: 1 values.*'x9'") as caught:
        build(Registered(declared, (of,), None), of, tmp_path, "Koodi;Korkeus\nt1;5\nx9;6\n")
    assert caught.value.resource == "file0.csv"


def test_a_row_without_a_required_value_is_set_aside_in_a_plain_dataset(tmp_path):
    declared = dataset(field("code", required=True), field("height", "number"), field("uses", "list"))
    of = source(columns={"code": ["Koodi"], "height": ["Korkeus"], "uses": ["Käyttö"]}, layout={"decimal": "."})
    text = "Koodi;Korkeus;Käyttö\nt1;5.5;varjo | vene\n-;6;\nt3;korkea;|\n"
    built = build(Registered(declared, (of,), None), of, tmp_path, text)
    assert pq.read_table(built.rows_paths[0]).to_pylist() == [
        {"code": "t1", "height": 5.5, "uses": ["varjo", "vene"]},
        {"code": "t3", "height": None, "uses": []},
    ]
    assert (dict(built.set_aside), built.blanked["height"]) == ({"no_code": 1}, 1)


def test_lost_rows_are_noticed():
    built = SourceBuild(CITY, purchases().dataset.tables[0], None, None, [], 5, 3)
    built.set_aside["blank_row"] = 1
    with pytest.raises(UnexpectedData, match="rows got lost; expected 5 rows; got 3 kept and 1 set aside"):
        built.assert_accounted()


PURCHASES = [
    ("9800001-6", "Kone Oy", "853", 2022), ("9800001-6", "Kone Oy", "853", 2023), ("9800001-6", "KONE OY", "091", 2024),
    ("9800002-4", "Beta Oy", "853", 2023), ("9800002-4", "Alfa Oy", "853", 2023),
    ("9800004-0", "Vanha Oy", "837", 2020), ("9800004-0", "Uusi Oy", "837", 2024),
    (None, "Nimi Oy", "853", 2024),
]  # fmt: skip


SHOWN = ("company_name", "city_codes", "first_year", "last_year", "rows_count")
NAMED = ("supplier_business_id", "company_name", "rows_count", "first_year", "last_year")


def companies_of(purchases):
    """({business id: name, cities, first and last year, rows}, the rows of the other names)"""
    with duckdb.connect() as connection:
        connection.execute(
            "create table purchases (supplier_business_id varchar, supplier_name varchar, city_code varchar, "
            "purchase_year smallint, supplier_country_code varchar, buyer_business_id varchar, "
            "amount_eur decimal(18, 2))"
        )
        connection.executemany("insert into purchases values (?, ?, ?, ?, null, null, 1)", purchases)
        connection.execute("create table cities (business_id varchar)")
        connection.execute("create table project_partners (business_id varchar)")
        made = make(MakeContext(connection, ROOT / "data" / "reference"))
    companies = {row["supplier_business_id"]: tuple(row[n] for n in SHOWN) for row in made["companies"].to_pylist()}
    return companies, [tuple(row[name] for name in NAMED) for row in made["company_names"].to_pylist()]


def test_companies_are_named_as_most_rows_name_them_then_as_the_newest_then_by_the_alphabet():
    companies, names = companies_of(PURCHASES)
    assert companies == {
        "9800001-6": ("Kone Oy", ["091", "853"], 2022, 2024, 3),
        "9800002-4": ("Alfa Oy", ["853"], 2023, 2023, 2),
        "9800004-0": ("Uusi Oy", ["837"], 2020, 2024, 2),
    }
    assert names == [
        ("9800001-6", "KONE OY", 1, 2024, 2024),
        ("9800001-6", "Kone Oy", 2, 2022, 2023),
        ("9800002-4", "Alfa Oy", 1, 2023, 2023),
        ("9800002-4", "Beta Oy", 1, 2023, 2023),
        ("9800004-0", "Uusi Oy", 1, 2024, 2024),
        ("9800004-0", "Vanha Oy", 1, 2020, 2020),
    ]


def test_a_row_whose_name_is_hidden_counts_for_its_company():
    companies, _ = companies_of([("9800004-0", "Uusi Oy", "837", 2024), ("9800004-0", None, "564", 2025)])
    assert companies["9800004-0"] == ("Uusi Oy", ["564", "837"], 2024, 2025, 2)
