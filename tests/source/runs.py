"""Runs the pipeline over a sample portal into a folder of its own, for the tests of the whole line."""

from __future__ import annotations

import datetime as dt
import functools
import shutil
from pathlib import Path

from etl.paths import DataPaths
from etl.registry import load_registry
from etl.report import SilentReporter
from etl.run import Run, RunResult
from etl.sample.portal import SamplePortal
from etl.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2026, 11, 24, 6, 3, tzinfo=dt.UTC)


PATIENCE = 30
"""Seconds that an answer is waited for: long, so that a busy machine fails no test but those of slow portals."""
SLOW = frozenset({"timeout", "slow"})
REGISTRY = functools.cache(load_registry)


class Clock:
    """A clock that moves a minute each time a run begins."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def next_run(self):
        self.now += dt.timedelta(minutes=1)


class Line:
    """A data folder and the runs over it."""

    def __init__(self, folder: Path, rows: int = 1500):
        self.data = folder / "data"
        self.files = folder / "portal"
        self.rows = rows
        self.clock = Clock()
        self.served = []
        self.accept = ""
        self.patience = PATIENCE
        self.engine = ""

    def copy_to(self, folder: Path) -> Line:
        """The same in another folder, which has nothing of its own yet."""
        shutil.copytree(self.data.parent, folder, dirs_exist_ok=True)
        made = Line(folder, self.rows)
        made.clock.now = self.clock.now
        return made

    @property
    def paths(self) -> DataPaths:
        """Where what runs write stands."""
        return DataPaths(self.data)

    def settings(self) -> Settings:
        return Settings(
            data_dir=self.data,
            engine=self.engine,
            connect_timeout_seconds=2,
            read_timeout_seconds=self.patience,
            attempts=1,
            pause_seconds=0,
        )

    def run(self, **faults: str) -> RunResult:
        """One run with faults by dataset (underscores of the keyword stand for hyphens) or by `portal_NAME`."""
        named = {
            name.replace("portal_", "portal:") if name.startswith("portal_") else name.replace("_", "-"): fault
            for name, fault in faults.items()
        }
        return self.run_with(named)

    def run_with(self, faults: dict[str, str]) -> RunResult:
        """One run with faults by the datasets' own names."""
        self.clock.next_run()
        self.patience = 1.5 if SLOW & set(faults.values()) else PATIENCE
        with SamplePortal(rows=self.rows, seed=6, directory=self.files, faults=faults) as portal:
            self.served = portal.files
            return self.run_on(portal.portals)

    def run_on(self, api_bases: dict[str, str], *, sample: bool = True) -> RunResult:
        return Run(REGISTRY(), self.settings(), sample, SilentReporter(), self.clock, api_bases, self.accept).execute()

    def release(self, result: RunResult) -> Path:
        return self.data / "releases" / str(result.version)
