"""Apache Spark 4, in this process's own JVM (`spark-local`) or a cluster's: each release as Parquet files of its own,
in a folder or store that the driver and the executors read."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs
from sqlglot import exp

from dashboard.errors import EngineAway, EngineUnavailable, InvalidSettings, MissingExtra, PackageNotFound
from dashboard.package import Package
from dashboard.query.dialect import LoadedDialect, adding, call
from dashboard.query.engine import BATCH_ROWS
from dashboard.query.engines.copies import copied, copy_name, is_left, read_tables
from dashboard.query.engines.loaded import LoadedEngine, Refused, to_batch

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "spark-local"
FILE_ROWS = 500_000
"""Rows from which a table goes on in another file."""
POINTER = "loaded"
"""The file beside the copies of a release that names the one to read; there as soon as that is whole."""
SESSION = {
    "spark.sql.ansi.enabled": "true",  # a text that is no number is an error, as in DuckDB, and not a null
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.mapKeyDedupPolicy": "EXCEPTION",
}
"""What answers depend on."""
SMALL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.log.level": "FATAL",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""For one machine, where the parts of an answer need no exchange. An address can say otherwise."""


class SparkDialect(LoadedDialect):
    """Spark's words."""

    name = "spark"

    def quantile(self, column: exp.Expr, at: float) -> exp.Expr:
        """The value below which that part of a group's values lies: exactly, where sqlglot would take the near one."""
        return call("percentile", exp.cast(column, "double"), exp.Literal.number(at))

    def sum_of_largest(self, column: exp.Expr, number: int, exact_type: str) -> exp.Expr:
        """The sum of that many of a group's largest values; nothing where there are none."""
        nothing, add = adding(exact_type)
        values = call("sort_array", call("collect_list", exp.cast(column, nothing.to)), exp.false())
        largest = call("slice", values, exp.Literal.number(1), exp.Literal.number(number))
        total = call("aggregate", largest, nothing, add)
        some = exp.GT(this=exp.Count(this=column.copy()), expression=exp.Literal.number(0))
        return exp.Case(ifs=[exp.If(this=some, true=total)])

    def joined(self, column: exp.Expr) -> exp.Expr:
        """The different values of a group in their order, joined by commas; an empty text where there are none."""
        values = exp.cast(call("array_sort", call("collect_set", column)), "array<varchar>")
        return call("array_join", values, exp.Literal.string(","))

    def has_part(self, text: exp.Expr, part: exp.Expr) -> exp.Expr:
        """Whether the part stands in the text, whatever its case."""
        return call("contains", self.fold(text), self.fold(part))

    def has_value(self, values: exp.Expr, value: exp.Expr) -> exp.Expr:
        """Whether the value is in the list."""
        return call("array_contains", values, value)


class Spark:
    """The adapter. The address is `spark-local`, `spark-local:/folder` or a cluster's with the folder as `tables`, such
    as `spark://host:7077?tables=s3a://bucket/kuusi`; other parameters are settings of Spark's own."""

    cannot: ClassVar[Mapping[str, str]] = {
        "simple_case": "it folds some letters by their place in the word or into two (final sigma, dotted I)",
        "days_by_words_refused": "it takes `yesterday` for a day",
        "euros_by_texts": "a decimal and a text are compared as floats: of more than 15 digits the last are lost",
    }

    def __init__(self, url: str, data_dir: Path) -> None:
        """Raises MissingExtra or InvalidSettings."""
        try:
            import pyspark  # noqa: F401, PLC0415  # an extra, which only those need who ask for it
        except ImportError as error:
            raise MissingExtra("Spark needs the extra `spark`: pip install pyspark where the site runs.") from error
        address, _, rest = url.partition("?")
        self._settings = dict(parse_qsl(rest))
        self._tables = self._settings.pop("tables", "")
        wrong = [name for name in self._settings if not name.startswith("spark.")]
        if wrong:
            raise InvalidSettings(f"{wrong[0]!r} is no setting of Spark's: its address takes `tables` and `spark...`.")
        kind, _, folder = address.partition(":")
        if kind == LOCAL:
            self._master = "local[2]"
            self._tables = folder or self._tables or str(data_dir / "spark")
            self._settings = SMALL | self._settings
        else:
            self._master = address
        if not self._tables:
            raise InvalidSettings(
                f"{address} says not where the tables are: add ?tables=..., which all of it can read."
            )
        self.where = f"{LOCAL if kind == LOCAL else address} ({self._tables})"

    def check(self, package: Package) -> None:
        """Whether the release is there; no JVM is needed to see that. Raises PackageNotFound or EngineUnavailable."""
        self._copy(package)

    def open(self, package: Package) -> SparkEngine:
        """The release as it was loaded. Raises PackageNotFound or EngineUnavailable."""
        copy = self._copy(package)
        try:
            return SparkEngine(package, self._session(), copy)
        except _errors() as error:
            raise EngineUnavailable(f"{self.where} cannot be read: {_said(error)}") from error

    def load(self, package: Package, advance: Callable[[int], object]) -> bool:
        """Write the tables into a folder of this load's own, then the pointer to it."""
        try:
            files, folder = self._folder(package)
            if self._pointed(files, folder):
                return False
            copy = f"{folder}/{uuid.uuid4().hex}"
            for name, batches in read_tables(package):
                _write(files, f"{copy}/{_file(name)}", batches, advance)
            if self._pointed(files, folder):  # somebody else was first
                files.delete_dir(copy)
                return False
            with files.open_output_stream(f"{folder}/{POINTER}.new") as file:
                file.write(copy.rpartition("/")[2].encode())
            files.move(f"{folder}/{POINTER}.new", f"{folder}/{POINTER}")
        except OSError as error:
            raise EngineUnavailable(f"{self._tables} does not take the release: {error}") from error
        return True

    def prune(self, versions: Collection[str]) -> list[str]:
        """Delete the folders of other releases; a site that still reads one has it no more."""
        try:
            files, tables = self._files()
            found = files.get_file_info(fs.FileSelector(tables, allow_not_found=True))
            left = [one for one in found if one.type is fs.FileType.Directory and is_left(one.base_name, versions)]
            for one in left:
                files.delete_dir(one.path)
        except OSError as error:
            raise EngineUnavailable(f"{self._tables} keeps its old releases: {error}") from error
        return sorted(one.base_name for one in left)

    def _files(self) -> tuple[fs.FileSystem, str]:
        """Where all copies stand. Raises EngineUnavailable."""
        address = self._tables.replace("s3a://", "s3://", 1)  # Hadoop's name for it
        try:
            files, folder = fs.FileSystem.from_uri(address if "://" in address else str(Path(address).resolve()))
        except (OSError, pa.ArrowInvalid) as error:
            raise EngineUnavailable(f"{self._tables} cannot be reached: {error}") from error
        return files, str(folder)

    def _folder(self, package: Package) -> tuple[fs.FileSystem, str]:
        """Where the copies of a release stand. Raises EngineUnavailable."""
        files, tables = self._files()
        return files, f"{tables}/{copy_name(package)}"

    @staticmethod
    def _pointed(files: fs.FileSystem, folder: str) -> str | None:
        """The name of the copy that is whole, None where there is none. Raises OSError."""
        if files.get_file_info(f"{folder}/{POINTER}").type is fs.FileType.NotFound:
            return None
        with files.open_input_stream(f"{folder}/{POINTER}") as file:
            return str(file.read(), "ascii")

    def _copy(self, package: Package) -> str:
        """The folder of the release's tables, as Spark names it. Raises PackageNotFound or EngineUnavailable."""
        try:
            found = self._pointed(*self._folder(package))
        except OSError as error:
            raise EngineUnavailable(f"{self._tables} cannot be read: {error}") from error
        if found is None:
            raise PackageNotFound(
                f"Release {package.version} is not in {self.where}: `python -m dashboard load` puts it there."
            )
        return f"{self._tables}/{copy_name(package)}/{found}"

    def _session(self) -> SparkSession:
        """A session with tables of its own."""
        from pyspark.logger import PySparkLogger  # noqa: PLC0415  # an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415

        # Answers come by Arrow: pandas has no part in them. What was asked for is nobody's to log.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True
        builder = SparkSession.builder.master(self._master).appName("kuusi")
        for name, value in (self._settings | SESSION).items():
            builder = builder.config(name, value)
        try:
            session = builder.getOrCreate().newSession()
            for name, value in SESSION.items():
                session.conf.set(name, value)
        except _errors() as error:
            raise EngineUnavailable(
                f"{self.where} cannot be started ({_said(error)}); Spark needs a Java runtime, 17 or newer."
            ) from error
        return session


class SparkEngine(LoadedEngine):
    """One release in a session of Spark's, which any number of threads may ask."""

    dialect = SparkDialect()

    def __init__(self, package: Package, session: SparkSession, folder: str) -> None:
        """Name the tables of a copy in the session. Raises PackageNotFound, or Spark's own errors."""
        super().__init__(package)
        self._session = session
        for name, query in copied(package).items():
            columns = ", ".join(f"`{field.name}` {_type(field.type)}" for field in self.shape(query))
            table = session.read.schema(columns).parquet(f"{folder}/{_file(name)}")
            if package.resource(query.resource).rows <= FILE_ROWS:
                table = table.coalesce(1)  # one file is one part, and what is in one part is exchanged with no other
            table.createOrReplaceTempView(f"`{name}`")

    def ask(self, sql: str, parameters: list[Any], schema: pa.Schema, *, is_long: bool) -> Iterator[pa.RecordBatch]:
        """The answer in batches; of a long one a part at a time comes to this machine. Raises Refused or EngineAway."""
        try:
            frame = self._session.sql(sql, args=parameters)
            if not is_long:
                yield from frame.toArrow().rename_columns(schema.names).cast(schema).to_batches(BATCH_ROWS)
                return
            rows = frame.toLocalIterator()
            while batch := list(islice(rows, BATCH_ROWS)):
                yield to_batch(batch, schema)
        except _errors() as error:
            if _is_away(error):
                raise EngineAway("The database that answers is away: try again in a minute.") from error
            raise Refused(_said(error)) from error


def _write(
    files: fs.FileSystem, folder: str, batches: Iterator[pa.RecordBatch], advance: Callable[[int], object]
) -> None:
    """A table as Parquet files, of which executors read several at a time."""
    files.create_dir(folder, recursive=True)
    batch: pa.RecordBatch | None = next(batches)
    for number in count():
        if batch is None:
            return
        with pq.ParquetWriter(f"{folder}/part-{number}.parquet", batch.schema, filesystem=files) as file:
            written = 0
            while batch is not None and written < FILE_ROWS:
                file.write_batch(batch)
                advance(batch.num_rows)
                written += batch.num_rows
                batch = next(batches, None)


def _type(kind: pa.DataType) -> str:
    """Spark's name of an Arrow type."""
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    return "array<string>" if pa.types.is_list(kind) else TYPES[kind]


TYPES = {
    pa.string(): "string",
    pa.bool_(): "boolean",
    pa.int16(): "smallint",
    pa.int32(): "int",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.date32(): "date",
}


def _file(table: str) -> str:
    return table.replace(" ", "_")


def _errors() -> tuple[type[Exception], ...]:
    """What Spark raises: its own errors, those of Java that it has no kind for, and those of a JVM that is gone."""
    from py4j.protocol import Py4JError  # noqa: PLC0415  # comes with the extra
    from pyspark.errors import PySparkException  # noqa: PLC0415

    return PySparkException, Py4JError, ConnectionError


def _is_away(error: Exception) -> bool:
    """Whether the engine is gone, or the files; else it refuses the question."""
    from pyspark.errors import PySparkException  # noqa: PLC0415

    return not isinstance(error, PySparkException) or "FAILED_READ_FILE" in str(error.getCondition())


def _said(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
