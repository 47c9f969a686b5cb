"""A dataset in Dublin Core's fifteen elements, which every harvester by OAI-PMH reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from dashboard.catalogue.model import PUBLISHER, Entry
from dashboard.catalogue.vocabulary import COUNTRY, PLACES, names

DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TYPE = "Dataset"

_E = ElementMaker(namespace=DC, nsmap={"oai_dc": OAI_DC, "dc": DC, "xsi": XSI})


def dublin_core(entry: Entry) -> Any:
    """The dataset as `oai_dc`."""
    root = etree.Element(f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC} {DC_SCHEMA}")
    for name, text, language in _elements(entry):
        root.append(_E(name, text, {LANG: language} if language else {}))
    return root


def _elements(entry: Entry) -> Iterator[tuple[str, str, str | None]]:
    """(element, text, its language) of everything that the release tells."""
    yield from (("title", text, language) for language, text in entry.title.items())
    yield from (("creator", one.name, one.language) for one in entry.creators)
    for language, words in entry.keywords.items():
        yield from (("subject", word, language) for word in words)
    yield from (("description", text, language) for language, text in entry.description.items())
    yield "publisher", PUBLISHER, None
    if entry.modified:
        yield "date", entry.modified.date().isoformat(), None
    yield "type", TYPE, None
    yield from (("format", media_type, None) for media_type in _media_types(entry))
    yield "identifier", entry.address, None
    yield from (("source", one.page, None) for one in entry.origins if one.page)
    yield from (("language", language, None) for language in entry.languages)
    if entry.temporal:
        yield "coverage", f"{entry.temporal.start}/{entry.temporal.end}", None
    places = [names("place", PLACES[code]) for code in entry.cities] or [names("country", COUNTRY)]
    yield from (("coverage", place["en"], "en") for place in places)
    yield "rights", entry.licence.url, None


def _media_types(entry: Entry) -> dict[str, None]:
    return dict.fromkeys(file.form.media_type for table in entry.tables for file in table.files)
