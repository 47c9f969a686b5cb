"""The actions that tell of organizations, groups, tags and licences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.ckan_api.asked import Asked
from dashboard.ckan_api.call import Actions, Call, action
from dashboard.ckan_api.catalogue import page
from dashboard.ckan_api.datasets import dataset_dict
from dashboard.ckan_api.errors import Invalid, NotFound
from dashboard.ckan_api.groups import (
    all_tags,
    group,
    licences,
    shown_group,
    shown_organization,
    tag,
    tag_names,
    theme_codes,
)  # fmt: skip
from dashboard.ckan_api.site import Portal
from dashboard.package import Dataset

GATHERED: Actions = {}
DATASETS_SHOWN = 10
"""Datasets of an organization or group that are shown with it, as in CKAN."""
SUGGESTED = 20
"""Organizations or groups that are suggested where nothing is said, as in CKAN."""


@action(GATHERED)
def organization_list(call: Call) -> list[Any]:
    """The organizations that publish datasets: there is one. all_fields gives all that is known of it."""
    return _listed(call.asked, [shown_organization(call.portal)])


@action(GATHERED)
def organization_show(call: Call) -> dict[str, Any]:
    """An organization. id: its name or id. include_datasets adds ten of its datasets."""
    one = shown_organization(call.portal)
    return _shown(call, [one], lambda _, __: True)


@action(GATHERED)
def organization_autocomplete(call: Call) -> list[dict[str, Any]]:
    """Organizations whose name or title holds a text. q: the text, all of them where it is empty. limit (20)."""
    return _suggested(call.asked, [shown_organization(call.portal)])


@action(GATHERED)
def organization_list_for_user(call: Call) -> list[dict[str, Any]]:
    """The organizations that you may edit: nobody may, so that there are none. id: a user; there are no users.
    permission: read, and not used."""
    call.asked.text("permission")
    if call.asked.has("id"):
        raise NotFound
    return []


@action(GATHERED)
def group_autocomplete(call: Call) -> list[dict[str, Any]]:
    """Groups whose name or title holds a text. q: the text, all of them where it is empty. limit (20)."""
    return _suggested(call.asked, [shown_group(call.portal, code) for code in theme_codes(call.portal)])


@action(GATHERED)
def group_list(call: Call) -> list[Any]:
    """The groups of datasets: the EU's themes of data. all_fields gives all that is known of each."""
    return _listed(call.asked, [shown_group(call.portal, code) for code in theme_codes(call.portal)])


@action(GATHERED)
def group_show(call: Call) -> dict[str, Any]:
    """A group. id: its name or id. include_datasets adds ten of its datasets."""
    codes = {str(group(call.portal, code)["name"]): code for code in theme_codes(call.portal)}
    groups = [shown_group(call.portal, code) for code in codes.values()]
    return _shown(call, groups, lambda dataset, name: codes[name] in dataset.themes)


@action(GATHERED)
def group_package_show(call: Call) -> list[dict[str, Any]]:
    """The datasets of a group. id: its name or id. limit."""
    for code in theme_codes(call.portal):
        one = group(call.portal, code)
        if call.asked.required("id") in (one["name"], one["id"]):
            found = [item for item in call.portal.package.datasets if code in item.themes]
            return page(call.asked, [dataset_dict(call.portal, dataset) for dataset in found])
    raise NotFound


@action(GATHERED)
def tag_list(call: Call) -> list[Any]:
    """All tags: the datasets' keywords in Finnish. query: a text that they hold. all_fields gives more of each."""
    names = _tags(call.portal, call.asked)
    return [tag(call.portal, name) for name in names] if call.asked.flag("all_fields") else names


@action(GATHERED)
def tag_show(call: Call) -> dict[str, Any]:
    """A tag. id: its name or id. include_datasets adds the datasets that have it."""
    for name in all_tags(call.portal):
        one = tag(call.portal, name)
        if call.asked.required("id") in (name, one["id"]):
            found = [item for item in call.portal.package.datasets if name in tag_names(item)]
            packages = [dataset_dict(call.portal, dataset) for dataset in found]
            return {**one, "packages": packages} if call.asked.flag("include_datasets") else one
    raise NotFound


@action(GATHERED)
def tag_search(call: Call) -> dict[str, Any]:
    """Tags that hold a text. query: the text. limit, offset."""
    found = [tag(call.portal, name) for name in _tags(call.portal, call.asked)]
    return {"count": len(found), "results": page(call.asked, found)}


@action(GATHERED)
def tag_autocomplete(call: Call) -> list[str]:
    """The names of tags that hold a text. query: the text. limit, offset."""
    return page(call.asked, _tags(call.portal, call.asked))


@action(GATHERED)
def license_list(call: Call) -> list[dict[str, Any]]:
    """The licences under which datasets are published."""
    return licences(call.portal)


def _suggested(asked: Asked, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those whose name or title, in any language, holds the text that is asked for, by their titles. Raises Invalid."""
    if asked.values.get("q") is None:
        raise Invalid({"q": ["Missing value"]})
    query, most = asked.text("q").strip().lower(), asked.number("limit", SUGGESTED)
    fitting = [
        one for one in found if any(query in text.lower() for text in (one["name"], *one["title_translated"].values()))
    ]
    fitting.sort(key=lambda one: str(one["title"]))
    return [{name: one[name] for name in ("id", "name", "title")} for one in fitting[:most]]


def _tags(portal: Portal, asked: Asked) -> list[str]:
    query = asked.text("query", asked.text("q")).lower()
    return [name for name in all_tags(portal) if query in name.lower()]


def _listed(asked: Asked, found: list[dict[str, Any]]) -> list[Any]:
    """Names, or all that is known; only those that are named, where some are."""
    wanted = asked.names("groups") or asked.names("organizations")
    chosen = [one for one in found if not wanted or one["name"] in wanted]
    return page(asked, chosen if asked.flag("all_fields") else [one["name"] for one in chosen])


def _shown(call: Call, found: list[dict[str, Any]], has: Callable[[Dataset, str], bool]) -> dict[str, Any]:
    """The one of that name or id, with what belongs to it."""
    name = call.asked.required("id")
    for one in found:
        if name in (one["name"], one["id"]):
            shown = {**one, "users": [], "tags": [], "extras": [], "groups": []}
            if call.asked.flag("include_datasets"):
                datasets = [item for item in call.portal.package.datasets if has(item, str(one["name"]))]
                shown["packages"] = [dataset_dict(call.portal, item) for item in datasets[:DATASETS_SHOWN]]
            return shown
    raise NotFound
