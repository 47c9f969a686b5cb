"""The filters of `datastore_search`: values by column, lists of them, comparisons, `$or` and `$and`."""

from __future__ import annotations

from typing import Any

from dashboard.ckan_api.columns import Value, WrongValue, value_of
from dashboard.ckan_api.errors import Invalid
from dashboard.query.model import Combined, Condition, Filter, Operator

DEEPEST, MOST = 10, 100
"""How deep filters may lie within filters, and how many there may be; CKAN's own bounds."""
MOST_VALUES = 10_000
"""Values of one list, at most."""
OPERATORS: dict[str, Operator] = {"eq": "eq", "lt": "lt", "lte": "le", "gt": "gt", "gte": "ge"}


def parse_filters(value: Any, types: dict[str, str]) -> Condition | None:
    """The condition that filters say; `types` are the columns' types by name. Raises Invalid."""
    if not value:
        return None
    parser = _Parser(types)
    if isinstance(value, list):
        return parser.members(value, "any", 0)
    if not isinstance(value, dict):
        raise _invalid("Filters must be defined as a dict or a list of dicts")
    return parser.member(value, 0)


def _invalid(why: str) -> Invalid:
    return Invalid({"filters": [why]})


class _Parser:
    """Reads filters and counts them."""

    def __init__(self, types: dict[str, str]) -> None:
        self._types = types
        self._count = 0

    def members(self, value: Any, how: str, depth: int) -> Condition:
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise _invalid(f"Filter operations must be defined as a list of dicts: {str(value)[:80]}")
        if depth >= DEEPEST:
            raise _invalid("Maximum nesting depth for filter operations reached")
        return Combined("any" if how == "any" else "all", tuple(self.member(one, depth + 1) for one in value))

    def member(self, value: dict[str, Any], depth: int) -> Condition:
        """All that stands in one object holds at once."""
        found: list[Condition] = []
        for name, wanted in value.items():
            self._add()
            if name in ("$or", "$and"):
                found.append(self.members(wanted, "any" if name == "$or" else "all", depth))
            elif name.startswith("$") and not name.startswith("$$"):
                raise _invalid(f"Unknown operators (must be one of $or, $and): {name}")
            else:
                found.append(self._column(name[1:] if name.startswith("$$") else name, wanted))
        return found[0] if len(found) == 1 else Combined("all", tuple(found))

    def _add(self) -> None:
        self._count += 1
        if self._count > MOST:
            raise _invalid("Maximum number of filter operations exceeded")

    def _column(self, name: str, wanted: Any) -> Condition:
        kind = self._types.get(name)
        if kind is None:
            raise _invalid(f"Unknown field: {name}")
        if isinstance(wanted, dict):
            return self._compared(name, kind, wanted)
        if not isinstance(wanted, list):
            return self._equal(name, kind, wanted)
        if kind == "_text" and not any(isinstance(one, dict) for one in wanted):
            return self._equal(name, kind, wanted)
        return self._one_of(name, kind, wanted)

    def _one_of(self, name: str, kind: str, wanted: list[Any]) -> Condition:
        if len(wanted) > MOST_VALUES:
            raise _invalid(f"A list of filters holds at most {MOST_VALUES} values")
        values = [one for one in wanted if not isinstance(one, dict) and one is not None]
        parts: list[Condition] = [self._compared(name, kind, one) for one in wanted if isinstance(one, dict)]
        if values:
            checked = tuple(self._value(kind, one) for one in values)
            parts.append(Filter(name, "in", checked))  # type: ignore[arg-type]  # no list stands in a list
        if None in wanted:
            parts.append(Filter(name, "is_null"))
        return Combined("any", tuple(parts))

    def _compared(self, name: str, kind: str, wanted: dict[str, Any]) -> Condition:
        found: list[Condition] = []
        for operator, value in wanted.items():
            self._add()
            if operator == "in" and isinstance(value, list):
                found.append(self._one_of(name, kind, value))
            elif operator == "eq":
                found.append(self._equal(name, kind, value))
            elif operator not in OPERATORS or kind == "_text":
                raise _invalid(f"Unknown filter operation: {operator!r}")
            else:
                found.append(Filter(name, OPERATORS[operator], self._value(kind, value)))
        return Combined("all", tuple(found))

    def _equal(self, name: str, kind: str, value: Any) -> Condition:
        """Nothing asks for rows that have nothing there."""
        if value is None:
            return Filter(name, "is_null")
        return Filter(name, "eq", self._value(kind, value))

    def _value(self, kind: str, value: Any) -> Value:
        try:
            return value_of(kind, value)
        except WrongValue as error:
            raise Invalid({"query": ["Invalid query"], "info": {"orig": [str(error)]}}) from None
