"""Searching datasets as CKAN's clients do: words, filters, order, pages, facets."""

import pytest

from tests.app.ckan_server import asker


@pytest.fixture(scope="module")
def search(real):
    ask = asker(real.server.test_client())

    def names(**parameters):
        return [one["name"] for one in ask("package_search", **({"rows": 1000} | parameters))["results"]]

    names.whole = lambda **parameters: ask("package_search", **parameters)
    return names


@pytest.fixture(scope="module")
def every(search):
    return search(sort="name asc")


@pytest.mark.parametrize("query", ["", "*:*", "*"])
def test_a_query_of_nothing_finds_all(search, every, query):
    assert sorted(search(q=query)) == every


def test_words_are_found_in_any_language_and_in_fields(search):
    assert search(q="inköp")[0] == search(q="ostot")[0] == search(q="City PURCHASES")[0] == "purchases"
    assert "purchases" in search(q="supplier_business_id")
    assert search(q="ostot xyzzy") == []


def test_a_word_in_the_title_counts_more_than_one_in_the_description(search):
    found = search(q="cities")
    assert found[0] == "cities"
    assert len(found) > 1


@pytest.mark.parametrize(
    ("fq", "names"),
    [
        ("name:purchases", ["purchases"]),
        ("name:(purchases OR cities)", ["cities", "purchases"]),
        ("+name:purchases -tags:ostot", []),
        ("tags:ostot AND res_format:CSV", ["purchases"]),
        ("name:pur*", ["purchases"]),
        ('title:"kaupunkien ostot"', ["purchases"]),
        ("title:ostot^4 ", ["purchases"]),
        ("NOT name:[b TO *]", ["accounts"]),
        ("name:{accounts TO cities}", ["budgets"]),
        ("organization:x OR name:cities metadata_modified:[NOW-10000DAYS TO *]", ["cities"]),
        ("(organization:x) OR (name:cities)", ["cities"]),
        ("organization:nobody", []),
        ("no_such_field:x", []),
        ("name:purchases name:cities", []),
        ("entity_type:package state:active dataset_type:dataset name:prices", ["prices"]),
    ],
)
def test_a_filter_says_which(search, fq, names):
    assert search(fq=fq, sort="name asc") == names


def test_filters_of_a_list_all_hold(search):
    assert search(fq_list=["tags:ostot", "res_format:CSV"]) == ["purchases"]
    assert search(fq_list=["tags:ostot", "name:cities"]) == []


def test_datasets_are_found_by_when_they_changed(search, every, real):
    moment = real.engine.package.dataset("purchases").modified
    assert sorted(search(fq=f"metadata_modified:[{moment:%Y-%m-%dT%H:%M:%S}Z TO *]")) == every
    assert search(fq=f"metadata_modified:{{{moment:%Y-%m-%dT%H:%M:%S}Z TO *]") == []
    assert sorted(search(fq=f'metadata_modified:"{moment:%Y-%m-%dT%H:%M:%S}Z"')) == every


@pytest.mark.parametrize("sort", ["name asc", "id asc", "title desc", "metadata_modified desc, name asc", "score desc"])
def test_pages_hold_each_dataset_once(search, every, sort):
    paged, start = [], 0
    while found := search(sort=sort, rows=3, start=start):
        paged += found
        start += 3
    assert paged == search(sort=sort)
    assert sorted(paged) == every


def test_the_order_is_the_one_that_is_asked_for(search, every):
    assert search(sort="name desc") == every[::-1]
    assert search.whole(sort="name desc")["sort"] == "name desc"
    assert search.whole()["sort"] == "score desc, metadata_modified desc"


def test_ten_datasets_stand_on_a_page_where_nobody_says_how_many(search, every):
    answer = search.whole()
    assert (len(answer["results"]), answer["count"]) == (10, len(every))


def test_facets_count_what_was_found(search, every):
    answer = search.whole(**{"facet.field": '["organization", "groups", "tags"]', "rows": 0, "q": "name:purchases"})
    assert answer["results"] == []
    assert answer["facets"]["organization"] == {"kuusi": 1}
    assert answer["facets"]["tags"] == {"ostolaskut": 1, "ostot": 1, "toimittajat": 1}
    items = answer["search_facets"]["groups"]["items"]
    assert [one["display_name"] for one in items] == ["Valtioneuvosto ja julkinen sektori", "Talous ja raha-asiat"]
    limited = search.whole(**{"facet.field": ["tags"], "facet.limit": 1})
    assert len(limited["facets"]["tags"]) == 1
    assert search.whole(**{"facet.field": ["tags"], "facet": "false"})["facets"] == {}


def test_only_the_fields_that_are_asked_for_are_given(search):
    found = search.whole(q="name:purchases", fl="id,name")["results"]
    assert [set(one) for one in found] == [{"id", "name"}]
