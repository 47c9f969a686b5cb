"""Raw files as they came, each with a record of what it is; written once, never overwritten.

`<source>/<sha256[:12]>/` holds the file and `snapshot.json`. `<source>/good.json` names the snapshots of
the last build that passed, which a later run falls back to.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

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


class SnapshotStore:
    """The snapshots of one kind (real or sample)."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def incoming(self, source: str) -> Path:
        """A path to download to before the content is known."""
        folder = self._root / source
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"incoming-{os.getpid()}"

    def keep(self, incoming: Path, snapshot: Snapshot) -> Snapshot:
        """Move a download into place. Bytes that are kept already keep their first record."""
        folder = self._folder(snapshot)
        if (folder / "snapshot.json").exists():
            incoming.unlink()
            return self.load(snapshot.source, snapshot.id)
        work = folder.with_name(f"{folder.name}.part-{os.getpid()}")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        incoming.rename(work / snapshot.file_name)
        text = json.dumps(asdict(snapshot), ensure_ascii=False, indent=1)
        (work / "snapshot.json").write_text(text, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
        return snapshot

    def load(self, source: str, snapshot_id: str) -> Snapshot:
        """The record of a kept snapshot."""
        path = self._root / source / snapshot_id.rpartition(":")[2] / "snapshot.json"
        return Snapshot(**json.loads(path.read_text(encoding="utf-8")))

    def path(self, snapshot: Snapshot) -> Path:
        """The raw file; SnapshotMismatch where it is missing or not as long as it was."""
        path = self._folder(snapshot) / snapshot.file_name
        size = path.stat().st_size if path.exists() else None
        if size != snapshot.bytes:
            raise SnapshotMismatch(
                f"snapshot {snapshot.id}: {path.name} was changed on disk",
                expected=f"{snapshot.bytes} bytes",
                got="no file" if size is None else f"{size} bytes",
                do=f"Delete {path.parent} and run again.",
            )
        return path

    def mark_good(self, source: str, snapshots: list[Snapshot]) -> None:
        """Remember these as the source's last good ones."""
        path = self._root / source / "good.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        work = path.with_suffix(".part")
        work.write_text(json.dumps([s.id for s in snapshots]), encoding="utf-8")
        work.replace(path)

    def good(self, source: str) -> list[Snapshot]:
        """The source's last good snapshots, or an empty list."""
        path = self._root / source / "good.json"
        if not path.exists():
            return []
        return [self.load(source, snapshot_id) for snapshot_id in json.loads(path.read_text("utf-8"))]

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
