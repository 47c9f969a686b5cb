"""Lines whose cells are not quoted: whatever stands in a name, money stays in its columns or the line is set aside."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.declare import Layout
from etl.errors import UnexpectedData
from etl.read.table import open_table
from etl.read.unquoted import MOST_PARTS, clean_line
from etl.registry import load_registry
from tests.unit.test_read_csv import gather

HEADER = "Koodi,Nimi,Viranomainen,Pvm,Toteuttaja,Myönnetty,Toteutunut;"
LAYOUT = Layout(
    cells={
        "Koodi": "[AS][0-9]{5}",
        "Nimi": "",
        "Viranomainen": r"\w+n liitto|\w+n elinkeino-,?\s*liikenne- ja ympäristökeskus",
        "Pvm": r"([0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4})?",
        "Toteuttaja": "",
        "Myönnetty": r"-?[0-9]+(\.[0-9]+)?",
        "Toteutunut": r"-?[0-9]+(\.[0-9]+)?",
    }
)


@pytest.fixture
def read(tmp_path):
    def read_lines(*lines, header=HEADER, layout=LAYOUT, end="\n"):
        path = tmp_path / "list.csv"
        path.write_text(end.join([header, *lines, ""]), encoding="utf-8", newline="")
        return gather(open_table(path, format_name="CSV", layout=layout, known=[]))

    return read_lines


PLAIN = ["A70001", "Hirsi", "Lapin liitto", "1.3.2015", "Oy Malli Ab", "100", "7.5"]


@pytest.mark.parametrize("ending", ["", ";", ",,;", ",;", " ,;", ",, ;", ", ,;"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_ends_a_line_is_no_cell(read, ending, end):
    header, rows, aside, _ = read(",".join(PLAIN) + ending, end=end)
    assert header[-1] == "Toteutunut"
    assert (rows, aside) == ({1: PLAIN}, {})


def test_commas_stay_in_the_names_that_hold_them(read):
    centre = "Hämeen elinkeino-, liikenne- ja ympäristökeskus"
    cells = ["A70001", "Laser, maalaamo, 2, valo", centre, "1.3.2015", "KARVINEN, AVOIN YHTIÖ", "100", "-7.5"]
    assert read(",".join(cells) + ";")[1] == {1: cells}


def test_a_line_that_is_quoted_as_a_whole_is_unquoted_once(read):
    line = '"A70001,""Musculo"""" hieronta,Lapin liitto,1.3.2015,Oy Malli Ab,100,7.5,,";'
    assert read(line)[1] == {1: [*PLAIN[:1], '"Musculo"" hieronta', *PLAIN[2:]]}
    assert clean_line('"') == '"'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A70001,Hirsi,Lapin liitto,7560,Oy Malli Ab, ,100,;", "unreadable_record"),  # money in the date's place
        ("A70001,Hirsi,Lapin liitto,1.3.2015,Oy Malli Ab,100,,;", "unreadable_record"),  # one amount is missing
        ("A70001,Hirsi,Lapin liitto,1.3.2015,Oy Malli Ab,100,1.2.2015,7;", "unreadable_record"),
        ("X1,Hirsi,Lapin liitto,1.3.2015,Oy Malli Ab,100,7;", "unreadable_record"),
        ("A70001,Hirsi,Lapin liitto,1.3.2015,a,Turun liitto,2.3.2015,Oy,100,7;", "uncertain_record"),
        ("A70001," + "," * MOST_PARTS + "Lapin liitto,1.3.2015,a,100,7", "unreadable_record"),
        (";", "blank_row"),
        (" ,, ;", "blank_row"),
    ],
)
def test_a_line_that_fits_in_no_way_or_in_several_is_set_aside(read, line, reason):
    _, rows, aside, _ = read(",".join(PLAIN), line, ",".join(PLAIN))
    assert set(rows) == {1, 3}
    assert aside == {2: reason}


def test_an_empty_date_and_an_empty_name_are_kept_empty(read):
    assert read("A70001,Hirsi,Lapin liitto,,,100,7;")[1] == {1: ["A70001", "Hirsi", "Lapin liitto", "", "", "100", "7"]}


@pytest.mark.parametrize("header", ["Koodi,Nimi", HEADER.replace("Nimi", "Hanke"), "", HEADER.replace(",", ";")])
def test_another_header_is_refused(read, header):
    with pytest.raises(UnexpectedData, match="another header"):
        read(",".join(PLAIN), header=header)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", HEADER.encode() + b"\n\xe4\xe4"])
def test_bytes_of_another_encoding_are_refused(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    layout = LAYOUT.model_copy(update={"encoding": "utf-8"})
    with pytest.raises(UnexpectedData, match="is not utf-8"):
        gather(open_table(path, format_name="", layout=layout, known=[]))


EURA = next(s for s in load_registry().sources() if s.name == "projects-eura-2014")
ONE_LINE = st.text(st.characters(exclude_characters="\0\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", codec="utf-8"))
CELL_LIKE = st.lists(
    st.sampled_from(
        ["1", "2", "Uudenmaan liitto", "Toiminnassa", "1.1.2015", "31.12.2016", "100", "7.5", "Oy", "", '"']
    )
)
ANY_NAME = ONE_LINE | CELL_LIKE.map(",".join) | st.tuples(CELL_LIKE.map(",".join), ONE_LINE).map(",".join)
MIMIC = st.tuples(ONE_LINE, ONE_LINE).map(",2,Uudenmaan liitto,Toiminnassa,1.1.2015,31.12.2016,".join)
"""A name that holds all that stands between a name and a lead."""
ANY_NAME |= MIMIC | st.tuples(MIMIC, CELL_LIKE.map(",".join)).map(",".join)
AMOUNT = st.decimals(-(10**9), 10**9, places=2).map(str)


@given(
    name=ANY_NAME, lead=ANY_NAME, money=st.lists(AMOUNT, min_size=4, max_size=4), ending=st.sampled_from([";", ",,;"])
)
@settings(deadline=None, max_examples=400)
def test_no_text_in_a_name_moves_money(tmp_path_factory, name, lead, money, ending):
    centre = "Hämeen elinkeino-, liikenne- ja ympäristökeskus"
    line = ",".join(["A70001", "EAKR", name, "2", centre, "Toiminnassa", "1.3.2015", "28.2.2017", lead, *money])
    path = tmp_path_factory.mktemp("eura") / "list.csv"
    header = ",".join(EURA.layout.cells) + ";"
    path.write_text(f"{header}\n{line}{ending}\n", encoding="utf-8", newline="")
    _, rows, aside, _ = gather(open_table(path, format_name="CSV", layout=EURA.layout, known=[]))
    assert len(rows) + len(aside) == 1
    if rows:
        assert rows[1][-4:] == money
        assert rows[1][0] == "A70001"
        assert rows[1][6:8] == ["1.3.2015", "28.2.2017"]
    else:
        assert aside[1] in ("uncertain_record", "unreadable_record")


@given(name=ONE_LINE.filter(lambda text: "Toiminnassa" not in text and '"' not in text))
@settings(deadline=None)
def test_a_name_that_looks_like_no_record_is_kept_whole(tmp_path_factory, name):
    tail = ["2", "Lapin liitto", "Toiminnassa", "1.3.2015", "28.2.2017", "Oy Malli Ab", "1", "2", "3", "4"]
    path = tmp_path_factory.mktemp("eura") / "list.csv"
    text = ",".join(EURA.layout.cells) + ";\n" + ",".join(["A70001", "EAKR", name, *tail]) + ";\n"
    path.write_text(text, encoding="utf-8", newline="")
    _, rows, aside, _ = gather(open_table(path, format_name="CSV", layout=EURA.layout, known=[]))
    if name.count(",") < MOST_PARTS - len(tail) - 2:
        assert (rows, aside) == ({1: ["A70001", "EAKR", name.strip(), *tail]}, {})
