"""The rule that picks files, over datasets that are drawn: nothing is taken twice, nothing fits and is lost unsaid."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.declare import Source
from etl.errors import FetchError
from etl.fetch.ckan import Package
from etl.fetch.pick import pick_resources

FORMATS = ("XLSX", "CSV")
SOURCE = Source.model_validate(
    {
        "name": "purchases-lahti",
        "title": {"fi": "a", "sv": "b", "en": "c"},
        "publisher": "Lahti",
        "licence": {"id": "cc-by-4.0", "title": "CC BY", "url": "https://example.org"},
        "portal": "avoindata",
        "dataset": "lahden-ostot",
        "pick": {"match": r"ostot[_ ](?P<year>20\d\d)", "formats": FORMATS, "exclude": "kuvaus", "newest_years": 3},
        "columns": {},
    }
)


def item(name, kind, **more):
    url = f"https://a.example/download/{name.replace(' ', '_')}.{kind.lower()}"
    return {"id": f"{name}.{kind}", "name": name, "url": url, "format": kind, **more}


def pick(items, **changes):
    source = SOURCE.model_copy(update={"pick": SOURCE.pick.model_copy(update=changes)})
    return pick_resources(Package("1", "lahden-ostot", None, None, tuple(items)), source)


def ids(items, **changes):
    return [resource.id for resource in pick(items, **changes).resources]


@st.composite
def datasets(draw):
    """Years in one or both formats, some in parts; descriptions and pictures beside them."""
    items = []
    for year in draw(st.sets(st.integers(2015, 2026), min_size=1, max_size=6)):
        parts = draw(st.sampled_from([[""], [" osa 1", " osa 2"], [" 01", " 02", " 03"]]))
        for part in parts:
            kinds = draw(st.lists(st.sampled_from(FORMATS), min_size=1, max_size=2, unique=True))
            items += [item(f"ostot {year}{part}", kind) for kind in kinds]
    items += draw(st.sampled_from([[], [item("ostot 2020 kuvaus", "CSV")], [item("Kartta", "PDF")]]))
    return draw(st.permutations(items))


@settings(deadline=None, max_examples=150)
@given(items=datasets())
def test_each_part_of_each_of_the_newest_years_is_taken_once_in_its_best_format(items):
    data = [i for i in items if "kuvaus" not in i["name"] and i["format"] in FORMATS]
    years = sorted({i["name"].split()[1] for i in data})[-3:]
    wanted = {}
    for i in data:
        if i["name"].split()[1] in years:
            wanted.setdefault(i["name"], set()).add(i["format"])
    expected = {f"{name}.{min(kinds, key=FORMATS.index)}" for name, kinds in wanted.items()}
    got = ids(items)
    assert sorted(got) == sorted(expected)
    of_years = [resource.year for resource in pick(items).resources]
    assert of_years == sorted(of_years)


@settings(deadline=None, max_examples=100)
@given(items=datasets(), draw=st.data())
def test_the_order_in_which_a_portal_lists_files_changes_nothing(items, draw):
    shuffled = draw.draw(st.permutations(items))
    assert sorted(ids(items)) == sorted(ids(shuffled))


@settings(deadline=None, max_examples=100)
@given(items=datasets(), years=st.integers(1, 8))
def test_asking_for_fewer_years_takes_a_part_of_the_same_files(items, years):
    assert set(ids(items, newest_years=years)) <= set(ids(items, newest_years=years + 1))


@settings(deadline=None, max_examples=100)
@given(items=datasets())
def test_what_fits_and_is_not_taken_is_told_or_is_the_same_in_another_format(items):
    picked = pick(items, newest_years=50)
    taken = {resource.name for resource in picked.resources}
    told = {note.resource for note in picked.notes}
    for i in items:
        if "kuvaus" not in i["name"] and i["format"] in FORMATS:
            assert i["name"] in taken | told


def test_files_without_a_year_are_all_taken_before_the_dated_ones():
    items = [item("ostot 2024", "CSV"), item("ostot kaikki", "CSV"), item("ostot vanhat", "CSV")]
    match = r"ostot[_ ](?:(?P<year>20\d\d)|\w+)"
    assert ids(items, match=match) == ["ostot kaikki.CSV", "ostot vanhat.CSV", "ostot 2024.CSV"]


def test_a_format_that_is_not_wanted_is_not_taken_even_where_it_is_all_there_is():
    with pytest.raises(FetchError, match=r"'ostot 2024' \(XLSX\)") as caught:
        pick([item("ostot 2024", "XLSX")], formats=("CSV",))
    assert caught.value.state == "not_picked"
    assert "a CSV whose name or URL matches" in str(caught.value)


def test_at_most_eight_files_are_named_where_none_fits():
    with pytest.raises(FetchError) as caught:
        pick([item(f"muu {n}", "CSV") for n in range(40)])
    assert str(caught.value).count("'muu ") == 8


def test_a_year_that_is_there_in_no_wanted_format_takes_no_years_place():
    items = [item(f"ostot {year}", "CSV") for year in (2022, 2023, 2024)]
    assert ids([*items, item("ostot 2025", "PDF")]) == ids(items)


@pytest.mark.parametrize(
    "mark", ["korjattu", "KORJATTU", "(päivitetty)", "uusi versio", "korrigerad", "corrected", "Updated"]
)
def test_a_corrected_file_stands_in_for_the_first_and_the_first_is_told(mark):
    picked = pick([item("ostot 2024", "CSV"), item(f"ostot 2024 {mark}", "CSV")])
    assert [resource.name for resource in picked.resources] == [f"ostot 2024 {mark}"]
    assert [(note.code, note.resource) for note in picked.notes] == [("replaced_by_correction", "ostot 2024")]


@pytest.mark.parametrize("url", ["http://[::1", "http://a b/ostot_2024.csv", "//a.example/ostot_2024.csv", "http:///x"])
def test_an_address_that_cannot_be_one_is_told_or_not_taken_and_raises_nothing_else(url):
    items = [item("ostot 2023", "CSV"), item("ostot 2024", "CSV") | {"url": url}]
    picked = pick(items)
    assert "ostot 2023.CSV" in [r.id for r in picked.resources]
    assert all(r.url.startswith(("http://", "https://")) for r in picked.resources)


@pytest.mark.parametrize(
    ("change", "is_taken"),
    [
        ({"id": None}, True),
        ({"name": None}, True),
        ({"name": 7}, True),
        ({"format": None}, True),
        ({"format": " .csv "}, True),
        ({"format": 7}, False),
        ({"url": None}, False),
        ({"url": 7}, False),
        ({"url": "https://a.example/download/x", "name": ""}, False),
    ],
)
def test_a_resource_that_lacks_something_is_taken_where_the_rest_says_enough(change, is_taken):
    odd = item("ostot 2024", "CSV") | change
    if is_taken:
        assert [(r.year, r.format) for r in pick([odd]).resources] == [(2024, "CSV")]
    else:
        with pytest.raises(FetchError) as caught:
            pick([odd])
        assert caught.value.state == "not_picked"
