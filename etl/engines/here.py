"""In this process: files one after another, keys in a DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from etl.build import Files, SourceBuild, build_source
from etl.check import check_keys
from etl.datasets.context import TidyContext
from etl.declare import Source
from etl.publish.assemble import TableFiles, open_connection, quote
from etl.read.table import Limits
from etl.registry import Registered


class Here:
    """This process."""

    def build(
        self,
        registered: Registered,
        source: Source,
        files: Files,
        context: TidyContext,
        folder: Path,
        limits: Limits,
    ) -> SourceBuild:
        """Build one source from its files into `folder`. Raises UnexpectedData or CheckFailed."""
        return build_source(registered, source, files, context, folder, limits)

    def tidy_all(
        self, registered: Registered, files: Mapping[str, Files], context: TidyContext, folder: Path, limits: Limits
    ) -> None:
        """Nothing: one source after another is as quick here."""

    def check_keys(self, tables: Sequence[TableFiles]) -> None:
        """Raise CheckFailed where a primary key repeats or a foreign key points nowhere."""
        with open_connection() as connection:
            for one in tables:
                connection.execute(f'create view "{one.table.name}" as from read_parquet({quote(one.parquet)})')
            check_keys(lambda sql: connection.execute(sql).fetchone(), [one.table for one in tables])

    def close(self) -> None:
        """Nothing is taken."""
