"""What whoever runs the site sees of it: figures, ids of requests, and lines without personal data."""

import datetime as dt
import io
import json
import logging
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dashboard.app import create_site
from dashboard.observe.logs import use_json_logs
from dashboard.settings import Settings
from tests.fixtures.release import write_release

SECRET = "matti-meikalainen"


@pytest.fixture
def lines():
    """Gives what has been logged so far, a mapping a line."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers, root.level
    use_json_logs(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = before


def figures(client):
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(sample.name, *sorted(sample.labels.values())): sample.value for one in families for sample in one.samples}


def test_requests_are_counted_by_kind_of_address(client):
    def count(found):
        return found.get(("kuusi_requests_total", "/<language>/companies/<business_id>", "200", "GET"), 0)

    before = figures(client)
    for business_id in ("9800014-7", "9800011-2"):
        assert client.get(f"/fi/companies/{business_id}").status_code == 200
    after = figures(client)
    name = [key for key in after if key[0] == "kuusi_requests_total" and "companies/<business_id>" in "".join(key)]
    assert sum(after[key] - before.get(key, 0) for key in name) == 2
    assert after["kuusi_request_seconds_count", "/<language>/companies/<business_id>"] >= 2


def test_an_address_that_anybody_makes_up_is_no_label(client):
    client.get(f"/{SECRET}/x")
    client.open("/fi/", method="MADEUP")
    text = client.get("/metrics").text
    assert SECRET not in text
    assert "MADEUP" not in text


def test_the_figures_tell_of_the_release_and_its_sources(client, site):
    found = figures(client)
    assert found["kuusi_release_info", *sorted((site.engine.package.version, "true"))] == 1
    assert found["kuusi_release_age_seconds",] > 0
    assert found["kuusi_release_refused",] == 0
    assert any(key[0] == "kuusi_source_state" for key in found)


def test_the_figures_tell_when_the_last_run_was_and_whether_it_failed(tmp_path):
    write_release(tmp_path, 120)
    client = create_site(Settings(data_dir=tmp_path)).server.test_client()
    record = tmp_path / "releases" / "last_run.json"
    told = json.loads(record.read_text())
    for result, failed in (("unchanged", 0), ("failure", 1)):
        finished = dt.datetime.now(dt.UTC) - dt.timedelta(hours=30)
        record.write_text(json.dumps(told | {"result": result, "finished_at": f"{finished:%Y-%m-%dT%H:%M:%SZ}"}))
        found = figures(client)
        assert found["kuusi_last_run_failed",] == failed
        assert 30 * 3600 <= found["kuusi_last_run_age_seconds",] < 31 * 3600
    record.unlink()
    assert not [key for key in figures(client) if key[0].startswith("kuusi_last_run")]


def test_looks_for_kept_answers_and_queries_are_counted(client, site):
    site.forget()
    before = figures(client)
    client.get("/fi/companies")
    client.get("/fi/companies")
    after = figures(client)

    def more(*key):
        return after.get(key, 0) - before.get(key, 0)

    assert more("kuusi_cache_lookups_total", "answer", "miss") >= 1
    assert more("kuusi_cache_lookups_total", "answer", "hit") >= 1
    assert more("kuusi_query_seconds_count") >= 5


def test_a_request_is_one_line_of_json_without_what_was_asked_for(client, lines):
    answer = client.get(f"/fi/search?q={SECRET}", environ_base={"REMOTE_ADDR": "192.0.2.77"})
    (line,) = [one for one in lines() if one["event"] == "request"]
    assert line["route"] == "/<language>/search"
    assert (line["status"], line["method"], line["network"]) == (200, "GET", "192.0.2.0/24")
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert SECRET not in json.dumps(line)
    assert "192.0.2.77" not in json.dumps(line)


def test_the_line_of_a_fault_has_the_id_that_its_reader_is_given(site, lines, monkeypatch):
    monkeypatch.setattr("dashboard.app.Site.make", lambda *_: 1 / 0)
    answer = site.server.test_client().get("/fi/privacy?never=seen")
    (fault,) = [one for one in lines() if "exception" in one]
    assert answer.status_code == 500
    assert fault["request_id"] == answer.headers["X-Request-ID"]
    assert "ZeroDivisionError" in fault["exception"]


@pytest.mark.parametrize(
    ("given", "kept"), [("proxy-0a1b2c3d", True), ("short", False), ("a" * 65, False), ('x" injected=1 y', False)]
)
def test_an_id_is_taken_over_from_a_proxy_only_where_it_is_one(client, given, kept):
    told = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (told == given) is kept
    assert kept or re.fullmatch(r"[0-9a-f]{32}", told)


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_what_is_watched_is_never_kept(client, address):
    assert client.get(address).headers["Cache-Control"] == "no-store"
