"""A dataset as Croissant 1.0: schema.org's Dataset with hashes of files and types of fields, for machine learning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.catalogue.model import PUBLISHER, Entry, File, Table
from dashboard.package import Field

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context as the format's own library gives it, as that compares it word for word."""
TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}
"""Type of Table Schema -> Croissant's."""


def croissant(entry: Entry, language: str) -> dict[str, Any]:
    """The description of a dataset in a language. Files that are made when asked for are no part of it: a file of it
    has a hash."""
    files = [file for table in entry.tables for file in table.files if file.sha256 is not None]
    creators = [{"@type": "sc:Organization", "name": one.name} for one in entry.creators]
    said: dict[str, Any] = {
        "@context": {**CONTEXT, "@language": language},
        "@type": "sc:Dataset",
        "@id": entry.address,
        "conformsTo": CONFORMS_TO,
        "name": entry.title[language],
        "description": entry.description[language],
        "url": entry.landing,
        "identifier": entry.address,
        "license": entry.licence.url,
        "version": entry.version,
        "citeAs": entry.citation[language],
        "keywords": words(entry, language),
        "inLanguage": list(entry.languages),
        "isLiveDataset": False,
        "publisher": {"@type": "sc:Organization", "name": PUBLISHER},
        "creator": creators or {"@type": "sc:Organization", "name": PUBLISHER},
        "datePublished": entry.issued.isoformat() if entry.issued else None,
        "dateModified": entry.modified.isoformat() if entry.modified else None,
        "distribution": [_file(file) for file in files],
        "recordSet": [_records(table, language) for table in entry.tables],
    }
    return {key: value for key, value in said.items() if value not in (None, [], "")}


def words(entry: Entry, language: str) -> list[str]:
    """The keywords in a language, and those of which the language is not known."""
    return [*entry.keywords.get(language, ()), *entry.keywords.get("", ())]


def _file(file: File) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.url,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": file.form.media_type,
        "sha256": file.sha256,
    }


def _records(table: Table, language: str) -> dict[str, Any]:
    """A table as a set of records, each field taken from the table's CSV."""
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.title[language],
        "description": table.description[language],
        "key": [{"@id": f"{table.name}/{name}"} for name in table.primary_key],
        "field": [_field(table, field, language) for field in table.fields],
    }


def _field(table: Table, field: Field, language: str) -> dict[str, Any]:
    described = field.description or field.title
    is_list = field.exact_type.startswith("list")
    source: dict[str, Any] = {"fileObject": {"@id": f"{table.name}.csv"}, "extract": {"column": field.name}}
    more: dict[str, Any] = {}
    if is_list:
        more["repeated"] = True
        source["transform"] = {"separator": "|"}
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{field.name}",
        "name": field.name,
        "description": described[language],
        "dataType": TYPES[field.type],
        **more,
        "source": source,
    }
