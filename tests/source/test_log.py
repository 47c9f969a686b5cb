"""ETL_LOG=json: one JSON object a line on standard error, with the run's id, and no contents of any file."""

from __future__ import annotations

import json

import pytest

from tests.source.runs import Line
from tests.source.test_run import command


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    line = Line(tmp_path_factory.mktemp("line"))
    faults = "--fault=turun-kaupungin-ostot=drift"
    made = command(line, "run", "--sample", "--rows=1500", faults, ETL_LOG="json", ETL_PAUSE_SECONDS="0")
    made.data = line.data
    return made


@pytest.fixture(scope="module")
def lines(done):
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_line_has_the_run_the_level_and_a_time_in_utc(lines):
    assert len({line["run"] for line in lines}) == 1
    assert all(line["timestamp"].endswith("Z") for line in lines)
    assert {line["level"] for line in lines} == {"info", "error"}


def test_each_source_begins_and_ends_with_seconds_rows_and_bytes(lines):
    begun = [line["source"] for line in lines if line["event"] == "source_begin"]
    ended = {line["source"]: line for line in lines if line["event"] == "source_end"}
    assert [line["event"] for line in lines[:2]] == ["run_begin", "source_begin"]
    assert set(begun) - set(ended) == {"purchases-turku"}
    oulu = ended["purchases-oulu"]
    assert oulu["rows_in"] == oulu["rows"] + oulu["set_aside"]
    assert oulu["rows"] > 100
    assert oulu["bytes"] > 1000
    assert oulu["seconds"] > 0
    failed = [line for line in lines if line["event"] == "source_fail"]
    assert [(line["source"], line["code"]) for line in failed] == [("purchases-turku", "unexpected_data")]


def test_the_last_line_names_the_release_and_how_the_run_ended(lines, done):
    live = json.loads((done.data / "releases" / "current.json").read_text())
    assert (lines[-1]["event"], lines[-1]["release"]) == ("run_end", live["version"])
    assert (lines[-1]["result"], lines[-1]["errors"], lines[-1]["level"]) == ("failure", 1, "error")
    assert lines[-1]["seconds"] > 0
    record = json.loads((done.data / "releases" / "last_run.json").read_text())
    assert record["run"] == lines[-1]["run"]


def test_no_text_from_a_file_is_logged(lines):
    known = {"run", "level", "timestamp", "event", "source", "portal", "code", "state", "rows", "rows_in", "set_aside",
             "files", "bytes", "seconds", "release", "result", "errors", "sample"}  # fmt: skip
    assert {key for line in lines for key in line} <= known


def test_a_person_reads_the_lines_as_before(tmp_path):
    said = command(Line(tmp_path), "run", "--sample", "--rows=1500", ETL_PAUSE_SECONDS="0")
    assert "✓ purchases-oulu: " in said.stdout
    assert said.stderr == ""
