"""The releases that stand on disk, and those of them that are pinned: never pruned, whatever their age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import PublishRefused
from etl.paths import DataPaths
from etl.publish.package import is_whole, read_current, read_json, write_json


@dataclass(frozen=True)
class Release:
    """One whole release on disk."""

    folder: Path
    descriptor: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Release:
        """The release in that folder, which must be whole."""
        return cls(folder, read_json(folder / "datapackage.json") or {})

    @property
    def version(self) -> str:
        """Its name, which sorts by time."""
        return self.folder.name

    @property
    def sample(self) -> bool:
        """Whether it is made of generated data."""
        return bool(self.descriptor["x-sample"])

    def snapshots(self) -> set[str]:
        """The ids of the snapshots that it was made from."""
        return {item["id"] for item in self.descriptor["x-provenance"]}


def list_releases(paths: DataPaths) -> list[Release]:
    """Every whole release, the oldest first."""
    folders = sorted(path for path in paths.releases.glob("[!.]*") if path.is_dir())
    return [Release.read(folder) for folder in folders if is_whole(folder)]


def last_known(paths: DataPaths) -> dict[str, Any] | None:
    """The live release's version and kind; where the pointer is damaged, those of the newest whole one, a real first.

    What guards a release must not fall with its pointer.
    """
    current = read_current(paths)
    if current is not None or not paths.current.exists():
        return current
    found = max(list_releases(paths), key=lambda release: (not release.sample, release.version), default=None)
    return {"version": found.version, "sample": found.sample} if found else None


def refuse_sample_over_real(current: Mapping[str, Any], *, sample: bool) -> None:
    """Raise PublishRefused where a sample release would take the place of a real one."""
    if sample and not current["sample"]:
        raise PublishRefused(
            f"release {current['version']} is real and stays live; a sample would take its place",
            do="Set ETL_DATA_DIR and DASHBOARD_DATA_DIR to another folder for a sample.",
        )


def live_release(paths: DataPaths, *, sample_too: bool) -> Release:
    """The live release, to be given to others. Raises PublishRefused for a sample where only a real one will do."""
    current = read_current(paths)
    if current is None:
        raise PublishRefused("no release is live", do="Run `python -m etl run`.")
    if current["sample"] and not sample_too:
        raise PublishRefused(
            f"release {current['version']} is a sample of generated data and is not published elsewhere",
            do="Run `python -m etl run` for a real one, or add --sample-too on a portal for trying.",
        )
    return Release.read(paths.releases / str(current["version"]))


def read_pinned(paths: DataPaths) -> list[str]:
    """The pinned versions, sorted. Raises PublishRefused for a record that cannot be read: it must not be guessed."""
    if not paths.pinned.exists():
        return []
    versions = (read_json(paths.pinned) or {}).get("versions")
    if not isinstance(versions, list):
        raise PublishRefused(f"{paths.pinned} is damaged", expected='{"versions": [...]}', do="Mend or delete it.")
    return sorted(str(version) for version in versions)


def pin(paths: DataPaths, version: str) -> None:
    """Never prune that release. Raises PublishRefused where it is not there."""
    there = {release.version for release in list_releases(paths)}
    if version not in there:
        raise PublishRefused(f"there is no release {version!r}", expected=f"one of {', '.join(sorted(there))}")
    write_json(paths.pinned, {"versions": sorted({*read_pinned(paths), version})})


def unpin(paths: DataPaths, version: str) -> None:
    """Let that release be pruned again. Raises PublishRefused where it is not pinned."""
    pinned = read_pinned(paths)
    if version not in pinned:
        raise PublishRefused(f"release {version!r} is not pinned", got=", ".join(pinned) or "no pinned release")
    write_json(paths.pinned, {"versions": [other for other in pinned if other != version]})
