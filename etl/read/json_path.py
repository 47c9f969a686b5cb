"""Dotted paths into JSON records, as a source's `columns` write them.

`organization.name` goes into an object, `names.0.value` takes an element of a list, `names[language=fi].value` the
first element that holds that value, and `producers.type` collects `type` from all elements.
"""

from __future__ import annotations

import re
from typing import Any, Final

SEGMENT = re.compile(r"(?P<name>[^.\[\]]+)(?:\[(?P<key>[^=\]]+)=(?P<value>[^\]]*)\])?")


class Missing:
    """What a path leads to where a record has nothing of it: neither a value nor a null."""


MISSING: Final = Missing()


def is_path(spelling: str) -> bool:
    """Whether a header spelling is a path rather than a plain key."""
    return "." in spelling or "[" in spelling


def root_of(path: str) -> str:
    """The key with which a path begins.

    >>> root_of("names[language=fi].value")
    'names'
    """
    found = SEGMENT.match(path)
    return found["name"] if found else path


def resolve(record: Any, path: str) -> Any:
    """What stands at `path` of a record, MISSING where nothing does.

    >>> record = {"a": {"b": 1}, "names": [{"lang": "sv", "v": "ett"}, {"lang": "fi", "v": "yksi"}]}
    >>> resolve(record, "a.b"), resolve(record, "names.0.v"), resolve(record, "names[lang=fi].v")
    (1, 'ett', 'yksi')
    >>> resolve(record, "names.v"), resolve(record, "a.c") is MISSING
    (['ett', 'yksi'], True)
    """
    return _follow(record, list(SEGMENT.finditer(path)))


def _follow(value: Any, segments: list[re.Match[str]]) -> Any:
    if not segments or value is MISSING:
        return value
    segment, rest = segments[0], segments[1:]
    name = segment["name"]
    if isinstance(value, list):
        if name.isdigit():
            return _follow(value[int(name)], rest) if int(name) < len(value) else MISSING
        found = [item for item in (_follow(element, segments) for element in value) if item is not MISSING]
        return found or MISSING
    if not isinstance(value, dict) or name not in value:
        return MISSING
    value = value[name]
    if segment["key"] is not None:
        value = _first_with(value, segment["key"], segment["value"])
    return _follow(value, rest)


def _first_with(value: Any, key: str, wanted: str) -> Any:
    elements = value if isinstance(value, list) else []
    return next((e for e in elements if isinstance(e, dict) and str(e.get(key)) == wanted), MISSING)
