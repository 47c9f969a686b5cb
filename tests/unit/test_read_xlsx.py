from __future__ import annotations

import datetime as dt

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.declare import Layout
from etl.errors import UnexpectedData
from etl.read.table import Limits, open_table

KNOWN = ["Toimittaja", "Summa", "Tositepäivä"]


def write(path, **sheets):
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "d.m.yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
    book.close()
    return path


def read(path, layout=None):
    table = open_table(path, format_name="XLSX", layout=layout or Layout(), known=KNOWN)
    rows, aside = {}, {}
    for batch in table.batches:
        cells = zip(*(column.to_pylist() for column in batch.columns.itercolumns()), strict=True)
        rows.update(zip(batch.row_numbers.to_pylist(), map(list, cells), strict=True))
        aside.update(batch.set_aside)
    return table, rows, aside


def test_the_sheet_with_the_known_headers_is_read_wherever_it_stands(tmp_path):
    path = write(
        tmp_path / "a.xlsx",
        Pivot=[["Riviotsikot", "Summa / Laskun summa"], *[[f"Rivi {n}", n] for n in range(50)]],
        Data=[KNOWN, ["Mallilan Kone Oy", 12.5, dt.date(2024, 1, 3)]],
        Taul3=[],
    )
    table, rows, _ = read(path)
    assert table.notes["sheet"] == "Data"
    assert rows == {1: ["Mallilan Kone Oy", "12,5", "2024-01-03"]}


def test_typed_cells_are_written_as_one_rule_parses_them(tmp_path):
    row = [
        0.1 + 0.2,
        3650,
        91.92,
        -7,
        dt.datetime.fromisoformat("2024-01-03T12:30"),
        True,
        1234567.89,
        12345678901234,
    ]  # Excel knows no time zones
    path = write(tmp_path / "a.xlsx", Data=[[*KNOWN, "a", "b", "c", "d", "e"], row])
    assert read(path)[1][1] == ["0,3", "3650", "91,92", "-7", "2024-01-03", "true", "1234567,89", "12345678901234"]
    assert read(path, Layout(decimal="."))[1][1][2] == "91.92"


def test_titles_above_the_header_and_newlines_in_it_are_taken(tmp_path):
    path = write(tmp_path / "a.xlsx", Data=[["Ostot 2024"], [], ["Toimittaja", "Summa", "Tosite\npäivä"], ["A Oy", 1]])
    table, rows, _ = read(path)
    assert table.header == ("Toimittaja", "Summa", "Tosite\npäivä")
    assert table.notes["header_row"] == "3"
    assert rows == {1: ["A Oy", "1", ""]}


def test_blank_rows_keep_their_place_in_the_count(tmp_path):
    path = write(tmp_path / "a.xlsx", Data=[KNOWN, ["A Oy", 1, ""], [], ["", " ", ""], ["B Oy", 2, ""]])
    _, rows, aside = read(path)
    assert rows == {1: ["A Oy", "1", ""], 4: ["B Oy", "2", ""]}
    assert aside == {2: "blank_row", 3: "blank_row"}


def test_cells_beyond_the_header_are_kept_under_empty_names(tmp_path):
    table, rows, _ = read(write(tmp_path / "a.xlsx", Data=[KNOWN, ["A Oy", 1, "", "liikaa"]]))
    assert table.header == (*KNOWN, "")
    assert rows == {1: ["A Oy", "1", "", "liikaa"]}


def test_double_header_names_keep_their_columns(tmp_path):
    table, rows, _ = read(write(tmp_path / "a.xlsx", Data=[["Summa", "Summa", "Toimittaja"], [1, 2, "A Oy"]]))
    assert table.header == ("Summa", "Summa", "Toimittaja")
    assert rows == {1: ["1", "2", "A Oy"]}


def test_a_workbook_without_rows_is_refused(tmp_path):
    with pytest.raises(UnexpectedData, match="no sheet"):
        read(write(tmp_path / "a.xlsx", Data=[]))


def test_a_broken_workbook_is_refused(tmp_path):
    path = write(tmp_path / "a.xlsx", Data=[KNOWN, ["A Oy", 1, ""]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnexpectedData):
        read(path)


def test_a_workbook_that_is_said_to_be_text_is_refused(tmp_path):
    path = write(tmp_path / "a.xlsx", Data=[KNOWN, ["A Oy", 1, ""]])
    with pytest.raises(UnexpectedData, match="a text table"):
        open_table(path, format_name="CSV", layout=Layout(), known=KNOWN)


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(tmp_path):
    path = write(tmp_path / "a.xlsx", Data=[KNOWN, ["A Oy", 1, ""]])
    with pytest.raises(UnexpectedData, match="would unpack"):
        open_table(path, format_name="XLSX", layout=Layout(), known=KNOWN, limits=Limits(1000))


CELL = st.one_of(
    st.just(""), st.text(alphabet="aÄ ;\n", max_size=4), st.integers(-(10**9), 10**9), st.dates(dt.date(1990, 1, 1))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(rows=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8))
def test_every_row_is_kept_or_set_aside_under_its_own_number(tmp_path_factory, rows):
    while rows and not any(str(cell) for cell in rows[-1]):
        rows.pop()  # a sheet ends with its last cell
    path = write(tmp_path_factory.mktemp("random") / "a.xlsx", Data=[KNOWN, *rows])
    _, kept, aside = read(path)
    assert sorted([*kept, *aside]) == list(range(1, len(rows) + 1))
    for number, reason in aside.items():
        assert reason == "blank_row"
        assert not "".join(map(str, rows[number - 1])).strip()
