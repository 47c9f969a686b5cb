"""How the last runs went, read so that no damage to their records takes a page down."""

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
    refused: str | None
    """Why nothing was published, in the pipeline's own words; None where nothing was in the way."""


@dataclass(frozen=True)
class ShortRun:
    """A run in a few figures: `issues` by severity, `sources` by state; what the record does not say is None."""

    result: str
    version: str | None
    sample: bool | None
    started_at: dt.datetime
    finished_at: dt.datetime | None
    issues: Mapping[str, int]
    sources: Mapping[str, int]

    @property
    def seconds(self) -> int | None:
        """How long it took."""
        return None if self.finished_at is None else round((self.finished_at - self.started_at).total_seconds())


def parse_runs(raw: Mapping[str, Any]) -> list[ShortRun]:
    """The runs, the newest first; those that do not say when they began and how they ended are left out. Never raises.

    >>> [run.result for run in parse_runs({"runs": [7, {"result": "unchanged", "started_at": "2026-11-24T06:03:00Z"}]})]
    ['unchanged']
    """
    found = [run for item in _items(raw.get("runs")) if (run := _short(item)) is not None]
    return sorted(found, key=lambda run: run.started_at, reverse=True)


def _short(raw: Mapping[str, Any]) -> ShortRun | None:
    result, started, sample = _text(raw.get("result")), _moment(raw.get("started_at")), raw.get("sample")
    if result is None or started is None:
        return None
    return ShortRun(
        result,
        _text(raw.get("version")),
        sample if isinstance(sample, bool) else None,
        started,
        _moment(raw.get("finished_at")),
        _counts(raw.get("issues")),
        _counts(raw.get("sources")),
    )


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
        _text(raw.get("refused")),
    )


def _source(raw: Mapping[str, Any]) -> SourceRun:
    return SourceRun(
        str(raw["name"]),
        _text(raw.get("state")),
        _text(raw.get("last_good")),
        _count(raw.get("rows_in")),
        _count(raw.get("rows")),
        _counts(raw.get("set_aside")),
        _text(raw.get("problem")),
    )


def _items(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _counts(value: object) -> dict[str, int]:
    items = value.items() if isinstance(value, Mapping) else ()
    return {str(name): number for name, n in items if (number := _count(n)) is not None}


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(value: object) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
