"""The process that queries run in: `python -m dashboard.sql.worker`, which only `process.py` starts.

Its first line of input says which release; each further line is a query, or `stop`. Each answer is one line. It holds a
database of its own, read only, made of the release's Parquet files; then nothing can be opened any more.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from dashboard.errors import SqlRefused, SqlTooHeavy
from dashboard.sql.ask import Most, ask, ask_as_postgresql
from dashboard.sql.check import check_sql
from dashboard.sql.hold import Memory, hold_down, hold_time, step_back

DATASTORE = "datastore"
"""The schema that has the tables as CKAN's datastore has them: each row with `_id`, its place in the table from 1."""
LOCKS = {
    "max_temp_directory_size": "0KB",
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    "errors_as_json": "true",
    "enable_external_access": "false",
    "lock_configuration": "true",
}
"""Settings of DuckDB in the order in which they are set: the last ones let nothing be changed."""
LAST = "lock_configuration"
"""The setting after which nothing can be set."""
WARM = "select date '2020-01-31', 1.5::decimal(18,2), timestamp '2020-01-31 12:00:00', ['a'], 'a', 1, true"
"""Asked once before files are closed to the process: what Python reads only when it is needed is read then."""
LEAST = {"most_rows": 1, "most_bytes": 1000, "most_fields": 10}
NO_MEMORY = json.dumps({"error": {"kind": SqlTooHeavy.__name__}}).encode()
"""The answer where memory ran out. The process that gives it is not asked again: what is left of it is in pieces."""


def main() -> None:
    """Serve until the input ends."""
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever else is printed is no answer
    step_back()
    told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    begin = json.loads(sys.stdin.buffer.readline())
    make_database(Path(begin["database"]), begin["tables"])
    connection, datastore = open_database(begin["database"], begin["memory_mb"], begin["threads"])
    views = {
        row[0]
        for row in connection.execute(
            "select lower(view_name) from duckdb_views() where schema_name <> ?", [DATASTORE]
        ).fetchall()
    }
    for one in (connection, datastore):
        for sql in (WARM, "select oops("):
            answer_one(one, {"sql": sql, "is_datastore": one is datastore, **LEAST}, begin["tables"], views)
    threading.Thread(target=_listen, args=((connection, datastore), told), daemon=True).start()
    gc.collect()
    gc.freeze()
    memory = Memory()
    hold_down(memory)
    _write(answers, b"{}")
    while True:
        asked = told.get()
        hold_time(asked["seconds"], begin["threads"])
        line = answer_one(datastore if asked["is_datastore"] else connection, asked, begin["tables"], views)
        is_last = line == NO_MEMORY or memory.is_worn()
        _write(answers, line[:-1] + b', "is_last": true}' if is_last else line)


def make_database(path: Path, tables: Mapping[str, str]) -> None:
    """Make the database file of a release's tables, unless it is there."""
    if path.exists():
        return
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute(f"create schema {DATASTORE}")
        for name, file in tables.items():
            quoted = name.replace('"', '""')
            connection.execute(f'create table "{quoted}" as from read_parquet(?)', [file])
            connection.execute(
                f'create view {DATASTORE}."{quoted}" as select (rowid + 1)::integer as _id, * from main."{quoted}"'  # noqa: S608  # quoted
            )
    unfinished.rename(path)


def open_database(
    path: str, memory_mb: int, threads: int
) -> tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection]:
    """The database, which can only be read, by a DuckDB that can do nothing else: as it is, and as CKAN's datastore."""
    connection = duckdb.connect(path, read_only=True)
    datastore = connection.cursor()
    datastore.execute(f"set schema = '{DATASTORE}'")
    settings = {"memory_limit": f"{memory_mb}MiB", "threads": str(threads), **LOCKS}
    for name, value in settings.items():
        for one in (datastore, connection):  # some are of a connection, some of both
            if name != LAST or one is connection:
                one.execute(f"set {name} = '{value}'")
    return connection, datastore


def answer_one(
    connection: duckdb.DuckDBPyConnection, asked: Mapping[str, Any], tables: Mapping[str, str], views: set[str]
) -> bytes:
    """The answer to a query, or what is wrong with it, as a line."""
    try:
        tree = check_sql(connection, asked["sql"], {name.casefold() for name in tables}, views)
        most = Most(asked["most_rows"], asked["most_bytes"], asked["most_fields"])
        run = ask_as_postgresql if asked["is_datastore"] else ask
        return run(connection, asked["sql"], tree, most)
    except SqlRefused as error:
        said = {"kind": type(error).__name__, "text": error.text, "values": error.values}
    except (MemoryError, duckdb.OutOfMemoryException):
        return NO_MEMORY
    except Exception as error:  # noqa: BLE001  # whatever one query does must not end the others
        said = {"kind": SqlRefused.__name__, "error": str(error)}
    return json.dumps({"error": said}).encode()


def _listen(connections: tuple[duckdb.DuckDBPyConnection, ...], told: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Hand on what is asked, and stop what is run; the process ends with its input."""
    for line in sys.stdin.buffer:
        if line == b"stop\n":
            for connection in connections:
                connection.interrupt()
        else:
            told.put(json.loads(line))
    os._exit(0)


def _write(file: int, line: bytes) -> None:
    rest = memoryview(line + b"\n")
    while rest:
        rest = rest[os.write(file, rest) :]


if __name__ == "__main__":
    main()
