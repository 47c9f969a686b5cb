import datetime as dt
from decimal import Decimal

import pytest
from babel.messages.catalog import Catalog
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from dashboard.i18n import LANGUAGES, Formats, Translator
from dashboard.i18n.formats import LOCALES

NBSP = "\xa0"
MINUS = "\u2212"


@pytest.mark.parametrize(
    ("language", "whole", "cents", "short", "part"),
    [
        ("fi", "1 234 567 €", "1 234 567,50 €", "1,23 milj. €", "12,3 %"),
        ("sv", "1 234 567 €", "1 234 567,50 €", "1,23 mn €", "12,3 %"),
        ("en", "€1,234,567", "€1,234,567.50", "€1.23m", "12.3%"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(language, whole, cents, short, part):
    formats, amount = Formats(language), Decimal("1234567.50")
    assert formats.money(1234567).replace(NBSP, " ") == whole
    assert formats.money(amount, cents=True).replace(NBSP, " ") == cents
    assert formats.money_short(amount).replace(NBSP, " ") == short
    assert formats.percent(0.1234).replace(NBSP, " ") == part


@pytest.mark.parametrize(
    ("language", "date", "moment"),
    [
        ("fi", "1.7.2025", "1.7.2025"),
        ("sv", "1 juli 2025", "1 juli 2025"),
        ("en", "1 Jul 2025", "1 Jul 2025"),
    ],
)
def test_moments_are_in_finnish_time(language, date, moment):
    formats = Formats(language)
    assert formats.date(dt.date(2025, 7, 1)) == date
    assert formats.moment(dt.datetime(2025, 6, 30, 21, 30, tzinfo=dt.UTC)).startswith(moment)
    assert formats.day(dt.datetime(2025, 6, 30, 21, 30, tzinfo=dt.UTC)) == formats.date(dt.date(2025, 7, 1))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_negative_amount_keeps_its_sign(language):
    text = Formats(language).money_short(-8_980_000)
    assert text[0] in ("-", MINUS) or text.startswith((f"€{MINUS}", "€-"))


def test_an_english_negative_has_its_sign_first():
    assert Formats("en").money_short(-8_980_000)[0] in ("-", MINUS)


def test_rounding_up_moves_to_the_next_unit():
    assert Formats("en").money_short(999_999_999) == "€1bn"


def test_a_missing_or_fuzzy_translation_is_the_english_text():
    catalogue = Catalog(locale="fi")
    catalogue.add("Rows: {n}", "Rivejä: {n}")
    catalogue.add("Draft", "Luonnos", flags=["fuzzy"])
    t = Translator("fi", catalogue)
    assert (t("Rows: {n}", n=3), t("Draft"), t("Absent {n}", n=1)) == ("Rivejä: 3", "Draft", "Absent 1")


def plain(text):
    """With an ordinary space and an ASCII minus, to be read here."""
    return text.replace(NBSP, " ").replace(MINUS, "-")


@pytest.mark.parametrize(
    ("language", "whole", "part", "negative"),
    [
        ("fi", "1 234 567", "1 234,5", "-1 234"),
        ("sv", "1 234 567", "1 234,5", "-1 234"),
        ("en", "1,234,567", "1,234.5", "-1,234"),
    ],
)
def test_a_number_has_its_thousands_apart(language, whole, part, negative):
    number = Formats(language).number
    assert [plain(number(value)) for value in (1234567, 1234.5, -1234)] == [whole, part, negative]


@pytest.mark.parametrize(
    ("language", "whole", "rounded", "cents", "negative"),
    [
        ("fi", "8 980 000 €", "13 €", "12,50 €", "-12,50 €"),
        ("sv", "8 980 000 €", "13 €", "12,50 €", "-12,50 €"),
        ("en", "€8,980,000", "€13", "€12.50", "-€12.50"),
    ],
)
def test_money_is_whole_unless_cents_are_asked_for(language, whole, rounded, cents, negative):
    money = Formats(language).money
    assert plain(money(Decimal(8980000))) == whole
    assert plain(money(Decimal("12.60"))) == rounded
    assert plain(money(Decimal("12.5"), cents=True)) == cents
    assert plain(money(Decimal("-12.5"), cents=True)) == negative


@pytest.mark.parametrize(("language", "whole"), [("fi", "-1 234 €"), ("sv", "-1 234 €"), ("en", "-€1,234")])
def test_a_negative_whole_amount_has_its_sign_first(language, whole):
    assert plain(Formats(language).money(Decimal(-1234))) == whole


@pytest.mark.parametrize(
    ("language", "thousand", "million", "tens", "hundreds", "billion"),
    [
        ("fi", "12 345 €", "8,98 milj. €", "12,3 milj. €", "123 milj. €", "1,23 mrd. €"),
        ("sv", "12 345 €", "8,98 mn €", "12,3 mn €", "123 mn €", "1,23 md €"),
        ("en", "€12,345", "€8.98m", "€12.3m", "€123m", "€1.23bn"),
    ],
)
def test_a_short_amount_has_three_digits_that_count(language, thousand, million, tens, hundreds, billion):
    short = Formats(language).money_short
    values = (12_345, 8_980_000, 12_340_000, 123_400_000, 1_234_000_000)
    assert [plain(short(value)) for value in values] == [thousand, million, tens, hundreds, billion]


@pytest.mark.parametrize(
    ("language", "one", "none", "negative"),
    [("fi", "12,3 %", "12 %", "-5,0 %"), ("sv", "12,3 %", "12 %", "-5,0 %"), ("en", "12.3%", "12%", "-5.0%")],
)
def test_a_share_is_a_percentage_with_the_asked_decimals(language, one, none, negative):
    percent = Formats(language).percent
    assert plain(percent(0.1234)) == one
    assert plain(percent(0.1234, 0)) == none
    assert plain(percent(-0.05)) == negative


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cell_without_a_value_is_a_dash(language):
    formats = Formats(language)
    assert [formats.cell(None, unit) for unit in (None, "EUR", "count")] == ["–"] * 3


@pytest.mark.parametrize(
    ("language", "whole", "cents", "day"),
    [
        ("fi", "1 200 €", "1 200,50 €", "1.7.2025"),
        ("sv", "1 200 €", "1 200,50 €", "1 juli 2025"),
        ("en", "€1,200", "€1,200.50", "1 Jul 2025"),
    ],
)
def test_a_cell_is_written_by_its_unit_and_kind(language, whole, cents, day):
    formats = Formats(language)
    assert plain(formats.cell(Decimal("1200.00"), "EUR")) == whole
    assert plain(formats.cell(Decimal("1200.50"), "EUR")) == cents
    assert formats.cell(dt.date(2025, 7, 1), None) == day
    assert formats.cell(["049", "091"], None) == "049, 091"
    assert formats.cell("0204819-8", None) == "0204819-8"


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=st.decimals(-(10**12), 10**12, places=3) | st.integers(-(10**15), 10**15))
def test_a_number_can_be_read_back(language, value):
    written = Formats(language).number(value).replace(MINUS, "-")  # Babel reads hyphens only
    assert parse_decimal(written, locale=LOCALES[language], strict=True) == value


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_minus_stands_before_what_is_negative_and_none_before_nought(language):
    f = Formats(language)
    written = [
        f.number(-3),
        f.plain(-2.08),
        f.money(-1),
        f.money(-1.5, cents=True),
        f.money_short(-2e6),
        f.percent(-0.2),
    ]
    assert [text.count("−") for text in written] == [1] * len(written)
    assert not any("-" in text for text in written)
    nought = [f.number(-0.0), f.plain(-0.001), f.money(-0.4), f.percent(-0.0001), f.money_short(-0.001)]
    assert not any(sign in text for text in nought for sign in "-−+")
