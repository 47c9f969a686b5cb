"""The catalogue's addresses: what is answered in which form, to whom, and what is said of a wrong request."""

from __future__ import annotations

import json
import shutil

import pytest
import rdflib
from frictionless import Package
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import DCTERMS, RDF, BNode, Literal, URIRef

from dashboard.app import create_site
from dashboard.catalogue.rdf import DCAT, HYDRA, MEDIA_TYPES
from dashboard.i18n import translator
from dashboard.settings import Settings
from tests.app.small import small_facts
from tests.app.walk import read
from tests.data.handmade import write_facts

BASE = "https://kuusi.example"
FORMS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nt": "nt"}


@pytest.fixture(scope="module")
def ask(real):
    client = real.server.test_client()

    def get(path, **headers):
        return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return get


def graph_of(answer, kind="ttl"):
    assert answer.status_code == 200, answer.text
    return rdflib.Graph().parse(data=answer.data, format=FORMS[kind])


def datasets_of(graph):
    return set(graph.subjects(RDF.type, DCAT.Dataset))


@pytest.mark.parametrize("kind", MEDIA_TYPES)
@pytest.mark.parametrize("path", ["/catalog", "/dataset/purchases"])
def test_each_form_holds_the_same_triples_and_no_blank_node(ask, path, kind):
    answer = ask(f"{path}.{kind}")
    assert answer.mimetype == MEDIA_TYPES[kind]
    graph = graph_of(answer, kind)
    assert set(graph) == set(graph_of(ask(f"{path}.ttl")))
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]


def test_the_catalogue_names_every_dataset_of_the_release(ask, real):
    names = {URIRef(f"{BASE}/dataset/{one.name}") for one in real.engine.package.datasets}
    graph = graph_of(ask("/catalog.ttl"))
    assert datasets_of(graph) == names
    assert set(graph.objects(URIRef(f"{BASE}/catalog"), DCAT.dataset)) == names
    assert not list(graph.subjects(RDF.type, HYDRA.PartialCollectionView))


def test_its_pages_together_are_the_whole(ask):
    whole, pages, address = graph_of(ask("/catalog.ttl")), rdflib.Graph(), "/catalog.ttl?page=1&per_page=5"
    seen = []
    while address:
        page = graph_of(ask(address))
        seen.append(datasets_of(page))
        pages += page
        ways = list(page.objects(None, HYDRA.next))
        address = str(ways[0]).removeprefix(BASE) if ways else None
    assert [len(page) for page in seen[:-1]] == [5] * (len(seen) - 1)
    assert len(seen) > 2
    assert set.union(*seen) == datasets_of(whole)
    assert set(whole) <= set(pages)


def test_only_what_changed_since_a_moment_is_listed_if_one_is_given(ask, real):
    modified = real.engine.package.datasets[0].modified
    assert datasets_of(graph_of(ask(f"/catalog.ttl?modified_since={modified:%Y-%m-%d}")))
    assert datasets_of(graph_of(ask("/catalog.ttl?modified_since=2026-11-24T06:03:00%2B00:00")))
    assert not datasets_of(graph_of(ask("/catalog.ttl?modified_since=2026-11-24T06:03:01Z")))


def test_the_older_profile_counts_bytes_as_decimals_and_has_no_hash(ask):
    size = URIRef("http://www.w3.org/ns/dcat#byteSize")
    new, old = graph_of(ask("/catalog.ttl")), graph_of(ask("/catalog.ttl?profile=dcat-ap-2.1.1"))
    kinds = [{one.datatype.rpartition("#")[2] for one in graph.objects(None, size)} for graph in (new, old)]
    assert kinds == [{"nonNegativeInteger"}, {"decimal"}]
    checksum = URIRef("http://spdx.org/rdf/terms#checksum")
    assert list(new.objects(None, checksum))
    assert not list(old.objects(None, checksum))


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml, text/html;q=0.5", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
    ],
)
def test_a_dataset_is_a_graph_to_who_accepts_one(ask, accept, media_type):
    answer = ask("/dataset/purchases", Accept=accept)
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert "Accept" in answer.vary
    assert answer.headers["Content-Location"].startswith("/dataset/purchases.")


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""])
def test_a_dataset_is_its_page_in_the_readers_language_to_everyone_else(ask, accept):
    answer = ask("/dataset/purchases?city=091", Accept=accept, Accept_Language="sv")
    assert (answer.status_code, answer.location) == (303, "/sv/dataset/purchases?city=091")
    assert {"Accept", "Accept-Language"} <= set(answer.vary)
    assert 'rel="alternate"; type="text/turtle"' in answer.headers["Link"]


def test_what_is_asked_for_again_is_not_sent_again(real):
    client = real.server.test_client()
    first = client.get("/catalog.rdf")
    again = client.get("/catalog.rdf", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/catalog.ttl", "/catalog.jsonld?page=1", "/dataset/cities.nt", "/dataset/cities/datapackage.json",
        "/dataset/cities/croissant.json", "/data/cities.csv-metadata.json", "/dataset/cities.csv-metadata.json",
    ],
)  # fmt: skip
def test_the_head_of_each_says_how_long_it_is_and_that_any_site_may_read_it(real, path):
    client = real.server.test_client()
    head, whole = client.head(path), client.get(path)
    assert (head.status_code, head.data) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(whole.data) > 100
    assert head.headers["Access-Control-Allow-Origin"] == "*"
    assert head.headers["ETag"] == whole.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/catalog.ttl?profile=dcat-ap-9", 400, "dcat-ap-3.0.1"),
        ("/catalog.ttl?page=0", 400, "whole number"),
        ("/catalog.ttl?page=two", 400, "page"),
        ("/catalog.ttl?page=1&per_page=1001", 400, "1,000"),
        ("/catalog.ttl?page=99", 404, "last"),
        ("/catalog.ttl?modified_since=yesterday", 400, "2026-11-24"),
        ("/catalog.ttl?modified_since=0001-01-01T00:00:00%2B23:00", 400, "2026-11-24"),
        ("/dataset/none.ttl", 404, "purchases"),
        ("/dataset/none/croissant.json", 404, "purchases"),
        ("/dataset/none/datapackage.json", 404, "purchases"),
        ("/data/none.csv-metadata.json", 404, "purchases"),
        ("/dataset/cities/releases/..%2f..", 404, None),
        ("/dataset/cities/releases/none", 404, "none"),
        ("/dataset/none", 404, "purchases"),
    ],
)
def test_a_wrong_request_is_told_what_would_be_right(ask, path, status, word):
    answer = ask(path + ("&" if "?" in path else "?") + "lang=en", Accept="text/turtle")
    assert answer.status_code == status
    if word:
        assert answer.json["error"]["status"] == status
        assert word in answer.json["error"]["message"]


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(["profile", "page", "per_page", "modified_since"]), st.text(max_size=25)))
def test_whatever_is_asked_of_the_catalogue_is_answered_or_refused(real, asked):
    answer = real.server.test_client().get("/catalog.nt", query_string=asked)
    assert answer.status_code in (200, 400, 404)
    assert answer.mimetype == "application/n-triples" if answer.status_code == 200 else answer.json["error"]["code"]


def test_the_data_package_of_a_dataset_is_valid_and_names_whole_addresses(ask, real):
    for dataset in real.engine.package.datasets:
        descriptor = ask(f"/dataset/{dataset.name}/datapackage.json").json
        assert Package.metadata_validate is not None
        assert list(Package.metadata_validate(descriptor)) == []
        assert [one["name"] for one in descriptor["resources"]] == list(dataset.resources)
        for resource in descriptor["resources"]:
            assert resource["path"] == f"{BASE}/data/{resource['name']}.csv"
            for key in resource["schema"].get("foreignKeys", []):
                assert key["reference"]["resource"] in dataset.resources


def test_an_older_release_of_a_dataset_still_says_what_it_was(tmp_path):
    before = write_facts(tmp_path, small_facts()[:-3])
    kept = tmp_path / "kept"
    shutil.move(before, kept)
    after = write_facts(tmp_path, small_facts())
    old = before if before != after else before.with_name("2026-11-23T0603Z-000000")
    shutil.move(kept, old)
    _rename(old)
    site = create_site(Settings(data_dir=tmp_path, base_url=BASE))
    client = site.server.test_client()
    at = f"{BASE}/dataset/purchases"

    graph = graph_of(client.get(f"/dataset/purchases/releases/{old.name}.ttl"))
    node = URIRef(f"{at}/releases/{old.name}")
    assert (node, RDF.type, DCAT.Dataset) in graph
    assert (node, DCAT.isVersionOf, URIRef(at)) in graph
    assert (node, DCAT.version, Literal(old.name)) in graph
    urls = {str(one) for one in graph.objects(None, DCAT.downloadURL)}
    assert urls
    assert all(url.endswith(f"?release={old.name}") for url in urls)

    now = graph_of(client.get("/dataset/purchases.ttl"))
    assert set(now.objects(URIRef(at), DCAT.hasVersion)) == {
        URIRef(f"{at}/releases/{name}") for name in (old.name, after.name)
    }
    page = client.get(f"/dataset/purchases/releases/{old.name}", headers={"Accept-Language": "en"})
    assert (page.status_code, page.location) == (303, f"/en/dataset/purchases?release={old.name}")


def _rename(release):
    path = release / "datapackage.json"
    raw = json.loads(path.read_text("utf-8"))
    raw |= {"x-version": release.name, "version": release.name}
    path.write_text(json.dumps(raw), "utf-8")


def test_a_release_of_an_older_contract_is_told_without_what_it_does_not_know(tmp_path):
    release = write_facts(tmp_path, small_facts())
    path = release / "datapackage.json"
    raw = json.loads(path.read_text("utf-8"))
    unknown = ("keywords_by_language", "themes", "frequency", "temporal", "issued", "modified")
    raw["x-contract"] = "1.4"
    raw["x-datasets"] = [{k: v for k, v in one.items() if k not in unknown} for one in raw["x-datasets"]]
    path.write_text(json.dumps(raw), "utf-8")
    client = create_site(Settings(data_dir=tmp_path, base_url=BASE)).server.test_client()
    graph = graph_of(client.get("/dataset/purchases.ttl"))
    node = URIRef(f"{BASE}/dataset/purchases")
    for predicate in (DCAT.theme, DCTERMS.temporal, DCTERMS.issued, DCTERMS.modified, DCTERMS.accrualPeriodicity):
        assert not list(graph.objects(node, predicate)), predicate
    assert {one.language for one in graph.objects(node, DCAT.keyword)} == {None}
    assert client.get("/en/dataset/purchases").status_code == 200
    assert client.get("/oai?verb=ListRecords&metadataPrefix=dcat_ap").text.count("<record>") > 1


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("page", ["data", "dataset/purchases", "dataset/companies"])
def test_a_page_leads_to_its_descriptions(ask, language, page):
    words = translator(language)("Machine-readable descriptions")
    after = ask(f"/{language}/{page}").text.partition(f"<h2>{words}</h2>")[2].partition("</ul>")[0]
    links = [one.get("href") for one in read(f"{after}</ul>").all("a")]
    assert len(links) >= 6
    for link in links:
        answer = ask(link)
        assert answer.status_code == 200, link
        assert answer.mimetype in {*MEDIA_TYPES.values(), "application/json", "application/csvm+json", "text/xml"}, link
