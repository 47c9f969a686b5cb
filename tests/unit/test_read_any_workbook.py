"""Workbooks as people make them: typed cells, errors, merged and hidden things, sheets before and behind the data."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.declare import Layout
from etl.errors import UnexpectedData
from etl.read import xlsx
from etl.read.table import open_table
from etl.tidy.dates import parse_dates
from etl.tidy.numbers import parse_decimals

KNOWN = ["Toimittaja", "Summa", "Päivä"]


@pytest.fixture
def book(tmp_path):
    made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), {"default_date_format": "d.m.yyyy"})
    made.path = tmp_path / "a.xlsx"
    return made


def fill(sheet, *rows):
    for index, row in enumerate(rows):
        sheet.write_row(index, 0, row)
    return sheet


def read(path, decimal=","):
    """(header, {row number: cells}, {row number: reason}, name of the sheet)"""
    table = open_table(path, format_name="XLSX", layout=Layout(decimal=decimal), known=KNOWN)
    rows, aside = {}, {}
    for batch in table.batches:
        cells = zip(*(column.to_pylist() for column in batch.columns.itercolumns()), strict=True)
        rows.update(zip(batch.row_numbers.to_pylist(), map(list, cells), strict=True))
        aside.update(batch.set_aside)
    return table.header, rows, aside, table.notes["sheet"]


def read_book(book, decimal=","):
    book.close()
    return read(book.path, decimal)


CENTS = st.integers(-(10**13), 10**13).map(lambda cents: Decimal(cents).scaleb(-2))


@settings(deadline=None, max_examples=25)
@given(amounts=st.lists(CENTS, min_size=1, max_size=60), decimal=st.sampled_from([",", "."]))
def test_numbers_that_excel_keeps_as_floats_come_out_to_the_cent(tmp_path_factory, amounts, decimal):
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        fill(made.add_worksheet(), KNOWN, *(["Kone Oy", float(amount)] for amount in amounts))
    rows = read(path, decimal)[1]
    texts = pa.array([rows[number][1] for number in range(1, len(amounts) + 1)])
    parsed = parse_decimals(texts, decimal)
    assert parsed.values.to_pylist() == amounts
    assert not any(parsed.rounded.to_pylist())


@settings(deadline=None, max_examples=25)
@given(days=st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)), min_size=1, max_size=60))
def test_days_that_excel_keeps_as_numbers_come_out_as_days(tmp_path_factory, days):
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "d.m.yyyy"}) as made:
        fill(made.add_worksheet(), KNOWN, *(["Kone Oy", 1, day] for day in days))
    rows = read(path)[1]
    values, bad = parse_dates(pa.array([rows[n][2] for n in range(1, len(days) + 1)]), ["d.m.Y", "Y-m-d"])
    assert values.to_pylist() == days
    assert not any(bad.to_pylist())


def test_sums_that_people_made_of_floats_are_read_without_their_noise(book):
    noisy = [0.1 + 0.2, 1.1 * 3, 4.35 * 100, 1234567.89 - 0.88, -0.07 * 100, 1e-17]
    fill(book.add_worksheet(), KNOWN, *(["Kone Oy", value] for value in noisy))
    rows = read_book(book)[1]
    values = parse_decimals(pa.array([rows[n][1] for n in range(1, 6)]), ",").values.to_pylist()
    assert values == [Decimal(text) for text in ("0.30", "3.30", "435.00", "1234567.01", "-7.00")]


def test_a_rest_that_floats_leave_of_nothing_is_nothing(book):
    fill(book.add_worksheet(), KNOWN, ["Kone Oy", 0.3 - 0.1 - 0.2])
    text = read_book(book)[1][1][1]
    assert parse_decimals(pa.array([text]), ",").values.to_pylist() == [Decimal("0.00")]


def test_a_formula_gives_its_last_result_and_an_error_no_value(book):
    sheet = fill(book.add_worksheet(), KNOWN)
    sheet.write_string(1, 0, "Kone Oy")
    sheet.write_formula(1, 1, "=SUM(1,2)", None, 3)
    sheet.write_string(2, 0, "Sähkö Oy")
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    rows = read_book(book)[1]
    assert rows[1] == ["Kone Oy", "3", ""]
    assert rows[2] == ["Sähkö Oy", "", ""]


def test_booleans_text_numbers_and_leading_zeros_stay_what_they_were(book):
    sheet = fill(book.add_worksheet(), [*KNOWN, "Tili"])
    sheet.write_boolean(1, 0, True)
    sheet.write_string(1, 1, "0012,50")
    sheet.write_number(1, 2, 20240103)
    sheet.write_string(1, 3, "00434")
    assert read_book(book)[1] == {1: ["true", "0012,50", "20240103", "00434"]}


def test_merged_titles_a_logo_row_and_a_two_line_header_are_passed_over(book):
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 3, "Kaupungin ostot 2024")
    sheet.merge_range(1, 0, 1, 1, "Toimittajan tiedot")
    sheet.write_row(3, 0, ["Toimittaja\n(nimi)", "Summa", "Päivä"])
    sheet.write_row(4, 0, ["Kone Oy", 5, dt.date(2024, 1, 3)])
    header, rows, _, _ = read_book(book)
    assert header == ("Toimittaja\n(nimi)", "Summa", "Päivä")
    assert rows == {1: ["Kone Oy", "5", "2024-01-03"]}


def test_a_merged_cell_amid_the_rows_says_its_text_once(book):
    sheet = fill(book.add_worksheet(), KNOWN)
    sheet.merge_range(1, 0, 2, 0, "Kone Oy")
    sheet.write(1, 1, 5)
    sheet.write(2, 1, 6)
    assert read_book(book)[1] == {1: ["Kone Oy", "5", ""], 2: ["", "6", ""]}


def test_the_data_are_found_behind_pivots_and_notes_and_on_a_hidden_sheet(book):
    fill(book.add_worksheet("Pivot"), ["Riviotsikot", "Summa / Summa"], *([f"Tili {n}", n] for n in range(200)))
    fill(book.add_worksheet("Lue tämä"), ["Summa on ilman veroa"], ["Toimittaja voi olla tyhjä"])
    fill(book.add_worksheet("data 2024"), KNOWN, ["Kone Oy", 5, ""]).hide()
    book.add_worksheet("Taul4")
    _, rows, _, sheet = read_book(book)
    assert sheet == "data 2024"
    assert rows == {1: ["Kone Oy", "5", ""]}


def test_of_two_sheets_with_the_header_the_longer_is_read(book):
    fill(book.add_worksheet("malli"), KNOWN, ["Esimerkki Oy", 1, ""])
    fill(book.add_worksheet("rivit"), KNOWN, ["Kone Oy", 5, ""], ["Sähkö Oy", 6, ""])
    assert read_book(book)[3] == "rivit"


def test_filtered_and_hidden_rows_and_columns_are_data_like_others(book):
    sheet = fill(book.add_worksheet(), KNOWN, ["Kone Oy", 5, ""], ["Sähkö Oy", 6, ""])
    sheet.autofilter(0, 0, 2, 2)
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.set_column(1, 1, None, None, {"hidden": True})
    assert read_book(book)[1] == {1: ["Kone Oy", "5", ""], 2: ["Sähkö Oy", "6", ""]}


def test_data_that_begin_below_and_right_of_the_corner_are_read(book):
    sheet = book.add_worksheet()
    for index, row in enumerate([KNOWN, ["Kone Oy", 5, dt.date(2024, 1, 3)]]):
        sheet.write_row(4 + index, 2, row)
    header, rows, _, _ = read_book(book)
    assert [name for name in header if name] == KNOWN
    assert [cell for cell in rows[1] if cell] == ["Kone Oy", "5", "2024-01-03"]


def test_cells_with_newlines_rich_text_and_odd_letters_are_read_whole(book):
    sheet = fill(book.add_worksheet(), KNOWN)
    bold = book.add_format({"bold": True})
    sheet.write_rich_string(1, 0, "Kone ", bold, "Öljymäki", " Oy")
    sheet.write_string(1, 1, "1\u00a0234,50")
    sheet.write_string(1, 2, "rivi 1\nrivi 2 <&>\u2003日")
    assert read_book(book)[1] == {1: ["Kone Öljymäki Oy", "1\u00a0234,50", "rivi 1\nrivi 2 <&>\u2003日"]}


def test_rows_keep_their_numbers_where_a_batch_ends(book, monkeypatch):
    monkeypatch.setattr(xlsx, "BATCH_ROWS", 3)
    names = ["a", "b", "", "d", "e", "f", "", "", "i", "j"]
    fill(book.add_worksheet(), KNOWN, *([name, "", ""] for name in names))
    _, rows, aside, _ = read_book(book)
    assert {number: cells[0] for number, cells in rows.items()} == {n: c for n, c in enumerate(names, 1) if c}
    assert aside == dict.fromkeys((3, 7, 8), "blank_row")


def test_a_chart_sheet_beside_the_data_disturbs_nothing(book):
    fill(book.add_worksheet("rivit"), KNOWN, ["Kone Oy", 5, ""])
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=rivit!$B$2:$B$2"})
    book.add_chartsheet("Kuva").set_chart(chart)
    assert read_book(book)[1] == {1: ["Kone Oy", "5", ""]}


def test_a_workbook_of_nothing_but_a_chart_is_refused_by_name(book):
    book.add_worksheet()
    with pytest.raises(UnexpectedData, match=r"a\.xlsx has no sheet with rows"):
        read_book(book)


@pytest.mark.parametrize("far", ["XFD1048576", "XFD200000", "A1048576"])
def test_a_lone_cell_far_out_is_refused_before_the_sheet_is_opened(book, far):
    sheet = fill(book.add_worksheet(), KNOWN, ["Kone Oy", 1], ["Puu Oy", 2])
    sheet.write(far, "x")
    if far.startswith("A"):  # a long sheet is no wide one
        assert len(read_book(book)[1]) == 3
        return
    with pytest.raises(UnexpectedData, match="16,384 columns"):
        read_book(book)


def test_other_sheets_with_the_same_header_are_told(book):
    fill(book.add_worksheet("Tammi"), KNOWN, ["Kone Oy", 1])
    fill(book.add_worksheet("Helmi"), KNOWN, ["Kone Oy", 1], ["Puu Oy", 2])
    fill(book.add_worksheet("Selite"), ["Summa", "on veroton"], ["a", "b"])
    book.close()
    table = open_table(book.path, format_name="XLSX", layout=Layout(), known=KNOWN)
    assert (table.notes["sheet"], table.notes[xlsx.UNREAD_SHEETS]) == ("Helmi", "Tammi")
