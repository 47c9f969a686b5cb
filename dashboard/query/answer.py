"""What DuckDB answers, as an Arrow table with texts as texts.

DuckDB makes Arrow of an answer by a second statement that reads the rows of the first, or plans the first twice. That
is worth it for long answers. The few rows that a figure is drawn from are there sooner as values of Python.
"""

from __future__ import annotations

import warnings
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
from pandas.arrays import ArrowExtensionArray

FEW = 1_000
"""As many rows are taken as values of Python; what is behind them, by DuckDB's own way."""
KINDS: dict[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "hugeint": pa.decimal128(38, 0),
    "double": pa.float64(),
    "varchar": pa.string(),
    "enum": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
"""The types of Arrow that DuckDB itself gives these of its own, but for codes, which stand for texts."""

warnings.filterwarnings("ignore", message="Arrow output on a DB-API result makes an extra copy")  # as said above


def table_of(answer: duckdb.DuckDBPyConnection) -> pa.Table:
    """The rows of a statement that was executed, as `to_arrow_table` gives them; infinite days are the last of the
    calendar. Raises ArrowException where a number has more digits than Arrow takes from Python."""
    columns = answer.description or []
    kinds = [_arrow_type(column[1]) for column in columns]
    if None in kinds:
        return long_table_of(answer)
    rows = answer.fetchmany(FEW)
    values: list[Any] = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(*pair) for pair in zip(values, kinds, strict=True)]
    few = pa.Table.from_arrays(arrays, [column[0] for column in columns])
    if len(rows) < FEW:
        return few
    rest = answer.to_arrow_table()
    return few if rest is None else pa.concat_tables([few, _plain(rest)])


def long_table_of(answer: duckdb.DuckDBPyConnection) -> pa.Table:
    """The same by DuckDB's own way."""
    return _plain(answer.to_arrow_table())


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """The schema with texts as texts, not as the codes under which they are stored."""
    return pa.schema([field.with_type(_decoded(field.type)) for field in schema])


def frame_of(table: pa.Table) -> pd.DataFrame:
    """An answer as a frame with Arrow types: what `to_pandas(types_mapper=pd.ArrowDtype)` gives, in a third of its
    time."""
    arrays = {name: ArrowExtensionArray(table[name]) for name in table.column_names}
    return pd.DataFrame(arrays, copy=False)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The frame as one mapping a row, by column name; what is missing in a column of an answer is None."""
    names = [str(name) for name in frame.columns]
    columns = [values_of(column) for _, column in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def values_of(column: pd.Series[Any]) -> list[Any]:
    """The values of a column of an answer, None where there is none: what pandas' own `to_dict("records")` gives, which
    asks Arrow for one value at a time."""
    if isinstance(column.dtype, pd.ArrowDtype):
        values: list[Any] = column.array.__arrow_array__().to_pylist()
        return values
    return [None if value is pd.NA else value for value in column.tolist()]


def _plain(table: pa.Table) -> pa.Table:
    return table.cast(plain_schema(table.schema))


def _decoded(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_dictionary(kind) else kind


def _arrow_type(kind: Any) -> pa.DataType | None:
    """The type of Arrow for one of DuckDB's; None where only DuckDB itself makes it."""
    if kind.id == "decimal":
        sizes = dict(kind.children)
        return pa.decimal128(sizes["precision"], sizes["scale"])
    return KINDS.get(kind.id)
