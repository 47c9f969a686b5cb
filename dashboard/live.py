"""Which release is served: the live one, or else the last one on disk that this version of the site can read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import ContractMismatch, PackageNotFound
from dashboard.package import Package, check_tables, open_current, open_package


@dataclass(frozen=True)
class Live:
    """The release that is served. `refused` says why that is not the live one, which is named `newest`; both are empty
    where it is."""

    package: Package
    newest: str = ""
    refused: str = ""


def open_live(data_dir: Path) -> Live:
    """The live release below `data_dir`; where that follows another contract, the newest one beside it that is whole,
    can be read and is of the same kind: generated data never stand in for real ones.

    Raises PackageNotFound where there is no live release or it is damaged, ContractMismatch where none can be served.
    """
    try:
        return Live(open_current(data_dir))
    except ContractMismatch as error:
        releases = data_dir / "releases"
        newest = str(json.loads((releases / "current.json").read_text(encoding="utf-8"))["version"])
        is_sample = _is_sample(releases / newest)
        for folder in sorted((path for path in releases.glob("[!.]*") if path.is_dir()), reverse=True):
            package = _open_whole(folder)
            if package is not None and package.sample == is_sample:
                return Live(package, newest, str(error))
        raise


def _is_sample(release: Path) -> bool:
    """Whether a release of any contract says that it is generated."""
    raw = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    return raw.get("x-sample") is True


def _open_whole(folder: Path) -> Package | None:
    try:
        package = open_package(folder)
        check_tables(package)
    except (ContractMismatch, PackageNotFound):
        return None
    return package
