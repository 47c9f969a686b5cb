"""Releases that a person took back: a run over the same data must not bring them back by itself.

What is kept of each is a fingerprint of its rows, so that the record holds though the release itself be pruned.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from etl.errors import PublishRefused
from etl.paths import DataPaths
from etl.publish.descriptor import Contents
from etl.publish.package import digits_of, hashes_of, read_current, read_json, write_json
from etl.publish.releases import Release


class Withdrawn(BaseModel):
    """A release that was live until somebody went back to the release `to`.

    `at` is ISO 8601 in UTC; `by` is a user of this machine and is shown to nobody but its operators; `why` is empty
    where no reason was given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    rows: str
    """The fingerprint of all rows of all tables."""
    to: str
    at: str
    by: str
    why: str


def fingerprint(hashes: Mapping[str, str]) -> str:
    """One hash of what all tables hold, from the hash of each table's CSV by its name. How a table is declared (its
    titles, its bounds) is no part of it: other words do not mend wrong rows.

    >>> fingerprint({"a": "sha256:0", "b": "sha256:1"}) == fingerprint({"b": "sha256:1", "a": "sha256:0"})
    True
    """
    return hashlib.sha256(json.dumps(sorted(hashes.items())).encode()).hexdigest()


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    releases: tuple[Withdrawn, ...]


def read_withdrawn(paths: DataPaths) -> tuple[Withdrawn, ...]:
    """Those that are taken back, the oldest first. Raises PublishRefused for a record that cannot be read: it must not
    be guessed."""
    if not paths.withdrawn.exists():
        return ()
    try:
        return _Record.model_validate(read_json(paths.withdrawn) or {}).releases
    except ValidationError as error:
        raise PublishRefused(
            f"{paths.withdrawn} is damaged", expected='{"releases": [...]}', do="Mend it from a backup or delete it."
        ) from error


def write_withdrawn(paths: DataPaths, releases: Iterable[Withdrawn]) -> None:
    """Keep these as the ones that are taken back."""
    write_json(paths.withdrawn, _Record(releases=tuple(releases)).model_dump(mode="json"))


def find_withdrawn(paths: DataPaths, contents: Contents) -> list[Withdrawn]:
    """The withdrawn releases that publishing these tables would bring back: those of the same rows. Where the live
    release has these rows, too, it was withdrawn for how they are declared, and only the very same content counts."""
    withdrawn = read_withdrawn(paths)
    if not withdrawn:
        return []
    live = str((read_current(paths) or {}).get("version", ""))
    rows, digits = fingerprint(hashes_of(contents.tables)), digits_of(contents)
    has_rows = bool(live) and rows == rows_of(Release.read(paths.releases / live).descriptor)
    if has_rows and live.endswith(digits):
        return []
    return [item for item in withdrawn if item.rows == rows and (not has_rows or item.version.endswith(digits))]


def rows_of(descriptor: Mapping[str, Any]) -> str:
    """The fingerprint of a release's rows by its descriptor."""
    return fingerprint({item["name"]: item["hash"] for item in descriptor.get("resources", [])})
