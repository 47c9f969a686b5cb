"""`etl push`: a release on a CKAN, written once, updated in place, and left alone where nothing changed."""

from __future__ import annotations

import email
import json
import os

import ckanapi
import pytest
import responses

from etl.errors import DeclarationError, FetchError, PublishRefused
from etl.fetch.session import open_session
from etl.paths import DataPaths
from etl.publish.ckan import FILE_HASH, Push, Target
from etl.publish.releases import Release, list_releases, live_release
from etl.settings import Settings
from etl.snapshot import hash_file
from tests.source.runs import Line
from tests.source.test_diff import add_rows
from tests.source.test_run import command

URL = "https://ckan.example"
SETTINGS = Settings(attempts=1, pause_seconds=0, read_timeout_seconds=120)
READS = {"status_show", "license_list", "organization_show", "package_show"}


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """Two releases; in the second a file of Tampere has three more rows."""
    made = Line(tmp_path_factory.mktemp("line"))
    made.run()
    add_rows(made)
    made.run()
    made.old, made.new = list_releases(DataPaths(made.data))
    return made


class Portal:
    """As much of CKAN as a push needs, in memory."""

    def __init__(self, extensions=()):
        self.extensions, self.organisations, self.packages, self.writes = extensions, {}, {}, []
        self.refuses = ""

    def answer(self, request):
        action = request.url.rpartition("/")[2]
        if action == self.refuses:
            return 403, {}, json.dumps({"success": False, "error": {"__type": "Authorization Error", "message": "no"}})
        data, upload = self.parse(request)
        if action not in READS:
            assert request.headers["Authorization"] == "secret"
            self.writes.append((action, data, upload))
        result = getattr(self, action)(data)
        if result is None:
            return 404, {}, json.dumps({"success": False, "error": {"__type": "Not Found Error", "message": "no"}})
        return 200, {}, json.dumps({"success": True, "result": result})

    @staticmethod
    def parse(request):
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        kind = request.headers["Content-Type"]
        if not kind.startswith("multipart"):
            return json.loads(body or b"{}"), None
        parts = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body).get_payload()
        named = {part.get_param("name", header="Content-Disposition"): part.get_payload(decode=True) for part in parts}
        upload = named.pop("upload")
        return {name: value.decode() for name, value in named.items()}, upload

    def status_show(self, _):
        return {"extensions": list(self.extensions)}

    def license_list(self, _):
        return [{"id": "CC-BY-4.0"}, {"id": "cc-zero"}]

    def organization_show(self, data):
        return self.organisations.get(data["id"])

    def organization_create(self, data):
        return self.organisations.setdefault(data["name"], data | {"state": "active"})

    def package_show(self, data):
        return next((p for p in self.packages.values() if data["id"] in (p["id"], p["name"])), None)

    def package_create(self, data):
        new = data | {"id": f"id-{data['name']}", "state": "active", "resources": []}
        return self.packages.setdefault(data["name"], new)

    def package_patch(self, data):
        return self.package_show(data).update(data) or data

    def resource_create(self, data):
        resources = self.package_show({"id": data.pop("package_id")})["resources"]
        resources.append(data | {"id": f"r-{data['name']}"})
        return resources[-1]

    def resource_patch(self, data):
        every = [r for p in self.packages.values() for r in p["resources"]]
        return next(r for r in every if r["id"] == data["id"]).update(data) or data


def push(portal, release, *, write=True, token="secret"):
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.POST, f"{URL}/api/action/status_show", portal.answer)
        for action in [name for name in dir(Portal) if "_" in name[1:] and not name.startswith("_")]:
            mock.add_callback(responses.POST, f"{URL}/api/action/{action}", portal.answer)
        session = open_session(SETTINGS, [URL])
        return Push(release, Target(URL, "kuusi", token), SETTINGS, session, write=write).run()


def test_each_dataset_is_a_package_with_its_tables_as_files(line):
    portal = Portal()
    push(portal, line.new)
    assert set(portal.organisations) == {"kuusi"}
    assert set(portal.packages) == {f"kuusi-{d['name']}" for d in line.new.descriptor["x-datasets"]}
    package = portal.packages["kuusi-purchases"]
    assert (package["license_id"], package["owner_org"]) == ("CC-BY-4.0", "kuusi")
    assert {"name": "inköpsfakturor"} in package["tags"]
    extras = {item["key"]: item["value"] for item in package["extras"]}
    assert set(json.loads(extras["title_translated"])) == {"fi", "sv", "en"}
    assert json.loads(extras["notes_translated"])["en"]
    uploads = {data["name"]: upload for action, data, upload in portal.writes if action == "resource_create"}
    assert uploads["purchases.csv"] == (line.new.folder / "purchases.csv").read_bytes()
    assert uploads["purchases.parquet"] == (line.new.folder / "purchases.parquet").read_bytes()
    assert {r["name"]: r["format"] for r in package["resources"]} == {
        "purchases.csv": "CSV", "purchases.parquet": "PARQUET",
        "purchases_set_aside.csv": "CSV", "purchases_set_aside.parquet": "PARQUET",
    }  # fmt: skip


def test_a_portal_with_fluent_fields_gets_them_as_fields(line):
    portal = Portal(extensions=["datastore", "fluent"])
    push(portal, line.new)
    package = portal.packages["kuusi-purchases"]
    assert set(package["title_translated"]) == {"fi", "sv", "en"}
    assert "title_translated" not in {item["key"] for item in package["extras"]}


def test_a_second_push_writes_nothing(line):
    portal = Portal()
    push(portal, line.new)
    portal.writes.clear()
    assert push(portal, line.new) == []
    assert portal.writes == []


def test_only_what_changed_is_uploaded_and_in_place(line):
    portal = Portal()
    push(portal, line.old)
    ids = {r["name"]: r["id"] for p in portal.packages.values() for r in p["resources"]}
    portal.packages["kuusi-purchases"]["resources"][0]["hash"] = "md5 of a loader"
    portal.writes.clear()
    push(portal, line.new)
    changed = {p.name for p in line.new.folder.iterdir() if p.suffix in (".csv", ".parquet")
               and hash_file(p) != hash_file(line.old.folder / p.name)}  # fmt: skip
    assert {"purchases.csv", "companies.csv"} <= changed
    assert {(action, data["name"]) for action, data, _ in portal.writes} == {("resource_patch", n) for n in changed}
    assert {r["name"]: r["id"] for p in portal.packages.values() for r in p["resources"]} == ids


def test_changed_texts_are_patched_and_extras_of_others_stay(line):
    portal = Portal()
    push(portal, line.new)
    portal.packages["kuusi-cities"]["extras"].append({"key": "theirs", "value": "1"})
    portal.writes.clear()
    other = json.loads(json.dumps(line.new.descriptor))
    other["x-datasets"][[d["name"] for d in other["x-datasets"]].index("cities")]["title"]["sv"] = "Städerna"
    next(r for r in other["resources"] if r["name"] == "cities")["x-description"]["fi"] = "Toinen"
    push(portal, Release(line.new.folder, other))
    assert [(action, upload) for action, _, upload in portal.writes] == [
        ("package_patch", None), ("resource_patch", None), ("resource_patch", None),
    ]  # fmt: skip
    extras = {item["key"]: item["value"] for item in portal.packages["kuusi-cities"]["extras"]}
    assert extras["theirs"] == "1"
    assert json.loads(extras["title_translated"])["sv"] == "Städerna"


def test_a_dry_run_says_all_and_writes_nothing(line):
    portal = Portal()
    planned = push(portal, line.new, write=False, token=None)
    assert portal.writes == []
    assert [action for action, _ in push(portal, line.new)] == [action for action, _ in planned]


def test_a_portal_that_refuses_is_named(line):
    portal = Portal()
    portal.refuses = "package_create"
    with pytest.raises(FetchError, match=r"package_create: not allowed.*ETL_CKAN_TOKEN"):
        push(portal, line.new)


def test_a_deleted_package_is_not_written_over(line):
    portal = Portal()
    push(portal, line.new)
    portal.packages["kuusi-cities"]["state"] = "deleted"
    with pytest.raises(PublishRefused, match="kuusi-cities is deleted"):
        push(portal, line.new)


@pytest.mark.parametrize("url", ["http://ckan.example", "ckan.example", "ftp://ckan.example"])
def test_a_token_is_not_sent_in_clear_text_or_nowhere(url):
    with pytest.raises(DeclarationError):
        Target(url, "kuusi", "secret")


def test_a_sample_is_not_pushed_unless_asked(line):
    with pytest.raises(PublishRefused, match="is a sample"):
        live_release(DataPaths(line.data), sample_too=False)
    done = command(line, "push", "--url=http://127.0.0.1:9")
    assert (done.returncode, "--sample-too" in done.stderr) == (1, True)
    lost = command(line, "push", "--url=http://127.0.0.1:9", "--sample-too", ETL_CKAN_TOKEN="secret")
    assert "no answer" in lost.stderr
    assert "secret" not in lost.stdout + lost.stderr


@pytest.mark.ckan
@pytest.mark.skipif("CKAN_URL" not in os.environ, reason="needs a real CKAN: set CKAN_URL and CKAN_TOKEN")
def test_a_real_ckan_takes_it_once_and_is_left_alone_the_second_time(line):
    url, token = os.environ["CKAN_URL"], os.environ["CKAN_TOKEN"]
    organisation = "kuusi-push-tests"
    names = [f"{organisation}-{d['name']}" for d in line.new.descriptor["x-datasets"]]
    with ckanapi.RemoteCKAN(url, apikey=token) as portal:
        for name in names:
            try:
                portal.action.dataset_purge(id=name)
            except ckanapi.NotFound:
                continue

        def pushed(release):
            session = open_session(SETTINGS, [url])
            return Push(release, Target(url, organisation, token), SETTINGS, session, write=True).run()

        def shown():
            return {name: portal.action.package_show(id=name) for name in names}

        assert pushed(line.old)
        first = shown()
        assert pushed(line.old) == []
        assert {n: p["metadata_modified"] for n, p in shown().items()} == {
            n: p["metadata_modified"] for n, p in first.items()
        }
        actions = {action for action, _ in pushed(line.new)}
        assert actions == {"resource_patch"}
        second = shown()
        purchases = second[f"{organisation}-purchases"]
        assert [r["id"] for r in purchases["resources"]] == [
            r["id"] for r in first[f"{organisation}-purchases"]["resources"]
        ]
        hashes = {r["name"]: r[FILE_HASH] for r in purchases["resources"]}
        assert hashes["purchases.csv"] == f"sha256:{hash_file(line.new.folder / 'purchases.csv')}"
        csv = next(r for r in purchases["resources"] if r["name"] == "purchases.csv")
        content = portal.session.get(csv["url"], timeout=60).content
        assert content == (line.new.folder / "purchases.csv").read_bytes()
        extras = {item["key"]: item["value"] for item in purchases["extras"]}
        assert set(json.loads(extras["title_translated"])) == {"fi", "sv", "en"}
        assert (
            second[f"{organisation}-cities"]["metadata_modified"]
            == first[f"{organisation}-cities"]["metadata_modified"]
        )
        assert pushed(line.new) == []
