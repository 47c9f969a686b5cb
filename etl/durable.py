"""Writes that survive a kill and a power cut: what is to last is on the disk before anything points to it."""

from __future__ import annotations

import json
import os
from pathlib import Path


def replace_json(path: Path, value: object, work: Path) -> None:
    """Write JSON by way of `work`, so that a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with work.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    work.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, onto the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Bring a folder with all that is in it onto the disk."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)
