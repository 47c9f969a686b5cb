"""`etl status`: the live release, each source as the last run found it, and the next run."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from etl.paths import DataPaths
from etl.status import read_status
from tests.source.runs import NOW, Line
from tests.source.test_run import command


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    made = Line(tmp_path_factory.mktemp("line"))
    made.first = made.run()
    made.run(turun_kaupungin_ostot="403")
    return made


def test_each_source_stands_as_the_last_run_found_it(line):
    status = read_status(DataPaths(line.data), 24, NOW)
    sources = {source["name"]: source for source in status["sources"]}
    assert status["live"]["version"] == line.first.version
    assert status["last_run"]["result"] == "failure"
    turku = sources["purchases-turku"]
    assert (turku["state"], turku["problem"]) == ("stale", "refused")
    assert turku["rows"] > 0
    assert turku["last_good"]
    assert "refused" in [issue["code"] for issue in turku["issues"]]
    assert (sources["purchases-oulu"]["state"], sources["purchases-oulu"]["problem"]) == ("ok", None)


def test_the_next_run_is_due_a_day_after_the_last_one_or_as_the_setting_says(line):
    finished = dt.datetime.fromisoformat(
        json.loads((line.data / "releases" / "last_run.json").read_text())["finished_at"]
    )
    early = read_status(DataPaths(line.data), 24, finished)
    late = read_status(DataPaths(line.data), 0.5, finished + dt.timedelta(hours=1))
    assert dt.datetime.fromisoformat(early["next_run"]) == finished + dt.timedelta(hours=24)
    assert (early["overdue"], late["overdue"]) == (False, True)
    assert dt.datetime.fromisoformat(late["next_run"]) == finished + dt.timedelta(minutes=30)


def test_sources_that_the_last_run_did_not_come_to_stand_as_in_the_release(line):
    record = line.data / "releases" / "last_run.json"
    before = record.read_text()
    record.write_text(json.dumps(json.loads(before) | {"sources": []}))
    sources = {s["name"]: s["state"] for s in read_status(DataPaths(line.data), 24, NOW)["sources"]}
    record.write_text(before)
    assert sources["purchases-turku"] == "ok"


def test_the_command_prints_lines_or_json(line):
    text = command(line, "status", ETL_RUN_EVERY_HOURS="48")
    assert text.returncode == 0, text.stderr
    assert "stale     purchases-turku" in text.stdout
    assert "✕ purchases-turku: refused" in text.stdout
    assert "Next run 2026-11-26T06:05:00Z" in text.stdout
    status = json.loads(command(line, "status", "--json").stdout)
    assert {source["name"] for source in status["sources"]} > {"purchases-turku", "reference-cities"}


def test_without_a_release_it_says_so_and_exits_with_one(tmp_path):
    done = command(Line(tmp_path), "status", "--json")
    assert (done.returncode, json.loads(done.stdout)["live"]) == (1, None)
    assert "no release is live" in done.stderr
