"""A call of an action, and the table of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from dashboard.ckan_api.asked import Asked
from dashboard.ckan_api.site import Portal
from dashboard.ckan_api.sql import SqlRunner
from dashboard.query.model import Query


class Engine(Protocol):
    """What answers queries of the release."""

    def stream(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The answer in batches."""

    def count(self, query: Query) -> int:
        """How many rows the query gives without its limit."""


@dataclass(frozen=True)
class Call:
    """What an action is called with."""

    portal: Portal
    engine: Engine
    asked: Asked
    path: str = ""
    """The address that was asked, without its parameters; links to other pages of the answer lead there."""
    sql: SqlRunner | None = None


Action = Callable[[Call], Any]
Actions = dict[str, Action]


def action(table: Actions) -> Callable[[Action], Action]:
    """Put a function into the table under its own name; its docstring is the action's help."""

    def add(function: Action) -> Action:
        table[function.__name__] = function
        return function

    return add
