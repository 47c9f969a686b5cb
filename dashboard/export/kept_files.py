"""Files that are made when they are asked for, kept on disk as long as there is room.

A file is finished before its first byte is sent, so its length and hash are known, its parts can be asked for, and what
goes wrong while it is made is an answer of its own: nobody ever gets the half of a file that looks whole.
"""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from dashboard.errors import NoRoom

FULL = {errno.ENOSPC, errno.EDQUOT}
MOST_BYTES = 1_000_000_000
"""Of all kept files together; a single larger one is sent and then gone."""


@dataclass(frozen=True)
class KeptFile:
    """A finished file."""

    path: Path
    size: int
    sha256: str
    rows: int


class KeptFiles:
    """Finished files by what they hold. Safe to share between threads; the same file is made by one of them only."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._lock = most_bytes, Lock()
        self._files: OrderedDict[str, KeptFile] = OrderedDict()
        self._making: dict[str, Lock] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def find(self, key: str) -> KeptFile | None:
        """The file, where it is there already."""
        with self._lock:
            return self._files.get(key)

    def open(self, key: str, write: Callable[[Path], int]) -> tuple[KeptFile, BinaryIO]:
        """The file, made by `write` (which gives its rows) where it is not there, and open, so that it may go.

        Raises NoRoom where the disk is full; then all kept files have gone, to make some."""
        try:
            return self._open(key, write)
        except Exception as error:
            if not is_full(error):
                raise
            self._clear()
            raise NoRoom(
                "There is no room to make this file just now: try again in a few minutes, or take the whole table as "
                "CSV or Parquet."
            ) from error

    def _open(self, key: str, write: Callable[[Path], int]) -> tuple[KeptFile, BinaryIO]:
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            try:
                return self._opened(key) or self._make(key, write)
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _opened(self, key: str) -> tuple[KeptFile, BinaryIO] | None:
        with self._lock:
            kept = self._files.get(key)
            if kept is None:
                return None
            self._files.move_to_end(key)
            return kept, kept.path.open("rb")

    def _make(self, key: str, write: Callable[[Path], int]) -> tuple[KeptFile, BinaryIO]:
        path = self._place(key)
        try:
            rows = write(path)
            with path.open("rb") as file:
                kept = KeptFile(path, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest(), rows)
            opened = path.open("rb")
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self._keep(key, kept)
        return kept, opened

    def _place(self, key: str) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="kuusi-")
            return Path(self._folder.name) / hashlib.sha256(key.encode()).hexdigest()

    def _keep(self, key: str, kept: KeptFile) -> None:
        """Keep it, and let the longest unused go until there is room; who reads one still has it open."""
        with self._lock:
            self._files[key] = kept
            while sum(one.size for one in self._files.values()) > self._most:
                _, oldest = self._files.popitem(last=False)
                oldest.path.unlink(missing_ok=True)

    def _clear(self) -> None:
        with self._lock:
            for one in self._files.values():
                one.path.unlink(missing_ok=True)
            self._files.clear()


def is_full(error: BaseException | None) -> bool:
    """Whether that, or what it came from, says that a disk is full; libraries say it in their own ways.

    >>> is_full(OSError(errno.ENOSPC, "x")), is_full(RuntimeError("No space left on device")), is_full(KeyError("x"))
    (True, True, False)
    """
    while error is not None:
        if getattr(error, "errno", None) in FULL or "No space left on device" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
