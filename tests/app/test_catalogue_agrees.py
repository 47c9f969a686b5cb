"""Every form of a dataset's description says the same: title, licence, dates, and of each file its bytes and hash, and
of each table its fields.

A form joins by a function that reads its answer into `Said`; what a form has no place for is None and not compared.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields

import pytest
import rdflib
from rdflib import DCTERMS, SKOS, Literal, URIRef

from dashboard.catalogue.rdf import DCAT, SPDX
from tests.app.test_linked_data import CROISSANT, all_objects

BASE = "https://kuusi.example"


@dataclass(frozen=True)
class Said:
    """What a form says of a dataset, in English. `files`: name of a file that the release stores -> (bytes, SHA-256);
    `columns`: table -> names of its fields; `issued` and `modified` to the second, in UTC."""

    title: str
    licence: str
    issued: str | None
    modified: str | None
    files: Mapping[str, tuple[int, str]] | None
    columns: Mapping[str, list[str]] | None


@pytest.fixture(scope="module")
def ask(real):
    client = real.server.test_client()

    def get(path):
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.text

    return get


def second(text):
    return text.replace("+00:00", "Z")


def dcat(ask, name, profile="dcat-ap-3.0.1"):
    graph = rdflib.Graph().parse(data=ask(f"/dataset/{name}.ttl?profile={profile}"), format="turtle")
    node = URIRef(f"{BASE}/dataset/{name}")
    files, licences = {}, set()
    for file in graph.objects(node, DCAT.distribution):
        licences |= {graph.value(one, SKOS.exactMatch) for one in graph.objects(file, DCTERMS.license)}
        size, checksum = graph.value(file, DCAT.byteSize), graph.value(file, SPDX.checksum)
        if size is not None:
            digest = str(graph.value(checksum, SPDX.checksumValue)) if checksum else None
            files[str(file).partition("#")[2]] = (int(size.toPython()), digest)
    (licence,) = licences
    (title,) = [str(one) for one in graph.objects(node, DCTERMS.title) if one.language == "en"]
    dates = [second(str(graph.value(node, one))) for one in (DCTERMS.issued, DCTERMS.modified)]
    return Said(title, str(licence), *dates, files, None)


def dcat_211(ask, name):
    """The older profile has no place for a hash."""
    found = dcat(ask, name, "dcat-ap-2.1.1")
    assert all(digest is None for _, digest in found.files.values())
    hashes = dcat(ask, name).files
    files = {file: (size, hashes[file][1]) for file, (size, _) in found.files.items()}
    return Said(found.title, found.licence, found.issued, found.modified, files, None)


def schema_org(ask, name):
    (raw,) = [one for one in all_objects(ask(f"/en/dataset/{name}"))
              if one["@type"] == "Dataset" and "distribution" in one]  # fmt: skip
    files = {one["name"]: (int(one["contentSize"].removesuffix(" B")), one["sha256"])
             for one in raw["distribution"] if "sha256" in one}  # fmt: skip
    return Said(raw["name"], raw["license"], second(raw["datePublished"]), second(raw["dateModified"]), files, None)


def croissant(ask, name):
    raw = json.loads(ask(f"/dataset/{name}/croissant.json"))
    assert CROISSANT in raw["conformsTo"]
    files = {one["name"]: (int(one["contentSize"].removesuffix(" B")), one["sha256"]) for one in raw["distribution"]}
    columns = {one["@id"]: [field["name"] for field in one["field"]] for one in raw["recordSet"]}
    return Said(raw["name"], raw["license"], second(raw["datePublished"]), second(raw["dateModified"]), files, columns)


def datapackage(ask, name):
    raw = json.loads(ask(f"/dataset/{name}/datapackage.json"))
    (licence,), (of,) = raw["licenses"], raw["x-datasets"]
    files = {
        f"{one['name']}.{file['format']}": (file["bytes"], file["hash"].removeprefix("sha256:"))
        for one in raw["resources"]
        for file in one["x-distributions"]
    }
    for one in raw["resources"]:
        assert (one["bytes"], one["hash"].removeprefix("sha256:")) == files[f"{one['name']}.csv"]
    columns = {one["name"]: [field["name"] for field in one["schema"]["fields"]] for one in raw["resources"]}
    return Said(raw["title"], licence["path"], second(of["issued"]), second(of["modified"]), files, columns)


def csvw(ask, name):
    """Of each table by itself; a title is that of the table, which the data package has too."""
    package = json.loads(ask(f"/dataset/{name}/datapackage.json"))
    whole = datapackage(ask, name)
    files, columns, licences, issued, modified = dict(whole.files), {}, set(), set(), set()
    for resource in package["resources"]:
        raw = json.loads(ask(f"/data/{resource['name']}.csv-metadata.json"))
        titles = {one["@language"]: one["@value"] for one in raw["dc:title"]}
        assert titles == resource["x-title"]
        assert raw["url"] == resource["path"]
        files[f"{resource['name']}.csv"] = (raw["schema:contentSize"], raw["schema:sha256"])
        columns[resource["name"]] = [one["name"] for one in raw["tableSchema"]["columns"]]
        assert raw["tableSchema"]["primaryKey"] == resource["schema"]["primaryKey"]
        licences.add(raw["dc:license"]["@id"])
        issued.add(second(raw["dc:issued"]["@value"]))
        modified.add(second(raw["dc:modified"]["@value"]))
    return Said(whole.title, licences.pop(), issued.pop(), modified.pop(), files, columns)


def ckan(ask, name):
    """Its texts are in Finnish, and in all languages beside; its moments are in UTC and do not say so."""
    raw = json.loads(ask(f"/api/3/action/package_show?id={name}"))["result"]
    assert raw["title"] == raw["title_translated"]["fi"]
    files, columns = {}, {}
    for one in raw["resources"]:
        assert one["license_id"] == raw["license_id"]
        table, _, kind = one["url"].rpartition("/")[2].partition(".")
        if one["size"] is not None:
            assert one["hash"] == f"sha256:{one['sha256']}"
            files[f"{table}.{kind}"] = (one["size"], one["sha256"])
        if one["datastore_active"]:
            told = json.loads(ask(f"/api/3/action/datastore_info?id={one['id']}"))["result"]
            columns[table] = [field["id"] for field in told["fields"] if field["id"] != "_id"]
            assert told["meta"]["count"] == one["row_count"]
    created, modified = (raw[f"metadata_{which}"].removesuffix(".000000") + "Z" for which in ("created", "modified"))
    return Said(raw["title_translated"]["en"], raw["license_url"], created, modified, files, columns)


def api_v1(ask, name):
    """Of each table by itself, as in CSVW; it tells no dates of a dataset."""
    whole = datapackage(ask, name)
    files, columns, licences = {}, {}, set()
    for table in whole.columns:
        raw = json.loads(ask(f"/api/v1/tables/{table}"))
        assert raw["dataset"] == name
        licences.add(raw["licence"]["url"])
        files |= {
            f"{table}.{one['format']}": (one["bytes"], one["hash"].removeprefix("sha256:")) for one in raw["files"]
        }
        columns[table] = [one["name"] for one in raw["fields"]]
    (licence,) = licences
    return Said(whole.title, licence, None, None, files, columns)


FORMS = (dcat, dcat_211, schema_org, croissant, csvw, ckan, api_v1)


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.__name__)
def test_a_form_says_of_every_dataset_what_its_data_package_says(ask, real, form):
    for dataset in real.engine.package.datasets:
        expected, found = datapackage(ask, dataset.name), form(ask, dataset.name)
        for field in fields(Said):
            value = getattr(found, field.name)
            if value is not None:
                assert value == getattr(expected, field.name), (dataset.name, field.name)


def test_the_data_package_says_what_the_files_are(ask, real):
    package = real.engine.package
    for dataset in package.datasets:
        for name, (size, digest) in datapackage(ask, dataset.name).files.items():
            content = (package.folder / name).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (size, digest), name
        for table, columns in datapackage(ask, dataset.name).columns.items():
            with (package.folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
                assert next(csv.reader(file)) == columns, table


def formats_of_dcat(ask, name):
    graph = rdflib.Graph().parse(data=ask(f"/dataset/{name}.ttl"), format="turtle")
    found = graph.objects(URIRef(f"{BASE}/dataset/{name}"), DCAT.distribution)
    return {str(graph.value(file, DCAT.downloadURL)) for file in found}


def formats_of_schema_org(ask, name):
    (raw,) = [one for one in all_objects(ask(f"/en/dataset/{name}"))
              if one["@type"] == "Dataset" and "distribution" in one]  # fmt: skip
    return {one["contentUrl"] for one in raw["distribution"]}


def formats_of_ckan(ask, name):
    raw = json.loads(ask(f"/api/3/action/package_show?id={name}"))["result"]
    return {one["url"] for one in raw["resources"]}


@pytest.mark.parametrize(
    "form", [formats_of_dcat, formats_of_schema_org, formats_of_ckan], ids=lambda one: one.__name__
)
def test_every_format_in_which_a_table_can_be_had_is_told(ask, real, form):
    for dataset in real.engine.package.datasets:
        tables = real.engine.package.dataset(dataset.name).resources
        wanted = {f"{BASE}/data/{table}.{kind}" for table in tables
                  for kind in ("csv", "xlsx", "json", "jsonl", "parquet", "zip")}  # fmt: skip
        assert form(ask, dataset.name) == wanted


def test_what_nobody_knows_of_a_made_file_is_not_told(ask):
    graph = rdflib.Graph().parse(data=ask("/dataset/purchases.ttl"), format="turtle")
    lines, package = (URIRef(f"{BASE}/dataset/purchases#purchases.{kind}") for kind in ("jsonl", "zip"))
    for file in (lines, package):
        assert (graph.value(file, DCAT.byteSize), graph.value(file, SPDX.checksum)) == (None, None)
        assert graph.value(file, DCAT.mediaType) is None
    assert graph.value(lines, DCTERMS.format) is None
    assert str(graph.value(package, DCAT.packageFormat)).endswith("/application/zip")


def test_keywords_stand_in_their_language_in_every_form(ask, real):
    for dataset in real.engine.package.datasets:
        graph = rdflib.Graph().parse(data=ask(f"/dataset/{dataset.name}.ttl"), format="turtle")
        node = URIRef(f"{BASE}/dataset/{dataset.name}")
        words = {Literal(word, lang=lang) for lang, found in dataset.tags.items() for word in found}
        assert set(graph.objects(node, DCAT.keyword)) == words
        for language in ("fi", "sv", "en"):
            said = json.loads(ask(f"/dataset/{dataset.name}/croissant.json?lang={language}"))
            assert said["keywords"] == list(dataset.tags[language])
