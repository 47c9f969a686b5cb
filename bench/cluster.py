"""`python -m bench.cluster`: from which size tidying files on Spark pays, against this process, in the same run.

A file in Espoo's layout (every row drawn, as in `python -m bench`) stands for one city's year; the source has several
of it. This process tidies them one after another on its threads, Spark (`spark-local`, as many tasks at once as the
machine has processors) each in a task of its own; both end with checked Parquet parts and the account of all rows.
From the two and from what starting Spark takes follows how many rows a cluster of so many processors must have before
it is the quicker one. That figure is reckoned, not measured: here are two processors and no network.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.__main__ import make_file

ROWS, FILES = 500_000, 6
CLUSTERS = (4, 16, 64)


def measure(engine: Any, files: list[Any], registered: Any, folder: Path) -> float:
    """Seconds of building the source from these files."""
    from etl.build import Work
    from etl.datasets.context import TidyContext
    from etl.read.table import Limits

    source = next(source for source in registered.sources if source.name == "purchases-espoo")
    folder.mkdir()
    start = time.perf_counter()
    built = engine.build(Work(registered, TidyContext(), folder, Limits()), source, files)
    seconds = time.perf_counter() - start
    print(f"  {type(engine).__name__:<6}{len(files):>3} files {built.rows_in:>12,} rows {seconds:8.1f} s"
          f" {built.rows_in / seconds:>12,.0f} rows/s", flush=True)  # fmt: skip
    return seconds


def snapshot_of(path: Path, number: int) -> Any:
    """The record of a file that was not fetched."""
    from etl.snapshot import Snapshot

    return Snapshot(f"purchases-espoo:{number}", "purchases-espoo", path.name, "", None, None, None, None,
                    f"{number}", "CSV", 2022, "", path.stat().st_size, "", None, None, None, True)  # fmt: skip


def main() -> None:
    """Measure both and print what follows."""
    parser = argparse.ArgumentParser(prog="python -m bench.cluster")
    parser.add_argument("--rows", type=int, default=ROWS, help="of a file")
    parser.add_argument("--files", type=int, default=FILES)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = make_file(folder, arguments.rows)  # first: it sets how many companies there are

        from etl.engines.here import Here
        from etl.engines.spark import LOCAL, Spark
        from etl.publish.assemble import open_connection
        from etl.registry import load_registry

        registered = next(r for r in load_registry().datasets if r.dataset.name == "purchases")
        files = [(snapshot_of(path, number), path) for number in range(arguments.files)]
        here = measure(Here(open_connection()), files, registered, folder / "here")
        start = time.perf_counter()
        spark = Spark(LOCAL)
        measure(spark, files[:1], registered, folder / "first")
        begun = time.perf_counter() - start
        there = measure(spark, files, registered, folder / "spark")
        spark.close()
    rows, cores = arguments.rows * arguments.files, os.cpu_count() or 1
    print(f"  Spark with its first file: {begun:.1f} s; once it runs, {here / there:.2f} times this process's speed")
    each = there * cores / rows  # seconds of a processor for a row
    for many in CLUSTERS:
        saved = here / rows - each / many
        tells = f"from {begun / saved:,.0f} rows" if saved > 0 else "never"
        print(f"  reckoned: {many} processors are the quicker ones {tells}")


if __name__ == "__main__":
    main()
