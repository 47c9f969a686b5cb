"""Nothing that a request says becomes markup, a header, a way to another site, or a page for somebody else."""

from __future__ import annotations

import json
from urllib.parse import quote, unquote_to_bytes, urlsplit

import pytest

from dashboard.app import create_site
from dashboard.i18n import LANGUAGES
from dashboard.settings import Settings
from dashboard.state import BETWEEN, NAMES
from tests.app.small import small_facts
from tests.data.handmade import write_facts
from tests.safe.hostile import BIDI, MARK, MARKUP, NASTY, OPEN
from tests.safe.markup import check_address, check_page, check_xml

EVIL = "evil.example"
SPLIT = "x\r\nSet-Cookie: a=1\r\n\r\n<script>alert(1)</script>"
PAYLOADS = (
    NASTY, f'"><{MARK}>', "javascript:alert(1)", SPLIT, f"a{OPEN}b", "\x00<script>", "' onmouseover='a()", "{{7*7}}",
    f"//{EVIL}/", "x" * 3000, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
)  # fmt: skip
PAGES = {
    "q": ("search", "companies", "data"), "sql": ("sql",), "from": ("dataset/purchases/diff",),
    "to": ("dataset/purchases/diff",),
    "table": ("dataset/purchases/diff",), "indicator": ("compare", "indicators"), "dataset": ("data",),
    "origin": ("data",),
    "data": ("data",), "department": ("budgets",), "direction": ("budgets",), "internal": ("budgets",),
    "per": ("budgets",),
    "prices": ("budgets",), "service": ("services",), "company": ("embed/company-years",),
}  # fmt: skip
"""Where a parameter is obeyed; the others are tried on a page that obeys none."""
ENDPOINTS = (
    "/download/suppliers.csv", "/data/cities.csv", "/picture/suppliers.svg", "/oembed", "/oai", "/feed.atom",
    "/openapi.json",
    "/feed/search.atom", "/catalog", "/catalog.ttl", "/dataset/purchases", "/dataset/purchases/diff", "/sitemap.xml",
    "/api/v1/companies", "/api/v1/tables/purchases/rows", "/api/3/action/package_search", "/feeds/dataset.atom",
    "/datastore/dump/cities", "/cite/purchases.txt", "/cite/purchases.bib", "/cite/purchases.ris", "/api/v1/sql",
    "/fi/indicators.atom", "/robots.txt", "/datapackage.json", "/dataset/cities/row/091.ttl",
)  # fmt: skip
ASKED = (
    "verb", "metadataPrefix", "identifier", "resumptionToken", "from", "q", "lang", "release", "variant", "url",
    "format",
    "city_code", "sort", "cursor", "limit", "callback", "fq", "page", "company", "sql", "x", f"<{MARK}>", "a\r\nb",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reflected")
    write_facts(folder, small_facts())
    return create_site(Settings(data_dir=folder)).server.test_client()


def check(answer):
    """Whatever it is, it is harmless in the form that it says it has."""
    assert answer.status_code < 500, answer.request.url
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    for name, value in answer.headers:
        assert not {"\r", "\n", "\x00"} & {*name, *value}, name
        value.encode("latin-1")
    if "Location" in answer.headers:
        check_location(answer.headers["Location"])
    if not answer.data:
        return
    if answer.mimetype == "text/html":
        check_page(answer.text)
    elif answer.mimetype.endswith("xml"):
        check_xml(answer.data)
    elif answer.mimetype.endswith("json"):
        json.loads(answer.data)
    elif answer.mimetype == "text/javascript":
        assert b"alert(1)" not in answer.data


def check_location(location):
    """It stays on this site, also as browsers read it, which take a backslash for a slash."""
    read = location.replace("\\", "/").strip("\t\r\n ")
    assert not read.startswith("//"), location
    check_address(read)
    parts = urlsplit(read)
    assert parts.netloc in ("", "localhost"), location
    assert MARK not in location or "%" in location


@pytest.mark.parametrize("name", sorted({*NAMES, *BETWEEN, f"<{MARK}>", "a\r\nb", BIDI}))
def test_no_parameter_of_a_page_becomes_anything_else(client, name):
    for number, page in enumerate(PAGES.get(name, ("cities",))):
        for value in (NASTY, SPLIT, PAYLOADS[len(name) % len(PAYLOADS)]):
            language = LANGUAGES[(number + len(name)) % 3]
            answer = client.get(f"/{language}/{page}", query_string={name: value})
            check(answer)
            assert f"<{MARK}" not in answer.text


def test_many_parameters_at_once_are_harmless_in_every_language(client):
    for language in LANGUAGES:
        for value in PAYLOADS[:4]:
            check(client.get(f"/{language}/companies", query_string=dict.fromkeys(sorted(NAMES - {"sql"}), value)))


@pytest.mark.parametrize("path", ENDPOINTS)
def test_no_parameter_of_what_programs_read_becomes_anything_else(client, path):
    for number, name in enumerate(ASKED):
        accept, value = ("*/*", PAYLOADS[number % len(PAYLOADS)]) if number % 4 else ("text/html", MARKUP)
        check(client.get(path, query_string={name: value}, headers={"Accept": accept}))


@pytest.mark.parametrize(
    "path",
    ["/{}", "/fi/{}", "/fi/companies/{}", "/fi/cities/{}", "/fi/dataset/{}", "/fi/dataset/purchases/row/{}",
     "/{}/companies",
     "/fi/origin/{}", "/fi/embed/{}", "/fi/releases/{}", "/data/{}.csv", "/download/{}.json", "/picture/{}.svg",
     "/cite/{}.bib",
     "/api/v1/{}", "/api/v1/companies/{}", "/api/3/action/{}", "/dataset/{}", "/dataset/{}.ttl", "/feed/city/{}.atom",
     "/oembed/{}", "/preview/x/fi/{}.png", "/static/{}", "/assets/{}", "/_dash-{}"],
)  # fmt: skip
def test_no_part_of_a_path_becomes_anything_else(client, path):
    for number, value in enumerate(PAYLOADS):
        accept = "text/html" if number % 3 == 0 else "application/json"
        check(client.get(path.format(quote(value, safe="")), headers={"Accept": accept}))


@pytest.mark.parametrize(
    "name",
    ["User-Agent", "Referer", "Accept", "Accept-Language", "Accept-Encoding", "Cookie", "Origin", "X-Forwarded-Host",
     "X-Forwarded-Proto", "X-Forwarded-For", "X-Forwarded-Prefix", "X-Original-URL", "X-Rewrite-URL", "Forwarded",
     "X-Request-Id", "If-None-Match", "If-Modified-Since", "Range", "Authorization", "X-Script-Name"],
)  # fmt: skip
def test_no_header_becomes_anything_else(client, name):
    """What HTTP lets through of the payloads: nothing beyond Latin-1, and no line end."""
    plain = {path: client.get(path) for path in ("/fi/companies?q=x", "/sitemap.xml", "/oai?verb=Identify")}
    values = (f"{EVIL}/\"'><{MARK}><script>alert(1)</script>", f"http://{EVIL}", f"{EVIL}\t<b>", "en;q=9,<script>")
    for path, before in plain.items():
        for value in values:
            answer = client.get(path, headers={name: value})
            check(answer)
            assert EVIL not in answer.text, (path, name)
            if answer.status_code == 200 and name not in ("Accept-Language", "Accept-Encoding") and "oai" not in path:
                assert answer.text == before.text, (path, name)


HOSTS = (EVIL, f"{EVIL}:80", f"localhost@{EVIL}", "localhost.evil.example", "127.0.0.1:1")


@pytest.mark.parametrize(
    "path",
    ["/fi/companies", "/fi/", "/sitemap.xml", "/robots.txt", "/dataset/cities.ttl", "/feed.atom",
                                  "/datapackage.json", "/openapi.json", "/oai?verb=Identify", "/data/purchases.xlsx",
                                  "/dataset/purchases.zip", "/api/v1/", "/api/3/action/status_show",
                                  "/cite/purchases.txt"],
)  # fmt: skip
def test_no_host_gets_into_an_answer_for_another(client, path):
    """Where no public address is set, answers hold the host that was asked: kept ones must not be another's."""
    for host in HOSTS:
        client.get(path, headers={"Host": host}).get_data()
    answer = client.get(path)
    assert answer.status_code == 200
    assert EVIL.encode() not in answer.data
    assert EVIL not in str(answer.headers)


@pytest.mark.parametrize(
    "host", [f'"><{MARK}>', "a b", "a\\b", "<script>", "évil", "a/b", "a?b", "a#b", "[::1", "", "a" * 300]
)
def test_no_odd_host_becomes_anything_else(client, host):
    for path in ("/fi/companies", "/sitemap.xml", "/dataset/cities.rdf", "/feed.atom", "/oai?verb=Identify", "/fi"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code < 500, (path, answer.status_code)
        if answer.mimetype == "text/html":
            check_page(answer.text)
        elif answer.mimetype.endswith("xml"):
            check_xml(answer.data)
        assert f"<{MARK}" not in answer.get_data(as_text=True)


def test_a_site_with_a_public_address_names_no_other_host(tmp_path):
    write_facts(tmp_path, small_facts())
    client = create_site(Settings(data_dir=tmp_path, base_url="https://kuusi.example")).server.test_client()
    for path in (
        "/fi/companies",
        "/sitemap.xml",
        "/catalog.ttl",
        "/feed.atom",
        "/openapi.json",
        "/robots.txt",
        "/api/v1/",
    ):
        answer = client.get(path, headers={"Host": EVIL, "X-Forwarded-Host": EVIL, "Forwarded": f"host={EVIL}"})
        assert answer.status_code == 200
        assert EVIL not in answer.text, path


REDIRECTS = (
    f"//{EVIL}/", f"/{EVIL}", f"///{EVIL}", f"/\\{EVIL}", f"/\\/{EVIL}", f"\\\\{EVIL}", f"/fi//{EVIL}",
    f"/fi//{EVIL}/",
    f"/fi/\\{EVIL}/", f"//{EVIL}/%2e%2e", f"/%2f{EVIL}", f"/%5c{EVIL}", f"/%2f%2f{EVIL}", f"/fi/%2f{EVIL}/",
    f"//{EVIL}/companies/",
    f"/companies//{EVIL}", "/companies/", "/fi/companies/", "/companies//", f"/{EVIL}//companies", f"/.{EVIL}",
    f"/@{EVIL}",
    f"/%09/{EVIL}", f"/%0d%0aLocation:%20//{EVIL}", f"/fi/companies%0d%0aLocation:%20//{EVIL}/", f"/;@{EVIL}",
    f"//{EVIL}%2f..",
    f"/dataset//{EVIL}", f"/dataset/%2f%2f{EVIL}", f"/dataset/purchases//{EVIL}", f"/https://{EVIL}/", f"/api//{EVIL}",
    "/api/3", "/api/v1", f"/dataset/purchases/row/%2f%2f{EVIL}", f"//{EVIL}/fi/companies/", f"/sv/%5c%5c{EVIL}/",
)  # fmt: skip


@pytest.mark.parametrize("path", REDIRECTS)
def test_no_path_leads_to_another_site(client, path):
    for query in ("", f"lang=//{EVIL}", f"next=//{EVIL}&url=//{EVIL}&redirect=//{EVIL}&lang=sv%0d%0aX:1"):
        environ = {"PATH_INFO": _decoded(path), "QUERY_STRING": query, "RAW_URI": path}
        check(client.get("/", environ_overrides=environ, headers={"Accept": "text/html"}))


@pytest.mark.parametrize(
    "value", [f"//{EVIL}", f"\\\\{EVIL}", f"fi/../../{EVIL}", "sv\r\nX-Injected: 1", f"https://{EVIL}", "xx"]
)
def test_no_language_leads_to_another_site(client, value):
    for path in ("/", "/companies", "/dataset/purchases", "/dataset/purchases/diff", "/dataset/cities/row/091"):
        answer = client.get(path, query_string={"lang": value}, headers={"Accept": "text/html"})
        check(answer)
        assert "X-Injected" not in answer.headers
        if "Location" in answer.headers:
            assert answer.headers["Location"].startswith(("/fi/", "/sv/", "/en/"))


def _decoded(path):
    """A path as a server hands it on: decoded, as Latin-1."""
    return unquote_to_bytes(path).decode("latin-1")
