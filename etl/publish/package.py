"""Writes a release beside the others and moves the pointer last, by an atomic rename."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from etl.durable import replace_json, sync, sync_tree
from etl.errors import PublishRefused
from etl.paths import DataPaths
from etl.publish.assemble import TableFiles
from etl.publish.changes import FOLDER, describe_changes, find_changes
from etl.publish.descriptor import CONTRACT, Contents, describe_indicators, describe_package
from etl.snapshot import hash_file

HASH_DIGITS = 6


def content_hash(tables: list[TableFiles], *, sample: bool, indicators: Sequence[dict[str, Any]] = ()) -> str:
    """A hash of what the tables hold and how they and the indicators are declared: the same inputs and code give the
    same."""
    digest = hashlib.sha256(f"{CONTRACT} sample={sample} {json.dumps(list(indicators))}".encode())
    for files in tables:
        digest.update(f"{files.table.model_dump_json(exclude={'watch', 'diff_key'})} {hash_file(files.csv)}".encode())
    return digest.hexdigest()


def _content_of(contents: Contents) -> str:
    indicators = describe_indicators(contents.registry)
    return content_hash(contents.tables, sample=contents.sample, indicators=indicators)


def digits_of(contents: Contents) -> str:
    """What the version of a release of these tables ends with."""
    return _content_of(contents)[:HASH_DIGITS]


def version_of(now: dt.datetime, content: str) -> str:
    """A version that sorts by time and shows its content.

    >>> version_of(dt.datetime(2026, 11, 24, 6, 3, tzinfo=dt.timezone.utc), "9f3c1a00")
    '2026-11-24T0603Z-9f3c1a'
    """
    return f"{now:%Y-%m-%dT%H%MZ}-{content[:HASH_DIGITS]}"


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a JSON file of ours; None where there is none, or one that is damaged and must be made anew."""
    if not path.exists():
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def is_whole(release: Path) -> bool:
    """Whether a release has its descriptor and every file that it names, each as long as it was."""
    files = _files_of(release)
    return bool(files) and all(_has_size(release / item["path"], item["bytes"]) for item in files)


def damaged_files(release: Path) -> list[str]:
    """The files of a release that are gone or not as they were written, by their hashes; the descriptor itself where it
    cannot be read."""
    files = _files_of(release)
    if not files:
        return ["datapackage.json"]
    return [
        str(item["path"])
        for item in files
        if not _has_size(release / item["path"], item["bytes"])
        or f"sha256:{hash_file(release / item['path'])}" != item["hash"]
    ]


def _files_of(release: Path) -> list[Mapping[str, Any]]:
    """Each file that the descriptor names: its path, bytes and hash; empty where the descriptor is gone or damaged."""
    package = read_json(release / "datapackage.json") or {}
    try:
        files = [item for resource in package.get("resources", []) for item in resource["x-distributions"]]
        files += [item for table in (package.get("x-changes") or {}).get("tables", []) for item in table["files"]]
        return [{"path": item["path"], "bytes": item["bytes"], "hash": item["hash"]} for item in files]
    except (KeyError, TypeError, AttributeError):  # a descriptor of another shape is a damaged one
        return []


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def hashes_of(tables: Sequence[TableFiles]) -> dict[str, str]:
    """The hash of each table's CSV by its name, as a release's descriptor has it."""
    return {files.table.name: f"sha256:{hash_file(files.csv)}" for files in tables}


def read_current(paths: DataPaths) -> dict[str, Any] | None:
    """The pointer to the live release; None where there is none, or it or its release is damaged."""
    current = read_json(paths.current)
    if current is None or not {"version", "sample", "published_at"} <= current.keys():
        return None
    return current if is_whole(paths.releases / str(current["version"])) else None


def write_json(path: Path, value: object) -> None:
    """Write JSON so that a reader sees the old file or the new one, never a part."""
    replace_json(path, value, path.with_name(f".{path.name}.{os.getpid()}"))


def remove_leftovers(paths: DataPaths) -> None:
    """Remove what killed runs left behind. Only for a run that has the data folder to itself."""
    for left in (*paths.root.glob("build/run-*"), *paths.releases.glob(".*")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        elif left.name != paths.lock.name:
            left.unlink()


def publish(
    contents: Contents, folder: Path, paths: DataPaths, now: dt.datetime, withdrawn: Collection[str] = ()
) -> str | None:
    """Publish the tables in `folder` as a release; None where the live release holds the same.

    A release that is damaged on disk is not live: the same content is then published anew, and so is that of one that
    was `withdrawn`, a version. Raises PublishRefused where a release of that version stands there already and is whole,
    or the live one was published later than now.
    """
    content = _content_of(contents)
    current = read_current(paths)
    if current and _is_live(contents, current, paths, content):
        return None
    left = _left_by_killed_run(contents, current, paths, content, withdrawn)
    if left is not None:
        return _point_to(left, contents, paths, content)
    if current and contents.created < current["published_at"]:
        raise PublishRefused(
            f"the clock says {contents.created}, and the live release was published at {current['published_at']}: "
            "who follows releases by their time would not see the new one",
            do="Set this machine's clock and run again; if the live release's time is wrong, go back behind it with "
            '`python -m etl rollback`, then run with --accept "why".',
        )
    version = version_of(now, content)
    target = paths.releases / version
    if target.exists() and not is_whole(target):
        shutil.rmtree(target)
    if target.exists():
        raise PublishRefused(f"release {version} exists already", do="Run again in a minute.")
    before = _descriptor_before(contents, current, paths)
    changes = _write_changes(contents, before, paths, folder)
    contents = replace(contents, version=version, changes=changes, before=before)
    write_json(folder / "datapackage.json", describe_package(contents))
    write_json(folder / "issues.json", [issue.as_dict() for issue in contents.issues])
    paths.releases.mkdir(parents=True, exist_ok=True)
    staged = paths.releases / f".{version}.{os.getpid()}"
    shutil.move(str(folder), staged)
    sync_tree(staged)
    staged.rename(target)
    sync(paths.releases)
    return _point_to(version, contents, paths, content)


def _point_to(version: str, contents: Contents, paths: DataPaths, content: str) -> str:
    pointer = {
        "version": version,
        "published_at": contents.created,
        "sample": contents.sample,
        "content_hash": content,
        "result": "success",
    }
    write_json(paths.current, pointer)
    return version


def _is_live(contents: Contents, current: Mapping[str, Any], paths: DataPaths, content: str) -> bool:
    """Whether the live release holds this very content. A pointer that was moved back to it does not tell its hash."""
    known = current.get("content_hash")
    return known == content if known else _holds(paths.releases / str(current["version"]), contents, content)


def _holds(release: Path, contents: Contents, content: str) -> bool:
    """Whether a release on disk is of this content: by its version, and by the hash of each of its tables."""
    package = read_json(release / "datapackage.json") or {}
    same = {r["name"]: r["hash"] for r in package.get("resources", [])} == hashes_of(contents.tables)
    named = release.name.endswith(f"-{content[:HASH_DIGITS]}")
    return named and same and package["x-sample"] == contents.sample


def _left_by_killed_run(
    contents: Contents, current: dict[str, Any] | None, paths: DataPaths, content: str, withdrawn: Collection[str]
) -> str | None:
    """The release of this very content that a run put in place and was killed before the pointer moved to it."""
    live = current["version"] if current and current["sample"] == contents.sample else None
    for folder in sorted(paths.releases.glob(f"[!.]*-{content[:HASH_DIGITS]}"), reverse=True):
        against = ((read_json(folder / "datapackage.json") or {}).get("x-changes") or {}).get("against")
        is_same = folder.name not in withdrawn and against == live and _holds(folder, contents, content)
        if is_same and not damaged_files(folder):
            return folder.name
    return None


def _descriptor_before(contents: Contents, current: dict[str, Any] | None, paths: DataPaths) -> dict[str, Any]:
    """The descriptor of the release that is live; empty where none of the same kind is."""
    if current is None or current["sample"] != contents.sample:
        return {}
    return read_json(paths.releases / str(current["version"]) / "datapackage.json") or {}


def _write_changes(contents: Contents, before: dict[str, Any], paths: DataPaths, folder: Path) -> dict[str, Any] | None:
    """What changed against the release before, as data; None where there is none."""
    if not before:
        return None
    version = str(before["x-version"])
    found = find_changes(contents.tables, paths.releases / version, before, folder)
    changes = describe_changes(found, version)
    write_json(folder / FOLDER / "changes.json", changes)
    return changes
