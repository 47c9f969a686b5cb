"""A dataset, a source and files made by hand, small enough to be computed in the head."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.build import SET_ASIDE_PART, SourceBuild, Work, build_source
from etl.datasets.context import TidyContext
from etl.declare import Dataset, Portal, Source
from etl.publish.assemble import open_connection, write_table
from etl.publish.descriptor import Contents
from etl.publish.when import SourceState
from etl.read.table import Limits
from etl.registry import Registered, Registry, load_registry
from etl.snapshot import Snapshot
from etl.tidy.columns import arrow_schema

TEXT = {"fi": "suomeksi", "sv": "på svenska", "en": "in English"}
LICENCE = {"id": "cc-by-4.0", "title": "Creative Commons Attribution 4.0", "url": "https://example.org/by"}
NOW = dt.datetime(2026, 11, 24, 6, 3, tzinfo=dt.UTC)
PORTALS = {"p": Portal(title="Portal", api="https://p.example/data", page="https://p.example/{dataset}")}


def field(name, kind="string", **more):
    return {"name": name, "type": kind, "title": TEXT, **more}


def dataset(*fields, name="trees", key=("code",), **more):
    """A dataset of one table of its own name."""
    table = {"name": name, "title": TEXT, "description": TEXT, "fields": list(fields), "primary_key": list(key)}
    table |= {k: more.pop(k) for k in ("foreign_keys", "watch") if k in more}
    whole = {"name": name, "title": TEXT, "description": TEXT, "licence": LICENCE, "tables": [table]}
    return Dataset.model_validate(whole | more)


def source(name="trees-turku", **more):
    whole = {
        "name": name,
        "title": TEXT,
        "publisher": "Turku",
        "licence": LICENCE,
        "portal": "p",
        "dataset": "puut",
        "pick": {"match": "puut"},
        "columns": {},
    }
    return Source.model_validate(whole | more)


def snapshot(path: Path, year: int | None = None, name: str = "") -> Snapshot:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Snapshot(
        f"x:{sha256[:12]}", "x", path.name, f"https://p.example/{path.name}", "p", "puut", "1", "2", name or path.name,
        "CSV", year, "2026-11-24T06:03:00+00:00", path.stat().st_size, sha256, None, None, "cc-by-4.0", False,
        "2026-11-24T06:03:00+00:00",
    )  # fmt: skip


def build(registered: Registered, of: Source, folder: Path, *texts: str, context=None, year=None) -> SourceBuild:
    """The source built from one CSV file a text."""
    files = []
    for number, text in enumerate(texts):
        path = folder / f"file{number}.csv"
        path.write_text(text, encoding="utf-8")
        files.append((snapshot(path, year), path))
    return build_source(Work(registered, context or TidyContext(), folder, Limits()), of, files)


def purchases() -> Registered:
    return next(r for r in load_registry().datasets if r.dataset.name == "purchases")


def write(folder: Path, declared: Dataset, rows: list[dict], **metadata: str):
    """The dataset's first table written as a release has it."""
    table = declared.tables[0]
    folder.mkdir(parents=True, exist_ok=True)
    part = folder.parent / f"{table.name}.part.parquet"
    nullable = pa.schema([item.with_nullable(True) for item in arrow_schema(table)])
    pq.write_table(pa.Table.from_pylist(rows, schema=nullable), part)
    with open_connection() as connection:
        return write_table(connection, declared.name, table, [part], folder, metadata)


def contents(declared: Dataset, tables: list, *, sample: bool = False, issues=(), of: Source | None = None) -> Contents:
    """What a descriptor is written from, with one source that is well."""
    of = of or source()
    registry = Registry(PORTALS, (Registered(declared, (of,), None),))
    made = SourceBuild(of, declared.tables[0], Path("rows"), Path("aside"), [], 3, 2)
    made.set_aside["blank_row"] = 1
    states = {of.name: SourceState(of, "ok", made, "2026-11-24T06:03:00+00:00")}
    return Contents("", f"{NOW:%Y-%m-%dT%H:%M:%SZ}", sample, registry, tables, states, list(issues))


def empty_aside(path: Path) -> Path:
    pq.write_table(SET_ASIDE_PART.empty_table(), path)
    return path
