"""How the last run went, read so that no damage to its record takes a page down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SourceRun:
    """A source in that run; what the record does not say is None."""

    name: str
    state: str | None
    last_good: str | None
    rows_in: int | None
    rows: int | None
    set_aside: Mapping[str, int]
    problem: str | None


@dataclass(frozen=True)
class LastRun:
    """A run: its result (`published`, `unchanged`, `failure`), whether of sample data, issues and sources."""

    result: str | None
    sample: bool | None
    finished_at: dt.datetime | None
    issues: tuple[Mapping[str, Any], ...]
    sources: Mapping[str, SourceRun]


def parse_run(raw: Mapping[str, Any]) -> LastRun:
    """The record of a run. Never raises: what is missing or of another type is left out.

    >>> parse_run({"result": "refused", "sources": [{"name": "a", "rows": "many"}, 7]}).sources["a"].rows is None
    True
    """
    sample = raw.get("sample")
    sources = [_source(item) for item in _items(raw.get("sources")) if _text(item.get("name"))]
    return LastRun(
        _text(raw.get("result")),
        sample if isinstance(sample, bool) else None,
        _moment(raw.get("finished_at")),
        tuple(_items(raw.get("issues"))),
        {source.name: source for source in sources},
    )


def _source(raw: Mapping[str, Any]) -> SourceRun:
    set_aside = raw.get("set_aside")
    reasons = set_aside.items() if isinstance(set_aside, Mapping) else ()
    return SourceRun(
        str(raw["name"]),
        _text(raw.get("state")),
        _text(raw.get("last_good")),
        _count(raw.get("rows_in")),
        _count(raw.get("rows")),
        {str(reason): number for reason, n in reasons if (number := _count(n)) is not None},
        _text(raw.get("problem")),
    )


def _items(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(value: object) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
