"""JSON documents: a list of objects, or an object with that list at a declared place -> rows of text.

Every element of the list is a record with its number. A record's keys are its columns; what stands deeper is taken
by the paths that the source declares (see `json_path`). Numbers keep the digits that were published, with the
source's own decimal mark, so that one rule per column parses text cells and typed cells alike.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl.declare import Layout
from etl.errors import UnexpectedData
from etl.read.json_path import MISSING, is_path, resolve, root_of
from etl.read.rows import RawBatch, RawTable, column_names, header_key, split_blank

BATCH_ROWS = 50_000
MAX_BYTES = 1 << 29
"""A document is parsed whole, in several times its size of memory."""
LIST_MARK = "|"
SHOWN_KEYS = 8


class Number(str):
    """A number as its digits were published."""

    __slots__ = ()


def cell_text(value: Any, decimal: str) -> str:
    """A value as a cell: nothing for null, lists of values joined by `|`, anything deeper as JSON.

    >>> cell_text(Number("12.50"), ","), cell_text(Number("1e3"), ","), cell_text(True, ","), cell_text(None, ",")
    ('12,50', '1000', 'true', '')
    >>> cell_text(["a", Number("2")], ","), cell_text({"a": 1}, ","), cell_text([], ",")
    ('a|2', '{"a":1}', '')
    """
    if isinstance(value, Number):
        text = format(Decimal(value), "f") if "e" in value.lower() else str(value)
        return text.replace(".", decimal)
    if isinstance(value, str):
        return value
    if value is None or value is MISSING or value in ({}, []):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return LIST_MARK.join(cell_text(item, decimal) for item in value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def open_json(path: Path, layout: Layout, known: Collection[str]) -> RawTable:
    """Open the records of a document.

    Raises UnexpectedData where it is no JSON, breaks off, is one page of several, or holds no list of records where
    the layout says.
    """
    records = find_records(parse_document(path), layout.records, path.name)
    columns = _columns(records, known)
    return RawTable(tuple(columns), _batches(records, columns, layout.decimal), {"records": layout.records or ""})


def parse_document(path: Path) -> Any:
    """The document in `path`; its numbers are `Number`s. Raises UnexpectedData."""
    if path.stat().st_size > MAX_BYTES:
        raise UnexpectedData(f"{path.name} is too large to be read at once", expected=f"at most {MAX_BYTES:,} bytes")
    try:
        return json.loads(path.read_bytes(), parse_float=Number, parse_int=Number, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        is_cut = error.pos >= len(error.doc.rstrip()) or "Unterminated" in error.msg
        raise UnexpectedData(
            f"{path.name} {'breaks off' if is_cut else 'is no JSON'} at line {error.lineno}: {error.msg}",
            expected="a whole JSON document",
            do="Fetch it again; if it stays, tell the portal.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnexpectedData(f"{path.name} is no JSON: {error}", expected="a JSON document in UTF-8") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def find_records(document: Any, place: str | None, name: str) -> list[Any]:
    """The list of records in a document: at the dotted path `place`, or the document itself for None.

    Raises UnexpectedData, also where the object beside the list names a `next` page that nobody has fetched.
    """
    found = document if place is None else resolve(document, place)
    if not isinstance(found, list):
        raise UnexpectedData(
            f"{name} holds no list of records" + (f" at {place}" if place else ""),
            expected="a list of objects",
            got=_describe(document),
            do="If the publisher moved the list, correct layout.records.",
        )
    if isinstance(document, dict) and document.get("next"):
        raise UnexpectedData(
            f"{name} is one page of several",
            expected="all records",
            got=f"the next page at {document['next']}",
            do="Declare the source with kind: api, which fetches every page.",
        )
    return found


def _describe(document: Any) -> str:
    if isinstance(document, dict):
        keys = ", ".join(list(document)[:SHOWN_KEYS])
        return f"an object with the keys {keys}" if keys else "an empty object"
    return "a list" if isinstance(document, list) else f"a single {type(document).__name__}"


def _columns(records: list[Any], known: Collection[str]) -> list[str]:
    """The keys of all records in order of appearance, then the declared paths that lead somewhere.

    A key that only the declared paths go into stands for itself no more.
    """
    objects = [record for record in records if isinstance(record, dict)]
    keys = dict.fromkeys(str(key) for record in objects for key in record)
    paths = [spelling for spelling in dict.fromkeys(known) if is_path(spelling) and spelling not in keys]
    plain = {header_key(spelling) for spelling in known if not is_path(spelling)}
    roots = {root_of(path) for path in paths}
    leading = [path for path in paths if any(resolve(record, path) is not MISSING for record in objects)]
    return [key for key in keys if key not in roots or header_key(key) in plain] + leading


def _batches(records: list[Any], columns: list[str], decimal: str) -> Iterator[RawBatch]:
    for start in range(0, len(records), BATCH_ROWS):
        numbered = list(enumerate(records[start : start + BATCH_ROWS], start + 1))
        objects = [(number, record) for number, record in numbered if isinstance(record, dict)]
        odd = [(number, "not_an_object") for number, record in numbered if not isinstance(record, dict)]
        table = pa.table(
            {
                name: pa.array([_cell(record, column, decimal) for _, record in objects], pa.string())
                for name, column in zip(column_names(len(columns)), columns, strict=True)
            }
        )
        if not columns:
            yield RawBatch(table, pa.array([], pa.int64()), (*odd, *((number, "blank_row") for number, _ in objects)))
            continue
        yield split_blank(table, pa.array([number for number, _ in objects], pa.int64()), odd)


def _cell(record: dict[str, Any], column: str, decimal: str) -> str:
    value = record[column] if column in record else resolve(record, column) if is_path(column) else None
    return cell_text(value, decimal)
