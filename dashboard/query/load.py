"""Loads a release's tables into DuckDB so that questions to a large one are quick to answer."""

# ruff: noqa: S608  # names of columns, tables and the file are quoted; SQL has no parameters for them

from __future__ import annotations

import duckdb

from dashboard.package import Resource

ENCODED_FROM = 10_000
"""Rows from which a table's texts are encoded; below, there is nothing to gain."""
REPEATED = 10
"""How often the values of a text stand in the table on the average, at the least, for it to be encoded."""


def load_table(connection: duckdb.DuckDBPyConnection, resource: Resource, path: str) -> None:
    """Make the table of a Parquet file.

    Of a large table each text whose values repeat becomes an ENUM: a small integer a row, ordered as the texts are, so
    that DuckDB groups by integers. It compares with texts as a text does; only answers need `plain` texts again.
    Raises duckdb.Error where the file is gone or damaged.
    """
    source = "read_parquet('{}')".format(path.replace("'", "''"))
    types = {name: f"{resource.name}.{name}" for name in _repeated(connection, resource, source)}
    for name, kind in types.items():
        text = quoted(name)
        values = f"select distinct {text} from {source} where {text} is not null order by 1"
        connection.execute(f"create type {quoted(kind)} as enum ({values})")
    encoded = ", ".join(f"{quoted(name)}::{quoted(kind)} as {quoted(name)}" for name, kind in types.items())
    columns = f"* replace ({encoded})" if encoded else "*"
    connection.execute(f"create table {quoted(resource.name)} as select {columns} from {source}")


def load_columns(connection: duckdb.DuckDBPyConnection, resource: Resource, path: str) -> None:
    """Make the table of a Parquet file without its rows. Raises duckdb.Error where the file is gone or damaged."""
    source = "read_parquet('{}')".format(path.replace("'", "''"))
    connection.execute(f"create table {quoted(resource.name)} as select * from {source} limit 0")


def _repeated(connection: duckdb.DuckDBPyConnection, resource: Resource, source: str) -> list[str]:
    """The texts that are worth encoding."""
    texts = [field.name for field in resource.fields if field.exact_type == "string"]
    if resource.rows < ENCODED_FROM or not texts:
        return []
    counts = ", ".join(f"approx_count_distinct({quoted(text)})" for text in texts)
    different = connection.sql(f"select {counts} from {source}").fetchall()[0]
    return [text for text, count in zip(texts, different, strict=True) if 0 < count <= resource.rows / REPEATED]


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
