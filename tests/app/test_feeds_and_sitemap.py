"""Feeds of releases, the sitemap, and the page of the interface."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

from dashboard.api import sitemap
from dashboard.app import create_site
from dashboard.i18n import LANGUAGES
from dashboard.openapi.registry import operations
from dashboard.pages.routes import ROUTES
from dashboard.settings import Settings
from tests.app.walk import read
from tests.fixtures.two_releases import write_two

ATOM = {"a": "http://www.w3.org/2005/Atom"}
UNLISTED = {"search"}
"""It shows nothing by itself."""
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two-feeds")
    write_two(folder)
    return create_site(Settings(data_dir=folder, base_url="https://kuusi.example"))


@pytest.fixture(scope="module")
def client(two):
    return two.server.test_client()


def entries(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.data)
    (own,) = (one.get("href") for one in feed.findall("a:link", ATOM) if one.get("rel") == "self")
    assert own.removeprefix("https://kuusi.example") == address
    return feed, feed.findall("a:entry", ATOM)


def test_every_release_has_an_entry_with_its_counts(client):
    _, (new, first) = entries(client, "/feed.atom?lang=en")
    assert "rows added 30," in new.findtext("a:summary", namespaces=ATOM)
    assert first.findtext("a:title", namespaces=ATOM).startswith("Releases: rows added")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/feed.atom?",
        "/dataset/purchases/feed.atom?",
        "/feed/city/853.atom?",
        "/feed.atom?q=ostot&",
        "/feed/search.atom?q=turku&",
        "/feed/search.atom?q=konehuolto&",
    ],
)
def test_a_feed_has_stable_ids_and_leads_to_pages(client, path, language):
    address = f"{path}lang={language}"
    feed, found = entries(client, address)
    again, _ = entries(client, address)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    ids = [one.text for one in feed.iter(f"{{{ATOM['a']}}}id")]
    assert len(set(ids)) == len(ids) > 1
    assert ids == [one.text for one in again.iter(f"{{{ATOM['a']}}}id")]
    for one in (feed, *found):
        link = next(x for x in one.findall("a:link", ATOM) if x.get("rel", "alternate") == "alternate").get("href")
        assert client.get(link.removeprefix("https://kuusi.example")).status_code == 200


def test_a_feed_tells_only_of_releases_that_changed_its_subject(client):
    assert len(entries(client, "/dataset/purchases/feed.atom?lang=en")[1]) == 2
    assert len(entries(client, "/dataset/cities/feed.atom?lang=en")[1]) == 1
    assert entries(client, "/feed.atom?q=qqqqwwww&lang=en")[1] == []


def test_the_rows_of_the_cities_are_those_of_the_release(client, two):
    added = 0
    for code in two.codes.cities:
        summary = entries(client, f"/feed/city/{code}.atom?lang=en")[1][0].findtext("a:summary", namespaces=ATOM)
        added += int(summary.partition("Purchases: rows added ")[2].partition(",")[0])
    assert added == 30


def counted(entry):
    """(rows added, changed, removed) of an entry, summed over its tables."""
    return tuple(map(int, re.findall(r"[0-9]+", entry.findtext("a:title", namespaces=ATOM).rpartition(": ")[2])))


def test_the_feed_of_a_search_counts_the_rows_of_what_it_finds_once(client, two):
    new, _ = entries(client, "/feed/search.atom?q=konehuolto&lang=en")[1]
    package, folder = two.engine.package, two.engine.package.folder.parent
    before = next(one for one in folder.glob("2*") if one.name != package.version)
    rows = [pq.read_table(one / "purchases.parquet").to_pylist() for one in (package.folder, before)]
    mine = [sum(row["supplier_business_id"] == "9000001-1" for row in side) for side in rows]
    summary = new.findtext("a:summary", namespaces=ATOM)
    assert f"Purchases: rows added {mine[0] - mine[1]}, changed 0, removed 0" in summary
    assert "Suppliers: rows added 0, changed 1, removed 0" in summary
    city = entries(client, "/feed/city/853.atom?lang=en")[1][0].findtext("a:summary", namespaces=ATOM)
    found = entries(client, "/feed/search.atom?q=853&lang=en")[1][0].findtext("a:summary", namespaces=ATOM)
    assert found == city
    datasets = entries(client, "/feed.atom?q=purchases&lang=en")[1][0]
    assert counted(entries(client, "/feed/search.atom?q=purchases&lang=en")[1][0]) >= counted(datasets)


def test_the_feed_of_a_search_that_finds_nothing_is_empty_and_one_of_nothing_is_refused(client):
    assert entries(client, "/feed/search.atom?q=qqqqwwww&lang=en")[1] == []
    for query in (".%40%C2%BF%14%00%EF%BF%BE", "%00", "%20"):  # XML cannot hold some of these
        for feed in ("/feed/search.atom", "/feed.atom"):
            ElementTree.fromstring(client.get(f"{feed}?q={query}").data)
    for query in ("", "?q=", f"?q={'a' * 101}", "?q=a&height=1"):
        assert client.get(f"/feed/search.atom{query}").status_code == 400


@pytest.mark.parametrize(
    ("page", "feed"),
    [("/sv/search?q=turku", "/feed/search.atom?q=turku&lang=sv"),
     ("/en/releases", "/feed.atom?lang=en"), ("/sv/data", "/feed.atom?lang=sv"),
     ("/fi/data?q=ostot", "/feed.atom?q=ostot&lang=fi"), ("/en/cities/853", "/feed/city/853.atom?lang=en"),
     ("/fi/dataset/purchases", "/dataset/purchases/feed.atom?lang=fi"), ("/fi/", "/feed.atom?lang=fi")],
)  # fmt: skip
def test_a_page_names_its_feed(client, page, feed):
    links = [
        one.get("href") for one in read(client.get(page).text).all("link") if one.get("type") == "application/atom+xml"
    ]
    assert links == [f"https://kuusi.example{feed}"]


def addresses(client, path="/sitemap.xml"):
    return ElementTree.fromstring(client.get(path).data)


def test_the_sitemap_holds_pages_that_are_there_with_their_other_languages(client, two):
    found = addresses(client).findall("s:url", MAP)
    assert len(found) == len({one.findtext("s:loc", namespaces=MAP) for one in found})
    kinds = set()
    for one in found:
        loc = one.findtext("s:loc", namespaces=MAP)
        path = loc.removeprefix("https://kuusi.example")
        kind = (path.split("/")[1], "/".join(path.split("/")[2:3]))
        if kind in kinds:
            continue  # one of each kind and language, as there are thousands
        kinds.add(kind)
        answer = client.get(path)
        assert answer.status_code == 200, path
        head = read(answer.text).one("head")
        assert [x.get("href") for x in head.all("link") if x.get("rel") == "canonical"] == [loc]
        named = {x.get("hreflang"): x.get("href") for x in one.findall("x:link", MAP)}
        assert named == {x.get("hreflang"): x.get("href") for x in head.all("link") if x.get("hreflang")}
    fixed = {pattern for pattern, _ in ROUTES if "(" not in pattern}
    assert kinds >= {(language, path) for language in LANGUAGES for path in (*fixed - UNLISTED, "dataset", "origin")}


def test_a_dataset_is_dated_by_its_own_change(client, two):
    dates = {
        one.findtext("s:loc", namespaces=MAP): one.findtext("s:lastmod", namespaces=MAP)
        for one in addresses(client).findall("s:url", MAP)
    }
    for dataset in two.engine.package.datasets:
        assert dates[f"https://kuusi.example/sv/dataset/{dataset.name}"] == dataset.modified.isoformat()
    assert dates["https://kuusi.example/fi/privacy"] is None


def test_a_long_sitemap_is_split_and_loses_no_address(client, monkeypatch):
    whole = [one.text for one in addresses(client).iter(f"{{{MAP['s']}}}loc")]
    monkeypatch.setattr(sitemap, "MOST_URLS", 30)
    parts = [one.text for one in addresses(client).iter(f"{{{MAP['s']}}}loc")]
    assert parts[0] == "https://kuusi.example/sitemap-1.xml"
    found = [
        loc.text
        for part in parts
        for loc in addresses(client, part.removeprefix("https://kuusi.example")).iter(f"{{{MAP['s']}}}loc")
    ]
    assert found == whole
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404


def test_robots_name_the_sitemap(client):
    assert "Sitemap: https://kuusi.example/sitemap.xml" in client.get("/robots.txt").text.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_interface_tells_every_operation(client, language):
    tree = read(client.get(f"/{language}/api").text)
    text = tree.one("main").text
    assert all(f"GET {one.path}" in text for one in operations())
    assert all(code in text for code in ("curl", "urllib.request", "jsonlite"))


def test_the_examples_of_the_page_answer(client):
    for one in operations():
        if one.example:
            assert client.get(one.example).status_code == 200, one.example
