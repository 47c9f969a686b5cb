"""Two processes of the site and one Redis: they share what they keep and what they count."""

import contextlib
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest
import redis

from dashboard.app import create_site
from dashboard.settings import Settings
from dashboard.store import PAUSE, SharedStore, code_version
from tests.app.small import small_facts
from tests.data.handmade import write_facts
from tests.site_process import free_port, served

LIMIT = 12


class Redis:
    """A server that can go and come back."""

    def __init__(self, folder):
        self.port, self.folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        quiet = ["--save", "", "--appendonly", "no", "--dir", str(self.folder), "--bind", "127.0.0.1"]
        command = ["redis-server", "--port", str(self.port), *quiet]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 10
        with redis.Redis.from_url(self.url) as client:
            while time.monotonic() < end:
                with contextlib.suppress(redis.ConnectionError):
                    client.ping()
                    return
                time.sleep(0.05)
        pytest.fail("redis-server did not start")

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    if shutil.which("redis-server") is None:
        pytest.skip("No redis-server: install Debian's package redis-server")
    server = Redis(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("shared")
    write_facts(made, small_facts())
    return made


@pytest.fixture(scope="module")
def two(store, folder):
    """The addresses of two processes."""
    given = {"cache_url": store.url, "trusted_proxies": 1, "rate_limit": f"{LIMIT} per minute", "release_poll": 0}
    with served(folder, **given) as first, served(folder, **given) as second:
        yield first, second


def ask(address, path, reader="192.0.2.1"):
    """(status, body) as a proxy would ask for it."""
    headers = {"X-Forwarded-For": reader, "X-Forwarded-Host": "kuusi.example", "X-Forwarded-Proto": "https"}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{address}{path}", headers=headers), timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def hits(address):
    _, text = ask(address, "/metrics")
    found = [line for line in text.decode().splitlines() if line.startswith("kuusi_cache_lookups_total{")]
    return sum(float(line.split()[-1]) for line in found if 'kind="answer"' in line and 'result="hit"' in line)


def test_what_one_process_has_made_the_other_sends(two):
    first, second = two
    made = ask(first, "/fi/companies", "192.0.2.10")
    before = hits(second)
    assert ask(second, "/fi/companies", "192.0.2.11") == made
    assert hits(second) == before + 1
    assert made[0] == 200


def test_a_client_has_one_count_at_both(two):
    told = [ask(two[at % 2], "/api/v1/tables", "192.0.2.20")[0] for at in range(LIMIT + 2)]
    assert told == [200] * LIMIT + [429] * 2
    assert ask(two[0], "/api/v1/tables", "192.0.2.21")[0] == 200


def test_no_address_of_a_reader_stands_in_it(two, store):
    ask(two[0], "/fi/", "203.0.113.99")
    with redis.Redis.from_url(store.url) as client:
        keys = list(client.scan_iter())
        assert any(key.startswith(b"LIMIT") for key in keys)
        assert not [key for key in keys if b"203.0.113" in key]


def test_it_goes_and_comes_back_and_no_reader_is_the_wiser(two, store):
    page = ask(two[0], "/fi/", "192.0.2.30")
    store.stop()
    try:
        began = time.monotonic()
        assert [ask(address, "/fi/", "192.0.2.31") for address in two for _ in range(3)] == [page] * 6
        assert time.monotonic() - began < 10
        assert json.loads(ask(two[0], "/readyz")[1])["status"] == "ready"
    finally:
        store.start()
    time.sleep(PAUSE + 0.5)
    ask(two[0], "/sv/", "192.0.2.32")
    with redis.Redis.from_url(store.url) as client:
        assert [key for key in client.scan_iter() if key.startswith(b"kuusi:")]


def test_another_version_of_the_site_does_not_take_what_this_one_kept(tmp_path):
    (tmp_path / "site.js").write_text("1")
    before = code_version(tmp_path)
    assert code_version(tmp_path) == before
    (tmp_path / "site.js").write_text("2")
    assert code_version(tmp_path) != before


class Failing:
    """A backend that counts how often it is asked."""

    def __init__(self):
        self.asked, self.error = 0, redis.ConnectionError("away")

    def get(self, key):
        self.asked += 1
        if self.error:
            raise self.error
        return key

    set = clear = get


def test_one_that_fails_is_left_alone_for_a_while():
    backend, now = Failing(), [0.0]
    kept = SharedStore(backend, lambda: now[0])
    assert [kept.get("x") for _ in range(5)] == [None] * 5
    assert backend.asked == 1
    now[0], backend.error = PAUSE, None
    assert kept.get("x") is not None


def test_a_site_starts_without_it(folder):
    with socket.socket() as taken:  # bound and not listened to: nobody is there
        taken.bind(("127.0.0.1", 0))
        site = create_site(Settings(data_dir=folder, cache_url=f"redis://127.0.0.1:{taken.getsockname()[1]}/0"))
        assert site.server.test_client().get("/fi/", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200
