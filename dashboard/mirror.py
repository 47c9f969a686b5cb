"""Brings releases from a store (any that fsspec reaches, such as S3) into the local data folder, where the site reads
them: what is there already is not fetched again, and nothing is shown that is not what its descriptor says.

The store holds what `releases/` holds, as `python -m etl upload` writes it: a folder a release, `current.json`, and the
records of runs beside them. Locally each file stands once in `objects/` by its hash, and in the releases as a second
name of that (a hard link), so files that did not change between releases are neither fetched nor held twice.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import filelock
import fsspec

from dashboard.errors import PackageNotFound
from dashboard.package import hash_of

LOG = logging.getLogger(__name__)
POINTER = "current.json"
DESCRIPTOR = "datapackage.json"
LAST_RUN = "last_run.json"
AGAIN = 30.0
"""Seconds for which a store that could not be read is left alone."""
LONGEST_WAIT = 600
"""Seconds for which a process waits for another one of this machine that is fetching."""


class Mirror:
    """The local copy of a store's releases."""

    def __init__(self, url: str, data_dir: Path) -> None:
        """`url` is a folder as fsspec names it: `s3://bucket/kuusi`. Keys and the endpoint are those of its library's
        own settings (`AWS_ACCESS_KEY_ID`, `FSSPEC_S3_ENDPOINT_URL`). Raises PackageNotFound for a scheme that is not
        known."""
        self._url, self._releases, self._objects = url.rstrip("/"), data_dir / "releases", data_dir / "objects"
        self._seen: tuple[bytes, bytes] | None = None
        self._again = 0.0
        try:
            self._store, self._root = fsspec.core.url_to_fs(f"{self._url}/releases", use_listings_cache=False)
        except (ValueError, ImportError) as error:
            raise PackageNotFound(f"The store {self._url} cannot be read: {error}") from error

    def bring(self) -> None:
        """Bring the local folder to what the store holds, if it has had a run or another pointer since the last time.
        Never raises: where the store is away or holds something broken, what is here stays and the log says why."""
        if time.monotonic() < self._again:
            return
        try:
            pointer = self._store.cat_file(f"{self._root}/{POINTER}")
            seen = (pointer, self._last_run())
            if seen == self._seen:
                return
            for folder in (self._releases, self._objects):
                folder.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(self._releases / ".mirror.lock", timeout=LONGEST_WAIT):
                self._bring(pointer)
            self._seen = seen
        except FileNotFoundError:
            LOG.warning("The store %s holds no %s: run `python -m etl upload %s`.", self._url, POINTER, self._url)
        except Exception as error:
            is_foreseen = isinstance(error, OSError | PackageNotFound)
            LOG.warning("The store %s is not followed: %s", self._url, error, exc_info=not is_foreseen)
            self._again = time.monotonic() + AGAIN

    def _last_run(self) -> bytes:
        """How the last run went, which a run that publishes nothing changes, too; empty where the store has it not."""
        try:
            return bytes(self._store.cat_file(f"{self._root}/{LAST_RUN}"))
        except FileNotFoundError:
            return b""

    def _bring(self, pointer: bytes) -> None:
        live = str(json.loads(pointer)["version"])
        names = [str(path).rsplit("/", 1)[-1] for path in self._store.ls(self._root, detail=False)]
        versions = sorted((name for name in names if "." not in name and name != live), reverse=True)
        self._bring_release(live)
        for name in names:
            if name.endswith(".json") and name != POINTER:
                self._write(self._releases / name, self._store.cat_file(f"{self._root}/{name}"))
        self._write(self._releases / POINTER, pointer)
        for version in versions:  # older ones, which views of them ask for; the live one does not wait for them
            try:
                self._bring_release(version)
            except (OSError, PackageNotFound, ValueError) as error:
                LOG.warning("Release %s of the store is left out: %s", version, error)
        self._remove_others({live, *versions})

    def _bring_release(self, version: str) -> None:
        """Raises PackageNotFound where a file is not what the descriptor says of it."""
        there = self._releases / version
        if (there / DESCRIPTOR).exists() or not version or "/" in version or version.startswith("."):
            return
        remote = f"{self._root}/{version}"
        raw = self._store.cat_file(f"{remote}/{DESCRIPTOR}")
        hashes = _hashes(json.loads(raw))
        names = {str(path): str(path).split(f"/{version}/", 1)[-1] for path in self._store.find(remote)}
        work = Path(tempfile.mkdtemp(prefix=f".{version}.", dir=self._releases))
        try:
            for name in names.values():
                if not (work / name).resolve().is_relative_to(work.resolve()):
                    raise PackageNotFound(f"Release {version} names a file outside itself: {name!r}.")
                (work / name).parent.mkdir(parents=True, exist_ok=True)
            missing = [path for path, name in names.items() if not self._link(hashes.get(name), work / name)]
            self._store.get(missing, [str(work / names[path]) for path in missing])  # several at a time
            for path in missing:
                self._adopt(work / names[path], hashes.get(names[path]), path)
            work.chmod(0o755)
            work.rename(there)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _link(self, known: str | None, target: Path) -> bool:
        """Whether a file of that hash is here already; then `target` is another name of it."""
        if known is None or not self._object(known).exists():
            return False
        os.link(self._object(known), target)
        return True

    def _adopt(self, path: Path, expected: str | None, origin: str) -> None:
        """Keep a fetched file under its hash, too. Raises PackageNotFound where it is another one."""
        found = hash_of(path)
        if found is None or expected not in (None, found):
            raise PackageNotFound(f"{origin} is not what its release says of it ({found}, not {expected}).")
        try:
            os.link(path, self._object(found))
        except FileExistsError:  # another file of the release with the same content
            path.unlink()
            os.link(self._object(found), path)

    def _object(self, known: str) -> Path:
        """Where a file of that hash stands, or is to stand."""
        return self._objects / known.removeprefix("sha256:")

    def _remove_others(self, kept: set[str]) -> None:
        """Releases that the store holds no more, and objects that no release here has."""
        for folder in self._releases.iterdir():
            if folder.is_dir() and folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)
        for one in self._objects.iterdir():
            if one.stat().st_nlink == 1:
                one.unlink(missing_ok=True)

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        """So that a reader sees the old file or the new one, never a part."""
        work = path.with_name(f".{path.name}.{os.getpid()}")
        work.write_bytes(content)
        work.replace(path)


def _hashes(descriptor: Mapping[str, Any]) -> dict[str, str]:
    """The hash by path, of every file that the descriptor tells the hash of."""
    told = [item for resource in descriptor["resources"] for item in (resource, *resource.get("x-distributions", ()))]
    return {item["path"]: item["hash"] for item in told if "hash" in item}
