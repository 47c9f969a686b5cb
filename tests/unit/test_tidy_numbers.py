from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.tidy.numbers import parse_decimals

CENTS = st.integers(-(10**15) + 1, 10**15 - 1).map(lambda cents: Decimal(cents).scaleb(-2))


def plain(value, mark):
    return f"{abs(value):.2f}".replace(".", mark)


def grouped(value, thousands, mark):
    whole, _, cents = f"{abs(value):,.2f}".partition(".")
    return whole.replace(",", thousands) + mark + cents


def minus(text, value, sign="-"):
    return sign + text if value < 0 else text


STYLES = {
    "comma": lambda v: minus(plain(v, ","), v),
    "point": lambda v: minus(plain(v, "."), v),
    "space": lambda v: minus(grouped(v, " ", ","), v),
    "no-break space": lambda v: minus(grouped(v, "\u00a0", ","), v),
    "narrow no-break space": lambda v: minus(grouped(v, "\u202f", ","), v),
    "apostrophe": lambda v: minus(grouped(v, "'", "."), v),
    "space and point": lambda v: minus(grouped(v, " ", "."), v),
    "points in groups": lambda v: minus(grouped(v, ".", ","), v),
    "commas in groups": lambda v: minus(grouped(v, ",", "."), v),
    "brackets": lambda v: f"({grouped(v, ' ', ',')})" if v < 0 else grouped(v, " ", ","),
    "trailing minus": lambda v: grouped(v, ".", ",") + "-" * (v < 0),
    "spaced trailing minus": lambda v: grouped(v, " ", ",") + " -" * (v < 0),
    "leading plus": lambda v: ("-" if v < 0 else "+") + plain(v, ","),
    "unicode minus": lambda v: minus(plain(v, ","), v, "\u2212"),
    "dash for minus": lambda v: minus(plain(v, ","), v, "\u2013"),
    "euro sign": lambda v: minus(grouped(v, " ", ","), v) + " €",
    "currency code": lambda v: "EUR " + minus(grouped(v, " ", ","), v),
    "spaces around": lambda v: f"  {minus(plain(v, ','), v)} ",
}


def parse(text, decimal=","):
    values, bad, rounded = parse_decimals(pa.array([text], pa.string()), decimal)
    return values[0].as_py(), bad[0].as_py(), rounded[0].as_py()


@pytest.mark.parametrize("mark", [",", "."])
@pytest.mark.parametrize("style", STYLES)
@settings(deadline=None)
@given(value=CENTS)
def test_an_amount_in_every_style_comes_back_to_the_cent_whatever_mark_is_declared(style, mark, value):
    assert parse(STYLES[style](value), mark) == (value, False, False)


@settings(deadline=None)
@given(whole=st.integers(1, 999), group=st.integers(0, 999))
def test_the_declared_mark_decides_what_alone_is_ambiguous(whole, group):
    text = f"{whole}.{group:03d}"
    assert parse(text, ",")[0] == whole * 1000 + group
    assert abs(parse(text, ".")[0] - Decimal(text)) <= Decimal("0.005")


def test_cents_are_rounded_half_to_even_and_marked():
    assert parse("0,125") == (Decimal("0.12"), False, True)
    assert parse("0,135") == (Decimal("0.14"), False, True)
    assert parse("2,50000") == (Decimal("2.50"), False, False)
    assert parse("0,1250000000001") == (Decimal("0.13"), False, True)


@pytest.mark.parametrize(
    "text",
    ["n/a", "-", "+", ",", ".", "()", "12a", "1e5", "1,2,3", "1.2.3", "1.234.56", "1,23,456.00", "1,234.567,89",
     "1.23.456,00", "12 34", "1 2", "1 234 56,00", "1 23", "1234 567", "5–6", "3-4", "--5", "+-5", "(-5)", "-(5)",
     "((5))", "(5", "5)", "5--", "+5-", "1eur2", "1 € 2", "12 kpl", "0x10", "١٢", "1/2", "10%", "#REF!", "31.12.2024",
     "12:30", "1\n2", "nan", "inf", "FI2112345600000785"],
)  # fmt: skip
@pytest.mark.parametrize("mark", [",", "."])
def test_what_is_no_amount_is_flagged_and_gives_none(text, mark):
    value, bad, _ = parse(text, mark)
    assert (value, bad) == (None, True)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", None, "\t"])
def test_an_empty_cell_is_neither_an_amount_nor_bad(text):
    assert parse(text) == (None, False, False)


@pytest.mark.parametrize(
    "text",
    ["1" * 16, "9" * 16 + ",99", "9" * 16 + ",999", "12.345.678.901.234.567,00", "12.345.678.901.234.567",
     "12 345 678 901 234 567", "9" * 40, "-" + "9" * 25, "9" * 18 + ".5"],
)  # fmt: skip
def test_more_than_the_type_holds_is_flagged_not_raised(text):
    assert parse(text)[:2] == (None, True)


@settings(deadline=None)
@given(text=st.text(alphabet="0123456789.,-+() \u00a0'€eEuUrR−–\n_/", max_size=14), mark=st.sampled_from([",", "."]))
def test_no_text_is_changed_silently(text, mark):
    value, bad, rounded = parse(text, mark)
    if value is None:
        assert bad or not text.lower().replace("eur", "").strip(" \u00a0'€\n_")
        return
    assert not bad
    if not rounded:
        digits = "".join(c for c in text if c.isdigit()).lstrip("0").rstrip("0")
        assert "".join(c for c in f"{abs(value):f}" if c.isdigit()).strip("0") == digits
    assert value <= 0 or not set(text) & set("-−–(")
    assert value >= 0 or set(text) & set("-−–(")


@settings(deadline=None)
@given(texts=st.lists(st.one_of(CENTS.map(str), st.text(max_size=8), st.none()), max_size=40))
def test_a_column_parses_as_its_cells_do(texts):
    values, bad, rounded = parse_decimals(pa.array(texts, pa.string()), ".")
    assert list(zip(values.to_pylist(), bad.to_pylist(), rounded.to_pylist(), strict=True)) == [
        parse(text, ".") for text in texts
    ]
