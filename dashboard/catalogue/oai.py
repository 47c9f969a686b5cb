"""Answers OAI-PMH 2.0, by which the European portal prefers to harvest: a record for each dataset, a set for each
theme. Its metadata are Dublin Core or DCAT-AP 2.1.1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.builder import ElementMaker

from dashboard.catalogue.dcat import entry_graph
from dashboard.catalogue.dublin_core import DC_SCHEMA, OAI_DC, XSI, dublin_core
from dashboard.catalogue.model import Catalogue, Entry
from dashboard.catalogue.oai_request import SECOND, OaiError, Selection, read_request, select
from dashboard.catalogue.rdf import serialise
from dashboard.catalogue.vocabulary import names

OAI = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = f"{OAI} {OAI}OAI-PMH.xsd"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FORMATS = {
    "oai_dc": (DC_SCHEMA, OAI_DC),
    "dcat_ap": ("http://www.openarchives.org/OAI/2.0/rdf.xsd", RDF),
}
"""Prefix -> (schema, namespace) of the metadata."""
PER_PAGE = 10
NO_CONTACT = "not-set@kuusi.invalid"
"""The protocol asks for an e-mail address; this one can belong to nobody."""
E = ElementMaker(namespace=OAI, nsmap={None: OAI, "xsi": XSI})
Element = Any


@dataclass(frozen=True)
class Record:
    """A dataset, or one that is gone: its `entry` is None then."""

    name: str
    stamp: dt.datetime
    entry: Entry | None


class Repository:
    """A catalogue as OAI-PMH sees it. `gone` are the datasets of older releases, with when they were left out."""

    def __init__(self, catalogue: Catalogue, gone: Mapping[str, dt.datetime]) -> None:
        self.catalogue = catalogue
        known = [Record(one.name, one.modified or catalogue.created, one) for one in catalogue.entries]
        lost = [Record(name, stamp, None) for name, stamp in gone.items()]
        self.records = tuple(sorted([*known, *lost], key=lambda one: (one.stamp, one.name)))
        self.themes = sorted({code for entry in catalogue.entries for code in entry.themes})
        self._host = urlsplit(catalogue.base_url).hostname or "localhost"

    def answer(self, pairs: Sequence[tuple[str, str]], now: dt.datetime) -> bytes:
        """The answer to a request with these arguments, which never fails: its errors are answers too."""
        asked: dict[str, str] = {}
        try:
            verb, given = read_request(pairs)
            found = self._verbs()[verb](given)
            asked = {"verb": verb, **given}
        except OaiError as error:
            found = E("error", str(error), code=error.code)
            if error.code not in ("badVerb", "badArgument"):
                asked = dict(pairs)
        root = E(
            "OAI-PMH", E("responseDate", _stamp(now)), E("request", f"{self.catalogue.base_url}/oai", asked), found
        )
        root.set(f"{{{XSI}}}schemaLocation", SCHEMA)
        text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return text

    def _verbs(self) -> Mapping[str, Callable[[Mapping[str, str]], Element]]:
        return {
            "Identify": self._identify,
            "ListMetadataFormats": self._formats,
            "ListSets": self._sets,
            "GetRecord": self._record,
            "ListIdentifiers": lambda given: self._list("ListIdentifiers", given),
            "ListRecords": lambda given: self._list("ListRecords", given),
        }

    def _identify(self, _: Mapping[str, str]) -> Element:
        contact = self.catalogue.contact
        earliest = min((record.stamp for record in self.records), default=self.catalogue.created)
        return E(
            "Identify",
            E("repositoryName", self.catalogue.title["en"]),
            E("baseURL", f"{self.catalogue.base_url}/oai"),
            E("protocolVersion", "2.0"),
            E("adminEmail", contact if "@" in contact and "://" not in contact else NO_CONTACT),
            E("earliestDatestamp", _stamp(earliest)),
            E("deletedRecord", "transient"),
            E("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        )

    def _formats(self, given: Mapping[str, str]) -> Element:
        if "identifier" in given:
            self._find(given["identifier"])
        found = [
            E("metadataFormat", E("metadataPrefix", prefix), E("schema", schema), E("metadataNamespace", namespace))
            for prefix, (schema, namespace) in FORMATS.items()
        ]
        return E("ListMetadataFormats", *found)

    def _sets(self, given: Mapping[str, str]) -> Element:
        if "resumptionToken" in given:
            raise OaiError("badResumptionToken", "The sets are listed whole: ask without a resumptionToken.")
        if not self.themes:
            raise OaiError("noSetHierarchy", "The datasets of this release tell no themes.")
        sets = [E("set", E("setSpec", code), E("setName", names("data-theme", code)["en"])) for code in self.themes]
        return E("ListSets", *sets)

    def _record(self, given: Mapping[str, str]) -> Element:
        record = self._find(given["identifier"])
        _check_format(given["metadataPrefix"])
        return E("GetRecord", self._whole(record, given["metadataPrefix"]))

    def _list(self, verb: str, given: Mapping[str, str]) -> Element:
        """A page of the records that are asked for, and the token of the next."""
        asked = select(given, self.catalogue.version)
        _check_format(asked.prefix)
        if asked.theme is not None and not self.themes:
            raise OaiError("noSetHierarchy", "The datasets of this release tell no themes.")
        found = [one for one in self.records if asked.holds(one.stamp, one.entry.themes if one.entry else None)]
        if not found:
            raise OaiError("noRecordsMatch", "No dataset has changed within these dates in this set.")
        if asked.cursor >= len(found):
            raise OaiError("badResumptionToken", "The list ends before this resumptionToken.")
        shown = found[asked.cursor : asked.cursor + PER_PAGE]
        is_whole = verb == "ListRecords"
        items = [self._whole(one, asked.prefix) if is_whole else self._header(one) for one in shown]
        return E(verb, *items, *self._token(asked, len(found)))

    def _token(self, asked: Selection, total: int) -> Iterator[Element]:
        """The token, empty on the last page; a list of one page has none."""
        if total > PER_PAGE:
            after = asked.cursor + PER_PAGE
            token = asked.token(after, self.catalogue.version) if after < total else ""
            yield E("resumptionToken", token, completeListSize=str(total), cursor=str(asked.cursor))

    def _find(self, identifier: str) -> Record:
        for record in self.records:
            if identifier == self._identifier(record):
                return record
        raise OaiError("idDoesNotExist", f"There is no {identifier}: ListIdentifiers gives all that there are.")

    def _identifier(self, record: Record) -> str:
        return f"oai:{self._host}:{record.name}"

    def _header(self, record: Record) -> Element:
        said = [E("identifier", self._identifier(record)), E("datestamp", _stamp(record.stamp))]
        if record.entry is None:
            return E("header", *said, status="deleted")
        return E("header", *said, *[E("setSpec", code) for code in record.entry.themes])

    def _whole(self, record: Record, prefix: str) -> Element:
        if record.entry is None:
            return E("record", self._header(record))
        if prefix == "oai_dc":
            metadata = dublin_core(record.entry)
        else:
            metadata = etree.fromstring(serialise(entry_graph(self.catalogue, record.entry, "dcat-ap-2.1.1"), "rdf"))
        return E("record", self._header(record), E("metadata", metadata))


def _check_format(prefix: str) -> None:
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"There is no format {prefix}; there are {', '.join(FORMATS)}.")


def _stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime(SECOND)
