"""The columns of a datastore table: a field of the release in PostgreSQL's types, which CKAN's clients expect."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from dashboard.ckan_api.site import LANGUAGE
from dashboard.package import Field, Resource
from dashboard.query.model import ROW_NUMBER

LARGEST = 2**63 - 1
TYPES = {"string": "text", "integer": "int4", "number": "float8", "boolean": "bool", "date": "date"}
NUMBERS = {"int": int, "int4": int, "int2": int, "numeric": Decimal, "float8": float}
_INTEGER = re.compile(r"\s*[+-]?\d{1,40}\s*")

Value = str | int | float | bool | Decimal | dt.date | tuple[str, ...]


class WrongValue(ValueError):
    """A value that a column cannot be compared with; says so as PostgreSQL does."""


def type_of(field: Field) -> str:
    """The type as PostgreSQL calls it."""
    if field.exact_type.startswith("decimal"):
        return "numeric"
    if field.exact_type.startswith("list"):
        return "_text"
    if field.exact_type == "int16":
        return "int2"
    return TYPES.get(field.type, "text")


def types_of(table: Resource) -> dict[str, str]:
    """The type of each column, the row's number first."""
    return {ROW_NUMBER: "int", **{field.name: type_of(field) for field in table.fields}}


def described(table: Resource, names: list[str]) -> list[dict[str, Any]]:
    """The columns as a search tells of them."""
    types = types_of(table)
    return [{"id": name, "type": types[name], **_info(table.field(name))} for name in names]


def _info(field: Field | None) -> dict[str, Any]:
    if field is None:
        return {}
    unit = f" ({field.unit})" if field.unit else ""
    info: dict[str, Any] = {
        "label": field.title[LANGUAGE] + unit,
        "notes": field.description[LANGUAGE] if field.description else "",
        "type_override": "",
        "label_translated": {language: title + unit for language, title in field.title.items()},
        "notes_translated": dict(field.description or {}),
    }
    return {"info": info}


def told(table: Resource) -> list[dict[str, Any]]:
    """The columns as `datastore_info` tells of them, with what holds of each."""
    keys = set(table.primary_key)
    return [
        {
            **column,
            "schema": {
                "native_type": _native(str(column["type"])),
                "notnull": column["id"] in keys,
                "index_name": None,
                "is_index": False,
                "uniquekey": False,
            },
        }
        for column in described(table, table.field_names())
    ]


def _native(kind: str) -> str:
    return {
        "int": "integer",
        "int4": "integer",
        "int2": "smallint",
        "float8": "double precision",
        "bool": "boolean",
    }.get(kind, "text[]" if kind == "_text" else kind)


def value_of(kind: str, value: Any) -> Value:
    """A value of a filter in the type of its column. Raises WrongValue."""
    if kind == "_text":
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise WrongValue(f"malformed array literal: {value!r}")
    if kind == "text":
        if isinstance(value, str):
            return value
        raise WrongValue(f"operator does not exist: text = {type(value).__name__}; write {value!r} in quotes")
    if kind == "bool":
        return _flag(value)
    if kind == "date":
        return _day(value)
    return _number(kind, value)


def _flag(value: Any) -> bool:
    words = {"true": True, "t": True, "yes": True, "1": True, "false": False, "f": False, "no": False, "0": False}
    found = value if isinstance(value, bool) else words.get(str(value).strip().lower())
    if found is None:
        raise WrongValue(f"invalid input syntax for type boolean: {value!r}")
    return found


def _day(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else _refuse_day(value)
    except ValueError:
        return _refuse_day(value)


def _refuse_day(value: Any) -> dt.date:
    raise WrongValue(f"invalid input syntax for type date: {value!r}")


def _number(kind: str, value: Any) -> Decimal | int | float:
    wrong = WrongValue(f"invalid input syntax for type {_native(kind)}: {value!r}")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise wrong
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise wrong from None
    if not number.is_finite() or abs(number) > LARGEST or -number.as_tuple().exponent > 15:  # type: ignore[operator]
        raise wrong
    if NUMBERS[kind] is int and number == number.to_integral_value():
        return int(number)
    return number if kind == "numeric" else float(number)
