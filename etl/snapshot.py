"""Raw files as they came, each with a record of what it is; bytes are written once, never overwritten.

`<source>/<sha256[:12]>/` holds the file and `snapshot.json`, the record of its first fetch. `<source>/seen.json`
has the newest record by address, for conditional requests; `<source>/good.json` has the records of the last build
that passed, which a later run falls back to.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from etl.durable import replace_json
from etl.errors import SnapshotMismatch

ID_HEX_DIGITS = 12


@dataclass(frozen=True)
class Snapshot:
    """What a raw file was: where it stood, when it was read, and what its bytes are."""

    id: str
    source: str
    file_name: str
    url: str
    portal: str | None
    dataset: str | None
    dataset_id: str | None
    resource_id: str | None
    resource_name: str
    format: str
    year: int | None
    fetched_at: str
    bytes: int
    sha256: str
    etag: str | None
    last_modified: str | None
    licence_id: str | None
    sample: bool
    checked_at: str = ""
    """When its portal last said that this is its content; `fetched_at` is when these bytes first came."""


class SnapshotStore:
    """The snapshots of one kind (real or sample)."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def incoming(self, source: str, url: str) -> Path:
        """A path to download to before the content is known; the same for the same address, so that a download
        can be gone on with."""
        folder = self._root / source
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"incoming-{hashlib.sha256(url.encode()).hexdigest()[:ID_HEX_DIGITS]}"

    def keep(self, incoming: Path, snapshot: Snapshot) -> Snapshot:
        """Move a download into place. Bytes that are kept already stay as they are; the record is the new one,
        with the day of the first fetch. Bytes that were damaged on disk are replaced."""
        folder = self._folder(snapshot)
        first = self._first_record(snapshot)
        if first is not None and _is_whole(folder / first.file_name, first):
            incoming.unlink()
            return replace(snapshot, file_name=first.file_name, fetched_at=first.fetched_at)
        work = folder.with_name(f"{folder.name}.part-{os.getpid()}")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        incoming.rename(work / snapshot.file_name)
        _write(work / "snapshot.json", asdict(snapshot))
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
        return snapshot

    def path(self, snapshot: Snapshot) -> Path:
        """The raw file; SnapshotMismatch where it is missing or its bytes are not those that came."""
        path = self._folder(snapshot) / snapshot.file_name
        if not _is_whole(path, snapshot):
            raise SnapshotMismatch(
                f"snapshot {snapshot.id}: {path.name} was changed on disk",
                expected=f"{snapshot.bytes} bytes with SHA-256 {snapshot.sha256[:ID_HEX_DIGITS]}…",
                got=f"{path.stat().st_size} bytes of other content" if path.exists() else "no file",
                do=f"Delete {path.parent} and run again.",
            )
        return path

    def remember(self, source: str, snapshots: Iterable[Snapshot]) -> None:
        """Remember what each address of the source gave last."""
        _write(self._root / source / "seen.json", {s.url: asdict(s) for s in snapshots})

    def seen(self, source: str, url: str) -> Snapshot | None:
        """What the address gave last, if its file is whole."""
        records = _read(self._root / source / "seen.json")
        snapshot = _record(records.get(url)) if isinstance(records, dict) else None
        return snapshot if snapshot and _is_whole(self._folder(snapshot) / snapshot.file_name, snapshot) else None

    def mark_good(self, source: str, snapshots: list[Snapshot]) -> None:
        """Remember these as the source's last good ones."""
        _write(self._root / source / "good.json", [asdict(s) for s in snapshots])

    def good(self, source: str) -> list[Snapshot]:
        """The source's last good snapshots; an empty list where there are none or their record is damaged."""
        records = _read(self._root / source / "good.json")
        found = [_record(value) for value in records] if isinstance(records, list) else []
        good = [snapshot for snapshot in found if snapshot is not None]
        return good if len(good) == len(found) else []

    def good_ids(self) -> set[str]:
        """The ids of every source's last good snapshots. Raises SnapshotMismatch where a record is damaged."""
        ids = set()
        for path in self._root.glob("*/good.json"):
            good = self.good(path.parent.name)
            if not good and _read(path) != []:
                raise SnapshotMismatch(f"{path} is damaged", do="Run `python -m etl run`, which writes it anew.")
            ids |= {snapshot.id for snapshot in good}
        return ids

    def folders(self) -> dict[str, Path]:
        """The folder of each snapshot on disk, by its id."""
        found = [
            path.parent for path in sorted(self._root.glob("*/*/snapshot.json")) if ".part-" not in path.parent.name
        ]
        return {f"{folder.parent.name}:{folder.name}": folder for folder in found}

    def clean(self) -> None:
        """Remove what killed runs left half-moved. Only for a run that has the data folder to itself."""
        for left in self._root.glob("*/*.part-*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()

    def _first_record(self, snapshot: Snapshot) -> Snapshot | None:
        return _record(_read(self._folder(snapshot) / "snapshot.json"))

    def _folder(self, snapshot: Snapshot) -> Path:
        return self._root / snapshot.source / snapshot.id.rpartition(":")[2]


def snapshot_id(source: str, sha256: str) -> str:
    """The id of these bytes as a file of that source.

    >>> snapshot_id("purchases-turku", "9f3c1a77e0b2" + "0" * 52)
    'purchases-turku:9f3c1a77e0b2'
    """
    return f"{source}:{sha256[:ID_HEX_DIGITS]}"


def safe_file_name(name: str) -> str:
    """A name that is one path part on every system, however the portal wrote it.

    >>> safe_file_name("../ostot 2021.csv")
    'ostot_2021.csv'
    """
    return re.sub(r"[^\w.-]+", "_", name.replace("..", "")).strip("._/") or "file"


def hash_file(path: Path) -> str:
    """SHA-256 of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_whole(path: Path, snapshot: Snapshot) -> bool:
    return path.is_file() and path.stat().st_size == snapshot.bytes and hash_file(path) == snapshot.sha256


def _record(value: object) -> Snapshot | None:
    """The snapshot of a record on disk, None for one that is damaged."""
    try:
        return Snapshot(**value) if isinstance(value, dict) else None
    except TypeError:
        return None


def _read(path: Path) -> object:
    try:
        value: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value


def _write(path: Path, value: object) -> None:
    replace_json(path, value, path.with_name(f"{path.name}.part-{os.getpid()}"))
