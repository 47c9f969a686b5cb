"""Where a run keeps its files: one place that knows the layout of `data/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataPaths:
    """The folders below `data/`.

    Snapshots of real and of generated data never share a folder, so that no release can mix them.
    """

    root: Path

    @property
    def releases(self) -> Path:
        """One folder a release, and the pointer."""
        return self.root / "releases"

    @property
    def current(self) -> Path:
        """The pointer to the live release."""
        return self.releases / "current.json"

    @property
    def last_run(self) -> Path:
        """The record of the last run, whether it published or not."""
        return self.releases / "last_run.json"

    @property
    def runs(self) -> Path:
        """The last runs, each in a few figures, the newest last."""
        return self.releases / "runs.json"

    @property
    def pinned(self) -> Path:
        """The releases that are never pruned."""
        return self.releases / "pinned.json"

    @property
    def withdrawn(self) -> Path:
        """The releases that a person took back, see `etl rollback`."""
        return self.releases / "withdrawn.json"

    def snapshots(self, *, sample: bool) -> Path:
        """Raw files as they came, real and sample apart."""
        return self.root / "snapshots" / ("sample" if sample else "real")

    @property
    def lock(self) -> Path:
        """Held by the run that is at work."""
        return self.root / "build" / "run.lock"

    def sample_portal(self) -> Path:
        """The files that the sample portal serves."""
        return self.root / "build" / "sample-portal"

    def build(self, run_id: str) -> Path:
        """Scratch space of one run."""
        return self.root / "build" / run_id
