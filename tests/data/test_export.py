import csv
import io
import json
import zipfile
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from dashboard.export import xlsx
from dashboard.export.about import About
from dashboard.export.csv import stream_csv
from dashboard.export.json import stream_json
from dashboard.export.parquet import write_parquet
from dashboard.export.xlsx import write_xlsx
from dashboard.package import open_package
from dashboard.query.engine import Engine
from dashboard.query.model import Query
from tests.fixtures.release import purchases, write_release

COLUMNS = ("city_code", "posting_date", "supplier_name", "amount_eur", "is_credit_note")
LINES = (("Release", "2026-11-24T0603Z-abcdef"), ("Licence", "CC BY 4.0"))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(open_package(write_release(tmp_path_factory.mktemp("data"))))


def about(engine, resource, columns, language="fi"):
    fields = {field.name: field for field in engine.package.resource(resource).fields}
    chosen = [fields[name] for name in columns]
    return About("Ostot", language, chosen, LINES, True, ("data", "fields", "source"))


def answer(engine, resource="purchases", columns=COLUMNS):
    query = Query(resource, columns=columns)
    return engine.run_arrow(query), engine.stream(query)


def test_csv_reads_back_as_the_rows(engine):
    table, batches = answer(engine)
    raw = b"".join(stream_csv(table.schema, batches))
    assert raw.count(b"\r\n") == 217
    assert raw.count(b"\n") == 217
    found = list(csv.DictReader(io.StringIO(raw.decode(), newline="")))
    for row, want in zip(found, table.to_pylist(), strict=True):
        assert row["supplier_name"] == (want["supplier_name"] or "")
        assert row["amount_eur"] == str(want["amount_eur"])
        assert row["posting_date"] == want["posting_date"].isoformat()


def test_csv_joins_lists(engine):
    table, batches = answer(engine, "companies", ("company_name", "city_codes"))
    text = b"".join(stream_csv(table.schema, batches)).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [r["city_codes"].split("|") for r in rows] == table["city_codes"].to_pylist()


def test_json_keeps_every_digit_and_type(engine):
    table, batches = answer(engine)
    text = b"".join(stream_json(table.schema.names, batches))
    found = json.loads(text, parse_float=Decimal)
    assert [str(row["amount_eur"]) for row in found] == [str(v) for v in table["amount_eur"].to_pylist()]
    assert found[0]["posting_date"] == table["posting_date"][0].as_py().isoformat()
    assert {type(row["is_credit_note"]) for row in found} == {bool}
    assert [r["supplier_name"] for r in found] == table["supplier_name"].to_pylist()


def test_json_of_nothing_is_an_empty_array():
    assert json.loads(b"".join(stream_json(["a"], iter(())))) == []


def test_json_has_no_nan():
    batch = pa.record_batch({"a": [float("nan")]})
    assert b"NaN" not in b"".join(stream_json(["a"], iter([batch])))


def test_xlsx_has_data_fields_and_source(engine, tmp_path):
    table, batches = answer(engine)
    write_xlsx(tmp_path / "a.xlsx", about(engine, "purchases", COLUMNS), batches)
    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    assert book.sheet_names == ["data", "fields", "source"]
    data = book.get_sheet_by_name("data").to_python()
    assert data[0][:4] == ["Kuntakoodi", "Kirjauspäivä", "Toimittajan nimi", "Summa (EUR)"]
    assert [row[3] for row in data[1:]] == [float(v) for v in table["amount_eur"].to_pylist()]
    assert ["amount_eur", "Summa", "EUR"] in [r[:3] for r in book.get_sheet_by_name("fields").to_python()]
    assert book.get_sheet_by_name("source").to_python() == [list(line) for line in LINES]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "http://example.org", ""])
def test_xlsx_never_writes_text_as_a_formula(engine, tmp_path, text):
    path = tmp_path / "a.xlsx"
    batch = pa.record_batch({"supplier_name": [text, "after"]})
    write_xlsx(path, about(engine, "purchases", ("supplier_name",)), iter([batch]))
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


def test_xlsx_over_the_limit_of_a_sheet_goes_on_in_the_next(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_ROWS", 100)
    table, batches = answer(engine)
    assert write_xlsx(tmp_path / "a.xlsx", about(engine, "purchases", COLUMNS), batches) == table.num_rows
    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    assert book.sheet_names == ["data", "data 2", "data 3", "fields", "source"]
    (head, *first), (again, *second), (_, *third) = (book.get_sheet_by_index(n).to_python() for n in range(3))
    assert (again, len(first), len(second), len(third)) == (head, 100, 100, table.num_rows - 200)
    assert [row[3] for row in first + second + third] == [float(v) for v in table["amount_eur"].to_pylist()]


def test_parquet_carries_its_source_and_exact_values(engine, tmp_path):
    table, batches = answer(engine)
    write_parquet(tmp_path / "a.parquet", table.schema, about(engine, "purchases", COLUMNS), batches)
    found = pq.read_table(tmp_path / "a.parquet")
    assert found.to_pylist() == table.to_pylist()
    assert found.schema.metadata[b"Licence"] == b"CC BY 4.0"
    assert found.schema.metadata[b"x-sample"] == b"true"


def test_the_rows_are_those_of_the_fixture(engine):
    table, _ = answer(engine)
    assert sum(table["amount_eur"].to_pylist()) == sum(row["amount_eur"] for row in purchases())


HARD = ["a,b", 'say "no"', "two\nlines", "carriage\r\nreturn", "", " padded ", "=1+1", "åäö €", None, "NULL"]


def test_csv_keeps_commas_quotes_and_line_breaks(engine):
    batch = pa.record_batch({"name": HARD, "n": list(range(len(HARD)))})
    raw = b"".join(stream_csv(batch.schema, iter([batch, batch]))).decode()
    head, *found = csv.reader(io.StringIO(raw, newline=""))
    assert head == ["name", "n"]
    assert [row[0] for row in found] == [name or "" for name in HARD] * 2
    assert [int(row[1]) for row in found] == list(range(len(HARD))) * 2


def test_json_keeps_hard_texts_and_nothing_apart():
    batch = pa.record_batch({"name": HARD})
    found = json.loads(b"".join(stream_json(["name"], iter([batch, batch.slice(0, 0), batch]))))
    assert [row["name"] for row in found] == HARD * 2


def test_xlsx_keeps_hard_texts(engine, tmp_path):
    batch = pa.record_batch({"supplier_name": HARD, "purchase_month": list(range(len(HARD)))})
    write_xlsx(tmp_path / "a.xlsx", about(engine, "purchases", ("supplier_name", "purchase_month")), iter([batch]))
    found = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_name("data").to_python()
    assert [row[0].replace("\r", "") for row in found[1:]] == [(name or "").replace("\r", "") for name in HARD]


@pytest.mark.parametrize("text", ["0.01", "-0.01", "12345678901234567.89", "0.10", "1000000.00"])
def test_json_writes_a_decimal_with_exactly_its_digits(text):
    batch = pa.record_batch({"a": pa.array([Decimal(text)], pa.decimal128(19, 2))})
    assert b"".join(stream_json(["a"], iter([batch]))) == b'[\n{"a": ' + text.encode() + b"}\n]\n"


def test_a_file_of_no_rows_still_has_its_columns(engine, tmp_path):
    schema = pa.schema([("city_code", pa.string()), ("amount_eur", pa.decimal128(18, 2))])
    empty = [pa.RecordBatch.from_pylist([], schema=schema)]
    text = b"".join(stream_csv(schema, iter(empty))).decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [schema.names]
    assert json.loads(b"".join(stream_json(schema.names, iter(empty)))) == []
    write_parquet(tmp_path / "a.parquet", schema, about(engine, "purchases", schema.names), iter(empty))
    assert pq.read_table(tmp_path / "a.parquet").schema.names == schema.names
