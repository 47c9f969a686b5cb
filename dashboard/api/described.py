"""The catalogue of the served release and of each that stands beside it on disk, made once each and kept."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import flask

from dashboard.catalogue.model import Catalogue, Entry, describe
from dashboard.errors import ContractMismatch, PackageNotFound, UnknownResource
from dashboard.package import Package, open_package
from dashboard.releases import find_release, list_releases
from dashboard.served import Served

MOST_KEPT = 24
"""Catalogues, and answers, kept in memory: of each release under each public address that it was asked for at."""
MOST_OPENED = 8
"""Older releases kept open; of each its descriptor only."""


@dataclass(frozen=True)
class Asked:
    """A release at a public address; `is_pinned` where the request names it, so that what it says does so too."""

    version: str
    base_url: str
    is_pinned: bool
    package: Package = field(compare=False, repr=False)


class Described:
    """The catalogues. `served` gives the release that the current request is of, `base_url` its public address."""

    def __init__(self, served: Callable[[], Served], base_url: Callable[[], str], contact: str) -> None:
        self._served, self._base_url, self._contact = served, base_url, contact
        self._opened = lru_cache(maxsize=MOST_OPENED)(open_package)
        self.catalogue = lru_cache(maxsize=MOST_KEPT)(self._describe)

    def asked(self) -> Asked:
        """The release that the current request is of."""
        package = self._served().package
        return Asked(package.version, self._base_url(), "release" in flask.request.args, package)

    def release(self, version: str) -> Asked:
        """The release of that name, the served one or another on disk. Raises UnknownResource."""
        live = self._served().package
        package = live if version == live.version else self._open(live, version)
        return Asked(version, self._base_url(), is_pinned=True, package=package)

    def entry(self, asked: Asked, name: str) -> tuple[Catalogue, Entry]:
        """A dataset and the catalogue that it is in. Raises UnknownResource."""
        asked.package.dataset(name)
        catalogue = self.catalogue(asked)
        return catalogue, catalogue.entry(name)

    def versions(self, name: str) -> Mapping[str, dt.datetime]:
        """The releases on disk that hold a dataset, with when each was made, the newest first."""
        found, _ = list_releases(self._served().package)
        return {one.version: one.created for one in found if name in {table.dataset for table in one.tables.values()}}

    def _open(self, live: Package, version: str) -> Package:
        found, _ = list_releases(live)
        names = [one.version for one in found]
        try:
            if version in names:
                return self._opened(live.folder.parent / version)
        except (PackageNotFound, ContractMismatch):
            names.remove(version)
        raise UnknownResource(
            "There is no release {version!r} here; there are {names}.", version=version, names=", ".join(names)
        )

    def _describe(self, asked: Asked) -> Catalogue:
        release = find_release(asked.package)
        return describe(
            asked.package,
            asked.base_url,
            self._contact,
            counts=release.counts if release else None,
            against=release.against if release else None,
            is_pinned=asked.is_pinned,
        )


def descriptor(package: Package) -> dict[str, Any]:
    """The release's descriptor as it stands on disk."""
    raw: dict[str, Any] = json.loads((package.folder / "datapackage.json").read_text(encoding="utf-8"))
    return raw
