"""Differences of tables, each computed once and kept as a file as long as there is room: releases never change."""

# ruff: noqa: S608  # the files are quoted, and named by the site itself

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.diff import sql
from dashboard.diff.comparison import KINDS, Comparison
from dashboard.errors import QueryTooLarge, ReleaseGone
from dashboard.export.kept_files import KeptFiles, is_full

MOST_BYTES = 1_000_000_000
"""Of all kept differences together."""
MEMORY = "256MB"
"""That one comparison may take; what is more goes to disk."""
PART_ROWS = 100_000
"""Rows that differ which are fetched at a time."""
GROUP_ROWS = 20_000
"""Rows of a group of the file: a page of them needs no more to be read."""


@dataclass(frozen=True)
class Difference:
    """The rows of a table that differ between two releases, in a file that stays open as long as this is used."""

    of: Comparison
    counts: Mapping[str, int]
    """Rows by kind of change; a run of rows that moved counts as many as it holds."""
    file: BinaryIO

    @property
    def rows(self) -> int:
        """The rows of the file; a run of rows that moved is one."""
        return int(pq.ParquetFile(self.file).metadata.num_rows)

    def batches(self, offset: int = 0) -> Iterator[pa.RecordBatch]:
        """The rows from a place on, in their order."""
        parquet = pq.ParquetFile(self.file)
        for group in range(parquet.num_row_groups):
            rows = parquet.metadata.row_group(group).num_rows
            if offset >= rows:
                offset -= rows
                continue
            for batch in parquet.iter_batches(GROUP_ROWS, row_groups=[group]):
                shown, offset = batch[offset:], max(0, offset - batch.num_rows)
                if shown.num_rows:
                    yield shown

    def of_kind(self, kind: str, most: int) -> list[dict[str, Any]]:
        """The first rows of a kind of change."""
        found: list[dict[str, Any]] = []
        ahead = sum(self.counts[one] for one in KINDS[: KINDS.index(kind)])
        most = min(most, self.counts[kind] if kind != KINDS[-1] else self.rows - ahead)
        for batch in self.batches(ahead) if most else ():
            found += batch[: most - len(found)].to_pylist()
            if len(found) >= most:
                break
        return found

    def schema(self) -> pa.Schema:
        """The columns of the file."""
        return pq.ParquetFile(self.file).schema_arrow


class Differences:
    """Computes and keeps them. Safe to share between threads; one is computed at a time, so that memory stays bounded
    whatever is asked for."""

    def __init__(self) -> None:
        self._kept, self._one_at_a_time = KeptFiles(MOST_BYTES), Lock()

    @contextmanager
    def open(self, one: Comparison) -> Iterator[Difference]:
        """The difference of a table. Raises ReleaseGone where a file of a release is no longer there, or
        QueryTooLarge."""
        key = "\n".join((str(one.before.folder), str(one.after.folder), one.name))
        _, file = self._kept.open(key, lambda path: self._write(one, path))
        with file:
            meta = pq.ParquetFile(file).metadata.metadata or {}
            yield Difference(one, {kind: int(meta.get(kind.encode(), b"0")) for kind in KINDS}, file)

    def _write(self, one: Comparison, path: Path) -> int:
        with self._one_at_a_time, tempfile.TemporaryDirectory(prefix="kuusi-diff-") as scratch:
            try:
                return _write(one, path, scratch)
            except duckdb.IOException as error:
                if is_full(error):
                    raise
                raise ReleaseGone(
                    "The files of release {version} are not as they were written: start the site again.",
                    version=one.before.version,
                ) from error
            except duckdb.OutOfMemoryException as error:
                raise QueryTooLarge(
                    "The two releases differ in so much of the table {table} that it cannot be told here: take both "
                    "whole.",
                    table=one.name,
                ) from error


def _write(one: Comparison, path: Path, scratch: str) -> int:
    """Compute it and write it as Parquet, its counts in the file's metadata; gives its rows."""
    settings = {"memory_limit": MEMORY, "temp_directory": scratch, "threads": "2"}
    with duckdb.connect(config=settings) as connection:  # type: ignore[arg-type]  # texts are settings
        for side, package, there in (("old", one.before, one.old), ("new", one.after, one.new)):
            if there is not None:
                file = _literal(package.file(one.name, "parquet"))
                connection.execute(f"create temp view {side}_rows as from read_parquet({file}, file_row_number = true)")
        for statement in sql.steps(one):
            connection.execute(statement)
        connection.execute(sql.ordered(one))
        ((total,),) = connection.execute("select count(*) from ordered").fetchall()
        schema = connection.sql(sql.rows(one, 0, 0)).to_arrow_table().schema
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for start in range(0, total, PART_ROWS):
                for batch in connection.sql(sql.rows(one, start, start + PART_ROWS)).to_arrow_reader(GROUP_ROWS):
                    writer.write_batch(batch)
            counts = dict.fromkeys(KINDS, 0) | _counts(connection, one)
            writer.add_key_value_metadata({kind: str(count) for kind, count in counts.items()})
    return int(total)


def _counts(connection: duckdb.DuckDBPyConnection, one: Comparison) -> dict[str, int]:
    both = "changed" if one.by == "key" else "moved"
    found = connection.execute(
        f"select case when old_at is null then 'added' when new_at is null then 'removed' else '{both}' end, "
        "sum(count) from touched group by all"
    )
    return {str(kind): int(count) for kind, count in found.fetchall()}


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
