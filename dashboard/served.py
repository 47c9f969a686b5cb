"""Releases that can be asked: the live one, and older ones, opened when somebody asks for them by their version."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from dashboard.context import Codes, load_codes
from dashboard.diff.kept import Differences
from dashboard.errors import ContractMismatch, PackageNotFound
from dashboard.live import open_live
from dashboard.package import Package, check_tables, open_package
from dashboard.query.cached import CachedEngine
from dashboard.query.engine import Engine
from dashboard.query.engines.protocol import Answers
from dashboard.search.site import SiteSearch
from dashboard.store import Store

OLDER_KEPT = 2
"""Older releases that are kept open, the last asked for: each holds all its tables in memory."""
VERSION = r"\d{4}-\d\d-\d\dT\d{4}Z-[0-9a-f]{6}"


@dataclass(frozen=True)
class Served:
    """One release, opened. Safe to share between threads; its answers are kept in the store that it was made with.

    `newest` is the version of the live release where this one stands in for it, as the site cannot read that.
    """

    engine: CachedEngine
    codes: Codes
    search: SiteSearch
    differences: Differences
    """What it differs in from other releases, once somebody has asked."""
    newest: str = ""

    @property
    def package(self) -> Package:
        """The release."""
        return self.engine.package


Open = Callable[[Package], Answers]
"""Gives what answers queries about a release."""


def serve(
    package: Package, store: Store, differences: Differences, newest: str = "", open_engine: Open = Engine
) -> Served:
    """Load a release. Raises PackageNotFound where one of its tables is gone or damaged, or the engine lacks it."""
    engine = CachedEngine(open_engine(package), store)
    return Served(engine, load_codes(engine), SiteSearch(engine), differences, newest)


class Shelf:
    """The live release and those on disk beside it. A release never changes, so a view of one is the same for ever."""

    def __init__(self, data_dir: Path, store: Store, open_engine: Open = Engine) -> None:
        """Open the live one. Raises PackageNotFound where it or one of its tables is gone or damaged, ContractMismatch
        where there is none that can be read, EngineUnavailable where it is asked elsewhere and nobody answers."""
        self._data_dir, self._store, self._differences = data_dir, store, Differences()
        self._open_engine = open_engine
        live = open_live(data_dir)
        self._live = self._serve(live.package, live.newest)
        self._open = lru_cache(OLDER_KEPT)(self._serve_older)
        self._one_at_a_time = Lock()
        self.refused = live.refused

    @property
    def live(self) -> Served:
        """The release that is served; another one once `take_up` has found it, so a request asks for it once."""
        return self._live

    def take_up(self) -> bool:
        """Serve the release that is live by now; whether that is another one than before.

        It is loaded while the old one is still served. One that is damaged, or that this site cannot read, is refused:
        the old one stays, and `refused` says why. Raises PackageNotFound or ContractMismatch then.
        """
        try:
            found = open_live(self._data_dir)
            is_new = (found.package.version, found.newest) != (self._live.package.version, self._live.newest)
            if is_new:
                check_tables(found.package)
                self._live = self._serve(found.package, found.newest)
        except Exception as error:
            self.refused = str(error)
            raise
        self.refused = found.refused
        return is_new

    def find(self, version: str) -> Served | None:
        """The release of that version; None where there is none, it is of the other kind (generated or real), damaged
        or of a contract that this site does not read."""
        live = self._live
        if version == live.package.version:
            return live
        if not re.fullmatch(VERSION, version):
            return None
        folder = live.package.folder.parent / version
        if not (folder / "datapackage.json").exists():  # it may have been pruned since it was opened
            return None
        with self._one_at_a_time:
            return self._open(folder, live.package.sample)

    def forget(self) -> None:
        """Let go of what the engines keep, and of the older releases."""
        self._live.engine.forget()
        self._open.cache_clear()

    def _serve(self, package: Package, newest: str = "") -> Served:
        return serve(package, self._store, self._differences, newest, self._open_engine)

    def _serve_older(self, folder: Path, is_sample: bool) -> Served | None:
        try:
            package = open_package(folder)
            return self._serve(package) if package.sample is is_sample else None
        except (ContractMismatch, PackageNotFound):
            return None
