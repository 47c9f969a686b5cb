"""Parquet that carries its source, licence and release in its metadata."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.export.about import About, Batches


def write_parquet(path: Path, schema: pa.Schema, about: About, batches: Batches) -> int:
    """Write the rows to `path`; gives how many there were."""
    lines = dict(about.lines) | {"x-sample": str(about.sample).lower()}
    with pq.ParquetWriter(path, schema.with_metadata(lines), compression="zstd") as writer:
        rows = 0
        for batch in batches:
            rows += batch.num_rows
            writer.write_batch(batch.cast(schema) if batch.schema != schema else batch)
    return rows
