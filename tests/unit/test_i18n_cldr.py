"""Formats against Unicode's own data and hand-checked examples; catalogues that read as their language does."""

import datetime as dt
import re
import string
from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import parse_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.i18n import LANGUAGES, Formats, translator
from dashboard.i18n.catalogue import load_catalogue
from dashboard.i18n.formats import LOCALES

NBSP, MINUS = "\xa0", "\u2212"
MILLION, BILLION = 10**6, 10**9
SCALES = {"fi": ("milj.", "mrd."), "sv": ("mn", "md"), "en": ("m", "bn")}

amounts = st.decimals(-(10**12), 10**12, places=2)
each_language = pytest.mark.parametrize("language", LANGUAGES)
each_translation = pytest.mark.parametrize("language", ["fi", "sv"])


def symbols(language):
    return Locale.parse(LOCALES[language]).number_symbols["latn"]


def read_money(language, text):
    """The amount that a text writes, by babel's own reader: (number, how many decimals)."""
    bare = text.replace("€", "")
    scale = 1
    for word, factor in zip(SCALES[language], (MILLION, BILLION), strict=True):
        if re.search(rf"\d{NBSP if language != 'en' else ''}{re.escape(word)}", bare):
            scale, bare = factor, bare.replace(word, "")
    bare = bare.strip(NBSP).replace(MINUS, "-")
    value = parse_decimal(bare.replace("-", ""), locale=LOCALES[language], strict=True)
    return (-value if "-" in bare else value) * scale, scale


@each_language
@settings(deadline=None)
@given(value=amounts)
def test_money_with_cents_can_be_read_back_exactly(language, value):
    text = Formats(language).money(value, cents=True)
    assert read_money(language, text) == (value, 1)
    assert re.search(rf"{re.escape(symbols(language)['decimal'])}\d\d(?!\d)", text)


@each_language
@settings(deadline=None)
@given(value=amounts)
def test_whole_money_is_the_nearest_euro(language, value):
    found, _ = read_money(language, Formats(language).money(value))
    assert abs(found - value) <= Decimal("0.5")
    assert found == found.to_integral_value()


@each_language
@settings(deadline=None)
@given(value=amounts)
def test_short_money_is_right_to_three_digits(language, value):
    text = Formats(language).money_short(value)
    found, scale = read_money(language, text)
    assert abs(found - value) <= max(abs(value) * Decimal("0.0051"), Decimal("0.5"))
    assert (scale == 1) == (abs(value) < Decimal("999500"))
    assert len(text) <= 16


@each_language
@pytest.mark.parametrize(
    "value", [999_499, 999_500, 999_999, MILLION, 9_995_000, 99_950_000, 999_499_999, 999_500_000, BILLION]
)
def test_no_short_amount_has_four_digits_before_its_word(language, value):
    text = Formats(language).money_short(value)
    head = re.match(r"\D*(\d+(?:\D\d{3})*)", text)[1]
    if value >= 999_500:
        assert len(re.sub(r"\D", "", text)) <= 3, text
        assert len(head) <= 3


@each_language
@settings(deadline=None)
@given(value=st.floats(-10, 10).map(lambda one: round(one, 6)), digits=st.integers(0, 3))
def test_a_percentage_can_be_read_back(language, value, digits):
    text = Formats(language).percent(value, digits)
    assert text.endswith("%" if language == "en" else NBSP + "%")
    bare = text.rstrip("%").strip(NBSP).replace(MINUS, "-")
    found = float(parse_decimal(bare.lstrip("-"), locale=LOCALES[language], strict=True)) * (-1 if "-" in bare else 1)
    assert found == pytest.approx(100 * value, abs=0.51 * 10**-digits)


@each_language
@settings(deadline=None)
@given(value=st.integers(-(10**12), 10**12) | amounts)
def test_nothing_that_a_format_writes_can_break_over_a_line(language, value):
    formats = Formats(language)
    for text in (
        formats.number(value),
        formats.money(value),
        formats.money_short(value),
        formats.percent(float(value)),
    ):
        assert not re.search(r"[ \t\n\u2009]", text)


@each_language
def test_signs_are_those_of_the_languages_locale(language):
    text, found = Formats(language).number(Decimal("1234567.5")), symbols(language)
    assert text == f"1{found['group']}234{found['group']}567{found['decimal']}5"
    assert Formats(language).number(Decimal("-1234567.5")) in ("-" + text, MINUS + text)
    assert found["group"] == ("," if language == "en" else NBSP)


@each_language
@settings(deadline=None)
@given(day=st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_a_day_holds_its_day_month_and_year(language, day):
    text = Formats(language).date(day)
    month = Locale.parse(LOCALES[language]).months["format"]["abbreviated"][day.month]
    wanted = f"{day.day}.{day.month}.{day.year}" if language == "fi" else f"{day.day} {month} {day.year}"
    assert text.replace(NBSP, " ") == wanted


@pytest.mark.parametrize(
    ("utc", "clock", "day"),
    [
        (dt.datetime(2026, 1, 1, 0, 5, tzinfo=dt.UTC), (2, 5), 1),
        (dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC), (2, 30), 29),
        (dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC), (4, 30), 29),
        (dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC), (3, 30), 25),
        (dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC), (3, 30), 25),
        (dt.datetime(2026, 6, 30, 22, 0, tzinfo=dt.UTC), (1, 0), 1),
    ],
)
@each_language
def test_a_moment_follows_finnish_summer_time(language, utc, clock, day):
    text = Formats(language).moment(utc)
    hour, minute = clock
    assert re.search(rf"\b0?{hour}[.:]{minute:02}\b", text), text
    assert re.match(rf"{day}\b", text)


@each_language
def test_a_cell_says_truth_and_lists_by_themselves(language):
    formats = Formats(language)
    assert formats.cell([], None) == ""
    assert formats.cell(("091",), None) == "091"
    assert formats.cell(0, "EUR") == formats.money(0)
    assert formats.cell(Decimal("0.00"), "EUR") == formats.money(0)
    assert "-" in formats.cell(Decimal("-0.01"), "EUR").replace(MINUS, "-")


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@each_translation
def test_every_text_can_be_filled_in(language):
    """Whatever is put in: a name in braces must not be taken for a place."""
    t = translator(language)
    for message in load_catalogue(language):
        if message.id:
            values = dict.fromkeys(places(message.id), "{x} {0} {")
            text = t(message.id, **values)
            assert text.count("{x} {0} {") == len(places(message.id))
            assert t(message.id, **values) == text


@each_translation
def test_a_translation_is_marked_up_as_its_original(language):
    """No tags come or go, quotes pair, spaces are single, and an ellipsis is one sign."""
    for message in load_catalogue(language):
        if not message.id:
            continue
        assert re.findall(r"<[^>]*>", message.string) == re.findall(r"<[^>]*>", message.id)
        assert message.string.count("“") == 0, "Finnish and Swedish open a quotation with ”"
        assert message.string.count("”") % 2 == 0
        assert "  " not in message.string
        assert "..." not in message.string
        assert message.string.count("(") == message.string.count(")")
        assert re.findall(r"\d+", message.string.replace(NBSP, "")) or not re.findall(r"\d{4}", message.id)


def words_of(text):
    """How many words a text has besides the values that are put in."""
    return len(re.findall(r"[A-Za-z]{3,}", re.sub(r"\{\w+\}", "", text)))


@each_translation
def test_a_translation_is_another_text_unless_the_words_are_the_same_in_both(language):
    """A text left in English by mistake: more than one word and still the same."""
    same = [one.id for one in load_catalogue(language) if one.id and one.id == one.string]
    assert [text for text in same if words_of(text) > 1] == []


def test_the_two_translations_differ_from_each_other():
    finnish, swedish = (load_catalogue(language) for language in ("fi", "sv"))
    same = [one.id for one in finnish if one.id and one.string == swedish.get(one.id).string]
    assert [text for text in same if words_of(text) > 1] == []


@each_translation
def test_plural_forms_are_those_of_unicode(language):
    """Both have two: one, and all others."""
    catalogue = load_catalogue(language)
    assert catalogue.num_plurals == 2
    assert Locale.parse(language).plural_form.tags == {"one"}
    assert "n != 1" in catalogue.plural_expr


def test_a_text_that_is_not_in_the_catalogue_is_left_in_english():
    for language in LANGUAGES:
        assert translator(language)("No such text {n}", n=1) == "No such text 1"
        assert translator(language)("100 % {raw}") == "100 % {raw}"
