"""Every way to break a declared schema is caught and named with the table, the column and the value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.check import check_keys, check_rows
from etl.errors import CheckFailed
from etl.tidy.columns import arrow_schema
from tests.source.handmade import dataset, field

TREES = dataset(
    field("code", required=True, pattern="^t[0-9]+$"),
    field("kind", enum=["oak", "pine"]),
    field("planted_year", "year", minimum=1990, maximum=2030),
    field("branches", "integer", minimum=0),
    field("height", "number", maximum=150),
    field("planted_date", "date"),
    field("cost_eur", "decimal", required=True),
    field("is_tall", "boolean", required=True),
).tables[0]
GOOD = {
    "code": "t1", "kind": "oak", "planted_year": 2016, "branches": 3, "height": 7.5,
    "planted_date": dt.date(2016, 5, 4), "cost_eur": Decimal("5.00"), "is_tall": False,
}  # fmt: skip
OPTIONAL = ("kind", "planted_year", "branches", "height", "planted_date")


def table(*rows, declared=TREES):
    schema = pa.schema([item.with_nullable(True) for item in arrow_schema(declared)])
    return pa.Table.from_pylist([GOOD | row for row in rows], schema=schema)


def test_rows_that_keep_the_declaration_pass():
    check_rows(table({}, dict.fromkeys(OPTIONAL), {"planted_year": 1990}, {"planted_year": 2030}), TREES, "puut")
    check_rows(table(), TREES, "puut")
    check_rows(table({"height": 150.0, "branches": 0}), TREES, "puut")


BREACHES = [
    ({"code": None}, "code not_nullable"),
    ({"code": "x1"}, "code str_matches"),
    ({"code": ""}, "code str_matches"),
    ({"kind": "birch"}, "'birch'"),
    ({"kind": "OAK"}, "'OAK'"),
    ({"kind": ""}, "kind isin"),
    ({"planted_year": 1989}, "1989"),
    ({"planted_year": 2031}, "2031"),
    ({"branches": -1}, "branches greater_than_or_equal_to"),
    ({"height": 150.5}, "150.5"),
    ({"cost_eur": None}, "cost_eur not_nullable"),
    ({"is_tall": None}, "is_tall not_nullable"),
]


@pytest.mark.parametrize(("breach", "said"), BREACHES)
def test_a_breach_is_named_with_its_file_table_column_and_value(breach, said):
    with pytest.raises(CheckFailed) as caught:
        check_rows(table({}, breach, {}), TREES, "trees-turku: puut.csv")
    text = str(caught.value)
    assert text.startswith("trees-turku: puut.csv: 1 values of table trees break its declaration")
    assert said in text
    assert caught.value.code == "check_failed"
    assert "\n" not in text


def test_every_breach_is_counted_and_the_first_five_are_shown():
    with pytest.raises(CheckFailed, match="12 values of table trees") as caught:
        check_rows(table(*({"kind": f"birch{n}"} for n in range(12))), TREES, "puut")
    assert caught.value.got.count("birch") == 5


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.drop_columns(["kind"]),
        lambda rows: rows.append_column("extra", pa.array([1])),
        lambda rows: rows.select([*rows.column_names[1:], rows.column_names[0]]),
        lambda rows: rows.rename_columns(["id", *rows.column_names[1:]]),
    ],
)
def test_columns_that_are_missing_extra_renamed_or_out_of_order_are_refused(change):
    with pytest.raises(CheckFailed, match="table trees break its declaration"):
        check_rows(change(table({})), TREES, "puut")


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"code": st.sampled_from(["t1", "t22", "x", None]), "kind": st.sampled_from(["oak", "fir", None]),
             "planted_year": st.sampled_from([1989, 1990, 2030, 2031, None])}
        ), max_size=6,
    )
)  # fmt: skip
def test_a_table_passes_just_where_each_of_its_values_does(rows):
    broken = sum(
        (row["code"] not in ("t1", "t22"))
        + (row["kind"] == "fir")
        + (row["planted_year"] in (1989, 2031))
        for row in rows
    )  # fmt: skip
    if broken:
        with pytest.raises(CheckFailed, match=rf"puut: {broken} values"):
            check_rows(table(*rows), TREES, "puut")
    else:
        check_rows(table(*rows), TREES, "puut")


PLACES = dataset(field("place_code"), name="places", key=("place_code",)).tables[0]
PLANTED = dataset(
    field("code"),
    field("place_code"),
    name="planted",
    key=("code", "place_code"),
    foreign_keys=[{"field": "place_code", "resource": "places", "reference_field": "place_code"}],
).tables[0]


def release(places, planted):
    """Check the keys of two tables with these rows."""
    with duckdb.connect() as connection:
        for name, declared, rows in (("places", PLACES, places), ("planted", PLANTED, planted)):
            names = [item.name for item in declared.fields]
            made = pa.Table.from_pylist(
                [dict(zip(names, row, strict=True)) for row in rows], pa.schema([(n, pa.string()) for n in names])
            )
            connection.register(name, made)
        check_keys(lambda sql: connection.execute(sql).fetchone(), [PLACES, PLANTED])


def test_keys_that_are_right_pass_and_a_missing_value_points_nowhere():
    release([("a",), ("b",)], [("t1", "a"), ("t1", "b"), ("t2", "a"), ("t3", None)])
    release([], [])


def test_a_key_that_stands_twice_is_counted_and_named():
    with pytest.raises(CheckFailed, match=r'table places: 1 keys \("place_code"\) stand on more than one row'):
        release([("a",), ("a",), ("a",), ("b",)], [])
    with pytest.raises(CheckFailed, match=r'table planted: 2 keys \("code", "place_code"\)'):
        release([("a",)], [("t1", "a"), ("t1", "a"), ("t2", "a"), ("t2", "a"), ("t3", "a")])


def test_a_key_that_points_nowhere_is_counted_and_its_first_value_named():
    with pytest.raises(CheckFailed) as caught:
        release([("a",)], [("t1", "z"), ("t2", "q"), ("t3", "a")])
    assert "table planted: 2 rows have a place_code that places does not hold; got 'q'" in str(caught.value)
    assert "Add the code to places" in str(caught.value)


def test_a_key_that_differs_in_case_or_space_is_another_key():
    for value in ("A", "a ", "\u0430"):
        with pytest.raises(CheckFailed, match="1 rows have a place_code"):
            release([("a",)], [("t1", value)])


def test_the_bounds_of_an_amount_are_checked_too():
    declared = dataset(field("code"), field("cost_eur", "decimal", minimum=0)).tables[0]
    with pytest.raises(CheckFailed):
        check_rows(
            pa.table({"code": ["t1"], "cost_eur": pa.array([Decimal("-1.00")], pa.decimal128(18, 2))}), declared, "x"
        )
