"""What a reader gives: a header and batches of text columns, every record with its number in the file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from etl.declare import Layout
from etl.errors import UnexpectedData
from etl.read.csv import open_csv
from etl.read.json import open_json
from etl.read.rows import RawTable
from etl.read.unquoted import open_unquoted
from etl.read.xlsx import open_xlsx

__all__ = ["Limits", "RawTable", "detect_kind", "open_table"]

HEAD_BYTES = 4096
MAGIC = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG picture",
    b"GIF8": "a GIF picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls)",
}
KIND_OF_FORMAT = {"CSV": "csv", "TSV": "csv", "XLSX": "xlsx", "JSON": "json", "GEOJSON": "json"}
CHUNK_BYTES, REFERENCE_BYTES = 1 << 22, 200
REFERENCE = re.compile(rb'<(?:\w+:)?(?:c|row)\s[^>]*?\br="([A-Z]{0,3})([0-9]{1,7})"')
"""Where a cell or a row of a sheet says that it stands (ECMA-376, 18.3.1.4 and 18.3.1.73)."""
CELL_BYTES = 24
"""What calamine takes for a cell, at least."""
NAMES = {"csv": "a text table", "xlsx": "an XLSX workbook", "json": "a JSON document"}


@dataclass(frozen=True)
class Limits:
    """What a file may grow to."""

    max_unpacked_bytes: int = 2 * 1024**3


def detect_kind(path: Path) -> str:
    """`csv`, `xlsx` or `json`, or what else the bytes are, in words, whatever the file is called."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        return "an empty file"
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(rb"<(!doctype html|html|head|\?xml)", text):
        return "an HTML or XML page"
    if text[:1] in (b"{", b"["):
        return "json"
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "a binary file"
    return "csv"


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return "a broken ZIP archive"
    return "xlsx" if "xl/workbook.xml" in names else "a ZIP archive"


def open_table(
    path: Path, *, format_name: str, layout: Layout, known: Collection[str], limits: Limits = Limits()
) -> RawTable:
    """Open the table in `path`.

    `format_name` is what the portal calls it (empty where it does not say), `known` the header spellings
    that the source declares: they choose the header row and, in a workbook, the sheet.
    Raises UnexpectedData where the content is not a table or not of the format that was promised.
    """
    kind = detect_kind(path)
    expected = KIND_OF_FORMAT.get(format_name)
    if kind not in NAMES or (expected is not None and kind != expected):
        raise UnexpectedData(
            f"{path.name} is not what it is said to be",
            expected=NAMES.get(expected or "", "a text table, an XLSX workbook or JSON"),
            got=NAMES.get(kind, kind),
            do="Look at the file on the portal; if it has moved, correct the source's pick rule.",
        )
    if kind == "xlsx":
        refuse_zip_bomb(path, limits)
        refuse_wide_sheet(path, limits)
        return open_xlsx(path, layout, known)
    if kind == "json":
        return open_json(path, layout, known)
    return open_unquoted(path, layout) if layout.cells else open_csv(path, layout, known)


def refuse_wide_sheet(path: Path, limits: Limits) -> None:
    """Raise UnexpectedData where a sheet would take too much room when it is opened.

    The reader holds a sheet as a rectangle up to its outermost cell, so that one cell at XFD1048576 makes a file of
    five kilobytes half a terabyte.
    """
    with zipfile.ZipFile(path) as archive:
        for name in (name for name in archive.namelist() if name.startswith("xl/worksheets/")):
            with archive.open(name) as sheet:
                rows, columns = _outermost(sheet)
            if rows * columns * CELL_BYTES > limits.max_unpacked_bytes:
                raise UnexpectedData(
                    f"{path.name}: a sheet has {rows:,} rows and {columns:,} columns and was not opened",
                    expected=f"at most {limits.max_unpacked_bytes // CELL_BYTES:,} cells",
                    do="Tell the publisher: a lone cell far out does that. If it is meant so, raise "
                    "ETL_MAX_UNPACKED_BYTES.",
                )


def _outermost(sheet: IO[bytes]) -> tuple[int, int]:
    """(rows, columns) that the references of a sheet's cells span."""
    rows, letters, rest = 0, b"", b""
    while chunk := sheet.read(CHUNK_BYTES):
        found = REFERENCE.findall(rest + chunk)
        rest = chunk[-REFERENCE_BYTES:]
        if found:
            rows = max(rows, *(int(number) for _, number in found))
            letters = max(letters, *{column for column, _ in found}, key=lambda column: (len(column), column))
    columns = 0
    for letter in letters:
        columns = columns * 26 + letter - ord("A") + 1
    return rows, columns


def refuse_zip_bomb(path: Path, limits: Limits) -> None:
    """Raise UnexpectedData before unpacking where the archive says that it unpacks to too much."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > limits.max_unpacked_bytes:
        raise UnexpectedData(
            f"{path.name} would unpack to {unpacked:,} bytes and was not opened",
            expected=f"at most {limits.max_unpacked_bytes:,} bytes",
            do="If the file is meant to be that large, raise ETL_MAX_UNPACKED_BYTES.",
        )
