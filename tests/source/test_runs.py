"""The list of the last runs: what each was, that it does not grow, and that damage to it stops no run."""

from __future__ import annotations

import json

import pytest

from etl.paths import DataPaths
from etl.publish.runs import KEPT, note_run
from tests.source.runs import Line

RECORD = {
    "run": "20261124T060300Z-1",
    "result": "failure",
    "version": "2026-11-24T0603Z-9f3c1a",
    "inputs": None,
    "sample": True,
    "started_at": "2026-11-24T06:03:00Z",
    "finished_at": "2026-11-24T06:04:00Z",
    "sources": [{"name": "a", "state": "ok"}, {"name": "b", "state": "failed"}, {"name": "c", "state": "ok"}],
    "issues": [{"severity": "error"}, {"severity": "info"}, {"severity": "error"}],
}


@pytest.fixture
def paths(tmp_path):
    return DataPaths(tmp_path)


def runs(paths):
    return json.loads(paths.runs.read_text("utf-8"))["runs"]


def test_a_run_is_kept_with_its_counts_and_without_the_texts_of_its_issues(paths):
    note_run(paths, RECORD)
    note_run(paths, RECORD | {"run": "later", "refused": "no portal can be reached"})
    first, second = runs(paths)
    assert first["issues"] == {"error": 2, "info": 1}
    assert first["sources"] == {"ok": 2, "failed": 1}
    assert (first["refused"], second["refused"]) == (False, True)
    assert (first["result"], second["run"]) == ("failure", "later")
    assert "no portal" not in paths.runs.read_text("utf-8")


def test_the_list_keeps_the_newest_only(paths):
    for number in range(KEPT + 3):
        note_run(paths, RECORD | {"run": str(number)})
    assert [run["run"] for run in runs(paths)] == [str(number) for number in range(3, KEPT + 3)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"runs": 7}', '{"runs": null}'])
def test_a_damaged_list_begins_anew(paths, text):
    paths.releases.mkdir(parents=True)
    paths.runs.write_text(text, "utf-8")
    note_run(paths, RECORD)
    assert [run["run"] for run in runs(paths)] == [RECORD["run"]]


def test_each_run_of_the_line_is_there_whatever_came_of_it(tmp_path):
    line = Line(tmp_path)
    first = line.run()
    line.run()
    line.run(turun_kaupungin_ostot="403")
    assert [(run["result"], run["version"]) for run in runs(DataPaths(line.data))] == [
        ("published", first.version),
        ("unchanged", first.version),
        ("failure", first.version),
    ]
