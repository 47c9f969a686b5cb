"""Whoever takes a figure away takes the names of those whose data it is, as their licences ask."""

import re

import pytest

from dashboard.app import PANELS
from dashboard.i18n import LANGUAGES, translator
from dashboard.panels.publishers import publishers_of
from dashboard.proper_names import source_title
from tests.app.walk import read

CITIES = ("Helsingin kaupunki", "Espoon kaupunki", "Vantaan kaupunki", "Tampereen kaupunki", "Turun kaupunki")


def citations(client, path):
    """By panel, the text that is copied as its citation."""
    tree = read(client.get(path).text)
    panels = [one for one in tree.all("section") if one.get("id") and one.with_class("copyable")]
    return {one.get("id"): one.with_class("copyable")[0].text for one in panels}


def picture_words(client, address):
    """All letters of a picture, since a line may be broken anywhere."""
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", "", "".join(re.findall(r"<text[^>]*>([^<]*)", answer.text)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_citations_name_the_cities_whose_data_it_is(client, language):
    found = citations(client, f"/{language}/compare")
    assert {"compare-years", "compare-latest"} <= set(found)
    for text in found.values():
        assert all(city in text for city in CITIES), text


def test_an_indicator_of_requests_names_those_who_publish_requests_only(site):
    ctx = site.context("en", "indicator=closing_days_median")
    assert publishers_of(ctx, PANELS["indicator"]) == "Helsingin kaupunki"


def test_only_the_publishers_of_the_cities_chosen_are_named(site):
    named = publishers_of(site.context("en", "city=853"), PANELS["suppliers"])
    assert "Turun kaupunki" in named
    assert "Espoon kaupunki" not in named
    assert publishers_of(site.context("en", "city=853"), PANELS["hhi"]) == named


@pytest.mark.parametrize("name", PANELS)
def test_every_figure_has_somebody_whose_data_it_is(site, name):
    assert publishers_of(site.context("en", ""), PANELS[name])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_names_the_publishers_and_the_address_of_what_it_shows(client, language):
    query = "city=091&city=853&indicator=purchases_per_inhabitant"
    letters = picture_words(client, f"/picture/compare-latest.svg?lang={language}&{query}")
    assert "Helsinginkaupunki" in letters
    assert "Turunkaupunki" in letters
    assert f"localhost/{language}/compare?city=091&amp;city=853" in letters


def test_a_picture_of_all_cities_has_room_for_all_of_them(client):
    letters = picture_words(client, "/picture/suppliers.svg?lang=fi")
    assert all(city.replace(" ", "") in letters for city in CITIES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_embedded_figure_and_a_datasets_citation_name_them_too(client, language):
    (line,) = read(client.get(f"/{language}/embed/compare-years").text).with_class("panel__source")[:1]
    assert all(city in line.text for city in CITIES)
    page = read(client.get(f"/{language}/dataset/purchases").text).one("main").text
    assert all(city in page.partition(translator(language)("How to cite"))[2] for city in CITIES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_source_of_the_projects_money_is_a_link_to_it(client, site, language):
    (panel,) = (
        one for one in read(client.get(f"/{language}/project").text).all("section") if one.get("id") == "project-money"
    )
    rows = PANELS["project-money"].view(site.context(language, "")).rows
    links = [(one.text, one.get("href")) for one in panel.one("tbody").all("a")]
    assert links == [(source_title(language, row["source_title"]), row["source_url"]) for row in rows]
