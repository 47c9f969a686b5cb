"""What the site asks of an engine, and what whoever adds one has to write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard.package import Package
from dashboard.query.model import Query


class Answers(Protocol):
    """One release that can be asked, by several threads at once. Each method raises UnknownResource, UnknownField or
    InvalidQuery, and EngineAway where the engine runs elsewhere and cannot be reached."""

    package: Package

    def run_arrow(self, query: Query) -> pa.Table:
        """The answer as an Arrow table: exact decimals, nulls kept. Its types are DuckDB's, whichever engine gives
        it."""

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The answer as one mapping a row."""

    def count(self, query: Query) -> int:
        """How many rows the query gives without its limit."""

    def places(self, query: Query) -> npt.NDArray[np.int64]:
        """Where the rows that the query's filters leave stand in the table's files, from 0 and rising."""

    def stream(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The answer in batches."""

    def forget(self) -> None:
        """Let go of what is kept besides the release."""


class Adapter(Protocol):
    """A kind of engine at an address."""

    where: str
    """The engine and its address, without a password."""
    cannot: ClassVar[Mapping[str, str]]
    """What it gives another answer to than DuckDB, or none: a word for it, and why. The conformance tests expect just
    these to fail."""

    def check(self, package: Package) -> None:
        """Whether the release can be opened, without opening it. Raises what `open` raises."""

    def open(self, package: Package) -> Answers:
        """The release as it was loaded. Raises PackageNotFound where it was not, EngineUnavailable where nobody
        answers."""

    def load(self, package: Package, advance: Callable[[int], object]) -> bool:
        """Load a release, which can be asked when all of it is there and not before; `advance` is told of rows as they
        are written. Gives False where it is there already. Raises EngineUnavailable or PackageNotFound."""

    def prune(self, versions: Collection[str]) -> list[str]:
        """Remove the copies of all releases but these versions; their names. Raises EngineUnavailable."""
