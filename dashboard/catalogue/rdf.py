"""Writes RDF: a graph that is filled by subject, and its four serialisations, the same bytes for the same triples.

Every node has an address: harvesters compare what they got by hash, and a blank node is another one each time.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree
from rdflib import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from dashboard.catalogue.vocabulary import AUTHORITY, TABLES, address, names
from dashboard.i18n.plain import quoted_address, writable_text

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
"""DCAT 3; rdflib's own list of its terms is that of DCAT 2."""
DCATAP = Namespace("http://data.europa.eu/r5r/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PREFIXES: Mapping[str, Any] = {
    "adms": ADMS, "dcat": DCAT, "dcatap": DCATAP, "dct": DCTERMS, "foaf": FOAF, "hydra": HYDRA, "owl": OWL,
    "prov": PROV, "rdf": RDF, "rdfs": RDFS, "skos": SKOS, "spdx": SPDX, "vcard": VCARD, "xsd": XSD,
}  # fmt: skip
MEDIA_TYPES = {
    "ttl": "text/turtle",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
}
"""Ending of an address -> media type of the serialisation."""

Value = Node | str | None


class Writer:
    """A graph that is filled by subject; None is what nobody knows, and leaves no triple."""

    def __init__(self) -> None:
        self.graph = Graph(bind_namespaces="none")

    def add(self, subject: str, kind: Node | None, pairs: Iterable[tuple[Node, Value | Iterable[Value]]]) -> URIRef:
        """Add a node of a kind with its values. A text is an address; texts to read are given by `literals`."""
        node = _iri(subject)
        if kind is not None:
            self.graph.add((node, RDF.type, kind))
        for predicate, values in pairs:
            for value in [values] if values is None or isinstance(values, str | Node) else values:
                if value is not None:
                    self.graph.add((node, predicate, _plain(value) if isinstance(value, Node) else _iri(value)))
        return node

    def concept(self, table: str, code: str, *kinds: Node) -> URIRef:
        """A concept of an EU table, with its name, so that nobody needs the table to check what it is."""
        node = self.term(address(table, code), names(table, code), self.scheme(AUTHORITY + table, TABLES[table]))
        for kind in kinds:
            self.add(node, kind, [])
        return node

    def term(self, at: str, name: Mapping[str, str], scheme: URIRef) -> URIRef:
        """A concept of any list."""
        return self.add(at, SKOS.Concept, [(SKOS.inScheme, scheme), (SKOS.prefLabel, literals(name))])

    def scheme(self, at: str, title: str) -> URIRef:
        """A list of concepts."""
        return self.add(at, SKOS.ConceptScheme, [(DCTERMS.title, Literal(title, lang="en"))])


def _iri(address: str) -> URIRef:
    """An address with nothing in it that no address holds: rdflib refuses to write such a one, and with it all else."""
    return URIRef(quoted_address(address))


def _plain(node: Node) -> Node:
    """A text without what no serialisation can hold."""
    if not isinstance(node, Literal) or (plain := writable_text(str(node))) == str(node):
        return node
    return Literal(plain, lang=node.language, datatype=node.datatype, normalize=False)


def literals(text: Mapping[str, str] | None) -> list[Literal]:
    """A text in each of its languages."""
    return [Literal(value, lang=language or None) for language, value in (text or {}).items()]


def moment(value: dt.datetime | None) -> Literal | None:
    """A moment in UTC, to the second."""
    if value is None:
        return None
    return Literal(f"{value.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}", datatype=XSD.dateTime, normalize=False)


def day(value: dt.date) -> Literal:
    """A day."""
    return Literal(value.isoformat(), datatype=XSD.date)


def serialise(graph: Graph, kind: str) -> bytes:
    """The graph as `ttl`, `rdf`, `jsonld` or `nt`. Sorted, as neither a graph nor rdflib's writers keep order."""
    if kind == "nt":
        return "".join(sorted(f"{s.n3()} {p.n3()} {_line(o)} .\n" for s, p, o in graph)).encode()
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    if kind == "jsonld":
        context = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
        found = json.loads(graph.serialize(format="json-ld", context=context, auto_compact=False))
        return json.dumps(_sorted_json(found), ensure_ascii=False, indent=1, sort_keys=True).encode()
    if kind == "rdf":
        return _sorted_xml(graph.serialize(format="xml").encode())
    return graph.serialize(format="turtle").encode()


def _sorted_json(value: Any) -> Any:
    """The same with its lists sorted, which in JSON-LD mean no order."""
    if isinstance(value, dict):
        return {key: _sorted_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted(map(_sorted_json, value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


def _sorted_xml(text: bytes) -> bytes:
    """The same with the nodes sorted, and what is said of each."""
    root = etree.fromstring(text, etree.XMLParser(remove_blank_text=True))
    for node in root:
        node[:] = sorted(node, key=etree.tostring)
    root[:] = sorted(root, key=etree.tostring)
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return found


def _line(node: Node) -> str:
    """A term as N-Triples has it; rdflib's own `n3` breaks long texts over lines in quotes of three."""
    text = node.n3()
    if not isinstance(node, Literal) or not text.startswith('"""'):
        return text
    plain = json.dumps(str(node), ensure_ascii=False)
    return plain + (f"@{node.language}" if node.language else f"^^{node.datatype.n3()}" if node.datatype else "")
