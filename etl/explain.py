"""Declared schema -> pandera: tells which values break the declaration of a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
from pandera.errors import SchemaErrors

from etl.declare import Table, TableField

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
    bound = (lambda value: Decimal(str(value))) if field.type == "decimal" else (lambda value: value)
    if field.minimum is not None:
        checks.append(pandera.Check.ge(bound(field.minimum)))
    if field.maximum is not None:
        checks.append(pandera.Check.le(bound(field.maximum)))
    return checks


def failures(rows: pa.Table, table: Table) -> tuple[int, str]:
    """(how many values break the declaration, the first of them in words); (0, "") where none does."""
    try:
        frame_schema(table).validate(rows.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        first = cases.head(SHOWN_FAILURES).itertuples()
        return len(cases), "; ".join(f"{case.column} {case.check}: {case.failure_case!r}" for case in first)
    return 0, ""
