"""A run over the inputs of the run before builds nothing, and says of them what that run said."""

from __future__ import annotations

import json

import pytest

import etl.engines.here
from tests.source.runs import Line


@pytest.fixture
def line(tmp_path):
    made = Line(tmp_path)
    made.first = made.run()
    return made


@pytest.fixture
def built(monkeypatch):
    """The names of the sources that are built from here on."""
    names, build = [], etl.engines.here.build_source

    def watched(work, source, files):
        names.append(source.name)
        return build(work, source, files)

    monkeypatch.setattr("etl.engines.here.build_source", watched)
    return names


def record(line):
    return json.loads((line.data / "releases" / "last_run.json").read_text())


def findings(issues):
    return sorted((i.source, i.code, i.count or 0, i.message) for i in issues if i.source != "release")


def test_nothing_is_built_and_the_account_and_the_findings_are_those_of_before(line, built):
    before = record(line)
    again = line.run()
    assert (again.result, again.version, built) == ("unchanged", line.first.version, [])
    assert findings(again.issues) == findings(line.first.issues)
    after = record(line)
    assert [s | {"last_good": None} for s in after["sources"]] == [s | {"last_good": None} for s in before["sources"]]
    assert all(
        new["last_good"] > old["last_good"] for new, old in zip(after["sources"], before["sources"], strict=True)
    )
    assert line.run().result == "unchanged"
    assert built == []


def test_a_full_build_of_the_same_inputs_says_the_same(line, built):
    first = findings(line.run().issues)
    (line.data / "releases" / "last_run.json").unlink()
    again = line.run()
    assert (again.result, findings(again.issues)) == ("unchanged", first)
    assert len(built) == len(record(line)["sources"])


@pytest.mark.parametrize("damage", ["{", '{"inputs": 1}', "sources", "issues"])
def test_a_damaged_record_is_built_anew(line, built, damage):
    path = line.data / "releases" / "last_run.json"
    path.write_text(damage if damage.startswith("{") else json.dumps(record(line) | {damage: [1]}))
    assert line.run().result == "unchanged"
    assert built


def test_what_failed_is_built_from_its_last_good_files_and_what_recovers_anew(line, built):
    assert line.run_with({"turun-kaupungin-ostot": "403"}).result == "failure"
    assert built
    built.clear()
    assert line.run().result == "unchanged"
    assert built
    built.clear()
    line.run()
    assert built == []


def test_a_damaged_release_is_built_anew(line, built):
    (line.release(line.first) / "purchases.parquet").unlink()
    assert line.run().published
    assert built


def test_other_libraries_are_other_inputs(line, built, monkeypatch):
    monkeypatch.setattr("etl.inputs.version", lambda name: "0")
    assert line.run().result == "unchanged"
    assert built
