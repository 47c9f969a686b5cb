"""Answers queries from the release's Parquet files, held in a DuckDB in memory that can read nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import count
from threading import Lock
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard.errors import InvalidQuery, PackageNotFound
from dashboard.package import Package, Resource
from dashboard.query.answer import long_table_of, plain_schema, table_of
from dashboard.query.compile import compile_count, compile_inner, compile_places, compile_query
from dashboard.query.fields import check_fields
from dashboard.query.load import load_table, quoted
from dashboard.query.model import Once, Query
from dashboard.query.rollup import count_of_rows, roll_up, rollups_of
from dashboard.query.shapes import Compile, Compiler

BATCH_ROWS = 20_000
INNER_KEPT = 16
"""How many answers that others are asked of are kept, the last used."""
Load = Callable[[duckdb.DuckDBPyConnection, Resource, str], None]


class Engine:
    """One release, loaded once. Safe to share between threads: each call takes a cursor of its own."""

    def __init__(self, package: Package, load: Load = load_table) -> None:
        """Load every table. Raises PackageNotFound where one is gone or damaged."""
        self.package = package
        # Of its own, since DuckDB lets whatever it is asked read and write in there.
        self._scratch = tempfile.TemporaryDirectory(prefix="kuusi-duckdb-", ignore_cleanup_errors=True)
        self._connection = duckdb.connect(config={"temp_directory": self._scratch.name})
        for resource in package.resources:
            try:
                load(self._connection, resource, str(package.file(resource.name, "parquet")))
            except duckdb.Error as error:
                raise PackageNotFound(
                    f"Release {package.version} has lost its table {resource.name}: build the release again."
                ) from error
        self.rollups = rollups_of(package)
        self._rolled = {one.name: one.resource(package.resource(one.table)) for one in self.rollups}
        for rollup in self.rollups:
            rollup.load(self._connection)
        self._connection.execute("set enable_external_access = false")
        self._connection.execute("set lock_configuration = true")
        self._compiler = Compiler(self.find, lambda query: roll_up(query, self.rollups))
        self._names = (f"answer {number}" for number in count())
        self._inner = lru_cache(INNER_KEPT)(lambda query: _Single(lambda: self._keep(query)))
        self._chosen = cache(self._choose)  # as lasting as the tables themselves: there are as many as tables at most

    def run_arrow(self, query: Query) -> pa.Table:
        """The answer as an Arrow table: exact decimals, nulls kept."""
        with ours(query):
            try:
                return table_of(self._execute(query))
            except pa.ArrowException:  # a number with more digits than Arrow takes from Python
                return long_table_of(self._execute(query))

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The answer as one mapping a row: for short ones quicker than by way of Arrow and pandas."""
        with ours(query):
            answer = self._execute(query)
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]

    def count(self, query: Query) -> int:
        """How many rows the query gives without its limit."""
        with ours(query):
            rolled = count_of_rows(query, self.rollups)
            if rolled is not None:
                check_fields(query, self.find)  # the rollup need not have all that is asked for
            answer = self._execute(query, compile_count) if rolled is None else self._execute(rolled)
            return int(answer.fetchall()[0][0])

    def places(self, query: Query) -> npt.NDArray[np.int64]:
        """Where the rows that the query's filters leave stand in the table's files, from 0 and rising. The query asks
        for rows of a table, whole; in its order and limit they do not stand."""
        with ours(query):
            sql, parameters = compile_places(query, self.find)
            found = self._connection.cursor().execute(sql, parameters).fetchnumpy()["rowid"]
            return np.sort(np.asarray(found, np.int64))  # nearly sorted already: quicker than within DuckDB

    def stream(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The answer in batches, in memory that does not grow with its length; an empty one where it has no rows,
        so that its columns are known."""
        with ours(query), self._asked(query) as (sql, parameters):
            answer = self._connection.cursor().sql(sql, params=parameters)
            reader, is_empty = answer.to_arrow_reader(BATCH_ROWS), True
            schema = plain_schema(reader.schema)
            for batch in reader:
                is_empty = False
                yield batch.cast(schema)
            if is_empty:
                yield pa.RecordBatch.from_pylist([], schema=schema)

    def forget(self) -> None:
        """Let go of the answers that others are asked of."""
        self._inner.cache_clear()

    def _execute(self, query: Query, compiled: Compile = compile_query, into: str = "") -> duckdb.DuckDBPyConnection:
        """The answer, ready to be fetched; with `into` it is kept in a table of that name instead."""
        with self._asked(query, compiled) as (sql, parameters):
            return self._connection.cursor().execute(
                f"create table {quoted(into)} as {sql}" if into else sql, parameters
            )

    @contextmanager
    def _asked(self, query: Query, compiled: Compile = compile_query) -> Iterator[tuple[str, list[Any]]]:
        """What to ask: SQL and its parameters. The groups that the query is `of` are asked once for all queries of
        them, and so is which rows of a table count where several tell of the same thing."""
        if query.once is not None:
            kept: _Kept | None = self._chosen(query.resource, query.once)
            query = replace(query, once=None)
        else:
            kept = self._inner(query.of).get() if query.of is not None and query.of.measures else None
        yield self._compiler.compile(query, compiled, kept.name if kept else None)

    def find(self, name: str) -> Resource:
        """A table of the release, or a rollup of one. Raises UnknownResource."""
        return self._rolled[name] if name in self._rolled else self.package.resource(name)

    def _choose(self, resource: str, once: Once) -> _Kept:
        """The rows of a table that count, as a table of its own: before any filter, so for every query of them."""
        kept = _Kept(self._connection.cursor(), next(self._names))
        sql, parameters = compile_inner(Query(resource, once=once), self.find)
        kept.connection.execute(f"create table {quoted(kept.name)} as {sql}", parameters)
        return kept

    def _keep(self, query: Query) -> _Kept:
        """The answer as a table of its own, which is there as long as what is returned."""
        kept = _Kept(self._connection.cursor(), next(self._names))
        self._execute(query, compile_inner, into=kept.name)
        return kept


@dataclass(frozen=True, eq=False)
class _Kept:
    """A table that an answer is kept in; it goes when nobody asks it any more."""

    connection: duckdb.DuckDBPyConnection
    name: str

    def __del__(self) -> None:
        self.connection.execute(f'drop table "{self.name}"')


class _Single:
    """What is made when it is first asked for; whoever asks meanwhile waits for it instead of making another one."""

    def __init__(self, make: Callable[[], _Kept]) -> None:
        self._make, self._lock = make, Lock()
        self._made: _Kept | None = None

    def get(self) -> _Kept:
        """It. Raises what making it raises, each time anew."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


@contextmanager
def ours(query: Query, kind: type[Exception] = duckdb.Error) -> Iterator[None]:
    """An engine's own error, of that kind, which may come with the first row only, as one of ours."""
    try:
        yield
    except kind as error:
        raise InvalidQuery("Table {table} cannot answer this: {error}", table=query.resource, error=error) from error
