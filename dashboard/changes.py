"""The rows that a release changed, read from the files of changes that stand in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from dashboard.package import is_within
from dashboard.query.load import quoted

MOST_READ = 200
Wanted = tuple[tuple[str, tuple[str, ...]], ...]
"""Fields, and the values that are wanted in them."""


@dataclass(frozen=True)
class ChangesFile:
    """The rows of one kind of change of one table."""

    path: Path
    rows: int


@lru_cache(maxsize=MOST_READ)
def changes_files(folder: Path) -> Mapping[tuple[str, str], ChangesFile]:
    """(table, kind) -> its file, of a release on disk; a release is never changed once it is there. A link that leads
    out of the release is no file of it."""
    raw = json.loads((folder / "datapackage.json").read_text(encoding="utf-8")).get("x-changes") or {"tables": []}
    found = {
        (str(table["table"]), str(item["kind"])): ChangesFile(
            folder / "changes" / Path(item["path"]).name, item["rows"]
        )
        for table in raw["tables"]
        for item in table["files"]
    }
    return {key: file for key, file in found.items() if is_within(file.path, folder)}


@lru_cache(maxsize=MOST_READ)
def field_types(folder: Path) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Table -> field -> (type, exact type), as that release describes them."""
    raw = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return {
        resource["name"]: {field["name"]: (field["type"], field["x-type"]) for field in resource["schema"]["fields"]}
        for resource in raw["resources"]
    }


def read_rows(file: ChangesFile, types: Mapping[str, tuple[str, str]], limit: int, offset: int) -> list[dict[str, Any]]:
    """Some rows of a file of changes, in its order, each value of its field's type. The files have numbers as texts, so
    that decimals keep their digits."""
    sql = (
        "select * from read_csv($path, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', "
        "nullstr = '', allow_quoted_nulls = false, parallel = false) limit $limit offset $offset"
    )
    with duckdb.connect() as connection:
        found = connection.execute(sql, {"path": str(file.path), "limit": limit, "offset": offset})
        names = [column[0] for column in found.description or ()]
        return [
            {name: _typed(value, *types.get(name, _TEXT)) for name, value in zip(names, row, strict=True)}
            for row in found.fetchall()
        ]


def count_of(path: Path, wanted: Wanted) -> int | None:
    """How many rows of a table's file have a wanted value in any of these fields; None where the table has none of the
    fields, 0 where there is no file."""
    if not path.exists():
        return 0
    read = "read_parquet($path)" if path.suffix == ".parquet" else "read_csv($path, header = true, all_varchar = true)"
    there = _names(path)
    asked = {name: list(values) for name, values in wanted if name in there}
    if not asked:
        return None
    any_of = " or ".join(f"{quoted(name)} in (select unnest(${name}))" for name in asked)
    with duckdb.connect() as connection:
        sql = f"select count(*) from {read} where {any_of}"  # noqa: S608  # names, quoted
        found = connection.execute(sql, {"path": str(path), **asked})
        return int(found.fetchall()[0][0])


def _names(path: Path) -> list[str]:
    """The names of a table's fields: those of a file of changes stand in its first line, and none of them is quoted."""
    if path.suffix == ".parquet":
        return list(pq.read_schema(path).names)
    with path.open(encoding="utf-8") as file:
        return file.readline().rstrip("\n").split(",")


_TEXT = ("string", "string")


def _typed(text: str | None, kind: str, exact: str) -> Any:
    """A value as the table's own JSON has it."""
    if text is None:
        return None
    if exact.startswith("list"):
        return text.split("|")
    if kind == "integer":
        return int(text)
    if kind == "number":
        return Decimal(text) if exact.startswith("decimal") else float(text)
    return text == "true" if kind == "boolean" else text
