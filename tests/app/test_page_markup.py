"""Every page in every language is well-formed and says by its markup what its parts are."""

import itertools
from pathlib import Path

import pytest

from dashboard.i18n import LANGUAGES
from tests.app.walk import read
from tests.data.handmade import FIRST, SECOND, TURKU

ROOT = Path(__file__).resolve().parents[2]

PATHS = (
    "", "companies", f"companies?city={TURKU}&year=2024", "companies?q=oy", "companies?q=zzz", "companies?group=47",
    f"companies/{FIRST[0]}", f"companies/{SECOND[0]}?city={TURKU}&year=2024", "data", "dataset/purchases",
    "dataset/companies", "dataset/projects", "dataset/cities", "dataset/accounts", "dataset/budgets",
    "dataset/city_context", "dataset/service_requests", "dataset/service_results", "dataset/service_units",
    "dataset/coverage", "dataset/indicators",
    "status", "search", "search?q=oy", "search?q=alfs", "search?q=zzzz", "releases", "method",
    "data?q=ostot&city=853&origin=portal&data=sample", "dataset/purchases?sort=preview-purchases.amount_eur.desc",
    "glossary", "accessibility", "privacy", "about",
    "dataset/prices", "budgets", f"budgets?city={TURKU}", "budgets?per=inhabitant&prices=2024&direction=income",
    "services",
    f"services?city={TURKU}&year=2024",
    "nothing/here", "companies/0000000-0", "companies?city=999&year=1",
)  # fmt: skip
ADDRESSES = [f"/{language}/{path}" for language, path in itertools.product(LANGUAGES, PATHS)]


@pytest.fixture(scope="module")
def pages(small):
    """Each address with its tree; the strict reader has found nothing wrong with them."""
    client = small.server.test_client()
    return {address: read(client.get(address).text) for address in ADDRESSES}


@pytest.fixture(params=ADDRESSES)
def tree(request, pages):
    return pages[request.param]


def test_the_pages_here_are_all_kinds_of_pages(small):
    """Each dataset's page is among them."""
    assert {f"dataset/{one.name}" for one in small.engine.package.datasets} <= set(PATHS)


def test_headings_begin_with_the_only_h1_and_skip_no_level(tree):
    levels = [int(one.name[1]) for one in tree.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    assert all(one.text for one in tree.all("h1", "h2", "h3"))


def test_each_landmark_is_there_once_and_repeated_ones_are_named_apart(tree):
    assert len(tree.all("main")) == 1
    assert len(tree.all("footer")) == 1
    assert len([one for one in tree.all("header") if not one.inside("main")]) == 1
    names = [one.get("aria-label") for one in tree.all("nav")]
    assert all(names)
    assert len(set(names)) == len(names)


def test_ids_are_unique_and_whatever_refers_to_one_finds_it(tree):
    ids = [one.get("id") for one in tree if one.get("id")]
    assert len(ids) == len(set(ids))
    for one in tree:
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            assert set((one.get(name) or "").split()) <= set(ids)
        href = one.get("href") or ""
        assert not href.startswith("#") or href[1:] in ids


def test_a_table_has_its_caption_headers_and_as_many_cells_in_each_row(tree):
    for table in tree.all("table"):
        assert table.one("caption").text
        (head,) = table.one("thead").all("tr")
        assert all(one.get("scope") == "col" and one.text for one in head.all("th"))
        assert head.all("td") == []
        for row in table.one("tbody").all("tr"):
            cells = row.all("th", "td")
            assert len(cells) == len(head.all("th"))
            assert [one.get("scope") for one in cells] == ["row"] + [None] * (len(cells) - 1)
            assert all(one.text for one in cells)


def test_no_two_tables_of_a_page_have_one_name(tree):
    captions = [table.one("caption").text for table in tree.all("table")]
    assert len(set(captions)) == len(captions)


def test_a_table_scrolls_in_a_region_that_the_keyboard_reaches(tree):
    for table in tree.all("table"):
        box = table.parent
        assert (box.get("role"), box.get("tabindex")) == ("region", "0")
        assert box.get("aria-label") == table.one("caption").text


def test_each_field_of_a_form_has_a_label_and_each_form_a_button(tree):
    for form in tree.all("form"):
        labels = {label.get("for"): label.text for label in form.all("label")}
        fields = [one for one in form.all("input", "select", "textarea") if one.get("type") != "hidden"]
        assert fields
        assert all(labels[one.get("id")] for one in fields)
        assert all(one.get("name") for one in fields)
        assert [one.text != "" for one in form.all("button") if one.get("type") == "submit"] == [True]
        assert (form.get("method"), form.get("action").startswith("/")) == ("get", True)


def test_a_select_has_exactly_one_chosen_option(tree):
    for select in tree.all("select"):
        assert len([one for one in select.all("option") if "selected" in one.attributes]) == 1
        values = [one.get("value") for one in select.all("option")]
        assert len(set(values)) == len(values)


def test_each_link_and_button_has_words(tree):
    for one in tree.all("a", "button", "summary"):
        assert one.text or one.get("aria-label")
    for one in tree.all("a"):
        assert one.get("href")


def same_words_elsewhere(tree):
    """The names of links in the main part that lead to several places.

    The head of a column sorts the table that it stands in, which its caption names.
    """
    places = {}
    for one in tree.one("main").all("a"):
        if "sort" in (one.get("class") or "").split():
            continue
        places.setdefault(one.get("aria-label") or one.text, set()).add(one.get("href"))
    return {name for name, found in places.items() if len(found) > 1}


def test_links_of_the_same_words_lead_to_the_same_place(tree):
    """Whoever lists a page's links hears their names only."""
    if len(tree.with_class("panel")) < 2:
        assert same_words_elsewhere(tree) == set()


def test_downloads_of_two_panels_are_told_apart_by_their_names(pages):
    assert same_words_elsewhere(pages["/en/companies"]) == set()


def test_a_panel_is_named_by_its_heading_and_has_its_source(tree):
    for panel in tree.with_class("panel"):
        heading = next(one for one in panel.all("h2") if one.get("id") == panel.get("aria-labelledby"))
        assert heading.text
        sources = panel.with_class("panel__source")
        assert all(len(source.all("a")) == 2 for source in sources)
        assert len(sources) == 1 or not panel.all("svg", "table")  # what says that there is nothing has no source
        for svg in panel.all("svg"):
            assert svg.get("role") == "img"
            assert svg.get("aria-label")


def test_elements_stand_where_html_allows_them(tree):
    for one in tree.all("p"):
        assert not one.all("p", "div", "ul", "ol", "table", "h1", "h2", "h3", "section", "form", "details", "dl")
    for one in tree.all("li"):
        assert one.parent.name in ("ul", "ol")
    for one in tree.all("ul", "ol"):
        assert all(child.name == "li" for child in one.children)
    for one in tree.all("dt", "dd"):
        assert one.parent.name == "dl" or one.parent.parent.name == "dl"
    for one in tree.all("summary"):
        assert one.parent.name == "details"
        assert one.parent.children[0] is one
    for one in tree.all("a", "button"):
        assert not one.all("a", "button", "input", "select")


def test_no_list_is_empty(pages):
    for address, tree in pages.items():
        assert all(one.all("li") for one in tree.all("ul", "ol")), address


def test_nothing_runs_before_the_reader_touches_the_page(tree):
    """Only our own script, which comes with the page; Dash's wait in a template."""
    running = [
        one
        for one in tree.all("script")
        if not one.inside("template") and one.get("type") not in ("application/json", "application/ld+json")
    ]
    assert [one.get("src") or "inline" for one in running] == ["inline"]
    assert "</script" not in (ROOT / "assets" / "site.js").read_text(encoding="utf-8")
    assert not [name for one in tree for name in one.attributes if name.startswith("on")]
    assert not tree.all("iframe", "object", "embed", "base")


def test_the_main_part_is_the_first_that_the_skip_link_reaches(tree):
    first = next(one for one in tree.one("body").all("a", "button", "input", "select"))
    assert first.get("href") == "#content"
    assert tree.one("main").get("id") == "content"
    assert tree.one("main").get("tabindex") == "-1"


def marked(tree):
    return [one.get("href") for one in tree.with_class("site-nav")[0].all("a") if one.get("aria-current") == "page"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_navigation_says_where_one_is(pages, language):
    for path, section in {
        "": "", "companies": "companies", f"companies/{FIRST[0]}": "companies", "data": "data",
        "dataset/purchases": "data", "status": "status",
    }.items():  # fmt: skip
        assert marked(pages[f"/{language}/{path}"]) == [f"/{language}/{section}"]


def test_a_page_that_is_not_there_is_nowhere_in_the_navigation(pages):
    assert marked(pages["/en/nothing/here"]) == []
