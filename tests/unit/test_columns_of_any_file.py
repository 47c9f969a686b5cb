"""Columns taken by name and parsed by type, over files that are drawn: nothing shifts, everything bad is counted."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.read.rows import RawBatch, column_names, find_header, header_key, split_blank
from etl.tidy.columns import ARROW_TYPES, fill_missing, map_columns, parse_columns
from tests.source.handmade import dataset, field, source

TYPES = {
    "tree_name": "string", "tree_code": "string", "branches": "integer", "planted_year": "year",
    "cost_eur": "decimal", "height": "number", "is_tall": "boolean", "planted_date": "date", "uses": "list",
}  # fmt: skip
HEADERS = {name: f"Sarake {name}" for name in TYPES}
TABLE = dataset(*(field(name, kind) for name, kind in TYPES.items()), key=("tree_code",)).tables[0]
SOURCE = source(columns={name: [header] for name, header in HEADERS.items()}, ignore=["Muu"])

GOOD = {
    "tree_name": ("  Vanha\u00a0 tammi ", "Vanha tammi"),
    "tree_code": ("0012.0", "0012"),
    "branches": ("-12", -12),
    "planted_year": ("2016", 2016),
    "cost_eur": ("1 234,50 €", Decimal("1234.50")),
    "height": ("7.25", 7.25),
    "is_tall": ("TRUE", True),
    "planted_date": ("3.1.2024", dt.date(2024, 1, 3)),
    "uses": ("varjo| vene ||", ["varjo", "vene"]),
}
BAD = {
    "branches": "12,5", "planted_year": "16", "cost_eur": "halpa", "height": "7,25", "is_tall": "kyllä",
    "planted_date": "31.2.2024",
}  # fmt: skip
EMPTY = ("", " ", "\u00a0", "-", "n/a")


def parse(header, rows):
    names = column_names(len(header))
    cells = [[row[index] for row in rows] for index in range(len(header))]
    columns = pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, cells, strict=True)})
    batch = RawBatch(columns, pa.array(range(1, len(rows) + 1), pa.int64()))
    return parse_columns(batch, map_columns(tuple(header), SOURCE, "puut.csv"), TABLE, SOURCE)


@settings(deadline=None)
@given(order=st.permutations([*HEADERS.values(), "Muu", "", "Muu"]), rows=st.integers(1, 4))
def test_the_order_of_columns_in_a_file_changes_nothing(order, rows):
    names = {header: name for name, header in HEADERS.items()}
    parsed = parse(order, [[GOOD[names[h]][0] if h in names else "roskaa" for h in order]] * rows)
    assert {name: column.to_pylist() for name, column in parsed.columns.items()} == {
        name: [value] * rows for name, (_, value) in GOOD.items()
    }
    assert not any(parsed.blanked.values())


@settings(deadline=None)
@given(rows=st.lists(st.fixed_dictionaries({n: st.sampled_from("gbe") for n in TYPES}), min_size=1, max_size=8))
def test_what_is_bad_is_blanked_and_counted_and_what_is_empty_is_not(rows):
    def cell(name, kind, number):
        if kind == "e" or (kind == "b" and name not in BAD):
            empties = EMPTY if TYPES[name] not in ("decimal", "date") else ("", " ")
            return empties[number % len(empties)]
        return GOOD[name][0] if kind == "g" else BAD[name]

    texts = [[cell(name, row[name], number) for name in TYPES] for number, row in enumerate(rows)]
    parsed = parse(list(HEADERS.values()), texts)
    for name, (_, value) in GOOD.items():
        expected = [value if row[name] == "g" else None for row in rows]
        assert parsed.columns[name].to_pylist() == expected, name
        assert parsed.blanked[name] == (sum(row[name] == "b" for row in rows) if name in BAD else 0)


@settings(deadline=None)
@given(there=st.sets(st.sampled_from(sorted(TYPES))), rows=st.integers(1, 5))
def test_a_table_always_has_all_declared_fields_in_their_order_and_types(there, rows):
    names = sorted(there)
    parsed = parse([HEADERS[name] for name in names] or ["Muu"], [[GOOD[n][0] for n in names] or ["x"]] * rows)
    table = fill_missing(parsed.columns, TABLE, rows)
    assert table.column_names == list(TYPES)
    assert table.num_rows == rows
    for name, kind in TYPES.items():
        assert table.schema.field(name).type == ARROW_TYPES[kind]
        assert table.column(name).null_count == (0 if name in there else rows)


@settings(deadline=None, max_examples=150)
@given(texts=st.lists(st.one_of(st.text(max_size=10), st.text("0123456789.,-+eE% ", max_size=20)), max_size=8))
def test_no_text_in_any_column_raises(texts):
    parsed = parse(list(HEADERS.values()), [[text] * len(TYPES) for text in texts])
    table = fill_missing(parsed.columns, TABLE, len(texts))
    assert table.num_rows == len(texts)
    for name in BAD:
        assert 0 <= parsed.blanked[name] <= table.column(name).null_count


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Infinity", "1e999"])
def test_a_number_is_finite_or_bad(text):
    parsed = parse([HEADERS["height"]], [[text]])
    value = parsed.columns["height"].to_pylist()[0]
    assert value is None or math.isfinite(value)


def test_an_underscore_is_no_part_of_a_number():
    assert parse([HEADERS["height"]], [["1_000"]]).blanked["height"] == 1


@pytest.mark.parametrize("text", ["9" * 19, "-" + "9" * 19, "1 000", "1.0", "0x10", "١٢", "1_000", "+-1"])
def test_what_is_no_whole_number_of_eight_bytes_is_bad(text):
    parsed = parse([HEADERS["branches"]], [[text]])
    assert (parsed.columns["branches"].to_pylist(), parsed.blanked["branches"]) == ([None], 1)


@settings(deadline=None)
@given(name=st.text(min_size=1, max_size=10), space=st.sampled_from([" ", "\n", "\r\n", "\u00a0", "\t", "  "]))
def test_a_header_is_compared_without_case_space_and_marks_around_it(name, space):
    key = header_key(name)
    assert header_key(f"{space}{name}{space}") == key
    assert header_key(f"\ufeff{name} :") == key
    assert header_key(f"Y{space}{name}") == header_key(f"Y {name}")


@settings(deadline=None)
@given(above=st.lists(st.lists(st.sampled_from(["", "Ostot", "2024"]), min_size=1, max_size=12), max_size=10))
def test_the_header_is_the_row_that_names_most_columns_whatever_is_above_and_below(above):
    header = list(HEADERS.values())[:4]
    rows = [*above, header, ["tammi", "1", "2", "2016"], [header[0], "x", "", ""]]
    assert find_header(rows, list(HEADERS.values())) == len(above)
    shouted = [name.upper() for name in header]
    assert find_header([*above, shouted], list(HEADERS.values())) == len(above)


@settings(deadline=None)
@given(rows=st.lists(st.lists(st.sampled_from(["", " ", "\t", "\u00a0", "x"]), min_size=3, max_size=3), max_size=8))
def test_a_row_is_blank_where_every_cell_is(rows):
    columns = pa.table({f"c{i}": pa.array([row[i] for row in rows], pa.string()) for i in range(3)})
    batch = split_blank(columns, pa.array(range(1, len(rows) + 1), pa.int64()), [(99, "too_many_cells")])
    blank = [number for number, row in enumerate(rows, start=1) if "x" not in row]
    assert batch.set_aside == ((99, "too_many_cells"), *((number, "blank_row") for number in blank))
    assert batch.row_numbers.to_pylist() == [n for n in range(1, len(rows) + 1) if n not in blank]
    assert batch.rows_in == len(rows) + 1
