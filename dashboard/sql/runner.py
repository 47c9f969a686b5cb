"""Runs SQL that anybody sends: one query at a time, in a process that may die without hurting the site."""

from __future__ import annotations

import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashboard.errors import SqlBusy, SqlRefused, SqlTooHeavy
from dashboard.package import Package
from dashboard.sql.answer import SqlAnswer, read_answer
from dashboard.sql.limits import Limits
from dashboard.sql.line import Line, LineFull, OneEach, TooLong, WentAway
from dashboard.sql.process import NobodyWaits, ProcessGone, QueryProcess, TookTooLong

ERRORS: dict[str, type[SqlRefused]] = {one.__name__: one for one in (SqlRefused, SqlTooHeavy)}
MOST_ROWS = 32_000
"""Of any answer; CKAN's own limit."""
Watch = Callable[[], Callable[[], bool]]
"""Gives, where a query begins, what tells later on whether whoever asked has gone away."""


def one_of_many() -> str | None:
    """The client where none can be told from another."""
    return None


def nobody_leaves() -> Callable[[], bool]:
    """The watch where nobody can be seen leaving."""
    return lambda: False


class SqlRunner:
    """Queries over the release that `served` gives at the time. Safe to share between threads.

    They are run in the order in which they come; `client` tells whose one is, of whom only one is run or waits.

    Its process starts with the first query, anew with the next one where it died, and over the next release where
    another one is served by then.
    """

    def __init__(
        self,
        served: Callable[[], Package],
        watch: Watch = nobody_leaves,
        limits: Limits | None = None,
        client: Callable[[], str | None] = one_of_many,
    ) -> None:
        self.limits = limits or Limits()
        self._served, self._watch, self._client = served, watch, client
        self._line, self._in_use = Line(), threading.Lock()
        self._opened = _Opened()
        weakref.finalize(self, self._opened.close)

    @property
    def pid(self) -> int | None:
        """The number of the process; None before the first query."""
        return self._opened.pid

    @property
    def package(self) -> Package:
        """The release that the next query is put to."""
        return self._served()

    def run(self, sql: str, *, most_rows: int = MOST_ROWS, is_datastore: bool = False) -> SqlAnswer:
        """The answer, its first `most_rows` rows at most; where it `is_datastore`, as CKAN's datastore has it: with
        `_id` in each table, and PostgreSQL's names of fields that are given none.

        Raises SqlRefused: SqlTooHeavy where the query takes more than it may, SqlBusy where it cannot be run now.
        """
        if len(sql) > self.limits.most_characters:
            raise SqlTooHeavy(
                "The SQL is longer than the {n} characters that can be run: shorten it.", n=self.limits.most_characters
            )
        is_gone, limits = self._watch(), self.limits
        try:
            with (
                self._line.turn(self._client(), is_gone, most_waiting=limits.most_waiting, seconds=limits.wait),
                self._in_use,
            ):
                text, most = sql.encode(errors="replace").decode(), min(most_rows, MOST_ROWS)
                return self._run(text, most, is_gone, is_datastore=is_datastore)
        except OneEach:
            raise SqlBusy(
                "A query of yours is being run or waits: try again in {seconds} seconds.", seconds=SqlBusy.retry_after
            ) from None
        except (LineFull, TooLong):
            raise SqlBusy(
                "Queries of others are being run: try again in {seconds} seconds.", seconds=SqlBusy.retry_after
            ) from None
        except (NobodyWaits, WentAway):
            raise SqlBusy("The query was stopped, as nobody waited for it any more: ask again.") from None

    def close(self) -> None:
        """End the process and remove its database."""
        with self._in_use:
            self._opened.close()

    def _run(self, sql: str, most_rows: int, is_gone: Callable[[], bool], *, is_datastore: bool) -> SqlAnswer:
        process = self._open(self._served())
        begun = time.monotonic()
        try:
            raw = process.ask(sql, most_rows, is_gone, is_datastore=is_datastore)
            if "error" in raw:
                raise self._refusal(raw["error"])
            return read_answer(raw, time.monotonic() - begun)
        except TookTooLong:
            raise SqlTooHeavy(
                "The query took more than {seconds} seconds and was stopped: narrow it with WHERE, or ask for fewer "
                "rows and groups.",
                seconds=round(self.limits.seconds),
            ) from None
        except (ProcessGone, KeyError, TypeError, ValueError):
            process.end()
            raise SqlTooHeavy(
                "The query was more than its process could bear, and ended it: make it smaller or simpler."
            ) from None

    def _refusal(self, said: dict[str, Any]) -> SqlRefused:
        """The error that the process tells of."""
        kind = ERRORS[said["kind"]]
        if "text" in said:
            return kind(str(said["text"]), **said["values"])
        if kind is SqlTooHeavy:
            return SqlTooHeavy(
                "The query needs more memory than the {size} MB that there are: narrow it with WHERE, or ask for "
                "fewer rows and groups.",
                size=self.limits.memory_mb,
            )
        return SqlRefused("The query cannot be run: {error}.", error=str(said["error"]).partition("\n")[0].rstrip("."))

    def _open(self, package: Package) -> QueryProcess:
        """The process of that release, started where there is none. Raises SqlBusy."""
        try:
            return self._opened.process_of(package, self.limits)
        except (ProcessGone, OSError):
            raise SqlBusy("SQL cannot be run at the moment: try again a little later.") from None


class _Opened:
    """The process, and the folder of its database; nothing here leads back to the site."""

    def __init__(self) -> None:
        self._process: QueryProcess | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def pid(self) -> int | None:
        """The number of the process."""
        return self._process.pid if self._process else None

    def process_of(self, package: Package, limits: Limits) -> QueryProcess:
        """The process of that release. Raises ProcessGone or OSError."""
        process, self._process = self._process, None
        if process is not None and process.package.folder != package.folder:
            process.end()
            self.close()
        elif process is not None and process.is_alive():
            self._process = process
            return process
        elif process is not None:
            process.end()
        folder = self._folder = self._folder or tempfile.TemporaryDirectory(prefix="kuusi-sql-")
        self._process = QueryProcess(package, Path(folder.name), limits)
        return self._process

    def close(self) -> None:
        """End the process and remove its database."""
        process, folder = self._process, self._folder
        self._process = self._folder = None
        if process is not None:
            process.end()
        if folder is not None:
            folder.cleanup()
