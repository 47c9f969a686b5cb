"""The parameters of an action, as they came: texts in an address, any JSON in a body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.ckan_api.errors import Invalid

TRUE = ("true", "yes", "on", "t", "y", "1")
LARGEST = 2**31 - 1
"""The largest whole number that a parameter may be."""


@dataclass(frozen=True)
class Asked:
    """The parameters by name; each method reads one and raises Invalid where it is not what it should be."""

    values: Mapping[str, Any]

    def has(self, name: str) -> bool:
        """Whether the parameter is given; an empty one is not."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool | int | float):
            return str(value)
        if not isinstance(value, str):
            raise Invalid({name: ["Must be a Unicode string value"]})
        return value

    def required(self, *names: str) -> str:
        """A text that must be there, under the first of the names that is given."""
        for name in names:
            if self.has(name):
                return self.text(name)
        raise Invalid({names[0]: ["Missing value"]})

    def number(self, name: str, default: int) -> int:
        """A whole number from 0."""
        if not self.has(name):
            return default
        value = self.values[name]
        try:
            is_whole = isinstance(value, str | int) or (isinstance(value, float) and value.is_integer())
            number = int(value) if is_whole else None
        except ValueError:
            number = None
        if number is None:
            raise Invalid({name: ["Invalid integer"]})
        if number < 0:
            raise Invalid({name: ["Must be a natural number"]})
        return min(number, LARGEST)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Yes or no, in any of the ways in which CKAN has it."""
        value = self.values.get(name)
        return default if value in (None, "") else value is True or str(value).lower() in TRUE

    def json(self, name: str) -> Any:
        """Any value; a text is read as JSON."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip():
            return value or None
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as error:
            raise Invalid({name: ["Cannot parse JSON"]}) from error

    def names(self, name: str) -> list[str]:
        """Names one after another: a list, or a text with commas, in quotes where a name has one."""
        value = self.values.get(name)
        if isinstance(value, str):
            value = self.json(name) if value.lstrip().startswith("[") else value.split(",")
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Invalid({name: ["Not a list"]})
        return [text for one in value if (text := one.strip().strip('"'))]
