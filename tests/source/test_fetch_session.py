"""Politeness, and the guard against being sent into a private network."""

from __future__ import annotations

import datetime as dt
import socket
from types import SimpleNamespace

import pytest
import responses

from etl.errors import FetchError
from etl.fetch.session import open_session, refuse_private, retry_after_seconds
from etl.settings import Settings

URL = "http://portal.example/file.csv"
NOW = dt.datetime(2026, 11, 24, 6, 3, tzinfo=dt.UTC)


class Time:
    """A clock that only sleeping moves: the session's own, as other threads of the process sleep too."""

    def __init__(self, monkeypatch):
        self.now, self.slept = 1000.0, []
        monkeypatch.setattr("etl.fetch.session.time", SimpleNamespace(monotonic=lambda: self.now, sleep=self.sleep))

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def time(monkeypatch):
    return Time(monkeypatch)


@pytest.fixture
def mocked():
    with responses.RequestsMock() as mock:
        yield mock


def test_requests_to_one_host_keep_the_pause_and_other_hosts_do_not_wait(time, mocked):
    mocked.get(URL, body=b"a")
    mocked.get("http://other.example/", body=b"a")
    session = open_session(Settings(pause_seconds=2.5))
    session.get(URL)
    session.get("http://other.example/")
    assert time.slept == []
    session.get(URL)
    assert time.slept == [2.5]
    time.now += 60
    session.get(URL)
    assert time.slept == [2.5]


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_is_left_alone_as_long_as_it_asks(time, mocked, status):
    mocked.get(URL, status=status, headers={"Retry-After": "40"})
    mocked.get(URL, body=b"a")
    session = open_session(Settings(pause_seconds=1))
    assert session.get(URL).status_code == status
    assert session.get(URL).status_code == 200
    assert time.slept == [40]


def test_a_host_that_asks_for_longer_than_a_run_waits_is_not_asked_again(time, mocked):
    mocked.get(URL, status=429, headers={"Retry-After": "3600"})
    session = open_session(Settings(max_wait_seconds=120))
    session.get(URL)
    with pytest.raises(FetchError, match=r"portal\.example asks to be left alone for 3,600 s") as caught:
        session.get(URL)
    assert caught.value.state == "busy"
    assert time.slept == []
    assert mocked.assert_call_count(URL, 1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("120", 120), ("Tue, 24 Nov 2026 06:03:30 GMT", 30), ("Tue, 24 Nov 2026 06:00:00 GMT", 0),
     (None, None), ("", None), ("soon", None), ("-5", None), ("1.5", None),
     ("²", None), ("٣", None), ("9" * 400, float("inf"))],
)  # fmt: skip
def test_both_forms_of_retry_after_are_read(text, seconds):
    assert retry_after_seconds(text, NOW) == seconds


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://localhost:8050/x", "https://[::1]/x", "http://10.0.0.1/", "http://192.168.1.9/",
     "http://172.16.0.1/", "http://169.254.169.254/latest/meta-data", "http://0.0.0.0/", "http://[fe80::1]/",
     "http://[::ffff:127.0.0.1]/", "http://100.64.0.1/",
     "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::a00:1]/", "http://[64:ff9b:1::7f00:1]/",
     "http://[2002:7f00:1::]/", "http://[2002:c0a8:101::1]/", "http://[::7f00:1]/", "http://[::ffff:10.0.0.1]/",
     "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", "ftp://portal.example/x", "file:///etc/passwd", "//x", ""],
)  # fmt: skip
def test_no_private_address_and_no_other_scheme_is_asked(url):
    with pytest.raises(FetchError) as caught:
        refuse_private(url)
    assert caught.value.state == "forbidden_address"


@pytest.mark.parametrize("host", ["8.8.8.8", "[64:ff9b::808:808]", "[2002:808:808::1]", "[2a00:1450::1]"])
def test_a_public_address_may_be_asked_also_where_a_gateway_leads_there(host):
    refuse_private(f"https://{host}/")


@pytest.mark.parametrize("address", ["10.1.2.3", "::1", "127.0.0.9"])
def test_a_public_name_of_a_private_address_is_not_asked(monkeypatch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(family, 1, 6, "", (address, 0))])
    with pytest.raises(FetchError):
        refuse_private("https://rebound.example/file.csv")


def test_a_redirect_into_a_private_network_is_not_followed(mocked):
    mocked.get(URL, status=302, headers={"Location": "http://169.254.169.254/latest"})
    with pytest.raises(FetchError) as caught:
        open_session(Settings(pause_seconds=0)).get(URL)
    assert caught.value.state == "forbidden_address"


def test_a_redirect_to_another_scheme_is_not_followed(mocked):
    mocked.get(URL, status=302, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(FetchError):
        open_session(Settings(pause_seconds=0)).get(URL)


def test_a_declared_portal_may_stand_on_loopback_but_only_there(mocked):
    mocked.get("http://127.0.0.1:5000/api", status=302, headers={"Location": "http://127.0.0.1:6379/"})
    mocked.get("http://127.0.0.1:5000/file", body=b"a")
    session = open_session(Settings(), ["http://127.0.0.1:5000"])
    assert session.get("http://127.0.0.1:5000/file").content == b"a"
    with pytest.raises(FetchError):
        session.get("http://127.0.0.1:5000/api")
