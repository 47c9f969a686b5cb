"""What datasets are gathered by: the organization, the themes as groups, tags and licences."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dashboard.ckan_api.site import LANGUAGE, ORGANIZATION, PUBLISHER, Portal, stamp
from dashboard.ckan_api.words import AUTHORITY, group_name, theme_titles
from dashboard.package import LANGUAGES, Dataset

OPEN = "https://creativecommons.org/"
"""Licences of Creative Commons that release data here are open: CC BY and CC0."""


def organization(portal: Portal) -> dict[str, Any]:
    """The organization as it stands in each dataset."""
    return {
        "id": portal.id_of("organization", ORGANIZATION),
        "name": ORGANIZATION,
        "title": PUBLISHER,
        "type": "organization",
        "description": portal.package.title[LANGUAGE],
        "image_url": "",
        "created": stamp(portal.package.created),
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
        "title_translated": dict.fromkeys(LANGUAGES, PUBLISHER),
        "description_translated": dict(portal.package.title),
    }


def shown_organization(portal: Portal) -> dict[str, Any]:
    """The organization as it is shown by itself."""
    return {
        **organization(portal),
        "display_name": PUBLISHER,
        "image_display_url": "",
        "num_followers": 0,
        "package_count": len(portal.package.datasets),
        "homepage": portal.base_url,
    }


def theme_codes(portal: Portal) -> list[str]:
    """The themes that datasets have, by the names of their groups."""
    return sorted({code for dataset in portal.package.datasets for code in dataset.themes}, key=group_name)


def group(portal: Portal, code: str) -> dict[str, Any]:
    """A theme as it stands in a dataset."""
    titles = theme_titles(code)
    name = group_name(code)
    return {
        "id": portal.id_of("group", name),
        "name": name,
        "title": titles[LANGUAGE],
        "display_name": titles[LANGUAGE],
        "description": f"{AUTHORITY}/data-theme/{code}",
        "image_display_url": "",
        "title_translated": titles,
    }


def shown_group(portal: Portal, code: str) -> dict[str, Any]:
    """A theme as it is shown by itself."""
    return {
        **group(portal, code),
        "image_url": "",
        "created": stamp(portal.package.created),
        "is_organization": False,
        "approval_status": "approved",
        "state": "active",
        "type": "group",
        "num_followers": 0,
        "package_count": sum(code in dataset.themes for dataset in portal.package.datasets),
    }


def tag_names(dataset: Dataset) -> tuple[str, ...]:
    """A dataset's tags: its keywords in the language of its title. Those in the others stand under `keywords`."""
    return tuple(dict.fromkeys(dataset.tags.get(LANGUAGE, dataset.keywords)))


def tag(portal: Portal, name: str) -> dict[str, Any]:
    """A tag as it stands in a dataset."""
    return {
        "display_name": name,
        "id": portal.id_of("tag", name),
        "name": name,
        "state": "active",
        "vocabulary_id": None,
    }


def all_tags(portal: Portal) -> list[str]:
    """Every tag once, in order."""
    return sorted(Counter(name for dataset in portal.package.datasets for name in tag_names(dataset)))


def is_open(url: str) -> bool:
    """Whether data under the licence at that address are open data as the Open Definition has it.

    >>> is_open("https://creativecommons.org/licenses/by/4.0/"), is_open("https://example.org/terms")
    (True, False)
    """
    path = url.replace("http://", "https://").removeprefix(OPEN)
    return path.startswith(("licenses/by/", "licenses/by-sa/", "publicdomain/zero/"))


def licences(portal: Portal) -> list[dict[str, Any]]:
    """The licences of the datasets, each once."""
    found = {dataset.licence.id: dataset.licence for dataset in portal.package.datasets}
    return [
        {
            "id": licence.id,
            "title": licence.title,
            "url": licence.url,
            "status": "active",
            "family": "",
            "maintainer": "",
            "od_conformance": "approved" if is_open(licence.url) else "not reviewed",
            "osd_conformance": "not reviewed",
            "domain_content": True,
            "domain_data": True,
            "domain_software": False,
            "is_generic": False,
            "is_okd_compliant": is_open(licence.url),
            "is_osi_compliant": False,
        }
        for _, licence in sorted(found.items())
    ]
