"""Snapshots -> parts: each file of a source is read, tidied, checked and written, batch by batch.

A source is all or nothing: where one of its files is not what was declared the source fails, so that no
release holds half a city. Every record is accounted for: rows in = rows out + rows set aside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.ahead import ahead
from etl.check import check_rows
from etl.datasets.context import Tidied, TidyContext
from etl.datasets.declared import tidy_declared
from etl.declare import Source, Table
from etl.errors import EtlError, UnexpectedData
from etl.issues import Issue, issue_of_count
from etl.read.table import Limits, open_table
from etl.read.xlsx import UNREAD_SHEETS
from etl.registry import Registered
from etl.snapshot import Snapshot
from etl.tidy.columns import Parsed, arrow_schema, map_columns, parse_columns
from etl.tidy.dropped import count_dropped
from etl.tidy.each import TEXT
from etl.tidy.rows import SET_ASIDE

Files = Sequence[tuple[Snapshot, Path]]
"""The snapshots of a source in their order, with the files that hold them."""
SET_ASIDE_PART = pa.schema([("snapshot_id", pa.string()), *SET_ASIDE])


@dataclass(frozen=True)
class Work:
    """What all sources of a dataset are built with; their parts go into `folder`."""

    registered: Registered
    context: TidyContext
    folder: Path
    limits: Limits


@dataclass
class SourceBuild:
    """What one source gave: the parts on disk, and the account of its rows."""

    source: Source
    table: Table
    rows_paths: list[Path]
    """Parquet files, in the order of the source's files."""
    set_aside_paths: list[Path]
    snapshots: list[Snapshot] = field(default_factory=list)
    rows_in: int = 0
    rows_out: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    blanked: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    """Cells of personal data that were not kept, by the kind that the source declares."""
    issues: list[Issue] = field(default_factory=list)

    def assert_accounted(self) -> None:
        """Raise UnexpectedData unless rows in = rows out + rows set aside."""
        if self.rows_in != self.rows_out + self.set_aside.total():
            raise UnexpectedData(
                f"source {self.source.name}: rows got lost",
                expected=f"{self.rows_in} rows",
                got=f"{self.rows_out} kept and {self.set_aside.total()} set aside",
            )


def build_source(work: Work, source: Source, files: Files) -> SourceBuild:
    """Build one source from its files. Raises UnexpectedData or CheckFailed."""
    return close_account(tidy_files(work, source, files, source.name))


def tidy_files(work: Work, source: Source, files: Files, name: str) -> SourceBuild:
    """Read, tidy and check files of a source into one part of that name; its account is not closed yet.

    Raises UnexpectedData or CheckFailed."""
    registered, table = work.registered, work.registered.table_of(source)
    rows_path, set_aside_path = (work.folder / f"{name}.{kind}" for kind in ("parquet", "set_aside.parquet"))
    build = SourceBuild(source, table, [rows_path], [set_aside_path])
    schema = open_schema(table, encoded=takes_encoded(registered))
    with (
        open_parquet(rows_path, schema, compression="none", write_statistics=False) as rows,
        pq.ParquetWriter(set_aside_path, SET_ASIDE_PART) as aside,
    ):
        for snapshot, path in files:
            build.snapshots.append(snapshot)
            try:
                with ahead(_tidy_file(work, build, snapshot, path)) as batches:
                    for tidied in batches:
                        check_rows(tidied.rows, table, f"{source.name}: {snapshot.resource_name}")
                        rows.write_table(tidied.rows.cast(schema))
                        aside.write_table(_with_snapshot(tidied.set_aside, snapshot))
            except EtlError as error:
                error.resource = snapshot.resource_name
                raise
    return build


def join_parts(parts: Sequence[SourceBuild]) -> SourceBuild:
    """Parts of one source, in the order of its files, as one; their accounts are added up."""
    first, *others = parts
    for part in others:
        for name in ("rows_paths", "set_aside_paths", "snapshots", "issues"):
            getattr(first, name).extend(getattr(part, name))
        for name in ("set_aside", "blanked", "noted", "dropped"):
            getattr(first, name).update(getattr(part, name))
        first.rows_in += part.rows_in
        first.rows_out += part.rows_out
    return first


def close_account(build: SourceBuild) -> SourceBuild:
    """The source with its account closed: every row is accounted for, and what was counted is told as issues.

    Raises UnexpectedData where rows got lost, or there are none."""
    if build.rows_out == 0:
        raise UnexpectedData(f"source {build.source.name} gave no rows", expected="at least one row", got="none")
    build.assert_accounted()
    build.issues += _counted(build)
    return build


def _tidy_file(work: Work, build: SourceBuild, snapshot: Snapshot, path: Path) -> Iterator[Tidied]:
    source, is_encoded = build.source, takes_encoded(work.registered)
    raw = open_table(
        path, format_name=snapshot.format, layout=source.layout, known=source.known_headers, limits=work.limits
    )
    mapping = map_columns(raw.header, source, f"{snapshot.resource_name} ({path.name})")
    for code, text, names in (
        ("unexpected_column", "columns that the declaration does not know", mapping.unexpected),
        ("double_column", "columns of which only the first is read", mapping.double),
    ):
        if names:
            message = f"{text}: {', '.join(names)}"
            build.issues.append(
                issue_of_count(source, code, message, len(names), severity="warning", resource=snapshot.resource_name)
            )
    unread = raw.notes.get(UNREAD_SHEETS)
    if unread:
        text = f"other sheets with the same header are not read: {unread}"
        build.issues.append(
            issue_of_count(source, "unread_sheet", text, 1, severity="warning", resource=snapshot.resource_name)
        )
    with ahead(raw.batches) as batches:
        for batch in batches:
            parsed = parse_columns(batch, mapping, build.table, source, encoded=is_encoded)
            tidied = _tidy_batch(work, parsed, build, snapshot)
            numbers, reasons = zip(*batch.set_aside, strict=True) if batch.set_aside else ((), ())
            earlier = pa.table([pa.array(numbers, pa.int64()), pa.array(reasons, pa.string())], schema=SET_ASIDE)
            tidied = tidied._replace(set_aside=pa.concat_tables([earlier, tidied.set_aside]))
            build.rows_in += batch.rows_in
            build.rows_out += tidied.rows.num_rows
            build.set_aside.update(tidied.set_aside.column("reason_code").to_pylist())
            build.blanked.update(tidied.blanked)
            build.noted.update(tidied.noted)
            build.noted.update({f"rounded_{name}": count for name, count in parsed.rounded.items()})
            build.dropped.update(count_dropped(batch, raw.header, source))
            build.noted["cells_without_header"] += mapping.count_unnamed(batch)
            yield tidied


def _tidy_batch(work: Work, parsed: Parsed, build: SourceBuild, snapshot: Snapshot) -> Tidied:
    module = work.registered.tidy
    if module is not None and hasattr(module, "tidy"):
        result: Tidied = module.tidy(parsed, build.table, build.source, snapshot, work.context)
        return result
    return tidy_declared(parsed, build.table)


def _counted(build: SourceBuild) -> list[Issue]:
    found = [
        issue_of_count(build.source, f"set_aside_{reason}", f"rows set aside: {reason}", count)
        for reason, count in sorted(build.set_aside.items())
    ]
    found += [
        issue_of_count(build.source, code, code.replace("_", " "), count)
        for code, count in sorted(build.noted.items())
        if count
    ]
    found += [
        issue_of_count(build.source, f"blanked_{name}", f"values of {name} blanked", count)
        for name, count in sorted(build.blanked.items())
        if count
    ]
    return found + [
        issue_of_count(build.source, f"dropped_{kind}", f"personal data not kept: {kind}", count)
        for kind, count in sorted(build.dropped.items())
        if count
    ]


def takes_encoded(registered: Registered) -> bool:
    """Whether the dataset's own tidy function takes and gives text as dictionary arrays."""
    return bool(getattr(registered.tidy, "ENCODED", False))


def open_schema(table: Table, *, encoded: bool) -> pa.Schema:
    """The declared types; nulls are the check's to judge, and Parquet files of one table must agree."""
    return pa.schema([item.with_nullable(True) for item in arrow_schema(table, encoded=encoded)])


def open_parquet(path: Path, schema: pa.Schema, **more: object) -> pq.ParquetWriter:
    """Open a Parquet file of a table: texts as dictionaries, whole numbers by their differences; no trace of Arrow."""
    texts = [item.name for item in schema if item.type in (TEXT, pa.string())]
    numbers = {item.name: "DELTA_BINARY_PACKED" for item in schema if pa.types.is_integer(item.type)}
    return pq.ParquetWriter(
        path, schema, store_schema=False, store_decimal_as_integer=True, use_dictionary=texts, column_encoding=numbers,
        **more,
    )  # fmt: skip


def _with_snapshot(set_aside: pa.Table, snapshot: Snapshot) -> pa.Table:
    ids = pa.array([snapshot.id] * set_aside.num_rows, pa.string())
    return set_aside.add_column(0, "snapshot_id", ids).cast(SET_ASIDE_PART)
