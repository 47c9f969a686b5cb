"""All that a data folder shows: every file of a release, of its record of the last run, as text to search."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq


def text_of(path: Path) -> str:
    """The whole content of a file, casefolded; a Parquet file's columns, footer and statistics of text."""
    if path.suffix != ".parquet":
        return path.read_text(encoding="utf-8").casefold()
    table = pq.read_table(path)
    return f"{table.to_pydict()} {table.schema.metadata}".casefold()


def texts_of(folder: Path) -> dict[str, str]:
    """Path below `folder` -> text, of every file in it and its folders."""
    return {str(path.relative_to(folder)): text_of(path) for path in sorted(folder.rglob("*")) if path.is_file()}
