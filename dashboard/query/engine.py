"""Answers queries from the release's Parquet files, held in a DuckDB in memory that can read nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import count
from threading import Lock
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from dashboard.errors import InvalidQuery, PackageNotFound
from dashboard.observe.metrics import QUERY_SECONDS, looked_up
from dashboard.package import Package, Resource
from dashboard.query.answer import frame_of, plain_schema, table_of
from dashboard.query.compile import compile_count, compile_inner, compile_places, compile_query
from dashboard.query.engines.protocol import Answers
from dashboard.query.fields import check_fields
from dashboard.query.load import load_table, quoted
from dashboard.query.model import Once, Query
from dashboard.query.rollup import count_of_rows, roll_up, rollups_of
from dashboard.query.shapes import Compile, Compiler
from dashboard.store import Store

BATCH_ROWS = 20_000
INNER_KEPT = 16
"""How many answers that others are asked of are kept, the last used."""
AHEAD = ThreadPoolExecutor(1, "ask-ahead")
"""What asks ahead, for all views of this process."""
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
            return table_of(self._execute(query))

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


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The frame as one mapping a row, by column name; what is missing in a column of an answer is None."""
    names = [str(name) for name in frame.columns]
    columns = [values_of(column) for _, column in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def values_of(column: pd.Series[Any]) -> list[Any]:
    """The values of a column of an answer, None where there is none: what pandas' own `to_dict("records")` gives, which
    asks Arrow for one value at a time."""
    if isinstance(column.dtype, pd.ArrowDtype):
        values: list[Any] = column.array.__arrow_array__().to_pylist()
        return values
    return [None if value is pd.NA else value for value in column.tolist()]


class CachedEngine:
    """An engine whose answers are kept under the release's version and the query itself."""

    def __init__(self, engine: Answers, store: Store) -> None:
        self._engine, self._store = engine, store

    @property
    def package(self) -> Package:
        """The release that is asked."""
        return self._engine.package

    @property
    def aside(self) -> CachedEngine:
        """The engine for questions whose answer is not shown."""
        return self

    def run(self, query: Query) -> pd.DataFrame:
        """The answer as a frame with Arrow types; the caller must not change it."""
        key = self._key("table", query)
        table: pa.Table | None = self._store.get(key)
        looked_up("query", found=table is not None)
        if table is None:
            with QUERY_SECONDS.time():
                table = self._answer(key, query)
            self._store.set(key, table)
        return frame_of(table)

    def ask_ahead(self, queries: Iterable[Query]) -> None:
        """Begin with what `run` will be asked for, in that order, while the caller goes on. Only the engine of a view
        does: it knows when nobody will ask any more."""

    def _answer(self, _key: str, query: Query) -> pa.Table:
        return self._engine.run_arrow(query)

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The answer as one mapping a row; the caller must not change it."""
        key = self._key("rows", query)
        rows: list[dict[str, Any]] | None = self._store.get(key)
        table: pa.Table | None = None if rows is not None else self._store.get(self._key("table", query))
        looked_up("query", found=rows is not None or table is not None)
        if rows is None and table is not None:
            rows = table.to_pylist()
            self._store.set(key, rows)
        elif rows is None:
            with QUERY_SECONDS.time():
                rows = self._engine.rows(query)
            self._store.set(key, rows)
        return rows

    def count(self, query: Query) -> int:
        """How many rows the query gives without its limit."""
        key = self._key("count", query)
        number = self._store.get(key)
        looked_up("query", found=number is not None)
        if number is None:
            with QUERY_SECONDS.time():
                number = self._engine.count(query)
            self._store.set(key, number)
        return int(number)

    def _key(self, kind: str, query: Query) -> str:
        return f"{self.package.version} {kind} {query!r}"

    def places(self, query: Query) -> npt.NDArray[np.int64]:
        """Where the rows that the query's filters leave stand in the table's files; never kept."""
        return self._engine.places(query)

    def stream(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The answer in batches; never kept."""
        return self._engine.stream(query)

    def forget(self) -> None:
        """Let go of what the engine itself keeps; what the store holds is not touched."""
        self._engine.forget()


class WatchedEngine(CachedEngine):
    """The engine of one view: it notes in `asked` the tables whose answers the view shows."""

    def __init__(self, engine: CachedEngine, asked: set[str]) -> None:
        super().__init__(engine._engine, engine._store)
        self._aside, self._asked = engine, asked
        self._ahead: dict[str, Future[pa.Table]] = {}

    @property
    def aside(self) -> CachedEngine:
        """The engine for questions whose answer is not shown."""
        return self._aside

    def ask_ahead(self, queries: Iterable[Query]) -> None:
        """Begin with what `run` will be asked for, in that order, while the caller goes on: the engine works beside
        Python, on another processor where there is one. What is never asked for is answered in vain."""
        for query in queries:
            key = self._key("table", query)
            if key not in self._ahead and self._store.get(key) is None:
                self._ahead[key] = AHEAD.submit(self._engine.run_arrow, query)

    def _answer(self, key: str, query: Query) -> pa.Table:
        begun = self._ahead.pop(key, None)
        # What nobody has begun with is not waited for: where many read, the thread that asks ahead is behind.
        return super()._answer(key, query) if begun is None or begun.cancel() else begun.result()

    def run(self, query: Query) -> pd.DataFrame:
        """The answer as a frame; the caller must not change it."""
        frame = super().run(query)
        self._note(query, len(frame))
        return frame

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The answer as one mapping a row; the caller must not change it."""
        rows = super().rows(query)
        self._note(query, len(rows))
        return rows

    def count(self, query: Query) -> int:
        """How many rows the query gives without its limit."""
        number = super().count(query)
        self._note(query, number)
        return number

    def _note(self, query: Query, rows: int) -> None:
        if rows:  # an empty answer shows nothing
            self._asked.update(_tables(query))


def _tables(query: Query) -> Iterator[str]:
    """The tables whose values an answer holds."""
    yield query.resource
    for inner in (query.of, *(lookup.query for lookup in query.lookups)):
        if inner is not None:
            yield from _tables(inner)
