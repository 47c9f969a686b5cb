"""Asking again: only what changed is fetched, and what broke off is gone on with."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from etl.errors import FetchError
from etl.fetch.http import Validators, download
from etl.fetch.session import open_session
from etl.settings import Settings

BODY = b"".join(b"%06d;rivi\r\n" % number for number in range(40_000))
SETTINGS = Settings(attempts=1, connect_timeout_seconds=1, read_timeout_seconds=1, pause_seconds=0)


class FileServer(ThreadingHTTPServer):
    """Serves one file with validators and ranges; `cut` answers break off after that many bytes.

    `heeds_if_range` is what a server should do; one that does not gives a part of whatever the file is by now.
    `part_of` is the length of the whole that a part's `Content-Range` names, `last` its last byte.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.body, self.etag, self.cut, self.trickle, self.shift = BODY, '"1"', 0, 0.0, 0
        self.last_modified, self.heeds_if_range, self.part_of, self.last = None, True, None, None
        self.asked: list[dict[str, str]] = []
        self.stop = threading.Event()
        self.handle_error = lambda *_: None  # a client that gives up is what some tests want
        self.url = f"http://127.0.0.1:{self.server_port}/ostot.csv"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        server.asked.append(dict(self.headers))
        if server.etag and self.headers.get("If-None-Match") == server.etag:
            self.send_response(304)
            self.end_headers()
            return
        body, status, start = server.body, 200, 0
        is_same = self.headers.get("If-Range") in (server.etag, server.last_modified)
        if "Range" in self.headers and (is_same or not server.heeds_if_range):
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-")) + server.shift
            status = 206 if start < len(body) else 416
        self.send_response(status)
        if server.etag:
            self.send_header("ETag", server.etag)
        if server.last_modified:
            self.send_header("Last-Modified", server.last_modified)
        if status == 206:
            last = server.last or len(body) - 1
            self.send_header("Content-Range", f"bytes {start}-{last}/{server.part_of or len(body)}")
            body = body[: last + 1]
        rest = b"" if status == 416 else body[start:]
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if server.trickle:
            for position in range(0, len(rest), 1000):
                self.wfile.write(rest[position : position + 1000])
                server.stop.wait(server.trickle)
            return
        self.wfile.write(rest[: server.cut] if server.cut else rest)
        self.close_connection = True


@pytest.fixture
def server():
    one = FileServer()
    thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield one
    one.stop.set()
    one.shutdown()
    thread.join()
    one.server_close()


def fetch(server, target, settings=SETTINGS, **more):
    with open_session(settings, [server.url]) as session:
        return download(session, server.url, target, settings, **more)


def test_what_is_unchanged_is_not_sent_again(server, tmp_path):
    first = fetch(server, tmp_path / "f")
    (tmp_path / "f").unlink()
    assert fetch(server, tmp_path / "f", known=Validators(first.etag, first.last_modified)) is None
    assert not list(tmp_path.iterdir())


def test_what_changed_is_sent_whole(server, tmp_path):
    server.body, server.etag = BODY[:500], '"2"'
    got = fetch(server, tmp_path / "f", known=Validators('"1"'))
    assert (got.bytes, got.etag) == (500, '"2"')


def test_a_download_that_broke_off_goes_on_where_it_stopped(server, tmp_path):
    server.cut = 300_000
    with pytest.raises(FetchError) as caught:
        fetch(server, tmp_path / "f")
    assert caught.value.state == "truncated"
    assert (tmp_path / "f").stat().st_size == 300_000
    server.cut = 0
    heard = []
    got = fetch(server, tmp_path / "f", on_bytes=heard.append)
    assert server.asked[-1]["Range"] == "bytes=300000-"
    assert sum(heard) == len(BODY) - 300_000
    assert got.sha256 == hashlib.sha256(BODY).hexdigest() == hashlib.sha256((tmp_path / "f").read_bytes()).hexdigest()
    assert [p.name for p in tmp_path.iterdir()] == ["f"]


DAY, LATER = "Tue, 24 Nov 2026 06:03:00 GMT", "Tue, 24 Nov 2026 06:04:00 GMT"


@pytest.mark.parametrize("heeds_if_range", [True, False])
@pytest.mark.parametrize(
    ("before", "by_then"),
    [
        (('"1"', None), ('"2"', None)),
        (('"1"', DAY), ('"2"', DAY)),
        (('"1"', DAY), (None, DAY)),
        ((None, DAY), (None, LATER)),
        (('W/"1"', DAY), ('W/"2"', DAY)),
        (('"1"', None), (None, None)),
    ],
)
def test_a_download_starts_anew_when_the_file_is_another_by_then(server, tmp_path, heeds_if_range, before, by_then):
    server.cut, (server.etag, server.last_modified) = 300_000, before
    with pytest.raises(FetchError):
        fetch(server, tmp_path / "f")
    server.heeds_if_range, (server.etag, server.last_modified) = heeds_if_range, by_then
    server.cut, server.body = 0, BODY[::-1]
    got = fetch(server, tmp_path / "f")
    assert "Range" in server.asked[1]
    assert (tmp_path / "f").read_bytes() == BODY[::-1]
    assert got.sha256 == hashlib.sha256(BODY[::-1]).hexdigest()


@pytest.mark.parametrize(
    "odd", [{"body": BODY + b"more"}, {"part_of": len(BODY) + 4}, {"part_of": "*", "last": 400_000}, {"last": 400_000}]
)
def test_a_part_of_a_whole_of_another_length_or_one_that_is_not_all_the_rest_is_not_taken(server, tmp_path, odd):
    server.cut = 300_000
    with pytest.raises(FetchError):
        fetch(server, tmp_path / "f")
    server.cut = 0
    vars(server).update(odd)
    assert fetch(server, tmp_path / "f").sha256 == hashlib.sha256(server.body).hexdigest()
    assert ["Range" in headers for headers in server.asked] == [False, True, False]


@pytest.mark.parametrize("part_of", [None, "*"])
@pytest.mark.parametrize("validators", [('"1"', None), ('"1"', DAY), (None, DAY), ('W/"1"', DAY)])
def test_the_rest_of_the_same_file_is_taken_by_whatever_validator_it_has(server, tmp_path, validators, part_of):
    server.cut, (server.etag, server.last_modified), server.part_of = 300_000, validators, part_of
    with pytest.raises(FetchError):
        fetch(server, tmp_path / "f")
    server.cut = 0
    assert fetch(server, tmp_path / "f").sha256 == hashlib.sha256(BODY).hexdigest()
    assert ["Range" in headers for headers in server.asked] == [False, True]


def test_a_kept_part_that_is_longer_than_the_file_is_thrown_away(server, tmp_path):
    server.cut = 300_000
    with pytest.raises(FetchError):
        fetch(server, tmp_path / "f")
    server.cut, server.body = 0, BODY[:1000]
    assert fetch(server, tmp_path / "f").bytes == 1000
    assert (tmp_path / "f").read_bytes() == BODY[:1000]


def test_a_rest_that_begins_elsewhere_is_not_taken(server, tmp_path):
    server.cut = 300_000
    with pytest.raises(FetchError):
        fetch(server, tmp_path / "f")
    server.cut, server.shift = 0, 5
    assert fetch(server, tmp_path / "f").sha256 == hashlib.sha256(BODY).hexdigest()
    assert ["Range" in headers for headers in server.asked] == [False, True, False]


@pytest.mark.parametrize("etag", [None, 'W/"1"'])
def test_without_a_strong_validator_nothing_is_gone_on_with(server, tmp_path, etag):
    server.etag, server.cut = etag, 1000
    with pytest.raises(FetchError):
        fetch(server, tmp_path / "f")
    server.cut = 0
    assert fetch(server, tmp_path / "f").bytes == len(BODY)
    assert "Range" not in server.asked[-1]


def test_a_damaged_record_of_what_was_kept_is_as_none(server, tmp_path):
    for text in ("", "{", "[]", '{"url": 1}'):
        (tmp_path / "f").write_bytes(b"rest of something")
        (tmp_path / "f.resume").write_text(text)
        assert fetch(server, tmp_path / "f").bytes == len(BODY)


def test_a_trickle_is_ended_when_the_time_is_up(server, tmp_path):
    server.trickle = 0.05
    with pytest.raises(FetchError, match="ETL_MAX_SECONDS") as caught:
        fetch(server, tmp_path / "f", SETTINGS.model_copy(update={"max_seconds": 0.3}))
    assert caught.value.state == "timeout"
