"""The site's side of the process that queries run in: starts it, asks it, ends it.

It is a program of its own with an environment of its own, not a copy of the site: nothing of the site's memory,
settings or open files is in it. What it says is read as plain JSON of a bounded length, and never trusted to be that.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashboard.package import Package
from dashboard.sql.limits import Limits

TICK = 0.1
"""Seconds between two looks at whether anybody still waits."""
MODULE = "dashboard.sql.worker"


class ProcessGone(Exception):
    """The process has ended, or says what it should not."""


class TookTooLong(Exception):
    """The answer did not come in time."""


class NobodyWaits(Exception):
    """Whoever asked went away."""


class QueryProcess:
    """One process for one release. Not to be used by two threads at once."""

    def __init__(self, package: Package, folder: Path, limits: Limits) -> None:
        """Start it. Raises ProcessGone where it does not come up; the release's tables may be gone."""
        self.package, self._limits, self._read = package, limits, b""
        self._process = subprocess.Popen(  # noqa: S603  # our own module
            [sys.executable, "-s", "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        begin = {
            "database": str(folder / f"{package.version}.duckdb"),
            "tables": {one.name: str(package.file(one.name, "parquet").resolve()) for one in package.resources},
            "memory_mb": limits.memory_mb,
            "threads": limits.threads,
        }
        try:
            self._send(json.dumps(begin))
            self._receive(limits.start, lambda: False)
        except (ProcessGone, TookTooLong) as error:
            self.end()
            raise ProcessGone from error

    def ask(self, sql: str, most_rows: int, is_gone: Callable[[], bool], *, is_datastore: bool) -> dict[str, Any]:
        """What it answers. Raises ProcessGone, TookTooLong or NobodyWaits; then ask `is_alive` before another one."""
        asked = {
            "sql": sql,
            "is_datastore": is_datastore,
            "most_rows": most_rows,
            "most_bytes": self._limits.most_bytes,
            "most_fields": self._limits.most_fields,
            "seconds": self._limits.seconds,
        }
        self._send(json.dumps(asked))
        try:
            answer = self._receive(self._limits.seconds, is_gone)
        except (TookTooLong, NobodyWaits):
            self._stop()
            raise
        if answer.get("is_last"):
            self.end()
        return answer

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def end(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not sent any more
                    pipe.close()

    def _stop(self) -> None:
        """Let it stop what it runs; end it where it does not."""
        try:
            self._send("stop")
            if self._receive(self._limits.grace, lambda: False).get("is_last"):
                self.end()
        except (ProcessGone, TookTooLong):
            self.end()

    def _send(self, line: str) -> None:
        if self._process.stdin is None:
            raise ProcessGone
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            self.end()
            raise ProcessGone from error

    def _receive(self, seconds: float, is_gone: Callable[[], bool]) -> dict[str, Any]:
        """The next line, within so many seconds."""
        stdout = self._process.stdout
        if stdout is None or stdout.closed:
            raise ProcessGone
        end, longest = time.monotonic() + seconds, 2 * self._limits.most_bytes
        poll = select.poll()
        poll.register(stdout, select.POLLIN)
        pieces: list[bytes] = []
        size = 0
        while True:
            if time.monotonic() > end:
                raise TookTooLong
            if not poll.poll(TICK * 1000):
                if is_gone():
                    raise NobodyWaits
                continue
            piece = os.read(stdout.fileno(), 1 << 20)
            size += len(piece)
            pieces.append(piece)
            if not piece or size > longest:
                self.end()
                raise ProcessGone
            if piece.endswith(b"\n"):
                return self._parsed(b"".join(pieces))

    def _parsed(self, line: bytes) -> dict[str, Any]:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self.end()
            raise ProcessGone
        return found
