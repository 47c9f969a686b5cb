"""PostgreSQL 15 or newer: each release in a schema of its own, which is there whole or not at all."""

from __future__ import annotations

import io
import weakref
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.csv as pc
from sqlglot import exp

from dashboard.errors import EngineAway, EngineUnavailable, MissingExtra, PackageNotFound
from dashboard.package import Package
from dashboard.query.dialect import LoadedDialect, call
from dashboard.query.engine import BATCH_ROWS
from dashboard.query.engines.copies import copied, copy_name, is_left, read_tables
from dashboard.query.engines.loaded import LoadedEngine, Refused, to_batch
from dashboard.query.load import quoted
from dashboard.query.model import ROW_NUMBER

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 10
BINARY = "C"
"""The collation of all texts: by their bytes, as DuckDB compares them."""
CASE = "und-x-icu"
"""The collation by which letters of any alphabet have a lower case; the binary one knows those of ASCII only."""
LOAD_LOCK = 0x6B757573
"""The advisory lock that one load at a time holds."""


class PostgresqlDialect(LoadedDialect):
    """PostgreSQL's words."""

    name = "postgres"
    no_letter = "[^[:alnum:]]"

    def parameter(self, number: int, value: Any) -> exp.Expr:  # noqa: ARG002
        """Where the parameter of that number (from 1) stands: the server finds its type by what it is compared with."""
        return exp.Parameter(this=exp.Literal.number(number))

    def fold(self, text: exp.Expr) -> exp.Expr:
        """The text whatever its case."""
        typed = exp.cast(text, "text") if isinstance(text, exp.Parameter) else text
        return exp.Lower(this=_collate(typed, CASE))

    def alphabet(self, text: exp.Expr) -> exp.Expr:
        """What puts texts in the order of the Finnish and Swedish alphabet, by the values of their characters."""
        return _collate(super().alphabet(text), BINARY)

    def smallest(self, column: exp.Expr, exact_type: str) -> exp.Expr:
        """The smallest value of a group; false is less than true."""
        return call("bool_and", column) if exact_type == "boolean" else super().smallest(column, exact_type)

    def largest(self, column: exp.Expr, exact_type: str) -> exp.Expr:
        """The largest value of a group."""
        return call("bool_or", column) if exact_type == "boolean" else super().largest(column, exact_type)

    def quantile(self, column: exp.Expr, at: float) -> exp.Expr:
        """The value below which that part of a group's values lies."""
        order = exp.Order(expressions=[exp.Ordered(this=exp.cast(column, "double"), nulls_first=False)])
        return exp.WithinGroup(this=exp.PercentileCont(this=exp.Literal.number(at)), expression=order)

    def sum_of_largest(self, column: exp.Expr, number: int, exact_type: str) -> exp.Expr:  # noqa: ARG002
        """The sum of that many of a group's largest values."""
        order = exp.Order(this=column, expressions=[exp.Ordered(this=column.copy(), desc=True, nulls_first=False)])
        slice_ = exp.Slice(this=exp.Literal.number(1), expression=exp.Literal.number(number))
        largest = exp.Bracket(this=exp.Paren(this=exp.ArrayAgg(this=order)), expressions=[slice_], offset=1)
        values = exp.Table(this=call("unnest", largest), alias=exp.TableAlias(this=exp.to_identifier("value")))
        return exp.select(exp.Sum(this=exp.column("value"))).from_(values).subquery(copy=False)

    def joined(self, column: exp.Expr) -> exp.Expr:
        """The different values of a group in their order, joined by commas; an empty text where there are none."""
        different = exp.Distinct(expressions=[column])
        order = exp.Order(this=different, expressions=[exp.Ordered(this=column.copy(), nulls_first=False)])
        return call("array_to_string", exp.ArrayAgg(this=order), exp.Literal.string(","))

    def has_part(self, text: exp.Expr, part: exp.Expr) -> exp.Expr:
        """Whether the part stands in the text, whatever its case."""
        return exp.GT(this=call("strpos", self.fold(text), self.fold(part)), expression=exp.Literal.number(0))

    def has_value(self, values: exp.Expr, value: exp.Expr) -> exp.Expr:
        """Whether the value is in the list."""
        return exp.EQ(this=value, expression=call("any", values))


class Postgresql:
    """The adapter: a database at a `postgresql://` address, which libpq reads."""

    cannot: ClassVar[Mapping[str, str]] = {
        "simple_case": "ICU folds some letters by their place in the word or into two (final sigma, dotted I)",
        "nul_in_texts": "texts hold no NUL",
        "floats_as_texts": "50.0 is written as 50, so no word of its digits behind the point is found",
        "days_by_words_refused": "it takes `yesterday` for a day",
        "numbers_of_any_script": "what is a number but no digit (², ½) ends a word in its regular expressions",
    }

    def __init__(self, url: str) -> None:
        """Raises MissingExtra."""
        try:
            import psycopg  # noqa: PLC0415  # an extra, which only those need who ask for it
        except ImportError as error:
            raise MissingExtra(
                "PostgreSQL needs the extra `postgresql`: pip install 'psycopg[binary]' where the site runs."
            ) from error
        self._psycopg, self._url = psycopg, url
        parts = urlsplit(url)
        self.where = f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def check(self, package: Package) -> None:
        """Whether the release is there. Raises PackageNotFound or EngineUnavailable."""
        with self._connect() as connection:
            if not self._has(connection, copy_name(package)):
                raise PackageNotFound(
                    f"Release {package.version} is not in {self.where}: `python -m dashboard load` puts it there."
                )

    def open(self, package: Package) -> PostgresqlEngine:
        """The release as it was loaded. Raises PackageNotFound or EngineUnavailable."""
        self.check(package)
        return PostgresqlEngine(package, lambda: self._serving(copy_name(package)))

    def load(self, package: Package, advance: Callable[[int], object]) -> bool:
        """Copy the tables into a schema of the release's own, in one transaction."""
        schema, psycopg = copy_name(package), self._psycopg
        with self._connect() as connection:
            try:
                if self._has(connection, schema):
                    return False
                with connection.transaction():
                    connection.execute("select pg_advisory_xact_lock(%s)", [LOAD_LOCK])
                    if self._has(connection, schema):  # by whoever held the lock before
                        return False
                    _fill(connection, package, schema, advance)
            except psycopg.OperationalError as error:
                raise self._unavailable(error) from error
            except psycopg.Error as error:
                raise EngineUnavailable(f"{self.where} does not take the release: {error}") from error
            for name in copied(package):
                connection.execute(f"analyze {quoted(schema)}.{quoted(name)}".encode())
        return True

    def prune(self, versions: Collection[str]) -> list[str]:
        """Drop the schemas of other releases; one that a site still reads waits for the answers it gives."""
        with self._connect() as connection:
            try:
                schemas = connection.execute("select nspname from pg_namespace order by 1").fetchall()
                left = [name for (name,) in schemas if is_left(name, versions)]
                for name in left:
                    connection.execute(f"drop schema {quoted(name)} cascade".encode())
            except self._psycopg.Error as error:
                raise EngineUnavailable(f"{self.where} keeps its old releases: {error}") from error
        return left

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        try:
            return self._psycopg.connect(self._url, connect_timeout=CONNECT_SECONDS, autocommit=True)
        except self._psycopg.Error as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> EngineUnavailable:
        said = " ".join(str(error).split())
        return EngineUnavailable(
            f"{self.where} cannot be reached ({said}): start it, or set another DASHBOARD_QUERY_ENGINE."
        )

    def _serving(self, schema: str) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection that sees the release's tables and can change nothing."""
        connection = self._connect()
        connection.execute(f"set search_path to {quoted(schema)}".encode())
        connection.execute("set default_transaction_read_only to on")
        return connection

    @staticmethod
    def _has(connection: psycopg.Connection[tuple[Any, ...]], schema: str) -> bool:
        return connection.execute("select 1 from pg_namespace where nspname = %s", [schema]).fetchone() is not None


class PostgresqlEngine(LoadedEngine):
    """One release in a PostgreSQL; each question takes a connection that nobody else uses, and gives it back."""

    dialect = PostgresqlDialect()

    def __init__(self, package: Package, connect: Callable[[], psycopg.Connection[tuple[Any, ...]]]) -> None:
        """Raises EngineUnavailable."""
        import psycopg  # noqa: PLC0415  # the adapter has seen that it is there

        super().__init__(package)
        self._psycopg, self._connect = psycopg, connect
        self._idle: deque[psycopg.Connection[tuple[Any, ...]]] = deque()
        weakref.finalize(self, _close_all, self._idle)

    def ask(self, sql: str, parameters: list[Any], schema: pa.Schema, *, is_long: bool) -> Iterator[pa.RecordBatch]:
        """The answer in batches; a long one by a cursor of the server. Raises Refused or EngineAway."""
        errors = self._psycopg.errors
        try:
            connection = self._ready()
            try:
                batches = self._portions(connection, sql, parameters) if is_long else None
                if batches is None:
                    cursor = self._psycopg.RawCursor(connection)
                    rows = cursor.execute(sql.encode(), parameters, binary=True).fetchall()
                    batches = (rows[at : at + BATCH_ROWS] for at in range(0, len(rows), BATCH_ROWS))
                for batch in batches:
                    yield to_batch(batch, schema)
            finally:
                self._give_back(connection)
        except (errors.UndefinedTable, errors.InvalidSchemaName) as error:  # dropped while the site runs
            raise EngineAway("The database that answers is away: try again in a minute.") from error
        except errors.QueryCanceled as error:
            raise Refused(str(error)) from error
        except (self._psycopg.OperationalError, EngineUnavailable) as error:
            raise EngineAway("The database that answers is away: try again in a minute.") from error
        except (self._psycopg.Error, UnicodeEncodeError) as error:
            raise Refused(str(error)) from error

    def _portions(
        self, connection: psycopg.Connection[tuple[Any, ...]], sql: str, parameters: list[Any]
    ) -> Iterator[list[tuple[Any, ...]]]:
        with connection.transaction(), self._psycopg.RawServerCursor(connection, "stream") as cursor:
            cursor.execute(sql.encode(), parameters, binary=True)
            while rows := cursor.fetchmany(BATCH_ROWS):
                yield rows

    def _ready(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection that works: those that the server has closed meanwhile are thrown away."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._connect()
            try:
                connection.execute("select 1")
            except self._psycopg.OperationalError:
                connection.close()
            else:
                return connection

    def _give_back(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        if connection.closed or connection.info.transaction_status != self._psycopg.pq.TransactionStatus.IDLE:
            connection.close()
        else:
            self._idle.append(connection)


def _close_all(connections: Iterable[psycopg.Connection[tuple[Any, ...]]]) -> None:
    for connection in connections:
        connection.close()


def _fill(
    connection: psycopg.Connection[tuple[Any, ...]], package: Package, schema: str, advance: Callable[[int], object]
) -> None:
    """Make the schema and what is in it."""
    cursor = connection.cursor()
    cursor.execute(f"create schema {quoted(schema)}".encode())
    cursor.execute(f"set local search_path to {quoted(schema)}".encode())
    for name, batches in read_tables(package):
        first = next(batches)
        columns = [f"{quoted(field.name)} {_type(field.type)}" for field in first.schema]
        if ROW_NUMBER in first.schema.names:
            columns.append(f"primary key ({quoted(ROW_NUMBER)})")
        cursor.execute(f"create table {quoted(name)} ({', '.join(columns)})".encode())
        with cursor.copy(f"copy {quoted(name)} from stdin (format csv)".encode()) as copy:
            for batch in chain((first,), batches):
                copy.write(_csv(batch))
                advance(batch.num_rows)


def _type(kind: pa.DataType) -> str:
    """PostgreSQL's name of an Arrow type."""
    if pa.types.is_decimal(kind):
        return f"numeric({kind.precision},{kind.scale})"
    if pa.types.is_list(kind):
        return f'text[] collate "{BINARY}"'
    return TYPES[kind]


TYPES = {
    pa.string(): f'text collate "{BINARY}"',
    pa.bool_(): "boolean",
    pa.int16(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float64(): "double precision",
    pa.date32(): "date",
}


def _csv(batch: pa.RecordBatch) -> bytes:
    """The batch as PostgreSQL's CSV: what is missing is empty, an empty text is quoted."""
    arrays = [_literals(column) if pa.types.is_list(column.type) else column for column in batch.columns]
    into = io.BytesIO()
    plain = pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)
    pc.write_csv(plain, into, pc.WriteOptions(include_header=False))
    return into.getvalue()


def _literals(lists: pa.Array) -> pa.Array:
    """Lists of texts as PostgreSQL writes them.

    >>> _literals(pa.array([["a", 'b"c'], [], None])).to_pylist()
    ['{"a","b\\\\"c"}', '{}', None]
    """
    texts = [None if values is None else f"{{{','.join(map(_element, values))}}}" for values in lists.to_pylist()]
    return pa.array(texts, pa.string())


def _element(value: str | None) -> str:
    if value is None:
        return "NULL"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _collate(text: exp.Expr, collation: str) -> exp.Expr:
    return exp.Collate(this=text, expression=exp.to_identifier(collation, quoted=True))
