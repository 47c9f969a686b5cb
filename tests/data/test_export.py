import csv
import io
import json
import zipfile
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from dashboard.errors import QueryTooLarge
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
    chosen = [fields.get(name, name) for name in columns]
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


def test_xlsx_over_its_limit_is_refused(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_ROWS", 100)
    _, batches = answer(engine)
    with pytest.raises(QueryTooLarge, match="CSV"):
        write_xlsx(tmp_path / "a.xlsx", about(engine, "purchases", COLUMNS), batches)


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
