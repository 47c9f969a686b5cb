"""Copies releases into a store (any that fsspec reaches, such as S3), from which sites on other machines read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from etl.errors import PublishRefused
from etl.paths import DataPaths
from etl.publish.package import read_current
from etl.publish.releases import list_releases

DESCRIPTOR = "datapackage.json"


def upload(paths: DataPaths, url: str, tell: Callable[[str], None] = lambda _: None) -> list[str]:
    """Copy every whole release that the store has not, then the records beside them, and `current.json` last: whoever
    reads the store sees the old live release or the new one, whole. Releases that are here no more are removed from the
    store after that. Returns the versions that were copied.

    Raises PublishRefused where no release is live, or the store cannot be written.
    """
    current = read_current(paths)
    if current is None:
        raise PublishRefused("no release is live, so there is nothing to copy", do="Run `python -m etl run`.")
    try:
        store, root = fsspec.core.url_to_fs(f"{url.rstrip('/')}/releases", use_listings_cache=False)
        copied, here = [], [release.version for release in list_releases(paths)]
        for version in here:
            if not store.exists(f"{root}/{version}/{DESCRIPTOR}"):
                tell(f"copying release {version}")
                folder = paths.releases / version
                files = [path for path in folder.rglob("*") if path.is_file() and path != folder / DESCRIPTOR]
                _put(store, folder, files, f"{root}/{version}")
                _put(store, folder, [folder / DESCRIPTOR], f"{root}/{version}")  # by which it counts as whole
                copied.append(version)
        records = [path for path in paths.releases.glob("[!.]*.json") if path != paths.current]
        _put(store, paths.releases, records, root)
        _put(store, paths.releases, [paths.current], root)
        for gone in sorted(_versions(store, root) - set(here)):
            tell(f"removing release {gone}, which is here no more")
            store.rm(f"{root}/{gone}", recursive=True)
    except (OSError, ValueError, ImportError) as error:
        raise PublishRefused(
            f"the store {url} cannot be written: {error}",
            do="Check the address, the keys (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) and FSSPEC_S3_ENDPOINT_URL.",
        ) from error
    return copied


def _put(store: fsspec.AbstractFileSystem, folder: Path, files: list[Path], target: str) -> None:
    """Copy files of a folder, several at a time where the store can."""
    targets = [f"{target}/{path.relative_to(folder).as_posix()}" for path in files]
    if isinstance(store, LocalFileSystem):  # which alone has folders that must be there
        for one in targets:
            Path(one).parent.mkdir(parents=True, exist_ok=True)
    store.put([str(path) for path in files], targets)


def _versions(store: fsspec.AbstractFileSystem, root: str) -> set[str]:
    names = {str(path).rstrip("/").rsplit("/", 1)[-1] for path in store.ls(root, detail=False)}
    return {name for name in names if "." not in name}
