"""Which rows of a table an address asks for: `?city_code=091&amount_eur.ge=1000`.

`FIELD=VALUE` keeps the rows that have this value, several of them those that have one of these, an empty one those that
have none; `FIELD.ge=VALUE` and `FIELD.le=VALUE` keep those from a value or up to it. All conditions hold together.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from dashboard.errors import InvalidQuery, UnknownField
from dashboard.package import Field, Resource
from dashboard.query.model import Filter, Query, Scalar

NEUTRAL = ("lang", "variant", "release")
"""What an address holds besides fields."""
LARGEST = 2**63 - 1


def table_query(resource: Resource, arguments: Mapping[str, Sequence[str]]) -> Query:
    """Rows of the table, whole. Raises UnknownField or InvalidQuery."""
    asked = [(name, values) for name, values in arguments.items() if name not in NEUTRAL]
    return Query(resource.name, filters=tuple(_filter(resource, name, values) for name, values in sorted(asked)))


def query_words(query: Query) -> str:
    """The filters of such a query as they stand in an address, for people to read; empty where there are none.

    >>> query_words(Query("purchases", filters=(Filter("city_code", "in", ("091", "853")), Filter("year", "ge", 2024))))
    'city_code=091|853; year>=2024'
    """
    signs = {"ge": ">=", "le": "<="}
    said = []
    for item in query.filters:
        values = item.value if isinstance(item.value, tuple) else () if item.value is None else (item.value,)
        said.append(f"{item.field}{signs.get(item.operator, '=')}{'|'.join(_text(value) for value in values)}")
    return "; ".join(said)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _filter(resource: Resource, name: str, values: Sequence[str]) -> Filter:
    field_name, _, operator = name.partition(".")
    field = resource.field(field_name)
    if field is None or operator not in ("", "ge", "le"):
        names = ", ".join(resource.field_names())
        raise UnknownField("Table {table} has no field {name!r}; it has {names}.", table=resource.name, name=name,
                           names=names)  # fmt: skip
    if operator:
        return Filter(field_name, "ge" if operator == "ge" else "le", _value(field, values[-1]))
    if "" in values:
        if len(set(values)) > 1:
            raise InvalidQuery("{name} is asked for both empty and with values: ask for one of these.", name=name)
        return Filter(field_name, "is_null")
    found = tuple(dict.fromkeys(_value(field, text) for text in values))
    return Filter(field_name, "eq", found[0]) if len(found) == 1 else Filter(field_name, "in", found)


def _value(field: Field, text: str) -> Scalar:
    """The text as a value of the field. Raises InvalidQuery."""
    read = READERS.get(field.type) if not field.exact_type.startswith("list") else None
    if read is None:
        raise InvalidQuery("{name} holds lists, by which rows cannot be chosen here.", name=field.name)
    try:
        return read(text)
    except (ValueError, KeyError, ArithmeticError) as error:
        raise InvalidQuery(
            "{name} holds {kind}, and {value} is none.", name=field.name, kind=field.type, value=repr(text[:60])
        ) from error


def _whole(text: str) -> int:
    number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,19}", text, re.ASCII) else LARGEST + 1
    if abs(number) > LARGEST:
        raise ValueError(text)
    return number


def _number(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?[0-9]{1,16}(\.[0-9]{1,12})?", text, re.ASCII):
        raise ValueError(text)
    return Decimal(text)


READERS: Mapping[str, Callable[[str], Scalar]] = {
    "string": str,
    "integer": _whole,
    "number": _number,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": dt.date.fromisoformat,
}
