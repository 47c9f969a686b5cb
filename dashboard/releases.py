"""The releases that stand on disk beside the one that is served, and what each changed: read from their descriptors.

Releases are never changed once they are there, so a descriptor is read once; a damaged one is told as such.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from dashboard.context import Context
from dashboard.errors import PackageNotFound
from dashboard.package import Package, is_within, read_record

MOST_READ = 200
"""Descriptors kept in memory; each is some hundred kilobytes on disk and little of it is kept."""

Kind = Literal["new", "dropped", "fields", "rows"]


@dataclass(frozen=True)
class TableState:
    """A table as a release has it: rows, the hash of its CSV, the names of its fields, bytes of all its files."""

    dataset: str
    rows: int
    hash: str
    fields: tuple[str, ...]
    bytes: int


@dataclass(frozen=True)
class Release:
    """A release on disk. `set_aside` counts rows by (dataset, reason); `against` is the release that its counts of
    changed rows compare it with, None where it was the first of its kind."""

    version: str
    sample: bool
    created: dt.datetime
    tables: Mapping[str, TableState]
    set_aside: Mapping[tuple[str, str], int]
    against: str | None
    counts: Mapping[str, Mapping[str, int]]
    """Table -> rows `added`, `changed` and `removed` against the release before."""

    @property
    def bytes(self) -> int:
        """The size of all its files."""
        return sum(table.bytes for table in self.tables.values())


@dataclass(frozen=True)
class Withdrawn:
    """That a release was taken back at a moment, and why, in the words of whoever did; empty where they gave none."""

    at: dt.datetime
    why: str


@dataclass(frozen=True)
class Change:
    """What became of one table: `new`, `dropped`, other `fields`, or other `rows`.

    `before` and `after` count rows, None where the table is not there. `added`, `changed` and `removed` are None where
    the rows were not compared one by one.
    """

    table: str
    before: int | None
    after: int | None
    kind: Kind
    added: int | None = None
    changed: int | None = None
    removed: int | None = None
    fields_added: tuple[str, ...] = field(default=())
    fields_removed: tuple[str, ...] = field(default=())


def list_releases(package: Package) -> tuple[list[Release], list[str]]:
    """(the releases on disk, the newest first; the names of the folders that hold a damaged one)."""
    releases = package.folder.parent
    there = (path for path in releases.glob("[!.]*") if path.is_dir() and is_within(path, releases))
    folders = sorted(there, reverse=True)
    read = {folder.name: read_release(folder) for folder in folders}
    whole = [release for release in read.values() if release is not None]
    return whole, [name for name, release in read.items() if release is None]


def read_release(folder: Path) -> Release | None:
    """The release in a folder, None where its descriptor is gone or damaged. Never raises."""
    path = folder / "datapackage.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None


def read_withdrawn(package: Package) -> Mapping[str, Withdrawn]:
    """The releases that were taken back by their versions; none where the record cannot be read. Never raises."""
    try:
        raw = read_record(package.folder.parent / "withdrawn.json")
        return {item["version"]: Withdrawn(_moment(item["at"]), str(item["why"])) for item in raw["releases"]}
    except (PackageNotFound, OSError, ValueError, KeyError, TypeError):
        return {}


def _moment(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def find_release(package: Package) -> Release | None:
    """The served release as it stands on disk."""
    return read_release(package.folder)


def previous_release(package: Package) -> Release | None:
    """The release that the served one followed, None where that is not known or no longer on disk."""
    current = find_release(package)
    if current is None or current.against is None:
        return None
    return read_release(package.folder.parent / current.against)


def changes_since_previous(ctx: Context) -> tuple[Change, ...]:
    """What the served release changed, by table; empty for the first of its kind."""
    current = find_release(ctx.package)
    return changes_of(current, previous_release(ctx.package)) if current is not None else ()


def changes_of(release: Release, before: Release | None) -> tuple[Change, ...]:
    """The tables that a release changed, in their order, those that it dropped last.

    Counts come from the release itself; which fields came and went needs the release before, too.
    """
    if release.against is None:
        return ()
    old = before.tables if before is not None else {}
    found = [_change(name, release, old.get(name)) for name in release.tables]
    gone = [
        Change(name, table.rows, None, "dropped", removed=table.rows)
        for name, table in old.items()
        if name not in release.tables
    ]
    return tuple(change for change in (*found, *gone) if change is not None)


def set_aside_changes(release: Release, before: Release) -> dict[tuple[str, str], tuple[int, int]]:
    """(dataset, reason) -> rows set aside (before, after), where these differ."""
    keys = sorted({*release.set_aside, *before.set_aside})
    pairs = {key: (before.set_aside.get(key, 0), release.set_aside.get(key, 0)) for key in keys}
    return {key: (old, new) for key, (old, new) in pairs.items() if old != new}


def _change(name: str, release: Release, old: TableState | None) -> Change | None:
    """What became of one table of the release; None where it is as it was."""
    new, counts = release.tables[name], release.counts.get(name)
    if counts is None:  # told by nobody: what the descriptors say must do
        if old is None:
            return Change(name, None, new.rows, "new", added=new.rows)
        if old.hash == new.hash:
            return None
        counts = {}
    elif not any(counts.get(kind) for kind in ("added", "changed", "removed")):
        return None
    before = counts.get("rows_before", old.rows if old else 0)
    came = tuple(one for one in new.fields if old and one not in old.fields)
    went = tuple(one for one in old.fields if one not in new.fields) if old else ()
    added, changed, removed = (counts.get(kind) for kind in ("added", "changed", "removed"))
    if old is None and not before:
        return Change(name, None, new.rows, "new", added, changed, removed)
    kind: Kind = "fields" if came or went else "rows"
    return Change(name, before, new.rows, kind, added, changed, removed, came, went)


@lru_cache(maxsize=MOST_READ)
def _read(path: Path, _changed: int) -> Release | None:
    """The release of a descriptor, read anew only where the file has changed."""
    try:
        return _release(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _release(raw: Any) -> Release:
    aside: Counter[tuple[str, str]] = Counter()
    for dataset in raw["x-datasets"]:
        for source in dataset["sources"]:
            for reason, rows in source["set_aside"].items():
                aside[str(dataset["name"]), str(reason)] += int(rows)
    changes = raw.get("x-changes") or {"against": None, "tables": []}
    against = changes["against"]
    return Release(
        str(raw["x-version"]),
        raw["x-sample"] is True,
        dt.datetime.fromisoformat(raw["created"].replace("Z", "+00:00")),
        {str(item["name"]): _table(item) for item in raw["resources"]},
        dict(aside),
        None if against is None else Path(str(against)).name,  # a name, whatever the file says: never a way elsewhere
        {str(item["table"]): {k: v for k, v in item.items() if isinstance(v, int)} for item in changes["tables"]},
    )


def _table(raw: Mapping[str, Any]) -> TableState:
    return TableState(
        str(raw["x-dataset"]),
        int(raw["x-rows"]),
        str(raw["hash"]),
        tuple(str(one["name"]) for one in raw["schema"]["fields"]),
        sum(int(one["bytes"]) for one in raw["x-distributions"]),
    )
