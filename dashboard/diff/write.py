"""A difference as CSV and JSON: its columns, and how its rows are read.

CSV is written as the release's own files are: an empty cell is no value, `""` an empty text, decimals keep their
digits, lists are joined by `|`. What it says of a row:

- `change`: `added`, `changed` or `removed`; `moved` of rows that stand elsewhere in their source's file now.
- `changed_fields`: of a changed row the fields that differ, joined by `|`.
- `rows_count`: of moved rows how many behind one another, each moved by as much; only their places are told. 1 else.
- the key, and `FIELD.before` and `FIELD.after` of every field. A field that a release lacks has no such column.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dashboard.diff.comparison import AFTER, BEFORE, Comparison
from dashboard.diff.kept import Difference
from dashboard.diff.sql import as_text
from dashboard.export.json import exact_json, json_objects
from dashboard.package import Package
from dashboard.query.load import quoted

TOLD = ("change", "changed_fields", "rows_count")
"""The columns before those of the table."""


def write_csv(difference: Difference, path: Path) -> int:
    """Write it; gives its rows."""
    reader = pa.RecordBatchReader.from_batches(difference.schema(), difference.batches())
    values = [
        as_text(quoted(name + side), difference.of.type_of(name, side or AFTER) or "") + f" as {quoted(name + side)}"
        for name, side in difference.of.columns()
    ]
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("difference", reader)
        connection.execute(
            f"copy (select {', '.join([*TOLD, *values])} from difference) "  # noqa: S608  # names, quoted
            f"to '{str(path).replace(chr(39), chr(39) * 2)}' (format csv, header, new_line '\\r\\n')"
        )
    return difference.rows


def write_json(head: Mapping[str, Any], differences: Iterator[Difference], path: Path) -> int:
    """Write all of them as one document: the releases, then each table with its rows. Gives how many rows."""
    count = 0
    with path.open("wb") as file:
        file.write(exact_json(head).removesuffix("}").encode() + b', "tables": [')
        for number, one in enumerate(differences):
            file.write((b",\n" if number else b"\n") + exact_json(describe(one)).removesuffix("}").encode())
            file.write(b', "rows": [')
            is_first = True
            for batch in one.batches():
                file.write((b"\n" if is_first else b",\n") + ",\n".join(row_texts(one.of, batch)).encode())
                count, is_first = count + batch.num_rows, False
            file.write(b"]}")
        file.write(b"]}\n")
    return count


def describe(one: Difference) -> dict[str, Any]:
    """What is said of a table before its rows."""
    of = one.of
    return {
        "table": of.name,
        "compared_by": of.by,
        "key": of.key,
        "rows_before": of.old.rows if of.old else None,
        "rows_after": of.new.rows if of.new else None,
        **one.counts,
        "fields_before": [field.name for field in of.fields_before],
        "fields_after": [field.name for field in of.fields_after],
        "fields_added": of.fields_added,
        "fields_removed": of.fields_removed,
        "fields_retyped": of.fields_retyped,
    }


def describe_releases(before: Package, after: Package) -> dict[str, Any]:
    """The two releases."""
    return {
        name: {
            "version": one.version,
            "created": f"{one.created:%Y-%m-%dT%H:%M:%SZ}",
            "contract": one.contract,
            "sample": one.sample,
        }
        for name, one in (("from", before), ("to", after))
    }


def row_texts(one: Comparison, batch: pa.RecordBatch) -> list[str]:
    """Each row as a JSON object: `change`, `key`, `changed_fields`, `rows_count`, and the whole row `before` and
    `after`, null where there is none. Of rows that moved these are places only."""
    kinds = batch["change"].to_pylist()
    runs = [(kind, len(list(run))) for kind, run in groupby(kinds)]
    starts = accumulate((length for _, length in runs), initial=0)
    return [
        text
        for start, (kind, length) in zip(starts, runs, strict=False)
        for text in _texts_of(one, kind, batch.slice(start, length))
    ]


def _texts_of(one: Comparison, kind: str, rows: pa.RecordBatch) -> list[str]:
    """The same of rows of one kind of change: only what these have is written."""
    nothing = ["null"] * rows.num_rows
    keys = {side: _objects(rows, {name: _column(one, name, side) for name in one.key}) for side in (BEFORE, AFTER)}
    whole = keys if kind == "moved" else {}
    before = nothing if kind == "added" else whole.get(BEFORE) or _objects(rows, _columns(one, BEFORE))
    after = nothing if kind == "removed" else whole.get(AFTER) or _objects(rows, _columns(one, AFTER))
    changed = [json.dumps(text.split("|") if text else []) for text in rows["changed_fields"].to_pylist()]
    told = zip(keys[BEFORE if kind == "removed" else AFTER], changed, rows["rows_count"].to_pylist(), strict=True)
    return [
        f'{{"change": "{kind}", "key": {key}, "changed_fields": {fields}, "rows_count": {count}, '
        f'"before": {old}, "after": {new}}}'
        for (key, fields, count), old, new in zip(told, before, after, strict=True)
    ]


def _columns(one: Comparison, side: str) -> dict[str, str]:
    """Field -> the column that holds it, of a whole row on a side."""
    fields = one.fields_before if side == BEFORE else one.fields_after
    return {field.name: _column(one, field.name, side) for field in fields}


def _column(one: Comparison, name: str, side: str) -> str:
    return name if name in one.one_column else f"{name}{side}"


def _objects(batch: pa.RecordBatch, columns: Mapping[str, str]) -> list[str]:
    """An object a row; empty ones where the table is not on that side."""
    if not columns or any(name not in batch.schema.names for name in columns.values()):
        return ["{}"] * batch.num_rows
    found = pa.RecordBatch.from_arrays([batch[name] for name in columns.values()], names=list(columns))
    return json_objects(list(columns), found)
