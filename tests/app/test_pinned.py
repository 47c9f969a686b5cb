"""A view of a release that is named stays what it is, whatever is published after it."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from dashboard.app import create_site
from dashboard.i18n import LANGUAGES, translator
from dashboard.i18n.formats import formats
from dashboard.settings import Settings
from etl.paths import DataPaths
from etl.publish.withdrawn import Withdrawn, write_withdrawn
from tests.app.walk import read
from tests.fixtures.release import write_release

PAGES = ("", "companies", "companies/9000001-1", "cities/853", "data", "dataset/purchases", "origin/suppliers", "about")


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """(the site, the version of the release before the one that it serves)."""
    folder = tmp_path_factory.mktemp("two releases")
    version = write_release(folder, 216).name
    only = create_site(Settings(data_dir=folder)).server.test_client()
    before = {path: only.get(path).data for path in DOWNLOADS}
    write_release(folder, 240)
    return create_site(Settings(data_dir=folder)), version, before


OURS = r"/(fi|sv|en|data|download|picture|dataset|cite)/"
DOWNLOADS = (
    "/download/suppliers.csv?lang=fi&city=853", "/download/change.json?lang=sv", "/data/purchases.csv?lang=en",
    "/picture/suppliers.svg?lang=fi", "/picture/suppliers.png?lang=en", "/download/suppliers.zip?lang=sv&city=853",
    "/download/suppliers.xlsx?lang=fi", "/data/purchases.parquet?city_code=853", "/dataset/purchases.zip?lang=en",
    "/data/companies.jsonl?lang=fi", "/datastore/dump/cities?format=tsv",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_older_release_is_shown_with_the_way_to_the_newest(older, language):
    site, version, _ = older
    tree = read(site.server.test_client().get(f"/{language}/companies?city=853&release={version}").text)
    (note,) = [one for one in tree.all("p") if version in one.text and "note" in (one.get("class") or "")]
    assert translator(language)("Show the newest") in note.text
    assert [one.get("href") for one in note.all("a")] == [f"/{language}/companies?city=853", f"/{language}/releases"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", ["", "Turku sent <b>half</b> a year"])
def test_a_release_that_was_taken_back_says_so_wherever_it_is_shown(tmp_path, language, why):
    paths = DataPaths(tmp_path)
    first, second = (write_release(tmp_path, rows).name for rows in (216, 240))
    taken_back = Withdrawn(version=first, rows="x", to=second, at="2026-11-29T23:30:00Z", by="somebody", why=why)
    write_withdrawn(paths, [taken_back])
    client = create_site(Settings(data_dir=tmp_path)).server.test_client()
    pinned, page, live = (
        client.get(f"/{language}/{path}").text
        for path in (f"budgets?release={first}", f"releases/{first}", f"releases/{second}")
    )
    day = formats(language).date(dt.date(2026, 11, 30))  # Finnish time
    for text in (pinned, page):
        (note,) = [one.text for one in read(text).all("p") if day in one.text and "note" in (one.get("class") or "")]
        assert why in note
        assert "somebody" not in text
        assert "<b>half" not in text
    assert day not in read(live).one("main").text
    rows = read(client.get(f"/{language}/releases").text).all("tr")
    (row,) = [one.text for one in rows if first in one.text and translator(language)("withdrawn") in one.text]
    assert second not in row


def test_programs_are_told_of_a_release_that_was_taken_back(tmp_path):
    paths = DataPaths(tmp_path)
    first, second = (write_release(tmp_path, rows).name for rows in (216, 240))
    client = create_site(Settings(data_dir=tmp_path)).server.test_client()
    addresses = ("data/purchases.csv", "api/v1/tables/purchases/rows", "cite/purchases.bib", "feed.atom")
    before = [client.get(f"/{path}?release={first}") for path in addresses]
    assert [answer.headers["X-Release"] for answer in before] == [first] * len(before)
    assert not any("Deprecation" in answer.headers for answer in before)
    write_withdrawn(paths, [Withdrawn(version=first, rows="x", to=second, at="2026-11-29T23:30:00Z", by="a", why="b")])
    for path in addresses:
        answer = client.get(f"/{path}?release={first}", headers={"Accept-Language": "sv"})
        assert answer.headers["Deprecation"] == "@1795995000"
        (link,) = [one for one in answer.headers.getlist("Link") if 'rel="deprecation"' in one]
        page = client.get(link[1 : link.index(">")], headers={"Accept-Language": "sv"})
        assert page.headers["Location"] == f"/sv/releases/{first}"
        assert {"Deprecation", "Link"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    assert "Deprecation" not in client.get("/api/v1/tables").headers
    told = {one["version"]: one["withdrawn"] for one in client.get("/api/v1/releases").json["releases"]}
    assert told == {first: {"at": "2026-11-29T23:30:00+00:00", "why": "b"}, second: None}


ODD = {"version": "x", "at": "0001-01-01T00:00:00", "why": "\ud800\x00"}


@pytest.mark.parametrize(
    "record",
    ["", "[]", '{"releases": [{}]}', '{"releases": [{"version": "x", "at": 1}]}', json.dumps({"releases": [ODD]})],
)
def test_a_record_of_withdrawn_releases_that_is_damaged_is_passed_over(tmp_path, record):
    version = write_release(tmp_path, 24).name
    DataPaths(tmp_path).withdrawn.write_text(record.replace("x", version), encoding="utf-8")
    client = create_site(Settings(data_dir=tmp_path)).server.test_client()
    for path in (f"en/releases/{version}", "api/v1/releases", "api/v1/tables", "data/purchases.csv"):
        assert client.get(f"/{path}").status_code == 200


def test_the_live_release_named_says_nothing_of_newer_data(older):
    site, _, _ = older
    text = site.server.test_client().get(f"/en/companies?release={site.engine.package.version}").text
    assert "There are newer data" not in text


@pytest.mark.parametrize("path", PAGES)
def test_every_link_and_form_of_the_site_keeps_the_release(older, path):
    site, version, _ = older
    main = read(site.server.test_client().get(f"/en/{path}?release={version}").text)
    hrefs = [one.get("href") or "" for one in main.all("a")]
    ours = [one for one in hrefs if re.match(OURS, one) and "releases" not in one and "/feed.atom" not in one]
    newest = [one for one in ours if f"release={version}" not in one]
    assert ours
    assert len(newest) == 1  # the way to the newest; the list of releases is not counted
    for form in main.all("form"):
        assert [one.get("value") for one in form.all("input") if one.get("name") == "release"] == [version]


def test_its_files_are_the_same_bytes_as_when_it_was_live(older):
    site, version, before = older
    client = site.server.test_client()
    for path, was in before.items():
        assert client.get(f"{path}&release={version}").data == was, path
        assert client.get(path).status_code == 200


def test_its_numbers_are_its_own(older):
    site, version, _ = older
    client = site.server.test_client()
    then, now = (client.get(f"/download/kinds.json{query}").json for query in (f"?release={version}", ""))
    assert then != now


def test_programs_stay_in_the_release_that_they_asked_for(older):
    site, version, _ = older
    client, live = site.server.test_client(), site.engine.package.version
    search = client.get(f"/api/3/action/datastore_search?resource_id=purchases&limit=2&release={version}").json[
        "result"
    ]
    assert f"release={version}" in search["_links"]["next"]
    for path in ("tables", "tables/purchases", "releases", "indicators", ""):
        links = re.findall(r'"href": ?"([^"]+)"', client.get(f"/api/v1/{path}?release={version}").text)
        assert [one for one in links if f"release={version}" not in one] == [], path
    current = {
        one["version"]: one["is_current"] for one in client.get(f"/api/v1/releases?release={version}").json["releases"]
    }
    assert current == {version: False, live: True}
    page = client.get(f"/en/dataset/purchases?release={version}").text
    assert "mlcommons.org/croissant" not in page  # of these very bytes tells /dataset/purchases/croissant.json
    cited = client.get(f"/cite/suppliers.txt?city=853&release={version}&lang=en").text
    assert cited.count(f"release={version}") == 1
    catalogue = client.get(f"/catalog?release={version}", headers={"Accept": "text/html"})
    assert f"release={version}" in catalogue.location
    sql = client.post("/api/3/action/datastore_search_sql", query_string={"sql": "select 1", "release": version})
    assert (sql.status_code, "release" in sql.json["error"]) == (409, True)


@pytest.mark.parametrize("address", ["/feed.atom", "/dataset/purchases/feed.atom", "/feed/city/853.atom",
                                     "/feed/search.atom?q=oy", "/en/indicators.atom"])  # fmt: skip
def test_a_feed_of_a_release_that_is_gone_is_none(older, address):
    site, _, _ = older
    mark = "&" if "?" in address else "?"
    answer = site.server.test_client().get(f"{address}{mark}release=2020-01-01T0000Z-abcdef")
    assert answer.status_code == 404
    assert "<entry" not in answer.text


def test_an_older_release_is_no_page_for_search_engines(older):
    site, version, _ = older
    text = site.server.test_client().get(f"/en/companies?release={version}").text
    assert 'name="robots" content="noindex' in text
    assert f'release={version}"' not in text.partition("</head>")[0]


@pytest.mark.parametrize("asked", ["2020-01-01T0000Z-abcdef", "../../etc", "%2e%2e", "x" * 300, "current.json", "<b>"])
def test_a_release_that_is_not_there_is_told_and_never_looked_for_elsewhere(older, asked):
    site, _, _ = older
    client = site.server.test_client()
    for path in ("companies", "embed/suppliers"):  # the figures of another release are no answer
        page = client.get(f"/en/{path}", query_string={"release": asked})
        assert page.status_code == 404
        assert "The address names the release" in page.text
        assert "<svg" not in page.text
    assert client.get("/download/change.csv", query_string={"release": asked}).status_code == 404


def test_a_figure_offers_its_permanent_link_and_frame(older):
    site, version, _ = older
    text = site.server.test_client().get("/en/companies?city=853").text
    live = site.engine.package.version
    assert f"/en/companies?city=853&amp;release={live}#suppliers" in text
    assert f"/en/embed/suppliers?city=853&amp;amp;release={live}" in text
    assert version not in text


def test_a_damaged_older_release_is_as_one_that_is_not_there(tmp_path):
    version = write_release(tmp_path, 216)
    write_release(tmp_path, 240)
    (version / "purchases.parquet").unlink()
    client = create_site(Settings(data_dir=tmp_path)).server.test_client()
    assert "The address names the release" in client.get(f"/en/companies?release={version.name}").text


def test_sql_says_that_it_is_of_the_newest_release(older):
    site, version, _ = older
    text = site.server.test_client().get(f"/en/sql?release={version}").text
    assert "for ever" not in text
    assert "SQL is answered from the newest release" in text


def test_a_file_of_an_older_release_names_its_metadata_and_itself(older):
    site, version, _ = older
    client = site.server.test_client()
    for path in ("/data/purchases.csv", "/dataset/purchases.csv"):
        for query in ("", f"?release={version}"):
            link = client.get(path + query).headers["Link"].split(">")[0].strip("<").removeprefix("http://localhost")
            assert link == f"{path}-metadata.json{query}"
            assert client.get(link).json["url"].removeprefix("http://localhost") == path + query
    assert "csv-metadata" not in client.get("/data/purchases.csv?city_code=091").headers["Link"]
