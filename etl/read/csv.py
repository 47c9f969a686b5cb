"""Text tables in any dialect that a city may publish: delimiter, encoding and header row are found, then
pyarrow parses. Records with too many or too few cells are kept where nothing is lost, else set aside."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from charset_normalizer import from_bytes

from etl.declare import Layout
from etl.errors import UnexpectedData
from etl.read.rows import (
    HEADER_SEARCH_ROWS,
    RawBatch,
    RawTable,
    column_names,
    count_known,
    find_header,
    split_blank,
)

DELIMITERS = (";", ",", "\t", "|")
SAMPLE_BYTES = 1 << 16
BLOCK_BYTES = 1 << 23
PIECE_BYTES = 1 << 18
NO_ROWS = ("Empty CSV", "Could not skip initial")
"""What Arrow says of a file that ends with its header, with and without a line end."""
ONE_BYTE = ("cp1252", "iso8859-1")
"""Encodings that agree but for the bytes 0x80 to 0x9f, which hardly any file holds. The first has letters there, the
second nothing that a person writes, so that a file in either is read as the first."""
SWALLOWED_LINES = 3
"""A cell of so many lines that are whole records is what stood behind a quote that nobody closed."""
SWALLOWED_RAGGED = 10
"""The same of a record that has another number of cells, whose own cells may hold some line ends."""
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def find_encoding(path: Path) -> str:
    """The encoding of a file: by its BOM, else UTF-8 if every byte of it is, else what the library finds."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
        for bom, name in BOMS:
            if head.startswith(bom):
                return name
        chunk = head
        while chunk:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                best = from_bytes(chunk, cp_isolation=["cp1252", "latin_1"]).best()
                found = best.encoding if best else "latin-1"
                return "cp1252" if codecs.lookup(found).name in ONE_BYTE else found
            chunk = file.read(1 << 20)
    return "utf-8"


def find_dialect(text: str, delimiter: str | None, known: Collection[str]) -> tuple[str, int, tuple[str, ...]]:
    """(delimiter, index of the header record, header): the pair under which most known headers are found."""
    best: tuple[tuple[int, int], str, int, tuple[str, ...]] | None = None
    keys = set(known)
    for candidate in [delimiter] if delimiter else DELIMITERS:
        rows = _sample_rows(text, candidate)
        if not rows:
            continue
        index = find_header(rows, keys)
        header = tuple(rows[index])
        hits = count_known(header, keys)
        if best is None or (hits, len(header)) > best[0]:
            best = ((hits, len(header)), candidate, index, header)
    if best is None:
        raise UnexpectedData("the file holds no rows", expected="a header row")
    return best[1], best[2], best[3]


def _sample_rows(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == HEADER_SEARCH_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def open_csv(path: Path, layout: Layout, known: Collection[str]) -> RawTable:
    """Open a text table. Raises UnexpectedData where it cannot be decoded or holds no header."""
    encoding = layout.encoding or find_encoding(path)
    with path.open(encoding=encoding, errors="strict", newline="") as file:
        try:
            text = file.read(SAMPLE_BYTES).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise UnexpectedData(
                f"{path.name} is not {encoding}: {error.reason}",
                expected=encoding,
                do="Correct layout.encoding.",
            ) from error
    delimiter, header_index, header = find_dialect(text, layout.delimiter, known)
    notes = {"encoding": encoding, "delimiter": delimiter, "header_row": str(header_index + 1)}
    skip = _physical_records(text, delimiter, header_index)
    return RawTable(header, _batches(path, encoding, delimiter, skip, len(header)), notes)


def _physical_records(text: str, delimiter: str, header_index: int) -> int:
    """How many lines stand before the first record after the header (a quoted header may hold newlines)."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for _ in range(header_index + 1):
        next(reader)
    return reader.line_num


class _Ragged:
    """Collects the records that have another number of cells than the header."""

    def __init__(self, width: int, delimiter: str, skipped: int) -> None:
        self.width, self.delimiter, self.skipped = width, delimiter, skipped
        self.mended: list[tuple[int, list[str]]] = []
        self.set_aside: list[tuple[int, str]] = []
        self.swallowed: list[int] = []
        """Records that hold others, since a quote was not closed."""

    def __call__(self, row: pa_csv.InvalidRow) -> str:
        number = row.number - self.skipped
        if row.text.count("\n") >= SWALLOWED_RAGGED and is_swallowed(row.text, self.delimiter, self.width):
            self.swallowed.append(number)
            return "skip"
        cells = next(csv.reader([row.text], delimiter=self.delimiter), [])
        extra = "".join(cells[self.width :]).strip(" ;,\t")
        if extra or not cells:
            self.set_aside.append((number, "too_many_cells" if extra else "blank_row"))
        elif len(cells) < self.width and any(cell.strip() for cell in cells):
            self.set_aside.append((number, "too_few_cells"))
        else:
            self.mended.append((number, (cells + [""] * self.width)[: self.width]))
        return "skip"


def _batches(path: Path, encoding: str, delimiter: str, skip: int, width: int) -> Iterator[RawBatch]:
    ragged = _Ragged(width, delimiter, skip)
    names = column_names(width)
    try:
        with pa_csv.open_csv(
            _open_utf8(path, encoding),
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=BLOCK_BYTES, skip_rows=skip, column_names=names
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                invalid_row_handler=ragged,
                ignore_empty_lines=False,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False
            ),
        ) as reader:
            yield from _numbered(reader, ragged, names)
    except UnicodeDecodeError as error:
        raise UnexpectedData(f"{path.name} is not {encoding}: {error.reason}", expected=encoding) from error
    except pa.ArrowInvalid as error:
        if any(said in str(error) for said in NO_ROWS):
            return
        raise UnexpectedData(f"{path.name} cannot be read as a table: {error}") from error


def _open_utf8(path: Path, encoding: str) -> pa.NativeFile:
    """The file's text as UTF-8; pyarrow's own way through Python's codecs takes as long as parsing does."""
    name = codecs.lookup(encoding).name
    if name == "utf-8":
        return pa.OSFile(str(path))
    decoder = codecs.getincrementaldecoder(encoding)()

    def to_utf8(piece: memoryview) -> bytes:
        if name in ONE_BYTE and not ((np.frombuffer(piece, np.uint8) & 0xE0) == 0x80).any():
            return str(piece, "latin-1").encode()
        return decoder.decode(piece, final=not piece).encode()

    def all_to_utf8(block: pa.Buffer) -> bytes:
        """In pieces that stay in the processor's cache, which takes half the time; an empty block is the last."""
        view = memoryview(block)
        return b"".join(to_utf8(view[at : at + PIECE_BYTES]) for at in range(0, len(view) or 1, PIECE_BYTES))

    return pa.TransformInputStream(pa.OSFile(str(path)), all_to_utf8)


def _numbered(reader: pa_csv.CSVStreamingReader, ragged: _Ragged, names: list[str]) -> Iterator[RawBatch]:
    """Batches with each record's number: those that the parser skipped leave gaps in the count."""
    next_number = 1
    pending: set[int] = set()
    for batch in reader:
        _refuse_swallowed(batch, ragged, next_number)
        odd = [number for number, _ in ragged.mended] + [number for number, _ in ragged.set_aside]
        pending.update(odd)
        candidates = np.arange(next_number, next_number + batch.num_rows + len(pending))
        numbers = candidates[~np.isin(candidates, list(pending))][: batch.num_rows] if pending else candidates
        next_number = int(numbers[-1]) + 1 if len(numbers) else next_number
        pending = {number for number in pending if number >= next_number}
        yield _with_mended(pa.Table.from_batches([batch]), numbers, ragged, names)
    _refuse_swallowed(None, ragged, next_number)
    if ragged.mended or ragged.set_aside:
        empty = pa.table({name: pa.array([], pa.string()) for name in names})
        yield _with_mended(empty, np.array([], dtype=np.int64), ragged, names)


def is_swallowed(text: str, delimiter: str, width: int) -> bool:
    r"""Whether a text holds lines that are records of `width` cells themselves.

    >>> is_swallowed('a;"b\n1;2;3\n4;5;6\n7;8;9', ";", 3), is_swallowed("one; two\n\n\nthree", ";", 3)
    (True, False)
    """
    lines = text.count("\n")
    return lines >= SWALLOWED_LINES and text.count(delimiter) >= max((lines - 1) * (width - 1), lines)


def _refuse_swallowed(batch: pa.RecordBatch | None, ragged: _Ragged, first: int) -> None:
    """Raise UnexpectedData where a cell or a ragged record of the batch has swallowed other records."""
    found = list(ragged.swallowed)
    for column in batch.columns if batch is not None else ():
        data = column.buffers()[2]
        if data is None or not (np.frombuffer(data, np.uint8) == ord("\n")).any():
            continue
        many = pc.greater_equal(pc.count_substring(column, "\n"), SWALLOWED_LINES)
        places = (int(place) for place in np.flatnonzero(many.to_numpy(zero_copy_only=False)))
        found += [first + at for at in places if is_swallowed(column[at].as_py(), ragged.delimiter, ragged.width)]
    if found:
        raise UnexpectedData(
            f"a quote is not closed near record {min(found)}: what stands behind it would be lost",
            expected="quotes in pairs, those within a cell doubled",
            do="Tell the publisher; the last good file stays in use.",
        )


def _with_mended(columns: pa.Table, numbers: np.ndarray, ragged: _Ragged, names: list[str]) -> RawBatch:
    mended, set_aside = ragged.mended, ragged.set_aside
    ragged.mended, ragged.set_aside = [], []
    if mended:
        cells = list(zip(*(row for _, row in mended), strict=True))
        more = pa.table({name: pa.array(list(column), pa.string()) for name, column in zip(names, cells, strict=True)})
        columns = pa.concat_tables([columns, more])
        numbers = np.append(numbers, [number for number, _ in mended])
        columns = columns.combine_chunks()
    return split_blank(columns, pa.array(numbers, pa.int64()), set_aside)
