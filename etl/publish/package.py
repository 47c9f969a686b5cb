"""Writes a release beside the others and moves the pointer last, by an atomic rename."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
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
    package = read_json(release / "datapackage.json") or {}
    try:
        files = [item for resource in package.get("resources", []) for item in resource["x-distributions"]]
        files += [item for table in (package.get("x-changes") or {}).get("tables", []) for item in table["files"]]
        sizes = [(release / item["path"], item["bytes"]) for item in files]
    except (KeyError, TypeError, AttributeError):  # a descriptor of another shape is a damaged one
        return False
    return bool(sizes) and all(path.exists() and path.stat().st_size == size for path, size in sizes)


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


def publish(contents: Contents, folder: Path, paths: DataPaths, now: dt.datetime) -> str | None:
    """Publish the tables in `folder` as a release; None where the live release holds the same.

    A release that is damaged on disk is not live: the same content is then published anew.
    Raises PublishRefused where a release of that version stands there already and is whole.
    """
    indicators = describe_indicators(contents.registry)
    content = content_hash(contents.tables, sample=contents.sample, indicators=indicators)
    current = read_current(paths)
    if current and current.get("content_hash") == content:
        return None
    left = _left_by_killed_run(contents, current, paths, content)
    if left is not None:
        return _point_to(left, contents, paths, content)
    version = version_of(now, content)
    target = paths.releases / version
    if target.exists() and not is_whole(target):
        shutil.rmtree(target)
    if target.exists():
        raise PublishRefused(f"release {version} exists already", do="Run again in a minute.")
    contents = replace(contents, version=version, changes=_write_changes(contents, current, paths, folder))
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


def _left_by_killed_run(
    contents: Contents, current: dict[str, Any] | None, paths: DataPaths, content: str
) -> str | None:
    """The release of this very content that a run put in place and was killed before the pointer moved to it."""
    live = current["version"] if current and current["sample"] == contents.sample else None
    hashes = {files.table.name: f"sha256:{hash_file(files.csv)}" for files in contents.tables}
    for folder in sorted(paths.releases.glob(f"[!.]*-{content[:HASH_DIGITS]}"), reverse=True):
        package = read_json(folder / "datapackage.json") or {}
        same = {r["name"]: r["hash"] for r in package.get("resources", [])} == hashes
        against = (package.get("x-changes") or {}).get("against")
        if same and against == live and package["x-sample"] == contents.sample and is_whole(folder):
            return folder.name
    return None


def _write_changes(
    contents: Contents, current: dict[str, Any] | None, paths: DataPaths, folder: Path
) -> dict[str, Any] | None:
    """What changed against the release that is live, as data; None where none of the same kind is."""
    if current is None or current["sample"] != contents.sample:
        return None
    live = paths.releases / str(current["version"])
    found = find_changes(contents.tables, live, read_json(live / "datapackage.json") or {}, folder)
    changes = describe_changes(found, str(current["version"]))
    write_json(folder / FOLDER / "changes.json", changes)
    return changes
