"""An engine whose answers are kept, and the one of a single view, which knows what the view shows and will ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from dashboard.observe.metrics import QUERY_SECONDS, looked_up
from dashboard.package import Package
from dashboard.query.answer import frame_of
from dashboard.query.engines.protocol import Answers
from dashboard.query.model import Query
from dashboard.store import Store

AHEAD = ThreadPoolExecutor(1, "ask-ahead")
"""What asks ahead, for all views of this process."""


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
        return frame_of(self._table(query))

    def _table(self, query: Query) -> pa.Table:
        key = self._key("table", query)
        table = self._found(key)
        return self._fresh(key, query) if table is None else table

    def _found(self, key: str) -> pa.Table | None:
        """The answer that is kept, counted as a hit or a miss."""
        table: pa.Table | None = self._store.get(key)
        looked_up("query", found=table is not None)
        return table

    def _fresh(self, key: str, query: Query) -> pa.Table:
        """The answer made anew, and kept."""
        with QUERY_SECONDS.time():
            table = self._engine.run_arrow(query)
        self._store.set(key, table)
        return table

    def ask_ahead(self, queries: Iterable[Query]) -> None:
        """Begin with what `run` will be asked for. Only the engine of a view begins anything: it lasts as long as
        somebody may ask."""

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
        Python, on another processor where there is one. What is never asked for is made in vain."""
        for query in queries:
            key = self._key("table", query)
            if key not in self._ahead and (begun := self._begin(key, query)) is not None:
                self._ahead[key] = begun

    def _begin(self, key: str, query: Query) -> Future[pa.Table] | None:
        """The answer to come, or the one that is kept; None where nothing can be begun any more."""
        table = self._found(key)
        if table is not None:
            known: Future[pa.Table] = Future()
            known.set_result(table)
            return known
        try:
            return AHEAD.submit(self._ask, key, query)
        except RuntimeError:  # the process is about to end: who still asks gets an answer, though not ahead
            return None

    def _ask(self, key: str, query: Query) -> pa.Table:
        """The answer that another view has got since it was looked for, else a new one."""
        table: pa.Table | None = self._store.get(key)
        return self._fresh(key, query) if table is None else table

    def _table(self, query: Query) -> pa.Table:
        key = self._key("table", query)
        begun = self._ahead.pop(key, None)
        if begun is None:
            return super()._table(query)
        # What nobody has begun with is not waited for: where many read, the thread that asks ahead is behind.
        return self._ask(key, query) if begun.cancel() else begun.result()

    def run(self, query: Query) -> pd.DataFrame:
        """The answer as a frame; the caller must not change it."""
        frame = super().run(query)
        self._note(query, len(frame))
        return frame

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The answer as one mapping a row; the caller must not change it."""
        if self._key("table", query) in self._ahead:
            self._table(query)  # from which the rows are made
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
