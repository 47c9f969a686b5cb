"""From a portal's answer to kept files: what is recorded of each, and what becomes of every kind of answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest
import requests
import responses

from etl.collect import Collector, pick_files
from etl.declare import Portal, Source
from etl.errors import DeclarationError, FetchError, SnapshotMismatch
from etl.fetch.ckan import check_portal, show_package
from etl.fetch.session import open_session
from etl.settings import Settings
from etl.snapshot import SnapshotStore

API = "https://portal.example/data"
PORTAL = Portal(title="P", api=API, page="https://portal.example/{dataset}")
SHOW = f"{API}/api/action/package_show"
FILE = "https://files.example/download/"
TEXT = {"fi": "a", "sv": "b", "en": "c"}
SOURCE = Source.model_validate(
    {
        "name": "purchases-lahti",
        "title": TEXT,
        "publisher": "Lahti",
        "licence": {"id": "cc-by-4.0", "title": "CC BY", "url": "https://example.org"},
        "portal": "p",
        "dataset": "lahden-ostot",
        "pick": {"match": r"ostot_(?P<year>20\d\d)"},
        "columns": {},
    }
)


class Desk:
    """A collector over a folder, a clock that can be moved and a mocked web."""

    def __init__(self, folder, mocked, monkeypatch):
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.216.34", 0))])
        self.mocked, self.folder, self.heard = mocked, folder, []
        self.settings = Settings(attempts=1, pause_seconds=0, reference_dir=folder / "reference")
        self.store = SnapshotStore(folder / "snapshots")
        self.now = dt.datetime(2026, 11, 24, 6, 3, tzinfo=dt.UTC)

    def collector(self, **more):
        session = open_session(self.settings)
        return Collector(
            session, self.settings, self.store, False, lambda: self.now, lambda *n: self.heard.append(n), **more
        )

    def collect(self, source=SOURCE, **more):
        return self.collector(**more).collect(source, PORTAL)

    def show(self, *names, **more):
        resources = [{"id": name, "name": name, "url": FILE + name, "format": "CSV"} for name in names]
        result = {"id": "uuid", "name": "lahden-ostot", "license_id": "CC-BY-4.0", "resources": resources, **more}
        self.mocked.get(SHOW, json={"success": True, "result": result})


@pytest.fixture
def desk(tmp_path, monkeypatch):
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        yield Desk(tmp_path, mocked, monkeypatch)


def test_a_file_is_kept_with_all_that_is_known_of_it(desk):
    body = b"Summa\n1,00\n"
    desk.show("ostot_2024.csv")
    headers = {"ETag": '"7"', "Last-Modified": "Tue, 24 Nov 2026 06:00:00 GMT"}
    desk.mocked.get(f"{FILE}ostot_2024.csv", body=body, headers=headers)
    (snapshot,), issues = desk.collect()
    sha256 = hashlib.sha256(body).hexdigest()
    assert issues == []
    assert snapshot.id == f"purchases-lahti:{sha256[:12]}"
    assert (snapshot.sha256, snapshot.bytes, snapshot.year) == (sha256, len(body), 2024)
    assert (snapshot.dataset, snapshot.dataset_id, snapshot.resource_id) == ("lahden-ostot", "uuid", "ostot_2024.csv")
    assert (snapshot.etag, snapshot.last_modified) == ('"7"', headers["Last-Modified"])
    assert (snapshot.licence_id, snapshot.sample) == ("cc-by-4.0", False)
    assert snapshot.fetched_at == snapshot.checked_at == "2026-11-24T06:03:00+00:00"
    assert [(s.id, path.read_bytes()) for s, path in pick_files(desk.store, [snapshot])] == [(snapshot.id, body)]
    assert sum(size for _, size in desk.heard) == len(body)
    assert {name for name, _ in desk.heard} == {"purchases-lahti"}


def test_what_has_not_changed_is_asked_for_by_its_validator_and_keeps_the_day_it_came(desk):
    desk.show("ostot_2024.csv")
    desk.mocked.get(f"{FILE}ostot_2024.csv", body=b"a", headers={"ETag": '"7"'})
    (first,), _ = desk.collect()
    desk.mocked.upsert("GET", f"{FILE}ostot_2024.csv", status=304)
    desk.now += dt.timedelta(days=1)
    (second,), _ = desk.collect()
    assert desk.mocked.calls[-1].request.headers["If-None-Match"] == '"7"'
    assert (second.id, second.fetched_at) == (first.id, first.fetched_at)
    assert second.checked_at == "2026-11-25T06:03:00+00:00"
    assert desk.store.path(second).read_bytes() == b"a"


def test_what_has_changed_is_a_snapshot_beside_the_old_one(desk):
    desk.show("ostot_2024.csv")
    desk.mocked.get(f"{FILE}ostot_2024.csv", body=b"a")
    (first,), _ = desk.collect()
    desk.mocked.upsert("GET", f"{FILE}ostot_2024.csv", body=b"b")
    (second,), _ = desk.collect()
    assert [desk.store.path(s).read_bytes() for s in (first, second)] == [b"a", b"b"]


def test_one_content_under_two_names_is_taken_once_and_told(desk):
    desk.show("ostot_2023.csv", "ostot_2024.csv")
    for year in (2023, 2024):
        desk.mocked.get(f"{FILE}ostot_{year}.csv", body=b"the same")
    snapshots, issues = desk.collect()
    assert [s.year for s in snapshots] == [2023]
    assert [(i.code, i.severity) for i in issues] == [("duplicate_file", "warning")]
    assert "ostot_2024.csv" in issues[0].message
    assert "ostot_2023.csv" in issues[0].message


def test_one_file_that_cannot_be_had_fails_the_source_and_is_named(desk):
    desk.show("ostot_2023.csv", "ostot_2024.csv")
    desk.mocked.get(f"{FILE}ostot_2023.csv", body=b"a")
    desk.mocked.get(f"{FILE}ostot_2024.csv", status=404)
    with pytest.raises(FetchError) as caught:
        desk.collect()
    assert (caught.value.state, caught.value.resource) == ("not_found", "ostot_2024.csv")
    assert desk.store.good("purchases-lahti") == []


@pytest.mark.parametrize(
    "name", ["ostot_2024%20(1).csv", "..%2F..%2Fetc%2Fostot_2024.csv", "ostot_2024%00.csv", "ostot_2024.csv%3Fx=1"]
)
def test_a_hostile_file_name_stays_within_its_folder(desk, name):
    desk.show(name)
    desk.mocked.add("GET", f"{FILE}{name}", body=b"a")
    (snapshot,), _ = desk.collect()
    path = desk.store.path(snapshot)
    assert path.parent.parent == desk.folder / "snapshots" / "purchases-lahti"
    assert "/" not in snapshot.file_name
    assert path.read_bytes() == b"a"


def reference(**more):
    return SOURCE.model_copy(update={"kind": "reference", "path": "towns.csv", "portal": None, **more})


def test_a_table_kept_by_hand_is_real_in_every_run_and_must_be_there(desk):
    with pytest.raises(DeclarationError, match=r"purchases-lahti names .*towns\.csv, which is not there"):
        desk.collect(reference())
    (desk.folder / "reference").mkdir()
    (desk.folder / "reference" / "towns.csv").write_text("a\n")
    (snapshot,), issues = desk.collect(reference())
    assert (snapshot.sample, snapshot.portal, snapshot.url, issues) == (False, None, "data/reference/towns.csv", [])
    path = desk.store.path(snapshot)
    path.write_text("b\n")
    with pytest.raises(SnapshotMismatch, match="changed on disk"):
        pick_files(desk.store, [snapshot])


ANSWERS = {
    "ckan's own 404": (404, {"success": False, "error": {"__type": "Not Found Error", "message": "x"}}, "not_found"),
    "ckan's own 403": (403, {"success": False, "error": {"__type": "Authorization Error"}}, "refused"),
    "a firewall's 403": (403, "<html>Forbidden</html>", "refused"),
    "a page's 404": (404, "<html>Not found</html>", "not_found"),
    "an unknown action": (400, '"Bad request - Action name not known"', "wrong_content"),
    "a fault of the server": (500, "<html>Internal Server Error</html>", "server_error"),
    "a gateway's 502": (502, "Bad gateway", "server_error"),
    "gone": (410, "Gone", "gone"),
    "a front page with 200": (200, "<!DOCTYPE html><html>Welcome</html>", "wrong_content"),
    "nothing": (200, "", "wrong_content"),
    "no envelope": (200, "[]", "wrong_content"),
    "a number": (200, "7", "wrong_content"),
    "half of an answer": (200, '{"success": true, "resu', "wrong_content"),
    "a result that is no dataset": (200, {"success": True, "result": [1]}, "wrong_content"),
    "resources that are none": (200, {"success": True, "result": {"resources": "a"}}, "wrong_content"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_that_is_no_dataset_has_its_state_in_one_line(desk, answer):
    status, body, state = ANSWERS[answer]
    desk.mocked.get(SHOW, status=status, body=body if isinstance(body, str) else json.dumps(body))
    with open_session(desk.settings) as session, pytest.raises(FetchError) as caught:
        show_package(session, API, "lahden-ostot", desk.settings)
    assert caught.value.state == state
    assert "\n" not in str(caught.value)
    assert API in str(caught.value)


def test_a_portal_that_fails_once_is_asked_again_and_one_that_refuses_is_not(desk):
    settings = Settings(attempts=3, pause_seconds=0)
    desk.mocked.get(SHOW, status=500)
    desk.show("ostot_2024.csv")
    with open_session(settings) as session:
        assert show_package(session, API, "lahden-ostot", settings).id == "uuid"
        assert len(desk.mocked.calls) == 2
        desk.mocked.upsert("GET", SHOW, status=403)
        with pytest.raises(FetchError):
            show_package(session, API, "lahden-ostot", settings)
    assert len(desk.mocked.calls) == 3


def test_a_portal_is_well_only_if_it_answers_as_a_ckan(desk):
    address = f"{API}/api/action/status_show"
    desk.mocked.get(address, json={"success": True, "result": {"ckan_version": "2.12.0"}})
    with open_session(desk.settings) as session:
        check_portal(session, API, desk.settings)
        desk.mocked.upsert("GET", address, body=requests.ConnectionError("no route"))
        with pytest.raises(FetchError) as caught:
            check_portal(session, API, desk.settings)
    assert caught.value.state == "unreachable"
