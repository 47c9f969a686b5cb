"""What a portal has that could be declared: `python -m etl discover PORTAL "ostolaskut"`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from etl.errors import DeclarationError
from etl.fetch.ckan import Package, search_packages
from etl.registry import Registry
from etl.settings import Settings


@dataclass(frozen=True)
class Found:
    """A dataset of a portal; `declared_by` are the sources that stand for it already."""

    package: Package
    declared_by: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As it is printed as JSON."""
        return {
            "name": self.package.name,
            "title": self.package.titles.get("", ""),
            "organisation": self.package.organisation,
            "licence": self.package.licence_id,
            "modified": self.package.metadata_modified,
            "declared_by": list(self.declared_by),
            "resources": [
                {key: resource.get(key) for key in ("name", "format", "size", "url")}
                for resource in self.package.resources
            ],
        }


def portal_api(registry: Registry, portal: str) -> str:
    """The Action API base of a portal by its name in portals.yml, or of any CKAN by its address.

    Raises DeclarationError for what is neither.
    """
    ckans = {name: one for name, one in registry.portals.items() if one.kind == "ckan"}
    if portal in ckans:
        return ckans[portal].api
    if urlsplit(portal).scheme in ("http", "https"):
        return re.sub(r"/api(/3)?(/action)?/?$", "", portal).rstrip("/")
    raise DeclarationError(f"there is no portal {portal!r}", expected=f"{', '.join(ckans)} or the address of a CKAN")


def discover(
    session: requests.Session, registry: Registry, portal: str, text: str, settings: Settings
) -> Iterator[Found]:
    """The portal's datasets in which `text` is found. Raises FetchError where it cannot be asked."""
    sources: dict[str, list[str]] = {}
    for source in registry.sources():
        if source.dataset and (source.portal == portal or portal not in registry.portals):
            sources.setdefault(source.dataset, []).append(source.name)
    for package in search_packages(session, portal_api(registry, portal), text, settings):
        yield Found(package, tuple(sources.get(package.name, ())))
