"""Writes the sample files and their manifest; the same rows and seed give the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from etl.sample.dirt import Dirt
from etl.sample.plan import FilePlan, plan_files
from etl.sample.text_file import write_text
from etl.sample.transactions import Batch, draw_batch
from etl.sample.workbook import write_workbook

GENERATOR_VERSION = 1
"""Raise it with every change that changes bytes: a folder made by another version is made anew."""
CHUNK_ROWS = 50_000
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class SampleFile:
    """A generated data file. `rows` counts all records but the blank ones: dirty rows and a total row too."""

    portal: str
    dataset: str
    name: str
    format: str
    year: int | None
    path: Path
    rows: int
    sha256: str
    title: str


def generate_files(directory: Path, *, rows: int, seed: int) -> list[SampleFile]:
    """Write about `rows` rows over all files into `directory`; reuse what the same call left there."""
    key = {"version": GENERATOR_VERSION, "rows": rows, "seed": seed}
    manifest = read_manifest(directory)
    if manifest is None or manifest["key"] != key or not is_whole(directory, manifest):
        entries = [_write_file(directory, plan, seed) for plan in plan_files(rows)]
        manifest = {"key": key, "files": entries}
        write_atomically(directory / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return [as_sample_file(directory, entry) for entry in manifest["files"]]


def read_planted(directory: Path) -> dict[str, dict[str, int]]:
    """File path below `directory` -> what was planted in it: rows by `Dirt` name, `BLANK_ROW`, `TOTAL_ROW`.

    `CENTS` is the sum of all amounts that can be read, without the total row.
    """
    manifest = read_manifest(directory)
    return {entry["path"]: entry["planted"] for entry in (manifest or {"files": []})["files"]}


def draw_batches(plan: FilePlan, seed: int) -> Iterator[Batch]:
    """The rows of a file, drawn in chunks; a month of sums comes whole, since its keys are distinct."""
    for segment in plan.segments:
        size = segment.rows if segment.sums else CHUNK_ROWS
        for start in range(0, segment.rows, max(size, 1)):
            yield draw_batch(segment, start, min(size, segment.rows - start), seed)


def write_plan(path: Path, plan: FilePlan, seed: int) -> dict[str, int]:
    """Write one file to `path`. Returns what was planted in it."""
    counts: Counter[str] = Counter()
    write = write_workbook if plan.format == "XLSX" else write_text
    write(path, plan.layout, _counted(draw_batches(plan, seed), counts))
    if plan.format == "CSV":
        counts["BLANK_ROW"] = plan.layout.blank_rows
        counts["TOTAL_ROW"] = int(plan.layout.has_total)
    return {name: count for name, count in sorted(counts.items()) if count}


def _counted(batches: Iterator[Batch], counts: Counter[str]) -> Iterator[Batch]:
    for batch in batches:
        counts.update({kind.name: int((batch.dirt == kind).sum()) for kind in Dirt})
        counts["CENTS"] += batch.readable_cents
        yield batch


def _write_file(directory: Path, plan: FilePlan, seed: int) -> dict[str, Any]:
    """Written aside and moved into place, so that two runs in one folder cannot disturb each other."""
    path = directory / plan.portal / plan.dataset / plan.name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    planted = write_plan(part, plan, seed)
    part.replace(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    entry = SampleFile(
        plan.portal, plan.dataset, plan.name, plan.format, plan.year, path.relative_to(directory),
        plan.rows + planted.get("TOTAL_ROW", 0), digest, plan.title,
    )  # fmt: skip
    return {**asdict(entry), "path": str(entry.path), "bytes": path.stat().st_size, "planted": planted}


def as_sample_file(directory: Path, entry: dict[str, Any]) -> SampleFile:
    """The file of a manifest's entry."""
    known = {name: entry[name] for name in SampleFile.__dataclass_fields__}
    return SampleFile(**{**known, "path": directory / entry["path"]})


def read_manifest(directory: Path, name: str = MANIFEST) -> dict[str, Any] | None:
    """What a manifest says; None where there is none that can be read."""
    try:
        manifest: dict[str, Any] = json.loads((directory / name).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return manifest


def is_whole(directory: Path, manifest: dict[str, Any]) -> bool:
    """Whether every file of a manifest is there and as long as it was."""
    paths = [(directory / entry["path"], entry["bytes"]) for entry in manifest["files"]]
    return all(path.is_file() and path.stat().st_size == size for path, size in paths)


def write_atomically(path: Path, text: str) -> None:
    """Write a text so that a reader sees the old file or the new one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
