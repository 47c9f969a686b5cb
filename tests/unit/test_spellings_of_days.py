"""Days as people, spreadsheets and other libraries write them."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

import pyarrow as pa
import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.tidy.dates import FORMATS, parse_date, parse_dates

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))
THIRD = dt.date(2024, 1, 3)

SPELLINGS = [
    ("d.m.Y", "3.1.2024", THIRD),
    ("d.m.Y", "03.01.2024", THIRD),
    ("d.m.Y", "\u00a03.1.2024 ", THIRD),
    ("d.m.Y", "29.2.2024", dt.date(2024, 2, 29)),
    ("d.m.Y", "29.2.2100", None),
    ("d.m.Y", "3. tammikuuta 2024", None),
    ("d.m.Y", "3.1.24", None),
    ("d.m.Y", "3.1.2024 0:00", THIRD),
    ("d.m.Y", "3,1,2024", None),
    ("d.m.Y", "-3.1.2024", None),
    ("d/m/Y", "3/1/2024", THIRD),
    ("d/m/Y", "01/13/2024", None),
    ("Y-m-d", "2024-01-03", THIRD),
    ("Y-m-d", "2024-01-03 00:00:00", THIRD),
    ("Y-m-d", "2024-01-03T23:59:59Z", THIRD),
    ("Y-m-d", "2024-01-03T23:59:59+0200", THIRD),
    ("Y-m-d", "2024-1-3", None),
    ("Y-m-d", "2024-01-03T", None),
    ("Y-m-d", "1989-12-31", None),
    ("d-b-Y", "3-Jan-2024", THIRD),
    ("d-b-Y", "03-jan-24", THIRD),
    ("d-b-Y", "3-Tam-2024", None),
    ("YYMMDD", "240103", THIRD),
    ("YYMMDD", "90103", dt.date(2009, 1, 3)),
    ("YYMMDD", "241301", None),
    ("YYYYMMDD", "20240103", THIRD),
    ("YYYYMMDD", "20240230", None),
    ("YYYYMM", "202401", dt.date(2024, 1, 1)),
    ("YYYYMM", "2024", None),
    ("excel", "45294", THIRD),
    ("excel", "45294,0", THIRD),
    ("excel", "45294.", THIRD),
    ("excel", "0", None),
    ("excel", "45294.75", THIRD),
]


@pytest.mark.parametrize(("name", "text", "day"), SPELLINGS)
def test_a_spelling_is_the_day_it_says_or_none(name, text, day):
    assert parse_date(text, [name]) == day


def test_every_format_has_a_spelling_that_is_read_and_one_that_is_not():
    for name in FORMATS:
        read = {day is not None for spelt, _, day in SPELLINGS if spelt == name}
        assert read == {True, False}, name


@settings(deadline=None)
@given(day=DAYS)
def test_what_another_library_writes_in_a_languages_way_comes_back(day):
    assert parse_date(format_date(day, "d.M.y", locale="fi"), ["d.m.Y"]) == day
    assert parse_date(format_date(day, "short", locale="sv"), ["Y-m-d"]) == day
    assert parse_date(format_date(day, "short", locale="en_GB"), ["d/m/Y"]) == day
    assert parse_date(format_date(day, "dd-MMM-y", locale="en_US"), ["d-b-Y"]) == day


@settings(deadline=None)
@given(day=DAYS, time=st.times())
def test_a_time_of_day_never_moves_the_day(day, time):
    moment = dt.datetime.combine(day, time)
    for text in (moment.isoformat(), moment.isoformat(" "), f"{moment.isoformat()}+14:00", f"{moment:%Y-%m-%dT%H:%M}Z"):
        assert parse_date(text, ["Y-m-d"]) == day


@settings(deadline=None)
@given(texts=st.lists(st.one_of(st.text(max_size=12), st.text("0123456789./-:T ", max_size=11)), max_size=10))
def test_any_text_is_no_day_or_one_of_this_era_and_nothing_is_raised(texts):
    names = list(FORMATS)
    for text in texts:
        day = parse_date(text, names)
        assert day is None or dt.date(1990, 1, 1) <= day <= dt.date(2100, 12, 31)


@settings(deadline=None)
@given(
    texts=st.lists(
        st.one_of(st.none(), DAYS.map(str), DAYS.map(lambda d: f"{d:%d.%m.%Y}"), st.text("0123456789.-", max_size=10)),
        max_size=30,
    ),
    names=st.permutations(["d.m.Y", "Y-m-d", "YYMMDD", "excel"]).map(lambda order: order[:3]),
)
def test_a_column_is_read_as_its_cells_are(texts, names):
    values, bad = parse_dates(pa.array(texts, pa.string()), names)
    assert values.to_pylist() == [None if text is None else parse_date(text, names) for text in texts]
    assert bad.to_pylist() == [
        bool(text and text.strip()) and parse_date(text, names) is None for text in texts
    ]  # a cell that is empty is no bad day


def test_six_digits_are_read_by_the_order_of_the_declared_formats():
    said = {order: parse_date("201112", order) for order in permutations(("YYMMDD", "YYYYMM"))}
    assert said == {("YYMMDD", "YYYYMM"): dt.date(2020, 11, 12), ("YYYYMM", "YYMMDD"): dt.date(2011, 12, 1)}


@settings(deadline=None)
@given(day=DAYS)
def test_one_calendar_day_later_is_one_spreadsheet_number_more(day):
    serial = (day - dt.date(1899, 12, 30)).days
    assert parse_date(str(serial), ["excel"]) == day
    assert parse_date(f"{serial},00", ["excel"]) == day


def test_the_same_texts_under_other_formats_are_not_taken_from_an_earlier_reading():
    column = pa.array(["201201"] * 3)
    first, _ = parse_dates(column, ["YYMMDD"])
    second, _ = parse_dates(column, ["YYYYMM"])
    assert set(first.to_pylist()) == {dt.date(2020, 12, 1)}
    assert set(second.to_pylist()) == {dt.date(2012, 1, 1)}
