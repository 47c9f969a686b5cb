"""The few CKAN actions that a reader of a portal needs, answering (and refusing) as CKAN 2.12 does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from etl.sample.catalogue import Catalogue

CKAN_VERSION = "2.12.0"
DEFAULT_ROWS, MAX_ROWS = 10, 1000
SORT_KEYS = ("id", "name", "metadata_modified", "title")
DEFAULT_SORT = "score desc, metadata_modified desc"
SEARCH_PARAMETERS = {
    "q", "fq", "fq_list", "rows", "start", "sort", "facet", "facet.field", "include_private",
    "include_drafts", "include_deleted", "use_default_schema",
}  # fmt: skip


class ActionError(Exception):
    """An action's error: the HTTP status and what stands under `error`, with CKAN's `__type`."""

    def __init__(self, status: int, kind: str, **details: Any) -> None:
        self.status, self.error = status, {**details, "__type": kind}
        super().__init__(kind)


def answer_action(catalogue: Catalogue, name: str, params: Mapping[str, Any]) -> tuple[int, Any]:
    """Status and JSON body. An unknown action gets CKAN's bare string instead of an envelope."""
    if name not in ACTIONS:
        return 400, f"Bad request - Action name not known: {name}"
    envelope: dict[str, Any] = {"help": f"{catalogue.base}/api/3/action/help_show?name={name}"}
    try:
        return 200, envelope | {"success": True, "result": ACTIONS[name](catalogue, params)}
    except ActionError as refused:
        return refused.status, envelope | {"success": False, "error": refused.error}


def status_show(catalogue: Catalogue, _params: Mapping[str, Any]) -> dict[str, Any]:
    """What the portal is."""
    return {
        "ckan_version": CKAN_VERSION,
        "site_url": catalogue.base,
        "site_title": f"Näyteportaali {catalogue.portal} (generated sample data)",
        "site_description": "",
        "locale_default": "fi",
        "error_emails_to": None,
        "extensions": [],
    }


def package_list(catalogue: Catalogue, params: Mapping[str, Any]) -> list[str]:
    """All names, in order."""
    offset = _number(params, "offset", 0)
    limit = _number(params, "limit", len(catalogue.packages))
    return sorted(catalogue.packages)[offset : offset + limit]


def package_show(catalogue: Catalogue, params: Mapping[str, Any]) -> dict[str, Any]:
    """A dataset by name or id."""
    wanted = params.get("id") or params.get("name_or_id")
    if not wanted:
        raise ActionError(409, "Validation Error", name_or_id=["Missing value"])
    package = catalogue.find(str(wanted))
    if package is None:
        raise ActionError(404, "Not Found Error", message="Not found")
    return package


def package_search(catalogue: Catalogue, params: Mapping[str, Any]) -> dict[str, Any]:
    """Datasets whose name, titles and notes hold every word of `q`. `fq` is taken and not applied."""
    unknown = set(params) - SEARCH_PARAMETERS
    if unknown:
        message = f"Search Query is invalid: Invalid search parameters: {sorted(unknown)}"
        raise ActionError(409, "Search Query Error", message=message)
    start, rows = _number(params, "start", 0), min(_number(params, "rows", DEFAULT_ROWS), MAX_ROWS)
    sort = str(params.get("sort") or DEFAULT_SORT)
    found = [package for package in catalogue.packages.values() if _matches(package, params.get("q"))]
    return {
        "count": len(found),
        "facets": {},
        "results": _sorted(found, sort)[start : start + rows],
        "sort": sort,
        "search_facets": {},
    }


def _number(params: Mapping[str, Any], name: str, default: int) -> int:
    text = params.get(name, default)
    try:
        number = int(text)
    except (TypeError, ValueError):
        raise ActionError(409, "Validation Error", **{name: ["Invalid integer"]}) from None
    if number < 0:
        raise ActionError(409, "Validation Error", **{name: ["Must be a natural number"]})
    return number


def _matches(package: dict[str, Any], query: Any) -> bool:
    words = str(query or "*:*").casefold().split()
    texts = (package["name"], package["title"], package["notes"], *package["title_translated"].values())
    text = " ".join(texts).casefold()
    return all(word == "*:*" or word.partition(":")[2] in text if ":" in word else word in text for word in words)


def _sorted(packages: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """By several keys, the last one first since sorting is stable. `score` is the same for all here."""
    for part in reversed(sort.split(",")):
        key, _, direction = part.strip().partition(" ")
        if key not in (*SORT_KEYS, "score") or direction not in ("", "asc", "desc"):
            raise ActionError(409, "Search Query Error", message=f'Search Query is invalid: "{sort}"')
        if key != "score":
            packages = sorted(packages, key=lambda p, k=key: str(p[k]), reverse=direction == "desc")  # type: ignore[misc]
    return packages


ACTIONS: dict[str, Callable[[Catalogue, Mapping[str, Any]], Any]] = {
    "status_show": status_show,
    "package_list": package_list,
    "package_show": package_show,
    "package_search": package_search,
}
