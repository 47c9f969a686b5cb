"""The quick ways give what the careful ones give, for any text."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.check import check_rows, holds
from etl.declare import TableField
from etl.errors import CheckFailed
from etl.explain import failures
from etl.registry import load_registry
from etl.tidy.columns import arrow_schema
from etl.tidy.each import map_distinct
from etl.tidy.numbers import parse_decimals
from etl.tidy.text import clean_code, fold_spaces, is_clean_code, is_folded

TEXTS = st.lists(st.one_of(st.text(max_size=12), st.text("aAbÄö -./\u00a0\n0190", max_size=14), st.just("null")))
MONEY = st.decimals(-(10**12), 10**12, places=2, allow_nan=False)


@settings(deadline=None)
@given(TEXTS)
def test_texts_that_are_said_to_be_clean_are(texts):
    column = pa.array(texts, pa.string())
    for function, plain in ((fold_spaces, is_folded), (clean_code, is_clean_code)):
        quick = map_distinct(column, function, pa.string(), plain).to_pylist()
        assert quick == [function(text) for text in texts]


@settings(deadline=None)
@given(st.lists(MONEY, min_size=1), st.sampled_from([",", "."]), st.sampled_from(["", " ", "\u00a0"]), st.booleans())
def test_amounts_are_read_to_the_cent_beside_odd_ones(values, mark, space, odd_one):
    texts = [f"{value:,.2f}".replace(",", "_").replace(".", mark).replace("_", space) for value in values]
    texts += ["(1)", "rikki"] if odd_one else []
    parsed = parse_decimals(pa.array(texts), mark)
    expected = [*values, Decimal("-1.00"), None] if odd_one else values
    assert parsed.values.to_pylist() == expected
    assert parsed.bad.to_pylist() == [False] * (len(texts) - odd_one) + [True] * odd_one


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=5, allow_nan=False))
def test_more_decimals_are_rounded_half_to_even_and_counted(value):
    parsed = parse_decimals(pa.array([f"{value:f}"]), ".")
    cents = value.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    assert parsed.values[0].as_py() == cents
    assert parsed.rounded[0].as_py() == (cents != value)


def field(**more):
    return TableField.model_validate({"name": "x", "title": {"fi": "a", "sv": "b", "en": "c"}, **more})


CASES = [
    (field(type="string", required=True), ["a", None], False),
    (field(type="string", required=True), ["a", ""], True),
    (field(type="string"), ["a", None], True),
    (field(type="string", enum=["a", "b"]), ["a", "b", None], True),
    (field(type="string", enum=["a", "b"]), ["a", "c"], False),
    (field(type="string", pattern="^[0-9]{3}$"), ["091", None], True),
    (field(type="string", pattern="^[0-9]{3}$"), ["091", "91"], False),
    (field(type="year", minimum=2000, maximum=2030), [2000, 2030, None], True),
    (field(type="year", minimum=2000), [1999], False),
    (field(type="integer", maximum=5), [6], False),
    (field(type="number", minimum=0), [-0.5], False),
    (field(type="number", minimum=0), [], True),
    (field(type="year", minimum=2000), [None], True),
]


@pytest.mark.parametrize(("declared", "values", "good"), CASES)
def test_the_quick_check_says_what_pandera_says(declared, values, good):
    table = (
        load_registry()
        .datasets[0]
        .dataset.tables[0]
        .model_copy(update={"fields": (declared,), "primary_key": ("x",), "foreign_keys": ()})
    )
    schema = pa.schema([item.with_nullable(True) for item in arrow_schema(table)])
    rows = pa.table({"x": pa.array(values, schema.field("x").type)}, schema=schema)
    assert holds(rows.column("x"), declared) is good
    assert (failures(rows, table)[0] == 0) is good
    if good:
        check_rows(rows, table, "test")
    else:
        with pytest.raises(CheckFailed, match="test: 1 values of table"):
            check_rows(rows, table, "test")
