"""What is asked of every engine: DuckDB's answer, its columns and their types, its rows in their order, to the cent."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from dashboard.errors import DashboardError
from dashboard.query.engine import Engine
from dashboard.query.engines.protocol import Answers
from dashboard.query.model import Query
from tests.engines.cases import CASES

FAILURES = (AssertionError, DashboardError, pytest.fail.Exception)
CLOSE = 1e-12
"""How far floats may be apart, of their size: sums and quotients of them depend on who adds up first."""


def cases_for(cannot: Mapping[str, str]) -> list[Any]:
    """Each query; those that the engine says it cannot answer must fail."""
    return [
        pytest.param(
            case.query,
            id=case.name.encode("ascii", "backslashreplace").decode(),
            marks=[
                pytest.mark.xfail(strict=True, raises=FAILURES, reason=cannot[one])
                for one in sorted(case.needs & set(cannot))[:1]
            ],
        )
        for case in CASES
    ]


def unexplained(cannot: Iterable[str]) -> set[str]:
    """Words of an adapter that no query here tries."""
    return set(cannot) - {need for case in CASES for need in case.needs}


def assert_same(engine: Answers, duckdb: Engine, query: Query, *, counted: bool = True) -> None:
    """Each way of asking gives DuckDB's answer, or refuses where DuckDB does; the count is another query."""
    try:
        wanted = duckdb.run_arrow(query)
    except DashboardError as error:
        for ask in (engine.run_arrow, engine.count, lambda asked: list(engine.stream(asked))):
            with pytest.raises(type(error)):
                ask(query)
        return
    found = engine.run_arrow(query)
    assert found.schema.equals(wanted.schema)
    assert is_same(found.to_pylist(), wanted.to_pylist())
    assert not counted or engine.count(query) == duckdb.count(query)


def is_same(one: Any, other: Any) -> bool:
    """Equal, floats nearly; a row's columns are in the same order."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    if isinstance(one, dict):
        return list(one) == list(other) and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other)
