from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.tidy.dates import EXCEL_DAY_ZERO, FORMATS, MONTHS, parse_date, parse_dates

FIRST, LAST = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
NAMES = list(MONTHS)
WRITERS = {
    "d.m.Y": [lambda d: f"{d.day}.{d.month}.{d.year}", lambda d: f"{d:%d.%m.%Y}"],
    "d/m/Y": [lambda d: f"{d.day}/{d.month}/{d.year}", lambda d: f"{d:%d/%m/%Y}"],
    "Y-m-d": [lambda d: d.isoformat(), lambda d: f"{d}T00:00:00", lambda d: f"{d} 13:59:59.123+02:00"],
    "d-b-Y": [
        lambda d: f"{d.day:02d}-{NAMES[d.month - 1].title()}-{d.year}",
        lambda d: f"{d.day}-{NAMES[d.month - 1].upper()}-{d.year}",
    ],
    "YYYYMMDD": [lambda d: f"{d:%Y%m%d}"],
    "excel": [lambda d: str((d - EXCEL_DAY_ZERO).days), lambda d: f"{(d - EXCEL_DAY_ZERO).days}.0"],
}
SHORT_WRITERS = {
    "YYMMDD": [lambda d: f"{d:%y%m%d}", lambda d: f"{d:%y%m%d}".removeprefix("0")],
    "d-b-Y": [lambda d: f"{d.day}-{NAMES[d.month - 1].title()}-{d:%y}"],
}


@pytest.mark.parametrize(("name", "index"), [(n, i) for n, ws in WRITERS.items() for i in range(len(ws))])
@given(date=st.dates(FIRST, LAST))
def test_every_day_comes_back_from_every_format(name, index, date):
    assert parse_date(f" {WRITERS[name][index](date)} ", [name]) == date


@pytest.mark.parametrize(("name", "index"), [(n, i) for n, ws in SHORT_WRITERS.items() for i in range(len(ws))])
@given(date=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_years_of_two_digits_are_of_this_century(name, index, date):
    assert parse_date(SHORT_WRITERS[name][index](date), [name]) == date


@given(date=st.dates(FIRST, LAST))
def test_a_month_is_its_first_day(date):
    assert parse_date(f"{date:%Y%m}", ["YYYYMM"]) == date.replace(day=1)


def test_every_format_is_tried_here():
    assert {*WRITERS, *SHORT_WRITERS, "YYYYMM"} == set(FORMATS)


IMPOSSIBLE = {
    "d.m.Y": ["31.2.2024", "29.2.2023", "0.1.2024", "32.1.2024", "1.13.2024", "31.4.2024", "1.1.24", "1.1.1989",
              "1.1.2101", "1.1.2024 x", "2024-01-01", "1.1.", "1/1/2024"],
    "d/m/Y": ["31/02/2024", "12/24/2010", "1/0/2024"],
    "Y-m-d": ["2024-02-30", "2024-13-01", "2024-00-10", "2024-1-1", "2024-01-01 jotain", "2024-01-01T", "20240101"],
    "d-b-Y": ["31-Feb-2011", "14-Foo-2011", "00-Jan-11", "14-Jan-2011 12:00"],
    "YYMMDD": ["240230", "241301", "240100", "2024011", "0"],
    "YYYYMMDD": ["20240230", "20241301", "240101"],
    "YYYYMM": ["202413", "202400", "20241", "198912"],
    "excel": ["99999", "1", "32000", "45294.x", "-45294"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in IMPOSSIBLE.items() for text in texts])
def test_a_day_that_does_not_exist_is_refused_not_moved(name, text):
    values, bad = parse_dates(pa.array([text]), [name])
    assert values.to_pylist() == [None]
    assert bad.to_pylist() == [True]


@given(year=st.integers(1990, 2100), month=st.integers(0, 14), day=st.integers(0, 33))
def test_a_date_is_given_only_where_the_calendar_has_it(year, month, day):
    try:
        expected = dt.date(year, month, day)
    except ValueError:
        expected = None
    assert parse_date(f"{day}.{month}.{year}", ["d.m.Y"]) == expected


def test_the_first_format_that_gives_a_day_wins():
    assert parse_date("201201", ["YYMMDD", "YYYYMM"]) == dt.date(2020, 12, 1)
    assert parse_date("201201", ["YYYYMM", "YYMMDD"]) == dt.date(2012, 1, 1)
    assert parse_date("202413", ["YYYYMM", "d.m.Y"]) is None


@pytest.mark.parametrize("text", ["", "  ", None])
def test_an_empty_cell_is_no_date_and_not_bad(text):
    values, bad = parse_dates(pa.array([text], pa.string()), ["d.m.Y"])
    assert (values.to_pylist(), bad.to_pylist()) == ([None], [False])


def test_a_format_that_is_not_known_raises():
    with pytest.raises(KeyError):
        parse_dates(pa.array(["1.1.2024"]), ["m/d/Y"])
