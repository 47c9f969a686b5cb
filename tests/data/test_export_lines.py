"""Lines of a stored CSV, the CSV for Excel, JSON Lines and zips: whatever the values, they come back."""

import csv
import datetime as dt
import io
import json
import zipfile
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dashboard.export import lines as lines_module
from dashboard.export.about import About
from dashboard.export.bundle import text_part, write_bundle
from dashboard.export.csv import stream_csv, stream_excel_csv
from dashboard.export.json import stream_json, stream_jsonl
from dashboard.export.lines import StoredLines
from dashboard.export.xlsx import write_xlsx
from dashboard.package import Field

INJECTIONS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1+1", "＋1", "－1", "＠x",
    "\u200b=1", "\ufeff=1", "\x00=1", "=cmd|'/C calc'!A0", '=HYPERLINK("http://x.example","x")', "=1;=2", '"=1"',
)  # fmt: skip
HARD = (
    "\u202eevil\u202c",
    "\u200f",
    "a\x00b",
    "\x01",
    "\x1b[31m",
    "a;b",
    "a,b",
    'a"b',
    "a\r\nb",
    "a\nb",
    "",
    "å",
    "\U0001f600",
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(INJECTIONS + HARD)
tables = st.lists(st.tuples(texts | st.none(), st.integers(-(2**31), 2**31)), max_size=30)


def batch_of(rows):
    return pa.record_batch(
        {"text": pa.array([t for t, _ in rows], pa.string()), "n": pa.array([n for _, n in rows], pa.int64())}
    )


def written(path, rows):
    batch = batch_of(rows)
    path.write_bytes(b"".join(stream_csv(batch.schema, iter([batch]))))
    return path


@settings(deadline=None, max_examples=150)
@given(rows=tables, data=st.data(), block=st.sampled_from([1, 7, 64, 1 << 20]))
def test_some_lines_of_a_file_are_those_rows_and_their_length_is_known(tmp_path_factory, rows, data, block):
    chosen = sorted(data.draw(st.sets(st.sampled_from(range(len(rows))))) if rows else [])
    path = written(tmp_path_factory.mktemp("lines") / "a.csv", rows)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lines_module, "BLOCK_BYTES", block)
        found = StoredLines(path)
        places = np.array(chosen, np.int64)
        raw = b"".join(found.read(places))
    assert found.rows == len(rows)
    assert found.size(places) == len(raw)
    want = batch_of([rows[place] for place in chosen])
    assert raw == b"".join(stream_csv(want.schema, iter([want])))


def test_a_last_line_without_an_end_is_a_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\n1,"x\ny"\n2,z')
    found = StoredLines(path)
    assert found.rows == 2
    assert b"".join(found.read(np.array([1]))) == b"a,b\n2,z"


def test_a_file_that_became_shorter_is_never_sent_as_whole(tmp_path):
    path = written(tmp_path / "a.csv", [("x" * 100, n) for n in range(100)])
    found = StoredLines(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(OSError, match="shorter"):
        b"".join(found.read(np.arange(100)))


@settings(deadline=None, max_examples=150)
@given(rows=tables)
def test_nothing_in_the_csv_for_excel_can_run_and_nothing_else_is_changed(rows):
    batch = batch_of(rows)
    raw = b"".join(stream_excel_csv(batch.schema, iter([batch])))
    assert raw.startswith(b"\xef\xbb\xbf")
    head, *found = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";", strict=True)
    assert head == ["text", "n"]
    for (text, number), (cell, written_number) in zip(rows, found, strict=True):
        assert cell.lstrip()[:1] not in {*"=+-@＝＋－＠"} or not cell
        assert cell[:1] not in {"\t", "\r", "\n"} or not cell
        assert cell in ((text or ""), f"'{text}")
        assert written_number == str(number)


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_injection_is_marked_for_excel_and_left_alone_in_the_plain_csv(text):
    batch = pa.record_batch({"text": [text]})
    plain, excel = (b"".join(f(batch.schema, iter([batch]))) for f in (stream_csv, stream_excel_csv))
    cells = [
        list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=mark))[1][0]
        for raw, mark in ((plain, ","), (excel, ";"))
    ]
    assert cells == [text, text if text.startswith('"') else f"'{text}"]


def test_numbers_for_excel_have_a_comma_and_stay_numbers():
    batch = pa.record_batch(
        {
            "euros": pa.array([Decimal("-1234.50"), None], pa.decimal128(18, 2)),
            "part": [0.25, float("nan")],
            "day": [dt.date(2026, 1, 31), None],
            "codes": pa.array([["a", "b"], None], pa.list_(pa.string())),
        }
    )
    raw = b"".join(stream_excel_csv(batch.schema, iter([batch]))).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(raw, newline=""), delimiter=";"))
    assert found[1:] == [["-1234,50", "0,25", "2026-01-31", "a|b"], ["", "", "", ""]]
    assert raw.endswith("\r\n")


@settings(deadline=None, max_examples=150)
@given(rows=tables)
def test_json_and_json_lines_give_back_every_text(rows):
    batch = batch_of(rows)
    want = [{"text": text, "n": number} for text, number in rows]
    assert json.loads(b"".join(stream_json(["text", "n"], iter([batch])))) == want
    raw = b"".join(stream_jsonl(["text", "n"], iter([batch, batch]))).decode()
    assert [json.loads(line) for line in raw.split("\n")[:-1]] == want * 2
    assert raw == "" or raw.endswith("\n")


@pytest.mark.parametrize("text", [*INJECTIONS, *HARD])
def test_a_workbook_holds_any_text_and_marks_what_excel_would_run(tmp_path, text):
    fields = (Field("text", "string", "string", {"fi": "text"}, None, None),)
    about = About("x", "fi", fields, (("a", "b"),), False, ("Tiedot", "Kentät", "Lähde"))
    assert write_xlsx(tmp_path / "a.xlsx", about, iter([pa.record_batch({"text": [text, "end"]})])) == 2
    rows = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[-1] == ["end"]
    if text in INJECTIONS and not {*"\r\x00"} & {*text}:
        styles = zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/styles.xml").decode()
        assert rows[1] == [text]
        assert ('quotePrefix="1"' in styles) is not text.startswith('"')


def test_the_same_parts_give_the_same_zip(tmp_path):
    made = dt.datetime(2026, 11, 24, 6, 3, tzinfo=dt.UTC)
    for name in ("a", "b"):
        write_bundle(tmp_path / name, [text_part("å.txt", "x" * 100_000), text_part("b.csv", "a\n")], made)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with zipfile.ZipFile(tmp_path / "a") as archive:
        assert archive.testzip() is None
        assert archive.read("å.txt") == b"x" * 100_000
