"""A row by its address: the primary key, the parts joined by commas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from dashboard.context import Context
from dashboard.package import Dataset, Resource
from dashboard.query.model import Filter, Query

LARGEST_INTEGER = 18
"""Digits that fit a 64-bit integer whatever they are."""


def find_row(ctx: Context, dataset: Dataset, key: str) -> tuple[Resource, dict[str, Any]] | None:
    """The row of that key in any table of the dataset."""
    for resource in map(ctx.package.resource, dataset.resources):
        parts = key.split(",", len(resource.primary_key) - 1)
        types = {field.name: field.type for field in resource.fields}
        if len(parts) != len(resource.primary_key):
            continue
        wanted = dict(zip(resource.primary_key, parts, strict=True))
        if any(types[field] == "integer" and not _is_integer(text) for field, text in wanted.items()):
            continue
        filters = tuple(
            Filter(field, "eq", int(text) if types[field] == "integer" else text) for field, text in wanted.items()
        )
        rows = ctx.engine.rows(Query(resource.name, filters=filters, limit=1))
        if rows:
            return resource, rows[0]
    return None


def row_key(resource: Resource, row: Mapping[str, Any]) -> str | None:
    """The key of a row. None where a part is an address, which has no place in another one; such rows name their source
    themselves."""
    key = ",".join(str(row[name]) for name in resource.primary_key)
    return None if "//" in key or key.strip("/") != key else key


def row_address(dataset: str, key: str) -> str:
    """The address of a row in no language."""
    return f"/dataset/{dataset}/row/{quote(key, safe=',:')}"


def _is_integer(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LARGEST_INTEGER
