"""Reviewed row counts and sums: what a person has looked at must come out of the pipeline again, to the cent.

`data/reference/expected_counts.csv` holds one line a part of a table (see `Watch.by`), with who reviewed it and when.
A closed year that comes out otherwise means that the source or our rules changed: a person must look again. Parts
that are not in the file are not judged.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from etl.errors import DeclarationError
from etl.publish.assemble import TableFiles, quote

COLUMNS = ("table", "key", "rows", "sum", "reviewed_on", "reviewer", "note")


@dataclass(frozen=True)
class Expected:
    """The reviewed rows, and the sum where the table declares one, of one part of a table."""

    table: str
    key: str
    rows: int
    sum: Decimal | None


def read_expected(path: Path) -> list[Expected]:
    """The reviewed file; empty where there is none. Raises DeclarationError for a line that cannot be read."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise DeclarationError(f"{path.name} has other columns", expected=", ".join(COLUMNS))
        return [_expected(line, path, reader.line_num) for line in reader]


def _expected(line: dict[str, str], path: Path, number: int) -> Expected:
    try:
        total = Decimal(line["sum"]) if line["sum"] else None
        return Expected(line["table"], line["key"], int(line["rows"]), total)
    except (ValueError, InvalidOperation, TypeError) as error:
        raise DeclarationError(f"{path.name}, line {number}: rows or sum is no number", got=str(line)) from error


def count_parts(connection: duckdb.DuckDBPyConnection, files: TableFiles) -> Iterator[Expected]:
    """What each part of the table holds now. A part is named by its values of `watch.by`, spaces between."""
    watch = files.table.watch
    names = "".join(f'"{name}", ' for name in watch.by)
    total = f'sum("{watch.sum}")' if watch.sum else "null"
    rows = connection.execute(
        f"select {names}count(*), {total} from read_parquet({quote(files.parquet)}) group by all order by all"  # noqa: S608
    ).fetchall()
    for row in rows:
        key = " ".join(str(value) for value in row[:-2])
        yield Expected(files.table.name, key, int(row[-2]), row[-1])


def differences(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[TableFiles], expected: Iterable[Expected]
) -> list[str]:
    """A sentence for each reviewed part that came out otherwise, or not at all."""
    wanted = list(expected)
    named = {item.table for item in wanted}
    parts = [part for files in tables if files.table.name in named for part in count_parts(connection, files)]
    there = {(part.table, part.key): part for part in parts}
    found = []
    for want in wanted:
        got = there.get((want.table, want.key))
        if got is None:
            found.append(f"{want.table} {want.key}: reviewed as {want.rows:,} rows, now none")
        elif got.rows != want.rows or (want.sum is not None and got.sum != want.sum):
            before, now = (f"{item.rows:,} rows, {item.sum}" for item in (want, got))
            found.append(f"{want.table} {want.key}: reviewed as {before}, now {now}")
    return found
