"""Removes old releases, and the raw files that nothing kept was made from."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.errors import PublishRefused
from etl.paths import DataPaths
from etl.publish.package import read_current
from etl.publish.releases import Release, list_releases, read_pinned
from etl.snapshot import SnapshotStore

KINDS = (True, False)
"""Sample and real: each has its own number of kept releases, and its own snapshots."""


@dataclass
class Pruned:
    """What was removed, or would be: releases by version, snapshots by id, each with its bytes."""

    releases: dict[str, int] = field(default_factory=dict)
    snapshots: dict[str, int] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """How much room that makes."""
        return sum(self.releases.values()) + sum(self.snapshots.values())

    def as_dict(self) -> dict[str, Any]:
        """As it is printed as JSON."""
        return {"releases": self.releases, "snapshots": self.snapshots, "bytes": self.bytes}


def prune(paths: DataPaths, keep: int, *, dry_run: bool = False) -> Pruned:
    """Keep the newest `keep` releases of each kind, the live one and the pinned; remove the others.

    With them go the snapshots that no kept release was made from and no source would fall back to. Only for one that
    has the data folder to itself. Raises PublishRefused where it cannot be known what must stay.
    """
    current = read_current(paths)
    if current is None:
        raise PublishRefused("no release is live, so nothing is removed", do="Run `python -m etl run`.")
    never = {str(current["version"]), *read_pinned(paths)}
    releases = list_releases(paths)
    damaged = _damaged(paths, releases)
    if damaged:
        names = ", ".join(damaged)
        raise PublishRefused(
            f"releases are damaged, and what they were made from cannot be known: {names}",
            do="Mend them from a backup or delete their folders; then prune again.",
        )
    found: list[tuple[str, Path]] = []
    raw: list[tuple[str, Path]] = []
    for sample in KINDS:
        of_kind = [release for release in releases if release.sample is sample]
        kept = [r for index, r in enumerate(reversed(of_kind)) if index < keep or r.version in never]
        found += [(release.version, release.folder) for release in of_kind if release not in kept]
        store = SnapshotStore(paths.snapshots(sample=sample))
        named = {snapshot for release in kept for snapshot in release.snapshots()} | store.good_ids()
        raw += [(snapshot, folder) for snapshot, folder in store.folders().items() if snapshot not in named]
    pruned = Pruned({v: _size(folder) for v, folder in found}, {i: _size(folder) for i, folder in raw})
    if not dry_run:
        for _, folder in found:
            _remove(folder, f".{folder.name}.{os.getpid()}")
        for _, folder in raw:
            _remove(folder, f"{folder.name}.part-{os.getpid()}")
    return pruned


def _damaged(paths: DataPaths, whole: list[Release]) -> list[str]:
    there = {path.name for path in paths.releases.glob("[!.]*") if path.is_dir()}
    return sorted(there - {release.version for release in whole})


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _remove(folder: Path, hidden: str) -> None:
    """Remove a folder. Killed amid it, it leaves one by a name that the next run takes for a leftover."""
    aside = folder.with_name(hidden)
    folder.rename(aside)
    shutil.rmtree(aside)
