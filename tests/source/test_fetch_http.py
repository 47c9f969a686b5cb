from __future__ import annotations

import hashlib
import socket
import threading

import pytest
import requests
import responses

from etl.errors import FetchError
from etl.fetch.http import download
from etl.fetch.session import open_session
from etl.settings import Settings

URL = "http://portal.example/file.csv"


@pytest.fixture
def settings():
    return Settings(attempts=1, connect_timeout_seconds=0.5, read_timeout_seconds=0.5, max_bytes=100_000)


@pytest.fixture
def mocked():
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)


def fetch(target, settings, url=URL, **more):
    return download(open_session(settings, [url]), url, target, settings, **more)


def test_a_file_is_written_hashed_and_its_validators_kept(tmp_path, settings, mocked):
    body = b"a;b\n1;2\n" * 9000
    mocked.get(URL, body=body, headers={"ETag": '"x"', "Last-Modified": "Tue, 24 Nov 2026 06:03:00 GMT"})
    heard = []
    got = fetch(tmp_path / "f", settings, on_bytes=heard.append)
    assert (tmp_path / "f").read_bytes() == body
    assert (got.bytes, got.sha256, got.etag) == (len(body), hashlib.sha256(body).hexdigest(), '"x"')
    assert got.last_modified == "Tue, 24 Nov 2026 06:03:00 GMT"
    assert sum(heard) == len(body)


def test_it_says_who_asks_and_takes_bytes_as_they_are(tmp_path, settings, mocked):
    mocked.get(URL, body=b"a")
    fetch(tmp_path / "f", settings)
    sent = mocked.calls[0].request.headers
    assert sent["User-Agent"].startswith("kuusi-etl/")
    assert sent["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("status", "state"),
    [(401, "refused"), (403, "refused"), (404, "not_found"), (410, "gone"), (400, "wrong_content"),
     (429, "server_error"), (500, "server_error"), (502, "server_error"), (503, "server_error")],
)  # fmt: skip
def test_every_status_has_its_state_and_leaves_no_file(tmp_path, settings, mocked, status, state):
    mocked.get(URL, status=status, body=b"no")
    with pytest.raises(FetchError, match=f"{URL} answered {status}; expected 200") as caught:
        fetch(tmp_path / "f", settings)
    assert caught.value.state == state
    assert not list(tmp_path.iterdir())


def test_an_empty_answer_is_refused(tmp_path, settings, mocked):
    mocked.get(URL, body=b"")
    with pytest.raises(FetchError) as caught:
        fetch(tmp_path / "f", settings)
    assert caught.value.state == "empty"
    assert not list(tmp_path.iterdir())


def test_a_file_that_grows_beyond_the_limit_is_given_up(tmp_path, settings, mocked):
    mocked.get(URL, body=b"x" * 300_000)
    with pytest.raises(FetchError, match="ETL_MAX_BYTES") as caught:
        fetch(tmp_path / "f", settings)
    assert caught.value.state == "too_large"
    assert not list(tmp_path.iterdir())


def test_what_may_go_through_later_is_tried_again_and_what_cannot_is_not(tmp_path, mocked):
    patient = Settings(attempts=3)
    mocked.get(URL, status=503)
    mocked.get(URL, body=b"data")
    assert fetch(tmp_path / "f", patient).bytes == 4
    gone = "http://portal.example/gone.csv"
    mocked.get(gone, status=410)
    with pytest.raises(FetchError):
        fetch(tmp_path / "g", patient, url=gone)
    assert mocked.assert_call_count(gone, 1)


def test_a_server_error_that_stays_is_given_up_after_the_attempts(tmp_path, mocked):
    mocked.get(URL, status=500)
    with pytest.raises(FetchError):
        fetch(tmp_path / "f", Settings(attempts=3))
    assert mocked.assert_call_count(URL, 3)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (requests.exceptions.ConnectTimeout("x"), "timeout"),
        (requests.exceptions.ReadTimeout("x"), "timeout"),
        (requests.exceptions.ConnectionError("Read timed out."), "timeout"),
        (requests.exceptions.ConnectionError("refused"), "unreachable"),
        (requests.exceptions.SSLError("bad certificate"), "unreachable"),
        (requests.exceptions.ChunkedEncodingError("x"), "truncated"),
        (requests.exceptions.TooManyRedirects("x"), "wrong_content"),
        (requests.exceptions.InvalidURL("x"), "wrong_content"),
    ],
)
def test_every_break_of_the_line_has_its_state(tmp_path, settings, mocked, error, state):
    mocked.get(URL, body=error)
    with pytest.raises(FetchError) as caught:
        fetch(tmp_path / "f", settings)
    assert caught.value.state == state
    assert URL in str(caught.value)


@pytest.fixture
def raw_server():
    """A server that answers each connection with given bytes, then closes it or stays silent."""
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve(answer, *, silent=False):
        def run():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)
                if silent:
                    stop.wait(20)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/file.csv"

    yield serve
    stop.set()
    server.close()


def test_fewer_bytes_than_announced_are_no_file(tmp_path, settings, raw_server):
    url = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\na;b\n1;2\n")
    with pytest.raises(FetchError, match="broke off") as caught:
        fetch(tmp_path / "f", settings, url=url)
    assert caught.value.state == "truncated"
    assert not list(tmp_path.iterdir())


def test_chunks_that_break_off_are_no_file(tmp_path, settings, raw_server):
    url = raw_server(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\na;b\n1;2\n\r\n")
    with pytest.raises(FetchError) as caught:
        fetch(tmp_path / "f", settings, url=url)
    assert caught.value.state == "truncated"


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\na;b\n"])
def test_silence_before_or_amid_the_answer_is_a_timeout(tmp_path, settings, raw_server, begin):
    with pytest.raises(FetchError) as caught:
        fetch(tmp_path / "f", settings, url=raw_server(begin, silent=True))
    assert caught.value.state == "timeout"
    assert not list(tmp_path.iterdir())


def test_what_is_no_http_is_named_not_raised(tmp_path, settings, raw_server):
    with pytest.raises(FetchError) as caught:
        fetch(tmp_path / "f", settings, url=raw_server(b"220 ftp ready\r\n"))
    assert caught.value.state in ("unreachable", "wrong_content")
