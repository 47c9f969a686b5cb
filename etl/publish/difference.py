"""Any two releases on disk against each other: the counts of changed rows, and the ranked list of what fell or rose."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from etl.declare import Table
from etl.errors import PublishRefused
from etl.paths import DataPaths
from etl.publish.assemble import TableFiles, open_connection
from etl.publish.changes import TableChanges, find_changes
from etl.publish.compare import Change, compare
from etl.publish.package import is_whole, read_current
from etl.publish.releases import Release, list_releases
from etl.registry import Registry


@dataclass(frozen=True)
class Difference:
    """What became of the tables of `old` in `new`; `ranked` has the worst first."""

    old: str
    new: str
    tables: list[TableChanges]
    ranked: list[Change]

    def as_dict(self) -> dict[str, Any]:
        """As it is printed as JSON; the files of the rows are not kept."""
        tables = [{k: v for k, v in item.as_dict().items() if k != "files"} for item in self.tables]
        ranked = [{**asdict(change), "share": change.share} for change in self.ranked]
        return {"old": self.old, "new": self.new, "tables": tables, "ranked": ranked}


def compare_releases(registry: Registry, paths: DataPaths, old: str = "", new: str = "") -> Difference:
    """Compare two releases; by default the live one with the one that was live before it.

    Raises PublishRefused where one of them is not there, or one is real and the other is not.
    """
    after = _find(paths, new or str((read_current(paths) or {}).get("version", "")))
    before = _find(paths, old or _one_before(paths, after))
    if before.sample != after.sample:
        raise PublishRefused(f"releases {before.version} and {after.version} are not of one kind, real or sample")
    tables = _tables(registry, after)
    with TemporaryDirectory(prefix="etl-diff-") as scratch, open_connection() as connection:
        found = find_changes(tables, before.folder, before.descriptor, Path(scratch))
        return Difference(before.version, after.version, found, compare(connection, tables, before.folder))


def _find(paths: DataPaths, version: str) -> Release:
    folder = paths.releases / version
    # A version is one part of a path: `..` and the like name no release.
    if not version or folder.parent != paths.releases or not is_whole(folder):
        there = [release.version for release in list_releases(paths)]
        raise PublishRefused(
            f"there is no release {version!r}" if version else "no release is live",
            expected=f"one of {', '.join(there)}" if there else "",
            do="" if there else "Run `python -m etl run`.",
        )
    return Release.read(folder)


def _one_before(paths: DataPaths, after: Release) -> str:
    """The release that was live before, else the newest older one of its kind."""
    against = str((after.descriptor.get("x-changes") or {}).get("against", ""))
    if against and is_whole(paths.releases / against):
        return against
    older = [r.version for r in list_releases(paths) if r.sample == after.sample and r.version < after.version]
    if not older:
        raise PublishRefused(f"release {after.version} is the only one of its kind", do="Name two releases.")
    return older[-1]


def _tables(registry: Registry, release: Release) -> list[TableFiles]:
    declared: dict[str, Table] = {t.name: t for r in registry.datasets for t in r.dataset.tables}
    return [
        TableFiles(
            resource["x-dataset"],
            declared[resource["name"]],
            release.folder / f"{resource['name']}.parquet",
            release.folder / resource["path"],
            resource["x-rows"],
        )
        for resource in release.descriptor["resources"]
        if resource["name"] in declared
    ]
