"""Parts -> the tables of a release, each as Parquet and CSV.

Where two sources hold the same observations the dataset's `precedence` decides, per `coverage_key`: rows of
the later source are set aside as `covered_by_better_source`, so that nothing is counted twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl.build import SourceBuild
from etl.declare import Dataset, Table
from etl.tidy.columns import arrow_schema

COVERED = "covered_by_better_source"


@dataclass(frozen=True)
class TableFiles:
    """One table of the release on disk."""

    dataset: str
    table: Table
    parquet: Path
    csv: Path
    rows: int


def open_connection() -> duckdb.DuckDBPyConnection:
    """A connection that keeps the order of rows and gives the same bytes in each run."""
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = true")
    connection.execute("set threads = 1")
    return connection


def set_aside_covered(connection: duckdb.DuckDBPyConnection, dataset: Dataset, builds: list[SourceBuild]) -> None:
    """Move the rows that an earlier source covers from each build's rows to its rows set aside.

    A source covers a key once it holds a row of it, so one stray row of a neighbouring year would cover
    that year: sources date rows by their file's year to avoid it.
    """
    if not dataset.coverage_key:
        return
    key = ", ".join(f'"{name}"' for name in dataset.coverage_key)
    connection.execute("drop table if exists covered")
    for index, build in enumerate(builds):
        rows = f"read_parquet({_quote(build.rows_path)})"
        if index:
            lost = connection.sql(
                f"select snapshot_id, row_number, '{COVERED}' as reason_code "  # noqa: S608
                f"from {rows} semi join covered using ({key})"
            ).to_arrow_table()
            if lost.num_rows:
                kept = build.rows_path.with_suffix(".kept.parquet")
                connection.execute(
                    f"copy (from {rows} anti join covered using ({key})) to {_quote(kept)} (format parquet)"
                )
                kept.replace(build.rows_path)
                schema = pq.read_schema(build.set_aside_path)
                pq.write_table(
                    pa.concat_tables([pq.read_table(build.set_aside_path), lost.cast(schema)]),
                    build.set_aside_path,
                )
                build.set_aside[COVERED] += lost.num_rows
                build.rows_out -= lost.num_rows
                build.assert_accounted()
            connection.execute(f"insert into covered select distinct {key} from {rows}")  # noqa: S608
        else:
            connection.execute(f"create table covered as select distinct {key} from {rows}")  # noqa: S608


def write_table(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    table: Table,
    parts: list[Path],
    folder: Path,
    metadata: dict[str, str],
) -> TableFiles:
    """Write one table from its parts, in their order, and register it as a view under its name."""
    parquet, csv = folder / f"{table.name}.parquet", folder / f"{table.name}.csv"
    if not parts:
        empty = folder / f"{table.name}.empty.parquet"
        pq.write_table(arrow_schema(table).empty_table(), empty)
        parts = [empty]
    files = f"read_parquet([{', '.join(_quote(part) for part in parts)}])"
    names = ", ".join(f'"{field.name}"' for field in table.fields)
    values = ", ".join(
        f'array_to_string("{f.name}", \'|\') as "{f.name}"' if f.type == "list" else f'"{f.name}"' for f in table.fields
    )
    pairs = ", ".join(f"{_quote(key)}: {_quote(value)}" for key, value in metadata.items())
    connection.execute(
        f"copy (select {names} from {files}) to {_quote(parquet)} "  # noqa: S608
        f"(format parquet, compression zstd, kv_metadata {{{pairs}}})"
    )
    connection.execute(f"copy (select {values} from {files}) to {_quote(csv)} (format csv, header)")  # noqa: S608
    connection.execute(f'create or replace view "{table.name}" as from read_parquet({_quote(parquet)})')
    for part in parts:
        if part.name.endswith(".empty.parquet"):
            part.unlink()
    return TableFiles(dataset, table, parquet, csv, pq.read_metadata(parquet).num_rows)


def _quote(value: object) -> str:
    """An SQL string literal; DDL and COPY take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"
