"""Files of topics other than purchases: small enough to be drawn as plain rows and written in one go."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import xlsxwriter

from etl.sample.workbook import CREATED


@dataclass(frozen=True)
class Euros:
    """An amount in cents: text with a decimal comma in CSV, a number in a workbook."""

    cents: int

    def __str__(self) -> str:
        """As a city's CSV writes it.

        >>> str(Euros(-123405))
        '-1234,05'
        """
        sign = "-" if self.cents < 0 else ""
        return f"{sign}{abs(self.cents) // 100},{abs(self.cents) % 100:02d}"


Row = Sequence[Any]


@dataclass(frozen=True)
class Drawn:
    """The records of a file: rows of cells under the topic's header, or objects for JSON.

    `planted` counts what is wrong with them, by what a tidy step makes of it; `rows` is how many are right.
    """

    records: list[Any]
    planted: dict[str, int]


@dataclass(frozen=True)
class Topic:
    """One file to be written, in its published layout."""

    portal: str
    dataset: str
    stem: str
    format: str
    year: int | None
    title: str
    key: str
    """The header without which the file is of no use; what `drift` renames and `missing_column` leaves out."""
    draw: Callable[[int], Drawn]
    """Seed -> records."""
    header: tuple[str, ...] = ()
    delimiter: str = ";"
    encoding: str = "utf-8"
    sheet: str = "Data"
    other_sheets: tuple[tuple[str, tuple[Row, ...]], ...] = field(default=())
    """Sheets that stand before the data."""
    wrapper: str = ""
    """In JSON, the key under which the records stand; none: the document is the list."""

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.stem}.{self.format.lower()}"

    def renamed(self, header: str | None) -> Topic:
        """The same records with another name over the key column; without the column for None."""
        if self.format == "JSON":
            return replace(self, draw=lambda seed: _renamed_objects(self.draw(seed), self.key, header))
        if header is not None:
            return replace(self, header=tuple(header if name == self.key else name for name in self.header))
        place = self.header.index(self.key)
        kept = tuple(name for name in self.header if name != self.key)
        return replace(self, header=kept, draw=lambda seed: _without_cell(self.draw(seed), place))


def _renamed_objects(drawn: Drawn, key: str, name: str | None) -> Drawn:
    objects = [
        {(name if k == key else k): v for k, v in record.items() if name is not None or k != key}
        if isinstance(record, dict)
        else record
        for record in drawn.records
    ]
    return Drawn(objects, drawn.planted)


def _without_cell(drawn: Drawn, place: int) -> Drawn:
    return Drawn([[*row[:place], *row[place + 1 :]] for row in drawn.records], drawn.planted)


def write_topic(path: Path, topic: Topic, seed: int) -> Drawn:
    """Write the file to `path`. Returns what it holds."""
    drawn = topic.draw(seed)
    {"CSV": _write_csv, "XLSX": _write_xlsx, "JSON": _write_json}[topic.format](path, topic, drawn)
    return drawn


def _write_csv(path: Path, topic: Topic, drawn: Drawn) -> None:
    with path.open("w", encoding=topic.encoding, newline="") as file:
        writer = csv.writer(file, delimiter=topic.delimiter, lineterminator="\r\n")
        writer.writerow(topic.header)
        writer.writerows([str(cell) for cell in row] for row in drawn.records)


def _write_xlsx(path: Path, topic: Topic, drawn: Drawn) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    book.set_properties({"created": CREATED, "title": "Generated sample data"})
    for name, rows in topic.other_sheets:
        _fill(book.add_worksheet(name), rows)
    _fill(book.add_worksheet(topic.sheet), [topic.header, *drawn.records])
    book.close()


def _fill(sheet: Any, rows: Iterable[Row]) -> None:
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, Euros):
                sheet.write_number(number, column, cell.cents / 100)
            elif isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif cell != "":
                sheet.write_string(number, column, cell)


def _write_json(path: Path, topic: Topic, drawn: Drawn) -> None:
    document: Any = {topic.wrapper: drawn.records} if topic.wrapper else drawn.records
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
