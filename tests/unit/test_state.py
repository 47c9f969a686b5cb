from unicodedata import normalize
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.state import MAX_PAGE, MAX_SEARCH_LENGTH, State, parse_state, to_query_string

KNOWN = {
    "city": ("049", "091", "092", "564", "837", "853"),
    "year": ("2025", "2024", "2023", "2022"),
    "group": ("43", "45"),
    "kind": ("company", "association"),
    "prices": ("2024", "2025"),
    "per": ("inhabitant",),
    "dataset": ("purchases", "budgets"),
    "origin": ("portal", "hand", "made"),
    "data": ("real", "sample"),
}

searches = st.text(max_size=MAX_SEARCH_LENGTH * 2).map(
    lambda s: " ".join(normalize("NFC", s).split())[:MAX_SEARCH_LENGTH].strip()
)
states = st.builds(
    State,
    cities=st.sets(st.sampled_from(KNOWN["city"]), max_size=5).map(lambda s: tuple(sorted(s))),
    year=st.none() | st.sampled_from(KNOWN["year"]).map(int),
    group=st.none() | st.sampled_from(KNOWN["group"]),
    search=searches.filter(lambda s: s.isprintable()),
    kind=st.none() | st.sampled_from(KNOWN["kind"]),
    least=st.none() | st.integers(-(10**9), 10**9),
    most=st.none() | st.integers(0, 10**9),
    prices=st.none() | st.sampled_from(KNOWN["prices"]).map(int),
    per=st.none() | st.sampled_from(KNOWN["per"]),
    dataset=st.none() | st.sampled_from(KNOWN["dataset"]),
    origin=st.none() | st.sampled_from(KNOWN["origin"]),
    data=st.none() | st.sampled_from(KNOWN["data"]),
    sort=st.none() | st.from_regex(r"\A[a-z0-9-]{1,9}\.[a-z0-9_]{1,9}(\.desc)?\Z"),
    page=st.integers(1, MAX_PAGE),
    company=st.none() | st.from_regex(r"\A[0-9]{7}-[0-9]\Z"),
)


def read(query: str) -> tuple[State, list[str]]:
    return parse_state(parse_qs(query, keep_blank_values=True), KNOWN)


@given(states)
def test_a_link_gives_back_the_view_it_was_made_from(state):
    assert read(to_query_string(state)) == (state, [])


@given(states)
def test_a_query_string_is_canonical(state):
    again, _ = read(to_query_string(state))
    assert to_query_string(again) == to_query_string(state)


@given(
    st.dictionaries(
        st.sampled_from(["city", "year", "group", "q", "page", "company", "x"]),
        st.lists(st.text(max_size=30), max_size=3),
    )
)
def test_nothing_in_a_url_raises(arguments):
    state, _ = parse_state(arguments, KNOWN)
    assert read(to_query_string(state))[0] == state


def test_the_plain_view_has_an_empty_query_string():
    assert to_query_string(State()) == ""


def test_repeated_and_comma_separated_cities_are_the_same_view():
    assert read("city=853&city=091") == read("city=853,091")
    assert read("city=853,091")[0].cities == ("091", "853")


def test_all_six_cities_are_the_plain_view():
    assert read("city=" + ",".join(KNOWN["city"])) == (State(), [])


def test_unknown_values_are_left_out_and_named():
    state, ignored = read("city=999,091&year=1066&group=xx&company=abc&page=0")
    assert state == State(cities=("091",))
    assert ignored == ["city=999", "year=1066", "group=xx", "company=abc", "page=0"]


def test_change_gives_another_view_and_leaves_the_first():
    first = State(page=3)
    assert first.change(year=2025, page=1) == State(year=2025)
    assert first.page == 3


@pytest.mark.parametrize("number", ["000000001" + "9" * 5000, "00000000199999999"])
def test_an_endless_page_number_is_ignored(number):
    assert read(f"page={number}")[0].page == 1


@given(st.sampled_from(["city", "year", "group", "company", "page"]), st.text(min_size=1, max_size=30))
def test_a_value_is_either_in_the_view_or_reported(name, value):
    state, ignored = parse_state({name: [value]}, KNOWN)
    asked = [one for one in value.split(",") if one] if name == "city" else [value.strip()] if value.strip() else []
    left_out = [one.removeprefix(f"{name}=") for one in ignored]
    assert all(one in left_out or f"{name}={one}" in f"{to_query_string(state)}&page={state.page}" for one in asked)
    assert set(left_out) <= set(asked)


def test_the_last_of_repeated_values_counts():
    assert read("year=2022&year=2025&group=43&group=45")[0] == State(year=2025, group="45")


def test_a_letter_and_its_dots_apart_are_searched_for_as_the_one_letter_of_the_data():
    state, ignored = parse_state({"q": ["O\u0308ljyma\u0308ki"]}, KNOWN)
    assert (state.search, ignored) == ("Öljymäki", [])
