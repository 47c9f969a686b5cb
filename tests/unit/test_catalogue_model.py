"""The values that every form of the catalogue is made from, and what DCAT makes of them."""

import pytest
from rdflib import Graph, URIRef

from dashboard.catalogue.dcat import catalogue_graph
from dashboard.catalogue.model import describe
from dashboard.catalogue.rdf import DCAT, VCARD, Writer, serialise
from dashboard.catalogue.vocabulary import PLACES, load_vocabulary
from dashboard.package import open_package
from tests.fixtures.release import write_release

BASE = "https://kuusi.example"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return open_package(write_release(tmp_path_factory.mktemp("catalogue"), 24))


def test_the_notes_count_what_the_release_changed(package):
    counts = {"purchases": {"added": 1200, "changed": 0, "removed": 3}, "purchases_set_aside": {"added": 0}}
    entry = describe(package, BASE, counts=counts, against="A").entry("purchases")
    title = package.resource("purchases").title["en"]
    assert entry.notes["en"] == f"Since release A: {title}: 1,200 rows added, 0 changed, 3 removed."
    still = describe(package, BASE, counts={"purchases": {"added": 0}}, against="A").entry("purchases")
    assert still.notes["en"] == "Since release A: no change."


def test_a_release_that_follows_none_has_no_notes(package):
    assert {entry.notes for entry in describe(package, BASE).entries} == {None}


def test_a_dataset_covers_the_cities_of_its_sources_and_of_what_it_was_made_from(package):
    catalogue = describe(package, BASE)
    assert set(catalogue.entry("purchases").cities) == set(PLACES)
    assert set(catalogue.entry("companies").cities) == set(PLACES)
    assert catalogue.entry("prices").cities == ()


def test_only_who_publishes_for_one_city_is_that_city(package):
    by_name = {one.name: one.city_code for entry in describe(package, BASE).entries for one in entry.creators}
    assert by_name["Espoon kaupunki"] == "049"
    assert by_name["Digi- ja väestötietovirasto"] is None


@pytest.mark.parametrize(
    ("contact", "predicate", "address"),
    [
        ("data@kuusi.example", VCARD.hasEmail, "mailto:data@kuusi.example"),
        ("https://kuusi.example/contact", VCARD.hasURL, "https://kuusi.example/contact"),
        ("", VCARD.hasURL, f"{BASE}/en/privacy"),
    ],
)
def test_whom_to_ask_is_who_is_set_or_the_page_that_says_none_is(package, contact, predicate, address):
    graph = catalogue_graph(describe(package, BASE, contact), "dcat-ap-3.0.1")
    assert set(graph.objects(None, predicate)) == {URIRef(address)}
    assert set(graph.objects(None, DCAT.contactPoint)) == {URIRef(f"{BASE}/catalog#contact")}


def test_every_theme_and_frequency_of_the_release_has_a_name(package):
    known = load_vocabulary()
    assert {code for one in package.datasets for code in one.themes} <= set(known["data-theme"])
    assert {one.frequency for one in package.datasets} <= set(known["frequency"])


@pytest.mark.parametrize("kind", ["ttl", "rdf", "jsonld", "nt"])
def test_the_same_triples_give_the_same_bytes(package, kind):
    first, second = catalogue_graph(describe(package, BASE), "dcat-ap-3.0.1"), Graph(bind_namespaces="none")
    for triple in sorted(first, reverse=True):
        second.add(triple)
    assert serialise(first, kind) == serialise(second, kind)


def test_what_is_unknown_leaves_no_triple():
    write = Writer()
    write.add(BASE, None, [(DCAT.theme, None), (DCAT.keyword, [None])])
    assert len(write.graph) == 0
