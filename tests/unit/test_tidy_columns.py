from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from etl.declare import Source, Table
from etl.errors import UnexpectedData
from etl.read.rows import RawBatch, column_names
from etl.tidy.columns import fill_missing, map_columns, parse_columns
from etl.tidy.each import TEXT as ENCODED

TEXT = {"fi": "a", "sv": "b", "en": "c"}


def field(name, kind, **more):
    return {"name": name, "type": kind, "title": TEXT, **more}


TABLE = Table.model_validate(
    {
        "name": "t",
        "title": TEXT,
        "description": TEXT,
        "primary_key": ["voucher_number"],
        "fields": [
            field("voucher_number", "string"),
            field("supplier_name", "string"),
            field("amount_eur", "decimal"),
            field("posting_date", "date"),
            field("year", "year"),
            field("rows_count", "integer"),
            field("share", "number"),
            field("is_open", "boolean"),
            field("words", "list"),
            field("city_code", "string"),
        ],
    }
)
SOURCE = Source.model_validate(
    {
        "name": "s",
        "title": TEXT,
        "publisher": "p",
        "licence": {"id": "cc-by-4.0", "title": "CC BY", "url": "https://example.org"},
        "kind": "reference",
        "path": "s.csv",
        "columns": {
            "voucher_number": ["Tositenro", "Tosite"],
            "supplier_name": ["Toimittajan nimi"],
            "amount_eur": ["Summa"],
            "posting_date": ["Pvm"],
            "year": ["Vuosi"],
            "rows_count": ["Lkm"],
            "share": ["Osuus"],
            "is_open": ["Avoin"],
            "words": ["Sanat"],
        },
        "required": ["amount_eur"],
        "ignore": ["Kunta"],
        "constants": {"city_code": "398"},
    }
)


def parse(header, *rows):
    columns = pa.table(
        {
            n: pa.array(list(c), pa.string())
            for n, c in zip(column_names(len(header)), zip(*rows, strict=True), strict=True)
        }
    )
    batch = RawBatch(columns, pa.array(range(1, len(rows) + 1), pa.int64()))
    return parse_columns(batch, map_columns(tuple(header), SOURCE, "test"), TABLE, SOURCE)


def test_the_first_spelling_that_is_there_is_taken_and_the_rest_reported():
    mapping = map_columns(("Tosite", "SUMMA ", "Tositenro", "Kunta", "Uusi", ""), SOURCE, "test")
    assert mapping.positions == {"voucher_number": 2, "amount_eur": 1}
    assert mapping.unexpected == ("Uusi",)


def test_of_two_columns_with_one_name_the_first_is_taken_and_the_name_reported():
    mapping = map_columns(("Summa", "summa", "Kunta", "Kunta"), SOURCE, "test")
    assert mapping.positions == {"amount_eur": 0}
    assert mapping.double == ("Summa",)


def test_cells_of_columns_without_a_header_are_counted():
    mapping = map_columns(("Summa", "", " \n", "Kunta"), SOURCE, "test")
    assert mapping.unnamed == (1, 2)
    columns = pa.table({"c0": ["1", "2"], "c1": ["", "huom"], "c2": [" ", "x"], "c3": ["a", "b"]})
    assert mapping.count_unnamed(RawBatch(columns, pa.array([1, 2]))) == 2


def test_encoded_columns_hold_the_same_as_plain_ones():
    header = ("Tosite", "Toimittajan nimi", "Summa", "Pvm")
    rows = [("0012.0", " A  Oy", "1", "3.1.2024"), ("0012", "A Oy", "2", ""), ("", "-", "3", "x"), ("7", "B", "4", "")]
    columns = pa.table({n: pa.array(list(c)) for n, c in zip(column_names(4), zip(*rows, strict=True), strict=True)})
    batch, mapping = RawBatch(columns, pa.array([1, 2, 3, 4])), map_columns(header, SOURCE, "test")
    plain, encoded = (parse_columns(batch, mapping, TABLE, SOURCE, encoded=form) for form in (False, True))
    assert encoded.columns["supplier_name"].type == ENCODED
    assert plain.columns["supplier_name"].type == pa.string()
    assert {name: column.to_pylist() for name, column in encoded.columns.items()} == {
        name: column.to_pylist() for name, column in plain.columns.items()
    }
    for name in ("voucher_number", "supplier_name"):
        column = encoded.columns[name]
        assert column.null_count == plain.columns[name].null_count == 1
        assert len(set(column.dictionary.to_pylist())) == len(column.dictionary) == 2


def test_a_header_is_known_whatever_its_case_spaces_and_newlines():
    for seen in (
        "toimittajan nimi",
        "TOIMITTAJAN  NIMI",
        "Toimittajan\nnimi",
        " Toimittajan\u00a0nimi ",
        "\ufeffToimittajan nimi:",
    ):
        assert map_columns((seen, "Summa"), SOURCE, "test").positions["supplier_name"] == 0


def test_a_required_column_that_is_missing_is_named_with_what_there_is():
    with pytest.raises(UnexpectedData, match=r"file\.csv has no column for amount_eur.*\['Summa'\].*'Jokin muu'"):
        map_columns(("Jokin muu", "Pvm"), SOURCE, "file.csv")


def test_every_type_is_parsed():
    header = ("Tosite", "Summa", "Pvm", "Vuosi", "Lkm", "Osuus", "Avoin", "Sanat")
    parsed = parse(header, ("0012.0", "1 234,50", "3.1.2024", "2024", "12", "0.5", "True", "a | b"))
    assert {name: column.to_pylist()[0] for name, column in parsed.columns.items()} == {
        "voucher_number": "0012",
        "amount_eur": Decimal("1234.50"),
        "posting_date": dt.date(2024, 1, 3),
        "year": 2024,
        "rows_count": 12,
        "share": 0.5,
        "is_open": True,
        "words": ["a", "b"],
        "city_code": "398",
    }
    assert not any(parsed.blanked.values())


def test_what_cannot_be_read_is_blanked_and_counted():
    header = ("Summa", "Pvm", "Vuosi", "Lkm", "Osuus", "Avoin")
    parsed = parse(header, ("n/a", "31.2.2024", "MMXX", "1,5", "puolet", "ehkä"), ("1", "", "", "", "", ""))
    assert all(column[0].as_py() is None for name, column in parsed.columns.items() if name != "city_code")
    assert parsed.blanked == dict.fromkeys(("amount_eur", "posting_date", "year", "rows_count", "share", "is_open"), 1)


def test_a_year_beyond_its_type_is_blanked_not_raised():
    parsed = parse(("Summa", "Vuosi", "Lkm"), ("1", "99999", "9" * 30))
    assert parsed.columns["year"].to_pylist() == [None]
    assert parsed.columns["rows_count"].to_pylist() == [None]
    assert (parsed.blanked["year"], parsed.blanked["rows_count"]) == (1, 1)


def test_fields_without_a_column_are_null_and_in_their_declared_order():
    parsed = parse(("Summa",), ("1",))
    table = fill_missing(parsed.columns, TABLE, 1)
    assert table.column_names == [f.name for f in TABLE.fields]
    assert table["supplier_name"].to_pylist() == [None]
    assert table["amount_eur"].to_pylist() == [Decimal("1.00")]
