"""What a CSV says, as CSVW: the W3C's metadata for tabular data. One builder, of a file that stands at an address and
of one that lies in a zip."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dashboard.package import LANGUAGES, Field, Text

MEDIA_TYPE = "application/csvm+json"
TYPES: dict[str, Any] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": {"base": "boolean", "format": "true|false"},
    "date": {"base": "date", "format": "yyyy-MM-dd"},
}
"""Type of Table Schema -> CSVW's."""


@dataclass(frozen=True)
class Csv:
    """A CSV: where it lies, what it holds, under which licence, since when. Its title is in the languages that are
    known; `language` is that of texts that name none."""

    url: str
    title: Text
    fields: Sequence[Field]
    key: Sequence[str]
    licence: str
    modified: dt.datetime | None
    language: str = "en"
    line_end: str = "\r\n"


def csvw(csv: Csv, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The metadata, with `more` that is known of the file; what is not known is left out."""
    said: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": csv.language}],
        "url": csv.url,
        "dc:title": texts(csv.title),
        "dc:license": {"@id": csv.licence},
        "dc:modified": moment(csv.modified),
        **(more or {}),
        "dialect": {
            "encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True,
            "lineTerminators": [csv.line_end],
        },
        "tableSchema": {
            "columns": [_column(field, is_key=field.name in csv.key) for field in csv.fields],
            **({"primaryKey": list(csv.key)} if csv.key else {}),
        },
    }  # fmt: skip
    return {key: value for key, value in said.items() if value not in (None, [])}


def csvw_link(path: str, base_url: str = "", release: str | None = None) -> str:
    """The value of the `Link` header of a table's CSV at `path`, which tells where the metadata of this very file are.

    >>> csvw_link("/data/purchases.csv")
    '</data/purchases.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    """
    query = f"?release={quote(release)}" if release else ""
    return f'<{base_url}{quote(path)}-metadata.json{query}>; rel="describedby"; type="{MEDIA_TYPE}"'


def texts(text: Text) -> list[dict[str, str]]:
    """A text in each language that it is known in."""
    return [{"@value": text[language], "@language": language} for language in LANGUAGES if language in text]


def moment(value: dt.datetime | None) -> dict[str, str] | None:
    """A moment, where it is known."""
    return {"@value": value.isoformat(), "@type": "xsd:dateTime"} if value else None


def _column(field: Field, *, is_key: bool) -> dict[str, Any]:
    """A column. The header names it by its field's name, which must so be among its titles."""
    column: dict[str, Any] = {
        "name": field.name,
        "titles": {"und": field.name, **field.title},
        "datatype": _type(field),
        "required": is_key,
    }
    if field.exact_type.startswith("list"):
        column["separator"] = "|"
    if field.language:
        column["lang"] = field.language
    if field.description:
        column["dc:description"] = texts(field.description)
    if field.unit:
        column["schema:unitText"] = field.unit
    return column


def _type(field: Field) -> Any:
    """The type; of a decimal with its digits, as far as CSVW can say them."""
    found = re.fullmatch(r"decimal\((\d+),(\d+)\)", field.exact_type)
    if found:
        return {"base": "decimal", "format": f"0.{'0' * int(found[2])}"}
    return "short" if field.exact_type == "int16" else TYPES[field.type]
