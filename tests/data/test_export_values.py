"""Values that are hard on file formats, read back by other readers; the limits of a workbook."""

import csv
import datetime as dt
import io
import json
import zipfile
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dashboard.export import xlsx
from dashboard.export.about import About
from dashboard.export.csv import stream_csv
from dashboard.export.json import stream_json
from dashboard.export.parquet import write_parquet
from dashboard.export.xlsx import write_xlsx
from dashboard.package import Field

SCHEMA = pa.schema(
    [
        ("text", pa.string()),
        ("euros", pa.decimal128(18, 2)),
        ("day", pa.date32()),
        ("whole", pa.int64()),
        ("part", pa.float64()),
        ("is_so", pa.bool_()),
        ("codes", pa.list_(pa.string())),
    ]
)
FORMULAS = (
    "=1+1", "=cmd|'/C calc'!A0", "+358 9", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "'=1", "{=1}",
)  # fmt: skip

# what XML can carry; a line end is one of the few things that readers of XLSX are free to rewrite
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)
rows = st.fixed_dictionaries(
    {
        "text": st.none() | texts | st.sampled_from(FORMULAS),
        "euros": st.none() | st.decimals(Decimal("-9999999999999999.99"), Decimal("9999999999999999.99"), places=2),
        "day": st.none() | st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1)),
        "whole": st.none() | st.integers(-(2**63), 2**63 - 1),
        "part": st.none() | st.floats(-1e300, 1e300),
        "is_so": st.none() | st.booleans(),
        "codes": st.none() | st.lists(st.text("0123456789", min_size=1, max_size=3), min_size=1, max_size=3),
    }
)
batches = st.lists(st.lists(rows, max_size=4), min_size=1, max_size=3)


def arrow(found):
    return [pa.RecordBatch.from_pylist(part, schema=SCHEMA) for part in found]


def about(names=tuple(SCHEMA.names), **changes):
    fields = [Field(name, "string", "string", {"fi": name}, None, None) for name in names]
    given = {"title": "Ostot", "language": "fi", "fields": fields, "lines": (("Lisenssi", "CC BY"),), "sample": True}
    return About(**{**given, "sheet_names": ("Tiedot", "Kentät", "Lähde"), **changes})


def flat(found):
    return [row for part in found for row in part]


def workbook(path, found, described=None):
    write_xlsx(path, described or about(), iter(found))
    return CalamineWorkbook.from_path(str(path))


@settings(deadline=None, max_examples=60)
@given(found=batches)
def test_csv_gives_back_every_value(found):
    raw = b"".join(stream_csv(SCHEMA, iter(arrow(found)))).decode()
    head, *lines = csv.reader(io.StringIO(raw, newline=""), strict=True)
    assert head == SCHEMA.names
    for line, row in zip(lines, flat(found), strict=True):
        got = dict(zip(head, line, strict=True))
        assert got["text"] == (row["text"] or "")
        assert got["euros"] == ("" if row["euros"] is None else f"{row['euros']:.2f}")
        assert got["day"] == ("" if row["day"] is None else row["day"].isoformat())
        assert got["whole"] == ("" if row["whole"] is None else str(row["whole"]))
        assert (float(got["part"]) if got["part"] else None) == row["part"]
        assert got["is_so"] == ("" if row["is_so"] is None else str(row["is_so"]).lower())
        assert got["codes"] == "|".join(row["codes"] or [])


@settings(deadline=None, max_examples=60)
@given(found=batches)
def test_json_gives_back_every_value(found):
    raw = b"".join(stream_json(SCHEMA.names, iter(arrow(found))))
    for got, row in zip(json.loads(raw, parse_float=str), flat(found), strict=True):
        assert list(got) == SCHEMA.names
        assert got["euros"] == (None if row["euros"] is None else f"{row['euros']:.2f}")
        assert (None if got["part"] is None else float(got["part"])) == row["part"]
        assert got["day"] == (None if row["day"] is None else row["day"].isoformat())
        assert {name: got[name] for name in ("text", "whole", "is_so", "codes")} == {
            name: row[name] for name in ("text", "whole", "is_so", "codes")
        }


@settings(deadline=None, max_examples=25)
@given(found=batches)
def test_parquet_gives_back_every_value(tmp_path_factory, found):
    path = tmp_path_factory.mktemp("parquet") / "a.parquet"
    write_parquet(path, SCHEMA, about(), iter(arrow(found)))
    got = duckdb.connect().execute("select * from read_parquet(?)", [str(path)]).fetchall()
    assert got == [tuple(row[name] for name in SCHEMA.names) for row in flat(found)]


@settings(deadline=None, max_examples=40)
@given(found=batches)
def test_a_workbook_gives_back_what_a_cell_can_hold(tmp_path_factory, found):
    """Texts, days and truth as they are; numbers as the floats that every spreadsheet works with."""
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    lines = workbook(path, arrow(found)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert lines[0] == SCHEMA.names
    wanted = flat(found)
    lines = lines[1:] + [[""] * 7] * (len(wanted) + 1 - len(lines))  # a reader leaves out empty rows at the end
    for line, row in zip(lines, wanted, strict=True):
        got = dict(zip(SCHEMA.names, line, strict=False))
        assert got.get("text", "") == (row["text"] or "")
        for name in ("euros", "whole", "part"):
            value = got.get(name, "")
            assert value == "" if row[name] is None else value == pytest.approx(float(row[name]), rel=1e-14, abs=0)
        assert got.get("day", "") == ("" if row["day"] is None else row["day"])
        assert got.get("is_so", "") == ("" if row["is_so"] is None else row["is_so"])
        assert got.get("codes", "") == "|".join(row["codes"] or [])


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_in_a_workbook_can_run(tmp_path, text):
    batch = pa.record_batch({"text": [text]})
    lines = ((text, text), ("Osoite", text))
    fields = (Field("text", "string", "string", {"fi": text}, {"fi": text}, None),)
    book = workbook(tmp_path / "a.xlsx", [batch], about(fields=fields, lines=lines))
    for part in (name for name in zipfile.ZipFile(tmp_path / "a.xlsx").namelist() if "sheet" in name):
        content = zipfile.ZipFile(tmp_path / "a.xlsx").read(part)
        assert b"<f>" not in content
        assert b"hyperlink" not in content
    assert book.get_sheet_by_index(0).to_python() == [[text], [text]]
    assert book.get_sheet_by_index(1).to_python()[1] == ["text", text, "", text]
    assert book.get_sheet_by_index(2).to_python() == [list(line) for line in lines]


def test_money_in_a_workbook_is_a_number_with_two_decimals_and_a_day_a_day(tmp_path):
    batch = pa.RecordBatch.from_pylist([{"euros": Decimal("1234567.80"), "day": dt.date(2026, 11, 24)}], schema=SCHEMA)
    workbook(tmp_path / "a.xlsx", [batch])
    files = zipfile.ZipFile(tmp_path / "a.xlsx")
    sheet, styles = (files.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    assert "<v>1234567.8</v>" in sheet
    assert "<v>46350</v>" in sheet
    assert 'formatCode="yyyy-mm-dd"' in styles
    assert 'formatCode="#,##0.00"' in styles


def test_a_text_longer_than_a_cell_is_cut_and_the_next_row_stands(tmp_path):
    """Excel's cells end at 32 767 letters."""
    book = workbook(tmp_path / "a.xlsx", [pa.record_batch({"text": ["x" * 40_000, "y"]})], about(("text",)))
    assert book.get_sheet_by_index(0).to_python()[1:] == [["x" * 32_767], ["y"]]


@pytest.mark.parametrize(("rows_there", "sheets"), [(0, 1), (9, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_a_workbook_has_another_sheet_only_beyond_the_last_row_of_one(tmp_path, monkeypatch, rows_there, sheets):
    monkeypatch.setattr(xlsx, "MAX_ROWS", 10)
    book = workbook(tmp_path / "a.xlsx", [pa.record_batch({"n": [n]}) for n in range(rows_there)], about(("n",)))
    found = [book.get_sheet_by_index(number).to_python() for number in range(sheets)]
    assert book.sheet_names[sheets:] == ["Kentät", "Lähde"]
    assert [row for head, *rows in found for row in rows] == [[float(n)] for n in range(rows_there)]
    assert all(head == ["n"] for head, *_ in found)


def test_the_limit_is_that_of_excel():
    """1 048 576 rows in all, one of which is the header."""
    assert xlsx.MAX_ROWS + 1 == 2**20


def test_a_field_stands_with_its_title_unit_and_words(tmp_path):
    known = Field("amount_eur", "number", "decimal(18,2)", {"fi": "Summa"}, {"fi": "Netto."}, "EUR")
    bare = Field("city_code", "string", "string", {"fi": "Kunta"}, None, None)
    batch = pa.record_batch({"amount_eur": [1.5], "city_code": ["091"]})
    book = workbook(tmp_path / "a.xlsx", [batch], about(fields=(known, bare)))
    assert book.sheet_names == ["Tiedot", "Kentät", "Lähde"]
    assert book.get_sheet_by_index(0).to_python() == [["Summa (EUR)", "Kunta"], [1.5, "091"]]
    assert book.get_sheet_by_index(1).to_python()[1:] == [
        ["amount_eur", "Summa", "EUR", "Netto."],
        ["city_code", "Kunta", "", ""],
    ]


def test_a_stream_is_read_no_further_than_it_is_sent():
    """The reader's first bytes must not wait for the last row."""
    taken = []

    def endless():
        for number in range(1_000_000):
            taken.append(number)
            yield pa.record_batch({"n": [number]})

    for stream in (stream_csv(pa.schema([("n", pa.int64())]), endless()), stream_json(["n"], endless())):
        taken.clear()
        for _ in range(3):
            next(stream)
        assert len(taken) <= 3


def test_metadata_of_parquet_holds_every_line_and_whether_it_is_a_sample(tmp_path):
    for sample in (True, False):
        lines = (("Lähde", "Åbo stad, Öljymäki"), ("Otsikko", "Ostot"))
        write_parquet(tmp_path / "a.parquet", SCHEMA, about(lines=lines, sample=sample), iter(()))
        metadata = pq.read_schema(tmp_path / "a.parquet").metadata
        assert {key.encode(): value.encode() for key, value in lines} | {b"x-sample": str(sample).lower().encode()} == {
            key: value for key, value in metadata.items() if key != b"ARROW:schema"
        }
