"""Rows whose columns need nothing but the types that are declared of them."""

from __future__ import annotations

import pyarrow.compute as pc

from etl.datasets.context import Tidied
from etl.declare import Table
from etl.tidy.columns import Parsed, fill_missing
from etl.tidy.rows import Sieve


def tidy_declared(parsed: Parsed, table: Table) -> Tidied:
    """Rows as their fields are declared; a row without a required value is set aside."""
    sieve = Sieve(len(parsed.row_numbers))
    for declared in table.fields:
        if declared.required and declared.name in parsed.columns:
            sieve.drop(f"no_{declared.name}", pc.is_null(parsed.columns[declared.name]))
    rows = fill_missing(parsed.columns, table, len(parsed.row_numbers))
    return Tidied(*sieve.split(rows, parsed.row_numbers), parsed.blanked)
