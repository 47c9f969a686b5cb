"""The catalogue as DCAT-AP: 3.0.1, and the older 2.1.1 that the European portal turns everything into.

The two contradict each other in little: how bytes are counted, which checksums there are, what a version is called.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal as OneOf
from typing import get_args

from rdflib import DCTERMS, FOAF, OWL, PROV, RDFS, Graph, Literal

from dashboard.catalogue import nodes
from dashboard.catalogue.files import add_files
from dashboard.catalogue.model import Catalogue, Entry
from dashboard.catalogue.rdf import ADMS, DCAT, HYDRA, Writer, day, literals, moment
from dashboard.catalogue.services import add_services
from dashboard.catalogue.vocabulary import AUTHORITY, COUNTRY, LANGUAGES, PLACES, TABLES
from dashboard.i18n import translator

Profile = OneOf["dcat-ap-3.0.1", "dcat-ap-2.1.1"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
STANDARDS = {
    "dcat-ap-3.0.1": "https://semiceu.github.io/DCAT-AP/releases/3.0.1/",
    "dcat-ap-2.1.1": "https://semiceu.github.io/DCAT-AP/releases/2.1.1/",
}


def catalogue_graph(catalogue: Catalogue, profile: Profile, entries: Sequence[Entry] | None = None) -> Graph:
    """The catalogue with these of its datasets (all of them where none are given)."""
    shown = catalogue.entries if entries is None else entries
    write = Writer()
    for entry in shown:
        _add_entry(write, catalogue, entry, profile)
    licences = {entry.licence for entry in catalogue.entries}
    write.add(
        catalogue.address,
        DCAT.Catalog,
        [
            (DCTERMS.title, literals(catalogue.title)),
            (DCTERMS.description, literals(catalogue.description)),
            (DCTERMS.publisher, nodes.publisher(write, catalogue)),
            (DCTERMS.language, [nodes.language(write, one) for one in LANGUAGES]),
            (DCTERMS.spatial, write.concept("country", COUNTRY, DCTERMS.Location)),
            (DCTERMS.issued, moment(catalogue.issued)),
            (DCTERMS.modified, moment(catalogue.created)),
            (DCTERMS.license, nodes.licence(write, licences.pop()) if len(licences) == 1 else None),
            (FOAF.homepage, nodes.document(write, f"{catalogue.base_url}/")),
            (DCAT.themeTaxonomy, write.scheme(AUTHORITY + "data-theme", TABLES["data-theme"])),
            (DCAT.dataset, [entry.address for entry in shown]),
            (DCAT.record, [f"{entry.address}#record" for entry in shown]),
            (DCAT.service, add_services(write, catalogue, shown)),
        ],
    )
    return write.graph


def entry_graph(
    catalogue: Catalogue, entry: Entry, profile: Profile, versions: Mapping[str, dt.datetime] | None = None
) -> Graph:
    """One dataset by itself. `versions` are the releases of it that can still be had, with when each was made."""
    write = Writer()
    _add_entry(write, catalogue, entry, profile)
    is_new = profile == PROFILES[0]
    for version, created in (versions or {}).items():
        other = f"{entry.landing}/releases/{version}"
        if other != entry.address:
            write.add(
                other,
                DCAT.Dataset,
                [
                    (DCTERMS.title, literals(entry.title)),
                    (DCTERMS.description, literals(entry.description)),
                    (DCAT.version if is_new else OWL.versionInfo, Literal(version)),
                    (DCTERMS.created, moment(created)),
                    (DCAT.isVersionOf if is_new else DCTERMS.isVersionOf, entry.landing),
                ],
            )
            write.add(entry.address, None, [(DCAT.hasVersion if is_new else DCTERMS.hasVersion, other)])
    if entry.address != entry.landing:
        write.add(entry.address, None, [(DCAT.isVersionOf if is_new else DCTERMS.isVersionOf, entry.landing)])
    return write.graph


def add_page(graph: Graph, addresses: Mapping[str, str], total: int, per_page: int) -> None:
    """Say of a page of the catalogue which one it is; `addresses` of `this`, `first`, `last`, `previous`, `next`."""
    write = Writer()
    write.graph = graph
    ways = [(HYDRA[name], address) for name, address in addresses.items() if name != "this"]
    counts = [(HYDRA.totalItems, Literal(total)), (HYDRA.itemsPerPage, Literal(per_page))]
    write.add(addresses["this"], HYDRA.PartialCollectionView, [*ways, *counts])
    write.add(addresses["this"], HYDRA.PagedCollection, [])


def _add_entry(write: Writer, catalogue: Catalogue, entry: Entry, profile: Profile) -> None:
    at, is_new = entry.address, profile == PROFILES[0]
    public = write.concept("access-right", "PUBLIC", DCTERMS.RightsStatement)
    places = [write.concept("place", PLACES[code], DCTERMS.Location) for code in entry.cities]
    creators = [nodes.creator(write, catalogue, one) for one in entry.creators]
    frequency = write.concept("frequency", entry.frequency, DCTERMS.Frequency) if entry.frequency else None
    words = [Literal(word, lang=lang or None) for lang, found in entry.keywords.items() for word in found]
    write.add(
        at,
        DCAT.Dataset,
        [
            (DCTERMS.title, literals(entry.title)),
            (DCTERMS.description, literals(entry.description)),
            (DCTERMS.identifier, Literal(at)),
            (DCTERMS.publisher, nodes.publisher(write, catalogue)),
            (DCTERMS.creator, creators if is_new or len(creators) == 1 else None),  # at most one in Finland's 2.1.1
            (DCAT.contactPoint, nodes.contact(write, catalogue)),
            (DCAT.keyword, words),
            (DCAT.theme, [write.concept("data-theme", code) for code in entry.themes]),
            (DCTERMS.spatial, places or write.concept("country", COUNTRY, DCTERMS.Location)),
            (DCTERMS.temporal, _temporal(write, entry)),
            (DCTERMS.accessRights, public),
            (DCTERMS.accrualPeriodicity, frequency),
            (DCTERMS.issued, moment(entry.issued)),
            (DCTERMS.modified, moment(entry.modified)),
            (DCTERMS.language, [nodes.language(write, one) for one in entry.languages]),
            (DCAT.landingPage, [nodes.document(write, address, one) for one, address in entry.pages.items()]),
            (
                FOAF.page,
                [nodes.document(write, f"{entry.landing}/{one}") for one in ("datapackage.json", "croissant.json")],
            ),
            (DCTERMS.provenance, _provenance(write, entry)),
            (DCTERMS.source, [f"{catalogue.base_url}/dataset/{name}" for name in entry.inputs]),
            (PROV.wasDerivedFrom, sorted({one.page for one in entry.origins if one.page})),
            (PROV.wasGeneratedBy, _run(write, catalogue)),
            (DCAT.version if is_new else OWL.versionInfo, Literal(entry.version)),
            (ADMS.versionNotes, literals(entry.notes)),
            (DCAT.distribution, add_files(write, catalogue, entry, is_new=is_new)),
        ],
    )
    _record(write, entry, profile)


def _temporal(write: Writer, entry: Entry) -> str | None:
    if entry.temporal is None:
        return None
    days = [(DCAT.startDate, day(entry.temporal.start)), (DCAT.endDate, day(entry.temporal.end))]
    return write.add(f"{entry.address}#temporal", DCTERMS.PeriodOfTime, days)


def _provenance(write: Writer, entry: Entry) -> str:
    """Where its rows come from, in words."""
    label = {}
    for language in entry.title:
        t = translator(language)
        sources = "; ".join(f"{one.title[language]} ({one.publisher})" for one in entry.origins)
        made = t("Made from: {names}", names=", ".join(entry.inputs))
        label[language] = f"{t('Sources')}: {sources}" if sources else made
    return write.add(f"{entry.address}#provenance", DCTERMS.ProvenanceStatement, [(RDFS.label, literals(label))])


def _run(write: Writer, catalogue: Catalogue) -> str:
    """The run of the pipeline that made the release."""
    return write.add(
        f"{catalogue.address}#release-{catalogue.version}",
        PROV.Activity,
        [
            (RDFS.label, Literal(f"Release {catalogue.version}", lang="en")),
            (PROV.endedAtTime, moment(catalogue.created)),
        ],
    )


def _record(write: Writer, entry: Entry, profile: Profile) -> None:
    """The catalogue's own note of the dataset: which profile it follows, when it came and last changed."""
    standard = write.add(STANDARDS[profile], DCTERMS.Standard, [])
    write.add(
        f"{entry.address}#record",
        DCAT.CatalogRecord,
        [
            (FOAF.primaryTopic, entry.address),
            (DCTERMS.conformsTo, standard),
            (DCTERMS.issued, moment(entry.issued)),
            (DCTERMS.modified, moment(entry.modified)),
            (ADMS.status, write.concept("distribution-status", "COMPLETED")),
        ],
    )
