"""Where a row comes from, as PROV-O: what the release says of it, and nothing else.

The row is an entity that the release's run generated, by a rule, from a record of a snapshot; of a row without a file
of its own the sources that it names itself, or the rows and datasets that it was computed from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from rdflib import DCTERMS, FOAF, OWL, PROV, RDFS, XSD, Graph, Literal, Namespace, URIRef

from dashboard.catalogue.files import SHA256
from dashboard.catalogue.model import PUBLISHER
from dashboard.catalogue.nodes import plain
from dashboard.catalogue.rdf import DCAT, SPDX, Writer, literals, moment
from dashboard.i18n import LANGUAGES, Translator, translator
from dashboard.package import IN_ADDRESSES, PUBLISHERS_IN, WEB, Dataset, Package, Resource, Text

SCHEMA = Namespace("https://schema.org/")


@dataclass(frozen=True)
class RowOrigin:
    """A row of a release and what is known of where it is from. `address` is the row's own, `version_address` that of
    it in this very release; `behind` are the addresses of the rows that it was computed from, where they are few."""

    package: Package
    dataset: Dataset
    table: Resource
    key: str
    base_url: str
    address: str
    version_address: str
    pages: Text
    snapshot: Mapping[str, Any] | None = None
    row_number: int | None = None
    rule: str | None = None
    named: Sequence[tuple[str, str]] = ()
    """(title, address) of each source that the row names itself."""
    behind: Sequence[str] = ()
    inputs: Sequence[str] = ()
    """The names of the datasets that hold the rows that it was computed from."""

    @property
    def release(self) -> str:
        """The address of the dataset in this release."""
        return f"{self.base_url}/dataset/{quote(self.dataset.name)}/releases/{quote(self.package.version)}"

    @property
    def run(self) -> str:
        """What made the release."""
        return f"{self.release}#run"


def row_graph(row: RowOrigin) -> Graph:
    """The graph of a row."""
    write = Writer()
    snapshot = _snapshot(write, row) if row.snapshot else None
    record = _record(write, row, snapshot) if snapshot is not None else None
    named = [_named(write, title, at) for title, at in row.named]
    inputs = [_input(write, row, name) for name in row.inputs]
    behind = [write.add(at, PROV.Entity, []) for at in row.behind]
    run = _run(write, row, [one for one in (snapshot, *inputs) if one is not None])
    derived = [one for one in (record, snapshot, *named, *behind, *inputs) if one is not None]
    title = _texts(lambda t: t("Row {key}", key=row.key))
    write.add(
        row.version_address,
        PROV.Entity,
        [
            (RDFS.label, literals(title)),
            (DCTERMS.identifier, Literal(row.key)),
            (DCTERMS.isPartOf, _release(write, row)),
            (PROV.specializationOf, row.address if row.address != row.version_address else None),
            (PROV.generatedAtTime, moment(row.package.created)),
            (PROV.wasGeneratedBy, run),
            (PROV.wasAttributedTo, _agent(write, row)),
            (PROV.wasDerivedFrom, derived),
            (FOAF.isPrimaryTopicOf, [write.add(page, FOAF.Document, []) for page in row.pages.values()]),
        ],
    )
    return write.graph


def _release(write: Writer, row: RowOrigin) -> URIRef:
    return write.add(
        row.release,
        PROV.Entity,
        [
            (DCTERMS.title, literals(row.dataset.title)),
            (OWL.versionInfo, Literal(row.package.version)),
            (PROV.generatedAtTime, moment(row.package.created)),
            (PROV.wasGeneratedBy, row.run),
        ],
    )


def _agent(write: Writer, row: RowOrigin) -> URIRef:
    """Who made the release: this site, which is the catalogue's publisher too."""
    return write.add(f"{row.base_url}/catalog#publisher", PROV.Agent, [(FOAF.name, Literal(PUBLISHER))])


def _run(write: Writer, row: RowOrigin, used: Sequence[URIRef]) -> URIRef:
    """The run, what it used for the row, and the rule that it went by."""
    agent = _agent(write, row)
    label = _texts(lambda t: t("Run that made the release {version}", version=row.package.version))
    association = None
    if row.rule:
        rule = _texts(lambda t: t("Rule by which it was read") + f": {row.rule}")
        at = f"{row.release}#rule-{quote(row.rule, safe='')}"
        plan = write.add(at, PROV.Plan, [(RDFS.label, literals(rule)), (DCTERMS.identifier, Literal(row.rule))])
        write.add(plan, PROV.Entity, [])
        told = [(PROV.agent, agent), (PROV.hadPlan, plan)]
        association = write.add(f"{row.run}-by-{quote(row.rule, safe='')}", PROV.Association, told)
    return write.add(
        row.run,
        PROV.Activity,
        [
            (RDFS.label, literals(label)),
            (PROV.used, list(used)),
            (PROV.wasAssociatedWith, agent),
            (PROV.qualifiedAssociation, association),
        ],
    )


def _record(write: Writer, row: RowOrigin, snapshot: URIRef) -> URIRef:
    """The record of the file. Its number is counted after the header row, wherever that stands."""
    label = _texts(lambda t: t("Record in the file") + f": {row.row_number}")
    return write.add(
        f"{snapshot}-record-{row.row_number}",
        PROV.Entity,
        [
            (RDFS.label, literals(label)),
            (SCHEMA.position, Literal(row.row_number)),
            (DCTERMS.isPartOf, snapshot),
            (PROV.wasDerivedFrom, snapshot),
        ],
    )


def _snapshot(write: Writer, row: RowOrigin) -> URIRef:
    """The file as it was fetched: from where, when, and its hash."""
    found = dict(row.snapshot or {})
    at = f"{row.release}#snapshot-{quote(found['id'], safe='')}"
    source = next((one for one in row.dataset.sources if one.name == found["source"]), None)
    publisher = None
    if source is not None:
        name = Literal(source.publisher, lang=PUBLISHERS_IN)
        address = f"{row.base_url}/catalog#agent-{plain(source.publisher)}"
        publisher = write.add(address, PROV.Agent, [(FOAF.name, name)])
    told = [(SPDX.algorithm, write.add(SHA256, SPDX.ChecksumAlgorithm, []))]
    value = Literal(found["sha256"], datatype=XSD.hexBinary, normalize=False)
    checksum = write.add(f"{at}-checksum", SPDX.Checksum, [*told, (SPDX.checksumValue, value)])
    sample = _texts(lambda t: t("The file is generated sample data."))
    is_web = str(found["url"]).startswith(WEB)
    licence = row.dataset.licence
    return write.add(
        at,
        PROV.Entity,
        [
            (RDFS.label, Literal(found["file_name"])),
            (RDFS.comment, literals(sample) if found["sample"] else None),
            (DCTERMS.title, literals(source.title) if source else None),
            (DCTERMS.license, licence.url if found["licence_id"] == licence.id else None),
            (DCAT.byteSize, Literal(str(found["bytes"]), datatype=XSD.nonNegativeInteger)),
            (PROV.generatedAtTime, _fetched(found["fetched_at"])),
            (PROV.wasDerivedFrom, write.add(iri(found["url"]), PROV.Entity, []) if is_web else None),
            (DCTERMS.source, None if is_web else Literal(found["url"])),
            (PROV.wasAttributedTo, publisher),
            (SPDX.checksum, checksum),
        ],
    )


def _fetched(text: str) -> Literal:
    return Literal(text, datatype=XSD.dateTime, normalize=False)


def _named(write: Writer, title: str, at: str) -> URIRef:
    return write.add(iri(at), PROV.Entity, [(DCTERMS.title, Literal(title))])


def _texts(of: Callable[[Translator], str]) -> dict[str, str]:
    """A text in each language."""
    return {lang: of(translator(lang)) for lang in LANGUAGES}


def iri(address: str) -> str:
    """An address as RDF may have it; published ones hold braces and spaces.

    >>> iri("https://a.example/{1}/b c%20d?e=f")
    'https://a.example/%7B1%7D/b%20c%20d?e=f'
    """
    return quote(address, safe=IN_ADDRESSES)


def _input(write: Writer, row: RowOrigin, name: str) -> URIRef:
    """A dataset, in this release, that the row's was made from."""
    at = f"{row.base_url}/dataset/{quote(name)}/releases/{quote(row.package.version)}"
    return write.add(at, PROV.Entity, [(DCTERMS.title, literals(row.package.dataset(name).title))])
