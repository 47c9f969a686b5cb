"""Checks every batch, and the keys of the whole release, against the same declaration that documents them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from etl.declare import Table, TableField
from etl.errors import CheckFailed
from etl.tidy.each import decode_table


def check_rows(rows: pa.Table, table: Table, where: str) -> None:
    """Raise CheckFailed with the first failures where `rows` breaks the declaration of `table`.

    Columns are checked as Arrow arrays, each distinct text once; what fails is told by pandera (`etl.explain`), whose
    schema comes from the same declaration.
    """
    if rows.column_names == [field.name for field in table.fields] and all(
        holds(rows.column(field.name), field) for field in table.fields
    ):
        return
    from etl.explain import failures  # noqa: PLC0415  # pandera takes half a second to load, and most runs need none

    count, shown = failures(decode_table(rows), table)
    if count:
        raise CheckFailed(
            f"{where}: {count} values of table {table.name} break its declaration",
            got=shown,
            do="Correct the source's mapping, or the declaration if the data is right.",
        )


def holds(column: pa.ChunkedArray, field: TableField) -> bool:
    """Whether a column keeps the declared null rule, enum, pattern and bounds."""
    if field.required and column.null_count:
        return False
    if field.enum is not None and not set(_distinct(column)) <= {*field.enum, None}:
        return False
    if field.pattern is not None:
        pattern = re.compile(field.pattern)
        if not all(text is None or pattern.match(text) for text in _distinct(column)):
            return False
    if field.minimum is None and field.maximum is None:
        return True
    bounds = pc.min_max(column).as_py()
    return bounds["min"] is None or (
        (field.minimum is None or bounds["min"] >= field.minimum)
        and (field.maximum is None or bounds["max"] <= field.maximum)
    )


def _distinct(column: pa.ChunkedArray) -> list[str | None]:
    texts: list[str | None] = pc.unique(column).to_pylist()
    return texts


Ask = Callable[[str], tuple[Any, ...] | None]
"""Gives the first row of an answer to SQL in DuckDB's words."""


def check_keys(ask: Ask, tables: list[Table]) -> None:
    """Raise CheckFailed where a primary key repeats or a foreign key points nowhere.

    What is asked holds every table of the release under its name.
    """
    for table in tables:
        _check_primary_key(ask, table)
        for key in table.foreign_keys:
            lost = ask(
                f'select count(*), min(t."{key.field}") from "{table.name}" t anti join "{key.resource}" r '  # noqa: S608
                f'on t."{key.field}" = r."{key.reference_field}" where t."{key.field}" is not null',
            ) or (0, None)
            if lost[0]:
                raise CheckFailed(
                    f"table {table.name}: {lost[0]} rows have a {key.field} that {key.resource} does not hold",
                    got=repr(lost[1]),
                    do=f"Add the code to {key.resource}, or correct the source.",
                )


def _check_primary_key(ask: Ask, table: Table) -> None:
    names = ", ".join(f'"{name}"' for name in table.primary_key)
    double = ask(
        f'select count(*) from (select {names} from "{table.name}" group by {names} having count(*) > 1) as double',  # noqa: S608
    ) or (0,)
    if double[0]:
        raise CheckFailed(f"table {table.name}: {double[0]} keys ({names}) stand on more than one row")
