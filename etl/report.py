"""Tells a person how a run goes: one line a source, with bytes and rows as they come."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any, Protocol, TextIO

import structlog
from rich.console import Console
from rich.status import Status
from stamina.instrumentation import RetryDetails

from etl.build import SourceBuild
from etl.declare import Source
from etl.errors import EtlError


class Reporter(Protocol):
    """Hears of a run's progress."""

    def run_begin(self, run_id: str, *, sample: bool, version: str | None) -> None:
        """A run begins; `version` is the release that is live, None where none is."""

    def run_end(self, result: str, version: str | None, errors: int) -> None:
        """It ended: `published`, `unchanged` or `failure`; `version` is what is live now."""

    def begin(self, source: Source) -> None:
        """A source is being collected."""

    def on_bytes(self, source_name: str, size: int) -> None:
        """A chunk of it has come."""

    def collected(self, source: Source) -> None:
        """All its files are there."""

    def build(self, source: Source) -> None:
        """They are being read."""

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

    def run_begin(self, run_id: str, *, sample: bool, version: str | None) -> None:
        """Nothing: the command line says what is done."""

    def run_end(self, result: str, version: str | None, errors: int) -> None:
        """Nothing, likewise."""

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

    def collected(self, source: Source) -> None:
        """Nothing: its line comes with its rows."""

    def build(self, source: Source) -> None:
        """Show that its rows are being read."""
        self._stop()
        self._status = self._console.status(f"{source.name}: reading")
        self._status.start()

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


class LogReporter:
    """Writes one JSON object a line, for machines: which source, its state, seconds, rows and bytes; no contents.

    Texts of errors may quote a cell of a file, so only their code is logged; `last_run.json` has the text.
    """

    def __init__(self, stream: TextIO) -> None:
        self._log: Any = structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            wrapper_class=structlog.BoundLogger,
        )
        self._began = self._run_began = time.monotonic()
        self._bytes, self._seconds = defaultdict[str, int](int), defaultdict[str, float](float)
        """Of each source so far; its files are read after those of all sources have come."""
        self._asked: str | None = None
        """The source that is being collected."""

    def run_begin(self, run_id: str, *, sample: bool, version: str | None) -> None:
        """Begin; every later line has the run's id and the release that is live."""
        self._run_began = time.monotonic()
        self._log = self._log.bind(run=run_id, release=version)
        self._log.info("run_begin", sample=sample)

    def run_end(self, result: str, version: str | None, errors: int) -> None:
        """End, with the release that is live now."""
        self._log = self._log.bind(release=version)
        write = self._log.error if result == "failure" else self._log.info
        write("run_end", result=result, errors=errors, seconds=_since(self._run_began))

    def begin(self, source: Source) -> None:
        """A source begins."""
        self._asked, self._began = source.name, time.monotonic()
        self._log.info("source_begin", source=source.name, portal=source.portal)

    def on_bytes(self, source_name: str, size: int) -> None:
        """Count them; a line a chunk would be too many."""
        self._bytes[source_name] += size

    def collected(self, source: Source) -> None:
        """Nothing but to note how long it took."""
        self._seconds[source.name] += time.monotonic() - self._began

    def build(self, source: Source) -> None:
        """Nothing but to begin to count again."""
        del source
        self._began = time.monotonic()

    def retry(self, details: RetryDetails) -> None:
        """A request failed and is made again in `wait` seconds; a hook of stamina's."""
        code = getattr(details.caused_by, "state", type(details.caused_by).__name__)
        self._log.warning(
            "retry", source=self._asked, code=code, attempt=details.retry_num, wait=round(details.wait_for, 3)
        )

    def fail(self, source: Source, error: EtlError) -> None:
        """A source failed; what it falls back to follows, if there is anything."""
        code = getattr(error, "state", error.code)
        self._log.error(
            "source_fail", source=source.name, portal=source.portal, code=code, seconds=self._spent(source.name),
            bytes=self._bytes[source.name],
        )  # fmt: skip

    def done(self, build: SourceBuild, state: str) -> None:
        """A source's rows are there."""
        write = self._log.warning if state == "stale" else self._log.info
        write(
            "source_end", source=build.source.name, state=state, rows=build.rows_out, rows_in=build.rows_in,
            set_aside=build.set_aside.total(), files=len(build.snapshots), bytes=self._bytes[build.source.name],
            seconds=self._spent(build.source.name),
        )  # fmt: skip

    def _spent(self, source_name: str) -> float:
        return round(self._seconds[source_name] + time.monotonic() - self._began, 3)


def _since(moment: float) -> float:
    return round(time.monotonic() - moment, 3)


class SilentReporter:
    """Says nothing; for tests and benchmarks."""

    def run_begin(self, run_id: str, *, sample: bool, version: str | None) -> None:
        """Nothing."""

    def run_end(self, result: str, version: str | None, errors: int) -> None:
        """Nothing."""

    def begin(self, source: Source) -> None:
        """Nothing."""

    def on_bytes(self, source_name: str, size: int) -> None:
        """Nothing."""

    def collected(self, source: Source) -> None:
        """Nothing."""

    def build(self, source: Source) -> None:
        """Nothing."""

    def fail(self, source: Source, error: EtlError) -> None:
        """Nothing."""

    def done(self, build: SourceBuild, state: str) -> None:
        """Nothing."""
