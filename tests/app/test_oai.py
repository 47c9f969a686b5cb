"""Harvesting by OAI-PMH: the six verbs, lists in parts, and each error of the protocol."""

from __future__ import annotations

import json
import shutil

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from rdflib import RDF

from dashboard.app import create_site
from dashboard.catalogue.oai import OAI, PER_PAGE
from dashboard.catalogue.rdf import DCAT
from dashboard.settings import Settings
from tests.app.small import small_facts
from tests.data.handmade import write_facts

NS = {"o": OAI, "dc": "http://purl.org/dc/elements/1.1/"}
BASE = "https://kuusi.example"


@pytest.fixture(scope="module")
def ask(real):
    client = real.server.test_client()

    def get(method="get", **arguments):
        asked = {name.rstrip("_"): value for name, value in arguments.items()}
        answer = client.get("/oai", query_string=asked) if method == "get" else client.post("/oai", data=asked)
        assert answer.status_code == 200
        assert answer.mimetype == "text/xml"
        return etree.fromstring(answer.data)

    return get


def texts(root, path):
    return [one.text for one in root.iterfind(f".//{path}", NS)]


def codes(root):
    return [one.get("code") for one in root.iterfind("o:error", NS)]


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_says_who_it_is(ask, method):
    root = ask(method, verb="Identify")
    assert texts(root, "o:baseURL") == [f"{BASE}/oai"]
    assert texts(root, "o:protocolVersion") == ["2.0"]
    assert texts(root, "o:earliestDatestamp") == ["2026-11-24T06:03:00Z"]
    assert root.find("o:request", NS).attrib == {"verb": "Identify"}


@pytest.mark.parametrize("prefix", ["oai_dc", "dcat_ap"])
def test_every_dataset_comes_once_however_many_parts_the_list_has(ask, real, prefix):
    names, root = [], ask(verb="ListRecords", metadataPrefix=prefix)
    while True:
        found = [one.rpartition(":")[2] for one in texts(root, "o:record/o:header/o:identifier")]
        assert len(found) <= PER_PAGE
        names += found
        token = root.find(".//o:resumptionToken", NS)
        assert token.get("completeListSize") == str(len(real.engine.package.datasets))
        if not token.text:
            break
        root = ask(verb="ListRecords", resumptionToken=token.text)
    assert sorted(names) == sorted(one.name for one in real.engine.package.datasets)


def test_a_record_is_the_datasets_own_graph_in_the_older_profile(ask, real):
    root = ask(verb="GetRecord", metadataPrefix="dcat_ap", identifier="oai:kuusi.example:purchases")
    (metadata,) = root.iterfind(".//o:metadata", NS)
    graph = rdflib.Graph().parse(data=etree.tostring(metadata[0]), format="xml")
    assert [str(one) for one in graph.subjects(RDF.type, DCAT.Dataset)] == [f"{BASE}/dataset/purchases"]
    sizes = {one.datatype.rpartition("#")[2] for one in graph.objects(None, DCAT.byteSize)}
    assert sizes == {"decimal"}


def test_a_record_in_dublin_core_has_its_titles_and_licence(ask, real):
    root = ask(verb="GetRecord", metadataPrefix="oai_dc", identifier="oai:kuusi.example:purchases")
    dataset = real.engine.package.dataset("purchases")
    assert texts(root, "dc:title") == [dataset.title[language] for language in ("fi", "sv", "en")]
    assert texts(root, "dc:rights") == [dataset.licence.url]
    assert texts(root, "dc:identifier") == [f"{BASE}/dataset/purchases"]


def test_a_set_holds_the_datasets_of_its_theme(ask, real):
    themes = {code for one in real.engine.package.datasets for code in one.themes}
    assert set(texts(ask(verb="ListSets"), "o:setSpec")) == themes
    found = texts(ask(verb="ListIdentifiers", metadataPrefix="oai_dc", set="SOCI"), "o:identifier")
    mine = {one.name for one in real.engine.package.datasets if "SOCI" in one.themes}
    assert {one.rpartition(":")[2] for one in found} == mine != set()


@pytest.mark.parametrize(
    ("since", "until", "is_there"),
    [
        ("2026-11-24", "2026-11-24", True),
        ("2026-11-24T06:03:00Z", "2026-11-24T06:03:00Z", True),
        ("2026-11-24T06:03:01Z", None, False),
        (None, "2026-11-24T06:02:59Z", False),
        ("2026-11-25", None, False),
        (None, "2026-11-23", False),
        ("0001-01-01", "9999-12-31", True),
    ],
)
def test_both_ends_of_the_asked_time_count(ask, since, until, is_there):
    dates = {name: value for name, value in (("from_", since), ("until", until)) if value}
    root = ask(verb="ListIdentifiers", metadataPrefix="oai_dc", **dates)
    assert codes(root) == ([] if is_there else ["noRecordsMatch"])
    assert bool(texts(root, "o:identifier")) == is_there


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Nothing"}, "badVerb"),
        ({"verb": ["Identify", "Identify"]}, "badVerb"),
        ({"verb": "Identify", "more": "1"}, "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": ["oai_dc", "oai_dc"]}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": "x"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-13-01"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "20261124"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-11-25", "until": "2026-11-24"},
         "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-11-24", "until": "2026-11-25T00:00:00Z"},
         "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "a\x00b"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "GetRecord", "metadataPrefix": "marc", "identifier": "oai:kuusi.example:cities"},
         "cannotDisseminateFormat"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:kuusi.example:none"}, "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": "<none>"}, "idDoesNotExist"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "none"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "resumptionToken": "none"}, "badResumptionToken"),
        ({"verb": "ListSets", "resumptionToken": "none"}, "badResumptionToken"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_told_by_the_protocols_own_error(ask, asked, code):
    for method in ("get", "post"):
        assert codes(ask(method, **asked)) == [code]


def test_a_token_of_another_release_begins_the_list_again(ask, client):
    other = etree.fromstring(client.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").data)
    token = other.find(".//o:resumptionToken", NS).text
    assert token
    assert codes(ask(verb="ListIdentifiers", resumptionToken=token)) == ["badResumptionToken"]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["verb", "from_", "until", "set", "resumptionToken", "identifier",
                                        "metadataPrefix", "x"]), st.text(max_size=30), max_size=5))  # fmt: skip
def test_whatever_is_asked_is_answered_in_the_protocol(ask, asked):
    root = ask("post", **asked)
    assert root.tag == f"{{{OAI}}}OAI-PMH"
    assert codes(root)


def test_a_dataset_that_is_gone_is_listed_as_deleted(tmp_path):
    release = write_facts(tmp_path, small_facts())
    older = release.with_name("2026-11-20T0603Z-000000")
    shutil.copytree(release, older)
    path = older / "datapackage.json"
    raw = json.loads(path.read_text("utf-8"))
    raw |= {"x-version": older.name, "created": "2026-11-20T06:03:00Z"}
    raw["resources"][0]["x-dataset"] = "forgotten"
    path.write_text(json.dumps(raw), "utf-8")
    client = create_site(Settings(data_dir=tmp_path, base_url=BASE)).server.test_client()
    asked = "/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:kuusi.example:forgotten"
    root = etree.fromstring(client.get(asked).data)
    header = root.find(".//o:header", NS)
    assert header.get("status") == "deleted"
    assert texts(root, "o:datestamp") == ["2026-11-24T06:03:00Z"]
    assert root.find(".//o:metadata", NS) is None
