"""A zip that needs nothing besides: data, what describes it to programs and to people, how it is cited."""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

Chunks = Callable[[], Iterable[bytes]]
"""Gives the bytes of a file, each time anew."""


@dataclass(frozen=True)
class Part:
    """A file of the zip."""

    name: str
    chunks: Chunks


@dataclass(frozen=True)
class Measured:
    """The length and hash of a file."""

    bytes: int
    sha256: str


def measure(chunks: Chunks) -> Measured:
    """Read a file through."""
    size, digest = 0, hashlib.sha256()
    for chunk in chunks():
        size += len(chunk)
        digest.update(chunk)
    return Measured(size, digest.hexdigest())


def text_part(name: str, text: str) -> Part:
    """A file of a text."""
    return Part(name, lambda: [text.encode()])


def read_file(path: Path) -> Iterable[bytes]:
    """A file on disk in pieces."""
    with path.open("rb") as file:
        while chunk := file.read(1 << 18):
            yield chunk


def write_bundle(path: Path, parts: Sequence[Part], made: dt.datetime) -> None:
    """Write the zip to `path`; every file in it is of the moment `made`, so that the same parts give the same bytes."""
    moment = made.astimezone(dt.UTC).timetuple()[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for part in parts:
            info = zipfile.ZipInfo(part.name, moment)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with archive.open(info, "w", force_zip64=True) as file:
                for chunk in part.chunks():
                    file.write(chunk)
