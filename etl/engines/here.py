"""In this process: files one after another, keys in the run's own DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from etl.build import Files, SourceBuild, Work, build_source
from etl.check import check_keys
from etl.declare import Source
from etl.publish.assemble import TableFiles


class Here:
    """This process; `connection` has every table that was written as a view under its name."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def tidy_all(self, work: Work, files: Mapping[str, Files]) -> None:
        """Nothing: one source after another is as quick here."""

    def build(self, work: Work, source: Source, files: Files) -> SourceBuild:
        """Build one source from its files. Raises UnexpectedData or CheckFailed."""
        return build_source(work, source, files)

    def check_keys(self, tables: Sequence[TableFiles]) -> None:
        """Raise CheckFailed where a primary key repeats or a foreign key points nowhere."""
        check_keys(lambda sql: self._connection.execute(sql).fetchone(), [one.table for one in tables])

    def close(self) -> None:
        """Nothing is taken."""
