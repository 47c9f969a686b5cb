"""What the tables follow from: the files of the sources, our code and declarations, the libraries that read and write.

Where all of it is as it was in the run before, and that one went well, its tables would come out the same: nothing
has to be built to know that nothing is to be published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from etl.issues import Issue
from etl.settings import Settings
from etl.snapshot import Snapshot

LIBRARIES = (
    "charset-normalizer",
    "duckdb",
    "numpy",
    "pandas",
    "pyarrow",
    "python-calamine",
    "python-stdnum",
    "rapidfuzz",
)
CODE = Path(__file__).parent
OF_THE_RUN = frozenset({"release", "run"})
"""Issues of these are on one comparison with what was live, and of no run after it."""


@dataclass(frozen=True)
class Account:
    """How a run before went: the record of each source by name, and the issues that its inputs gave."""

    sources: Mapping[str, Mapping[str, Any]]
    issues: tuple[Issue, ...]


def hash_inputs(snapshots: Mapping[str, Iterable[Snapshot]], settings: Settings) -> str:
    """One hash of the snapshots of each source, of every file of this package and of the reference tables."""
    digest = hashlib.sha256()
    for name, library in ((name, version(name)) for name in LIBRARIES):
        digest.update(f"{name} {library}\n".encode())
    digest.update(f"{settings.max_unpacked_bytes}\n".encode())
    files = [path for kind in ("*.py", "*.yml") for path in CODE.rglob(kind)]
    for path in sorted(files) + sorted(settings.reference_dir.glob("*.csv")):
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    for name, shots in sorted(snapshots.items()):
        for shot in shots:
            told = (
                shot.id,
                shot.file_name,
                shot.resource_name,
                shot.format,
                shot.year,
                shot.dataset_id,
                shot.licence_id,
            )
            digest.update(f"{name} {told}\n".encode())
    return digest.hexdigest()


def read_account(record: Mapping[str, Any] | None, inputs: str, live: Mapping[str, Any] | None) -> Account | None:
    """How the run before went, where it was one over the same inputs, went well, and its release is the live one."""
    if record is None or live is None or record.get("inputs") != inputs:
        return None
    if record.get("version") != live["version"] or record.get("result") not in ("published", "unchanged"):
        return None
    try:
        sources = {str(item["name"]): item for item in record["sources"]}
        issues = tuple(Issue(**item) for item in record["issues"] if item["source"] not in OF_THE_RUN)
    except (KeyError, TypeError):  # a damaged record
        return None
    return Account(sources, issues)
