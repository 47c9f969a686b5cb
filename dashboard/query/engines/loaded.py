"""What engines have in common that a release is loaded into: they differ only in how SQL is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard.package import Package
from dashboard.query.compile import compile_count, compile_places, compile_query
from dashboard.query.dialect import Dialect
from dashboard.query.engine import Engine, ours
from dashboard.query.load import load_columns
from dashboard.query.model import Query
from dashboard.query.rollup import ROWS, count_of_rows, roll_up

SHAPES_KEPT = 2_000
NUMBERS = pa.schema([("number", pa.int64())])


class Refused(Exception):
    """The engine cannot answer this SQL with these parameters."""


class LoadedEngine(ABC):
    """One release in another engine. An answer's columns have the types that DuckDB would give them: it is asked the
    same of tables without rows, which also refuses what DuckDB refuses."""

    dialect: ClassVar[Dialect]

    def __init__(self, package: Package) -> None:
        """Raises PackageNotFound where a file of the release is gone."""
        self.package = package
        self._empty = Engine(package, load_columns)
        self.shape = lru_cache(SHAPES_KEPT)(lambda query: self._empty.run_arrow(query).schema)

    @abstractmethod
    def ask(self, sql: str, parameters: list[Any], schema: pa.Schema, *, is_long: bool) -> Iterator[pa.RecordBatch]:
        """The answer in batches of these columns. One that `is_long` shall never be in memory as a whole.

        Raises Refused or EngineAway.
        """

    def run_arrow(self, query: Query) -> pa.Table:
        """The answer as an Arrow table: exact decimals, nulls kept."""
        return pa.Table.from_batches(self._answer(query, is_long=False), self.shape(query))

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The answer as one mapping a row."""
        rows: list[dict[str, Any]] = self.run_arrow(query).to_pylist()
        return rows

    def count(self, query: Query) -> int:
        """How many rows the query gives without its limit."""
        self._empty.count(query)
        rolled = count_of_rows(query, self._empty.rollups)
        if rolled is not None:
            return int(self.rows(rolled)[0][ROWS])
        sql, parameters = compile_count(roll_up(query, self._empty.rollups), self._empty.find, None, self.dialect)
        return int(self._numbers(query, sql, parameters)[0])

    def places(self, query: Query) -> npt.NDArray[np.int64]:
        """Where the rows that the query's filters leave stand in the table's files, from 0 and rising."""
        self._empty.places(query)
        return np.sort(self._numbers(query, *compile_places(query, self._empty.find, self.dialect)))

    def stream(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The answer in batches, an empty one where it has no rows."""
        is_empty = True
        for batch in self._answer(query, is_long=True):
            is_empty = False
            yield batch
        if is_empty:
            yield pa.RecordBatch.from_pylist([], schema=self.shape(query))

    def forget(self) -> None:
        """Nothing is kept besides the release but the types of answers."""
        self.shape.cache_clear()
        self._empty.forget()

    def _answer(self, query: Query, *, is_long: bool) -> Iterator[pa.RecordBatch]:
        schema = self.shape(query)
        sql, parameters = compile_query(roll_up(query, self._empty.rollups), self._empty.find, None, self.dialect)
        with ours(query, Refused):
            yield from self.ask(sql, parameters, schema, is_long=is_long)

    def _numbers(self, query: Query, sql: str, parameters: list[Any]) -> npt.NDArray[np.int64]:
        with ours(query, Refused):
            found = [batch.column(0).to_numpy() for batch in self.ask(sql, parameters, NUMBERS, is_long=False)]
        return np.concatenate([np.empty(0, np.int64), *found])


def to_batch(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows of Python's values as a batch of these columns; a whole number may come as a decimal and the other way.

    >>> to_batch([(Decimal("3"), 2)], pa.schema([("n", pa.int64()), ("eur", pa.decimal128(38, 2))])).to_pylist()
    [{'n': 3, 'eur': Decimal('2.00')}]
    """
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [pa.array(_values(values, field.type), field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _values(values: Sequence[Any], kind: pa.DataType) -> Sequence[Any]:
    wanted: type
    if pa.types.is_decimal(kind):
        wanted = Decimal
    elif pa.types.is_floating(kind):
        wanted = float
    elif pa.types.is_integer(kind):
        wanted = int
    else:
        return values
    return [value if value is None or type(value) is wanted else wanted(value) for value in values]
