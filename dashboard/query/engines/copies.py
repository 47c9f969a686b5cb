"""What of a release other engines hold a copy of, and under which name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import pyarrow as pa

from dashboard.package import Package
from dashboard.query.engine import Engine
from dashboard.query.model import Query
from dashboard.query.rollup import rollups_of

LAYOUT = 2
"""Goes up when the same release would be copied in another form: other columns, types, rollups."""


def copy_name(package: Package) -> str:
    """Under what name a release is copied, in the form that this version of the site reads."""
    return f"kuusi_{LAYOUT}_{package.version}"


def is_left(name: str, versions: Collection[str]) -> bool:
    """Whether that is the name of a copy of a release, in any form, that is none of these versions.

    >>> [is_left(name, ["b"]) for name in ("kuusi_1_a", "kuusi_2_b", "kuusi_1_b", "public", "kuusi")]
    [True, False, False, False, False]
    """
    found = re.fullmatch(r"kuusi_\d+_(.+)", name)
    return found is not None and found[1] not in versions


def copied(package: Package) -> dict[str, Query]:
    """The tables of a copy by name, and what gives their rows: those of the release, each with its rows' numbers as
    its first column, and the rollups."""
    found = {resource.name: Query(resource.name, numbered=True) for resource in package.resources}
    return found | {rollup.name: rollup.query() for rollup in rollups_of(package)}


def read_tables(package: Package) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
    """The tables with their rows, in one batch at the least. Raises PackageNotFound where a file is gone or damaged."""
    release = Engine(package)
    for name, query in copied(package).items():
        yield name, release.stream(query)
