"""A dataset as schema.org's Dataset, which search engines read in its page."""

from __future__ import annotations

from typing import Any

from dashboard.catalogue.croissant import words
from dashboard.catalogue.model import PUBLISHER, Entry, File
from dashboard.catalogue.vocabulary import COUNTRY, PLACES, address, names


def schema_org(entry: Entry, language: str) -> dict[str, Any]:
    """The dataset in a language, without what is unknown."""
    publisher = {"@type": "Organization", "name": PUBLISHER}
    said: dict[str, Any] = {
        "@type": "Dataset",
        "@id": f"{entry.pages[language]}#dataset",
        "name": entry.title[language],
        "description": entry.description[language],
        "url": entry.pages[language],
        "identifier": entry.address,
        "license": entry.licence.url,
        "keywords": words(entry, language),
        "inLanguage": language,
        "version": entry.version,
        "datePublished": entry.issued.isoformat() if entry.issued else None,
        "dateModified": entry.modified.isoformat() if entry.modified else None,
        "temporalCoverage": f"{entry.temporal.start}/{entry.temporal.end}" if entry.temporal else None,
        "spatialCoverage": _places(entry, language),
        "isAccessibleForFree": True,
        "publisher": publisher,
        "creator": [{"@type": "Organization", "name": one.name} for one in entry.creators] or [publisher],
        "variableMeasured": _variables(entry, language),
        "distribution": [_file(file) for table in entry.tables for file in table.files],
    }
    return {key: value for key, value in said.items() if value not in (None, [])}


def _places(entry: Entry, language: str) -> list[dict[str, Any]]:
    concepts = [("place", PLACES[code]) for code in entry.cities] or [("country", COUNTRY)]
    return [{"@type": "Place", "name": names(*one)[language], "sameAs": address(*one)} for one in concepts]


def _variables(entry: Entry, language: str) -> list[dict[str, Any]]:
    """The fields that hold a measured number, each name once."""
    fields = {one.name: one for table in entry.tables for one in table.fields if one.unit or one.type == "number"}
    return [
        {"@type": "PropertyValue", "propertyID": one.name, "name": one.title[language]}
        | ({"unitText": one.unit} if one.unit else {})
        for one in fields.values()
    ]


def _file(file: File) -> dict[str, Any]:
    known = {"contentSize": f"{file.bytes} B"} if file.bytes is not None else {}
    known |= {"sha256": file.sha256} if file.sha256 else {}
    said = {"@type": "DataDownload", "name": file.name, "encodingFormat": file.form.media_type, "contentUrl": file.url}
    return said | known
