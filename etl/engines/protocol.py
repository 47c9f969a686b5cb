"""What a run asks of the place where its heavy work is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from etl.build import Files, SourceBuild, Work
from etl.declare import Source
from etl.publish.assemble import TableFiles


class Engine(Protocol):
    """A place where files are tidied and keys are checked."""

    def tidy_all(self, work: Work, files: Mapping[str, Files]) -> None:
        """Hear of all files of a dataset, by the names of the sources, before each of these is built: a place that has
        room for it tidies them at once. Raises EngineUnavailable."""

    def build(self, work: Work, source: Source, files: Files) -> SourceBuild:
        """Build one source from its files. Raises UnexpectedData or CheckFailed, of the first file in the order of the
        source that is not what was declared; EngineUnavailable where the place is gone."""

    def check_keys(self, tables: Sequence[TableFiles]) -> None:
        """Raise CheckFailed where a primary key repeats or a foreign key points nowhere."""

    def close(self) -> None:
        """Let go of what the run has taken."""
