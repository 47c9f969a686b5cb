"""The cells of a workbook that are written a batch at a time are those that XlsxWriter writes one by one."""

from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal

import pyarrow as pa
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dashboard.export.csv import is_formula
from dashboard.export.sheet import RowsSheet

CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c"
TEXT = st.one_of(
    st.none(),
    st.text("aÄ<&>\"' \t\n\r\x01\x1f=@\ufffe😀", max_size=5),
    st.sampled_from(["_x000D_", "=1+1", "", " a ", "x" * 40_000, "😀" * 20_000]),
)
ROW = st.tuples(
    TEXT,
    st.one_of(st.none(), st.integers(-(2**53), 2**53)),
    st.one_of(st.none(), st.decimals(-(10**12), 10**12, places=2, allow_nan=False)),
    st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))),
    st.one_of(st.none(), st.booleans()),
    st.one_of(st.none(), st.floats(-1e6, 1e6).map(lambda one: round(one, 6))),
    st.one_of(st.none(), st.lists(st.sampled_from(["049", "853"]), max_size=2)),
)
TYPES = (pa.string(), pa.int64(), pa.decimal128(18, 2), pa.date32(), pa.bool_(), pa.float64(), pa.list_(pa.string()))


def open_book(path):
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    styles = {
        "money": book.add_format({"num_format": "#,##0.00"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "text": book.add_format({"quote_prefix": True}),
    }
    for one in styles.values():
        one._get_xf_index()  # each style has the same number in both books, whichever is used first
    return book, styles


def write_one_by_one(path, rows):
    book, styles = open_book(path)
    with book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "head")
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, bool):
                    sheet.write_boolean(number, place, value)
                elif isinstance(value, Decimal):
                    sheet.write_number(number, place, float(value), styles["money"])
                elif isinstance(value, int | float):
                    sheet.write_number(number, place, value)
                elif isinstance(value, dt.date):
                    sheet.write_datetime(number, place, value, styles["date"])
                elif value is not None:
                    text = "|".join(value) if isinstance(value, list) else value
                    sheet.write_string(number, place, text, styles["text"] if is_formula(text) else None)


def write_batch(path, batch, after):
    book, styles = open_book(path)
    with book:
        sheet = book.add_worksheet(None, RowsSheet)
        sheet.write_string(0, 0, "head")
        sheet.add_batch(1, batch.slice(0, after), styles)
        sheet.add_batch(1 + min(after, batch.num_rows), batch.slice(after), styles)


def cells(path):
    root = etree.fromstring(zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml"))
    found = {}
    for cell in root.iter(CELL):
        text = "".join(cell.itertext())
        value = text if cell.get("t") == "inlineStr" else float(text)
        kept = [one.get("{http://www.w3.org/XML/1998/namespace}space") for one in cell.iter() if one.text is not None]
        found[cell.get("r")] = (cell.get("s"), cell.get("t"), value, kept)
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(rows=st.lists(ROW, max_size=12), after=st.integers(0, 12))
def test_the_cells_are_those_that_xlsxwriter_writes(rows, after, tmp_path):
    columns = list(zip(*rows, strict=True)) or [()] * len(TYPES)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, TYPES, strict=True)]
    batch = pa.RecordBatch.from_arrays(arrays, names=[str(place) for place in range(len(TYPES))])
    write_one_by_one(tmp_path / "one.xlsx", rows)
    write_batch(tmp_path / "two.xlsx", batch, after)
    assert cells(tmp_path / "two.xlsx") == cells(tmp_path / "one.xlsx")


def test_a_text_that_looks_like_marks_of_a_workbook_stays_a_text(tmp_path):
    batch = pa.record_batch({"a": ["<r><t>x</t></r>", "<r>&</r>"]})
    write_batch(tmp_path / "a.xlsx", batch, 1)
    assert [one[2] for one in cells(tmp_path / "a.xlsx").values()] == ["head", "<r><t>x</t></r>", "<r>&</r>"]
