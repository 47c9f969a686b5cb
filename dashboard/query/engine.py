"""Answers queries from the release's Parquet files, held in a DuckDB in memory that can read nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, Protocol

import duckdb
import pandas as pd
import pyarrow as pa

from dashboard.errors import InvalidQuery, PackageNotFound
from dashboard.package import Package
from dashboard.query.compile import compile_count, compile_query
from dashboard.query.fields import Find
from dashboard.query.load import load_table
from dashboard.query.model import Query

BATCH_ROWS = 20_000
INNER_KEPT = 16
"""How many answers that others are asked of are kept, the last used."""
Compile = Callable[[Query, Find, str | None], tuple[str, list[Any]]]


class Engine:
    """One release, loaded once. Safe to share between threads: each call takes a cursor of its own."""

    def __init__(self, package: Package) -> None:
        """Load every table. Raises PackageNotFound where one is gone or damaged."""
        self.package = package
        self._connection = duckdb.connect()
        for resource in package.resources:
            try:
                load_table(self._connection, resource, str(package.file(resource.name, "parquet")))
            except duckdb.Error as error:
                raise PackageNotFound(
                    f"Release {package.version} has lost its table {resource.name}: build the release again."
                ) from error
        self._connection.execute("set enable_external_access = false")
        self._connection.execute("set lock_configuration = true")
        self._names = (f"answer {number}" for number in count())
        self._inner = lru_cache(INNER_KEPT)(self._keep)

    def run_arrow(self, query: Query) -> pa.Table:
        """The answer as an Arrow table: exact decimals, nulls kept."""
        with _ours(query), self._asked(query) as answer:
            table = answer.to_arrow_table()
        return table.cast(_plain(table.schema))

    def run(self, query: Query) -> pd.DataFrame:
        """The answer as a frame with Arrow types."""
        frame: pd.DataFrame = self.run_arrow(query).to_pandas(types_mapper=pd.ArrowDtype)
        return frame

    def count(self, query: Query) -> int:
        """How many rows the query gives without its limit."""
        with _ours(query), self._asked(query, compile_count) as answer:
            return int(answer.fetchall()[0][0])

    def stream(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The answer in batches, in memory that does not grow with its length; an empty one where it has no rows,
        so that its columns are known."""
        with _ours(query), self._asked(query) as answer:
            reader, is_empty = answer.to_arrow_reader(BATCH_ROWS), True
            schema = _plain(reader.schema)
            for batch in reader:
                is_empty = False
                yield batch.cast(schema)
            if is_empty:
                yield pa.RecordBatch.from_pylist([], schema=schema)

    def forget(self) -> None:
        """Let go of the answers that others are asked of."""
        self._inner.cache_clear()

    @contextmanager
    def _asked(self, query: Query, compiled: Compile = compile_query) -> Iterator[duckdb.DuckDBPyRelation]:
        """The answer, yet to be fetched. The groups that the query is `of` are asked once for all queries of them."""
        inner = self._inner(query.of) if query.of is not None and query.of.measures else None
        sql, parameters = compiled(query, self.package.resource, inner.name if inner else None)
        yield self._connection.cursor().sql(sql, params=parameters)

    def _keep(self, query: Query) -> _Kept:
        """The answer as a table of its own, which is there as long as what is returned."""
        kept = _Kept(self._connection.cursor(), next(self._names))
        with self._asked(query) as answer:
            answer.create(f'"{kept.name}"')
        return kept


@dataclass(frozen=True, eq=False)
class _Kept:
    """A table that an answer is kept in; it goes when nobody asks it any more."""

    connection: duckdb.DuckDBPyConnection
    name: str

    def __del__(self) -> None:
        self.connection.execute(f'drop table "{self.name}"')


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema with texts as texts, not as the codes under which they are stored."""
    return pa.schema(
        [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in schema]
    )


@contextmanager
def _ours(query: Query) -> Iterator[None]:
    """DuckDB's own error, which may come with the first row only, as one of ours."""
    try:
        yield
    except duckdb.Error as error:
        raise InvalidQuery(f"Table {query.resource} cannot answer this: {error}") from error


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The frame as one mapping a row, by column name; what is missing in a column of an answer is None."""
    names = [str(name) for name in frame.columns]
    columns = [_values(frame.iloc[:, at]) for at in range(len(names))]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pd.Series[Any]) -> list[Any]:
    """As pandas' own `to_dict("records")` gives them, which asks Arrow for one value at a time."""
    if isinstance(column.dtype, pd.ArrowDtype):
        values: list[Any] = column.array.__arrow_array__().to_pylist()
        return values
    return column.tolist()


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

    def forget(self) -> None:
        """Let go of what the engine itself keeps; what the store holds is not touched."""
        self._engine.forget()
