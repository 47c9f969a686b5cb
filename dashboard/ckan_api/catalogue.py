"""The actions that tell of datasets, resources and what they are gathered by."""

from __future__ import annotations

from typing import Any

from dashboard.ckan_api.asked import Asked
from dashboard.ckan_api.call import Actions, Call, action
from dashboard.ckan_api.datasets import dataset_dict
from dashboard.ckan_api.errors import Invalid, NotFound
from dashboard.ckan_api.resources import resources_of
from dashboard.ckan_api.search import search
from dashboard.ckan_api.site import Portal
from dashboard.package import Dataset
from dashboard.search.folding import fold

CATALOGUE: Actions = {}
MOST_LISTED = 1000
SUGGESTED = 10


def find_dataset(portal: Portal, name: str) -> Dataset:
    """The dataset of that name or id. Raises NotFound."""
    for dataset in portal.package.datasets:
        if name in (dataset.name, portal.id_of("dataset", dataset.name)):
            return dataset
    raise NotFound


def page(asked: Asked, items: list[Any], most: int | None = None) -> list[Any]:
    """The part of a list that is asked for."""
    limit, offset = asked.number("limit", 0) or None, asked.number("offset", 0)
    length = min((one for one in (limit, most) if one is not None), default=None)
    return items[offset : None if length is None else offset + length]


@action(CATALOGUE)
def package_list(call: Call) -> list[str]:
    """The names of all datasets. limit, offset."""
    return page(call.asked, sorted(dataset.name for dataset in call.portal.package.datasets))


@action(CATALOGUE)
def package_show(call: Call) -> dict[str, Any]:
    """A dataset with its resources. id (or name_or_id): its name or id."""
    return dataset_dict(call.portal, find_dataset(call.portal, call.asked.required("id", "name_or_id", "name")))


@action(CATALOGUE)
def package_search(call: Call) -> dict[str, Any]:
    """Datasets that fit a query.

    q: words, each of which must stand in a dataset's name, titles, keywords, description, tables, fields or sources, at
    the beginning of a word; with a colon it is a filter as in fq. fq, fq_list: filters such as organization:kuusi,
    tags:ostot, groups:talous-ja-raha-asiat, res_format:CSV, metadata_modified:[2026-01-01T00:00:00Z TO *], with AND,
    OR, NOT, parentheses, "phrases" and wildcards. sort: id, name, title, metadata_created, metadata_modified or score,
    each with asc or desc. rows (10, at most 1000), start. facet.field: a list of fields; facet.limit, facet.mincount.
    fl: the fields of a dataset to give.
    """
    return search(call.portal, call.asked)


@action(CATALOGUE)
def current_package_list_with_resources(call: Call) -> list[dict[str, Any]]:
    """All datasets with their resources, the last modified first. limit, offset."""
    found = [dataset_dict(call.portal, dataset) for dataset in call.portal.package.datasets]
    found.sort(key=lambda one: str(one["name"]))
    found.sort(key=lambda one: str(one["metadata_modified"]), reverse=True)
    return page(call.asked, found, MOST_LISTED)


@action(CATALOGUE)
def package_autocomplete(call: Call) -> list[dict[str, str]]:
    """Datasets whose name or title holds a text. q: the text. limit (10)."""
    query = fold(call.asked.required("q")).strip()
    found = []
    for dataset in sorted(call.portal.package.datasets, key=lambda one: one.name):
        title = dataset.title["fi"]
        is_named = query in fold(dataset.name)
        if is_named or any(query in fold(text) for text in dataset.title.values()):
            shown = f"{title} ({dataset.name})"
            match = {
                "match_field": "name" if is_named else "title",
                "match_displayed": dataset.name if is_named else shown,
            }
            found.append({"name": dataset.name, "title": title, **match})
    return found[: call.asked.number("limit", SUGGESTED)]


@action(CATALOGUE)
def resource_show(call: Call) -> dict[str, Any]:
    """A resource: a table in one format. id: the table's name for its CSV, TABLE-FORMAT for the others, such as
    TABLE-xlsx."""
    return _resource(call.portal, call.asked.required("id"))


@action(CATALOGUE)
def resource_view_list(call: Call) -> list[dict[str, Any]]:
    """The views of a resource: there are none, the site's own pages show the data. id: the resource."""
    _resource(call.portal, call.asked.required("id"))
    return []


@action(CATALOGUE)
def resource_view_show(call: Call) -> dict[str, Any]:
    """A view of a resource: there are none. id: the view."""
    call.asked.required("id")
    raise NotFound("Resource view not found, cannot check auth.")


@action(CATALOGUE)
def resource_search(call: Call) -> dict[str, Any]:
    """Resources whose fields hold texts. query: "field:text", or a list of such. order_by, offset, limit."""
    terms = [_term(text) for text in _queries(call.asked)]
    resources = _all_resources(call.portal)
    known = set(resources[0]) if resources else set()
    for name, _ in terms:
        if name not in known:
            raise Invalid({"query": [f"Field {name!r} not recognised in resource_search."]})
    found = [one for one in resources if all(text.lower() in str(one[name] or "").lower() for name, text in terms)]
    order = call.asked.text("order_by")
    if order:
        if order not in known:
            raise Invalid({"order_by": [f"Field {order!r} not recognised in resource_search."]})
        found.sort(key=lambda one: str(one[order]))
    return {"count": len(found), "results": page(call.asked, found, MOST_LISTED)}


def _resource(portal: Portal, name: str) -> dict[str, Any]:
    for one in _all_resources(portal):
        if one["id"] == name:
            return one
    raise NotFound


def _all_resources(portal: Portal) -> list[dict[str, Any]]:
    return [one for dataset in portal.package.datasets for one in resources_of(portal, dataset)]


def _queries(asked: Asked) -> list[str]:
    value = asked.values.get("query")
    found = [value] if isinstance(value, str) and value else value
    if not isinstance(found, list) or not found or not all(isinstance(one, str) for one in found):
        raise Invalid({"query": ["Missing value"]})
    return found


def _term(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise Invalid({"query": [f"Must be <field>:<value> pair(s): {text!r}"]})
    return name.strip(), value.strip()
