"""CKAN's feed of datasets, and an older release behind the API."""

import json
from xml.etree import ElementTree as ET

import pytest

from dashboard.app import create_site
from dashboard.settings import Settings
from tests.app.ckan_server import asker
from tests.app.small import small_facts
from tests.data.handmade import write_facts

ATOM = "{http://www.w3.org/2005/Atom}"
SINCE_1_5 = ("keywords_by_language", "themes", "frequency", "temporal", "issued", "modified")


@pytest.fixture(scope="module")
def client(real):
    return real.server.test_client()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_feed_holds_every_dataset(client, real, language):
    root = ET.fromstring(client.get(f"/feeds/dataset.atom?lang={language}").data)
    package = real.engine.package
    titles = [one.findtext(f"{ATOM}title") for one in root.iter(f"{ATOM}entry")]
    assert sorted(titles) == sorted(dataset.title[language] for dataset in package.datasets)
    ids = [one.text for one in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    links = {one.get("rel"): one.get("href") for one in root.findall(f"{ATOM}link")}
    assert links["self"] == f"https://kuusi.example/feeds/dataset.atom?lang={language}"


def test_the_feed_of_a_search_holds_what_it_finds(client):
    root = ET.fromstring(client.get("/feeds/dataset.atom?q=ostot").data)
    assert len(root.findall(f"{ATOM}entry")) == 1
    assert ET.fromstring(client.get("/feeds/dataset.atom?page=9").data).findall(f"{ATOM}entry") == []


def test_a_feed_that_did_not_change_is_not_sent_again(client):
    first = client.get("/feeds/dataset.atom")
    assert first.mimetype == "application/atom+xml"
    again = client.get("/feeds/dataset.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("query", ["page=x", "page=-1", "q=name:"])
def test_a_feed_that_cannot_be_made_says_why(client, query):
    answer = client.get(f"/feeds/dataset.atom?{query}")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "invalid_query")


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """A site over a release of contract 1.4, which tells less of its datasets."""
    folder = tmp_path_factory.mktemp("older")
    path = write_facts(folder, small_facts()) / "datapackage.json"
    raw = json.loads(path.read_text("utf-8"))
    for dataset in raw["x-datasets"]:
        for name in SINCE_1_5:
            dataset.pop(name, None)
    path.write_text(json.dumps({**raw, "x-contract": "1.4"}), encoding="utf-8")
    return create_site(Settings(data_dir=folder, contact="data@kuusi.example"))


def test_an_older_release_is_told_as_far_as_it_tells(older):
    ask = asker(older.server.test_client())
    shown = ask("package_show", id="purchases")
    assert (shown["keywords"], shown["date_released"], shown["update_frequency"], shown["groups"]) == ({}, "", {}, [])
    assert "temporal_coverage_from" not in shown["resources"][0]
    assert shown["maintainer_email"] == "data@kuusi.example"
    assert ask("package_search", q="ostot", sort="metadata_modified desc")["count"] == 1
    assert ask("group_list") == []
    assert older.server.test_client().get("/feeds/dataset.atom").status_code == 200
