"""The rules of the purchases dataset: what is kept, what is set aside, and why."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from etl.datasets.context import TidyContext
from etl.read.rows import RawBatch, column_names
from etl.registry import load_registry
from etl.snapshot import Snapshot
from etl.tidy.columns import map_columns, parse_columns
from etl.tidy.companies import is_sole_trader, names_organisation, normalise_business_id

PURCHASES = next(r for r in load_registry().datasets if r.dataset.name == "purchases")
TABLE = PURCHASES.dataset.tables[0]
SOURCES = {source.name: source for source in PURCHASES.sources}
HEADER = (
    "Ostajan Y-tunnus", "Tulosyksikön nimi", "Tositenumero", "Kirjauspvm", "Tili", "Tilin nimi", "Toimittaja",
    "Y-tunnus", "Summa ALV0 euroina",
)  # fmt: skip
ROW = ("0101263-6", "Koulut", "77", "3.1.2024", "4340", "Palvelut", "Mallilan Kone Oy", "9800001-6", "10,50")
CONTEXT = TidyContext(city_of_business_id={"0201256-6": "091"}, account_groups={"43": "43"})


def snapshot(year):
    return Snapshot(
        "s:1", "s", "f.csv", "", "hri", "d", None, None, "f", "CSV", year, "", 0, "", None, None, None, True
    )  # fmt: skip


def tidy(*rows, source="purchases-espoo", header=HEADER, year=2024, context=CONTEXT):
    columns = pa.table(
        {n: pa.array(list(c)) for n, c in zip(column_names(len(header)), zip(*rows, strict=True), strict=True)}
    )
    batch = RawBatch(columns, pa.array(range(1, len(rows) + 1), pa.int64()))
    parsed = parse_columns(batch, map_columns(header, SOURCES[source], "test"), TABLE, SOURCES[source])
    done = PURCHASES.tidy.tidy(parsed, TABLE, SOURCES[source], snapshot(year), context)
    assert done.rows.num_rows + done.set_aside.num_rows == len(rows)
    return done


def changed(**cells):
    names = ("buyer", "unit", "voucher", "date", "account", "account_name", "supplier", "supplier_id", "amount")
    return tuple(cells.get(name, value) for name, value in zip(names, ROW, strict=True))


def reasons(*rows, **more):
    return tidy(*rows, **more).set_aside["reason_code"].to_pylist()


def test_a_row_is_kept_with_its_origin():
    row = tidy(ROW).rows.to_pylist()[0]
    assert (row["city_code"], row["purchase_year"], row["purchase_month"]) == ("049", 2024, 1)
    assert (row["snapshot_id"], row["row_number"], row["rule_code"]) == ("s:1", 1, "purchases-espoo")
    assert (row["amount_eur"], row["amount_basis_code"], row["account_group_code"]) == (Decimal("10.50"), "net", "43")
    assert (row["supplier_name"], row["supplier_business_id"]) == ("Mallilan Kone Oy", "9800001-6")


@pytest.mark.parametrize(
    "word", ["Yhteensä", "YHTEENSÄ:", "Kaikki yhteensä", "Summa", "Loppusumma", "Totalt", "Grand total"]
)
@pytest.mark.parametrize("where", ["unit", "voucher", "supplier"])
def test_a_cell_that_says_total_makes_a_total_row(word, where):
    assert reasons(changed(**{where: word})) == ["total_row"]


@pytest.mark.parametrize(
    "name", ["Total Finland Oy", "Summa Defence Oyj", "Totalt Bra Ab", "Yhteensä Enemmän ry", "Loppusumma Oy"]
)
def test_a_supplier_whose_name_begins_like_a_total_is_kept(name):
    assert tidy(changed(supplier=name)).rows["supplier_name"].to_pylist() == [name]


def test_an_account_may_be_called_total():
    assert reasons(changed(account_name="Yhteensä")) == []


def test_an_amount_and_nothing_else_is_a_total_row():
    empty = dict.fromkeys(("unit", "voucher", "date", "account", "account_name", "supplier", "supplier_id"), "")
    assert reasons(changed(**empty)) == ["total_row"]


def test_amounts_that_are_missing_or_unreadable_are_told_apart():
    assert reasons(changed(amount=""), changed(amount="n/a"), ROW, changed(amount="12 34")) == [
        "no_amount",
        "unreadable_amount",
        "unreadable_amount",
    ]


@pytest.mark.parametrize(
    "name", ["Tmi Maija Mallikas", "MALLIKAS MAIJA T:MI", "Toiminimi Matti Otos", "F:ma Testi", "Kone tmi"]
)
def test_sole_traders_are_set_aside(name):
    assert reasons(changed(supplier=name)) == ["sole_trader"]


def test_a_name_that_may_be_a_persons_is_removed_and_its_amount_kept():
    done = tidy(changed(supplier="Mallikas Maija", supplier_id=""), changed(supplier="anonymisoitu", supplier_id=""))
    assert done.rows["supplier_name"].to_pylist() == [None, None]
    assert done.rows["amount_eur"].to_pylist() == [Decimal("10.50")] * 2
    assert done.blanked["supplier_name"] == 1  # the other was the city's own to remove


@pytest.mark.parametrize("contact", ["maija@esimerkki.invalid", "131052-308T", "+358 40 123 4567", "050-1234567"])
@pytest.mark.parametrize(
    ("cell", "field"), [("unit", "unit_name"), ("voucher", "voucher_number"), ("account_name", "account_name")]
)
def test_a_contact_in_a_free_column_is_blanked_and_counted_and_the_amount_kept(contact, cell, field):
    done = tidy(ROW, changed(**{cell: contact}), changed(**{cell: f"Matka, {contact}"}))
    assert done.rows[field].to_pylist() == [tidy(ROW).rows[field].to_pylist()[0], None, None]
    assert done.rows["amount_eur"].to_pylist() == [Decimal("10.50")] * 3
    assert done.blanked[field] == 2


@pytest.mark.parametrize("voucher", ["77", "0401234567", "131052-3081", "02-1234567", "2024-000123", "0204819-8"])
def test_a_number_that_is_no_contact_stays(voucher):
    done = tidy(changed(voucher=voucher))
    assert done.rows["voucher_number"].to_pylist() == [voucher]
    assert "voucher_number" not in done.blanked or done.blanked["voucher_number"] == 0


def test_a_bank_account_in_the_column_of_business_ids_is_dropped_and_counted():
    done = tidy(changed(supplier_id="FI2112345600000785"), changed(supplier_id="9800001-7"))
    assert done.rows["supplier_business_id"].to_pylist() == [None, None]
    assert done.blanked["supplier_business_id"] == 2


def test_a_credit_note_is_negative_and_marked():
    row = tidy(changed(amount="10,50-")).rows.to_pylist()[0]
    assert (row["amount_eur"], row["is_credit_note"]) == (Decimal("-10.50"), True)


def test_a_yearly_files_row_of_another_year_counts_to_the_file_and_has_no_month():
    row = tidy(changed(date="30.12.2023")).rows.to_pylist()[0]
    assert (row["purchase_year"], row["purchase_month"]) == (2024, None)


def test_a_row_without_a_date_has_its_files_year_or_is_set_aside():
    assert tidy(changed(date="")).rows["purchase_year"].to_pylist() == [2024]
    assert reasons(changed(date="31.2.2024"), year=None) == ["no_year"]


def test_the_national_file_keeps_the_six_cities_only():
    header = (
        "lasku_id",
        "tiliointisumma",
        "toimittaja_y_tunnus",
        "toimittaja_nimi",
        "tositepvm",
        "hankintayksikko_tunnus",
    )
    rows = [("1", "5,00", "9800001-6", "Malli Oy", "2024-01-03", id_) for id_ in ("0201256-6", "0204819-8", "")]
    done = tidy(*rows, source="purchases-national", header=header, year=2024)
    assert done.rows["city_code"].to_pylist() == ["091"]
    assert done.set_aside["reason_code"].to_pylist() == ["other_buyer", "other_buyer"]


def test_every_row_has_one_reason_the_first_that_applies():
    assert reasons(changed(supplier="Tmi Maija Mallikas", amount="n/a")) == ["unreadable_amount"]


def test_every_reason_is_declared():
    aside = next(t for t in PURCHASES.dataset.tables if t.name == "purchases_set_aside")
    assert {"total_row", "unreadable_amount", "no_amount", "no_year", "other_buyer", "sole_trader",
            "covered_by_better_source", "stray_of_other_period", "blank_row", "too_few_cells", "too_many_cells"} == set(
        aside.field("reason_code").enum
    )  # fmt: skip


@pytest.mark.parametrize("text", ["0204819-8", "FI02048198", "FI 0204819-8", "02048198", "204819-8", " 0204819–8 "])
def test_a_business_id_is_known_in_every_way_it_is_written(text):
    assert normalise_business_id(text) == "0204819-8"


@pytest.mark.parametrize(
    "text", ["0204819-7", "", "12345", "SE556012579001", "FI2112345600000785", "0204819-88", "0204819-8x"]
)
def test_what_is_no_business_id_gives_none(text):
    assert normalise_business_id(text) is None


def test_words_inside_names_are_no_legal_forms():
    assert not names_organisation("Ryynänen Kyllikki")
    assert names_organisation("MALLILAN KONE OY")
    assert not is_sole_trader("Tmiehet Oy")


@pytest.mark.parametrize("name", ["Maija Mallikas Tmi.", "Mallikas Maija (Tmi)", "Tmi, Maija", "Tmi.Maija"])
def test_a_sole_trader_is_known_whatever_stands_around_the_mark(name):
    assert reasons(changed(supplier=name)) == ["sole_trader"]


@pytest.mark.parametrize(
    "name", ["Kela Matti", "Virtanen Sia", "Seura Maija", "Virtanen Sa", "As Ola", "Virtanen Co", "Virtanen Maija"]
)
def test_a_name_that_may_be_a_persons_names_no_organisation(name):
    assert not names_organisation(name)


@pytest.mark.parametrize(
    "name", ["Otos Kone Oy", "Oy Otos Ab", "Testi GmbH", "Urheiluseura", "Turun kaupunki", "Otos Trade Sa"]
)
def test_a_name_with_a_form_or_a_public_body_names_an_organisation(name):
    assert names_organisation(name)
