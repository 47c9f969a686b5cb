"""A dataset of the release as a package of CKAN, with the fields that harvesters of Finnish portals read.

The national portal's harvesters need `title_translated`, `notes_translated`, `keywords` and `date_released`.
"""

from __future__ import annotations

from typing import Any

from dashboard.ckan_api.groups import group, is_open, organization, tag, tag_names
from dashboard.ckan_api.resources import resources_of
from dashboard.ckan_api.site import LANGUAGE, PUBLISHER, Portal, stamp
from dashboard.ckan_api.words import AUTHORITY, frequency_titles, group_name
from dashboard.i18n import LANGUAGES, translator
from dashboard.package import Dataset


def dataset_dict(portal: Portal, dataset: Dataset) -> dict[str, Any]:
    """The package. What an older release does not tell is left out, or empty where CKAN or a harvester needs it."""
    resources = resources_of(portal, dataset)
    owner = organization(portal)
    tags = sorted(tag_names(dataset))
    return {
        "id": portal.id_of("dataset", dataset.name),
        "name": dataset.name,
        "type": "dataset",
        "state": "active",
        "private": False,
        "title": dataset.title[LANGUAGE],
        "title_translated": dict(dataset.title),
        "notes": _notes(portal, dataset)[LANGUAGE],
        "notes_translated": _notes(portal, dataset),
        "url": portal.address(f"/dataset/{dataset.name}"),
        "version": portal.package.version,
        "author": PUBLISHER,
        "author_email": portal.email,
        "maintainer": PUBLISHER,
        "maintainer_email": portal.email,
        "maintainer_website": portal.base_url,
        "license_id": dataset.licence.id,
        "license_title": dataset.licence.title,
        "license_url": dataset.licence.url,
        "isopen": is_open(dataset.licence.url),
        "creator_user_id": None,
        "owner_org": owner["id"],
        "organization": owner,
        "metadata_created": stamp(dataset.issued or portal.package.created),
        "metadata_modified": stamp(dataset.modified or portal.package.created),
        "num_resources": len(resources),
        "num_tags": len(tags),
        "resources": resources,
        "tags": [tag(portal, name) for name in tags],
        "groups": [group(portal, code) for code in sorted(dataset.themes, key=group_name)],
        "extras": _extras(portal, dataset),
        "relationships_as_subject": [],
        "relationships_as_object": [],
        **_read_by_harvesters(portal, dataset),
    }


def _notes(portal: Portal, dataset: Dataset) -> dict[str, str]:
    """What the dataset is; of generated rows that is said first."""
    if not portal.package.is_generated(dataset):
        return dict(dataset.description)
    said = {language: translator(language)("Sample data: generated, not real") for language in LANGUAGES}
    return {language: f"{said[language]}. {dataset.description[language]}" for language in LANGUAGES}


def _read_by_harvesters(portal: Portal, dataset: Dataset) -> dict[str, Any]:
    titles = frequency_titles(dataset.frequency) if dataset.frequency else {}
    return {
        "collection_type": "Open Data",
        "keywords": {language: list(words) for language, words in dataset.tags.items()},
        "date_released": stamp(dataset.issued) if dataset.issued else "",
        "update_frequency": {language: [words] for language, words in titles.items()},
        "geographical_coverage": _places(portal, dataset),
        "external_urls": [portal.address(f"/dataset/{dataset.name}")],
        "copyright_notice_translated": {},
    }


def _places(portal: Portal, dataset: Dataset) -> list[str]:
    """The cities that the dataset is of: those of its sources, or all where its tables tell cities apart."""
    codes = {source.city_code for source in dataset.sources if source.city_code}
    tables = [portal.package.resource(name) for name in dataset.resources]
    if not codes and any(table.field("city_code") for table in tables):
        codes = set(portal.cities)
    return sorted(portal.cities[code][LANGUAGE].lower() for code in codes if code in portal.cities)


def _extras(portal: Portal, dataset: Dataset) -> list[dict[str, str]]:
    values = {
        "descriptor": portal.address("/datapackage.json"),
        "release": portal.package.version,
        "sample": str(portal.package.is_generated(dataset)).lower(),
        "sources": "; ".join(dict.fromkeys(source.publisher for source in dataset.sources)),
        "frequency": f"{AUTHORITY}/frequency/{dataset.frequency}" if dataset.frequency else "",
        "theme": " ".join(f"{AUTHORITY}/data-theme/{code}" for code in dataset.themes),
        "temporal_start": dataset.temporal.start.isoformat() if dataset.temporal else "",
        "temporal_end": dataset.temporal.end.isoformat() if dataset.temporal else "",
    }
    return [{"key": key, "value": value} for key, value in sorted(values.items()) if value]
