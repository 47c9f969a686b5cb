"""Amounts as people, spreadsheets and ledgers write them: read to the cent or flagged, never misread."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pyarrow as pa
import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.tidy.numbers import parse_decimals

CENT = Decimal("0.01")
CENTS = st.integers(-(10**14), 10**14).map(lambda cents: Decimal(cents).scaleb(-2))

FINNISH = {
    "1 234,50": "1234.50",
    "1\u00a0234,50": "1234.50",
    "1\u202f234\u202f567,89": "1234567.89",
    "−1 234,50 €": "-1234.50",
    "-1 234,50 EUR": "-1234.50",
    "12,5": "12.50",
    "12,": "12.00",
    ",75": "0.75",
    "-,75": "-0.75",
    "0,00": "0.00",
    "-0,00": "0.00",
    "1.234,50": "1234.50",
    "1.234.567,5": "1234567.50",
    "100-": "-100.00",
    "1 234,50-": "-1234.50",
    "1.234,50 -": "-1234.50",
    "(1 234,50)": "-1234.50",
    "( 978 )": "-978.00",
    "+7": "7.00",
    "007,10": "7.10",
    "€ 5,00": "5.00",
    "5,00€": "5.00",
    "eur 5": "5.00",
    "5 Eur": "5.00",
    "\t5,00\n": "5.00",
    "3,1499999999999999": "3.15",
    "1234567890123,45": "1234567890123.45",
}
SWEDISH = {"1 234:50": None, "1 234,50 kr": None, "−12,00": "-12.00", "12,00 −": "-12.00", "–12,00": "-12.00"}
ENGLISH = {
    "1,234.50": "1234.50",
    "-1,234,567.89": "-1234567.89",
    "(1,234.50)": "-1234.50",
    "€1,234.50": "1234.50",
    "1'234.50": "1234.50",
    "1’234’567.50": "1234567.50",
    "1,234.5": "1234.50",
    "$5.00": None,
    "£1,000.00": None,
}
SPREADSHEET = {
    "#VALUE!": None,
    "#JAKO/0!": None,
    "#######": None,
    "1,23E+05": None,
    "1.5e3": None,
    "TRUE": None,
    "=SUM(A1:A9)": None,
    "2024-01-03": None,
    "3.1.2024": None,
    "12:30": None,
    "5 %": None,
    "1 234 ,50": None,
    "12 34,50": None,
    "1.2345.678,00": None,
    "--5": None,
    "5 kpl": None,
    "yht. 5": None,
    "1 234,50 1 234,50": None,
    "1;5": None,
}
TABLE = [(text, said) for group in (FINNISH, SWEDISH, ENGLISH, SPREADSHEET) for text, said in group.items()]


def read(text, mark=","):
    values, bad, rounded = parse_decimals(pa.array([text], pa.string()), mark)
    return values[0].as_py(), bad[0].as_py(), rounded[0].as_py()


@pytest.mark.parametrize("mark", [",", "."])
@pytest.mark.parametrize(("text", "said"), TABLE)
def test_a_spelling_that_is_not_ambiguous_is_read_alike_under_both_marks(text, said, mark):
    value, bad, _ = read(text, mark)
    assert value == (None if said is None else Decimal(said))
    assert bad is (said is None)


@pytest.mark.parametrize("mark", [",", "."])
def test_a_whole_column_of_spellings_gives_what_each_gives_alone(mark):
    column = parse_decimals(pa.array([text for text, _ in TABLE]), mark)
    assert column.values.to_pylist() == [None if said is None else Decimal(said) for _, said in TABLE]
    assert column.bad.to_pylist() == [said is None for _, said in TABLE]


@pytest.mark.parametrize(
    ("text", "under_comma", "under_point"),
    [
        ("1.234", "1234.00", "1.23"),
        ("1,234", "1.23", "1234.00"),
        ("-12.345", "-12345.00", "-12.34"),
        ("0.125", "125.00", "0.12"),
        ("999,999", "1000.00", "999999.00"),
    ],
)
def test_three_digits_behind_a_lone_mark_are_read_as_the_source_declares(text, under_comma, under_point):
    assert read(text, ",")[0] == Decimal(under_comma)
    assert read(text, ".")[0] == Decimal(under_point)


@settings(deadline=None, max_examples=150)
@given(value=CENTS, locale=st.sampled_from(["fi", "sv", "sv_FI", "en", "en_GB", "de", "et", "nb", "da", "fr", "de_CH"]))
def test_what_another_library_writes_in_a_languages_way_comes_back(value, locale):
    text = format_decimal(value, format="#,##0.00", locale=locale)
    for mark in (",", "."):
        assert read(text, mark) == (value, False, False), text


@settings(deadline=None, max_examples=150)
@given(value=CENTS, locale=st.sampled_from(["fi", "sv", "en", "de", "nl", "de_AT", "hi", "ja", "ar", "pt"]))
def test_a_currency_format_of_any_locale_is_read_right_or_flagged(value, locale):
    got, bad, rounded = read(format_currency(value, "EUR", locale=locale))
    assert (got == value and not rounded) or (bad and got is None)


@settings(deadline=None, max_examples=150)
@given(
    whole=st.integers(0, 10**12),
    decimals=st.text("0123456789", max_size=6),
    spaces=st.sampled_from(["", " ", "\u00a0", "\u2009", "\u202f", "'"]),
    sign=st.sampled_from(["{}", "-{}", "{}-", "({})", "+{}", "- {}", "−{}"]),
    money=st.sampled_from(["{}", "{} €", "€{}", "EUR {}", "{}eur"]),
    around=st.sampled_from(["{}", " {}", "{}\t", "\u00a0{}\u00a0"]),
)
def test_sign_groups_currency_and_space_combine_in_any_way(whole, decimals, spaces, sign, money, around):
    digits = f"{whole:,}".replace(",", spaces) + ("," + decimals if decimals else "")
    text = around.format(money.format(sign.format(digits)))
    exact = Decimal(f"{whole}.{decimals or 0}") * (-1 if set(sign) & set("-−(") else 1)
    cents = exact.quantize(CENT, ROUND_HALF_EVEN)
    assert read(text) == (cents, False, cents != exact), text


@settings(deadline=None, max_examples=100)
@given(values=st.lists(CENTS, min_size=1, max_size=30))
def test_the_sum_of_a_column_is_exact(values):
    parsed = parse_decimals(pa.array([format_decimal(v, format="#,##0.00", locale="fi") for v in values]), ",")
    assert sum(parsed.values.to_pylist()) == sum(values)


@settings(deadline=None, max_examples=200)
@given(texts=st.lists(st.one_of(st.none(), st.text(max_size=12), st.text("0123456789.,- ()€", max_size=8)), max_size=8))
def test_any_text_is_an_amount_or_empty_or_bad_and_never_two_of_them(texts):
    for mark in (",", "."):
        parsed = parse_decimals(pa.array(texts, pa.string()), mark)
        assert len(parsed.values) == len(parsed.bad) == len(parsed.rounded) == len(texts)
        for text, value, bad, rounded in zip(texts, *(part.to_pylist() for part in parsed), strict=True):
            assert value is None or not bad
            assert not rounded or value is not None
            if value is None and not bad:
                assert not any(c.isalnum() for c in (text or "").lower().replace("eur", ""))


@settings(deadline=None)
@given(value=CENTS)
def test_what_was_read_is_read_again_as_the_same(value):
    once = read(f"{value:,.2f}", ".")[0]
    assert read(str(once), ".")[0] == once
    assert read(str(once).replace(".", ","), ",")[0] == once
