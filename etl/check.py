"""Declared schema -> pandera: every batch is checked against the same declaration that documents it."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
from pandera.errors import SchemaErrors

from etl.declare import Table, TableField
from etl.errors import CheckFailed

SHOWN_FAILURES = 5


def frame_schema(table: Table) -> pandera.DataFrameSchema:
    """The pandera schema of a declared table: nulls, enums, patterns and bounds; no column more or less."""
    columns: dict[Any, Any] = {
        field.name: pandera.Column(nullable=not field.required, checks=_checks(field), required=True, coerce=False)
        for field in table.fields
    }
    return pandera.DataFrameSchema(columns, strict=True, ordered=True, name=table.name)


def _checks(field: TableField) -> list[pandera.Check]:
    checks = []
    if field.enum is not None:
        checks.append(pandera.Check.isin(field.enum))
    if field.pattern is not None:
        checks.append(pandera.Check.str_matches(field.pattern))
    if field.minimum is not None and field.type != "decimal":
        checks.append(pandera.Check.ge(field.minimum))
    if field.maximum is not None and field.type != "decimal":
        checks.append(pandera.Check.le(field.maximum))
    return checks


def check_rows(rows: pa.Table, table: Table, where: str) -> None:
    """Raise CheckFailed with the first failures where `rows` breaks the declaration of `table`."""
    frame = rows.to_pandas(types_mapper=pd.ArrowDtype)
    try:
        frame_schema(table).validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        shown = "; ".join(
            f"{case.column} {case.check}: {case.failure_case!r}" for case in cases.head(SHOWN_FAILURES).itertuples()
        )
        raise CheckFailed(
            f"{where}: {len(cases)} values of table {table.name} break its declaration",
            got=shown,
            do="Correct the source's mapping, or the declaration if the data is right.",
        ) from error


def check_keys(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
    """Raise CheckFailed where a primary key repeats or a foreign key points nowhere.

    `connection` holds every table of the release as a view under its name.
    """
    for table in tables:
        _check_primary_key(connection, table)
        for key in table.foreign_keys:
            lost = _one(
                connection,
                f'select count(*), min(t."{key.field}") from "{table.name}" t anti join "{key.resource}" r '  # noqa: S608
                f'on t."{key.field}" = r."{key.reference_field}" where t."{key.field}" is not null',
            )
            if lost[0]:
                raise CheckFailed(
                    f"table {table.name}: {lost[0]} rows have a {key.field} that {key.resource} does not hold",
                    got=repr(lost[1]),
                    do=f"Add the code to {key.resource}, or correct the source.",
                )


def _check_primary_key(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    names = ", ".join(f'"{name}"' for name in table.primary_key)
    double = _one(
        connection,
        f'select count(*) from (select {names} from "{table.name}" group by all having count(*) > 1)',  # noqa: S608
    )
    if double[0]:
        raise CheckFailed(f"table {table.name}: {double[0]} keys ({names}) stand on more than one row")


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = connection.execute(sql).fetchone()
    return row if row is not None else (0, None)
