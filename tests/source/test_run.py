from __future__ import annotations

import http.server
import json
import shutil
import subprocess
import sys
import threading

import pyarrow.parquet as pq
import pytest

from etl.errors import NothingToPublish, PublishRefused
from etl.paths import DataPaths
from etl.publish.package import read_current
from etl.sample.plan import DATASETS
from tests.source.runs import REGISTRY, ROOT, Line

FAULTS = {
    "403": "refused",
    "403file": "refused",
    "404file": "not_found",
    "gone": "gone",
    "500": "server_error",
    "500file": "server_error",
    "html200": "wrong_content",
    "html200file": "unexpected_data",
    "timeout": "timeout",
    "slow": "timeout",
    "truncate": "truncated",
    "empty": "empty",
    "drift": "unexpected_data",
    "missing_column": "unexpected_data",
    "wrong_type": "unexpected_data",
    "zipbomb": "unexpected_data",
    "nopick": "not_picked",
}


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    made = Line(tmp_path_factory.mktemp("line"))
    made.first = made.run()
    return made


def read(line, result, table):
    return pq.read_table(line.release(result) / f"{table}.parquet").to_pylist()


def descriptor(line, result):
    return json.loads((line.release(result) / "datapackage.json").read_text())


def test_a_first_run_publishes_and_points_to_its_release(line):
    pointer = json.loads((line.data / "releases" / "current.json").read_text())
    assert line.first.result == "published"
    assert line.first.exit_code == 0
    assert pointer["version"] == line.first.version
    assert pointer["sample"] is True
    assert descriptor(line, line.first)["x-sample"] is True


def test_a_second_run_over_the_same_files_publishes_nothing(line):
    again = line.run()
    assert (again.result, again.published, again.version) == ("unchanged", False, line.first.version)


def test_two_fresh_folders_give_the_same_bytes(line, tmp_path):
    other = Line(tmp_path)
    result = other.run()
    assert result.version.rpartition("-")[2] == line.first.version.rpartition("-")[2]
    for name in ("purchases.csv", "purchases.parquet", "companies.csv", "purchases_set_aside.csv"):
        assert (other.release(result) / name).read_bytes() == (line.release(line.first) / name).read_bytes()


def test_every_row_that_was_served_is_kept_or_set_aside(line):
    kept, aside = read(line, line.first, "purchases"), read(line, line.first, "purchases_set_aside")
    keys = [(row["snapshot_id"], row["row_number"]) for row in kept + aside]
    picked = {s["sha256"] for s in descriptor(line, line.first)["x-provenance"] if s["dataset"] is not None}
    served = sum(f.rows for f in line.served if f.sha256 in picked)
    blank = sum(row["reason_code"] == "blank_row" for row in aside)
    assert len(keys) == len(set(keys))
    assert len(keys) - blank == served
    for dataset in descriptor(line, line.first)["x-datasets"]:
        for source in dataset["sources"]:
            assert source["rows_in"] == source["rows"] + sum(source["set_aside"].values()), source["name"]


def test_all_six_cities_come_out_of_their_own_sources(line):
    by_city = {}
    for row in read(line, line.first, "purchases"):
        by_city.setdefault(row["city_code"], set()).add(row["rule_code"])
    assert set(by_city) == {"091", "049", "092", "837", "853", "564"}
    assert all(len(rules) == 1 for rules in by_city.values())


def test_the_national_file_counts_nothing_twice(line):
    national = [row for row in read(line, line.first, "purchases") if row["rule_code"] == "purchases-national"]
    covered = [
        r for r in read(line, line.first, "purchases_set_aside") if r["reason_code"] == "covered_by_better_source"
    ]
    assert national == []
    assert covered


def test_no_person_sole_trader_or_bank_account_is_published(line):
    text = (line.release(line.first) / "purchases.csv").read_text()
    names = {row["supplier_name"] for row in read(line, line.first, "purchases") if row["supplier_name"]}
    assert "Tmi " not in text
    assert "FI00" not in text
    assert "anonym" not in text.lower()
    assert not [name for name in names if name.startswith("Testinen ")]


@pytest.mark.parametrize(("fault", "code"), FAULTS.items())
def test_a_fault_is_a_named_issue_and_the_live_release_stays(line, fault, code, monkeypatch):
    monkeypatch.setattr("etl.sample.faults.BOMB_BYTES", 64 << 20)
    monkeypatch.setenv("ETL_MAX_UNPACKED_BYTES", str(32 << 20))
    result = line.run(turun_kaupungin_ostot=fault)
    errors = [issue for issue in result.issues if issue.severity == "error"]
    assert (result.result, result.exit_code, result.version) == ("failure", 1, line.first.version)
    assert [(e.source, e.portal, e.dataset, e.code) for e in errors] == [
        ("purchases-turku", "avoindata", "turun-kaupungin-ostot", code)
    ]
    assert errors[0].message
    if fault.endswith("file") or fault in ("truncate", "empty", "drift", "missing_column", "wrong_type", "zipbomb"):
        assert "Turun kaupungin ostot" in (errors[0].resource or "")


def test_a_portal_that_is_down_fails_its_sources_only(line):
    result = line.run(portal_hri="down")
    failed = {issue.source for issue in result.issues if issue.severity == "error"}
    assert failed == {source.name for source in REGISTRY().sources() if source.portal == "hri"}
    assert result.version == line.first.version


def test_what_a_city_does_not_publish_is_a_finding_in_three_languages(line):
    found = [issue for issue in descriptor(line, line.first)["x-issues"] if issue["code"] == "not_published"]
    assert ("budgets", "info") in {(issue["source"], issue["severity"]) for issue in found}
    assert all(set(issue["texts"]) == {"fi", "sv", "en"} and issue["message"] for issue in found)
    assert not [row for row in read(line, line.first, "budgets") if row["city_code"] == "853"]


def test_a_first_run_with_a_fault_publishes_what_answered_and_says_what_failed(tmp_path):
    line = Line(tmp_path)
    result = line.run(turun_kaupungin_ostot="403")
    sources = {s["name"]: s for d in descriptor(line, result)["x-datasets"] for s in d["sources"]}
    assert (result.published, result.exit_code) == (True, 1)
    assert (sources["purchases-turku"]["state"], sources["purchases-turku"]["rows"]) == ("failed", 0)
    assert sources["purchases-oulu"]["state"] == "ok"


def test_a_failure_is_recorded_where_the_site_reads_it(line):
    line.run(turun_kaupungin_ostot="403")
    last = json.loads((line.data / "releases" / "last_run.json").read_text())
    assert last["result"] == "failure"
    assert [i["source"] for i in last["issues"] if i["severity"] == "error"] == ["purchases-turku"]
    assert line.run().result == "unchanged"


def test_no_source_at_all_is_refused(tmp_path):
    line = Line(tmp_path)
    with pytest.raises(PublishRefused, match="no source"):
        line.run_on(dict.fromkeys(REGISTRY().portals, "http://127.0.0.1:9"))
    assert not (line.data / "releases" / "current.json").exists()
    last = json.loads((line.data / "releases" / "last_run.json").read_text())
    assert (last["result"], last["version"]) == ("failure", None)
    assert len([i for i in last["issues"] if i["severity"] == "error"]) == sum(
        source.kind != "reference" for source in REGISTRY().sources()
    )


def command(line, *arguments, **settings):
    environment = {"ETL_DATA_DIR": str(line.data), "ETL_ATTEMPTS": "1", "PATH": "/usr/bin:/bin"} | settings
    return subprocess.run(
        [sys.executable, "-m", "etl", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


CLOSED = [f"--portal={name}=http://127.0.0.1:9" for name in REGISTRY().portals]


def test_the_command_line_says_one_line_and_exits_with_one_when_no_portal_answers(tmp_path):
    done = command(Line(tmp_path), "run", *CLOSED)
    assert done.returncode == 1
    assert done.stderr.startswith("etl: no portal can be reached: hri (unreachable)")
    assert "Traceback" not in done.stdout + done.stderr


def test_the_command_line_falls_back_to_a_sample_only_when_asked(tmp_path):
    line = Line(tmp_path)
    done = command(line, "run", "--or-sample", "--rows=1500", *CLOSED)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No portal can be reached, so a sample release is built from generated data." in done.stdout
    again = command(line, "run", "--if-missing", "--or-sample")
    assert (again.returncode, again.stdout.count("is there")) == (0, 1)


@pytest.mark.parametrize("status", [200, 403])
def test_portals_that_all_answer_with_a_page_or_a_refusal_are_as_none(tmp_path, status):
    class Wall(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html>log in first</html>")

        do_POST = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Wall)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    portals = [f"--portal={name}=http://127.0.0.1:{server.server_port}/" for name in REGISTRY().portals]
    settings = {"ETL_PAUSE_SECONDS": "0"}
    line = Line(tmp_path)
    try:
        alone = command(line, "run", *portals, **settings)
        assert (alone.returncode, read_current(DataPaths(line.data))) == (1, None)
        done = command(line, "run", "--or-sample", "--rows=1500", *portals, **settings)
    finally:
        server.shutdown()
        server.server_close()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "so a sample release is built from generated data." in done.stdout
    assert read_current(DataPaths(line.data))["sample"] is True


def test_a_first_release_without_purchases_is_refused(tmp_path):
    line = Line(tmp_path)
    with pytest.raises(NothingToPublish, match="no source of purchases could be read"):
        line.run_with({dataset: "403file" for _, dataset in DATASETS.values()})
    assert read_current(DataPaths(line.data)) is None


def test_with_a_damaged_pointer_a_fall_is_still_refused(tmp_path):
    line = Line(tmp_path)
    line.run()
    (line.data / "releases" / "current.json").write_text("{")
    line.rows = 500
    shutil.rmtree(line.files)
    with pytest.raises(PublishRefused, match="stays live"):
        line.run()


def test_the_command_line_ends_a_fault_without_a_traceback(tmp_path):
    line = Line(tmp_path)
    done = command(line, "run", "--sample", "--rows=1500", "--fault=turun-kaupungin-ostot=html200")
    assert done.returncode == 1
    assert "✕ purchases-turku" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
