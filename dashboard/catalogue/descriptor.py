"""A release's descriptor cut down to one dataset: a Data Package 2.0 of its own, with the files' whole addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.catalogue.croissant import words
from dashboard.catalogue.model import Entry, Table

PER_PACKAGE = ("$schema", "version", "created", "contributors", "x-contract", "x-version", "x-sample")
"""What is of a dataset as it is of the release."""


def cut_down(raw: Mapping[str, Any], entry: Entry) -> dict[str, Any]:
    """The descriptor of a dataset out of that of its release."""
    said: dict[str, Any] = {key: raw[key] for key in PER_PACKAGE if key in raw}
    said |= {
        "name": entry.name,
        "id": f"{entry.landing}/releases/{entry.version}",
        "title": entry.title["en"],
        "description": entry.description["en"],
        "homepage": entry.landing,
        "keywords": words(entry, "en"),
        "licenses": [{"name": entry.licence.id.upper(), "path": entry.licence.url, "title": entry.licence.title}],
        "sources": [{"title": one.title["en"], **({"path": one.page} if one.page else {})} for one in entry.origins],
        "x-title": dict(entry.title),
        "x-description": dict(entry.description),
        "x-datasets": [one for one in raw["x-datasets"] if one["name"] == entry.name],
        "resources": [_resource(one, entry) for one in raw["resources"] if one["x-dataset"] == entry.name],
    }
    return {key: value for key, value in said.items() if value not in ([], None)}


def _resource(raw: Mapping[str, Any], entry: Entry) -> dict[str, Any]:
    """A table. A key of another dataset's table is told, but not as one that a reader of this package could check."""
    table = next(one for one in entry.tables if one.name == raw["name"])
    names = {one.name for one in entry.tables}
    schema = dict(raw["schema"])
    keys = schema.pop("foreignKeys", [])
    within = [key for key in keys if key["reference"].get("resource") in names]
    beyond = [key for key in keys if key not in within]
    schema |= {"foreignKeys": within} if within else {}
    schema |= {"x-foreignKeys": beyond} if beyond else {}
    files = [{**one, "path": _url(table, one["format"])} for one in raw["x-distributions"]]
    return {**raw, "path": _url(table, raw["format"]), "schema": schema, "x-distributions": files}


def _url(table: Table, kind: str) -> str:
    return table.file(kind).url
