"""Another release is taken up while the site runs, and a broken one is refused."""

import gc
import shutil
import weakref

import pytest

from dashboard import follow
from dashboard.app import create_site
from dashboard.errors import PackageNotFound
from dashboard.follow import Follower, pointer_state
from dashboard.settings import Settings
from dashboard.wsgi import Door, settle
from tests.fixtures.release import change_descriptor, write_release


@pytest.fixture
def running(tmp_path):
    """(the site of a first release, the folder of its data)."""
    write_release(tmp_path, 216)
    return create_site(Settings(data_dir=tmp_path)), tmp_path


def damage(release):
    file = release / "purchases.parquet"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-9])


def release_of(client):
    return client.get("/readyz").json["release"]


def test_the_next_release_is_on_every_address_once_it_is_taken_up(running):
    site, folder = running
    client = site.server.test_client()
    first = release_of(client)
    before = client.get("/en/companies").text
    assert not site.shelf.take_up()
    second = write_release(folder, 240).name
    assert release_of(client) == first
    assert site.shelf.take_up()
    assert release_of(client) == second != first
    assert second in client.get("/en/companies").text != before
    assert client.get("/datapackage.json").json["x-version"] == second
    assert second in client.get("/api/v1/releases").text
    assert client.get(f"/en/companies?release={first}").status_code == 200, "the old one is still there to be asked for"


def test_a_request_sees_one_release_from_beginning_to_end(running):
    site, folder = running
    with site.server.test_request_context("/en/companies"):
        first = site.served
        write_release(folder, 240)
        assert site.shelf.take_up()
        assert site.served is first
        assert site.context("en", "").package is first.package
    with site.server.test_request_context("/en/companies"):
        assert site.served is not first


def test_a_broken_release_is_refused_and_the_old_one_stays(running):
    site, folder = running
    client = site.server.test_client()
    first = release_of(client)
    second = write_release(folder, 240)
    whole = (second / "purchases.parquet").read_bytes()
    damage(second)
    with pytest.raises(PackageNotFound, match="purchases"):
        site.shelf.take_up()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["release"]) == (200, first)
    assert second.name in answer.json["refused"]
    assert "kuusi_release_refused 1.0" in client.get("/metrics").text
    assert client.get("/en/companies").status_code == 200
    (second / "purchases.parquet").write_bytes(whole)
    assert site.shelf.take_up()
    assert "refused" not in client.get("/readyz").json


def test_a_site_whose_releases_vanish_goes_on_and_comes_back(running, tmp_path_factory):
    site, folder = running
    client = site.server.test_client()
    kept = tmp_path_factory.mktemp("kept") / "releases"
    shutil.move(folder / "releases", kept)
    with pytest.raises(PackageNotFound):
        site.shelf.take_up()
    answer = client.get("/readyz")
    assert (answer.status_code, bool(answer.json["refused"])) == (200, True)
    shutil.move(kept, folder / "releases")
    site.shelf.take_up()
    assert "refused" not in client.get("/readyz").json


def test_a_release_that_is_served_no_more_lets_go_of_its_memory(running):
    site, folder = running
    settle()
    old = weakref.ref(site.engine._engine)
    site.server.test_client().get("/en/companies")
    write_release(folder, 240)
    site.shelf.take_up()
    settle()
    assert old() is None


@pytest.fixture(autouse=True)
def thawed():
    yield
    gc.unfreeze()


def test_the_follower_looks_only_when_the_pointer_has_changed(tmp_path):
    write_release(tmp_path, 216)
    asked = []
    follower = Follower(lambda: pointer_state(tmp_path), lambda: not asked.append(1))
    assert not follower.look()
    write_release(tmp_path, 240)
    assert follower.look()
    assert not follower.look()
    assert len(asked) == 1


def test_the_follower_outlives_whatever_goes_wrong_and_tries_again(tmp_path, monkeypatch, caplog):
    turns = iter((PackageNotFound("gone"), RuntimeError("unforeseen"), None))
    states = iter(range(100))

    def take_up():
        if error := next(turns):
            raise error
        return True

    follower = Follower(lambda: min(next(states), 1), take_up)
    monkeypatch.setattr(follow, "AGAIN", 0.0)
    assert [follower.look() for _ in range(3)] == [False, False, True]
    assert [bool(record.exc_info) for record in caplog.records] == [False, True]
    assert "gone" in caplog.text


def test_a_site_without_a_readable_release_opens_when_there_is_one(tmp_path):
    change_descriptor(write_release(tmp_path, 216), x_contract="99.0")
    door = Door(Settings(data_dir=tmp_path))

    def status(path):
        return door.server.test_client().get(path).status_code

    assert (status("/healthz"), status("/readyz"), status("/fi/")) == (200, 503, 503)
    write_release(tmp_path, 240)
    assert door._follower.look()
    assert (status("/readyz"), status("/fi/")) == (200, 200)


def test_a_process_that_starts_when_the_release_is_gone_waits_for_one(tmp_path, monkeypatch):
    """It may stand in for one that died, beside others that go on."""
    monkeypatch.setattr(follow, "AGAIN", 0.0)
    door = Door(Settings(data_dir=tmp_path))
    client = door.server.test_client()
    page = client.get("/en/companies")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert "is not on disk just now" in page.text
    assert str(tmp_path) not in page.text
    answer = client.get("/api/v1/tables?lang=sv")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "release_gone")
    assert "disken" in answer.json["error"]["message"]
    assert client.get("/healthz").status_code == 200
    assert not door._follower.look()
    write_release(tmp_path, 24)
    assert door._follower.look()
    assert door.server.test_client().get("/en/companies").status_code == 200
