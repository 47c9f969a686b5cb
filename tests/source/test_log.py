"""ETL_LOG=json: one JSON object a line on standard error, with the run's id, and no contents of any file."""

from __future__ import annotations

import json

import pytest

from tests.source.runs import Line
from tests.source.test_run import CLOSED, command


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    return Line(tmp_path_factory.mktemp("line"))


def run(line, *faults, **settings):
    settings = {"ETL_LOG": "json", "ETL_PAUSE_SECONDS": "0"} | settings
    return command(line, "run", "--sample", "--rows=1500", *(f"--fault={fault}" for fault in faults), **settings)


def parse(done):
    return [json.loads(text) for text in done.stderr.splitlines()]


@pytest.fixture(scope="module")
def done(line):
    made = run(line, "turun-kaupungin-ostot=drift")
    made.version = json.loads((line.data / "releases" / "current.json").read_text())["version"]
    made.record = json.loads((line.data / "releases" / "last_run.json").read_text())
    return made


@pytest.fixture(scope="module")
def lines(done):
    return parse(done)


@pytest.fixture(scope="module")
def again(line, done):
    """A second run, in which two things went wrong at a portal."""
    return run(line, "turun-kaupungin-ostot=drift", "espoon-kaupungin-ostot=500", ETL_ATTEMPTS="2")


def test_every_line_has_the_run_the_level_and_a_time_in_utc(lines):
    assert len({line["run"] for line in lines}) == 1
    assert all(line["timestamp"].endswith("Z") for line in lines)
    assert {line["level"] for line in lines} == {"info", "error"}


def test_every_line_names_the_release_that_is_live(done, lines, again):
    assert {line["release"] for line in lines[:-1]} == {None}
    assert lines[-1]["release"] == done.version
    assert {line["release"] for line in parse(again)} == {done.version}


def test_a_retry_is_a_line_of_the_log_and_nothing_else(again):
    retries = [line for line in parse(again) if line["event"] == "retry"]
    known = [(line["source"], line["code"], line["attempt"], line["level"]) for line in retries]
    assert known == [("purchases-espoo", "server_error", 1, "warning")]
    assert retries[0]["wait"] > 0
    assert "retry" not in again.stdout


def test_a_retry_does_not_disturb_what_a_program_reads(tmp_path):
    done = command(Line(tmp_path), "discover", "http://127.0.0.1:9", "ostot", "--json", ETL_ATTEMPTS="2")
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be reached" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_run_that_reaches_no_portal_has_the_same_fields(tmp_path):
    done = command(Line(tmp_path), "run", *CLOSED, ETL_LOG="json")
    lines = [json.loads(text) for text in done.stderr.splitlines() if text.startswith("{")]
    assert [line["event"] for line in lines] == ["run_begin", "run_end"]
    assert {line["release"] for line in lines} == {None}
    assert len({line["run"] for line in lines}) == 1


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
    assert (lines[-1]["event"], lines[-1]["release"]) == ("run_end", done.version)
    assert (lines[-1]["result"], lines[-1]["errors"], lines[-1]["level"]) == ("failure", 1, "error")
    assert lines[-1]["seconds"] > 0
    assert done.record["run"] == lines[-1]["run"]


def test_no_text_from_a_file_is_logged(lines):
    known = {"run", "level", "timestamp", "event", "source", "portal", "code", "state", "rows", "rows_in", "set_aside",
             "files", "bytes", "seconds", "release", "result", "errors", "sample"}  # fmt: skip
    assert {key for line in lines for key in line} <= known


def test_a_person_reads_the_lines_as_before(tmp_path):
    said = command(Line(tmp_path), "run", "--sample", "--rows=1500", ETL_PAUSE_SECONDS="0")
    assert "✓ purchases-oulu: " in said.stdout
    assert said.stderr == ""
