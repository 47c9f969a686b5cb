"""What a browser fetches and keeps: hashed assets, compressed answers, pages that are drawn once."""

import gzip
import hashlib
import re
import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest

from dashboard.api.assets import BROTLI_QUALITY
from tests.app.callback import callback_body
from tests.app.small import small_facts
from tests.app.walk import read

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}
MOST_BEFORE_TOUCH = 120_000
"""Bytes."""


def addresses(text):
    """The assets of a page: those at once, and the one script that waits."""
    tree = read(text)
    found = [one.get("href") or one.get("src") or one.get("data-plotly") or "" for one in tree]
    return [address for address in found if address.startswith("/static/")]


@pytest.fixture(scope="module")
def assets(client):
    return addresses(client.get("/fi/companies").text)


def test_an_asset_is_named_by_its_hash_and_kept_for_good(client, assets):
    assert [address.rpartition("/")[2] for address in assets] == [
        "favicon.svg", "plotly.js", "dash-renderer.js",
    ]  # fmt: skip
    for address in assets:
        answer = client.get(address)
        assert hashlib.sha256(answer.data).hexdigest()[:16] == address.split("/")[2]
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("asked", "given"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", "identity")],
)
def test_what_is_sent_is_compressed_as_the_browser_may(client, assets, asked, given):
    """Not downloads: their length and hash are those of the file that is kept."""
    for address in (*assets[:2], "/fi/companies"):
        answer = client.get(address, headers={"Accept-Encoding": asked})
        assert answer.headers.get("Content-Encoding", "identity") == given
        assert UNPACK[given](answer.data) == client.get(address).data
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_part_of_a_file_is_a_part_of_the_file_itself(client):
    asked = {"Range": "bytes=0-99", "Accept-Encoding": "br"}
    answer = client.get("/data/purchases.csv", headers=asked)
    assert answer.status_code == 206
    assert answer.data == client.get("/data/purchases.csv").data[:100]


def test_an_address_of_another_hash_is_not_there(client, assets):
    assert client.get(re.sub("[0-9a-f]{16}", "0" * 16, assets[0])).status_code == 404


@pytest.mark.parametrize("path", ["/fi/", "/sv/companies", "/en/data", "/fi/dataset/purchases", "/sv/status"])
def test_little_is_loaded_before_the_first_touch(client, path):
    asked = {"Accept-Encoding": "br"}
    answer = client.get(path, headers=asked)
    at_once = [one for one in addresses(client.get(path).text) if "plotly" not in one and "dash-renderer" not in one]
    sizes = [len(client.get(address, headers=asked).data) for address in at_once]
    assert len(sizes) == 1
    assert len(answer.data) + sum(sizes) <= MOST_BEFORE_TOUCH


def test_dash_gets_none_of_the_scripts_that_no_page_uses(client, assets):
    script = client.get(assets[-1]).text
    assert "DashRenderer()" in script
    assert "window.kuusi" in script
    assert "dash_core_components=" not in script
    assert len(brotli.compress(script.encode(), quality=BROTLI_QUALITY)) <= MOST_BEFORE_TOUCH


def test_a_page_is_asked_for_again_but_sent_only_when_it_has_changed(client):
    first = client.get("/sv/data", headers={"Accept-Encoding": "br"})
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/sv/data", headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_that_was_seen_is_not_made_again(make_site, monkeypatch):
    site = make_site(small_facts())
    client = site.server.test_client()
    first = client.get("/fi/companies?city=853")
    asked = callback_body("/fi/companies", "?city=853", "search")
    drawn = client.post("/_dash-update-component", json=asked)
    monkeypatch.setattr(site, "make", lambda *_: pytest.fail("the page was made again"))
    again = client.get("/fi/companies?city=853")
    assert (again.data, again.headers["Content-Type"]) == (first.data, first.headers["Content-Type"])
    assert client.post("/_dash-update-component", json=asked).data == drawn.data
    monkeypatch.undo()
    assert client.get("/fi/companies?city=049").data != first.data
    assert client.get("/fi/companies?city=853", headers={"Host": "other.example"}).data != first.data


def test_a_new_record_of_a_run_makes_a_kept_page_anew(make_site):
    site = make_site(small_facts())
    client = site.server.test_client()
    before = client.get("/en/status").text
    record = '{"result": "failure", "finished_at": "2026-11-24T05:03:00Z", "sources": [], "issues": []}'
    (site.settings.data_dir / "releases" / "last_run.json").write_text(record)
    assert client.get("/en/status").text != before


def ask_at_once(site, monkeypatch, many, *, is_wrong_at_first=False):
    """(how often the page was made, the answers to so many who ask for it while it is)."""
    made, real = [], site.make

    def slow(*asked):
        made.append(asked)
        time.sleep(0.3)
        if is_wrong_at_first and len(made) == 1:
            raise RuntimeError("of a test")
        return real(*asked)

    monkeypatch.setattr(site, "make", slow)
    with ThreadPoolExecutor(many) as pool:
        return made, list(pool.map(lambda _: site.server.test_client().get("/fi/companies"), range(many)))


def test_a_page_that_many_ask_for_at_once_is_made_once(make_site, monkeypatch):
    made, answers = ask_at_once(make_site(small_facts()), monkeypatch, 8)
    assert len(made) == 1
    assert {one.data for one in answers} == {answers[0].data}
    assert b"<h1" in answers[0].data


def test_where_making_it_fails_the_next_one_makes_it(make_site, monkeypatch):
    site = make_site(small_facts())
    tries, answers = ask_at_once(site, monkeypatch, 4, is_wrong_at_first=True)
    assert sorted(one.status_code for one in answers)[:3] == [200] * 3
    assert len(tries) >= 2
    assert site.server.test_client().get("/fi/companies").status_code == 200


def test_a_page_that_is_not_there_is_not_kept(make_site):
    client = make_site(small_facts()).server.test_client()
    assert [client.get("/fi/none").status_code for _ in range(2)] == [404, 404]


def test_nothing_but_the_sites_own_files_may_run(client):
    answer = client.get("/fi/companies")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "'unsafe-eval'" not in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in answer.headers
    assert "Set-Cookie" not in answer.headers
