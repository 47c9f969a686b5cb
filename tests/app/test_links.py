"""A walk over every page in three languages: what a link leads to is there, up to the place within a page, and what a
page is made of; downloads are asked for by HEAD."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.app.walk import read

OF_A_KIND = 3
"""Addresses that differ in ids and values only: a few of them stand for all."""
AT_MOST = 1500
LINKS = {
    "a": "href",
    "link": "href",
    "img": "src",
    "script": "src",
    "iframe": "src",
    "source": "srcset",
    "form": "action",
}
NOT_OURS = re.compile(r"[a-z]+:|//|#", re.IGNORECASE)


def kind_of(address):
    path, _, query = address.partition("?")
    path = re.sub(
        r"[0-9]{7}-[0-9]|(?<=/row/).*|(?<=/)[0-9]{3}(?=/|$)|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}Z-\w+", "*", path
    )
    return path, tuple(sorted({pair.partition("=")[0] for pair in query.split("&")}))


def links_of(page):
    """The addresses of a page's links, forms, pictures, scripts and styles."""
    for name, attribute in LINKS.items():
        for one in page.all(name):
            address = (one.get(attribute) or "").split(" ", 1)[0]
            if address and not NOT_OURS.match(address):
                yield address


def follow(client):
    """(pages by address, addresses that lead nowhere, links to a place within a page: from, page, place)."""
    waiting, seen, pages, broken, places, kinds = ["/fi/", "/sv/", "/en/"], set(), {}, [], [], Counter()
    while waiting and len(seen) < AT_MOST:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        kinds[kind_of(address)] += 1
        if kinds[kind_of(address)] > OF_A_KIND:
            continue
        head = client.head(address)
        if head.status_code not in (200, 303):
            broken.append((address, head.status_code))
        elif head.mimetype == "text/html" and head.status_code == 200:
            page = pages[address] = read(client.get(address).text)
            for link in links_of(page):
                found, _, place = urljoin(address, link).partition("#")
                if place:
                    places.append((address, found, unquote(place)))
                waiting.append(found)
            places += [(address, address, unquote(one.get("href")[1:]))
                       for one in page.all("a") if (one.get("href") or "").startswith("#")]  # fmt: skip
    return pages, broken, places


@pytest.fixture(scope="module")
def walked(small):
    return follow(small.server.test_client())


def test_every_address_on_every_page_answers(walked):
    pages, broken, _ = walked
    assert broken == []
    assert len(pages) > 150
    assert {urlsplit(one).path.split("/")[1] for one in pages} >= {"fi", "sv", "en"}


def test_a_link_to_a_place_leads_to_a_place_that_is_there(walked):
    pages, _, places = walked
    ids = {address: {one.get("id") for one in page} for address, page in pages.items()}
    assert [one for one in places if one[1] in ids and one[2] not in ids[one[1]]] == []
    assert sum(page != origin for origin, page, _ in places if page in ids) > 20


def test_no_address_holds_what_an_address_cannot(walked):
    pages, _, _ = walked
    odd = [(address, one.get("href")) for address, page in pages.items() for one in page.all("a")
           if re.search(r"[\s\"<>\\^`{|}]", one.get("href") or "")]  # fmt: skip
    assert odd == []
