"""Takes a difference at its word: what a program makes of a table with nothing but the CSV or the JSON of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n)')


def read_texts(path):
    """(names, rows) of a CSV as it is: None is an empty cell, "" an empty text in quotes."""
    text, at, rows = Path(path).read_bytes().decode(), 0, [[]]
    while at < len(text):
        cell = CELL.match(text, at)
        quoted, plain, end = cell.groups()
        rows[-1].append((plain or None) if quoted is None else quoted.replace('""', '"'))
        if end != ",":
            rows.append([])
        at = cell.end()
    names, *rows, _ = rows
    return names, [tuple(row) for row in rows]


def apply_csv(old, header, changes, key, names):
    """The rows of a table (as `names`) with the lines of the CSV applied to those before."""
    old_names, rows = old
    table = [dict(zip(old_names, row, strict=True)) for row in rows]
    told = [dict(zip(header, line, strict=True)) for line in changes]

    def side(line, end):
        plain = {name: line[name] for name in key if name in header}
        return plain | {name.removesuffix(end): value for name, value in line.items() if name.endswith(end)}

    pairs = [(line["change"], int(line["rows_count"]), side(line, ".before"), side(line, ".after")) for line in told]
    return _apply(table, pairs, key, names)


def apply_json(old, table_json, names):
    """The same with a table of the JSON; values become the texts that a CSV has."""
    old_names, rows = old
    table = [dict(zip(old_names, row, strict=True)) for row in rows]
    pairs = [
        (
            line["change"], line["rows_count"], *(
                {name: text_of(value) for name, value in (line[end] or {}).items()} for end in ("before", "after")
            ),
        )
        for line in table_json["rows"]
    ]  # fmt: skip
    return _apply(table, pairs, table_json["key"], names)


def text_of(value):
    """A value of JSON (numbers read as the texts that they stand as) as the text of a CSV's cell."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "|".join(value)
    return None if value is None else str(value)


def read_json(text):
    return json.loads(text, parse_float=str, parse_int=int)


def _apply(table, pairs, key, names):
    """Rows that went are taken away, those that came put in, each as it says; runs move as a whole."""
    rows, moving = [dict(row) for row in table], []
    if not key:
        for change, _, before, _ in pairs:
            if change == "removed":
                rows.remove(next(row for row in rows if all(row[name] == value for name, value in before.items())))
    else:
        there = {tuple(row[name] for name in key): row for row in rows}
        for change, count, before, after in pairs:
            if change == "moved":
                first, to = int(before[key[1]]), int(after[key[1]])
                for step in range(count):
                    row = there.pop((before[key[0]], str(first + step)))
                    moving.append(row | {key[0]: after[key[0]], key[1]: str(to + step)})
            elif change != "added":
                gone = there.pop(tuple(before[name] for name in key))
                assert {name: gone[name] for name in before} == before
        rows = [*there.values(), *moving]
    rows += [after for change, _, _, after in pairs if change in ("added", "changed")]
    return sorted_rows([tuple(row.get(name) for name in names) for row in rows])


def sorted_rows(rows):
    return sorted(rows, key=lambda row: [(value is not None, value or "") for value in row])


def csv_bytes(names, rows):
    """Rows of texts as a release's CSV has them."""

    def cell(value):
        if value is None:
            return ""
        if value == "" or any(sign in value for sign in ',"#\r\n'):
            return '"' + value.replace('"', '""') + '"'
        return value

    return "".join(f"{','.join(map(cell, row))}\r\n" for row in [names, *rows]).encode()
