"""Whatever is filtered says so: in the page, in the picture, in the file, for every panel there is."""

import re
import xml.etree.ElementTree as ET
from email.message import Message

import pytest

from dashboard.app import PANELS
from dashboard.i18n import DOT, LANGUAGES, translator
from tests.app.readers import read_book
from tests.app.walk import read
from tests.data.handmade import FIRST, HELSINKI, TURKU

FILTERED = f"city={TURKU}&year=2024&group=43"
ASKED = ("city", "year", "group")
OBEYED = {
    name: tuple(place for place, asked in enumerate(ASKED) if asked in panel.filters) for name, panel in PANELS.items()
}


@pytest.fixture(scope="module")
def client(small):
    return small.server.test_client()


def wanted(small, name, language):
    """The filters in words that the panel of that name obeys."""
    codes = small.codes
    words = (codes.cities[TURKU][language], "2024", codes.groups["43"][language])
    return [words[place] for place in OBEYED[name]]


def company_of(name):
    return f"&company={FIRST[0]}" if PANELS[name].of_company else ""


def test_some_panels_obey_all_filters_and_some_none():
    assert {(), (0, 1, 2)} <= set(OBEYED.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PANELS)
def test_a_panel_says_under_its_title_what_it_is_filtered_by(small, name, language):
    view = PANELS[name].view(small.context(language, FILTERED + company_of(name)))
    for word in wanted(small, name, language):
        assert word in view.subtitle
    if view.figure is not None:
        assert all(word in view.figure["layout"]["meta"]["description"] for word in wanted(small, name, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PANELS)
def test_a_panel_names_no_filter_that_it_does_not_obey(small, name, language):
    ctx = small.context(language, FILTERED + company_of(name))
    plain, filtered = (PANELS[name].view(one).subtitle for one in (small.context(language, company_of(name)), ctx))
    words = (small.codes.cities[TURKU][language], "2024", small.codes.groups["43"][language])
    assert (plain == filtered) is (not OBEYED[name])
    assert tuple(place for place, word in enumerate(words) if word in filtered) == OBEYED[name]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "query"), [("suppliers", FILTERED), ("change", f"city={TURKU}&group=43")])
def test_a_picture_says_what_it_is_filtered_by(small, client, name, query, language):
    root = ET.fromstring(client.get(f"/picture/{name}.svg?lang={language}&{query}").text)
    drawn = re.sub(
        r"\s+", "", "".join("".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text"))
    )
    for word in wanted(small, name, language):
        assert re.sub(r"\s+", "", word) in drawn
        assert word in root.get("aria-label")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in PANELS if OBEYED[name]])
def test_a_workbook_says_what_it_is_filtered_by(small, client, name, language):
    query = "&".join(part for place, part in enumerate(FILTERED.split("&")) if place in OBEYED[name])
    book = read_book(client.get(f"/download/{name}.xlsx?lang={language}&{query}{company_of(name)}").data)
    lines = dict(map(tuple, book.get_sheet_by_index(2).to_python()))
    said = lines[translator(language)("Filters")]
    assert said.startswith(DOT.join(wanted(small, name, language)))
    assert PANELS[name].view(small.context(language, query + company_of(name))).subtitle.endswith(f"{DOT}{said}")


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        (f"/download/suppliers.csv?{FILTERED}", f"suppliers-{TURKU}-2024-group43"),
        (f"/download/company-years.json?city={HELSINKI}&company={FIRST[0]}", f"company-years-{HELSINKI}-{FIRST[0]}"),
        ("/download/ranking.csv?kind=company&min=5&max=10&group=43", "ranking-group43-kindcompany-min5-max10"),
        (f"/picture/change.svg?city={HELSINKI},{TURKU}", f"change-{HELSINKI}-{TURKU}"),
    ],
)
def test_the_name_of_a_file_holds_the_codes_of_its_filters(small, client, address, codes):
    message = Message()
    message["Content-Disposition"] = client.get(address).headers["Content-Disposition"]
    assert message.get_filename().split(".")[0] == f"sample-{codes}-{small.engine.package.version}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filtered_company_is_not_said_to_have_sold_to_few_of_the_six(small, language):
    company = f"company={FIRST[0]}"
    plain, filtered = (
        PANELS["company-years"].view(small.context(language, f"{company}&{one}")).title for one in ("", "year=2022")
    )
    of_six = {"fi": "kuudesta", "sv": "av de sex", "en": "of the six"}[language]
    assert of_six in plain
    assert of_six not in filtered


@pytest.mark.parametrize("language", LANGUAGES)
def test_some_of_a_companys_rows_are_not_called_all(small, language):
    panel, company = PANELS["company-rows"], f"company={FIRST[0]}"
    assert panel.view(small.context(language, company)).title == translator(language)("All rows")
    assert re.findall(r"\d+", panel.view(small.context(language, f"{company}&year=2022")).title) == ["12", "24"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_change_within_an_account_group_is_not_said_of_all_purchases(small, language):
    plain, filtered = (PANELS["change"].view(small.context(language, one)).title for one in ("", "group=43"))
    assert filtered == f"{small.codes.groups['43'][language]} – {plain}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_page_shows_everything_and_says_so_where_its_address_asks_for_less(client, language):
    plain, asked = (read(client.get(f"/{language}/{one}").text).one("main") for one in ("", f"?{FILTERED}"))
    (note,) = [one for one in asked.all("p") if one.with_class("note") or one.get("class") == "note"
               if one.all("a")]  # fmt: skip
    assert note.one("a").get("href").endswith(f"/companies?{FILTERED}")
    assert asked.text.replace(note.text, "").replace("  ", " ") == plain.text
