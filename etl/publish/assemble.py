"""Parts -> the tables of a release, each as Parquet and CSV.

Where two sources hold the same observations the dataset's `precedence` decides, per `coverage_key`: rows of
the others are set aside, so that nothing is counted twice.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl.build import SourceBuild
from etl.declare import Dataset, Table
from etl.tidy.columns import arrow_schema

COVERED = "covered_by_better_source"
STRAY = "stray_of_other_period"


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
    """Leave each key's rows to one source: the first by precedence that covers it; see `Dataset.coverage_share`.

    Rows of later sources are set aside as `covered_by_better_source`, and the few rows that an earlier source has
    of a key that it does not cover as `stray_of_other_period`.
    """
    if not dataset.coverage_key or len(builds) < 2:
        return
    key = ", ".join(f'"{name}"' for name in dataset.coverage_key)
    counts = " union all ".join(
        f"select {index} as source, {key}, count(*) as n from read_parquet({quote(build.rows_path)}) group by all"  # noqa: S608
        for index, build in enumerate(builds)
    )
    connection.execute(
        f"create or replace temp table winners as select {key}, min(source) as winner from (select *, "  # noqa: S608
        f"max(n) over (partition by {key} order by source rows between 1 following and unbounded following) as later "
        f"from ({counts})) where n >= {dataset.coverage_share} * coalesce(later, 0) group by {key}"
    )
    for index, build in enumerate(builds):
        _leave_to_winners(connection, key, index, build)


def _leave_to_winners(connection: duckdb.DuckDBPyConnection, key: str, index: int, build: SourceBuild) -> None:
    """Move the rows whose key another source has won from the build's rows to its rows set aside."""
    rows = f"read_parquet({quote(build.rows_path)})"
    lost = connection.sql(
        f"select snapshot_id, row_number, if(winner < {index}, '{COVERED}', '{STRAY}') as reason_code "  # noqa: S608
        f"from {rows} join winners using ({key}) where winner <> {index}"
    ).to_arrow_table()
    if not lost.num_rows:
        return
    kept = build.rows_path.with_suffix(".kept.parquet")
    connection.execute(
        f"copy (from {rows} anti join (from winners where winner <> {index}) using ({key})) "
        f"to {quote(kept)} (format parquet)"
    )
    kept.replace(build.rows_path)
    aside = pq.read_table(build.set_aside_path)
    pq.write_table(pa.concat_tables([aside, lost.cast(aside.schema)]), build.set_aside_path)
    build.set_aside.update(lost.column("reason_code").to_pylist())
    build.rows_out -= lost.num_rows
    build.assert_accounted()


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
    files = f"read_parquet([{', '.join(quote(part) for part in parts)}])"
    names = ", ".join(f'"{field.name}"' for field in table.fields)
    values = ", ".join(
        f'array_to_string("{f.name}", \'|\') as "{f.name}"' if f.type == "list" else f'"{f.name}"' for f in table.fields
    )
    pairs = ", ".join(f"{quote(key)}: {quote(value)}" for key, value in metadata.items())
    options = f"format parquet, compression zstd, kv_metadata {{{pairs}}}"
    copies = (
        f"copy (select {names} from {files}) to {quote(parquet)} ({options})",  # noqa: S608
        f"copy (select {values} from {files}) to {quote(csv)} (format csv, header)",  # noqa: S608
    )
    with ThreadPoolExecutor(len(copies)) as pool:  # each single-threaded, so that its bytes are the same each time
        for done in [pool.submit(_execute, copy) for copy in copies]:
            done.result()
    connection.execute(f'create or replace view "{table.name}" as from read_parquet({quote(parquet)})')
    for part in parts:
        if part.name.endswith(".empty.parquet"):
            part.unlink()
    return TableFiles(dataset, table, parquet, csv, pq.read_metadata(parquet).num_rows)


def _execute(sql: str) -> None:
    with open_connection() as connection:
        connection.execute(sql)


def quote(value: object) -> str:
    """An SQL string literal; DDL and COPY take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"
