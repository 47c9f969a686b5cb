"""Which two releases a dataset is compared between: those that are asked for, else the newest and the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dashboard.diff.comparison import Comparison
from dashboard.errors import ContractMismatch, PackageNotFound, UnknownResource
from dashboard.package import Package, open_package
from dashboard.releases import Release, list_releases

MOST_OPENED = 16
"""Older releases kept open; of each its descriptor only."""
MOST_NAMED = 5
LONGEST_NAMED = 60


class NothingBefore(UnknownResource):
    """A release that no other one of its kind came before."""


@dataclass(frozen=True)
class Between:
    """A dataset in two releases, of which one may lack it."""

    dataset: str
    before: Package
    after: Package

    @property
    def tables(self) -> tuple[str, ...]:
        """The dataset's tables, those that are gone last."""
        found = [one.resources for package in (self.after, self.before) for one in package.datasets
                 if one.name == self.dataset]  # fmt: skip
        return tuple(dict.fromkeys(name for names in found for name in names))

    def table(self, name: str) -> Comparison:
        """One of the tables; the first where none is named. Raises UnknownResource."""
        if name and name not in self.tables:
            raise UnknownResource(
                "There is no table {name!r} in the dataset {dataset}; there are {names}.",
                name=name[:LONGEST_NAMED], dataset=self.dataset, names=", ".join(self.tables),
            )  # fmt: skip
        return Comparison(name or self.tables[0], self.before, self.after)


def comparable(package: Package) -> list[Release]:
    """The releases on disk of the same kind, real or generated, the newest first."""
    return [release for release in list_releases(package)[0] if release.sample == package.sample]


def find_between(package: Package, dataset: str, older: str = "", newer: str = "") -> Between:
    """The dataset between the releases `older` and `newer`. Where the newer is not named it is `package`, where the
    older is not, the one that was live before the newer. Raises UnknownResource, or NothingBefore."""
    releases = comparable(package)
    after = _open(package, releases, newer) if newer else package
    before = _open(package, releases, older or _before(releases, after.version))
    if not any(one.name == dataset for side in (before, after) for one in side.datasets):
        names = ", ".join(one.name for one in after.datasets)
        raise UnknownResource("There is no dataset {name!r}; there are {names}.", name=dataset, names=names)
    return Between(dataset, before, after)


def _before(releases: Sequence[Release], version: str) -> str:
    """The release that was live before another one, else the newest older one."""
    this = next((one for one in releases if one.version == version), None)
    older = [one.version for one in releases if one.version < version]
    if this is not None and this.against in older:
        return this.against
    if not older:
        raise NothingBefore(
            "Release {version} is the first of its kind: there is none before it to compare it with.", version=version
        )
    return older[0]


def _open(package: Package, releases: Sequence[Release], version: str) -> Package:
    """The release of that version. Raises UnknownResource where it is not there or cannot be read."""
    if version == package.version:
        return package
    try:
        if any(one.version == version for one in releases):
            return _opened(package.folder.parent / version)
    except (PackageNotFound, ContractMismatch) as error:
        raise UnknownResource(
            "Release {version!r} was made for another version of this site, or is damaged: it cannot be compared.",
            version=version,
        ) from error
    names = ", ".join([*(one.version for one in releases[:MOST_NAMED]), *(["…"] if len(releases) > MOST_NAMED else [])])
    raise UnknownResource(
        "There is no release {version!r} to compare; there are {names}.", version=version[:LONGEST_NAMED], names=names
    )


@lru_cache(maxsize=MOST_OPENED)
def _opened(folder: Path) -> Package:
    """A release never changes once it is there."""
    return open_package(folder)
