"""A figure in a frame on another site's page: it says what of its address was left out, as the pages of the site do."""

from __future__ import annotations

import pytest

from dashboard.i18n import LANGUAGES, translator
from tests.app.walk import read


def embedded(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return read(answer.text)


def notes(tree):
    return [one.text for one in tree.with_class("note--warn")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ["city=999", "year=1066", "group=ZZ", "kind=x", "town=853"])
def test_an_embed_names_what_of_its_address_was_left_out(client, language, asked):
    (note,) = notes(embedded(client, f"/{language}/embed/suppliers?{asked}"))
    words = "The address asked for something that this release does not have; it was left out: {names}"
    assert note == translator(language)(words, names=asked)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ["min=a", "page=x"])
def test_an_embed_names_what_of_its_address_cannot_be_read(client, language, asked):
    (note,) = notes(embedded(client, f"/{language}/embed/suppliers?{asked}"))
    words = "Something in the address is not written as it should be; it was left out: {names}"
    assert note == translator(language)(words, names=asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_embed_of_a_release_that_is_gone_shows_no_other_figures(client, language):
    asked, t = "2020-01-01T0000Z-1", translator(language)
    tree = embedded(client, f"/{language}/embed/suppliers?release={asked}", 404)
    assert tree.one("h1").text == t("There is no such release")
    assert asked in tree.with_class("note--warn")[0].text
    assert not tree.all("svg", "table")
    assert [one.get("target") for one in tree.all("a")] == ["_top"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_embed_says_the_same_of_its_address_as_the_page_that_its_figure_stands_on(client, language):
    query = "city=999&year=1066&foo=bar&sort=zz.zz&page=9999"
    on_page = notes(embedded(client, f"/{language}/companies?{query}"))
    assert len(on_page) == 3
    assert notes(embedded(client, f"/{language}/embed/suppliers?{query}")) == on_page


def test_an_embed_of_a_known_view_says_nothing_of_its_address(client, site):
    version = site.engine.package.version
    tree = embedded(client, f"/en/embed/suppliers?city=853&year=2024&release={version}")
    assert notes(tree) == []


def test_the_note_stands_before_the_figure_and_is_announced(client):
    tree = embedded(client, "/sv/embed/suppliers?city=999")
    first, second, *_ = (one for one in tree.one("section").children if not isinstance(one, str))
    assert (first.name, first.get("role")) == ("p", "status")
    assert second.name == "h1"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["nothing", "company-years", "company-years?company=0000000-0"])
def test_an_embed_of_no_figure_is_a_small_page_that_says_so(client, language, name):
    tree = embedded(client, f"/{language}/embed/{name}", 404)
    assert tree.one("html").get("lang") == language
    assert tree.one("h1").text == translator(language)("Page not found")
    assert len(notes(tree)) == 1
    assert not tree.all("script", "header", "nav", "footer")
    assert [(one.get("href"), one.get("target")) for one in tree.all("a")] == [(f"/{language}/", "_top")]
    assert [one.get("content") for one in tree.all("meta") if one.get("name") == "robots"] == ["noindex,follow"]
