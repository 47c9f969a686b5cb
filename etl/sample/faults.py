"""What can go wrong at a portal, on demand: wrong statuses, wrong bytes, no bytes, too many bytes."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import xlsxwriter
from flask import Response

from etl.sample.decoys import PAGE, PDF, PNG
from etl.sample.generate import write_plan
from etl.sample.plan import FilePlan
from etl.sample.topic import Topic, write_topic

PACKAGE_FAULTS = {"403", "500", "html200", "timeout"}
"""On `package_show` of the dataset."""
STATUS_OF_FILE = {"403file": 403, "404file": 404, "500file": 500, "gone": 410, "html200file": 200}
REPLACED = {"drift", "missing_column", "wrong_type", "zipbomb"}
"""Other bytes are served in the file's place."""
FILE_FAULTS = {*STATUS_OF_FILE, *REPLACED, "slow", "truncate", "empty"}
"""On the dataset's newest data file, in each of its formats."""
NO_DATA = "nopick"
"""The dataset has decoys only."""
DOWN = "down"
"""For `portal:NAME`: nobody listens there."""
ALL = "*"
SLEEP_SECONDS = 30.0
BOMB_BYTES = 3 * 1024**3
BOMB_CHUNK = bytes(1 << 20)
DRIFT_HEADER = "Jokin muu"


def check_faults(faults: Mapping[str, str], datasets: Collection[str], portals: Collection[str]) -> None:
    """Raise ValueError for a fault that is not known or that names nothing here."""
    for place, fault in faults.items():
        if place.startswith("portal:"):
            known = fault == DOWN and place.removeprefix("portal:") in portals
        else:
            known = fault in PACKAGE_FAULTS | FILE_FAULTS | {NO_DATA} and (place == ALL or place in datasets)
        if not known:
            raise ValueError(f"no fault {fault!r} at {place!r}")


def fault_of(faults: Mapping[str, str], dataset: str) -> str:
    """The dataset's fault, or that of all datasets, or an empty text."""
    return faults.get(dataset, faults.get(ALL, ""))


def answer_package(fault: str, stop: threading.Event) -> Response | None:
    """What comes instead of the package, None where it comes after all (late, for `timeout`)."""
    if fault == "timeout":
        stop.wait(SLEEP_SECONDS)
    if fault not in PACKAGE_FAULTS - {"timeout"}:
        return None
    return Response(PAGE, status=200 if fault == "html200" else int(fault), content_type="text/html")


def answer_file(fault: str, path: Path, stop: threading.Event) -> Response | None:
    """What comes instead of the file at `path`, None where the file itself comes."""
    if fault in STATUS_OF_FILE:
        return Response(PAGE, status=STATUS_OF_FILE[fault], content_type="text/html")
    if fault == "empty":
        return Response(b"", content_type="application/octet-stream")
    if fault in ("truncate", "slow"):
        parts = _cut(path) if fault == "truncate" else _slow(path, stop)
        length = {"Content-Length": str(path.stat().st_size)}
        return Response(parts, headers=length, content_type="application/octet-stream")
    return None


def _cut(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()[: path.stat().st_size // 2]


def _slow(path: Path, stop: threading.Event) -> Iterator[bytes]:
    """The first kilobyte, a long silence (cut short where the portal stops), then the rest."""
    content = path.read_bytes()
    yield content[:1024]
    stop.wait(SLEEP_SECONDS)
    yield content[1024:]


def write_replacement(fault: str, path: Path, plan: FilePlan, seed: int) -> None:
    """Write to `path` the bytes that `fault` serves in the place of the planned file."""
    if fault == "zipbomb":
        write_bomb(path)
    elif fault == "wrong_type":
        path.write_bytes(PNG if plan.format == "CSV" else PDF)
    else:
        layout = plan.layout
        odd = layout.renamed("amount", DRIFT_HEADER) if fault == "drift" else layout.without("supplier_id")
        write_plan(path, plan.with_layout(odd), seed)


def write_topic_replacement(fault: str, path: Path, topic: Topic, seed: int) -> None:
    """The same for a file of another topic than purchases."""
    if fault == "zipbomb":
        write_bomb(path)
    elif fault == "wrong_type":
        path.write_bytes(PDF if topic.format == "XLSX" else PNG)
    else:
        write_topic(path, topic.renamed(DRIFT_HEADER if fault == "drift" else None), seed)


def write_bomb(path: Path) -> None:
    """A workbook whose sheet is gigabytes of zeros: a few megabytes on disk, written as a stream."""
    frame = path.with_suffix(".frame")
    book = xlsxwriter.Workbook(str(frame))
    book.add_worksheet("Ostolaskut")
    book.close()
    with (
        zipfile.ZipFile(frame) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for item in source.infolist():
            if item.filename == "xl/worksheets/sheet1.xml":
                with target.open(item.filename, "w", force_zip64=True) as sheet:
                    for _ in range(BOMB_BYTES // len(BOMB_CHUNK)):
                        sheet.write(BOMB_CHUNK)
            else:
                target.writestr(item, source.read(item))
    frame.unlink()
