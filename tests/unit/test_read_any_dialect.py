"""Text tables in dialects that are drawn: whatever the delimiter, the encoding and the dirt, every cell comes back and
every record is counted once."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.declare import Layout
from etl.read.rows import header_key
from etl.read.table import open_table

KNOWN = ["Toimittajan nimi", "Summa", "Kirjauspäivä", "Tili"]
LETTERS = "aÄöåÉ"
ENCODINGS = {
    "utf-8": LETTERS + "€–Š日",
    "utf-8-sig": LETTERS + "€–Š日",
    "utf-16": LETTERS + "€–Š日",
    "cp1252": LETTERS,  # its marks beyond Latin-1 have a test of their own
    "latin-1": LETTERS,
}


@dataclass(frozen=True)
class Dialect:
    """How a file is written, and the records below its header."""

    encoding: str
    delimiter: str
    newline: str
    quoting: int
    titles: list[list[str]]
    header: list[str]
    records: list[list[str]]
    last_line_ends: bool

    def content(self):
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator=self.newline, quoting=self.quoting)
        writer.writerows([*self.titles, self.header, *self.records])
        whole = text.getvalue()
        return (whole if self.last_line_ends else whole.removesuffix(self.newline)).encode(self.encoding)


@st.composite
def headers(draw):
    """The four known names in any order, with empty and doubled cells between and behind them."""
    names = list(draw(st.permutations(KNOWN)))
    for extra in draw(st.lists(st.sampled_from(["", "Kunta", "Kunta", " "]), max_size=3)):
        names.insert(draw(st.integers(1, len(names))), extra)
    return names


@st.composite
def dialects(draw):
    encoding = draw(st.sampled_from(sorted(ENCODINGS)))
    delimiter = draw(st.sampled_from([";", ",", "\t", "|"]))
    header = draw(headers())
    letters = st.sampled_from(ENCODINGS[encoding] + "b1 .'")
    odd = st.sampled_from(["\n", '"', delimiter, ";", ",", "\t", "|"])
    cell = st.lists(st.one_of(letters, odd), max_size=6).map("".join)
    width = len(header)
    record = st.one_of(
        st.lists(cell, min_size=width, max_size=width),
        st.just([""] * width),
        st.lists(cell, min_size=2, max_size=width + 3),
        st.lists(cell, min_size=width, max_size=width).map(lambda cells: [*cells, "", ""]),
    )
    titles = draw(st.lists(st.lists(st.sampled_from(["Ostot 2024", "", "Lähde"]), min_size=1, max_size=2), max_size=4))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    if encoding == "utf-8-sig":
        quoting = csv.QUOTE_MINIMAL  # a quote right behind the mark has a test of its own
    records = draw(st.lists(record, min_size=1, max_size=10))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return Dialect(encoding, delimiter, newline, quoting, titles, header, records, draw(st.booleans()))


def read(path, layout=None, known=KNOWN):
    """(table, {row number: cells}, {row number: reason}); no number twice."""
    table = open_table(path, format_name="CSV", layout=layout or Layout(), known=known)
    rows, aside = {}, {}
    for batch in table.batches:
        cells = zip(*(column.to_pylist() for column in batch.columns.itercolumns()), strict=True)
        found = [*zip(batch.row_numbers.to_pylist(), map(list, cells), strict=True), *batch.set_aside]
        assert len(found) == batch.rows_in
        for number, what in found:
            assert number not in rows
            assert number not in aside
            (aside if isinstance(what, str) else rows)[number] = what
    return table, rows, aside


def fate(record, width):
    """What should become of a record: its cells, or why it is set aside."""
    if not "".join(record).strip():
        return "blank_row"
    if len(record) > width and "".join(record[width:]).strip(" ;,\t"):
        return "too_many_cells"
    return "too_few_cells" if len(record) < width else record[:width]


@settings(deadline=None, max_examples=150)
@given(dialect=dialects())
def test_every_cell_comes_back_and_every_record_is_counted_once(tmp_path_factory, dialect):
    path = tmp_path_factory.mktemp("dialect") / "ostot.csv"
    path.write_bytes(dialect.content())
    table, rows, aside = read(path)
    assert [name.removeprefix("\ufeff") for name in table.header] == dialect.header
    assert table.notes["delimiter"] == dialect.delimiter
    assert table.notes["header_row"] == str(len(dialect.titles) + 1)
    for number, record in enumerate(dialect.records, start=1):
        assert rows.get(number, aside.get(number)) == fate(record, len(dialect.header)), (number, record)
    assert sorted([*rows, *aside]) == list(range(1, len(dialect.records) + 1))


def test_a_quoted_header_behind_a_byte_order_mark_is_known(tmp_path):
    text = '"Toimittajan nimi";"Summa"\n"Kone Oy";"1,00"\n'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8-sig")
    table, rows, _ = read(tmp_path / "a.csv")
    assert [header_key(name) for name in table.header] == ["toimittajan nimi", "summa"]
    assert rows == {1: ["Kone Oy", "1,00"]}


def cp1252_file(path, cells, rows):
    text = "Toimittajan nimi;Summa\n" + (";".join(cells) + "\n") * rows
    path.write_bytes(text.encode("cp1252"))
    return path


@pytest.mark.parametrize("name", ["Kone’n Oy", "Šaškin Oy", "Työ – ja Öljy Oy", "Café “Älä” Oy", "5 € Kauppa Oy"])
def test_marks_that_only_cp1252_has_are_read_in_names(tmp_path, name):
    assert read(cp1252_file(tmp_path / "a.csv", [name, "1,00"], 50))[1][50][0] == name


@pytest.mark.parametrize("cells", [["Palvelut", "1\u00a0234,50\u00a0€"], ["ÅÄÖ Oy", "5,00 €"]])
def test_marks_that_only_cp1252_has_never_become_control_characters(tmp_path, cells):
    assert read(cp1252_file(tmp_path / "a.csv", cells, 50))[1][50] == cells


@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-16-le", "utf-16-be"])
def test_a_declared_encoding_is_believed(tmp_path, encoding):
    text = "Toimittajan nimi;Summa;Kirjauspäivä;Tili\nÄlä Öljyä;1,00;3.1.2024;4340\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    if encoding.startswith("utf-16-"):
        with pytest.raises(Exception, match="binary file"):
            read(tmp_path / "a.csv", Layout(encoding=encoding))
        return
    table, rows, _ = read(tmp_path / "a.csv", Layout(encoding=encoding))
    assert rows == {1: ["Älä Öljyä", "1,00", "3.1.2024", "4340"]}
    assert table.notes["encoding"] == encoding


def test_a_declared_delimiter_wins_over_one_that_would_find_as_much(tmp_path):
    (tmp_path / "a.csv").write_text("Summa,Tili;Summa\n1,2;3\n", encoding="utf-8")
    table, rows, _ = read(tmp_path / "a.csv", Layout(delimiter=";"), ["Summa"])
    assert table.header == ("Summa,Tili", "Summa")
    assert rows == {1: ["1,2", "3"]}


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path):
    text = "Summa;Tili\n" + "".join(f"{n},50;4340\n" for n in range(50))
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    table, rows, aside = read(tmp_path / "a.csv")
    assert (table.notes["delimiter"], len(rows), aside) == (";", 50, {})
    assert rows[8] == ["7,50", "4340"]


def test_the_first_odd_letter_may_come_after_a_megabyte(tmp_path):
    plain = "Toimittajan nimi;Summa\n" + "Kone Oy;1,00\n" * 100_000
    for encoding in ("cp1252", "utf-8"):
        (tmp_path / "a.csv").write_bytes((plain + "Älä Öljyä Oy – €;2,00\n").encode(encoding))
        table, rows, aside = read(tmp_path / "a.csv")
        assert len(rows) == 100_001
        assert rows[100_001] == ["Älä Öljyä Oy – €", "2,00"]
        assert aside == {}
        assert table.notes["encoding"] == encoding


def test_a_title_that_names_a_column_is_not_taken_for_the_header(tmp_path):
    text = "Summa;;\nOstot 2024;Summa;\nToimittajan nimi;Summa;Tili\nKone Oy;1;4340\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    table, rows, _ = read(tmp_path / "a.csv")
    assert table.header == ("Toimittajan nimi", "Summa", "Tili")
    assert rows == {1: ["Kone Oy", "1", "4340"]}


def test_a_header_that_comes_again_amid_the_rows_is_a_row_like_others(tmp_path):
    text = "Toimittajan nimi;Summa\nKone Oy;1\nToimittajan nimi;Summa\nSähkö Oy;2\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert read(tmp_path / "a.csv")[1] == {1: ["Kone Oy", "1"], 2: ["Toimittajan nimi", "Summa"], 3: ["Sähkö Oy", "2"]}


@pytest.mark.parametrize("text", ["NA", "null", "NULL", "nan", "NaN", "N/A", "true", "1e5", "0001", "-0", "#N/A"])
def test_no_word_becomes_null_or_a_number_while_it_is_read(tmp_path, text):
    (tmp_path / "a.csv").write_text(f"Toimittajan nimi;Summa\n{text};{text}\n", encoding="utf-8")
    assert read(tmp_path / "a.csv")[1] == {1: [text, text]}


def test_a_hundred_columns_and_a_long_cell_are_read(tmp_path):
    header, long = [*KNOWN, *(f"sarake {n}" for n in range(96))], "x" * 200_000
    text = ";".join(header) + "\n" + ";".join([long, *(str(n) for n in range(99))]) + "\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    _, rows, _ = read(tmp_path / "a.csv")
    assert rows[1][0] == long
    assert rows[1][1:] == [str(n) for n in range(99)]
