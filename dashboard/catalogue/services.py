"""The site's interfaces for programs, as the catalogue names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rdflib import DCTERMS, Literal, URIRef

from dashboard.catalogue import nodes
from dashboard.catalogue.model import Catalogue, Entry
from dashboard.catalogue.rdf import DCAT, Writer, literals
from dashboard.i18n import LANGUAGES, translator


@dataclass(frozen=True)
class Service:
    """An interface: its address, what describes it, and the standard that it follows."""

    key: str
    path: str
    described_at: str
    standard: str


API = Service("api", "/api/v1/", "/openapi.json", "https://spec.openapis.org/oas/v3.1.0")
CKAN = Service(
    "ckan", "/api/3/action/", "/api/3/action/help_show?name=package_search", "https://docs.ckan.org/en/2.12/api/"
)
OAI = Service("oai", "/oai", "/oai?verb=Identify", "http://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm")
SERVICES = (API, CKAN, OAI)


def service_address(catalogue: Catalogue, service: Service) -> str:
    """The address of the node that describes it."""
    return f"{catalogue.address}#service-{service.key}"


def add_services(write: Writer, catalogue: Catalogue, entries: Sequence[Entry]) -> list[URIRef]:
    """Add the interfaces, which serve all these datasets; gives their addresses."""
    licences = {entry.licence for entry in entries}
    licence = nodes.licence(write, licences.pop()) if len(licences) == 1 else None
    themes = sorted({code for entry in entries for code in entry.themes})
    base, found = catalogue.base_url, []
    for service in SERVICES:
        standard = write.add(service.standard, DCTERMS.Standard, [])
        node = write.add(
            service_address(catalogue, service),
            DCAT.DataService,
            [
                (DCTERMS.title, literals({language: _title(service, language) for language in LANGUAGES})),
                (DCAT.endpointURL, base + service.path),
                (DCAT.endpointDescription, base + service.described_at),
                (DCAT.contactPoint, nodes.contact(write, catalogue)),
                (DCTERMS.publisher, nodes.publisher(write, catalogue)),
                (DCTERMS.conformsTo, standard),
                (DCTERMS.accessRights, write.concept("access-right", "PUBLIC", DCTERMS.RightsStatement)),
                (DCTERMS.license, licence),
                (DCAT.keyword, [Literal(word, lang="en") for word in ("API", service.key)]),
                (DCAT.theme, [write.concept("data-theme", code) for code in themes]),
                (DCAT.servesDataset, [entry.address for entry in entries]),
                (DCAT.landingPage, nodes.document(write, f"{base}/en/data", "en")),
            ],
        )
        found.append(node)
    return found


def _title(service: Service, language: str) -> str:
    t = translator(language)
    return {
        "api": t("The site's own API: tables, aggregates, releases"),
        "ckan": t("CKAN Action API"),
        "oai": t("Harvesting by OAI-PMH"),
    }[service.key]
