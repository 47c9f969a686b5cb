"""What a file looks like: which columns in which order, and how numbers, dates and text are written."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Column:
    """A header as published, and the role of what stands below it (see `cells.py`); no role: always empty."""

    header: str
    role: str = ""


@dataclass(frozen=True)
class Layout:
    """One published layout."""

    columns: tuple[Column, ...]
    delimiter: str = ";"
    encoding: str = "utf-8"
    newline: str = "\n"
    date_format: str = "d.m.Y"
    thousands: str = ""
    blank_rows: int = 0
    has_total: bool = False
    sheet: str = "Data"
    sheets_before: tuple[str, ...] = ()
    sheets_after: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """The header row."""
        return tuple(column.header for column in self.columns)

    def renamed(self, role: str, header: str) -> Layout:
        """The same layout with another header over a role."""
        return replace(self, columns=tuple(Column(header, c.role) if c.role == role else c for c in self.columns))

    def without(self, role: str) -> Layout:
        """The same layout without the column of a role."""
        return replace(self, columns=tuple(c for c in self.columns if c.role != role))

    def position(self, role: str) -> int:
        """The index of the column of a role."""
        return next(index for index, column in enumerate(self.columns) if column.role == role)


def make_columns(pairs: str) -> tuple[Column, ...]:
    r"""Columns from lines `header = role`: `\n` in a header is a newline, a `_` at its end a space.

    >>> make_columns("Toimittajan\\nnro = supplier_number\nOsasto")
    (Column(header='Toimittajan\nnro', role='supplier_number'), Column(header='Osasto', role=''))
    """
    columns = []
    for line in pairs.strip().splitlines():
        header, _, role = (part.strip() for part in line.partition("="))
        header = header.replace("\\n", "\n")
        columns.append(Column(f"{header[:-1]} " if header.endswith("_") else header, role))
    return tuple(columns)
