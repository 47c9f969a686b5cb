"""A row's lasting address: its page to readers, where it comes from as PROV-O to programs, of what the release says."""

from __future__ import annotations

import pytest
from rdflib import DCTERMS, PROV, RDF, Graph, Literal, URIRef

from dashboard.catalogue.prov import SCHEMA, iri
from dashboard.catalogue.rdf import MEDIA_TYPES, SPDX
from dashboard.i18n import LANGUAGES
from dashboard.panels.rows import row_address, row_key
from dashboard.query.model import Filter, Query
from tests.app.walk import read

FORMS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nt": "nt"}


@pytest.fixture(scope="module")
def a_row(site):
    """(address, values) of a row of purchases."""
    table = site.engine.package.resource("purchases")
    row = site.engine.rows(Query("purchases", filters=(Filter("city_code", "eq", "853"),), limit=1))[0]
    return row_address("purchases", row_key(table, row)), row


def graph_of(client, address, kind):
    answer = client.get(f"{address}.{kind}")
    assert (answer.status_code, answer.mimetype) == (200, MEDIA_TYPES[kind]), answer.text
    return Graph().parse(data=answer.data, format=FORMS[kind])


@pytest.mark.parametrize("kind", FORMS)
def test_each_form_is_rdf_of_the_same_statements(client, a_row, kind):
    graph = graph_of(client, a_row[0], kind)
    assert set(graph) == set(graph_of(client, a_row[0], "nt"))
    assert len(graph) > 30


def test_a_row_comes_from_a_record_of_a_snapshot_by_a_rule_in_a_run(client, site, a_row):
    address, row = a_row
    graph, package = graph_of(client, address, "jsonld"), site.engine.package
    entity = URIRef(f"http://localhost{address}?release={package.version}")
    assert (entity, RDF.type, PROV.Entity) in graph
    assert (entity, PROV.specializationOf, URIRef(f"http://localhost{address}")) in graph
    said = package.provenance[row["snapshot_id"]]
    (snapshot,) = [one for one in graph.objects(entity, PROV.wasDerivedFrom) if (one, SPDX.checksum, None) in graph]
    (record,) = set(graph.objects(entity, PROV.wasDerivedFrom)) - {snapshot}
    assert graph.value(record, SCHEMA.position) == Literal(row["row_number"])
    assert graph.value(record, PROV.wasDerivedFrom) == snapshot
    assert graph.value(snapshot, PROV.wasDerivedFrom) == URIRef(iri(said["url"]))
    assert str(graph.value(graph.value(snapshot, SPDX.checksum), SPDX.checksumValue)) == said["sha256"]
    assert str(graph.value(snapshot, PROV.generatedAtTime)) == said["fetched_at"]
    run = graph.value(entity, PROV.wasGeneratedBy)
    assert (run, RDF.type, PROV.Activity) in graph
    assert set(graph.objects(run, PROV.used)) == {snapshot}
    plan = graph.value(graph.value(run, PROV.qualifiedAssociation), PROV.hadPlan)
    assert graph.value(plan, DCTERMS.identifier) == Literal(row["rule_code"])
    assert (graph.value(run, PROV.wasAssociatedWith), RDF.type, PROV.Agent) in graph
    assert not list(graph.subjects(PROV.startedAtTime))  # which the release does not say


@pytest.mark.parametrize(("table", "behind"), [("company_names", True), ("project_facts", False), ("cities", False)])
def test_other_rows_say_what_they_are_made_from_or_name(client, site, table, behind):
    package = site.engine.package
    resource = package.resource(table)
    order = (("rows_count", "asc"),) if table == "company_names" else ()
    row = site.engine.rows(Query(table, order_by=order, limit=1))[0]
    address = row_address(resource.dataset, row_key(resource, row))
    graph = graph_of(client, address, "ttl")
    entity = URIRef(f"http://localhost{address}?release={package.version}")
    derived = {str(one) for one in graph.objects(entity, PROV.wasDerivedFrom)}
    inputs = {one for one in derived if "/releases/" in one}
    if table == "company_names":
        rows = [one for one in derived if "/row/" in one]
        assert len(rows) == row["rows_count"]
        assert (
            client.get(rows[0].removeprefix("http://localhost"), headers={"Accept": "text/turtle"}).status_code == 200
        )
    if table == "project_facts":
        assert iri(row["source_url"]) in derived
    assert inputs == ({f"http://localhost/dataset/purchases/releases/{package.version}"} if behind else set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_leads_readers_to_the_page_which_names_its_graph(client, a_row, language):
    address, _ = a_row
    answer = client.get(address, headers={"Accept": "text/html", "Accept-Language": language})
    assert (answer.status_code, answer.location) == (303, f"/{language}{address}")
    assert {"Accept", "Accept-Language"} <= set(answer.vary)
    tree = read(client.get(answer.location).text)
    links = {one.get("type"): one.get("href") for one in tree.one("head").all("link") if one.get("rel") == "alternate"}
    assert links["application/ld+json"] == f"http://localhost{address}.jsonld"
    assert f"{address}.jsonld" in [one.get("href") for one in tree.all("a")]


@pytest.mark.parametrize(("accept", "kind"), [(value, key) for key, value in MEDIA_TYPES.items()])
def test_programs_get_the_form_that_they_accept(client, a_row, accept, kind):
    answer = client.get(a_row[0], headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, accept)
    assert answer.headers["Content-Location"] == f"{a_row[0]}.{kind}"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(a_row[0], headers={"Accept": accept, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.head(a_row[0], headers={"Accept": accept}).data == b""


@pytest.mark.parametrize(
    "path", ["/dataset/nothing/row/1", "/dataset/cities/row/999", "/dataset/cities/row/999.jsonld",
             "/dataset/cities/row/%00.ttl", "/dataset/purchases/row/a,99999999999999999999.nt",
             "/dataset/cities/row/853.jsonld?release=2020-01-01T0000Z-abcdef"],
)  # fmt: skip
def test_a_row_that_there_is_not_is_refused(client, path):
    answer = client.get(path, headers={"Accept": "application/ld+json"})
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "unknown_resource")
    page = client.get(path, headers={"Accept": "text/html", "Accept-Language": "sv"})
    assert (page.status_code, page.mimetype) == (404, "text/html")


def test_a_named_release_is_kept(client, site, a_row):
    version = site.engine.package.version
    answer = client.get(f"{a_row[0]}?release={version}", headers={"Accept": "text/html", "Accept-Language": "fi"})
    assert answer.location == f"/fi{a_row[0]}?release={version}"
    tree = read(client.get(answer.location).text)
    links = [one.get("href") for one in tree.one("head").all("link") if one.get("type") == "application/ld+json"]
    assert links == [f"http://localhost{a_row[0]}.jsonld?release={version}"]
