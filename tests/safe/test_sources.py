"""No declared source, portal or redirect leads the pipeline to a file, another protocol, or a private network."""

from __future__ import annotations

import http.server
import ipaddress
import socket
import threading
from functools import cache
from urllib.parse import urlsplit

import pytest
import requests
import responses

from etl.declare import Pick
from etl.errors import FetchError
from etl.fetch.ckan import parse_package, show_package
from etl.fetch.http import download
from etl.fetch.paging import fetch_pages
from etl.fetch.pick import pick_resources
from etl.fetch.session import is_public, open_session, refuse_private
from etl.registry import load_registry
from etl.settings import Settings

FORBIDDEN = "forbidden_address"
PORTAL = "http://portal.example"
LOOPBACK = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1.",
    "0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[::ffff:0:127.0.0.1]",
)  # fmt: skip
PRIVATE = (
    "10.0.0.1", "167772161", "0xa000001", "012.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "3232235521",
    "169.254.169.254", "2852039166", "0xa9fea9fe", "169.254.170.2", "100.64.0.1", "100.100.100.200", "192.0.0.192",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
    "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[2001:db8::1]",
    "[fec0::1]", "192.0.0.8",
)  # fmt: skip
OTHER_SCHEMES = (
    "file:///etc/passwd", "FILE:///etc/passwd", "file://localhost/etc/passwd", "ftp://portal.example/x.csv",
    "gopher://portal.example:70/x", "dict://127.0.0.1:11211/stat", "ldap://127.0.0.1/", "data:text/csv,a;b", "sftp://a/x",
    "javascript:alert(1)", "//portal.example/x.csv", "/etc/passwd", "x.csv", "", "http:x", "http:///x", "http://",
    "https://[::1", "http://portal.example:99999/x", "http://portal.example:x/", "jar:http://a!/x", "unix:///run/x.sock",
)  # fmt: skip


registry = cache(load_registry)


@pytest.fixture
def settings():
    return Settings(attempts=1, pause_seconds=0, connect_timeout_seconds=1, read_timeout_seconds=1)


@pytest.fixture
def mocked():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


class _Heard(http.server.BaseHTTPRequestHandler):
    """Answers everything, and notes that it was asked."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"secret")

    def log_message(self, *_):
        pass


@pytest.fixture
def inside():
    """A server on the loopback address that no portal may lead to."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Heard) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def state_of(call, *args, **more):
    with pytest.raises(FetchError) as caught:
        call(*args, **more)
    return caught.value.state


@pytest.mark.parametrize("host", [*LOOPBACK, *PRIVATE])
@pytest.mark.parametrize("form", ["http://{}/x.csv", "https://{}:8443/x.csv", "http://user:pass@{}/x.csv"])
def test_no_spelling_of_a_private_address_is_asked(host, form, settings, tmp_path):
    url = form.format(host)
    try:
        prepared = requests.Request("GET", url).prepare().url
    except requests.exceptions.InvalidURL:
        return  # requests itself has no such address
    assert state_of(refuse_private, prepared) == FORBIDDEN
    assert state_of(download, open_session(settings), url, tmp_path / "x", settings) == FORBIDDEN
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("digits", ["１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"])
def test_letters_that_a_client_turns_into_plain_ones_are_no_way_in(digits, settings, tmp_path):
    state = state_of(download, open_session(settings), f"http://{digits}/x.csv", tmp_path / "x", settings)
    assert state in (FORBIDDEN, "unreachable", "wrong_content")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", OTHER_SCHEMES)
def test_no_other_scheme_and_nothing_that_is_no_address_is_asked(url, settings, tmp_path):
    assert state_of(refuse_private, url) == FORBIDDEN or not url.startswith("http:")
    state = state_of(download, open_session(settings), url, tmp_path / "x", settings)
    assert state in (FORBIDDEN, "wrong_content", "unreachable")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", OTHER_SCHEMES)
def test_no_file_and_no_other_scheme_is_picked_from_a_portal(url):
    pick = Pick(match="x|passwd|stat", formats=("CSV",), newest_years=1)
    answer = {"name": "ostot", "resources": [{"id": "1", "name": "x 2024", "url": url, "format": "CSV"}]}
    source = registry().datasets[0].sources[0].model_copy(update={"pick": pick, "name": "s"})
    if not url.startswith("http") or "portal.example" not in url:
        assert state_of(pick_resources, parse_package(answer, "portal"), source) == "not_picked"


@pytest.mark.parametrize("target", [
    "http://127.0.0.1/", "http://2130706433/", "http://[::ffff:169.254.169.254]/latest/meta-data", "http://10.1.2.3:8080/",
    "https://localhost/", "file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1:6379/_x", "//127.0.0.1/x",
    "http://0x7f.1/", "http://portal.example@127.0.0.1/", "http://127.0.0.1#@portal.example/",
    "http://127.0.0.1\\@portal.example/",
])  # fmt: skip
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_there_either(target, status, settings, mocked, tmp_path):
    mocked.get(f"{PORTAL}/x.csv", status=status, headers={"Location": target})
    state = state_of(download, open_session(settings, [PORTAL]), f"{PORTAL}/x.csv", tmp_path / "x", settings)
    assert state in (FORBIDDEN, "wrong_content", "unreachable")
    assert {urlsplit(call.request.url).hostname for call in mocked.calls} == {"portal.example"}
    assert not list(tmp_path.iterdir())


def test_a_redirect_after_a_redirect_is_checked_too(settings, mocked, tmp_path):
    mocked.get(f"{PORTAL}/x.csv", status=302, headers={"Location": "/y.csv"})
    mocked.get(f"{PORTAL}/y.csv", status=302, headers={"Location": "http://192.168.1.1/admin"})
    assert (
        state_of(download, open_session(settings, [PORTAL]), f"{PORTAL}/x.csv", tmp_path / "x", settings) == FORBIDDEN
    )


def test_a_portals_own_api_cannot_lead_there_by_a_redirect(settings, mocked):
    mocked.get(f"{PORTAL}/api/action/package_show", status=302, headers={"Location": "http://169.254.169.254/latest"})
    assert state_of(show_package, open_session(settings, [PORTAL]), PORTAL, "ostot", settings) == FORBIDDEN


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1/?page=2", "file:///etc/passwd", "//10.0.0.1/", "gopher://127.0.0.1/"]
)
def test_no_next_page_leads_there(link, settings, mocked):
    paging = next(one.paging for reg in registry().datasets for one in reg.sources if one.paging)
    paging = paging.model_copy(update={"style": "next", "records": "results", "next": "next"})
    mocked.get(f"{PORTAL}/v2/unit", json={"results": [{"id": 1}], "next": link})
    session = open_session(settings, [PORTAL])
    assert state_of(fetch_pages, session, f"{PORTAL}/v2/unit", paging, settings, lambda _: None) == "wrong_content"
    assert len(mocked.calls) == 1


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.0.0.8", "::ffff:127.0.0.1", "169.254.169.254", "fe80::1%1"]
)
def test_no_public_name_of_a_private_address_is_asked(address, monkeypatch, settings, tmp_path):
    monkeypatch.setattr("socket.getaddrinfo", _answers([address]))
    assert state_of(download, open_session(settings), "https://public.example/x", tmp_path / "x", settings) == FORBIDDEN


def test_a_name_of_a_public_and_a_private_address_is_not_asked(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", _answers(["8.8.8.8", "127.0.0.1"]))
    assert state_of(refuse_private, "https://public.example/x") == FORBIDDEN


def test_a_name_that_resolves_to_another_address_a_moment_later_gets_no_byte(monkeypatch, settings, tmp_path, inside):
    """DNS rebinding: public when it is checked, private when it is asked."""
    resolved = iter([["8.8.8.8"], *[["127.0.0.1"]] * 5])

    def resolve(*args, **named):
        return _answers(next(resolved))(*args, **named)

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    url = f"http://public.example:{inside.server_port}/x.csv"
    assert state_of(download, open_session(settings), url, tmp_path / "x", settings) == FORBIDDEN
    assert inside.asked == []
    assert not list(tmp_path.iterdir())


def test_a_name_that_did_not_resolve_when_it_was_checked_is_checked_again(monkeypatch, settings, tmp_path, inside):
    answers = iter([None, ["127.0.0.1"], ["127.0.0.1"]])

    def resolve(*args, **named):
        found = next(answers)
        if found is None:
            raise socket.gaierror
        return _answers(found)(*args, **named)

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    url = f"http://public.example:{inside.server_port}/x.csv"
    assert state_of(download, open_session(settings), url, tmp_path / "x", settings) == FORBIDDEN
    assert inside.asked == []


def test_only_the_declared_place_itself_may_be_on_loopback(settings, tmp_path, inside):
    base = f"http://127.0.0.1:{inside.server_port}"
    session = open_session(settings, [base])
    assert download(session, f"{base}/x.csv", tmp_path / "x", settings).bytes == 6
    assert inside.asked == ["/x.csv"]
    for other in (
        f"http://localhost:{inside.server_port}/x",
        f"http://127.0.0.2:{inside.server_port}/x",
        "http://127.0.0.1/x",
    ):
        assert state_of(download, session, other, tmp_path / "y", settings) == FORBIDDEN
    assert state_of(download, open_session(settings), f"{base}/x.csv", tmp_path / "y", settings) == FORBIDDEN
    assert inside.asked == ["/x.csv"]


def test_a_declared_place_is_the_same_however_its_host_is_written(settings, tmp_path, inside):
    session = open_session(settings, [f"http://LocalHost:{inside.server_port}"])
    assert download(session, f"http://localhost:{inside.server_port}/x.csv", tmp_path / "x", settings).bytes == 6


def test_no_declared_portal_or_file_stands_at_a_private_address():
    declared = registry()
    urls = [portal.api for portal in declared.portals.values()]
    urls += [source.url for one in declared.datasets for source in one.sources if source.url]
    assert urls
    for url in urls:
        assert url.startswith("https://"), url
        host = url.split("/")[2]
        assert not host.replace(".", "").isdigit(), url
        assert "@" not in host


def test_what_is_public_is_told_from_what_is_not():
    for text in ("8.8.8.8", "193.166.3.2", "2a00:1450::1", "64:ff9b::808:808", "::ffff:8.8.8.8"):
        assert is_public(ipaddress.ip_address(text)), text
    for text in ("127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1", "224.0.0.1", "::"):
        assert not is_public(ipaddress.ip_address(text)), text


def _answers(addresses):
    """A resolver that gives these."""

    def resolve(_host, port, *_, **__):
        found = []
        for address in addresses:
            is_six = ":" in address
            place = (address, port or 0, 0, 0) if is_six else (address, port or 0)
            found.append((socket.AF_INET6 if is_six else socket.AF_INET, socket.SOCK_STREAM, 6, "", place))
        return found

    return resolve
