"""The same inputs and code give the same files, byte for byte, but for the times that are declared as such."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys

import pytest

from tests.source.runs import ROOT

TIMES = {"created", "version", "x-version", "id", "fetched_at", "checked_at", "last_good", "issued", "modified"}
"""Keys of the descriptor that hold when something was done, or a version, whose first part is a time."""
PORT = re.compile(r"http://127\.0\.0\.1:\d+/")
"""The sample portal's address: another free port each time."""


def run(data, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "etl", "run", "--sample", "--rows=1500"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ETL_DATA_DIR": str(data), "ETL_PAUSE_SECONDS": "0"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((data / "releases" / "current.json").read_text())


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in TIMES}
    if isinstance(value, list):
        return [without_times(item) for item in value]
    return PORT.sub("http://portal/", value) if isinstance(value, str) else value


def contents(data, pointer):
    """Each file of the release by its name: the hash of its bytes, or of its JSON without times."""
    found = {}
    folder = data / "releases" / pointer["version"]
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if path.suffix == ".json":
            content = json.dumps(without_times(json.loads(content))).encode()
        found[str(path.relative_to(folder))] = hashlib.sha256(content).hexdigest()
    return found


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    data = tmp_path_factory.mktemp("first") / "data"
    pointer = run(data, PYTHONHASHSEED="1", TZ="UTC")
    return data, pointer, contents(data, pointer)


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "UTC"},
        {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONUTF8": "0"},
    ],
    ids=["again", "elsewhere"],
)
def test_every_file_of_the_release_is_the_same(first, tmp_path, environment):
    _, pointer, expected = first
    other = run(tmp_path / "data", **environment)
    assert contents(tmp_path / "data", other) == expected
    assert other["content_hash"] == pointer["content_hash"]
    assert other["version"].rpartition("-")[2] == pointer["version"].rpartition("-")[2]
    assert {name.rpartition(".")[2] for name in expected} == {"csv", "json", "parquet"}


def test_a_run_that_changes_nothing_publishes_nothing_and_touches_no_file_of_the_release(first):
    data, pointer, _ = first
    folder = data / "releases"
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*")}
    assert run(data, PYTHONHASHSEED="2", TZ="Asia/Tokyo") == pointer
    after = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*")}
    changed = {path.name for path in after if after[path] != before.get(path)}
    assert after.keys() == before.keys()
    assert changed == {"last_run.json", "runs.json"}
