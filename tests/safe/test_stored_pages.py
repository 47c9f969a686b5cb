"""No text of a release becomes markup, a script, or a turn of letters on any page: by readers of HTML, not by eye."""

from __future__ import annotations

import itertools

import pytest
from lxml import html

from dashboard.html.markup import escape_text
from dashboard.i18n import LANGUAGES, translator
from tests.app.callback import callback_body
from tests.app.walk import read
from tests.safe.addresses import pages_of
from tests.safe.hostile import MARK, MARKUP
from tests.safe.markup import TURNING, check_element, check_page, check_tree

SHARE = 8
"""Parts that the pages are asked in, so that a failure names a few of them."""
SOME = 5
"""Of what costs most time, one page in so many; it comes from the same components on each."""


@pytest.fixture(scope="module")
def pages(hostile):
    return pages_of(hostile)


@pytest.mark.parametrize("part", range(SHARE))
def test_no_text_becomes_markup_on_any_page(client, pages, part):
    for number, address in enumerate(pages[part::SHARE]):
        answer = client.get(address)
        assert answer.status_code in (200, 404), (address, answer.status_code)
        check_page(answer.text)
        if number % SOME == 0:
            read(answer.text)  # every tag pairs, which a broken attribute would end


def test_no_text_becomes_markup_in_what_dash_is_given(client, pages):
    for address in pages[::SOME]:
        path, _, query = address.partition("?")
        check_tree(_ask_dash(client, path, f"?{query}" if query else ""))


def test_the_pages_hold_the_attacks_as_text(client, hostile):
    """Else the tests above would see nothing."""
    for address in (
        "/fi/companies", "/sv/companies/9000001-1", "/en/dataset/purchases", "/fi/budgets", "/sv/services",
        "/fi/status", "/en/project", "/fi/dataset/purchases/row/purchases-helsinki-2022/1", "/en/origin/suppliers",
        "/fi/cities/091",
    ):  # fmt: skip
        text = client.get(address).text
        assert escape_text(f"<{MARK}>") in text, address
        assert html.document_fromstring(text).text_content().count(MARKUP[:40]) > 0, address


def test_the_reader_of_pages_finds_each_attack():
    """The checks themselves, on pages that are not harmless."""
    for bad in (
        "<script>alert(1)</script>", "<script src='https://evil.example/x.js'></script>", "<img src=x onerror=a()>",
        "<a href='java\tscript:alert(1)'>x</a>", "<a href='&#1;javascript:alert(1)'>x</a>", f"<{MARK}></{MARK}>",
        "<iframe src='/'></iframe>", "<base href='//evil.example'>", "<form action='https://evil.example'></form>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>", "<svg><a xlink:href='javascript:a()'/></svg>",
        "<p style='background:url(//evil.example)'>x</p>", "<p>\u202ex</p>", "<p>\u2068x</p>", "<p>\x1b</p>",
        "<script type='application/ld+json'>{}</script><script type='text/javascript'>a()</script>",
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            check_page(f"<!DOCTYPE html><html><body>{bad}</body></html>")


def test_a_name_cannot_turn_what_stands_beside_it(client):
    """UAX 9: an override or an embedding of a name would go on behind it; UTS 39: it makes it read as another name."""
    for language, path in itertools.product(LANGUAGES, ("companies", "companies/9000001-1", "budgets", "search?q=oy")):
        assert not TURNING.search(client.get(f"/{language}/{path}").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_from_right_to_left_is_isolated_in_a_sentence(language):
    name = "חברה 12"
    said = translator(language)("Search: {text}", text=name)
    assert f"\u2068{name}\u2069" in said
    assert f"\u2068{name}\u2069" in escape_text(said)
    assert escape_text(f"\u2068{name}") == name  # one that nobody closes


def test_names_of_the_data_stay_as_they_are_in_sentences():
    for name in ("Öljymäki Oy", "Åkerlunds & Co", "Kauppa «Ж»", "株式会社"):
        assert translator("en")("Search: {text}", text=name).endswith(name)


def test_a_drawing_by_itself_runs_nothing(client):
    answer = client.get("/picture/suppliers.svg")
    assert answer.mimetype == "image/svg+xml"
    tree = html.fragment_fromstring(answer.text)
    for one in tree.iter():
        check_element(one)
        assert one.tag != "script"


def _ask_dash(client, path, search):
    answer = client.post("/_dash-update-component", json=callback_body(path, search))
    assert answer.status_code == 200
    return answer.get_json()
