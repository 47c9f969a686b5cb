"""When: the time that a dataset is of, when it was first published and when it last changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.build import SourceBuild
from etl.declare import Source
from etl.publish.assemble import TableFiles
from etl.registry import Registry
from etl.snapshot import hash_file

Span = tuple[str, str]
"""(first day, last day), ISO 8601."""


@dataclass(frozen=True)
class SourceState:
    """How a source stands in this release: `ok`, `stale` (last good snapshots), `failed`, `reference`."""

    source: Source
    state: str
    build: SourceBuild | None
    last_good: str | None


def describe_when(
    registry: Registry,
    tables: Sequence[TableFiles],
    states: Mapping[str, SourceState],
    created: str,
    before: Mapping[str, Any],
) -> dict[str, dict[str, Any]]:
    """Dataset -> `temporal`, `issued` and `modified` as the descriptor has them.

    `modified` is the release in which any of the dataset's tables last changed, so it is true of this one only where
    something changed against the release `before`, whose descriptor it is.
    """
    spans = _spans(registry, tables, states)
    told = {item["name"]: item for item in before.get("x-datasets", [])}
    hashes = {item["name"]: item["hash"] for item in before.get("resources", [])}
    found: dict[str, dict[str, Any]] = {}
    for registered in registry.datasets:
        name = registered.dataset.name
        own = {files.table.name: f"sha256:{hash_file(files.csv)}" for files in tables if files.dataset == name}
        is_same = name in told and all(hashes.get(table) == digest for table, digest in own.items())
        span = spans.get(name)
        found[name] = {
            "temporal": {"start": span[0], "end": span[1]} if span else None,
            "issued": told.get(name, {}).get("issued") or created,
            "modified": (told[name].get("modified") or created) if is_same else created,
        }
    return found


def _spans(registry: Registry, tables: Sequence[TableFiles], states: Mapping[str, SourceState]) -> dict[str, Span]:
    """The years that a dataset's rows are of; where these have none, the days on which its files were fetched; and of
    lists that others are made with (cities, accounts) the time of these."""
    spans: dict[str, Span] = {}
    for registered in registry.datasets:
        own = [files for files in tables if files.dataset == registered.dataset.name]
        fetched = [states[s.name] for s in registered.sources if s.kind != "reference" and s.name in states]
        days = [state.last_good[:10] for state in fetched if state.last_good]
        span = _of_years(own) or ((min(days), max(days)) if days else None)
        if span:
            spans[registered.dataset.name] = span
    for registered in registry.datasets:
        name = registered.dataset.name
        users = [spans[r.dataset.name] for r in registry.datasets
                 if name in r.dataset.inputs and r.dataset.name in spans]  # fmt: skip
        if name not in spans and users:
            spans[name] = min(start for start, _ in users), max(end for _, end in users)
    return spans


def _of_years(tables: Sequence[TableFiles]) -> Span | None:
    years: list[int] = []
    for files in tables:
        names = [field.name for field in files.table.fields if field.type == "year"]
        if names and files.rows:
            columns = pq.read_table(files.parquet, columns=names)
            ends = [pc.min_max(column).as_py() for column in columns.itercolumns()]
            years += [int(year) for end in ends for year in end.values() if year is not None]
    return (dt.date(min(years), 1, 1).isoformat(), dt.date(max(years), 12, 31).isoformat()) if years else None
