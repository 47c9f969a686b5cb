"""The machine under a running site goes wrong: its disk is full, its clock jumps. The site says so, and goes on."""

from __future__ import annotations

import subprocess
import tempfile
import time

import pytest

from dashboard.i18n import LANGUAGES, translator
from tests.app.small import small_facts

MADE = ("/data/purchases.xlsx", "/data/purchases.parquet?city_code=091", "/dataset/purchases.zip",
        "/download/suppliers.xlsx", "/data/purchases.json")  # fmt: skip
NOT_MADE = ("/en/companies", "/en/data", "/data/purchases.csv", "/data/purchases.csv?city_code=091", "/readyz")


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A disk of half a megabyte for what the site makes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "kuusi", str(place)], check=False,
                             capture_output=True)  # fmt: skip
    if mounted.returncode:
        pytest.skip("this test may not mount a small disk")
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk):
    """Leave not one byte free; gives the file that has to go to make room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass
    return filler


def test_a_full_disk_is_told_and_only_what_is_made_on_it_waits(make_site, disk):
    client = make_site(small_facts()).server.test_client()
    whole = client.get(MADE[0])
    assert whole.status_code == 200
    filler = fill(disk)
    for address in MADE[1:]:
        answer = client.get(f"{address}{'&' if '?' in address else '?'}lang=en")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300"), address
        assert answer.json["error"]["code"] == "no_room"
        assert "There is no room" in answer.json["error"]["message"]
        assert str(disk) not in answer.text
    assert {address: client.get(address).status_code for address in NOT_MADE} == dict.fromkeys(NOT_MADE, 200)
    filler.unlink()
    assert [client.get(address).status_code for address in MADE] == [200] * len(MADE)
    assert client.get(MADE[0]).headers["ETag"] == whole.headers["ETag"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_disk_is_told_in_the_readers_language(make_site, disk, language):
    client = make_site(small_facts()).server.test_client()
    fill(disk)
    told = client.get(f"{MADE[0]}?lang={language}").json["error"]["message"]
    assert told == translator(language)(
        "There is no room to make this file just now: try again in a few minutes, or take the whole table as CSV or "
        "Parquet."
    )


@pytest.mark.parametrize("jump", [-400 * 86_400, -3600, 3600, 400 * 86_400])
def test_a_clock_that_jumps_breaks_no_page(make_site, monkeypatch, jump):
    client = make_site(small_facts()).server.test_client()
    pages = ("/en/", "/en/status", "/en/indicators", "/readyz", "/metrics", "/feed.atom", "/oai?verb=Identify",
             "/data/purchases.csv", "/data/purchases.xlsx")  # fmt: skip
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    for page in (*pages, "/sv/", "/en/budgets", "/data/cities.xlsx"):
        assert client.get(page).status_code == 200, page


def test_a_client_is_counted_anew_when_the_clock_was_set_back(make_site, monkeypatch):
    client = make_site(small_facts(), rate_limit="3 per minute").server.test_client()

    def ask():
        return client.get("/api/v1/tables", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert [ask().status_code for _ in range(4)] == [200] * 3 + [429]
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 86_400)
    assert [ask().status_code for _ in range(4)] == [200] * 3 + [429]  # once anew, not at every request
    assert int(ask().headers["Retry-After"]) <= 61
    monkeypatch.setattr(time, "time", lambda: now() + 86_400)
    assert ask().status_code == 200
