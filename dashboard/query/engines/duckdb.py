"""DuckDB, in the site's own process: it reads the release's files into memory and needs nothing loaded ahead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import ClassVar

from dashboard.package import Package
from dashboard.query.engine import Engine


class DuckDb:
    """The adapter."""

    where = "duckdb"
    cannot: ClassVar[Mapping[str, str]] = {}
    """Nothing: its answers are what others are held to."""

    def check(self, package: Package) -> None:
        """Nothing can be wrong before the files are read."""

    def open(self, package: Package) -> Engine:
        """The release, read into memory. Raises PackageNotFound where a file is gone or damaged."""
        return Engine(package)

    def load(self, package: Package, advance: Callable[[int], object]) -> bool:  # noqa: ARG002
        """There is nothing to do."""
        return False

    def prune(self, versions: Collection[str]) -> list[str]:  # noqa: ARG002
        """There is nothing to do."""
        return []
