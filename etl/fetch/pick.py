"""The rule that picks a dataset's files: one of each part of each of the newest years, in the best format.

What fits the rule and is not taken is told, so that a person can see what was left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from etl.declare import Pick, Source
from etl.errors import FetchError
from etl.fetch.ckan import Package

FORMAT_NAMES = {"XLS": "XLSX", "EXCEL": "XLSX", "TXT": "CSV", "TEXT/CSV": "CSV"}
"""What portals call a format -> what `Pick.formats` calls it."""
CORRECTED = re.compile(
    r"korjattu|korjaus|päivitetty|paivitetty|uusi versio|korrigerad|corrected|updated", re.IGNORECASE
)
"""What a publisher adds to the name of a file that replaces another."""
EXTENSION = re.compile(r"\.(csv|xlsx?|txt|tsv|json)$", re.IGNORECASE)


@dataclass(frozen=True)
class Resource:
    """A file of a dataset as its portal describes it; `year` is what the pick rule read off its name."""

    id: str
    name: str
    url: str
    format: str
    year: int | None
    modified: str = ""
    """When its portal says that it was last changed, ISO 8601."""


class Note(NamedTuple):
    """Something about a resource that a person should see: an issue's code, the resource and a sentence."""

    code: str
    resource: str
    message: str


class Picked(NamedTuple):
    """What the rule takes, oldest first, and notes on what fits it but was not taken."""

    resources: list[Resource]
    notes: list[Note]


def pick_resources(package: Package, source: Source) -> Picked:
    """The resources that the source's rule picks, oldest first.

    Raises FetchError (state `not_picked`) where the rule picks none, naming what there is.
    """
    pick = source.pick
    assert pick is not None  # a ckan source has one, see Source  # noqa: S101
    notes: list[Note] = []
    candidates = [r for r in (_candidate(item, pick, notes) for item in package.resources) if r is not None]
    years = sorted({r.year for r in candidates if r.year is not None and r.format in pick.formats})
    picked: list[Resource] = []
    for year in (None, *years[-pick.newest_years :]):
        of_year = list(_newest_copies([r for r in candidates if r.year == year and r.format in pick.formats], notes))
        picked += _best_formats(of_year, pick, notes)
    if not picked:
        there = ", ".join(f"{r.get('name')!r} ({r.get('format')})" for r in package.resources[:8])
        raise FetchError(
            f"dataset {package.name}: no resource fits the rule of source {source.name}",
            state="not_picked",
            expected=f"a {' or '.join(pick.formats)} whose name or URL matches {pick.match!r}",
            got=there or "no resources",
            do="Compare the dataset's page with `pick` in the source's YAML.",
        )
    return Picked(picked, notes)


def _candidate(item: dict[str, Any], pick: Pick, notes: list[Note]) -> Resource | None:
    url, name = str(item.get("url") or ""), str(item.get("name") or "")
    file_name = _file_name(url)
    if pick.exclude and any(re.search(pick.exclude, text, re.IGNORECASE) for text in (file_name, name)):
        return None
    found = re.search(pick.match, file_name, re.IGNORECASE) or re.search(pick.match, name, re.IGNORECASE)
    if not found:
        return None
    if not _is_web_address(url):
        notes.append(Note("bad_address", name or url, f"its address is no http(s) address: {url!r}"))
        return None
    year = found.groupdict().get("year")
    return Resource(
        str(item.get("id") or url),
        name or file_name,
        url,
        _format(item, file_name),
        int(year) if year else None,
        str(item.get("last_modified") or item.get("metadata_modified") or item.get("created") or ""),
    )


def _file_name(url: str) -> str:
    """The last part of an address; empty where it is no address."""
    try:
        return unquote(PurePosixPath(urlsplit(url).path).name)
    except ValueError:
        return ""


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _format(item: dict[str, Any], file_name: str) -> str:
    """The declared format; where the portal gives none, the one its file's extension says."""
    declared = str(item.get("format") or "").strip().lstrip(".").upper()
    declared = declared or PurePosixPath(file_name).suffix.lstrip(".").upper()
    return FORMAT_NAMES.get(declared, declared)


def _stem(resource: Resource) -> str:
    """What a file is called, without its format and the mark of a correction: copies of one file share it."""
    name = EXTENSION.sub("", _file_name(resource.url)) or resource.name
    name = re.sub(r"\(?\b(csv|xlsx?|excel)\b\)?", "", CORRECTED.sub("", name.replace("_", " ")), flags=re.IGNORECASE)
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def _newest_copies(resources: list[Resource], notes: list[Note]) -> Iterator[Resource]:
    """Without the files that a corrected copy of the same format replaces."""
    groups: dict[tuple[str, str], list[Resource]] = {}
    for resource in resources:
        groups.setdefault((_stem(resource), resource.format), []).append(resource)
    for copies in groups.values():
        corrected = [r for r in copies if CORRECTED.search(_file_name(r.url)) or CORRECTED.search(r.name)]
        if not corrected:
            yield from copies
            continue
        newest = max(corrected, key=lambda r: (r.modified, r.name))
        yield newest
        text = f"left out for its corrected copy {newest.name}"
        notes += [Note("replaced_by_correction", old.name, text) for old in copies if old is not newest]


def _best_formats(resources: list[Resource], pick: Pick, notes: list[Note]) -> list[Resource]:
    """The year's files in their best format: each part's own where the year is split, else the year's.

    Files are parts of one whole where their names differ in numbers only (`osa 1`, `osa 2`).
    """
    stems = {_stem(r) for r in resources}
    are_parts = len({re.sub(r"\d+", "#", stem) for stem in stems}) == 1
    taken: list[Resource] = []
    for group in _groups(resources) if are_parts else [resources]:
        best = min((pick.formats.index(r.format) for r in group), default=None)
        taken += [r for r in group if best is not None and r.format == pick.formats[best]]
    covered = {_stem(r) for r in taken}
    for resource in resources:
        if resource not in taken and _stem(resource) not in covered:
            text = f"fits the rule but was left out, since the year is taken as {taken[0].format}"
            notes.append(Note("resource_left_out", resource.name, text))
    return taken


def _groups(resources: Iterable[Resource]) -> list[list[Resource]]:
    groups: dict[str, list[Resource]] = {}
    for resource in resources:
        groups.setdefault(_stem(resource), []).append(resource)
    return list(groups.values())
