"""A table as lines of CSV, each ended by CR and LF as RFC 4180 has it. Texts are quoted once a distinct text, and
columns of few combinations (a cost centre's code and name, a constant beside anything) are joined before they are
repeated over the rows; a test holds the result against DuckDB's writer.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from etl.tidy.each import decode, encode, repeat

LINE_END = "\r\n"
SAMPLE_ROWS = 1000
FEW = 8
"""Values stand on so many rows each, at least, where they are called few."""
TELLS = 1.2
"""One column tells the other where their combinations are hardly more than its values."""
REPEATED = (pa.bool_(), pa.int16(), pa.date32())
"""Types whose values repeat."""


def header_line(names: list[str]) -> bytes:
    """The first line."""
    return f"{','.join(names)}{LINE_END}".encode()


def csv_lines(rows: pa.Table) -> pa.Buffer:
    r"""The lines of `rows`: null is an empty cell, an empty text is quoted, lists are joined by `|`.

    >>> bytes(csv_lines(pa.table({"a": ["x, y", None, ""], "b": [1, 2, None]})))
    b'"x, y",1\r\n,2\r\n"",\r\n'
    """
    if not rows.num_rows:
        return pa.py_buffer(b"")
    pieces: list[pa.Array] = []
    for column in rows.itercolumns():
        pieces = _joined(pieces, _cells(column.combine_chunks()))
    last = pieces.pop()
    ended = decode(_beside(last, repeat("", len(last)), LINE_END))
    lines = pc.binary_join_element_wise(*(_repeated(piece) for piece in pieces), ended, ",")
    ends = pa.Array.from_buffers(pa.int32(), len(lines) + 1, [None, lines.buffers()[1]])
    return lines.buffers()[2].slice(0, ends[-1].as_py())


def _cells(column: pa.Array) -> pa.Array:
    """A column as CSV cells, none of them null: encoded where its values are few or texts, else plain text."""
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, "|")
    if pa.types.is_floating(column.type):  # `50.0`, which Arrow writes as `50`
        column = pa.array([None if value is None else repr(value) for value in column.to_pylist()], pa.string())
    column = encode(column)
    if not pa.types.is_dictionary(column.type):
        if column.type not in REPEATED and _distinct(column) * FEW > min(len(column), SAMPLE_ROWS):
            return pc.fill_null(column.cast(pa.string()), "")
        column = column.dictionary_encode()
    values = column.dictionary
    texts = _quoted(values) if pa.types.is_string(values.type) else values.cast(pa.string())
    indices = column.indices
    if indices.null_count:
        indices = pc.fill_null(indices, len(texts))
        texts = pa.concat_arrays([texts, pa.array([""], pa.string())])
    return pa.DictionaryArray.from_arrays(indices, texts, safe=False)


def _quoted(texts: pa.Array) -> pa.Array:
    """Quoted where they have to be; `#` begins a comment for some readers."""
    odd = pc.match_substring_regex(texts, '[",#\r\n]|^$')
    if not pc.any(odd).as_py():
        return texts
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(texts, '"', '""'), '"', "")
    return pc.if_else(odd, quoted, texts)


def _joined(pieces: list[pa.Array], cell: pa.Array) -> list[pa.Array]:
    """The pieces and one more; it is joined with the last of them where that leaves few combinations."""
    if pieces and _few_together(pieces[-1], cell):
        return [*pieces[:-1], _beside(pieces[-1], cell, ",")]
    return [*pieces, cell]


def _few_together(left: pa.Array, right: pa.Array) -> bool:
    """Whether two columns have few combinations: by their number of values, or because one tells the other."""
    if not (pa.types.is_dictionary(left.type) and pa.types.is_dictionary(right.type)):
        return False
    many, few = sorted((len(left.dictionary), len(right.dictionary)), reverse=True)
    if few == 1 or many * few * FEW <= len(left):
        return True
    left, right = left.slice(0, SAMPLE_ROWS), right.slice(0, SAMPLE_ROWS)
    together = _distinct(_combination(left, right))
    return together <= TELLS * max(_distinct(left.indices), _distinct(right.indices))


def _beside(left: pa.Array, right: pa.Array, mark: str) -> pa.Array:
    """Two columns as one, `mark` between their texts."""
    if not pa.types.is_dictionary(left.type):
        return pc.binary_join_element_wise(left, _repeated(right), mark)
    if len(right.dictionary) == 1:
        indices, texts = left.indices, (left.dictionary, right.dictionary[0])
    elif len(left.dictionary) == 1:
        indices, texts = right.indices, (left.dictionary[0], right.dictionary)
    else:
        encoded = _combination(left, right).dictionary_encode()
        at = pc.divide(encoded.dictionary, len(right.dictionary))
        of = pc.subtract(encoded.dictionary, pc.multiply(at, len(right.dictionary)))
        indices, texts = encoded.indices, (left.dictionary.take(at), right.dictionary.take(of))
    return pa.DictionaryArray.from_arrays(indices, pc.binary_join_element_wise(*texts, mark), safe=False)


def _combination(left: pa.Array, right: pa.Array) -> pa.Array:
    """One number for each pair of values."""
    return pc.add(pc.multiply(left.indices.cast(pa.int64()), len(right.dictionary)), right.indices)


def _repeated(piece: pa.Array) -> pa.Array | pa.Scalar:
    """A piece as plain text, which is one for all rows where it holds no other."""
    if not pa.types.is_dictionary(piece.type):
        return piece
    return piece.dictionary[0] if len(piece.dictionary) == 1 else piece.dictionary_decode()


def _distinct(values: pa.Array) -> int:
    return int(pc.count_distinct(values.slice(0, SAMPLE_ROWS), mode="all").as_py())
