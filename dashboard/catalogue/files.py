"""The files of a dataset as DCAT distributions: one for each table in each format."""

from __future__ import annotations

from rdflib import DCTERMS, XSD, Literal, URIRef

from dashboard.catalogue import nodes
from dashboard.catalogue.model import Catalogue, Entry, File, Table
from dashboard.catalogue.rdf import ADMS, DCAT, DCATAP, SPDX, Writer, literals, moment
from dashboard.catalogue.services import API, service_address
from dashboard.i18n import LANGUAGES

IANA = "http://www.iana.org/assignments/media-types/"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"


def add_files(write: Writer, catalogue: Catalogue, entry: Entry, *, is_new: bool) -> list[URIRef]:
    """Add all files of a dataset; gives their addresses. `is_new` is DCAT-AP 3, else 2."""
    return [_add(write, catalogue, entry, table, file, is_new=is_new) for table in entry.tables for file in table.files]


def _add(write: Writer, catalogue: Catalogue, entry: Entry, table: Table, file: File, *, is_new: bool) -> URIRef:
    at = f"{entry.address}#{file.name}"
    form = file.form
    media_type = write.add(IANA + form.media_type, DCTERMS.MediaType, []) if form.is_registered else None
    file_type = write.concept("file-type", form.file_type, DCTERMS.MediaTypeOrExtent) if form.file_type else None
    schema = write.add(table.csvw, DCTERMS.Standard, []) if file.format == "csv" else None
    return write.add(
        at,
        DCAT.Distribution,
        [
            (DCTERMS.title, literals({lang: f"{table.title[lang]} ({form.name})" for lang in LANGUAGES})),
            (DCTERMS.description, literals(table.description)),
            (DCAT.accessURL, file.url),
            (DCAT.downloadURL, file.url),
            (DCTERMS["format"], file_type),
            (DCAT.packageFormat if form.is_package else DCAT.mediaType, media_type),
            (DCAT.byteSize, _size(file.bytes, is_new=is_new)),
            (SPDX.checksum, _checksum(write, at, file) if is_new else None),
            (DCTERMS.license, nodes.licence(write, entry.licence)),
            (DCTERMS.rights, nodes.rights(write, catalogue, entry.licence)),
            (DCTERMS.issued, moment(entry.issued)),
            (DCTERMS.modified, moment(entry.modified)),
            (DCTERMS.language, [nodes.language(write, one) for one in entry.languages]),
            (DCTERMS.conformsTo, schema),
            (DCATAP.availability, write.concept("planned-availability", "AVAILABLE")),
            (ADMS.status, write.concept("distribution-status", "COMPLETED")),
            (DCAT.accessService, service_address(catalogue, API) if file.format == "json" else None),
        ],
    )


def _size(count: int | None, *, is_new: bool) -> Literal | None:
    """Bytes: DCAT-AP 3 counts them as a whole number, DCAT-AP 2 as a decimal."""
    if count is None:
        return None
    return Literal(str(count), datatype=XSD.nonNegativeInteger if is_new else XSD.decimal)


def _checksum(write: Writer, at: str, file: File) -> URIRef | None:
    """The hash of a stored file. DCAT-AP 2 knows SHA-1 only."""
    if file.sha256 is None:
        return None
    algorithm = write.add(SHA256, SPDX.ChecksumAlgorithm, [])
    value = Literal(file.sha256, datatype=XSD.hexBinary, normalize=False)
    return write.add(f"{at}-checksum", SPDX.Checksum, [(SPDX.algorithm, algorithm), (SPDX.checksumValue, value)])
