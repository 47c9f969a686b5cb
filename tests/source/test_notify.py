"""A failed run tells people, the next good one tells them once, and a notifier that fails stops nothing."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pyarrow.parquet as pq
import pytest

from etl.errors import PublishRefused
from etl.settings import Settings
from tests.source.runs import Line
from tests.source.test_run import CLOSED, command


class Mailbox:
    """A webhook on loopback that keeps what it is sent."""

    def __init__(self):
        messages = self.messages = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"json://user:hidden-word@127.0.0.1:{self.server.server_port}/hook"

    def titles(self):
        return [message["title"] for message in self.messages]


@pytest.fixture
def mailbox():
    box = Mailbox()
    yield box
    box.server.shutdown()
    box.server.server_close()


@pytest.fixture
def line(tmp_path):
    return Line(tmp_path)


def test_only_failures_are_told_and_the_recovery_once(line, mailbox, monkeypatch):
    monkeypatch.setenv("ETL_NOTIFY", mailbox.url)
    line.run()
    assert mailbox.messages == []
    line.run(turun_kaupungin_ostot="403")
    line.run(turun_kaupungin_ostot="403")
    assert mailbox.titles() == ["Kuusi: the run failed"] * 2
    assert "- purchases-turku: refused: " in mailbox.messages[0]["message"]
    line.run()
    line.run()
    assert mailbox.titles()[2:] == ["Kuusi: the run is well again"]


def test_a_refused_run_is_told_with_its_reason(line, mailbox, monkeypatch):
    monkeypatch.setenv("ETL_NOTIFY", mailbox.url)
    with pytest.raises(PublishRefused):
        line.run_on(dict.fromkeys(("hri", "avoindata", "tampere", "oulu"), "http://127.0.0.1:9"))
    assert "Refused: no source could be read" in mailbox.messages[0]["message"]


def test_a_run_that_cannot_even_begin_is_told_and_recorded(line, mailbox):
    done = command(line, "run", *CLOSED, ETL_NOTIFY=mailbox.url)
    assert done.returncode == 1
    assert "no portal can be reached" in mailbox.messages[0]["message"]
    assert json.loads((line.data / "releases" / "last_run.json").read_text())["result"] == "failure"
    assert "hidden-word" not in done.stdout + done.stderr


@pytest.mark.parametrize("url", ["json://user:hidden-word@127.0.0.1:9/", "hidden-word://x", "nonsense"])
def test_a_notifier_that_fails_is_a_counted_warning_and_tells_no_secret(line, mailbox, url, capfd, caplog, monkeypatch):
    monkeypatch.setenv("ETL_NOTIFY", f"{url}, {mailbox.url}")
    result = line.run(turun_kaupungin_ostot="403")
    warnings = [issue for issue in result.issues if issue.code == "notify_failed"]
    assert [(issue.severity, issue.count) for issue in warnings] == [("warning", 1)]
    assert len(mailbox.messages) == 1
    assert result.published
    record = (line.data / "releases" / "last_run.json").read_text()
    assert "notify_failed" in record
    said = capfd.readouterr()
    assert "hidden-word" not in record + said.out + said.err + caplog.text + repr(Settings())


def crossings_of(line, result):
    rows = pq.read_table(line.release(result) / "indicator_values.parquet").to_pylist()
    return [row for row in rows if row["is_crossed"] and row["is_latest"]]


def key_of(row):
    return row["indicator_code"], row["city_code"], row["period_code"]


def test_a_crossing_is_told_once_and_only_where_it_is_new(line, mailbox, monkeypatch):
    monkeypatch.setenv("ETL_INDICATOR_NOTIFY", mailbox.url)
    first = line.run()
    expected = crossings_of(line, first)
    assert expected
    (message,) = mailbox.messages
    assert message["title"] == f"Kuusi: {len(expected)} crossed their thresholds (sample data)"
    for row in expected:
        assert f"{row['period_code']}: {row['value']:g}" in message["message"]
    assert line.run().result == "unchanged"
    line.rows, line.accept = line.rows + 300, "other purchases"
    second = line.run()
    assert second.published
    known = {(r["indicator_code"], r["city_code"], r["period_code"]) for r in expected}
    fresh = [
        r for r in crossings_of(line, second) if (r["indicator_code"], r["city_code"], r["period_code"]) not in known
    ]
    assert len(mailbox.messages) == 1 + bool(fresh)
    assert all(f"{row['period_code']}: {row['value']:g}" in mailbox.messages[-1]["message"] for row in fresh)


def test_a_webhook_that_fails_is_a_warning_without_its_secret(line, monkeypatch, capfd):
    monkeypatch.setenv("ETL_INDICATOR_NOTIFY", "json://user:hidden-word@127.0.0.1:9/")
    result = line.run()
    (warning,) = [issue for issue in result.issues if issue.code == "notify_failed"]
    assert "ETL_INDICATOR_NOTIFY" in warning.message
    said = capfd.readouterr()
    assert "hidden-word" not in warning.message + said.out + said.err + repr(Settings())


def test_nobody_is_told_by_default(line, mailbox):
    line.run(turun_kaupungin_ostot="403")
    assert mailbox.messages == []
