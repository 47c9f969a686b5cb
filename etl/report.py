"""Tells a person how a run goes: one line a source, with bytes and rows as they come."""

from __future__ import annotations

from typing import Protocol

from rich.console import Console
from rich.status import Status

from etl.build import SourceBuild
from etl.declare import Source
from etl.errors import EtlError


class Reporter(Protocol):
    """Hears of a run's progress."""

    def begin(self, source: Source) -> None:
        """A source is being collected."""

    def on_bytes(self, source_name: str, size: int) -> None:
        """A chunk of it has come."""

    def fail(self, source: Source, error: EtlError) -> None:
        """It failed."""

    def done(self, build: SourceBuild, state: str) -> None:
        """Its rows are built; `state` is ok, stale or reference."""


class ConsoleReporter:
    """Writes to the terminal; a spinner where there is one, plain lines in a log."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None
        self._bytes = 0

    def begin(self, source: Source) -> None:
        """Start the source's line."""
        self._bytes = 0
        self._stop()
        self._status = self._console.status(f"{source.name}: asking {source.portal or source.url or 'data/reference'}")
        self._status.start()

    def on_bytes(self, source_name: str, size: int) -> None:
        """Show how much has come."""
        self._bytes += size
        if self._status is not None:
            self._status.update(f"{source_name}: {self._bytes / 1e6:,.1f} MB")

    def fail(self, source: Source, error: EtlError) -> None:
        """Say what went wrong, in one line."""
        self._stop()
        self._console.print(f"[red]✕[/] {source.name}: {error}", soft_wrap=True, highlight=False)

    def done(self, build: SourceBuild, state: str) -> None:
        """Say what came of it."""
        self._stop()
        aside = f", {build.set_aside.total():,} set aside" if build.set_aside else ""
        stale = " [yellow](last good snapshot)[/]" if state == "stale" else ""
        files = len(build.snapshots)
        self._console.print(
            f"[green]✓[/] {build.source.name}: {build.rows_out:,} rows{aside}, "
            f"{files} file{'s' if files != 1 else ''}{stale}",
            highlight=False,
        )

    def _stop(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None


class SilentReporter:
    """Says nothing; for tests and benchmarks."""

    def begin(self, source: Source) -> None:
        """Nothing."""

    def on_bytes(self, source_name: str, size: int) -> None:
        """Nothing."""

    def fail(self, source: Source, error: EtlError) -> None:
        """Nothing."""

    def done(self, build: SourceBuild, state: str) -> None:
        """Nothing."""
