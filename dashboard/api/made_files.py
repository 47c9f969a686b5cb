"""Writes what is asked for into a file of a format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from dashboard.api.asked import Asked, csv_file
from dashboard.api.cited import cite_tables
from dashboard.api.contents import describe, stream_rows, with_finding
from dashboard.citation.formats import FORMATS, cite_text
from dashboard.export.about import About, Batches
from dashboard.export.bundle import Measured, Part, measure, text_part, write_bundle
from dashboard.export.csv import LINE_END, stream_csv, stream_excel_csv
from dashboard.export.descriptor import as_text, cut_descriptor, file_csvw, stored_resource, view_resource
from dashboard.export.json import stream_json, stream_jsonl
from dashboard.export.parquet import write_parquet
from dashboard.export.readme import write_readme
from dashboard.export.xlsx import write_xlsx
from dashboard.query.model import Query


class Counted:
    """Batches, whose rows are counted as they pass."""

    def __init__(self, batches: Batches) -> None:
        self._batches, self.rows = batches, 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            self.rows += batch.num_rows
            yield batch


def write_file(asked: Asked, kind: str, path: Path) -> int:
    """Write the file; gives how many rows it holds, of a zip those of all its tables."""
    if kind == "zip":
        return _write_zip(asked, path)
    schema, batches = stream_rows(asked.ctx, asked.query, asked.panel)
    if kind in ("xlsx", "parquet"):
        about = describe(asked.ctx, asked.query, schema.names, asked.name, asked.panel)
        about = with_finding(asked.ctx, about, asked.panel) if asked.panel else about
        if kind == "xlsx":
            return write_xlsx(path, about, batches)
        return write_parquet(path, schema, about, batches)
    counted = Counted(batches)
    with path.open("wb") as file:
        file.writelines(_text_chunks(kind, schema, iter(counted)))
    return counted.rows


def _text_chunks(kind: str, schema: pa.Schema, batches: Batches) -> Iterable[bytes]:
    match kind:
        case "csv":
            return stream_csv(schema, batches)
        case "excel.csv":
            return stream_excel_csv(schema, batches)
        case "json":
            return stream_json(schema.names, batches)
    return stream_jsonl(schema.names, batches)


def _write_zip(asked: Asked, path: Path) -> int:
    ctx, t = asked.ctx, asked.ctx.t
    tables = [(one, csv_file(one), one.about()) for one in _tables(asked)]
    raw = json.loads((ctx.package.folder / "datapackage.json").read_text(encoding="utf-8"))
    parts, resources, described, hashes, rows = [], [], [], [], 0
    for one, csv, about in tables:
        name = f"{one.name}.csv"
        found = Measured(csv.size, csv.sha256) if csv.size is not None and csv.sha256 else measure(csv.chunks)
        count = csv.rows if csv.rows is not None else _count(one)
        rows += count
        hashes.append((name, found.sha256))
        licence, key = ctx.dataset_of(one.query.resource).licence.url, one.resource.primary_key
        parts.append(Part(name, csv.chunks))
        line_end = one.resource.line_end if one.panel is None else LINE_END
        columns = file_csvw(name, about, licence, found, _key(about, key), line_end)
        parts.append(text_part(f"{name}-metadata.json", as_text(columns)))
        resources.append(_resource(one, raw, about, name, found, count))
        described.append((name, with_finding(ctx, about, one.panel) if one.panel else about))
    work = cite_tables(asked, tuple(hashes), None)
    dataset = ctx.dataset_of(asked.query.resource)
    readme = write_readme(work.title, ctx.text(dataset.description), described, cite_text(work, t), t)
    cited = [text_part(f"citation.{kind}", write(work, t)) for kind, (_, write) in FORMATS.items()]
    package = text_part("datapackage.json", as_text(cut_descriptor(raw, dataset.name, resources)))
    write_bundle(path, [text_part("README.txt", readme), package, *parts, *cited], ctx.created)
    return rows


def _tables(asked: Asked) -> list[Asked]:
    if not asked.whole_dataset:
        return [asked]
    names = asked.ctx.dataset_of(asked.query.resource).resources
    return [Asked(asked.ctx, name, Query(name)) for name in names]


def _resource(
    asked: Asked, raw: dict[str, list[dict[str, object]]], about: About, name: str, found: Measured, rows: int
) -> dict[str, object]:
    if asked.panel is not None:
        return view_resource(asked.name, about, name, found, rows)
    stored = next(one for one in raw["resources"] if one["name"] == asked.resource.name)
    return stored_resource(stored, name, found, rows)


def _key(about: About, key: tuple[str, ...]) -> tuple[str, ...]:
    """The key, where all of it stands in the file."""
    return key if {*key} <= {field.name for field in about.fields} else ()


def _count(asked: Asked) -> int:
    return sum(batch.num_rows for batch in stream_rows(asked.ctx, asked.query, asked.panel)[1])
