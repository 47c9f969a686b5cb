"""Makes a release that stands on disk the live one again, by moving the pointer as publishing does.

Nothing is removed: the release that was live stays beside the others, and is remembered as withdrawn (with those
between, which were passed over), so that the next run over the same data does not bring it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from etl.errors import PublishRefused
from etl.paths import DataPaths
from etl.publish.descriptor import CONTRACT
from etl.publish.package import damaged_files, read_current, read_json, write_json
from etl.publish.releases import Release, last_known, list_releases, refuse_sample_over_real
from etl.publish.withdrawn import Withdrawn, read_withdrawn, rows_of, write_withdrawn

SHOWN_FILES = 5
CHOOSE = "Name another: `python -m etl rollback VERSION`."


@dataclass(frozen=True)
class Rollback:
    """What was done: the release that was live, None where that cannot be known any more, and the one that is now."""

    before: str | None
    version: str


def rollback(paths: DataPaths, version: str, now: dt.datetime, by: str, why: str) -> Rollback:
    """Make the release `version` the live one; without a version, the newest before the live one that is of its kind
    and was not itself withdrawn. Only for one that has the data folder to itself.

    Raises PublishRefused, and leaves the live one, where that release is not there, is damaged (each file is hashed),
    follows another contract, is live already, or is a sample that would take the place of a real one.
    """
    before = _pointed_to(paths)
    withdrawn = read_withdrawn(paths)
    target = _find(paths, version) if version else _one_before(paths, before, withdrawn)
    if target.version == (read_current(paths) or {}).get("version"):
        raise PublishRefused(f"release {target.version} is the live one already", do=CHOOSE)
    _require_readable(target)
    refuse_sample_over_real(last_known(paths) or {"sample": True}, sample=target.sample)
    at = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    taken_back = [
        Withdrawn(version=item.version, rows=rows_of(item.descriptor), to=target.version, at=at, by=by, why=why)
        for item in _taken_back(paths, before, target)
    ]
    again = {target.version, *(item.version for item in taken_back)}
    # The record first: killed between the two, the live release is still live, and a run over its data changes nothing.
    write_withdrawn(paths, [*(item for item in withdrawn if item.version not in again), *taken_back])
    write_json(paths.current, _pointer(target) | {"rolled_back": {"from": before, "at": at, "by": by, "why": why}})
    return Rollback(before, target.version)


def _pointed_to(paths: DataPaths) -> str | None:
    """The release that the pointer names, be it damaged or gone: then above all somebody goes back."""
    version = (read_json(paths.current) or {}).get("version")
    return version if isinstance(version, str) else None


def _find(paths: DataPaths, version: str) -> Release:
    folder = paths.releases / version
    # A version is one part of a path: `..` and the like name no release.
    if folder.parent != paths.releases or version.startswith(".") or not folder.is_dir():
        there = ", ".join(release.version for release in list_releases(paths))
        raise PublishRefused(
            f"there is no release {version!r}",
            expected=f"one of {there}" if there else "",
            do=CHOOSE if there else "Bring one back from a backup, or run `python -m etl run`.",
        )
    return Release.read(folder)


def _one_before(paths: DataPaths, live: str | None, withdrawn: Sequence[Withdrawn]) -> Release:
    if live is None:
        raise PublishRefused("which release is live cannot be known, so neither the one before it", do=CHOOSE)
    descriptor = Release.read(paths.releases / live).descriptor
    sample = descriptor.get("x-sample", (last_known(paths) or {"sample": True})["sample"])
    never = {item.version for item in withdrawn}
    older = [r for r in list_releases(paths) if r.version < live and r.sample == sample and r.version not in never]
    if not older:
        raise PublishRefused(
            f"there is no older release than {live} of its kind to go back to",
            do="Bring one back from a backup into the releases' folder, and name it.",
        )
    return older[-1]


def _require_readable(target: Release) -> None:
    """Raise PublishRefused for one that is damaged, or of a contract whose shape this code does not know."""
    contract = str(target.descriptor.get("x-contract", ""))
    if contract and contract.partition(".")[0] != CONTRACT.partition(".")[0]:
        raise PublishRefused(
            f"release {target.version} follows contract {contract}, and this code {CONTRACT}",
            do="Go back to the version of the code that made it first, or name a release of this contract.",
        )
    damaged = damaged_files(target.folder)
    if damaged:
        raise PublishRefused(
            f"release {target.version} is damaged: {', '.join(damaged[:SHOWN_FILES])}",
            do="Bring it back from a backup, or name another.",
        )


def _taken_back(paths: DataPaths, before: str | None, target: Release) -> list[Release]:
    """The release that was live and those between it and the older one that takes its place. One that is damaged is no
    longer what it was: the same rows may well be published anew."""
    if before is None:
        return []
    between = [r for r in list_releases(paths) if target.version < r.version <= before and r.sample == target.sample]
    return [r for r in between if r.version != before or not damaged_files(r.folder)]


def _pointer(target: Release) -> dict[str, Any]:
    """The pointer to a release without its content hash, which is kept nowhere else; `publish` then looks at the
    release itself."""
    return {
        "version": target.version,
        "published_at": target.descriptor["created"],
        "sample": target.sample,
        "result": "success",
    }
