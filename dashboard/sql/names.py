"""The names of an answer's fields where a query gives none, as PostgreSQL names them.

DuckDB calls `max(first_year)` by its whole text, PostgreSQL `max`. What is written for CKAN's datastore, which is
PostgreSQL, counts on the short name: in the answer, and within the query (`order by count`). The rules are those of
PostgreSQL's `FigureColname` (src/backend/parser/parse_target.c).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

NAMELESS = "?column?"
"""What PostgreSQL calls a field that nothing names."""
CALLED = re.compile(rb"([A-Za-z_]\w*)\s*\(")
"""A function as it is written; DuckDB's parser calls some otherwise, such as `extract` and `percentile_cont`."""
FUNCTIONS = {"count_star": "count", "list_value": "array", "struct_pack": "row", "arbitrary": "any_value"}
"""Functions of DuckDB's parser that are written without their names, or stand where they are not written."""
OPERATORS = {"OPERATOR_COALESCE": "coalesce", "GROUPING_FUNCTION": "grouping"}
"""What is written as a function and is none for DuckDB."""
TYPES = {
    "VARCHAR": "text", "TINYINT": "int2", "SMALLINT": "int2", "INTEGER": "int4", "BIGINT": "int8", "FLOAT": "float4",
    "DOUBLE": "float8", "BOOLEAN": "bool", "DECIMAL": "numeric",
}  # fmt: skip
NAMED = ("COLUMN_REF", "LAMBDA", "LAMBDA_REF", "POSITIONAL_REFERENCE", "STAR", "TYPE")
"""Classes of expressions that have names of their own, or are none of a field's."""
Node = Mapping[str, Any]


def with_names(tree: Mapping[str, Any], sql: str) -> dict[str, Any]:
    """DuckDB's tree of the query `sql` with a name for every field of each SELECT in it that has none."""
    named: dict[str, Any] = copy.deepcopy(dict(tree))
    for node in _selects(named["statements"][0]["node"]):
        for field in node["select_list"]:
            if not field.get("alias") and (name := _name(field, sql)[0]):
                field["alias"] = name
    return named


def _selects(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("type") == "SELECT_NODE":
                yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _name(field: Node, sql: str) -> tuple[str | None, bool]:
    """(the name, whether it stays where the field is cast or chosen by CASE); no name where it has its own already."""
    group, kind = field.get("class"), field.get("type")
    if group in NAMED:
        return None, True
    if group in ("FUNCTION", "WINDOW"):
        return _function(field, sql)
    if group == "SUBQUERY":
        return _subquery(field, sql)
    if group in ("CAST", "CASE", "COLLATE"):
        otherwise = {"CAST": _type(field.get("type_expr")), "CASE": "case"}.get(str(group), NAMELESS)
        return _inner(field.get("else_expr" if group == "CASE" else "child"), sql, otherwise)
    if kind == "ARRAY_EXTRACT":
        return _inner(field["children"][0], sql, NAMELESS)
    if kind in OPERATORS:
        return OPERATORS[kind], True
    is_truth = group == "CONSTANT" and (field.get("literal") or {}).get("kind") == "BOOLEAN"
    return "bool" if is_truth else NAMELESS, False


def _inner(field: Any, sql: str, otherwise: str) -> tuple[str | None, bool]:
    """The name of what a field is made of, where that is a column's or a function's."""
    if isinstance(field, Mapping):
        if field.get("class") == "COLUMN_REF":
            return str(field["column_names"][-1]), True
        name, stays = _name(field, sql)
        if name and stays:
            return name, True
    return otherwise, False


def _function(field: Node, sql: str) -> tuple[str, bool]:
    name = str(field["function_name"]).lower()
    if field.get("is_operator") or not name.replace("_", "a").isalnum():
        return NAMELESS, False
    written = CALLED.match(sql.encode(), field.get("query_location", len(sql.encode())))
    return (written[1].decode().lower() if written else FUNCTIONS.get(name, name)), True


def _subquery(field: Node, sql: str) -> tuple[str | None, bool]:
    """That of its one field; of EXISTS its own."""
    kind = field.get("subquery_type")
    if kind == "EXISTS":
        return "exists", True
    node = (field.get("subquery") or {}).get("node") or {}
    if kind != "SCALAR" or node.get("type") != "SELECT_NODE" or len(node["select_list"]) != 1:
        return NAMELESS, False
    (inner,) = node["select_list"]
    if inner.get("alias"):
        return str(inner["alias"]), True
    return _inner(inner, sql, NAMELESS)


def _type(kind: Any) -> str:
    name = str(kind.get("type_name", "")) if isinstance(kind, Mapping) else ""
    return TYPES.get(name.upper(), name.lower() or NAMELESS)
