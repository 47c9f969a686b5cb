"""nginx as deploy/ has it, before a real site: what reaches the site, and what does not."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import re
import socket
import ssl
import subprocess
import threading
import time

import pytest

from tests.deploy.proxied import NAME, ask_plainly, find_program, proxied, run_nginx, site, write_configuration
from tests.fixtures.release import write_release

pytestmark = pytest.mark.skipif(
    not (find_program("nginx") and find_program("openssl")), reason="nginx and openssl are not installed"
)
ROWS = 40_000
"""Purchases of the site: enough that their CSV fits into no buffer on its way."""
SPOOF = {
    "X_Forwarded_For": "203.0.113.77",
    "X_Forwarded_Host": "evil.example",
    "X_Forwarded_Proto": "http",
    "X_Forwarded_Port": "1",
    "X_Forwarded_Prefix": "/evil",
    "X_Real_IP": "203.0.113.77",
    "Forwarded": "for=203.0.113.77",
    "X_Request_ID": "of-the-client-0001",
}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_release(folder, ROWS)
    return folder


@pytest.fixture(scope="module")
def served(data_dir, tmp_path_factory):
    """(nginx, the site's own port, its log) of a site that answers one request at a time."""
    folder = tmp_path_factory.mktemp("served")
    log = folder / "site.log"
    settings = {"workers": "1", "threads": "1", "logs": "json", "trusted_proxies": "1", "base_url": f"https://{NAME}"}
    with site(data_dir, log, **settings) as port, proxied(folder / "nginx", port) as proxy:
        yield proxy, port, log


@pytest.fixture(scope="module")
def proxy(served):
    return served[0]


class Echo(http.server.BaseHTTPRequestHandler):
    """Says which headers came."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps([*self.headers.items()]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Strict-Transport-Security", "max-age=1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def echo(tmp_path_factory):
    """nginx before a server that says what it was sent."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with proxied(tmp_path_factory.mktemp("echo") / "nginx", server.server_port) as proxy:
        yield proxy
    server.shutdown()


@pytest.mark.parametrize("kind", ["host", "compose"])
def test_nginx_finds_nothing_wrong_with_it(tmp_path, kind):
    main = write_configuration(tmp_path, 8050, kind)
    done = subprocess.run(run_nginx(main, "-t"), capture_output=True, text=True, check=False)
    assert (done.returncode, "warn" in done.stderr) == (0, False), done.stderr


def test_a_page_comes_over_https_with_hsts_once(proxy):
    answer = proxy.ask("/en/companies")
    assert answer.status == 200
    assert b"</html>" in answer.body
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    assert "nginx/" not in str(answer.headers)


def test_http_2_is_spoken(proxy):
    context = ssl.create_default_context(cafile=str(proxy.folder / "tls" / "fullchain.pem"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    plain = socket.create_connection(("127.0.0.1", proxy.https_port), timeout=10)
    with context.wrap_socket(plain, server_hostname=NAME) as connection:
        assert connection.selected_alpn_protocol() == "h2"


def test_http_2_gives_the_page(proxy):
    curl = find_program("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    where = ["--resolve", f"{NAME}:{proxy.https_port}:127.0.0.1", "--cacert", proxy.folder / "tls" / "fullchain.pem"]
    asked = [curl, "-sS", "--http2", *where, "-w", "%{http_version} %{http_code}", "-o", proxy.folder / "page"]
    done = subprocess.run(
        [*asked, f"https://{NAME}:{proxy.https_port}/en/"], capture_output=True, text=True, check=False
    )
    assert done.stdout == "2 200", done.stderr


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(proxy, version):
    context = ssl.create_default_context(cafile=str(proxy.folder / "tls" / "fullchain.pem"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = context.maximum_version = version
    plain = socket.create_connection(("127.0.0.1", proxy.https_port), timeout=10)
    with pytest.raises((ssl.SSLError, OSError)), context.wrap_socket(plain, server_hostname=NAME):
        pass


def test_http_leads_to_https_and_to_no_name_of_a_strangers_choice(proxy):
    answer = proxy.ask("/fi/companies?search=a%20b", tls=False)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/fi/companies?search=a%20b")
    with pytest.raises((http.client.HTTPException, OSError)):
        proxy.ask("/fi/", tls=False, Host="evil.example")


def test_another_name_gets_no_certificate_and_no_answer(proxy):
    with pytest.raises((ssl.SSLError, OSError)):
        proxy.connect(name="evil.example")
    with pytest.raises((http.client.HTTPException, OSError)):
        proxy.ask("/fi/", Host="evil.example")


def test_the_challenge_of_a_certificate_is_served_over_http(proxy):
    folder = proxy.folder / "letsencrypt" / ".well-known" / "acme-challenge"
    folder.mkdir(parents=True)
    (folder / "token").write_text("told")
    assert proxy.ask("/.well-known/acme-challenge/token", tls=False).body == b"told"
    assert proxy.ask("/.well-known/acme-challenge/../../conf.d/kuusi.conf", tls=False).status in (301, 400, 404)


@pytest.mark.parametrize(
    "path",
    ["/metrics", "//metrics", "/metrics/", "/%6detrics", "/fi/../metrics", "/./metrics", "/metrics?x", "/metrics%2f",
     "/readyz", "/%72eadyz"],
)  # fmt: skip
def test_figures_are_not_for_the_public(served, path):
    proxy, port, _ = served
    answer = proxy.ask(path)
    assert answer.status == 404
    assert b"kuusi_" not in answer.body
    assert b"release" not in answer.body
    assert b"kuusi_requests_total" in ask_plainly(port, "/metrics")[1]


def test_whoever_watches_from_outside_may_ask_whether_it_is_alive(proxy):
    answer = proxy.ask("/healthz")
    assert (answer.status, json.loads(answer.body)) == (200, {"status": "ok"})


def test_what_a_client_says_of_itself_is_not_believed(served):
    proxy, _, log = served
    answer = proxy.ask("/en/indicators", **SPOOF)
    assert answer.status == 200
    assert b"evil" not in answer.body
    request_id = answer.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    (line,) = [line for line in proxy.log() if line["request_id"] == request_id]
    assert (line["network"], line["status"]) == ("127.0.0.0/24", 200)
    (told,) = [json.loads(text) for text in log.read_text().splitlines() if request_id in text]
    assert (told["network"], told["route"]) == ("127.0.0.0/24", "/<language>/indicators")
    for text in (log.read_text(), (proxy.folder / "logs" / "kuusi-access.log").read_text()):
        assert "203.0.113" not in text
        assert "of-the-client" not in text


def test_the_site_is_told_the_truth_and_nothing_else(echo):
    sent = [(name.lower(), value) for name, value in json.loads(echo.ask("/", **SPOOF).body)]
    told = dict(sent)
    assert len(told) == len(sent), "a header came twice"
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert (told["x-forwarded-proto"], told["x-forwarded-host"], told["host"]) == ("https", NAME, NAME)
    assert re.fullmatch("[0-9a-f]{32}", told["x-request-id"])
    assert not told.keys() & {"x-forwarded-port", "x-forwarded-prefix", "x-real-ip", "forwarded"}
    assert not [value for value in told.values() if "203.0.113" in value or "evil" in value]


def test_the_log_has_no_path_no_query_and_no_whole_address(proxy):
    proxy.ask("/en/companies?search=matti-meikalainen", User_Agent="matti-browser", Referer="https://matti.example/")
    text = (proxy.folder / "logs" / "kuusi-access.log").read_text()
    assert "127.0.0.0/24" in text
    assert not re.findall(r"matti|companies|127\.0\.0\.1", text)


def networks(tmp_path, addresses):
    """What the log would have of these addresses: the same map, asked for what stands in a header."""
    main = write_configuration(tmp_path, 9)
    path = tmp_path / "conf.d" / "kuusi.conf"
    text = path.read_text().replace("map $remote_addr $kuusi", "map $http_x_address $kuusi")
    text = text.replace("default $remote_addr", "default $http_x_address")
    http_port = int(text.partition("listen 127.0.0.1:")[2].partition(" ")[0])
    asked = 'location = /network { default_type text/plain; return 200 "$kuusi_network $kuusi_client"; }'
    path.write_text(text.replace("location /.well-known", f"{asked}\n    location /.well-known"))
    with subprocess.Popen(run_nginx(main)) as process:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", http_port), 1):
                    break
                time.sleep(0.05)
            found = []
            for address in addresses:
                connection = http.client.HTTPConnection("127.0.0.1", http_port, timeout=10)
                connection.request("GET", "/network", headers={"Host": NAME, "X-Address": address})
                found.append(tuple(connection.getresponse().read().decode().split()))
                connection.close()
            return found
        finally:
            process.terminate()


def test_of_an_address_the_network_is_logged_and_an_ipv6_subscriber_is_one_client(tmp_path):
    expected = {
        "192.0.2.77": ("192.0.2.0/24", "192.0.2.77"),
        "::ffff:192.0.2.77": ("192.0.2.0/24", "::ffff:192.0.2.77"),
        "2001:db8:1:2::9": ("2001:db8:1::/48", "2001:db8:1:2:"),
        "2001:db8:1:2:3:4:5:6": ("2001:db8:1::/48", "2001:db8:1:2:"),
        "2001:db8::9": ("2001:db8::/48", "2001:db8::9"),
        "2001::9": ("2001::/48", "2001::9"),
        "::1": ("::/48", "::1"),
        "unix:": ("-", "unix:"),
    }
    assert dict(zip(expected, networks(tmp_path, expected), strict=True)) == expected


def test_oversized_requests_are_refused(proxy):
    assert proxy.ask("/api/v1/sql", "POST", b"x" * 1_100_000).status == 413
    assert proxy.ask(f"/en/companies?search={'a' * 40_000}").status == 414
    assert proxy.ask("/en/", X_Long="a" * 40_000).status == 400
    sql = f"select {' + '.join(['1'] * 2000)}"
    assert proxy.ask(f"/api/v1/sql?sql={sql.replace(' ', '%20').replace('+', '%2B')}").status != 414


def test_slow_clients_are_cut_off(proxy):
    """One that never ends its header, one that ends no body, one that never says a word; the site answers meanwhile."""
    header, body, silent = proxy.connect(), proxy.connect(), proxy.connect(tls=False)
    header.sendall(f"GET /en/ HTTP/1.1\r\nHost: {NAME}\r\nX-Slow: ".encode())
    body.sendall(f"POST /api/v1/sql HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 1000\r\n\r\nx".encode())
    begun, ended = time.monotonic(), {}
    answered = []

    def wait(name, connection, drip):
        with contextlib.suppress(OSError):
            while drip:
                time.sleep(0.5)
                connection.sendall(drip)
        with contextlib.suppress(OSError):
            connection.settimeout(20)
            while connection.recv(1000):
                pass
        ended[name] = time.monotonic() - begun

    sockets = {"header": (header, b"a"), "body": (body, b""), "silent": (silent, b"")}
    waiting = [threading.Thread(target=wait, args=(name, *one), daemon=True) for name, one in sockets.items()]
    for one in waiting:
        one.start()
    while any(one.is_alive() for one in waiting) and time.monotonic() - begun < 20:
        answered.append(proxy.ask("/healthz").status)
        time.sleep(1)
    assert set(answered) == {200}
    assert set(ended) == {"header", "body", "silent"}
    assert all(9 < seconds < 17 for seconds in ended.values()), ended


def stalled(connect, host, count):
    """Clients that ask for a large file, read its first bytes, and then no more."""
    found = []
    for _ in range(count):
        connection = connect()
        connection.sendall(f"GET /data/purchases.csv HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        found.append(connection)
    for connection in found:
        connection.settimeout(30)
        with contextlib.suppress(TimeoutError):
            connection.recv(200)
    return found


def test_slow_readers_do_not_hold_the_only_thread(served):
    proxy, _, _ = served
    whole = proxy.ask("/data/purchases.csv")
    assert len(whole.body) > 3_000_000
    readers = stalled(lambda: proxy.connect(receive=4096), NAME, 6)
    for _ in range(3):
        begun = time.monotonic()
        assert proxy.ask("/en/companies").status == 200
        assert time.monotonic() - begun < 5
    for reader in readers:
        reader.close()


def test_without_the_proxy_a_slow_reader_would(served):
    """The test above can fail: one such reader straight at the site holds its thread."""
    _, port, _ = served

    def connect():
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plain.settimeout(20)
        plain.connect(("127.0.0.1", port))
        return plain

    (reader,) = stalled(connect, f"127.0.0.1:{port}", 1)
    with pytest.raises(TimeoutError):
        ask_plainly(port, "/healthz", timeout=2)
    reader.close()
    assert ask_plainly(port, "/healthz")[0] == 200


def test_a_flood_is_told_to_come_back(echo):
    connection = http.client.HTTPConnection("127.0.0.1")
    connection.sock = echo.connect()
    found = []
    for _ in range(120):
        connection.request("GET", "/api/v1/tables", headers={"Host": NAME})
        answer = connection.getresponse()
        answer.read()
        found.append((answer.status, answer.headers["Retry-After"], answer.headers["Strict-Transport-Security"]))
    connection.close()
    assert (200, None, "max-age=31536000") in found
    assert (429, "5", "max-age=31536000") in found
    assert found.index((429, "5", "max-age=31536000")) >= 60
    assert echo.ask("/en/").status == 200, "pages have a measure of their own"
    assert {"REJECTED"} == {line["limited"] for line in echo.log() if line["status"] == 429}


def test_while_the_site_is_away_readers_are_told_when_to_come_back(tmp_path):
    with proxied(tmp_path / "nginx", 9) as proxy:
        answer = proxy.ask("/en/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
