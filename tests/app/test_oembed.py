"""oEmbed: a figure's address becomes the frame that shows it, as oembed.com's specification has it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from xml.etree import ElementTree

import pytest

from dashboard.components.embedding import COLUMN
from dashboard.i18n import LANGUAGES
from dashboard.panels.registry import PANELS
from tests.app.walk import read
from tests.routes import busiest

HOST = "http://localhost"


def ask(client, url, **more):
    return client.get("/oembed?" + urlencode({"url": url, **more}))


def framed(client, found):
    """The page in the frame of an answer."""
    tree = read(found["html"])
    (frame,) = tree.all("iframe")
    assert (frame.get("width"), frame.get("height")) == (str(found["width"]), str(found["height"]))
    answer = client.get(frame.get("src").removeprefix(HOST))
    assert answer.status_code == 200
    return frame.get("src"), read(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PANELS)
def test_every_figure_in_a_frame_has_its_answer(client, site, language, name):
    query = f"?company={busiest(site.engine.package)}" if PANELS[name].of_company else ""
    answer = ask(client, f"{HOST}/{language}/embed/{name}{query}")
    assert (answer.status_code, answer.mimetype) == (200, "application/json"), answer.text
    found = answer.json
    assert (found["type"], found["version"], found["provider_name"]) == ("rich", "1.0", "Kuusi")
    assert found["title"]
    _, tree = framed(client, found)
    assert tree.one("h1").text == found["title"]
    assert tree.one("html").get("lang") == language


@pytest.mark.parametrize("name", PANELS)
def test_every_figure_on_its_page_has_the_same_answer(client, site, name):
    """At the very address that the panel's own link leads to."""
    panel, business_id = PANELS[name], busiest(site.engine.package)
    ctx = site.context("sv", f"company={business_id}&city=853&dataset=purchases&year=2024")
    home = panel.home(ctx)
    framed_at = ask(client, HOST + panel.embedded(ctx)).json
    on_page = ask(client, HOST + home)
    assert on_page.status_code == 200, home
    assert on_page.json == framed_at


def test_filters_and_a_named_release_are_kept(client, site):
    version = site.engine.package.version
    url = f"{HOST}/fi/companies?city=853&year=2024&release={version}#suppliers"
    src, _ = framed(client, ask(client, url).json)
    assert parse_qs(urlsplit(src).query) == {"city": ["853"], "year": ["2024"], "release": [version]}


@pytest.mark.parametrize(("path", "name"), [("", "change"), ("data", "coverage"), ("dataset/purchases", "coverage")])
def test_a_page_of_one_figure_needs_no_fragment(client, path, name):
    src, _ = framed(client, ask(client, f"{HOST}/en/{path}").json)
    assert f"/en/embed/{name}" in src


def test_width_and_height_keep_to_their_bounds(client):
    url = f"{HOST}/en/embed/suppliers"
    plain, narrow = ask(client, url).json, ask(client, url, maxwidth=320).json
    assert (plain["width"], narrow["width"]) == (COLUMN, 320)
    assert narrow["height"] > plain["height"]
    both = ask(client, url, maxwidth=10_000, maxheight=200).json
    assert (both["width"], both["height"]) == (COLUMN, 200)


def test_xml_says_the_same_as_json(client):
    url = f"{HOST}/sv/embed/suppliers?city=853"
    answer = ask(client, url, format="xml")
    assert answer.mimetype == "text/xml"
    root = ElementTree.fromstring(answer.data)
    assert root.tag == "oembed"
    assert {one.tag: one.text for one in root} == {k: str(v) for k, v in ask(client, url).json.items()}


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("url=", 400), ("url=%2Fen%2Fembed%2Fsuppliers", 404),
     ("url=https://elsewhere.example/en/embed/suppliers", 404),
     (f"url={HOST}/en/embed/nothing", 404), (f"url={HOST}/embed/suppliers", 404), (f"url={HOST}/en/companies", 404),
     (f"url={HOST}/en/companies%23nothing", 404), (f"url={HOST}/en/budgets%23suppliers", 404),
     (f"url={HOST}/en/embed/company-years", 404), (f"url={HOST}/en/companies/0000000-0%23company-years", 404),
     (f"url={HOST}/en/cities/999%23city-purchases", 404), (f"url={HOST}/en/dataset/nothing", 404),
     (f"url={HOST}/en/embed/suppliers?release=2020-01-01T0000Z-abcdef", 404), ("url=http://[::1/x", 404),
     ("url=http://localhost:99999999/en/", 404), ("url=javascript:alert(1)", 404), ("url=%00", 404),
     (f"url={HOST}/en/embed/suppliers&format=yaml", 501), (f"url={HOST}/en/embed/suppliers&format=../x", 501),
     (f"url={HOST}/en/embed/suppliers&maxwidth=0", 400), (f"url={HOST}/en/embed/suppliers&maxheight=x", 400)],
)  # fmt: skip
def test_what_has_no_answer_is_refused_as_the_specification_says(client, query, status):
    for language in LANGUAGES:
        answer = client.get(f"/oembed?{query}&lang={language}")
        assert answer.status_code == status, (query, answer.text)
        assert set(answer.json["error"]) == {"code", "status", "message"}
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_answer_is_open_named_and_not_sent_twice(client):
    address = "/oembed?url=" + quote(f"{HOST}/en/embed/suppliers")
    first = client.get(address)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.head(address).data == b""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["embed/suppliers?city=853", "origin/suppliers?year=2024", "data", "dataset/purchases", ""]
)
def test_pages_of_one_figure_tell_where_its_answer_is(client, language, path):
    head = read(client.get(f"/{language}/{path}").text).one("head")
    links = {one.get("type"): one.get("href") for one in head.all("link") if "oembed" in (one.get("type") or "")}
    assert set(links) == {"application/json+oembed", "text/xml+oembed"}
    found = client.get(links["application/json+oembed"].removeprefix(HOST)).json
    src, _ = framed(client, found)
    assert f"/{language}/embed/" in src
    for pair in re.findall(r"(\w+=\w+)", path):
        assert pair in src
    assert client.get(links["text/xml+oembed"].removeprefix(HOST)).mimetype == "text/xml"


def test_a_frame_of_no_figure_and_a_page_of_many_tell_of_none(client):
    for path in ("embed/nothing", "companies", "about"):
        assert "oembed" not in client.get(f"/en/{path}").text
