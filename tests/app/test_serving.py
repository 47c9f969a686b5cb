"""`python -m dashboard`: what stops it ends in one line and exit code 1, before anything is served."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time

import pytest

import dashboard.__main__ as program
from dashboard.app import create_site
from dashboard.settings import Settings
from tests.app.small import small_facts
from tests.data.handmade import write_facts
from tests.releases import ROOT


@pytest.fixture
def start(monkeypatch, capsys, sample_data_dir):
    """Start with these settings: (exit code or None where it went on to serve, what stood on stderr)."""

    served = []

    def run(**values):
        before = len(served)
        monkeypatch.setattr(program, "Granian", lambda *_, **named: served.append(named) or _Server())
        for name, value in {"data_dir": sample_data_dir, **values}.items():
            monkeypatch.setenv(f"DASHBOARD_{name.upper()}", str(value))
        code = None
        try:
            program.main()
        except SystemExit as end:
            code = end.code
        assert (len(served) > before) == (code is None)
        return code, capsys.readouterr().err

    run.served = served
    return run


class _Server:
    def serve(self):
        pass


@pytest.fixture
def listener():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        yield taken


def assert_one_line(message, *words):
    assert message.startswith("dashboard: ")
    assert message.endswith("\n")
    assert message.count("\n") == 1
    assert all(word in message for word in words), message


def test_a_taken_port_is_said_in_one_line(start, listener):
    listener.listen()
    port = listener.getsockname()[1]
    code, message = start(port=port)
    assert code == 1
    assert_one_line(message, f"127.0.0.1:{port}", "DASHBOARD_PORT")


def test_a_server_that_is_still_starting_has_taken_its_port(start, listener):
    threading.Timer(0.4, listener.listen).start()
    code, message = start(port=listener.getsockname()[1])
    assert code == 1
    assert_one_line(message, "DASHBOARD_PORT")


def test_connections_that_a_server_left_behind_do_not_take_its_port(start, listener, monkeypatch):
    """Whoever stops the site and starts it again at once must not be told to wait a minute."""
    monkeypatch.setattr(program, "LONGEST_START", 0.3)
    listener.listen()
    address = listener.getsockname()
    with socket.create_connection(address) as client:
        accepted, _ = listener.accept()
        accepted.close()  # the side that closes first keeps the port in TIME_WAIT
        client.recv(1)
    listener.close()
    assert start(port=address[1]) == (None, "")


def test_a_process_that_does_not_hear_that_it_is_to_stop_is_ended(start):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start(port=port)
    assert start.served[0]["workers_kill_timeout"] == program.LONGEST_STOP > 0


def test_a_free_port_is_served(start):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert start(port=port) == (None, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "x"), ("port", "0"), ("port", "70000"),
     ("start", "never"), ("cache_entries", "many"), ("cache_entries", "-1"),
     ("cache_type", "Nonsense"), ("cache_type", "RedisCache")],
)  # fmt: skip
def test_a_bad_setting_is_said_in_one_line(start, name, value):
    code, message = start(**{name: value})
    assert code == 1
    assert_one_line(message, f"DASHBOARD_{name.upper()}: ", repr(value))


def test_a_host_that_is_none_of_this_machine_is_said_in_one_line(start):
    code, message = start(host="192.0.2.1", port=8050)
    assert code == 1
    assert_one_line(message, "192.0.2.1", "DASHBOARD_HOST")


def test_a_host_that_no_one_knows_is_said_in_one_line(start):
    code, message = start(host="no.such.host.invalid", port=8050)
    assert code == 1
    assert_one_line(message, "no.such.host.invalid", "DASHBOARD_HOST")


def test_a_host_is_served_by_its_numeric_address(start):
    """The server knows no names."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert start(host="localhost", port=port) == (None, "")
    assert start.served[-1]["address"] in ("127.0.0.1", "::1")


def test_two_servers_never_share_a_port(sample_data_dir):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DASHBOARD_DATA_DIR": str(sample_data_dir), "DASHBOARD_PORT": str(port)}
    command = [sys.executable, "-m", "dashboard"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as first:
        try:
            _wait_for(port)
            second = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False
            )
        finally:
            first.terminate()
    assert second.returncode == 1
    assert_one_line(second.stderr, str(port))


def _wait_for(port):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the first server did not start")


@pytest.mark.parametrize("address", ["/data/purchases.csv", "/data/cities.parquet?lang=sv", "/datapackage.json"])
def test_a_release_that_vanished_under_the_site_is_said_to_have_vanished(tmp_path, address):
    folder = write_facts(tmp_path, small_facts())
    client = create_site(Settings(data_dir=tmp_path)).server.test_client()
    shutil.rmtree(folder)
    answer = client.get(address)
    assert answer.status_code == 503
    error = answer.json["error"]
    assert error["code"] == "release_gone"
    assert folder.name in error["message"]
    assert client.get("/fi/").status_code == 200


def test_a_public_host_without_a_contact_is_warned_of(start):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert "DASHBOARD_CONTACT" in start(host="0.0.0.0", port=port)[1]
    assert "DASHBOARD_CONTACT" not in start(host="0.0.0.0", port=port, contact="data@example.org")[1]
