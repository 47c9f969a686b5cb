import datetime as dt
from decimal import Decimal

import pytest
from babel.messages.catalog import Catalog

from dashboard.i18n import Formats, Translator

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
