"""A page speaks one language throughout, links to its sisters in the others, and reaches for nothing elsewhere."""

import itertools
import re
from functools import cache
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

from dashboard.i18n import LANGUAGES
from dashboard.i18n.catalogue import load_catalogue
from tests.app.walk import read
from tests.data.handmade import FIRST, HELSINKI, TURKU

PATHS = (
    "", "companies", f"companies?city={TURKU}&year=2024&group=43", "companies?q=oy", f"companies/{FIRST[0]}",
    f"companies/{FIRST[0]}?city={HELSINKI}&year=2023", "data", "dataset/purchases", "dataset/companies", "status",
    "search", "search?q=alfa", "search?q=zzzz", "releases", "method", "glossary", "accessibility", "privacy", "about",
)  # fmt: skip
MISSING = ("nothing", "dataset/nothing", "companies/0000000-0")
ADDRESSES = [f"/{language}/{path}" for language, path in itertools.product(LANGUAGES, PATHS)]
PUBLIC = "https://kuusi.example"
DESCRIPTIONS = (".ttl", ".rdf", ".jsonld", ".nt", "datapackage.json", "csv-metadata.json")


@pytest.fixture(scope="module")
def get(real):
    """Pages of a release that is no sample, as the public address serves them."""
    client = real.server.test_client()

    @cache
    def fetch(address):
        return read(client.get(address, follow_redirects=True).text)

    return fetch


def language_of(address):
    return address.split("/")[1]


def head_links(tree, rel):
    return {
        one.get("hreflang"): one.get("href") for one in tree.one("head").all("link") if rel in (one.get("rel") or "")
    }


def sisters(tree):
    """The page in the languages: what is alternate besides, such as a feed, names no language."""
    return {language: address for language, address in head_links(tree, "alternate").items() if language}


def sentences(tree):
    """The text of each element that holds text by itself, the names of charts included."""
    for one in tree.one("body"):
        own = "".join(child for child in one.children if isinstance(child, str)).strip()
        if own and one.name not in ("script", "template", "text", "tspan"):
            yield own
        for name in ("aria-label", "title", "placeholder", "data-copied-label"):
            if one.get(name):
                yield one.get(name)


def untranslated(language):
    """English texts of the catalogue that are words of their own: with no place, not the same in the language."""
    messages = [one for one in load_catalogue(language) if one.id and "{" not in one.id and one.id != one.string]
    return {one.id for one in messages} - {one.string for one in messages}


@pytest.mark.parametrize("address", [one for one in ADDRESSES if language_of(one) != "en"])
def test_no_english_text_of_the_site_is_left_on_a_page_in_another_language(get, address):
    tree = get(address)
    found = {*sentences(tree), tree.one("head").one("title").text.partition(" – ")[0]}
    assert found & untranslated(language_of(address)) == set()


@pytest.mark.parametrize("address", [*ADDRESSES, *(f"/{one}/{path}" for one in LANGUAGES for path in MISSING)])
def test_a_page_says_its_language_and_no_place_for_a_value_is_left(get, address):
    tree = get(address)
    assert tree.one("html").get("lang") == language_of(address)
    for text in sentences(tree):
        assert not re.search(r"\{\w*\}", text)
        assert not re.search(r"\b(?:None|NaN|nan|<NA>|Decimal|Timestamp)\b", text)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_part_in_another_language_says_which(get, address):
    """The links to the other languages are written in those."""
    links = {one.get("hreflang"): one for one in get(address).all("a") if one.get("hreflang")}
    assert set(links) == set(LANGUAGES)
    assert all(one.get("lang") == language for language, one in links.items())
    assert [language for language, one in links.items() if one.get("aria-current")] == [language_of(address)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_head_names_the_page_and_its_sisters_by_their_public_addresses(get, address):
    tree, rest = get(address), address.split("/", 2)[2]
    alternates = sisters(tree)
    assert head_links(tree, "canonical") == {None: PUBLIC + address}
    assert alternates == {language: f"{PUBLIC}/{language}/{rest}" for language in LANGUAGES} | {
        "x-default": f"{PUBLIC}/fi/{rest}"
    }


@pytest.mark.parametrize("path", PATHS)
def test_each_sister_names_all_the_others(get, path):
    """A search engine believes links between languages only when they lead both ways."""
    seen = [sisters(get(f"/{language}/{path}")) for language in LANGUAGES]
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", MISSING)
def test_a_page_that_is_not_there_has_no_address_for_search_engines(get, language, path):
    tree = get(f"/{language}/{path}")
    assert head_links(tree, "canonical") == {}
    assert head_links(tree, "alternate") == {}


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        (f"/fi/companies?year=2024&city={TURKU}", f"/fi/companies?city={TURKU}&year=2024"),
        ("/fi/companies?utm_source=x&q=", "/fi/companies"),
        ("/fi/companies?city=999", "/fi/companies"),
        ("/fi/companies?page=1", "/fi/companies"),
        (f"/fi/companies?city={TURKU},{TURKU}", f"/fi/companies?city={TURKU}"),
        ("/fi/companies?q=++Oy++Ab+", "/fi/companies?q=Oy+Ab"),
        ("/companies", "/fi/companies"),
        ("/sv", "/sv/"),
        ("/en/data/", "/en/data"),
    ],
)
def test_many_addresses_of_one_view_have_one_canonical(get, asked, canonical):
    assert head_links(get(asked), "canonical") == {None: PUBLIC + canonical}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_language_link_keeps_page_and_filters(get, address):
    for one in get(address).all("a"):
        if one.get("hreflang"):
            mine, other = urlsplit(address), urlsplit(one.get("href"))
            assert other.path.split("/", 2)[2] == mine.path.split("/", 2)[2]
            assert parse_qs(other.query) == parse_qs(mine.query)


@pytest.mark.parametrize("address", ADDRESSES)
def test_links_stay_in_the_readers_language(get, address):
    language = language_of(address)
    for one in get(address).all("a", "form"):
        target = urlsplit(one.get("href") or one.get("action"))
        if one.get("hreflang") or target.netloc or not target.path or target.path == "/datapackage.json":
            continue
        if target.path.endswith(DESCRIPTIONS) or target.path == "/oai":
            continue  # for programs, in all languages at once
        if target.path.split("/")[1] in ("download", "picture", "data", "cite", "dataset", "feed.atom", "feed"):
            assert parse_qs(target.query)["lang"] == [language]
        else:
            assert target.path.split("/")[1] == language


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_fetches_nothing_from_another_host(get, address):
    tree = get(address)
    for one in tree:
        for name in ("src", "srcset", "poster", "data", "action"):
            assert not urlsplit(one.get(name) or "").netloc
        if one.name == "link" and one.get("rel") not in ("canonical", "alternate"):
            assert not urlsplit(one.get("href")).netloc
        assert "url(" not in (one.get("style") or "")
        assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", one.text if one.name == "style" else "")


def test_what_the_style_sheets_and_the_script_fetch_is_on_this_site(real):
    """Every address in an asset leads to another asset that is there."""
    client = real.server.test_client()
    tree = read(client.get("/fi/").text)
    assets = {
        one.get("href") or one.get("src") for one in tree if "/static/" in (one.get("href") or one.get("src") or "")
    }
    assert any(".js" in one for one in assets)
    for address in ("/fi/", *assets):
        answer = client.get(address)
        assert answer.status_code == 200
        for found in re.findall(r"url\(\s*['\"]?([^'\")]+)", answer.text):
            if not found.startswith(("data:", "#")):
                assert client.get(urljoin(address, found)).status_code == 200
        if "dash-renderer" in address:
            continue  # Dash's own, which the browser's tests watch
        assert not re.search(r"""(?:@import|fetch\(|import\()\s*['"(]*https?:""", answer.text)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_real_release_is_nowhere_called_a_sample(get, real, address):
    if address.endswith("/glossary"):
        pytest.skip("the glossary says what the words mean")
    tree = get(address)
    word = real.context(language_of(address), "").t("sample data").lower()
    assert tree.with_class("sample-banner") == []
    assert tree.with_class("badge--sample") == []
    assert word not in tree.one("body").text.lower()
    assert word not in tree.one("head").one("title").text.lower()


@pytest.mark.parametrize("address", [*ADDRESSES, *(f"/{one}/{path}" for one in LANGUAGES for path in MISSING)])
def test_a_sample_release_says_so_on_every_page_before_its_content(small, address):
    tree = read(small.server.test_client().get(address).text)
    (banner,) = tree.with_class("sample-banner")
    word = small.context(language_of(address), "").t("sample data")
    assert banner.text
    assert banner.inside("header")
    assert word in tree.one("head").one("title").text
