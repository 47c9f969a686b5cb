"""What the tests of the topics beside purchases share: the sample release, and the files that it was built from."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from etl.sample.topics import read_planted_topics


class Release:
    """The shared sample release, read without the pipeline's own readers."""

    def __init__(self, data_dir: Path):
        pointer = json.loads((data_dir / "releases" / "current.json").read_text(encoding="utf-8"))
        self.folder = data_dir / "releases" / pointer["version"]
        self.portal = data_dir / "build" / "sample-portal"
        self.package = json.loads((self.folder / "datapackage.json").read_text(encoding="utf-8"))
        self.planted = read_planted_topics(self.portal)

    def rows(self, table: str) -> list[dict]:
        return pq.read_table(self.folder / f"{table}.parquet").to_pylist()

    def sources(self, dataset: str) -> list[dict]:
        return next(d["sources"] for d in self.package["x-datasets"] if d["name"] == dataset)

    def files(self, source: str) -> list[Path]:
        """The generated files that a source was built from."""
        mine = [s for s in self.package["x-provenance"] if s["source"] == source]
        return [self.portal / s["portal"] / str(s["dataset"]) / s["file_name"] for s in mine]

    def planted_of(self, source: str) -> Counter:
        keys = [str(path.relative_to(self.portal)) for path in self.files(source)]
        return sum((Counter(self.planted[key]) for key in keys), Counter())


def records_of(path: Path, sheet: str | None = None, delimiter: str = ";", encoding: str = "utf-8") -> list[dict]:
    """The records of a generated file as header -> cell."""
    if path.suffix == ".csv":
        with path.open(encoding=encoding, newline="") as file:
            return list(csv.DictReader(file, delimiter=delimiter))
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet or "Data").to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
