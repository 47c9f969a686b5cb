"""Runs a query that was checked, up to so many rows and bytes, and tells what went wrong in words that help."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from dashboard.errors import SqlRefused, SqlTooHeavy
from dashboard.sql.check import place, plain
from dashboard.sql.names import with_names

ROWS_AT_ONCE = 1000
PLAIN = re.compile(
    r"(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|DATE|TIME|TIMESTAMP(_S|_MS)?)"
    r"(\[\])?"
)
"""Types whose values are sent as they are; others are made texts by DuckDB."""
NESTED = re.compile(r"^(STRUCT|MAP|UNION|VARIANT)|\]$")
"""Types whose values are made JSON."""


@dataclass(frozen=True)
class Most:
    """How large an answer may be: beyond its rows and bytes it is cut, with more fields it is refused."""

    rows: int
    bytes: int
    fields: int


def ask_as_postgresql(connection: duckdb.DuckDBPyConnection, sql: str, tree: Mapping[str, Any], most: Most) -> bytes:
    """The same as `ask`, with the names of fields that PostgreSQL would give, in the answer and within the query."""
    named = with_names(tree, sql)
    try:
        text = _written(connection, named)
        connection.execute(f"explain {text}").fetchall()
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error:  # what is wrong is told by the query as it was written, where its places are
        return ask(connection, sql, tree, most)
    return ask(connection, text, named, most, is_as_written=False)


def ask(
    connection: duckdb.DuckDBPyConnection, sql: str, tree: Mapping[str, Any], most: Most, *, is_as_written: bool = True
) -> bytes:
    """The answer as a line of JSON: names, types, rows, whether any are left out. Errors tell of places in the query
    where it `is_as_written` by who sent it.

    Raises SqlRefused, duckdb.OutOfMemoryException or MemoryError.
    """
    try:
        answer = connection.execute(sql)
        fields = [(str(name), str(kind)) for name, kind, *_ in answer.description or ()]
        if len(fields) > most.fields:
            raise SqlTooHeavy(
                "The answer has {n} fields, and can have {most}: name those that you need.",
                n=len(fields),
                most=most.fields,
            )
        if not all(PLAIN.fullmatch(kind) for _, kind in fields):
            answer = connection.execute(_with_texts(connection, tree, fields))
            fields = [
                (name, str(kind)) for (name, _), (_, kind, *_) in zip(fields, answer.description or (), strict=True)
            ]
        rows, is_truncated = _rows(answer, most)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise told(error, sql if is_as_written else None) from None
    finally:
        with contextlib.suppress(duckdb.Error):
            connection.execute("select 1")  # lets go of an answer that was not fetched to its end
    head = json.dumps({"fields": _distinct(fields), "is_truncated": is_truncated})
    return f'{head[:-1]}, "rows": [{", ".join(rows)}]}}'.encode()


def _rows(answer: duckdb.DuckDBPyConnection, most: Most) -> tuple[list[str], bool]:
    """(each row as JSON, whether there are more)."""
    rows: list[str] = []
    size = 0
    for row in _fetched(answer):
        if len(rows) == most.rows:
            return rows, True
        line = json.dumps(row, default=_sent, ensure_ascii=False)
        size += len(line.encode(errors="replace"))
        if size > most.bytes:
            if not rows:
                raise SqlTooHeavy(
                    "One row of the answer is larger than {size} MB: ask for fewer or shorter fields.",
                    size=most.bytes // 1_000_000,
                )
            return rows, True
        rows.append(line)
    return rows, False


def _fetched(answer: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while some := answer.fetchmany(ROWS_AT_ONCE):
        yield from some


def _sent(value: object) -> str:
    """A value that JSON has no form for."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _with_texts(connection: duckdb.DuckDBPyConnection, tree: Mapping[str, Any], fields: list[tuple[str, str]]) -> str:
    """The query with every field of an unusual type as a text."""
    inner = _written(connection, tree)
    names = [f"f{at}" for at in range(len(fields))]
    shown = [
        name if PLAIN.fullmatch(kind) else f"to_json({name})::varchar" if NESTED.search(kind) else f"{name}::varchar"
        for name, (_, kind) in zip(names, fields, strict=True)
    ]
    return f"select {', '.join(shown)} from ({inner}) as answer({', '.join(names)})"  # noqa: S608  # was checked


def _written(connection: duckdb.DuckDBPyConnection, tree: Mapping[str, Any]) -> str:
    """DuckDB's tree of a query as SQL."""
    return str(connection.execute("select json_deserialize_sql(?)", [json.dumps(tree)]).fetchall()[0][0])


def _distinct(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields, each under a name of its own: a second `a` is `a_1`, as DuckDB calls it within a query."""
    taken: set[str] = set()
    found = []
    for name, kind in fields:
        own, number = name, 0
        while own in taken:
            number += 1
            own = f"{name}_{number}"
        taken.add(own)
        found.append((own, kind))
    return found


def told(error: duckdb.Error, sql: str | None) -> SqlRefused:
    """What DuckDB says, as an error of ours; with its place where the `sql` is given that it is of."""
    try:
        said = json.loads(str(error).partition(": ")[2])
    except ValueError:
        said = {"exception_message": str(error)}
    message = plain(str(said.get("exception_message", "")))
    if sql is None or "position" not in said:
        return SqlRefused("The query cannot be run: {error}.", error=message)
    line, column = place(sql, int(said["position"]))
    if said.get("error_subtype") == "COLUMN_NOT_FOUND" and said.get("candidates"):
        return SqlRefused(
            "There is no field {name} at line {line}, column {column}; the most alike are {names}.",
            name=said.get("name", ""), names=said["candidates"].replace(",", ", "), line=line, column=column,
        )  # fmt: skip
    return SqlRefused(
        "The query cannot be run (line {line}, column {column}): {error}.", line=line, column=column, error=message
    )
