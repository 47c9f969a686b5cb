"""How a table of two releases is compared: by what its rows are known again, and which of its fields came and went."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dashboard.package import Field, Package, Resource

By = Literal["key", "place", "content"]
"""By its primary key; by content within its source, where the key is but a row's place in a file; by content alone,
where it has no key or another one than before."""
KINDS = ("removed", "changed", "added", "moved")
"""In the order in which they are told, and may be applied."""
PLACE = ("snapshot_id", "row_number")
"""A primary key that tells where a row stood in a source's file, and nothing of the row."""
BEFORE, AFTER = ".before", ".after"
"""Behind the name of a field: its value in the earlier release and in the later one."""


@dataclass(frozen=True)
class Comparison:
    """A table of two releases; it may be missing in one of them."""

    name: str
    before: Package
    after: Package

    @cached_property
    def old(self) -> Resource | None:
        """The table in the earlier release."""
        return self.before.resource(self.name) if self.before.has(self.name) else None

    @cached_property
    def new(self) -> Resource | None:
        """The table in the later release."""
        return self.after.resource(self.name) if self.after.has(self.name) else None

    @property
    def table(self) -> Resource:
        """The table as the later release describes it, else as the earlier one did."""
        found = self.new or self.old
        if found is None:
            raise ValueError(f"no release has the table {self.name}")
        return found

    @property
    def sides(self) -> tuple[Resource, ...]:
        """The table in each release that has it."""
        return tuple(one for one in (self.old, self.new) if one is not None)

    @cached_property
    def by(self) -> By:
        """By what rows are known again."""
        keys = {one.primary_key for one in self.sides}
        if len(keys) > 1 or not self.table.primary_key:
            return "content"
        if self.table.primary_key != PLACE:
            return "key"
        return "content" if {*PLACE} & {*self.fields_retyped} else "place"

    @property
    def key(self) -> tuple[str, ...]:
        """The fields by which a row is known; none where rows are compared by content alone."""
        return self.table.primary_key if self.by != "content" else ()

    @property
    def one_column(self) -> tuple[str, ...]:
        """The fields of the key that have the same value before and after."""
        return self.key if self.by == "key" else ()

    @cached_property
    def fields_before(self) -> tuple[Field, ...]:
        """The fields of the earlier release."""
        return self.old.fields if self.old else ()

    @cached_property
    def fields_after(self) -> tuple[Field, ...]:
        """The fields of the later release."""
        return self.new.fields if self.new else ()

    @property
    def fields_added(self) -> tuple[str, ...]:
        """The fields that came, of a table that both releases have."""
        return _beyond(self.fields_after, self.fields_before) if len(self.sides) > 1 else ()

    @property
    def fields_removed(self) -> tuple[str, ...]:
        """The fields that went, of a table that both releases have."""
        return _beyond(self.fields_before, self.fields_after) if len(self.sides) > 1 else ()

    @property
    def fields_retyped(self) -> tuple[str, ...]:
        """The fields whose values are of another type than before."""
        return tuple(name for name in self.shared if self.type_of(name, AFTER) != self.type_of(name, BEFORE))

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The fields that both releases have."""
        names = {field.name for field in self.fields_before}
        return tuple(field.name for field in self.fields_after if field.name in names)

    @property
    def is_same(self) -> bool:
        """Whether both releases hold the very same file of it."""
        hashes = {one.hash for table in self.sides for one in table.distributions if one.format == "csv"}
        return len(self.sides) == 2 and len(hashes) == 1

    def type_of(self, name: str, side: str) -> str | None:
        """The stored type of a field on a side; None where it is not there."""
        fields = self.fields_before if side == BEFORE else self.fields_after
        return next((field.exact_type for field in fields if field.name == name), None)

    def columns(self) -> list[tuple[str, str]]:
        """(field, side) of each value that a row of the difference has, in order; a key that is the same on both sides
        stands first, with no side."""
        names = [field.name for field in self.fields_after]
        names += [field.name for field in self.fields_before if field.name not in names]
        pairs = [(name, side) for name in names if name not in self.one_column for side in (BEFORE, AFTER)]
        return [(name, "") for name in self.one_column] + [
            (name, side) for name, side in pairs if self.type_of(name, side) is not None
        ]


def _beyond(fields: tuple[Field, ...], others: tuple[Field, ...]) -> tuple[str, ...]:
    known = {field.name for field in others}
    return tuple(field.name for field in fields if field.name not in known)
