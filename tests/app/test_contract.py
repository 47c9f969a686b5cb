"""A newest release of another contract: the last one that can be read is shown, or a page that says what to do."""

from __future__ import annotations

import json
import shutil

import pytest

from dashboard.app import create_site
from dashboard.errors import ContractMismatch
from dashboard.i18n import LANGUAGES, translator
from dashboard.live import open_live
from dashboard.settings import Settings
from dashboard.wsgi import create_server
from tests.app.walk import read
from tests.fixtures.release import change_descriptor, write_release

NEWEST = "2027-01-01T0000Z-ffffff"


def publish_another(folder, release, **values):
    """A newer release of contract 2.0 beside the one there is; it becomes the live one."""
    newest = folder / "releases" / NEWEST
    shutil.copytree(release, newest)
    change_descriptor(newest, x_contract="2.0", x_version=NEWEST, **values)
    (folder / "releases" / "current.json").write_text(json.dumps({"version": NEWEST}), "utf-8")
    return newest


@pytest.fixture
def folder(tmp_path):
    publish_another(tmp_path, write_release(tmp_path, 24))
    return tmp_path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_release_that_can_be_read_is_shown_with_a_note_on_every_page(folder, language):
    site = create_site(Settings(data_dir=folder))
    client = site.server.test_client()
    for path in ("", "companies", "data", "status", "nothing/here"):
        (note,) = read(client.get(f"/{language}/{path}").text).with_class("note--warn")[:1]
        assert NEWEST in note.text
        assert site.engine.package.version in note.text
    title = translator(language)("The newest release cannot be shown")
    assert title in [one.text for one in read(client.get(f"/{language}/status").text).all("h2")]


def test_a_release_that_can_be_read_is_shown_without_a_note(tmp_path):
    write_release(tmp_path, 24)
    served = open_live(tmp_path)
    assert (served.newest, served.refused) == ("", "")


def test_generated_data_never_stand_in_for_real_ones(tmp_path):
    publish_another(tmp_path, write_release(tmp_path, 24, sample=True), x_sample=False)
    with pytest.raises(ContractMismatch):
        open_live(tmp_path)


def test_a_damaged_release_is_not_shown_instead(folder):
    (older,) = (path for path in (folder / "releases").iterdir() if path.is_dir() and path.name != NEWEST)
    (older / "purchases.parquet").write_bytes(b"")
    with pytest.raises(ContractMismatch, match=r"contract 2\.0"):
        open_live(folder)


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """The server of a folder whose one release is of another contract."""
    change_descriptor(write_release(tmp_path, 24), x_contract="2.0")
    monkeypatch.setenv("DASHBOARD_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DASHBOARD_RELEASE_POLL", "0")
    monkeypatch.setattr("gc.freeze", lambda: None)  # which would keep what other tests have made
    return create_server().server.test_client()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "companies?city=853", "nothing/here"])
def test_where_no_release_can_be_read_every_page_says_so_and_what_to_do(closed, language, path):
    answer = closed.get(f"/{language}/{path}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    assert int(answer.headers["Retry-After"]) > 0
    assert "Content-Security-Policy" in answer.headers
    tree = read(answer.text)
    assert f'<html lang="{language}"' in answer.text
    assert tree.one("h1").text == translator(language)("The data cannot be shown now")
    assert "contract 2.0" in tree.one("main").text
    assert [one.get("hreflang") for one in tree.one("nav").all("a")] == list(LANGUAGES)
    (icon,) = (one.get("href") for one in tree.all("link") if one.get("rel") == "icon")
    assert closed.get(icon).status_code == 200


def test_without_a_language_the_page_is_in_the_readers(closed):
    assert '<html lang="sv"' in closed.get("/", headers={"Accept-Language": "sv"}).text
    assert '<html lang="fi"' in closed.post("/").text


@pytest.mark.parametrize(
    "path",
    [
        "download/suppliers.csv",
        "data/cities.csv",
        "datapackage.json",
        "readyz",
        "api/v1/tables",
        "oai?verb=Identify",
        "dataset/purchases.ttl",
        "catalog.jsonld",
        "openapi.json",
        "api/3/action/status_show",
        "cite/suppliers.txt",
    ],
)
def test_machines_are_told_in_the_one_shape_of_an_error(closed, path):
    answer = closed.get(f"/{path}")
    assert answer.status_code == 503
    assert answer.json["error"]["code"] == "contract_mismatch"
