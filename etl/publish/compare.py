"""The tables of a run against those of the live release: what fell, what rose, ranked by severity.

A fall beyond the bound that a table declares (`watch`) refuses the release unless a person accepts it with a
reason, which is published. What a source drops on purpose, because its pick rule moved on to newer years, is no
fall.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow.parquet as pq

from etl.declare import Table, Watch
from etl.publish.assemble import TableFiles, quote

Severity = Literal["error", "warning", "info"]
RANK = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Change:
    """One measure of one part of a table, before and after; `key` names the part, empty for the whole."""

    table: str
    key: str
    measure: str
    before: float
    after: float
    severity: Severity

    @property
    def share(self) -> float:
        """How much it changed, as a share of what it was; 1 where nothing was there before."""
        return (self.after - self.before) / abs(self.before) if self.before else 1.0

    def __str__(self) -> str:
        """As a person reads it.

        >>> str(Change("purchases", "853 2025", "rows", 1000, 400, "error"))
        'purchases 853 2025: rows 1,000 -> 400 (-60.0 %)'
        """
        numbers = f"{self.before:,.0f} -> {self.after:,.0f} ({self.share:+.1%})".replace("%", " %")
        return f"{self.table}{' ' if self.key else ''}{self.key}: {self.measure} {numbers}"


def compare(connection: duckdb.DuckDBPyConnection, tables: list[TableFiles], live: Path) -> list[Change]:
    """Every change against the release in `live`, the worst first. Tables that one of the two lacks are left out."""
    changes = [
        change
        for files in tables
        if (live / files.parquet.name).exists()
        for change in _changes(connection, files, live / files.parquet.name)
    ]
    return sorted(changes, key=lambda c: (RANK[c.severity], -round(abs(c.share), 9), c.table, c.key, c.measure))


def _changes(connection: duckdb.DuckDBPyConnection, files: TableFiles, before: Path) -> list[Change]:
    watch = files.table.watch
    there = set(pq.read_schema(before).names)
    by = [name for name in watch.by if name in there]
    measures = {"rows": "count(*)"}
    if watch.sum is not None and watch.sum in there:
        measures[watch.sum] = f'sum("{watch.sum}")'
    found = []
    for measure, sql in measures.items():
        old, new = (_measure(connection, path, by, sql) for path in (before, files.parquet))
        for key in sorted(old.keys() | new.keys(), key=str):
            if old.get(key, 0.0) != new.get(key, 0.0):
                severity = _severity(files.table, by, key, old, new)
                text = " ".join(str(part) for part in key)
                found.append(Change(files.table.name, text, measure, old.get(key, 0.0), new.get(key, 0.0), severity))
    return found


Measured = dict[tuple[object, ...], float]


def _measure(connection: duckdb.DuckDBPyConnection, path: Path, by: list[str], sql: str) -> Measured:
    names = "".join(f'"{name}", ' for name in by)
    rows = connection.execute(
        f"select {names}{sql} from read_parquet({quote(path)}) group by all"  # noqa: S608
    ).fetchall()
    return {tuple(row[:-1]): float(row[-1] or 0) for row in rows}


def _severity(table: Table, by: list[str], key: tuple[object, ...], old: Measured, new: Measured) -> Severity:
    watch: Watch = table.watch
    before, after = old.get(key, 0.0), new.get(key, 0.0)
    if before == 0 or abs(after - before) <= watch.largest_fall * abs(before):
        return "info"
    if before * after > 0 and abs(after) > abs(before):  # a sum that changes its sign has not risen
        return "warning"
    return "info" if key not in new and _left_the_window(table, by, key, old, new) else "error"


def _left_the_window(table: Table, by: list[str], key: tuple[object, ...], old: Measured, new: Measured) -> bool:
    """Whether a key's year was pushed out by a newer one of the same part, as the pick rule moves on."""
    years = [index for index, name in enumerate(by) if table.field(name).type == "year"]
    if len(years) != 1:
        return False
    year = years[0]

    def rest(of: tuple[object, ...]) -> tuple[object, ...]:
        return of[:year] + of[year + 1 :]

    def years_in(measured: Measured) -> set[int]:
        return {int(str(other[year])) for other in measured if rest(other) == rest(key) and other[year] is not None}

    before, after = years_in(old), years_in(new)
    came = {number for number in after if number > max(before, default=0)}
    gone = {number for number in before - after if number < min(after, default=0)}
    return key[year] is not None and int(str(key[year])) in gone and len(came) >= len(gone)
