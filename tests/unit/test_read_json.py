from __future__ import annotations

import json

import pytest

from etl.declare import Layout
from etl.errors import UnexpectedData
from etl.read import json as reader
from etl.read.table import open_table

COMMA = Layout(decimal=",")


def read(tmp_path, content, layout=COMMA, known=(), format_name="JSON"):
    path = tmp_path / "x.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    raw = open_table(path, format_name=format_name, layout=layout, known=known)
    rows, aside = {}, {}
    for batch in raw.batches:
        aside.update(dict(batch.set_aside))
        columns = [column.to_pylist() for column in batch.columns.itercolumns()]
        rows.update(zip(batch.row_numbers.to_pylist(), zip(*columns, strict=True), strict=True))
    return raw.header, rows, aside


def test_keys_of_all_records_are_columns_in_order_of_appearance(tmp_path):
    header, rows, aside = read(tmp_path, '[{"a": "1", "b": null}, {"c": true, "a": 2}]')
    assert header == ("a", "b", "c")
    assert rows == {1: ("1", "", ""), 2: ("2", "", "true")}
    assert aside == {}


def test_every_record_has_its_number_and_what_is_no_record_is_set_aside(tmp_path):
    _, rows, aside = read(tmp_path, '[{"a": "x"}, {}, "end", {"a": null}, {"a": "y"}, null]')
    assert set(rows) == {1, 5}
    assert aside == {2: "blank_row", 3: "not_an_object", 4: "blank_row", 6: "not_an_object"}


def test_many_records_come_in_batches_and_are_numbered_through(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "BATCH_ROWS", 3)
    _, rows, _ = read(tmp_path, json.dumps([{"n": n} for n in range(1, 11)]))
    assert rows == {n: (str(n),) for n in range(1, 11)}


def test_numbers_keep_their_published_digits_under_the_sources_decimal_mark(tmp_path):
    text = '[{"n": 1234.50, "big": 12345678901234567.89, "e": 1.5e3, "i": -7}]'
    assert read(tmp_path, text)[1] == {1: ("1234,50", "12345678901234567,89", "1500", "-7")}
    assert read(tmp_path, text, Layout(decimal="."))[1] == {1: ("1234.50", "12345678901234567.89", "1500", "-7")}


def test_the_list_stands_at_the_declared_place(tmp_path):
    _, rows, _ = read(tmp_path, '{"meta": 1, "data": {"requests": [{"a": "x"}]}}', Layout(records="data.requests"))
    assert rows == {1: ("x",)}


def test_declared_paths_are_columns_and_their_roots_are_not(tmp_path):
    text = '[{"id": 1, "org": {"name": "A", "tel": "1"}, "names": [{"l": "sv", "v": "ett"}, {"l": "fi", "v": "yksi"}]}]'
    known = ("id", "org.name", "names[l=fi].v", "names.1.v", "names.v", "org.missing")
    header, rows, _ = read(tmp_path, text, known=known)
    assert header == ("id", "org.name", "names[l=fi].v", "names.1.v", "names.v")
    assert rows == {1: ("1", "A", "yksi", "yksi", "ett|yksi")}


def test_a_nested_value_that_nothing_goes_into_is_one_cell(tmp_path):
    header, rows, _ = read(tmp_path, '[{"a": {"b": [1, {"c": 2}]}, "l": ["x", "y"], "e": []}]')
    assert header == ("a", "l", "e")
    assert rows[1][1:] == ("x|y", "")
    assert rows[1][0].startswith('{"b":')


@pytest.mark.parametrize("content", ['[{"a": "x"}, {"a": "y', '[{"a": 1},', '{"results": [1, 2'])
def test_a_document_that_breaks_off_says_so(tmp_path, content):
    with pytest.raises(UnexpectedData, match="breaks off"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b'{"error": "not found", "code": 404}', "keys error, code"),
        (b"{}", "an empty object"),
        (b'[{"a": NaN}]', "NaN"),
        (b'[{"a": \xff\xfe}]', "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"a;b\n1;2\n", "a JSON document"),
    ],
)
def test_what_is_no_list_of_records_is_refused_in_words(tmp_path, content, said):
    with pytest.raises(UnexpectedData, match=said):
        read(tmp_path, content)


def test_a_declared_place_without_a_list_is_refused(tmp_path):
    with pytest.raises(UnexpectedData, match="no list of records at results"):
        read(tmp_path, '{"results": {"a": 1}}', Layout(records="results"))


def test_one_page_of_several_is_refused(tmp_path):
    with pytest.raises(UnexpectedData, match="one page of several"):
        read(tmp_path, '{"results": [{"a": 1}], "next": "https://a.example/?page=2"}', Layout(records="results"))
    assert read(tmp_path, '{"results": [{"a": 1}], "next": null}', Layout(records="results"))[1] == {1: ("1",)}


def test_a_document_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    with pytest.raises(UnexpectedData, match="too large"):
        read(tmp_path, '[{"a": "xxxxxxxxxx"}]')


def test_json_in_place_of_a_promised_csv_is_refused(tmp_path):
    with pytest.raises(UnexpectedData, match="a JSON document"):
        read(tmp_path, '[{"a": 1}]', format_name="CSV")


def test_an_empty_list_has_no_rows(tmp_path):
    assert read(tmp_path, "[]") == ((), {}, {})


def test_a_byte_order_mark_is_no_part_of_the_document(tmp_path):
    assert read(tmp_path, b'\xef\xbb\xbf[{"a": "\xc3\xa4"}]')[1] == {1: ("ä",)}
