"""On Apache Spark 4: each file is a task of its own, so that the purchases of a whole country are read at once.

The executors run the very code that tidies and checks a file in this process, so they need this package and what it
needs; files and parts stand in the data folder, which all of them see at one path. Keys are checked by the SQL that
DuckDB runs, written in Spark's words by sqlglot. What is made from other tables is made by the driver.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

import sqlglot

from etl.build import Files, SourceBuild, Work, build_source, close_account, join_parts, tidy_files
from etl.check import check_keys
from etl.declare import Source
from etl.errors import DeclarationError, EngineUnavailable, EtlError
from etl.publish.assemble import TableFiles
from etl.snapshot import Snapshot

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "spark-local"
T = TypeVar("T")
PYTHON_ERROR = re.compile(r"[\w.]*(Error|Exception|Exit|Interrupt): ")
CODE = Path(__file__).resolve().parents[2]
SMALL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.executorEnv.PYTHONPATH": str(CODE),
    "spark.log.level": "FATAL",
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""For one machine. An address can say otherwise."""
SESSION = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
}
"""What answers depend on."""


class Spark:
    """A session of Spark's: `spark-local` in a JVM of this machine, or a cluster by its address, such as
    `spark://host:7077`; parameters behind a `?` are settings of Spark's own."""

    def __init__(self, address: str) -> None:
        """Start it. Raises EngineUnavailable, or DeclarationError for a setting that is none."""
        where, _, rest = address.partition("?")
        settings = dict(parse_qsl(rest))
        wrong = [name for name in settings if not name.startswith("spark.")]
        if wrong:
            raise DeclarationError(f"ETL_ENGINE: {wrong[0]!r} is no setting of Spark's: they begin with `spark.`")
        self._where, is_local = where, where == LOCAL
        self._found: dict[Any, list[SourceBuild | EtlError]] = {}
        """What has been tidied and not been taken yet, by source and files."""
        self._session = _start("local[*]" if is_local else where, SMALL | settings if is_local else settings)

    def tidy_all(self, work: Work, files: Mapping[str, Files]) -> None:
        """Tidy the files of several sources of a dataset, by the sources' names, at once; `build` takes what came of
        them. Raises EngineUnavailable."""
        sources = {source.name: source for source in work.registered.sources}
        jobs = [(name, place, one) for name, of_source in files.items() for place, one in enumerate(of_source)]

        def tidy(job: tuple[str, int, tuple[Snapshot, Path]]) -> SourceBuild | EtlError:
            from pyspark import TaskContext  # noqa: PLC0415  # it runs on an executor

            name, place, file = job
            task = TaskContext.get()
            # No two tries write the same file.
            part = f"{name}.{place:06}.{task.taskAttemptId() if task else 0}"
            try:
                return tidy_files(work, sources[name], [file], part)
            except EtlError as error:  # Spark would tell it as a text, and try again
                return error

        found = self._asked(lambda: self._session.sparkContext.parallelize(jobs, max(1, len(jobs))).map(tidy).collect())
        parts: dict[str, list[SourceBuild | EtlError]] = {name: [] for name in files}
        for (name, *_), part in zip(jobs, found, strict=True):
            parts[name].append(part)
        self._found |= {_key(sources[name], files[name]): parts[name] for name in files}

    def build(self, work: Work, source: Source, files: Files) -> SourceBuild:
        """Build one source from its files, a task a file. Raises UnexpectedData or CheckFailed, of the first file in
        the order of the source that is not what was declared, or EngineUnavailable."""
        if not files:
            return build_source(work, source, files)
        key = _key(source, files)
        if key not in self._found:
            self.tidy_all(work, {source.name: files})
        parts = []
        for part in self._found.pop(key):
            if isinstance(part, EtlError):
                raise part
            parts.append(_own(part, work, source))
        return close_account(join_parts(parts))

    def check_keys(self, tables: Sequence[TableFiles]) -> None:
        """Raise CheckFailed where a primary key repeats or a foreign key points nowhere, or EngineUnavailable."""
        for one in tables:
            self._asked(partial(self._name, one))
        check_keys(self._first, [one.table for one in tables])

    def close(self) -> None:
        """Stop the session; one whose JVM is gone has stopped."""
        with suppress(*_errors()):
            self._session.stop()

    def _name(self, one: TableFiles) -> None:
        self._session.read.parquet(str(one.parquet)).createOrReplaceTempView(f"`{one.table.name}`")

    def _first(self, sql: str) -> tuple[Any, ...] | None:
        """The first row of the answer to SQL in DuckDB's words."""
        (written,) = sqlglot.transpile(sql, read="duckdb", write="spark")
        rows = self._asked(partial(self._head, written))
        return tuple(rows[0]) if rows else None

    def _head(self, sql: str) -> list[Any]:
        return self._session.sql(sql).head(1)

    def _asked(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except _errors() as error:
            raise EngineUnavailable(f"{self._where} did not do its work: {_said(error)}") from error


def _key(source: Source, files: Files) -> tuple[str, ...]:
    return (source.name, *(snapshot.id for snapshot, _ in files))


def _own(part: SourceBuild, work: Work, source: Source) -> SourceBuild:
    """The part with this process's own declarations in place of the copies that came back."""
    part.source, part.table = source, work.registered.table_of(source)
    return part


def _start(master: str, settings: dict[str, str]) -> SparkSession:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415  # an extra, which only those need who ask for it
    except ImportError as error:
        raise EngineUnavailable("Spark needs the extra `spark`: pip install pyspark") from error
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("kuusi-etl")
    for name, value in (settings | SESSION).items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except _errors() as error:
        raise EngineUnavailable(
            f"{master} cannot be started: {_said(error)}", do="Spark needs a Java runtime, 17 or newer."
        ) from error


def _errors() -> tuple[type[Exception], ...]:
    """What Spark raises: its own errors, those of Java that it has no kind for, and those of a JVM that is gone."""
    from py4j.protocol import Py4JError  # noqa: PLC0415  # comes with the extra
    from pyspark.errors import PySparkException  # noqa: PLC0415

    return PySparkException, Py4JError, ConnectionError


def _said(error: Exception) -> str:
    """What it is about, in a line: of an error in Python on an executor that is the last one of its traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if PYTHON_ERROR.match(line)]
    return (told or lines or [type(error).__name__])[0]
