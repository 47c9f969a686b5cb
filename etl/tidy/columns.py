"""Takes the columns of a file one by one as a source declares them, and audits what is left over."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from etl.declare import Source, Table, TableField
from etl.errors import UnexpectedData
from etl.read.rows import RawBatch, header_key
from etl.tidy.dates import parse_dates
from etl.tidy.each import TEXT, decode, encode, map_distinct, no_rows, repeat
from etl.tidy.numbers import MONEY, parse_decimals
from etl.tidy.text import clean_code, fold_spaces, is_clean_code, is_folded

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
    """Which column of the file feeds which field; `unexpected` are headers that nothing declares, `double` those of
    which only the first column is read, `unnamed` the columns without a header."""

    positions: dict[str, int]
    unexpected: tuple[str, ...]
    double: tuple[str, ...] = ()
    unnamed: tuple[int, ...] = ()

    def count_unnamed(self, batch: RawBatch) -> int:
        """How many cells of the columns without a header hold something."""
        cells = [pc.utf8_trim_whitespace(batch.columns.column(index)) for index in self.unnamed]
        return sum(pc.sum(pc.not_equal(texts, "")).as_py() or 0 for texts in cells)


@dataclass
class Parsed:
    """Typed columns of one batch. `blanked` counts, per field, texts that could not be read as its type, `rounded`
    amounts that were published with more than two decimals."""

    columns: dict[str, pa.Array]
    row_numbers: pa.Array
    bad: dict[str, pa.Array]
    blanked: dict[str, int]
    rounded: dict[str, int] = field(default_factory=dict)


def map_columns(header: tuple[str, ...], source: Source, where: str) -> ColumnMap:
    """Map the header of the file `where` to the source's fields.

    Raises UnexpectedData where a required field has none of its spellings in the header.
    """
    keys = [header_key(name) for name in header]
    places = {key: index for index, key in reversed([*enumerate(keys)]) if key}
    positions: dict[str, int] = {}
    for name, spellings in source.columns.items():
        found = [places[header_key(s)] for s in spellings if header_key(s) in places]
        if found:
            positions[name] = found[0]
        elif name in source.required:
            raise UnexpectedData(
                f"{where} has no column for {name}",
                expected=f"one of {list(spellings)}",
                got=f"the header {[h.strip() for h in header]}",
                do=f"If the city renamed the column, add the spelling to {source.name}'s YAML.",
            )
    known = {header_key(name) for name in source.known_headers}
    unexpected = tuple(name.strip() for name, key in zip(header, keys, strict=True) if key and key not in known)
    double = tuple(header[index].strip() for index in sorted(positions.values()) if keys.count(keys[index]) > 1)
    return ColumnMap(positions, unexpected, double, tuple(index for index, key in enumerate(keys) if not key))


def parse_columns(
    batch: RawBatch, mapping: ColumnMap, table: Table, source: Source, *, encoded: bool = False
) -> Parsed:
    """The batch's columns under their harmonised names, each parsed as its field's declared type.

    Text is given as plain arrays or, `encoded`, as dictionary arrays (see `etl.tidy.each`).
    """
    parsed = Parsed({}, batch.row_numbers, {}, {})
    for declared in (*table.fields, *table.inputs):
        name = declared.name
        if name in mapping.positions:
            text = batch.columns.column(mapping.positions[name]).combine_chunks()
            values, parsed.bad[name], rounded = _parse(text, declared, source)
            parsed.blanked[name] = pc.sum(parsed.bad[name]).as_py() or 0
            parsed.rounded[name] = pc.sum(rounded).as_py() or 0
        elif name in source.constants:
            values, *_ = _parse(repeat(source.constants[name], batch.columns.num_rows), declared, source)
        else:
            continue
        parsed.columns[name] = values if encoded else decode(values)
    return parsed


def _parse(text: pa.Array, field: TableField, source: Source) -> tuple[pa.Array, pa.Array, pa.Array]:
    """(values, mask of texts that are none, mask of values that were rounded)."""
    if field.type == "decimal":
        return parse_decimals(decode(text), source.layout.decimal)
    none = no_rows(len(text))
    text = encode(text)
    if field.type == "date":
        return *parse_dates(text, source.layout.dates), none
    is_code = field.name.endswith(("_code", "_number", "_id"))
    clean, plain = (clean_code, is_clean_code) if is_code else (fold_spaces, is_folded)
    words = map_distinct(text, clean, pa.string(), plain)
    if field.type == "string":
        return words, none, none
    values = map_distinct(words, SCALARS[field.type], ARROW_TYPES[field.type])
    return values, pc.and_(pc.is_null(values), pc.is_valid(words)), none


NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s?%?", re.ASCII)


def _number(text: str) -> float | None:
    number = float(text.removesuffix("%")) if NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


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


def fill_missing(columns: dict[str, pa.Array], table: Table, rows: int, *, encoded: bool = False) -> pa.Table:
    """A table with every declared field in its declared order and type, null where there is no column."""
    schema = arrow_schema(table, encoded=encoded)
    arrays = [columns.get(field.name, pa.nulls(rows, field.type)).cast(field.type) for field in schema]
    return pa.table(arrays, schema=schema)


def arrow_schema(table: Table, *, encoded: bool = False) -> pa.Schema:
    """The declared fields as an Arrow schema; text may be `encoded`."""
    types = {**ARROW_TYPES, "string": TEXT} if encoded else ARROW_TYPES
    return pa.schema([pa.field(f.name, types[f.type], nullable=not f.required) for f in table.fields])
