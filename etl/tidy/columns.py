"""Takes the columns of a file one by one as a source declares them, and audits what is left over."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from etl.declare import Source, Table, TableField
from etl.errors import UnexpectedData
from etl.read.rows import RawBatch, header_key
from etl.tidy.dates import parse_dates
from etl.tidy.each import map_distinct
from etl.tidy.numbers import MONEY, parse_decimals
from etl.tidy.text import clean_code, fold_spaces

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "year": pa.int16(),
    "decimal": MONEY,
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "list": pa.list_(pa.string()),
}


@dataclass(frozen=True)
class ColumnMap:
    """Which column of the file feeds which field; `unexpected` are headers that nothing declares."""

    positions: dict[str, int]
    unexpected: tuple[str, ...]


@dataclass
class Parsed:
    """Typed columns of one batch. `blanked` counts, per field, texts that could not be read as its type."""

    columns: dict[str, pa.Array]
    row_numbers: pa.Array
    bad: dict[str, pa.Array]
    blanked: dict[str, int]


def map_columns(header: tuple[str, ...], source: Source, where: str) -> ColumnMap:
    """Map the header of the file `where` to the source's fields.

    Raises UnexpectedData where a required field has none of its spellings in the header.
    """
    places: dict[str, int] = {}
    for index, name in enumerate(header):
        if header_key(name):
            places.setdefault(header_key(name), index)
    positions: dict[str, int] = {}
    for field, spellings in source.columns.items():
        found = [places[header_key(s)] for s in spellings if header_key(s) in places]
        if found:
            positions[field] = found[0]
        elif field in source.required:
            raise UnexpectedData(
                f"{where} has no column for {field}",
                expected=f"one of {list(spellings)}",
                got=f"the header {[h.strip() for h in header]}",
                do=f"If the city renamed the column, add the spelling to {source.name}'s YAML.",
            )
    known = {header_key(name) for name in source.known_headers}
    unexpected = tuple(name.strip() for name in header if header_key(name) and header_key(name) not in known)
    return ColumnMap(positions, unexpected)


def parse_columns(batch: RawBatch, mapping: ColumnMap, table: Table, source: Source) -> Parsed:
    """The batch's columns under their harmonised names, each parsed as its field's declared type."""
    parsed = Parsed({}, batch.row_numbers, {}, {})
    for field in (*table.fields, *table.inputs):
        if field.name in mapping.positions:
            text = batch.columns.column(mapping.positions[field.name]).combine_chunks()
            values, bad = _parse(text, field, source)
            parsed.columns[field.name], parsed.bad[field.name] = values, bad
            parsed.blanked[field.name] = pc.sum(bad).as_py() or 0
        elif field.name in source.constants:
            constant = pa.scalar(source.constants[field.name], pa.string())
            text = pa.array([constant.as_py()] * batch.columns.num_rows, pa.string())
            parsed.columns[field.name], _ = _parse(text, field, source)
    return parsed


def _parse(text: pa.Array, field: TableField, source: Source) -> tuple[pa.Array, pa.Array]:
    if field.type == "decimal":
        decimals = parse_decimals(text, source.layout.decimal)
        return decimals.values, decimals.bad
    if field.type == "date":
        return parse_dates(text, source.layout.dates)
    clean = clean_code if field.name.endswith(("_code", "_number", "_id")) else fold_spaces
    words = map_distinct(pc.fill_null(text, ""), clean, pa.string())
    if field.type == "string":
        return words, pa.array([False] * len(words), pa.bool_())
    values = map_distinct(words, SCALARS[field.type], ARROW_TYPES[field.type])
    return values, pc.and_(pc.is_null(values), pc.is_valid(words))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else None


def _year(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{4}", text) else None


SCALARS: dict[str, Callable[[str], object]] = {
    "integer": _integer,
    "year": _year,
    "number": _number,
    "boolean": lambda text: {"true": True, "false": False}.get(text.lower()),
    "list": lambda text: [part.strip() for part in text.split("|") if part.strip()],
}


def fill_missing(columns: dict[str, pa.Array], table: Table, rows: int) -> pa.Table:
    """A table with every declared field in its declared order and type, null where there is no column."""
    arrays = [
        columns.get(field.name, pa.nulls(rows, ARROW_TYPES[field.type])).cast(ARROW_TYPES[field.type])
        for field in table.fields
    ]
    return pa.table(arrays, schema=arrow_schema(table))


def arrow_schema(table: Table) -> pa.Schema:
    """The declared fields as an Arrow schema."""
    return pa.schema([pa.field(f.name, ARROW_TYPES[f.type], nullable=not f.required) for f in table.fields])
