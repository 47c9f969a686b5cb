"""Reads a query with DuckDB's own parser and refuses all but one SELECT over the release.

The parser that reads is the one that runs, so that no text means one thing here and another thing there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import duckdb

from dashboard.errors import SqlRefused
from dashboard.sql.allowed import EXPRESSIONS, FUNCTIONS, NODES, NOT_FIELDS, TABLE_FUNCTIONS

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Signs that nobody sees: a reader of the query would not see what is run."""
_NO_PLACE = 1 << 60
"""From here on a place in DuckDB's tree says that there is none."""
Node = Mapping[str, Any]


def check_sql(
    connection: duckdb.DuckDBPyConnection, sql: str, tables: Collection[str], views: Collection[str]
) -> dict[str, Any]:
    """DuckDB's tree of the query. Raises SqlRefused for what is no SELECT over `tables` alone.

    `views` are the names of DuckDB's own views, which a query must not give to parts of its own either: where such a
    part is out of sight, its name would mean the view.
    """
    if found := CONTROL.search(sql):
        line, column = place(sql, len(sql[: found.start()].encode()))
        raise SqlRefused("The SQL holds a sign that cannot be seen at line {line}, column {column}: remove it.",
                         line=line, column=column)  # fmt: skip
    tree = _parse(connection, sql)
    nodes = list(_nodes(tree["statements"][0]["node"]))
    parts = {name.casefold() for node in nodes for name in _named_parts(node)}
    for name in sorted(parts):
        if name in views or not re.fullmatch(r"\w+", name):
            raise SqlRefused("A part of a query cannot be called {name}: give it a name of letters.", name=name)
    for node in nodes:
        _check_node(node, sql, tables, parts)
    return tree


def place(sql: str, offset: int) -> tuple[int, int]:
    """(line, column), both from one, of a place that DuckDB counts in bytes.

    >>> place("select 'ä',\\n  x", 16)
    (2, 4)
    """
    before = sql.encode()[:offset].decode(errors="ignore")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _parse(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """The tree of one SELECT. Raises SqlRefused."""
    try:
        tree: dict[str, Any] = json.loads(connection.execute("select json_serialize_sql(?)", [sql]).fetchall()[0][0])
    except RecursionError:
        raise SqlRefused("The SQL is nested too deeply: write it with fewer levels.") from None
    if tree["error"]:
        if tree["error_type"] == "not implemented":
            raise SqlRefused("Only a SELECT can be run here: nothing can be changed, set, loaded or read from files.")
        if "position" not in tree and "depth" in tree["error_message"]:
            raise SqlRefused("The SQL is nested too deeply: write it with fewer levels.")
        if tree["error_type"] != "parser":
            raise MemoryError(tree["error_message"])
        line, column = place(sql, int(tree.get("position", 0)))
        raise SqlRefused(
            "The SQL cannot be read at line {line}, column {column}: {error}.",
            line=line, column=column, error=plain(tree["error_message"]),
        )  # fmt: skip
    statements = tree["statements"]
    if not statements:
        raise SqlRefused("There is nothing to run: write a SELECT.")
    if len(statements) > 1:
        raise SqlRefused("Only one statement can be run, and there are {n}: remove the others.", n=len(statements))
    return tree


def plain(message: str) -> str:
    """The first line of DuckDB's own words, without the full stop at its end."""
    return message.strip().partition("\n")[0].rstrip(".:")


def _nodes(tree: Any) -> Iterator[Node]:
    """Every part of the tree; without recursion, as it may be deep."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _named_parts(node: Node) -> list[str]:
    """The names that a query gives to parts of its own (WITH)."""
    parts = node.get("cte_map")
    names = [item["key"] for item in parts["map"]] if isinstance(parts, dict) else []
    return [*names, *([str(node["ctename"]), str(node.get("cte_name", ""))] if "ctename" in node else [])]


def _check_node(node: Node, sql: str, tables: Collection[str], parts: Collection[str]) -> None:
    kind = node.get("type")
    if not isinstance(kind, str):
        return
    at = dict(zip(("line", "column"), _place_of(node, sql), strict=True))
    group = node.get("class")
    if (group not in EXPRESSIONS) if group else (kind not in NODES or node.get("at_clause")):
        raise SqlRefused(
            "{kind} cannot be used here (line {line}, column {column}): a query reads the tables of the release.",
            kind=kind.replace("VALUE_", "").replace("_REF", "").replace("_", " ").capitalize(), **at,
        )  # fmt: skip
    if node.get("sample"):
        raise SqlRefused(
            "A sample of rows is another one each time (line {line}, column {column}): choose rows with WHERE or "
            "LIMIT instead.",
            **at,
        )
    if kind == "BASE_TABLE":
        _check_table(node, at, tables, parts)
    elif kind == "TABLE_FUNCTION":
        _check_function(node["function"], at, TABLE_FUNCTIONS)
    elif "function_name" in node:
        _check_function(node, at, FUNCTIONS)
    elif group == "COLUMN_REF" and len(node["column_names"]) == 1:
        name = str(node["column_names"][0])
        if name.casefold() in NOT_FIELDS:
            _refuse_function(name, at)


def _check_table(node: Node, at: dict[str, int], tables: Collection[str], parts: Collection[str]) -> None:
    path = node["qualified_name"]["path"]
    name = str(node["table_name"])
    if len(path) > 1 or name.casefold() not in {*tables, *parts}:
        raise SqlRefused(
            "There is no table {name} (line {line}, column {column}); there are {names}.",
            name=".".join(path), names=", ".join(sorted(tables)), **at,
        )  # fmt: skip


def _check_function(node: Node, at: dict[str, int], known: Collection[str]) -> None:
    name = str(node["function_name"])
    if len(node["qualified_name"]["path"]) > 1 or name.casefold() not in known:
        _refuse_function(".".join(node["qualified_name"]["path"]), at)


def _refuse_function(name: str, at: dict[str, int]) -> None:
    raise SqlRefused(
        "The function {name} cannot be used here (line {line}, column {column}): only those that compute from the "
        "rows alone can.",
        name=name, **at,
    )  # fmt: skip


def _place_of(node: Node, sql: str) -> tuple[int, int]:
    offset = node.get("query_location", 0)
    return place(sql, offset if isinstance(offset, int) and offset < _NO_PLACE else 0)
