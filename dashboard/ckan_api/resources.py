"""The distributions of a table as resources of CKAN."""

from __future__ import annotations

from typing import Any

from dashboard.ckan_api.site import LANGUAGE, Portal, stamp
from dashboard.package import LANGUAGES, Dataset, Resource

FORMATS = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": ("JSON", "application/json"),
    "parquet": ("PARQUET", "application/vnd.apache.parquet"),
    "jsonl": ("JSONL", "application/jsonl"),
    "zip": ("ZIP", "application/zip"),
}
"""The forms in which each table is served: what CKAN calls each, and its media type."""


def resource_id(table: str, kind: str) -> str:
    """The id of a table's distribution: of its CSV the table's own name, so that SQL reads as one would write it.

    >>> resource_id("purchases", "csv"), resource_id("purchases", "xlsx")
    ('purchases', 'purchases-xlsx')
    """
    return table if kind == "csv" else f"{table}-{kind}"


def resources_of(portal: Portal, dataset: Dataset) -> list[dict[str, Any]]:
    """Every distribution of every table of the dataset, in order."""
    found = [
        _resource(portal, dataset, portal.package.resource(table), kind)
        for table in dataset.resources
        for kind in FORMATS
    ]
    return [{**one, "position": position} for position, one in enumerate(found)]


def _resource(portal: Portal, dataset: Dataset, table: Resource, kind: str) -> dict[str, Any]:
    title, media_type = FORMATS[kind]
    file = next((one for one in table.distributions if one.format == kind), None)
    changed = stamp(dataset.modified or portal.package.created)
    return {
        "id": resource_id(table.name, kind),
        "package_id": portal.id_of("dataset", dataset.name),
        "name": f"{table.title[LANGUAGE]} ({title})",
        "name_translated": {language: f"{table.title[language]} ({title})" for language in LANGUAGES},
        "description": table.description[LANGUAGE],
        "description_translated": dict(table.description),
        "url": portal.address(f"/data/{table.name}.{kind}"),
        "url_type": None,
        "format": title,
        "mimetype": media_type,
        "mimetype_inner": None,
        "resource_type": None,
        "size": file.bytes if file else None,
        "hash": file.hash if file else "",
        "sha256": file.hash.removeprefix("sha256:") if file else "",
        "created": stamp(dataset.issued or portal.package.created),
        "last_modified": changed,
        "metadata_modified": changed,
        "cache_last_updated": None,
        "cache_url": None,
        "state": "active",
        "datastore_active": kind == "csv",
        "license_id": dataset.licence.id,
        "row_count": table.rows,
        **_span(dataset),
    }


def _span(dataset: Dataset) -> dict[str, str]:
    """The days that the rows are of, under the names that the national portal and the six cities' portals have."""
    if dataset.temporal is None:
        return {}
    start, end = dataset.temporal.start.isoformat(), dataset.temporal.end.isoformat()
    return {
        "temporal_coverage_from": start,
        "temporal_coverage_to": end,
        "time_series_start": start,
        "time_series_end": end,
    }
