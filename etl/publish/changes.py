"""What changed between two releases, row by row, as data: one CSV a table and kind of change, and their counts.

A table is compared by its primary key (`added`, `changed`, `removed`). Where that key is only the place where a row
stood in a source's file, it says nothing about the row: a yearly file that comes again with three more rows has other
places for all of them. Such tables (`Table.is_counted`) are compared by content within their source: equal rows are
counted, and a row that only stands elsewhere now is told by `moved`, as runs of rows.

Applied to the old release the changes give the new one exactly, value for value as its CSV holds them.
"""

# ruff: noqa: S608  # names of columns and tables are declared ones, quoted; SQL has no parameters for them

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from etl.declare import Table
from etl.errors import UnexpectedData
from etl.publish.assemble import TableFiles, quote
from etl.snapshot import hash_file

FOLDER = "changes"
CHANGED_FIELDS = "changed_fields"
"""First column of a file of changed rows: the names of the fields that changed, joined by |."""
MOVES = {
    "old_snapshot_id": "varchar",
    "old_first_row": "bigint",
    "old_last_row": "bigint",
    "new_snapshot_id": "varchar",
    "new_first_row": "bigint",
    "rows_count": "bigint",
}
"""Columns of a file of moved rows; within a run every row number moved by as much."""


@dataclass
class TableChanges:
    """What became of one table: `same`, `rows` (see the files), `whole` (take it whole: it is new, or its columns
    are other ones) or `dropped`."""

    table: str
    state: str
    counts: dict[str, int] = field(default_factory=dict)
    rows_before: int = 0
    rows_after: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """How many rows were added, changed, removed or moved."""
        return self.counts.get(kind, 0)

    def as_dict(self) -> dict[str, Any]:
        """As it stands in `changes.json` and in the descriptor."""
        kinds = {kind: self.count(kind) for kind in ("added", "changed", "removed", "moved")}
        rows = {"rows_before": self.rows_before, "rows_after": self.rows_after}
        return {"table": self.table, "state": self.state, **kinds, **rows, "files": self.files}


def find_changes(tables: list[TableFiles], old: Path, before: dict[str, Any], folder: Path) -> list[TableChanges]:
    """The changes of every table against the release in `old`, whose descriptor is `before`.

    Writes `changes/<table>.<kind>.csv` into `folder` for each kind that has rows.
    """
    hashes = {r["name"]: (r["hash"], r["x-rows"]) for r in before.get("resources", [])}
    found = []
    with duckdb.connect() as connection:
        for files in tables:
            known, rows = hashes.get(files.table.name, ("", 0))
            if known == f"sha256:{hash_file(files.csv)}":
                found.append(TableChanges(files.table.name, "same", {}, rows, files.rows))
            else:
                found.append(_compare_table(connection, files, old / files.parquet.name, rows, folder / FOLDER))
    there = {files.table.name for files in tables}
    dropped = [(name, rows) for name, (_, rows) in hashes.items() if name not in there]
    return found + [TableChanges(name, "dropped", {"removed": rows}, rows, 0) for name, rows in dropped]


def describe_changes(changes: list[TableChanges], against: str) -> dict[str, Any]:
    """The content of `changes.json`: which release they are against, and each table's."""
    return {"against": against, "tables": [item.as_dict() for item in changes]}


def apply_changes(
    connection: duckdb.DuckDBPyConnection, table: Table, old: Path, new: Path, change: dict[str, Any]
) -> duckdb.DuckDBPyRelation:
    """The table of the release in `old` with one entry of the changes in `new` applied to it, in order of its key.

    Lists come joined by |, as in the CSV. Raises UnexpectedData for a table that is not told row by row.
    """
    if change["state"] not in ("same", "rows"):
        raise UnexpectedData(f"table {table.name} is not told row by row: it is {change['state']}")
    columns = _open(connection, "old_rows", old / f"{table.name}.parquet")
    files = {item["kind"]: new / item["path"] for item in change["files"]}
    for kind in ("added", "changed", "removed"):
        extra = {CHANGED_FIELDS: "varchar"} if kind == "changed" else {}
        _read(connection, f"{kind}_rows", files.get(kind), extra | columns)
    _read(connection, "moved_rows", files.get("moved"), MOVES)
    same_key = _same(table.primary_key, "o", "c")
    names = ", ".join(_name(name) for name in columns)
    gone = f"from removed_rows union all by name select {names} from changed_rows"
    kept = f"select o.* from old_rows o anti join ({gone}) c on {same_key}"
    if table.is_counted:
        kept = _moved_sql(table, kept)
    return connection.sql(
        f"select {names} from ({kept}) union all by name select {names} from changed_rows "
        f"union all by name select {names} from added_rows order by {_names(table.primary_key)}"
    )


def _compare_table(
    connection: duckdb.DuckDBPyConnection, files: TableFiles, before: Path, rows: int, folder: Path
) -> TableChanges:
    table = files.table
    if not before.exists():
        return TableChanges(table.name, "whole", {"added": files.rows}, 0, files.rows)
    columns = [_open(connection, name, path) for name, path in (("old_rows", before), ("new_rows", files.parquet))]
    if columns[0] != columns[1]:
        return TableChanges(table.name, "whole", {"added": files.rows, "removed": rows}, rows, files.rows)
    change = TableChanges(table.name, "rows", {}, rows, files.rows)
    names = list(columns[0])
    queries = _counted_queries(connection, table, names) if table.is_counted else _keyed_queries(table, names)
    for kind, sql in queries.items():
        _write(connection, change, kind, sql, folder)
    return change


def _write(connection: duckdb.DuckDBPyConnection, change: TableChanges, kind: str, sql: str, folder: Path) -> None:
    """Write one kind of change, if there is any, and note its count."""
    connection.execute(f"create or replace temp table found as {sql}")
    measure = "coalesce(sum(rows_count), 0)" if kind == "moved" else "count(*)"
    change.counts[kind] = int(_single(connection, f"select {measure} from found"))
    if not change.counts[kind]:
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{change.table}.{kind}.csv"
    connection.execute(f"copy found to {quote(path)} (format csv, header, new_line '\\r\\n')")
    entry = {
        "kind": kind,
        "path": f"{FOLDER}/{path.name}",
        "rows": int(_single(connection, "select count(*) from found")),
    }
    change.files.append({**entry, "bytes": path.stat().st_size, "hash": f"sha256:{hash_file(path)}"})


def _keyed_queries(table: Table, columns: list[str]) -> dict[str, str]:
    """Kind of change -> the query of its rows, for a table whose key says which row is which."""
    key, order = _same(table.primary_key, "o", "n"), _names(table.primary_key)
    fields = ", ".join(
        f"case when o.{_name(name)} is distinct from n.{_name(name)} then {quote(name)} end"
        for name in columns
        if name not in table.primary_key
    )
    changed = (
        f"select concat_ws('|', {fields or 'null'}) as {CHANGED_FIELDS}, n.* from new_rows n join old_rows o on {key}"
    )
    return {
        "added": f"from new_rows n anti join old_rows o on {key} order by {order}",
        "changed": f"from ({changed}) where {CHANGED_FIELDS} <> '' order by {order}",
        "removed": f"from old_rows o anti join new_rows n on {key} order by {order}",
    }


def _counted_queries(connection: duckdb.DuckDBPyConnection, table: Table, columns: list[str]) -> dict[str, str]:
    """The same for a table whose rows are compared by content within their source, equal ones counted.

    Rows that stand where they stood, unchanged, are left out first: of a release in which one file came anew that is
    nearly all. Of the rest the first of equal rows is the first of those before, and so on. Rows are equal where two
    64-bit hashes are, of their values and of their text: by chance once in 10^24 pairs of tables of ten million rows.
    """
    place, number = (_name(name) for name in table.primary_key)
    content = ", ".join([f"split_part({place}, ':', 1)", *(_name(n) for n in columns if n not in table.primary_key)])
    for side in ("old", "new"):
        connection.execute(
            f"create or replace temp table {side}_digests as select {place} as place, {number} as number, "
            f"hash({content}) as first, hash(concat_ws(chr(31), {content})) as second from {side}_rows"
        )
    for side, other in (("old", "new"), ("new", "old")):
        connection.execute(
            f"create or replace temp table {side}_rest as select *, "
            f"row_number() over (partition by first, second order by place, number) as nth "
            f"from {side}_digests anti join {other}_digests using (place, number, first, second)"
        )
    connection.execute(
        "create or replace temp table pairs as select o.place as old_place, o.number as old_number, "
        "n.place as new_place, n.number as new_number from old_rest o join new_rest n using (first, second, nth)"
    )

    def alone(side: str) -> str:
        return (
            f"from {side}_rows r semi join (select place, number from {side}_rest "
            f"anti join pairs on place = {side}_place and number = {side}_number) k "
            f"on r.{place} = k.place and r.{number} = k.number order by {place}, {number}"
        )

    return {"added": alone("new"), "removed": alone("old"), "moved": RUNS}


RUNS = """
    with still as (
        select o.place, o.number, o.place, o.number
        from old_digests o semi join (select distinct old_place from pairs) on o.place = old_place
        semi join new_digests n
        on o.place = n.place and o.number = n.number and o.first = n.first and o.second = n.second
    ),
    placed as (
        select *, row_number() over (order by old_place, old_number)
                - row_number() over (partition by old_place, new_place, new_number - old_number
                                     order by old_number) as run
        from (from pairs union all from still)
    )
    select old_place as old_snapshot_id, min(old_number) as old_first_row, max(old_number) as old_last_row,
           new_place as new_snapshot_id, min(new_number) as new_first_row, count(*) as rows_count
    from placed
    group by old_place, new_place, new_number - old_number, run
    having old_place <> new_place or min(old_number) <> min(new_number)
    order by all
"""
"""The pairs as runs of rows: neighbours in both releases whose number moved by as much. Rows of the same file that
did not move part two runs, so that a run holds every kept row of its range."""


def _moved_sql(table: Table, kept: str) -> str:
    """The kept rows with each that lies in a moved run at its new place."""
    place, number = (_name(name) for name in table.primary_key)
    return (
        f"select k.* replace (coalesce(m.new_snapshot_id, k.{place}) as {place}, "
        f"coalesce(k.{number} - m.old_first_row + m.new_first_row, k.{number}) as {number}) "
        f"from ({kept}) k left join moved_rows m on k.{place} = m.old_snapshot_id "
        f"and k.{number} between m.old_first_row and m.old_last_row"
    )


def _open(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> dict[str, str]:
    """Open a Parquet file as a view with lists joined as in the CSV. Returns its columns and their types."""
    described = connection.execute(f"describe from read_parquet({quote(path)})").fetchall()
    values = ", ".join(
        f"array_to_string({_name(column)}, '|') as {_name(column)}" if kind.endswith("[]") else _name(column)
        for column, kind, *_ in described
    )
    connection.execute(f"create or replace temp view {name} as select {values} from read_parquet({quote(path)})")
    return {column: "VARCHAR" if kind.endswith("[]") else kind for column, kind, *_ in described}


def _read(connection: duckdb.DuckDBPyConnection, name: str, path: Path | None, columns: dict[str, str]) -> None:
    """Open a CSV of changes as a table; an empty one where there is no file."""
    types = ", ".join(f"{_name(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"create or replace temp table {name} ({types})")
    if path is not None:
        # DuckDB writes NULL as nothing and an empty text as "".
        connection.execute(
            f"copy {name} from {quote(path)} (format csv, header, auto_detect false, nullstr '', "
            "allow_quoted_nulls false, delimiter ',', quote '\"', escape '\"', parallel false)"
        )


def _same(names: Any, left: str, right: str) -> str:
    return " and ".join(f"{left}.{_name(name)} is not distinct from {right}.{_name(name)}" for name in names)


def _names(names: Any) -> str:
    return ", ".join(_name(name) for name in names)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _single(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = connection.execute(sql).fetchone()
    assert row is not None  # an aggregate gives one row  # noqa: S101
    return row[0]
