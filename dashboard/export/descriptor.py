"""The release's descriptor cut down to what a zip holds of it, and the CSVW metadata of a CSV: for programs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dashboard.csvw import Csv, csvw
from dashboard.export.about import About
from dashboard.export.bundle import Measured
from dashboard.export.csv import LINE_END
from dashboard.package import LANGUAGES, Field

LEFT_OUT = ("x-issues", "x-changes", "x-indicators")
"""Of the release as a whole."""


def cut_descriptor(raw: Mapping[str, Any], dataset: str, resources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The descriptor of a Data Package of these resources only, all of one dataset."""
    of_dataset = [one for one in raw["x-datasets"] if one["name"] == dataset]
    shots = {name for one in of_dataset for source in one["sources"] for name in source.get("snapshots", ())}
    licence = of_dataset[0]["licence"]
    pages = [(source["title"]["en"], source["page"]) for one in of_dataset for source in one["sources"]]
    sources = [{"title": title, **({"path": page} if page else {})} for title, page in pages]
    return {
        **{name: value for name, value in raw.items() if name not in LEFT_OUT and name != "sources"},
        "name": dataset,
        "id": f"{raw['id']}/{dataset}",
        "title": of_dataset[0]["title"]["en"],
        "description": of_dataset[0]["description"]["en"],
        "keywords": of_dataset[0].get("keywords", []),
        "licenses": [{"name": licence["id"].upper(), "path": licence["url"], "title": licence["title"]}],
        **({"sources": sources} if sources else {}),
        "x-datasets": of_dataset,
        "x-provenance": [one for one in raw["x-provenance"] if one["id"] in shots],
        "resources": [_known_keys(one, {item["name"] for item in resources}) for one in resources],
    }


def stored_resource(raw: Mapping[str, Any], path: str, found: Measured, rows: int) -> dict[str, Any]:
    """A table's resource whose CSV lies at `path`, whole or a part of its rows."""
    kept = {name: value for name, value in raw.items() if name != "x-distributions"}
    return kept | {"path": path, "bytes": found.bytes, "hash": f"sha256:{found.sha256}", "x-rows": rows}


def view_resource(name: str, about: About, path: str, found: Measured, rows: int) -> dict[str, Any]:
    """The resource of what a figure shows."""
    return {
        "name": name,
        "type": "table",
        "title": about.title,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": LINE_END},
        "bytes": found.bytes,
        "hash": f"sha256:{found.sha256}",
        "schema": {"fields": [_field(field) for field in about.fields]},
        "x-rows": rows,
        "x-sample": about.sample,
    }


def file_csvw(
    path: str, about: About, licence: str, found: Measured, key: Sequence[str] = (), line_end: str = LINE_END
) -> dict[str, Any]:
    """The CSVW metadata of a CSV that lies at `path`, beside them."""
    title = {about.language: about.title}
    csv = Csv(path, title, about.fields, key, licence, about.made, about.language, line_end)
    return csvw(csv, {"schema:contentSize": found.bytes, "schema:sha256": found.sha256})


def as_text(document: Mapping[str, Any]) -> str:
    """A document as its file holds it."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _field(field: Field) -> dict[str, Any]:
    language = next(one for one in ("en", *LANGUAGES) if one in field.title)
    described = field.description.get(language) if field.description else None
    return {
        "name": field.name,
        "type": field.type,
        "title": field.title[language],
        **({"description": described} if described else {}),
        "x-title": dict(field.title),
        "x-unit": field.unit,
    }


def _known_keys(resource: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The resource without the keys that lead to tables which are not there."""
    schema = dict(resource["schema"])
    keys = [one for one in schema.pop("foreignKeys", ()) if one["reference"]["resource"] in names]
    return {**resource, "schema": {**schema, **({"foreignKeys": keys} if keys else {})}}
