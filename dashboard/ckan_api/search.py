"""`package_search`: which datasets fit a query and filters, in order, page by page, counted by facets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from dashboard.ckan_api.asked import Asked
from dashboard.ckan_api.documents import Document, documents_of
from dashboard.ckan_api.errors import Invalid, SearchFailed, SearchRefused
from dashboard.ckan_api.groups import group, theme_codes
from dashboard.ckan_api.lucene import parse
from dashboard.ckan_api.site import PUBLISHER, Portal

DEFAULT_ROWS, MOST_ROWS = 10, 1000
DEFAULT_SORT = "score desc, metadata_modified desc"
FACET_VALUES = 50
"""Values of a facet where nobody says how many."""
SORTS: dict[str, str] = {
    "id": "id", "name": "name", "title": "title_string", "title_string": "title_string",
    "metadata_created": "metadata_created", "metadata_modified": "metadata_modified",
    "organization": "organization", "license_id": "license_id",
}  # fmt: skip
"""What results can be ordered by besides their score, and the field of it."""
KNOWN = {
    "q", "fq", "fq_list", "sort", "rows", "start", "facet", "fl", "include_private", "include_drafts",
    "include_deleted", "use_default_schema", "qf", "wt", "df", "mm", "tie", "bf", "boost", "bq", "defType", "q.op",
    "q.alt", "extras",
}  # fmt: skip
"""Parameters of CKAN's search; those that only a search server could obey change nothing here."""


def search(portal: Portal, asked: Asked) -> dict[str, Any]:
    """The answer of `package_search`. Raises Invalid, SearchRefused or SearchFailed."""
    unknown = sorted(
        name for name in asked.values if name not in KNOWN and not name.startswith(("ext_", "facet.", "hl"))
    )
    if unknown:
        raise SearchRefused(f"Invalid search parameters: {unknown}")
    rows, start = min(asked.number("rows", DEFAULT_ROWS), MOST_ROWS), asked.number("start", 0)
    found = _found(portal, asked)
    sort = asked.text("sort").strip() or DEFAULT_SORT
    ordered = [document for _, document in _ordered(found, sort)]
    facets = _facets(ordered, asked)
    page = [_shown(document, asked.names("fl")) for document in ordered[start : start + rows]]
    return {
        "count": len(ordered),
        "facets": facets,
        "results": page,
        "sort": sort,
        "search_facets": {name: _items(portal, name, counts) for name, counts in facets.items()},
    }


Scored = tuple[float, Document]


def _found(portal: Portal, asked: Asked) -> list[Scored]:
    filters = [parse(text) for text in (asked.text("fq"), *_filter_list(asked)) if text.strip()]
    score = _scoring(asked.text("q"))
    scored = ((score(document), document) for document in documents_of(portal))
    return [(points, one) for points, one in scored if points > 0 and all(holds(one) for holds in filters)]


def _filter_list(asked: Asked) -> list[str]:
    values = asked.values.get("fq_list")
    if isinstance(values, str):
        values = asked.json("fq_list") if values.lstrip().startswith("[") else [values]
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise Invalid({"fq_list": ["Not a list of strings"]})
    return values


def _scoring(query: str) -> Callable[[Document], float]:
    """A query with a colon is one in Lucene's language, any other is words."""
    if not query.strip() or query.strip() in ("*", "*:*"):
        return lambda _: 1.0
    if ":" in query:
        holds = parse(query)
        return lambda document: float(holds(document))
    return lambda document: document.score(query)


def _ordered(found: list[Scored], sort: str) -> list[Scored]:
    """In the order that is asked for, one part after another; ties by name, so that pages do not overlap."""
    ordered = sorted(found, key=lambda one: one[1].package["name"])
    for part in reversed(sort.split(",")):
        match = re.fullmatch(r"\s*(\w+)(?:\s+(asc|desc))?\s*", part, re.IGNORECASE)
        name = match[1] if match else ""
        if match is None or (name != "score" and name not in SORTS):
            raise SearchFailed(f"Can't determine a Sort Order (asc or desc) in sort spec {sort!r}")
        is_falling = (match[2] or "asc").lower() == "desc"
        if name == "score":
            ordered.sort(key=lambda one: one[0], reverse=is_falling)
        else:
            ordered.sort(key=lambda one, field=SORTS[name]: one[1].fields[field][0], reverse=is_falling)
    return ordered


def _shown(document: Document, fields: list[str]) -> dict[str, Any]:
    """The dataset, or those of its fields that are asked for."""
    package = dict(document.package)
    if not fields or "*" in fields:
        return package
    values = {name: list(found) for name, found in document.fields.items()}
    return {name: package.get(name, values.get(name)) for name in fields if name in package or name in values}


def _facets(found: list[Document], asked: Asked) -> dict[str, dict[str, int]]:
    limit = asked.values.get("facet.limit", FACET_VALUES)
    try:
        most = int(limit)
    except (TypeError, ValueError, OverflowError):
        raise Invalid({"facet.limit": ["Invalid integer"]}) from None
    fewest = asked.number("facet.mincount", 1)
    if not asked.flag("facet", default=True):
        return {}
    counts = {
        name: Counter(value for document in found for value in document.fields.get(name, ()))
        for name in asked.names("facet.field")
    }
    return {
        name: {value: n for value, n in _most_common(values, most) if n >= fewest} for name, values in counts.items()
    }


def _most_common(values: Counter[str], most: int) -> list[tuple[str, int]]:
    ordered = sorted(values.items(), key=lambda one: (-one[1], one[0]))
    return ordered if most < 0 else ordered[:most]


def _items(portal: Portal, name: str, counts: dict[str, int]) -> dict[str, Any]:
    """A facet with its values' names; from the last in the alphabet to the first, as CKAN has them."""
    names: dict[str, str] = {}
    if name == "organization":
        names = dict.fromkeys(counts, PUBLISHER)
    elif name == "groups":
        names = {one["name"]: one["display_name"] for one in (group(portal, code) for code in theme_codes(portal))}
    items = [{"name": value, "display_name": names.get(value, value), "count": n} for value, n in counts.items()]
    return {"title": name, "items": sorted(items, key=lambda one: str(one["display_name"]), reverse=True)}
