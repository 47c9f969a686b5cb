"""Parts -> the tables of a release, each as Parquet and CSV.

Where two sources hold the same observations the dataset's `precedence` decides, per `coverage_key`: rows of
the others are set aside, so that nothing is counted twice.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl.ahead import ahead
from etl.build import SET_ASIDE_PART, SourceBuild, open_parquet, open_schema
from etl.declare import Dataset, Table
from etl.publish.lines import csv_lines, header_line
from etl.tidy.columns import arrow_schema
from etl.tidy.each import TEXT

COVERED = "covered_by_better_source"
GROUP_ROWS = 122_880
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
    connection = duckdb.connect(config={"temp_directory": tempfile.gettempdir()})  # else a folder where it is started
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
        f"select {index} as source, {key}, count(*) as n from {_rows(build)} group by all"  # noqa: S608
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
    rows = _rows(build)
    lost = connection.sql(
        f"select snapshot_id, row_number, if(winner < {index}, '{COVERED}', '{STRAY}') as reason_code "  # noqa: S608
        f"from {rows} join winners using ({key}) where winner <> {index}"
    ).to_arrow_table()
    if not lost.num_rows:
        return
    first = build.rows_paths[0]
    kept, aside = (first.with_name(f"{build.source.name}.{kind}.parquet") for kind in ("kept", "covered"))
    connection.execute(
        f"copy (from {rows} anti join (from winners where winner <> {index}) using ({key})) "
        f"to {quote(kept)} (format parquet)"
    )
    for path in build.rows_paths:
        path.unlink()
    build.rows_paths = [kept]
    pq.write_table(lost.cast(SET_ASIDE_PART), aside)
    build.set_aside_paths.append(aside)
    build.set_aside.update(lost.column("reason_code").to_pylist())
    build.rows_out -= lost.num_rows
    build.assert_accounted()


def _rows(build: SourceBuild) -> str:
    """The rows of a source as a table of DuckDB's, in their order."""
    return f"read_parquet([{', '.join(map(quote, build.rows_paths))}])"


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
    _write(table, parts, parquet, csv, metadata)
    connection.execute(f'create or replace view "{table.name}" as from read_parquet({quote(parquet)})')
    for part in parts:
        if part.name.endswith(".empty.parquet"):
            part.unlink()
    return TableFiles(dataset, table, parquet, csv, pq.read_metadata(parquet).num_rows)


def _write(table: Table, parts: list[Path], parquet: Path, csv: Path, metadata: dict[str, str]) -> None:
    """Both files of a table in one pass, on two cores."""
    schema = open_schema(table, encoded=True)
    keys = {*table.primary_key, *(key.field for key in table.foreign_keys)}
    bounded = [item.name for item in schema if item.type != TEXT or item.name in keys]
    with (
        open_parquet(parquet, schema, compression="zstd", write_statistics=bounded) as writer,
        csv.open("wb") as file,
        ThreadPoolExecutor(2) as pool,
        ahead(_row_groups(parts, schema)) as groups,
    ):
        file.write(header_line(schema.names))
        for pieces in groups:
            group = pool.submit(_write_group, writer, pieces)
            for lines in [pool.submit(csv_lines, rows) for rows in pieces]:
                file.write(lines.result())
            group.result()
        writer.add_key_value_metadata(metadata)


def _write_group(writer: pq.ParquetWriter, pieces: list[pa.Table]) -> None:
    rows = pa.concat_tables(pieces).unify_dictionaries()
    writer.write_table(rows, row_group_size=rows.num_rows)


def _row_groups(parts: list[Path], schema: pa.Schema) -> Iterator[list[pa.Table]]:
    """The rows of the parts, `GROUP_ROWS` or a few more at a time; their texts are read as dictionaries."""
    texts = [item.name for item in schema if item.type == TEXT]
    pieces: list[pa.Table] = []
    for part in parts:
        with pq.ParquetFile(part, read_dictionary=texts) as file:
            for index in range(file.num_row_groups):
                rows = file.read_row_group(index, use_threads=False)
                if rows.num_rows:
                    pieces.append(rows.select(schema.names).cast(schema))
                if sum(piece.num_rows for piece in pieces) >= GROUP_ROWS:
                    yield pieces
                    pieces = []
    if pieces:
        yield pieces


def quote(value: object) -> str:
    """An SQL string literal; DDL and COPY take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"
