"""Kinds of values that an address holds: each is described by a JSON Schema and read by the same rule."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboard.errors import InvalidQuery

LONGEST_NAMED = 60
"""Characters of a wrong value that its error repeats."""
WHOLE = (-(2**63), 2**63 - 1)
NUMBER = r"-?[0-9]{1,15}(\.[0-9]{1,6})?"
LONGEST_TEXT = 200
MOST_LISTED = 100
LONGEST_LIST = 4000
Wrong = Callable[[str, str], InvalidQuery]
"""The error of (name, value)."""


@dataclass(frozen=True)
class Kind:
    """What values are: as JSON Schema, how one is read (ValueError where it is none), and the error of a wrong one."""

    schema: Mapping[str, Any]
    parse: Callable[[str], Any]
    wrong: Wrong

    def read(self, name: str, text: str) -> Any:
        """The value of a text. Raises InvalidQuery."""
        try:
            return self.parse(text)
        except ValueError:
            raise self.wrong(name, _shorten(text)) from None


def whole(least: int = WHOLE[0], most: int = WHOLE[1]) -> Kind:
    """A whole number between two others.

    >>> whole(1, 5).read("limit", "3")
    3
    """

    def parse(text: str) -> int:
        number = int(_matching(r"-?[0-9]{1,19}", text))
        if not least <= number <= most:
            raise ValueError(text)
        return number

    schema: dict[str, Any] = {"type": "integer", "minimum": least, "maximum": most}
    if (least, most) == WHOLE:
        schema = {"type": "integer", "format": "int64", "minimum": least, "maximum": most}
    return Kind(
        schema,
        parse,
        lambda name, value: InvalidQuery(
            "{name} is a whole number from {least} to {most}; got {value!r}.",
            name=name, least=least, most=most, value=value,
        ),
    )  # fmt: skip


def number(exact: type[Decimal] | type[float] = Decimal) -> Kind:
    """A number with a point before its decimals, read as it is stored.

    >>> number().read("amount_eur__gt", "12.50")
    Decimal('12.50')
    """
    return Kind(
        {"type": "string", "pattern": f"^{NUMBER}$"},
        lambda text: exact(_matching(NUMBER, text)),
        lambda name, value: InvalidQuery(
            "{name} is a number such as -12.50, with at most 15 digits before the point and 6 behind it; "
            "got {value!r}.",
            name=name, value=value,
        ),
    )  # fmt: skip


def flag() -> Kind:
    """True or false."""
    values = {"true": True, "false": False}
    return Kind(
        {"type": "string", "enum": list(values)},
        lambda text: _chosen(values, text),
        lambda name, value: InvalidQuery("{name} is true or false; got {value!r}.", name=name, value=value),
    )


def day() -> Kind:
    """A day."""
    return Kind(
        {"type": "string", "format": "date"},
        lambda text: dt.date.fromisoformat(_matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)),
        lambda name, value: InvalidQuery("{name} is a day such as 2025-12-31; got {value!r}.", name=name, value=value),
    )


def text(longest: int = LONGEST_TEXT, shortest: int = 0) -> Kind:
    """Any text of some length."""

    def parse(found: str) -> str:
        if not shortest <= len(found) <= longest:
            raise ValueError(found)
        return found

    return Kind(
        {"type": "string", "minLength": shortest, "maxLength": longest},
        parse,
        lambda name, _: InvalidQuery(
            "{name} is a text of {least} to {most} characters.", name=name, least=shortest, most=longest
        ),
    )


def choice(values: Iterable[str]) -> Kind:
    """One of some words."""
    known = {value: value for value in values}
    return Kind(
        {"type": "string", "enum": list(known)},
        lambda found: _chosen(known, found),
        lambda name, value: InvalidQuery(
            "{name} is one of {names}; got {value!r}.", name=name, names=", ".join(known), value=value
        ),
    )


def told(schema: Mapping[str, Any]) -> Kind:
    """What is described here and read elsewhere, by a protocol's own rules."""
    return Kind(schema, str, text().wrong)


def matching(pattern: str, like: str) -> Kind:
    """A text of one form, `like` an example of it."""
    return Kind(
        {"type": "string", "pattern": f"^{pattern}$"},
        lambda found: _matching(pattern, found),
        lambda name, value: InvalidQuery(
            "{name} is written like {like}; got {value!r}.", name=name, like=like, value=value
        ),
    )  # fmt: skip


def names(known: Iterable[str], most: int, sign: str = "") -> Kind:
    """Some of these names, parted by commas, each once; `sign` may stand before one.

    >>> names(("a", "b"), 3, "-").read("sort", "-b,a,-b")
    ('-b', 'a')
    """
    words = list(known)
    one = f"{sign}?({'|'.join(map(re.escape, words))})" if sign else f"({'|'.join(map(re.escape, words))})"
    pattern = f"{one}(,{one}){{0,{most - 1}}}"

    def parse(found: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_matching(pattern, found).split(",")))

    return Kind(
        {"type": "string", "pattern": f"^{pattern}$"},
        parse,
        lambda name, value: InvalidQuery(
            "{name} holds 1 to {most} of these, with commas between: {names}; got {value!r}.",
            name=name, most=most, names=", ".join(words), value=value,
        ),
    )  # fmt: skip


def several(one: Kind) -> Kind:
    """Values of a kind parted by commas; texts of any length that the whole has room for, in quotes as in CSV where
    there is a comma in them.

    >>> several(text()).read("supplier_name__in", '"Oy, Ab",Alfa')
    ('Oy, Ab', 'Alfa')
    """
    pattern = one.schema.get("pattern", "").strip("^$") or _PATTERNS.get(one.schema["type"], "")
    if one.schema.get("format") == "date":
        pattern = _DAY
    listed = f"({pattern or _QUOTED})(,({pattern or _QUOTED})){{0,{MOST_LISTED - 1}}}"

    def parse(found: str) -> tuple[Any, ...]:
        if len(found) > LONGEST_LIST:
            raise ValueError(found)
        if pattern:
            return tuple(one.parse(part) for part in found.split(",", MOST_LISTED - 1))
        (parts,) = csv.reader([_matching(listed, found)]) if found else [[""]]
        return tuple(parts)

    return Kind(
        {"type": "string", "maxLength": LONGEST_LIST, "pattern": f"^{listed}$"},
        parse,
        lambda name, value: InvalidQuery(
            "{name} holds 1 to {most} values with commas between; one of {value!r} is not of the field's type.",
            name=name, most=MOST_LISTED, value=value,
        ),
    )  # fmt: skip


_DAY = (
    r"[12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))"
)
"""Days that are in every year."""
_PATTERNS = {"integer": r"-?[0-9]{1,18}"}
_QUOTED = r'[^",\r\n]*|"([^"\r\n]|"")*"'
"""A text as a field of CSV (RFC 4180): in quotes where it holds a comma or a quote, which then stands twice."""


def _matching(pattern: str, found: str) -> str:
    if not re.fullmatch(pattern, found, re.ASCII):
        raise ValueError(found)
    return found


def _chosen(values: Mapping[str, Any], found: str) -> Any:
    if found not in values:
        raise ValueError(found)
    return values[found]


def _shorten(found: str) -> str:
    return found if len(found) <= LONGEST_NAMED else f"{found[:LONGEST_NAMED]}…"
