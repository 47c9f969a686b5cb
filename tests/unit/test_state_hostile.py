"""Addresses as people and machines write them: one canonical form for each view, and nothing gets through as it is."""

from urllib.parse import parse_qs, parse_qsl, quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.i18n.plain import plain_text
from dashboard.state import MAX_PAGE, MAX_SEARCH_LENGTH, NAMES, State, parse_state, to_query_string
from tests.unit.test_state import KNOWN

FIELDS = ("city", "year", "group", "q", "company", "page")
HOSTILE = (
    "' or 1=1 --", '"><script>alert(1)</script>', "../../etc/passwd", "%00", "\x00", "{{7*7}}", "${jndi:x}",
    "&city=853", "#frag", "853\r\nSet-Cookie: a=b", "８５３", "²⁰²⁵", "2025.0", "2_025", "+2025", "0x7e9", "1e3",
    "-1", "NaN", "123456７-8", "\u202e", "٣", "1" * 5000,
)  # fmt: skip

plain_states = st.builds(
    State,
    cities=st.sets(st.sampled_from(KNOWN["city"]), max_size=5).map(lambda chosen: tuple(sorted(chosen))),
    year=st.none() | st.sampled_from(KNOWN["year"]).map(int),
    group=st.none() | st.sampled_from(KNOWN["group"]),
    search=st.sampled_from(("", "konehuolto oy", "50 % & co", "a+b=c", "Åkerlunds #1", "“x” ?")),
    page=st.integers(1, MAX_PAGE),
    company=st.none() | st.sampled_from(("0000000-0", "1234567-1", "9999999-9")),
)
arguments = st.dictionaries(st.sampled_from(FIELDS), st.lists(st.text(max_size=20), max_size=3))


def read(query):
    return parse_state(parse_qs(query, keep_blank_values=True), KNOWN)


@settings(deadline=None)
@given(plain_states)
def test_reading_and_writing_a_view_any_number_of_times_changes_nothing(state):
    once = to_query_string(state)
    again, ignored = read(once)
    assert (again, ignored) == (state, [])
    assert to_query_string(read(to_query_string(again))[0]) == once


@settings(deadline=None)
@given(plain_states, st.randoms())
def test_the_order_of_arguments_does_not_matter(state, dice):
    pairs = to_query_string(state).split("&")
    dice.shuffle(pairs)
    assert to_query_string(read("&".join(pairs))[0]) == to_query_string(state)


@settings(deadline=None)
@given(plain_states)
def test_a_canonical_query_names_each_field_in_one_order_and_none_without_a_value(state):
    names = [name for name, _ in parse_qsl(to_query_string(state), keep_blank_values=True)]
    assert sorted(names, key=FIELDS.index) == names
    assert [name for name in set(names) if names.count(name) > 1] in ([], ["city"])
    assert all(value for _, value in parse_qsl(to_query_string(state), keep_blank_values=True))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_a_search_is_one_line_of_limited_length_and_keeps_its_words(text):
    search = parse_state({"q": [text]}, KNOWN)[0].search
    assert len(search) <= MAX_SEARCH_LENGTH
    assert search == " ".join(search.split())
    assert plain_text(text).startswith(search)


@settings(deadline=None)
@given(plain_states)
def test_a_query_string_is_ascii_that_needs_no_more_escaping(state):
    text = to_query_string(state)
    assert text.isascii()
    assert quote(text, safe="=&%+-._~") == text


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:24])
@pytest.mark.parametrize("name", ["city", "year", "group", "company", "page"])
def test_a_hostile_value_is_left_out_and_reported_or_is_the_plain_value(name, text):
    state, ignored = parse_state({name: [text]}, KNOWN)
    assert state.change(page=1) == State()
    assert ignored
    assert all(one.startswith(f"{name}=") for one in ignored)


def test_space_around_a_value_does_not_matter():
    state, ignored = parse_state(
        {"year": [" 2025\n"], "group": ["\t43"], "company": ["1234567-8 "], "page": [" 3"]}, KNOWN
    )
    assert (state, ignored) == (State(year=2025, group="43", company="1234567-8", page=3), [])


@settings(deadline=None, max_examples=200)
@given(arguments)
def test_a_view_holds_known_values_only(found):
    state, _ = parse_state(found, KNOWN)
    assert set(state.cities) < set(KNOWN["city"])
    assert state.year in (None, *map(int, KNOWN["year"]))
    assert state.group in (None, *KNOWN["group"])
    assert 1 <= state.page <= MAX_PAGE
    assert state.company is None or (len(state.company) == 9 and state.company.replace("-", "").isascii())


@settings(deadline=None)
@given(arguments, st.dictionaries(st.text(min_size=1, max_size=8).filter(lambda n: n not in NAMES), st.just(["x"])))
def test_arguments_of_other_names_change_nothing_and_are_reported(found, others):
    state, ignored = parse_state(found, KNOWN)
    again, also_ignored = parse_state({**found, **others}, KNOWN)
    assert again == state
    assert len(also_ignored) == len(ignored) + len(others)


@settings(deadline=None)
@given(st.lists(st.sampled_from(KNOWN["city"]), min_size=1))
def test_cities_may_come_in_any_order_and_any_number_of_times(codes):
    joined = parse_state({"city": [",".join(codes)]}, KNOWN)
    assert parse_state({"city": codes}, KNOWN) == joined
    wanted = tuple(code for code in KNOWN["city"] if code in codes)
    assert joined == (State(cities=() if len(wanted) == 6 else wanted), [])


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("page=1", 1), ("page=100000", MAX_PAGE), ("page=100001", MAX_PAGE), ("page=999999", MAX_PAGE), ("page=0", 1),
        ("page=01", 1), ("page=", 1), ("page=1.5", 1), ("page=1&page=7", 7),
    ],
)  # fmt: skip
def test_a_page_number_stays_within_its_bounds(asked, wanted):
    assert read(asked)[0].page == wanted


def test_changing_a_filter_of_a_view_writes_the_view_with_that_filter():
    state = read("city=853&year=2025&q=oy&page=4")[0]
    assert to_query_string(state.change(year=2024, page=1)) == "city=853&year=2024&q=oy"
    assert to_query_string(state.change(cities=(), search="", page=1)) == "year=2025"
    assert to_query_string(state) == "city=853&year=2025&q=oy&page=4"


def test_a_view_can_be_a_key():
    one, other = read("city=853,091&year=2025")[0], read("year=2025&city=091&city=853")[0]
    assert {one: 1}[other] == 1
