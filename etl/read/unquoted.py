"""Text tables whose cells are not quoted though they hold the delimiter: a line is cut where every cell fits what is
declared of it (`Layout.cells`).

The number of ways to cut a line is counted. It is kept only where there is exactly one, so that what stands in a
name can never move money to another column; a line that fits in no way or in several is set aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa

from etl.declare import Layout
from etl.errors import UnexpectedData
from etl.read.csv import find_encoding
from etl.read.rows import RawBatch, RawTable, column_names, header_key

BATCH_LINES = 8192
MOST_PARTS = 200
"""A line with more delimiters than that is no record."""
LINE_END = re.compile(r"[\s,;]+$")
"""Empty cells behind the last one, and the mark that ends a line."""
NO_FIT, NO_SINGLE_FIT, BLANK = "unreadable_record", "uncertain_record", "blank_row"


def open_unquoted(path: Path, layout: Layout) -> RawTable:
    """Open the table. Raises UnexpectedData where it cannot be decoded or its header is not the declared one."""
    encoding = layout.encoding or find_encoding(path)
    delimiter = layout.delimiter or ","
    with path.open(encoding=encoding) as file:
        try:
            header = tuple(cell.strip() for cell in clean_line(file.readline()).split(delimiter))
        except UnicodeDecodeError as error:
            raise UnexpectedData(f"{path.name} is not {encoding}: {error.reason}", expected=encoding) from error
    if [header_key(name) for name in header] != [header_key(name) for name in layout.cells]:
        raise UnexpectedData(
            f"{path.name} has another header than its cells are declared for",
            expected=", ".join(layout.cells),
            got=", ".join(header),
            do="Look at the file; correct layout.cells in the source's YAML.",
        )
    notes = {"encoding": encoding, "delimiter": delimiter, "header_row": "1"}
    return RawTable(header, _batches(path, encoding, delimiter, layout), notes)


def clean_line(line: str) -> str:
    r"""A line without what ends it, and unquoted where it is quoted as a whole.

    >>> clean_line('1,Auto,5,,;\n'), clean_line('"1,""Auto"" ry,5";\n')
    ('1,Auto,5', '1,"Auto" ry,5')
    """
    text = LINE_END.sub("", line.removeprefix("\ufeff"))
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        text = LINE_END.sub("", text[1:-1].replace('""', '"'))
    return text


def cut_line(line: str, delimiter: str, cells: Sequence[re.Pattern[str] | None]) -> list[str] | str:
    r"""The cells of a cleaned line, or why there are none; None among `cells` stands for free text.

    >>> code, money = re.compile(r"[A-Z]\d"), re.compile(r"\d+")
    >>> cut_line("A1,Sun, sea and sand,7", ",", [code, None, money])
    ['A1', 'Sun, sea and sand', '7']
    >>> cut_line("A1,Sun,sea", ",", [code, None, money]), cut_line("A1,a,7,b,7", ",", [code, None, money, None, money])
    ('unreadable_record', ['A1', 'a', '7', 'b', '7'])
    >>> cut_line("A1,a,7,7,b,7", ",", [code, None, money, None, money])
    'uncertain_record'
    """
    parts = line.split(delimiter)
    if len(parts) > MOST_PARTS:
        return NO_FIT
    end = len(parts)
    # ways[column][start]: in how many ways (0, 1 or more) the parts from `start` fill the columns from `column`,
    # and where the next column starts in one of them
    ways = [[(0, 0)] * (end + 1) for _ in range(len(cells) + 1)]
    ways[-1][end] = (1, end)
    for column in reversed(range(len(cells))):
        fits = cells[column]
        for start in range(end):
            count, follows = 0, 0
            for stop in range(start + 1, end + 1):
                rest = ways[column + 1][stop][0]
                if rest and (fits is None or fits.fullmatch(delimiter.join(parts[start:stop]).strip())):
                    count, follows = count + rest, stop
            ways[column][start] = (min(count, 2), follows)
    if ways[0][0][0] != 1:
        return NO_SINGLE_FIT if ways[0][0][0] else NO_FIT
    found, start = [], 0
    for column in range(len(cells)):
        stop = ways[column][start][1]
        found.append(delimiter.join(parts[start:stop]).strip())
        start = stop
    return found


def _batches(path: Path, encoding: str, delimiter: str, layout: Layout) -> Iterator[RawBatch]:
    cells = [re.compile(pattern) if pattern else None for pattern in layout.cells.values()]
    first = 1
    with path.open(encoding=encoding) as file:
        file.readline()
        while lines := _next_lines(file, path, encoding):
            yield _batch(lines, first, delimiter, cells)
            first += len(lines)


def _next_lines(file: Iterator[str], path: Path, encoding: str) -> list[str]:
    try:
        return list(islice(file, BATCH_LINES))
    except UnicodeDecodeError as error:
        raise UnexpectedData(f"{path.name} is not {encoding}: {error.reason}", expected=encoding) from error


def _batch(lines: list[str], first: int, delimiter: str, cells: Sequence[re.Pattern[str] | None]) -> RawBatch:
    rows: list[list[str]] = []
    numbers: list[int] = []
    aside: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=first):
        text = clean_line(line)
        found = cut_line(text, delimiter, cells) if text else BLANK
        if isinstance(found, str):
            aside.append((number, found))
        else:
            rows.append(found)
            numbers.append(number)
    columns = [pa.array([row[index] for row in rows], pa.string()) for index in range(len(cells))]
    table = pa.table(columns, names=column_names(len(cells)))
    return RawBatch(table, pa.array(numbers, pa.int64()), tuple(aside))
