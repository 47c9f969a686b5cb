from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.declare import Layout
from etl.errors import UnexpectedData
from etl.read import csv as reader
from etl.read.table import open_table

KNOWN = ["Toimittajan nimi", "Summa", "Kirjauspäivä"]
HEADER = "Toimittajan nimi;Summa;Kirjauspäivä"
ROWS = [["Mallilan Kone Oy", "1 234,50", "3.1.2024"], ["Älä Öljyä Oy", "-5", "4.1.2024"]]


@pytest.fixture
def read(tmp_path):
    def read_bytes(content, layout=None, format_name="CSV", known=KNOWN):
        path = tmp_path / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return gather(open_table(path, format_name=format_name, layout=layout or Layout(), known=known))

    return read_bytes


def gather(table):
    """(header, {row number: cells}, {row number: reason}, notes)"""
    rows, aside = {}, {}
    for batch in table.batches:
        assert batch.rows_in == batch.columns.num_rows + len(batch.set_aside)
        cells = zip(*(column.to_pylist() for column in batch.columns.itercolumns()), strict=True)
        for number, row in zip(batch.row_numbers.to_pylist(), cells, strict=True):
            assert number not in rows
            rows[number] = list(row)
        for number, reason in batch.set_aside:
            assert number not in aside
            aside[number] = reason
    return table.header, rows, aside, table.notes


def content(delimiter=";", newline="\n", quote_all=False, rows=ROWS):
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerows([HEADER.split(";"), *rows])
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("quote_all", [False, True])
def test_the_delimiter_and_the_line_ends_are_found(read, delimiter, newline, quote_all):
    header, rows, aside, notes = read(content(delimiter, newline, quote_all))
    assert header == tuple(HEADER.split(";"))
    assert rows == {1: ROWS[0], 2: ROWS[1]}
    assert aside == {}
    assert notes["delimiter"] == delimiter


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_the_encoding_is_found(read, encoding):
    header, rows, _, _ = read(content().encode(encoding))
    assert header[0].lstrip("\ufeff") == "Toimittajan nimi"
    assert header[2] == "Kirjauspäivä"
    assert rows[2][0] == "Älä Öljyä Oy"


def test_marks_that_only_cp1252_has_are_read(read):
    _, rows, _, _ = read(content(rows=[["Café – “Näyte” Oy", "5 €", "3.1.2024"]]).encode("cp1252"))
    assert rows == {1: ["Café – “Näyte” Oy", "5 €", "3.1.2024"]}


def test_a_byte_beyond_ascii_far_down_the_file_is_found(read):
    many = [["Mallilan Kone Oy", "1,00", "3.1.2024"]] * 20_000
    _, rows, _, _ = read(content(rows=[*many, ["Ääkköset Oy", "2,00", "3.1.2024"]]).encode("cp1252"))
    assert len(rows) == 20_001
    assert rows[20_001][0] == "Ääkköset Oy"


@pytest.mark.parametrize("far", [0, 20_000])
def test_marks_that_only_cp1252_has_are_read_wherever_they_stand(read, far):
    many = [["Älä Öljyä Oy", "1\u00a0000,00", "3.1.2024"]] * far
    _, rows, _, _ = read(content(rows=[*many, ["Café – “Näyte” Oy", "5 €", "3.1.2024"]]).encode("cp1252"))
    assert rows[far + 1] == ["Café – “Näyte” Oy", "5 €", "3.1.2024"]
    assert far == 0 or rows[far] == many[0]


def test_a_byte_that_the_encoding_does_not_have_is_refused_wherever_it_stands(read):
    many = content(rows=[["Älä Öljyä Oy", "1,00", "3.1.2024"]] * 20_000).encode("cp1252")
    with pytest.raises(UnexpectedData, match="cp1252"):
        read(many + b"\x81 Oy;1;1.1.2024\n", Layout(encoding="cp1252"))
    with pytest.raises(UnexpectedData, match="utf-16"):
        read(content().encode("utf-16") + b"\x00", Layout(encoding="utf-16"))


def test_a_file_that_is_not_in_its_declared_encoding_is_refused(read):
    with pytest.raises(UnexpectedData, match="utf-8"):
        read(content().encode("cp1252"), Layout(encoding="utf-8"))


def test_bytes_that_no_encoding_has_are_refused_or_read_but_raise_nothing_else(read):
    try:
        _, rows, _, _ = read(content().encode("cp1252") + b"\x81\x8d\x8f Oy;1;1.1.2024\n")
    except UnexpectedData:
        return
    assert len(rows) == 3


def test_a_header_with_quoted_newlines_is_one_record(read):
    header, rows, aside, _ = read('"Toimittajan\nnimi";"Summa";"Kirjaus\r\npäivä"\nA Oy;1;2.1.2024\nB Oy;2;3.1.2024\n')
    assert header == ("Toimittajan\nnimi", "Summa", "Kirjaus\r\npäivä")
    assert rows == {1: ["A Oy", "1", "2.1.2024"], 2: ["B Oy", "2", "3.1.2024"]}
    assert aside == {}


def test_a_cell_with_newlines_delimiters_and_quotes_stays_whole(read):
    odd = ['Malli;lan\n"Kone"\r\nOy', "1", "2.1.2024"]
    _, rows, aside, _ = read(content(rows=[odd, ROWS[0], odd]))
    assert rows == {1: odd, 2: ROWS[0], 3: odd}
    assert aside == {}


def test_title_lines_above_the_header_are_skipped(read):
    text = f"Kaupungin ostot 2024;;\n\nPoiminta 3.1.2025;;\n{HEADER}\nA Oy;1;2.1.2024\n"
    header, rows, _, notes = read(text)
    assert header == tuple(HEADER.split(";"))
    assert rows == {1: ["A Oy", "1", "2.1.2024"]}
    assert notes["header_row"] == "4"


def test_a_title_line_with_newlines_in_quotes_is_skipped_whole(read):
    header, rows, _, _ = read(f'"Ostot\n2024\nkoonti"\n{HEADER}\nA Oy;1;2.1.2024\nB Oy;2;\n')
    assert header == tuple(HEADER.split(";"))
    assert rows == {1: ["A Oy", "1", "2.1.2024"], 2: ["B Oy", "2", ""]}


def test_blank_rows_are_set_aside_and_counted(read):
    _, rows, aside, _ = read(f"{HEADER}\nA Oy;1;\n;;\n\n  ; ;\u00a0\nB Oy;2;\n;;\n")
    assert set(rows) == {1, 5}
    assert aside == {2: "blank_row", 3: "blank_row", 4: "blank_row", 6: "blank_row"}


def test_a_row_with_empty_cells_too_many_is_kept_and_one_with_more_is_set_aside(read):
    _, rows, aside, _ = read(f"{HEADER}\nA Oy;1;2.1.2024;;\nB Oy;2;3.1.2024;liikaa\nC Oy;3;4.1.2024\n")
    assert rows == {1: ["A Oy", "1", "2.1.2024"], 3: ["C Oy", "3", "4.1.2024"]}
    assert aside == {2: "too_many_cells"}


def test_a_row_with_too_few_cells_is_set_aside(read):
    _, rows, aside, _ = read(f"{HEADER}\nA Oy;1\nB Oy;2;3.1.2024\n;\nC Oy\n")
    assert rows == {2: ["B Oy", "2", "3.1.2024"]}
    assert aside == {1: "too_few_cells", 3: "blank_row", 4: "too_few_cells"}


def test_double_and_empty_header_names_keep_their_columns(read):
    header, rows, _, _ = read("Summa;;Summa;Toimittajan nimi;\n1;2;3;A Oy;5\n")
    assert header == ("Summa", "", "Summa", "Toimittajan nimi", "")
    assert rows == {1: ["1", "2", "3", "A Oy", "5"]}


def test_a_header_without_rows_gives_none(read):
    for text in (HEADER, f"{HEADER}\n"):
        header, rows, aside, _ = read(text)
        assert (header, rows, aside) == (tuple(HEADER.split(";")), {}, {})


def test_the_last_row_needs_no_line_end(read):
    assert read(f"{HEADER}\nA Oy;1;2.1.2024")[1] == {1: ["A Oy", "1", "2.1.2024"]}


def test_a_quote_that_never_ends_loses_no_row_silently(read):
    try:
        _, rows, aside, _ = read(f'{HEADER}\nA Oy;1;2.1.2024\n"B Oy;2;3.1.2024\nC Oy;3;4.1.2024\n')
    except UnexpectedData:
        return
    assert "B Oy;2;3.1.2024\nC Oy;3;4.1.2024" in str(rows) + str(aside) or len(aside) == 1


@pytest.mark.parametrize(
    ("bytes_", "what"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"%PDF-1.4\n1 0 obj", "PDF"),
        (b"\x89PNG\r\n\x1a\n0000", "PNG"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b"\xef\xbb\xbf <html lang='fi'>", "HTML"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"\x1f\x8b\x08", "gzip"),
        (b'{"success": false}', "JSON"),
        (b"\x00\x01\x02\x03", "binary"),
    ],
)
def test_what_is_no_table_is_refused_by_name(read, bytes_, what):
    with pytest.raises(UnexpectedData, match=what):
        read(bytes_)


def test_a_text_table_that_is_said_to_be_a_workbook_is_refused(read):
    with pytest.raises(UnexpectedData, match="XLSX workbook"):
        read(content(), format_name="XLSX")


def test_a_table_whose_portal_names_no_format_is_read_as_what_it_is(read):
    assert len(read(content(), format_name="")[1]) == 2


CELL = st.text(alphabet=st.sampled_from("aÄ1 ,;\"\n\r\t.-'|"), max_size=6)
RECORD = st.lists(CELL, min_size=0, max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(
    records=st.lists(RECORD, max_size=12),
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
    newline=st.sampled_from(["\n", "\r\n"]),
    block=st.sampled_from([64, 256, 1 << 20]),
)
def test_every_record_is_kept_or_set_aside_under_its_own_number(tmp_path_factory, records, delimiter, newline, block):
    text = io.StringIO()
    bare = any("\r" in cell for record in records for cell in record)  # which csv.writer would leave unquoted
    quoting = csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerows([HEADER.split(";"), *records])
    path = tmp_path_factory.mktemp("random") / "file.csv"
    path.write_bytes(text.getvalue().encode())
    old, reader.BLOCK_BYTES = reader.BLOCK_BYTES, block
    try:
        _, rows, aside, _ = gather(open_table(path, format_name="CSV", layout=Layout(), known=KNOWN))
    except UnexpectedData:
        assert block == 64  # a record may be longer than the smallest block
        return
    finally:
        reader.BLOCK_BYTES = old
    assert sorted([*rows, *aside]) == list(range(1, len(records) + 1))
    for number, record in enumerate(records, start=1):
        if number in rows:
            whole = [(record + [""] * 3)[:3], rows[number]]
            # Arrow loses the second half of a quoted CRLF that the end of a block parts: white space all the same
            assert len({tuple(re.sub(r"[\r\n]+", "\n", cell) for cell in row) for row in whole}) == 1
        elif aside[number] == "blank_row":
            assert not "".join(record).strip(" \t\n\r;,")
        else:
            assert len(record) != 3


LINES = [["Mallilan Kone Oy", str(number), "3.1.2024"] for number in range(60)]


@pytest.mark.parametrize("opened", ['"Kone Oy;1;3.1.2024', 'Kone Oy;"1;3.1.2024', 'Kone Oy;1;"3.1.2024'])
@pytest.mark.parametrize("closed", ["", 'Kone Oy;1;3.1.2024"', '"Kone Oy;1;3.1.2024'])
def test_a_quote_that_is_not_closed_swallows_no_record_in_silence(read, opened, closed):
    rows = content(rows=LINES).splitlines()
    text = "\n".join([*rows[:5], opened, *rows[5:55], *([closed] if closed else []), *rows[55:]]) + "\n"
    with pytest.raises(UnexpectedData, match="quote"):
        read(text)


def test_a_cell_of_many_lines_of_prose_is_a_cell(read):
    prose = "first; then\n\n- one\n- two; three\n- four\n\nend\n" * 5
    rows = read(content(rows=[[prose, "1", "3.1.2024"], *ROWS]))[1]
    assert rows[1][0] == prose
    assert len(rows) == 3
