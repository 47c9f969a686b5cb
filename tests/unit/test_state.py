from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.i18n.plain import plain_text
from dashboard.state import MAX_PAGE, MAX_SEARCH_LENGTH, Ignored, State, parse_state, to_query_string

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

searches = st.text(max_size=MAX_SEARCH_LENGTH * 2).map(lambda s: plain_text(s)[:MAX_SEARCH_LENGTH].strip())
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


def test_why_a_value_is_left_out_is_told():
    asked = "city=999&year=1066&year2=1&page=-1&min=10,5&company=abc&sort=x"
    assert {str(one): one.reason for one in read(asked)[1]} == {
        "city=999": "unknown",
        "year=1066": "unknown",
        "year2=1": "unknown",
        "page=-1": "unreadable",
        "min=10,5": "unreadable",
        "company=abc": "unreadable",
        "sort=x": "unreadable",
    }
    assert [one.reason for one in read("year=20x4")[1]] == ["unreadable"]


@pytest.mark.parametrize("written", ["10000", "10 000", "10\u00a0000,00", "10 000,00 €", "10000.00"])
def test_an_amount_may_be_written_as_people_write_whole_euros(written):
    state, ignored = parse_state({"min": [written]}, KNOWN)
    assert (state.least, ignored) == (10000, [])


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
    seen = {str(Ignored(name, one)): one for one in asked}  # what cannot be seen of a value is not told
    is_in_view = f"{to_query_string(state)}&page={state.page}"
    assert all(told in ignored or f"{name}={one}" in is_in_view for told, one in seen.items())
    assert set(ignored) <= set(seen)


def test_the_last_of_repeated_values_counts_and_the_others_are_named():
    state, ignored = read("year=2022&year=2025&group=43&group=45&page=2&page=3&q=a&q=b")
    assert state == State(year=2025, group="45", page=3, search="b")
    assert [(str(one), one.reason) for one in ignored] == [
        ("q=a", "repeated"),
        ("page=2", "repeated"),
        ("year=2022", "repeated"),
        ("group=43", "repeated"),
    ]
    assert read("year=2025&year=2025") == (State(year=2025), [])


def test_a_letter_and_its_dots_apart_are_searched_for_as_the_one_letter_of_the_data():
    state, ignored = parse_state({"q": ["O\u0308ljyma\u0308ki"]}, KNOWN)
    assert (state.search, ignored) == ("Öljymäki", [])


@pytest.mark.parametrize(
    "text", ["tur\u200bku", "tu\u00adrku", "\u202eturku\u202c", "\ufeffturku", "ｔｕｒｋｕ", "𝕥𝕦𝕣𝕜𝕦"]
)
def test_signs_that_cannot_be_seen_and_letters_of_another_make_do_not_matter_in_a_search(text):
    assert parse_state({"q": [text]}, KNOWN)[0].search == "turku"


def test_what_is_named_as_left_out_cannot_turn_the_direction_of_the_page():
    assert parse_state({"year": ["\u202e5202"]}, KNOWN)[1] == ["year=5202"]


@given(st.text(max_size=60))
def test_a_plain_text_is_plain_already(text):
    assert plain_text(plain_text(text)) == plain_text(text)
