"""Each generated file is written as its city writes: header, delimiter, encoding, numbers, dates, sheets."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from etl.sample.generate import SampleFile, generate_files

ROWS = 24_000
GUIDE = [
    "Kuntakoodi", "Kunnan nimi", "Ostajan Y-tunnus", "Tulosyksikön ID", "Tulosyksikön nimi", "Osasto",
    "Kustannuspaikan ID", "Kustannuspaikan nimi", "Laskun päivämäärä", "Tositteen numero", "Ostotilausnumero",
    "Sopimusnumero", "Kirjauspäivämäärä", "Laskun numero", "Tiliryhmän numero", "Tiliryhmän nimi",
    "Tilin numero", "Tilin nimi", "Toimittajan nimi", "Toimittajan Y-tunnus", "Summa ALV0 euroina",
    "ALVin määrä euroina", "Kokonaissumma euroina",
]  # fmt: skip
HELSINKI = [
    "Yksikön numero", "Yksikön nimi", "Toimittajan numero", "Toimittajan nimi", "Tilin numero", "Tilin nimi",
    "Summa", "Kuukausi", "Toimittajan Y-tunnus",
]  # fmt: skip
VANTAA = [
    "Yritys", "Tulosalue", "Kustannuspaikka", "Kirjauspäivä", "Tositenumero", "Tiliryhmä", "Tilin nimi",
    "Tilinumero", "Toimittajan nimi", "Y-tunnus", "Laskun loppusumma euroina", "Tilaus", "Kumppaniyhtiö",
]  # fmt: skip
TURKU = [
    "Kuntanro", "Kunnan nimi", "Kunnan Y-tunnus", "Tositenumero", "Toimittajan nimi", "Toimittajan Y-tunnus",
    "Toimittajan maakoodi", "Laskun summa ilman ALV:tä", "Tositepäivämäärä", "Tili", "Tilin nimi",
    "Palveluluokka", "Kustannuspaikka", "Kustannuspaikan nimi",
]  # fmt: skip
OULU = [
    "Kuntanro", "KUNTA", "Oulun kaupungin Y-tunnus", "Tosite numero", "Toimittajan nimi",
    "Toimittajan y-tunnus", "Toimittajan maakoodi", "Laskun summa ilman ALV:tä", "Tositepäivämäärä", "TILI",
    "TILIN NIMI", "Palveluluokka", "Kokonaissumma", "ALV-KOODI", "RIVIN OSUUS VERO", "Kustannuspaikka",
]  # fmt: skip
NATIONAL = [
    "lasku_id", "tili", "tiliointisumma", "tositepvm", "toimittaja_y_tunnus", "toimittaja_nimi",
    "hankintayksikko", "hankintayksikko_tunnus", "ylaorganisaatio", "ylaorganisaatio_tunnus", "sektori",
    "tuote_palveluryhma", "hankintakategoria",
]  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SampleFile]:
    folder: Path = tmp_path_factory.mktemp("sample")
    return {file.name: file for file in generate_files(folder, rows=ROWS, seed=6)}


def read_rows(file: SampleFile, delimiter: str, encoding: str) -> list[list[str]]:
    with file.path.open(encoding=encoding, newline="") as text:
        return list(csv.reader(text, delimiter=delimiter))


@pytest.mark.parametrize(
    ("name", "delimiter", "encoding", "header"),
    [
        ("helsingin_kaupungin_ostot_2017_alkaen.csv", ";", "utf-8-sig", HELSINKI),
        ("espoon_kaupungin_ostot_2022.csv", ";", "cp1252", GUIDE),
        ("vantaan_kaupungin_ostot_2024.csv", ";", "utf-8", VANTAA),
        ("vantaan_kaupungin_ostot_2025_12.csv", ";", "utf-8", VANTAA),
        ("tampereen_kaupungin_ostot_2025.csv", ",", "utf-8", GUIDE),
        ("turun_kaupungin_ostot_2023.csv", ";", "utf-8", TURKU),
        ("th_data_2024.csv", "\t", "utf-8", NATIONAL),
    ],
)
def test_header_delimiter_and_encoding_are_the_citys(
    files: dict[str, SampleFile], name: str, delimiter: str, encoding: str, header: list[str]
) -> None:
    rows = read_rows(files[name], delimiter, encoding)
    assert rows[0] == header
    assert {len(row) for row in rows} == {len(header)}


def test_espoo_is_not_utf8(files: dict[str, SampleFile]) -> None:
    with pytest.raises(UnicodeDecodeError):
        files["espoon_kaupungin_ostot_2024.csv"].path.read_text(encoding="utf-8")


def test_helsinki_starts_with_a_byte_order_mark(files: dict[str, SampleFile]) -> None:
    assert files["helsingin_kaupungin_ostot_2017_alkaen.csv"].path.read_bytes().startswith(b"\xef\xbb\xbfYksik")


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("espoon_kaupungin_ostot_2023_osa_1.csv", {"Kirjauspvm", "Toimittajan nimi ", "Summa ALV0 euroina "}),
        ("espoon_kaupungin_ostot_2023_osa_2.csv", {"Kirjauspvm", "Toimittajan nimi ", "Summa ALV0 euroina "}),
        ("espoon_kaupungin_ostot_2024.csv", {"Kirjauspäivä", "Toimittajan\nY-tunnus", "Toimittaja"}),
        ("espoon_kaupungin_ostot_2025.csv", {"Kuntanro", "Tosite", "Y-tunnus", "Laskun summa ilman ALV"}),
    ],
)
def test_espoos_headers_drift(files: dict[str, SampleFile], name: str, spellings: set[str]) -> None:
    header = read_rows(files[name], ";", "cp1252")[0]
    assert spellings <= set(header)
    assert len(header) == len(GUIDE)


def test_espoo_groups_thousands_with_no_break_spaces(files: dict[str, SampleFile]) -> None:
    rows = read_rows(files["espoon_kaupungin_ostot_2022.csv"], ";", "cp1252")[1:-1]
    amounts = [row[20] for row in rows if row[20] != "n/a"]
    assert all(re.fullmatch(r"-?\d{1,3}(\u00a0\d{3})*,\d\d", amount) for amount in amounts)
    assert any("\u00a0" in amount for amount in amounts)
    assert all(row[5] == row[8] == row[21] == "" for row in rows)


def test_helsinki_gives_months_and_six_digit_accounts(files: dict[str, SampleFile]) -> None:
    rows = read_rows(files["helsingin_kaupungin_ostot_2017_alkaen.csv"], ";", "utf-8-sig")[1:-2]
    months = {row[7] for row in rows}
    assert months - {"202213"} == {f"{y}{m:02d}" for y in (2022, 2023, 2024, 2025) for m in range(1, 13)}
    assert all(re.fullmatch(r"\d{4}00", row[4]) for row in rows)
    assert all(re.fullmatch(r"-?\d+,\d\d|n/a", row[6]) for row in rows)


def test_tampere_has_no_invoice_date_where_the_voucher_starts_with_5(files: dict[str, SampleFile]) -> None:
    rows = [r for r in read_rows(files["tampereen_kaupungin_ostot_2024.csv"], ",", "utf-8")[1:] if any(r)]
    fives = [row for row in rows if row[9].startswith("5")]
    assert 0 < len(fives) < len(rows) / 3
    assert all((row[8] == "") == row[9].startswith("5") for row in rows)


def test_tampere_quotes_its_decimal_commas(files: dict[str, SampleFile]) -> None:
    text = files["tampereen_kaupungin_ostot_2024.csv"].path.read_text(encoding="utf-8")
    assert re.search(r'"-?\d+,\d\d",,\n', text)


def test_vantaa_is_monthly_in_one_year_only(files: dict[str, SampleFile]) -> None:
    monthly = [f for f in files.values() if re.search(r"vantaan.*_\d\d\.csv", f.name)]
    assert {f.year for f in monthly} == {2025}
    assert len(monthly) == 12
    march = read_rows(files["vantaan_kaupungin_ostot_2025_03.csv"], ";", "utf-8")[1:]
    days = [row[3] for row in march if any(row) and row[3] != "31.02.2025" and not row[3].endswith("2024")]
    assert all(re.fullmatch(r"\d\d\.03\.2025", day) for day in days)


def test_turkus_first_year_starts_in_june(files: dict[str, SampleFile]) -> None:
    rows = read_rows(files["turun_kaupungin_ostot_2022.csv"], ";", "utf-8")[1:]
    months = {int(row[8].split(".")[1]) for row in rows if row[8] != "31.2.2022" and row[8].endswith("2022")}
    assert months == set(range(6, 13))


def test_turkus_workbook_holds_what_its_csv_holds(files: dict[str, SampleFile]) -> None:
    book = CalamineWorkbook.from_path(str(files["turun_kaupungin_ostot_2023.xlsx"].path))
    assert book.sheet_names == ["Ostolaskut", "Taul2"]
    assert book.get_sheet_by_name("Taul2").total_height == 0
    rows = book.get_sheet_by_name("Ostolaskut").to_python()
    assert rows[0] == TURKU
    texts = read_rows(files["turun_kaupungin_ostot_2023.csv"], ";", "utf-8")
    assert len(rows) == len(texts)
    for row, text in zip(rows[1:], texts[1:], strict=True):
        assert row[4] == text[4]
        day = row[8]
        shown = f"{day.day}.{day.month}.{day.year}" if isinstance(day, dt.date) else day
        assert shown == text[8]
        amount = f"{row[7]:.2f}".replace(".", ",") if isinstance(row[7], float) else row[7]
        assert amount == text[7]


def test_one_of_turkus_workbooks_starts_with_a_pivot(files: dict[str, SampleFile]) -> None:
    book = CalamineWorkbook.from_path(str(files["turun_kaupungin_ostot_2024.xlsx"].path))
    assert book.sheet_names == ["Pivot", "Ostolaskut"]
    pivot = book.get_sheet_by_name("Pivot").to_python()
    assert pivot[0] == ["Riviotsikot", "Summa / Laskun summa"]
    assert pivot[-1][1] == pytest.approx(sum(float(row[1]) for row in pivot[1:-1]))


@pytest.mark.parametrize(("year", "sheets"), [(2022, 1), (2023, 2), (2024, 1), (2025, 1)])
def test_oulus_workbooks_have_its_header(files: dict[str, SampleFile], year: int, sheets: int) -> None:
    file = files[f"oulun_kaupungin_ostolaskut_{year}.xlsx"]
    book = CalamineWorkbook.from_path(str(file.path))
    assert len(book.sheet_names) == sheets
    rows = book.get_sheet_by_name(book.sheet_names[-1]).to_python()
    assert rows[0] == OULU
    assert len(rows) == file.rows + 1
    assert all(row[11] == "" for row in rows[1:])
    days = [f"{int(row[8]):06d}" for row in rows[1:]]
    assert sum(day == f"{year % 100}0231" for day in days) == 1
    assert all(day[:2] in (f"{year % 100}", f"{year % 100 - 1}") for day in days)


def test_oulus_gross_is_net_and_vat(files: dict[str, SampleFile]) -> None:
    book = CalamineWorkbook.from_path(str(files["oulun_kaupungin_ostolaskut_2025.xlsx"].path))
    rows = [r for r in book.get_sheet_by_index(0).to_python()[1:] if isinstance(r[7], float)]
    assert all(row[12] == pytest.approx(row[7] + row[14]) for row in rows)  # type: ignore[operator]
    assert {row[13] for row in rows} == {"OS255"}


def test_oulus_oldest_year_hides_names_and_shows_bank_accounts(files: dict[str, SampleFile]) -> None:
    book = CalamineWorkbook.from_path(str(files["oulun_kaupungin_ostolaskut_2022.xlsx"].path))
    rows = book.get_sheet_by_index(0).to_python()[1:]
    assert sum(row[4] == "anonymisoitu" for row in rows) > 0
    assert sum(str(row[5]).startswith("FI00") for row in rows) > 0


def test_the_national_file_names_its_buyers(files: dict[str, SampleFile]) -> None:
    rows = read_rows(files["th_data_2024.csv"], "\t", "utf-8")[1:]
    buyers = {row[7] for row in rows}
    assert {"0201256-6", "0124610-9"} < buyers
    assert len(buyers) == 5
    assert {row[8] for row in rows if row[6] == "Otosvirasto"} == {"Esimerkkiministeriö"}


@pytest.mark.parametrize("name", ["turun_kaupungin_ostot_2023.csv"])
def test_foreign_suppliers_have_a_country_and_no_id(files: dict[str, SampleFile], name: str) -> None:
    foreign = [row for row in read_rows(files[name], ";", "utf-8")[1:] if row[6] != "FI"]
    assert foreign
    assert all(row[5] == "" for row in foreign)
