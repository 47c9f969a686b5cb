"""Answers queries from the release's Parquet files, held in a DuckDB in memory that can read nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import duckdb
import pandas as pd
import pyarrow as pa

from dashboard.errors import InvalidQuery, PackageNotFound
from dashboard.package import Package
from dashboard.query.compile import compile_count, compile_query
from dashboard.query.model import Query

BATCH_ROWS = 20_000


class Engine:
    """One release, loaded once. Safe to share between threads: each call takes a cursor of its own."""

    def __init__(self, package: Package) -> None:
        """Load every table. Raises PackageNotFound where one is gone or damaged."""
        self.package = package
        self._connection = duckdb.connect()
        for resource in package.resources:
            path = str(package.file(resource.name, "parquet")).replace("'", "''")
            try:
                self._connection.execute(f"create table \"{resource.name}\" as from read_parquet('{path}')")
            except duckdb.Error as error:
                raise PackageNotFound(
                    f"Release {package.version} has lost its table {resource.name}: build the release again."
                ) from error
        self._connection.execute("set enable_external_access = false")
        self._connection.execute("set lock_configuration = true")

    def run_arrow(self, query: Query) -> pa.Table:
        """The answer as an Arrow table: exact decimals, nulls kept."""
        with _ours(query):
            return self._ask(query).to_arrow_table()

    def run(self, query: Query) -> pd.DataFrame:
        """The answer as a frame with Arrow types."""
        frame: pd.DataFrame = self.run_arrow(query).to_pandas(types_mapper=pd.ArrowDtype)
        return frame

    def count(self, query: Query) -> int:
        """How many rows the query gives without its limit."""
        sql, parameters = compile_count(query, self.package.resource)
        with _ours(query):
            row: Any = self._connection.cursor().execute(sql, parameters).fetchone()
        return int(row[0])

    def stream(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The answer in batches, in memory that does not grow with its length; an empty one where it has no rows,
        so that its columns are known."""
        with _ours(query):
            reader, is_empty = self._ask(query).to_arrow_reader(BATCH_ROWS), True
            for batch in reader:
                is_empty = False
                yield batch
            if is_empty:
                yield pa.RecordBatch.from_pylist([], schema=reader.schema)

    def _ask(self, query: Query) -> duckdb.DuckDBPyRelation:
        sql, parameters = compile_query(query, self.package.resource)
        return self._connection.cursor().sql(sql, params=parameters)


@contextmanager
def _ours(query: Query) -> Iterator[None]:
    """DuckDB's own error, which may come with the first row only, as one of ours."""
    try:
        yield
    except duckdb.Error as error:
        raise InvalidQuery(f"Table {query.resource} cannot answer this: {error}") from error


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The frame as one mapping a row, by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


class Store(Protocol):
    """What is asked of a cache: flask-caching's interface."""

    def get(self, key: str) -> Any:
        """The value, None where there is none."""

    def set(self, key: str, value: Any) -> Any:
        """Keep the value."""


class CachedEngine:
    """An engine whose answers are kept under the release's version and the query itself."""

    def __init__(self, engine: Engine, store: Store) -> None:
        self._engine, self._store = engine, store

    @property
    def package(self) -> Package:
        """The release that is asked."""
        return self._engine.package

    def run(self, query: Query) -> pd.DataFrame:
        """The answer as a frame; the caller must not change it."""
        key = f"{self.package.version} run {query!r}"
        frame: pd.DataFrame | None = self._store.get(key)
        if frame is None:
            frame = self._engine.run(query)
            self._store.set(key, frame)
        return frame

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The answer as one mapping a row."""
        return records(self.run(query))

    def count(self, query: Query) -> int:
        """How many rows the query gives without its limit."""
        key = f"{self.package.version} count {query!r}"
        number = self._store.get(key)
        if number is None:
            number = self._engine.count(query)
            self._store.set(key, number)
        return int(number)

    def stream(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The answer in batches; never kept."""
        return self._engine.stream(query)
