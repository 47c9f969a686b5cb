"""The search page and its box in the header; catalogue, previews and releases; pages that name what the law asks."""

from __future__ import annotations

import json
import re

import pytest

from dashboard.app import create_site
from dashboard.i18n import LANGUAGES, translator
from dashboard.pages.routes import ROUTES
from dashboard.search.entries import page_entries
from dashboard.settings import Settings
from tests.app.walk import read
from tests.data.handmade import FIRST, TURKU

UNLISTED = {"", "search"}
"""Addresses of the site that its search needs not tell by their own path."""


@pytest.fixture(scope="module")
def get(small):
    client = small.server.test_client()

    def fetch(address, **query):
        answer = client.get(address, query_string=query or None)
        assert answer.status_code == 200
        return read(answer.text)

    return fetch


def found(tree):
    """Kind -> (count told, names shown)."""
    named = ((one, one.get("aria-labelledby") or "") for one in tree.one("main").all("section"))
    sections = [one for one, name in named if name.startswith("found-")]
    return {
        one.get("aria-labelledby").removeprefix("found-"): (
            int(one.one("h2").text.rpartition(" ")[2]),
            [next(iter(item.all("a"))).text for item in one.with_class("found")[0].all("li")],
        )
        for one in sections
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_has_the_box_on_every_page_and_the_search_page_has_its_own(get, language):
    (form,) = get(f"/{language}/data").with_class("search--site")
    assert (form.get("action"), form.get("role")) == (f"/{language}/search", "search")
    assert get(f"/{language}/search").with_class("search--site") == []
    assert form.one("input").get("maxlength") == "100"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_is_found_under_its_group_with_the_word_marked(get, language):
    tree = get(f"/{language}/search", q="alfa OY")
    assert found(tree) == {"company": (1, [FIRST[1]])}
    assert [one.text for one in tree.all("mark")] == ["Alfa", "Oy"]
    (link,) = (one for one in tree.one("main").all("a") if one.text == FIRST[1])
    assert link.get("href") == f"/{language}/companies/{FIRST[0]}"


@pytest.mark.parametrize(("language", "name"), [("fi", "Kaupunkien ostot"), ("sv", "Städernas inköp")])
def test_a_word_of_one_language_finds_what_is_titled_in_another(get, language, name):
    assert name in found(get(f"/{language}/search", q="purchases"))["dataset"][1]


def test_a_mistyped_name_is_found_and_what_was_meant_is_a_link(get):
    tree = get("/en/search", q="beeat")
    assert found(tree)["company"] == (1, ["Beeta Ab"])
    assert [one.get("href") for one in tree.one("main").all("a") if one.text == "beeta"] == ["/en/search?q=beeta"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_finds_what_holds_most_of_it_and_says_so(get, language):
    tree = get(f"/{language}/search", q="who does Turku buy from xyzzy")
    assert {"page", "city"} <= set(found(tree))
    t = translator(language)
    (note,) = (one.text for one in tree.one("main").with_class("note"))
    assert t("Nothing holds all of these words: what holds most of them is shown.") in note
    assert t("Found nowhere: {words}.", words="xyzzy") in note


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_is_a_page_with_a_way_on(get, language):
    tree = get(f"/{language}/search", q="qqqqqqq wwwww")
    assert found(tree) == {}
    assert tree.with_class("suggestions")
    assert translator(language)("Nothing was found for “{text}”.", text="qqqqqqq wwwww") in tree.one("main").text


@pytest.mark.parametrize("text", ["<b>gamma</b>", '"><img src=x>', "' or 1=1", 'gamma" OR "alfa', "a" * 300])
def test_a_query_is_text_and_nothing_else(small, text):
    answer = small.server.test_client().get("/en/search", query_string={"q": text})
    tree = read(answer.text)
    assert answer.status_code == 200
    assert tree.one("main").all("img", "b", "script") == []
    (box,) = (one for one in tree.all("input") if one.get("id") == "search-box")
    assert box.get("value") == text[:100]


def test_a_name_that_is_markup_is_shown_as_text(get):
    assert found(get("/en/search", q="gamma"))["company"] == (1, ["Gamma <b>&</b> Pojat"])


def test_the_search_knows_every_page_of_a_fixed_address(small):
    fixed = {pattern for pattern, _ in ROUTES if "(" not in pattern} - UNLISTED
    listed = [path for path, *_ in page_entries(translator("en"))]
    assert fixed <= set(listed)
    client = small.server.test_client()
    assert {client.get(f"/en/{path}").status_code for path in listed} == {200}


def cards(tree):
    return [one.one("h2").text for one in tree.with_class("card")]


def test_the_catalogue_is_searched_and_filtered_by_its_address(get):
    everything = cards(get("/en/data"))
    assert cards(get("/en/data", q="purchses"))[0] == "City purchases"
    made = cards(get("/en/data", origin="made"))
    assert "Suppliers" in made
    assert not {"City purchases", "Cities"} & set(made)
    real, sample = cards(get("/en/data", data="real")), cards(get("/en/data", data="sample"))
    assert sorted(real + sample) == sorted(everything)
    assert "City purchases" in cards(get("/en/data", city=TURKU))
    assert cards(get("/en/data", origin="made", data="real", q="purchases")) == []


def test_a_preview_is_sorted_by_its_address_and_says_so(get):
    tree = get("/en/dataset/cities", sort="preview-cities.name_en.desc")
    (preview,) = (one for one in tree.all("details") if one.get("id") == "preview-cities")
    assert "open" in preview.attributes
    names = [row.all("th", "td")[3].text for row in preview.one("tbody").all("tr")]
    assert names == sorted(names, reverse=True)
    assert [one.text[:4] for one in preview.all("th") if one.get("aria-sort") == "descending"] == ["Name"]
    unknown = get("/en/dataset/cities", sort="preview-cities.height").with_class("note--warn")
    assert [one.text for one in unknown] == ["No table here can be sorted by preview-cities.height."]


def test_a_damaged_release_is_named_on_the_page_of_releases(make_site):
    site = make_site([])
    folder = site.engine.package.folder.parent / "2026-01-01T0000Z-000000"
    folder.mkdir()
    (folder / "datapackage.json").write_text("{", "utf-8")
    assert folder.name in site.server.test_client().get("/en/releases").text
    assert site.server.test_client().get(f"/en/releases/{folder.name}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_release_has_a_page_of_what_it_held_and_an_unknown_one_is_not_found(get, small, language):
    package = small.engine.package
    links = [one.get("href") for one in get(f"/{language}/releases").one("main").all("a")]
    assert f"/{language}/releases/{package.version}" in links
    (table,) = get(f"/{language}/releases/{package.version}").one("main").all("table")
    shown = {row.all("th", "td")[3].text for row in table.one("tbody").all("tr")}
    files = [one for resource in package.resources for one in resource.distributions if one.format == "csv"]
    assert shown == {file.hash.removeprefix("sha256:") for file in files}
    unknown = small.server.test_client().get(f"/{language}/releases/2020-01-01T0000Z-000000")
    assert unknown.status_code == 404
    assert "2020-01-01T0000Z-000000" in read(unknown.text).one("main").text


@pytest.mark.parametrize(
    ("contact", "href"),
    [("data@kuusi.example", "mailto:data@kuusi.example"), ("https://kuusi.example/f", "https://kuusi.example/f")],
)
def test_the_contact_is_a_setting_and_its_absence_is_said(get, small, contact, href):
    absent = "has not set a contact address"
    other = create_site(Settings(data_dir=small.settings.data_dir, contact=contact)).server.test_client()
    for path in ("accessibility", "privacy", "about"):
        assert absent in get(f"/en/{path}").one("main").text
        text = other.get(f"/en/{path}").text
        assert absent not in text
        assert f'href="{href}"' in text


def test_a_term_explains_itself_and_leads_to_the_glossary(get):
    glossary = get("/sv/glossary")
    ids = {one.get("id") for one in glossary.with_class("glossary")[0].all("div")}
    for term in get("/sv/data").with_class("term"):
        (link,) = term.all("a")
        path, _, anchor = link.get("href").partition("#")
        assert path == "/sv/glossary"
        assert anchor in ids
        assert len(term.one("p").text) > len(link.text) + 20


def test_the_status_page_lists_the_runs_that_are_kept(make_site):
    site = make_site([])
    run = {"result": "failure", "started_at": "2026-11-24T06:03:00Z", "finished_at": "2026-11-24T06:04:05Z"}
    run |= {"issues": {"error": 2}, "sources": {"failed": 1}}
    (site.engine.package.folder.parent / "runs.json").write_text(json.dumps({"runs": [7, run]}), "utf-8")
    tree = read(site.server.test_client().get("/en/status").text)
    (table,) = (one for one in tree.all("table") if one.one("caption").text == "The last runs")
    (row,) = table.one("tbody").all("tr")
    cells = [cell.text for cell in row.all("th", "td")]
    assert re.match(r"24 Nov 2026,? 08:03", cells[0])
    assert cells[1:3] + cells[4:7] == ["failed for some sources", "1 min 5 s", "1", "0", "2"]


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("HHI", "page", "Who do the cities buy from?"),
        ("Herfindahl", "term", "concentration"),
        ("keskittyminen", "page", "Who do the cities buy from?"),
        ("upphandling", "page", "Who do the cities buy from?"),
        ("budjetti", "page", "How do the cities keep to their budgets?"),
        ("301150", "project", "Avoin osallisuus ja asiakkuus"),
    ],
)
def test_a_page_is_found_by_the_words_of_its_readers(get, words, kind, name):
    assert any(name in one for one in found(get("/en/search", q=words))[kind][1])


def ways(client, path):
    """Where a page that is not there leads."""
    answer = client.get(path)
    assert answer.status_code == 404
    tree = read(answer.text)
    return tree.one("main").text, [one.get("href") for one in tree.one("main").all("a")]


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/en/compa", ["/en/companies", "/en/compare"]),
        ("/en/city/turku", ["/en/cities/853"]),
        ("/fi/vertaa", ["/fi/compare"]),
        (f"/en/companies/{FIRST[0][:7]}", [f"/en/companies/{FIRST[0]}"]),
        ("/de/companies", ["/fi/companies", "/sv/companies", "/en/companies"]),
        ("/EN/", ["/fi/", "/sv/", "/en/"]),
    ],
)
def test_a_page_that_is_not_there_names_the_nearest(small, path, leads_to):
    _, links = ways(small.server.test_client(), path)
    assert set(leads_to) <= set(links)
    assert len(links) < 20


def test_a_cut_business_id_is_quoted_as_it_was_asked(small):
    text, _ = ways(small.server.test_client(), f"/en/companies/{FIRST[0][:7]}")
    assert f"“{FIRST[0][:7]}”" in text
    assert f"0{FIRST[0][:6]}" not in text


@pytest.mark.parametrize(
    "path", ["search?q=tur%E2%80%AEku", "dataset/cities/row/%E2%80%AE1", "companies?year=%E2%80%AE5"]
)
def test_no_sign_of_an_address_turns_the_direction_of_a_page(small, path):
    text = small.server.test_client().get(f"/fi/{path}").text
    head = text[: text.index("</head>")]
    assert "\u202e" not in head
    assert "\u202e" not in read(text).one("main").text
