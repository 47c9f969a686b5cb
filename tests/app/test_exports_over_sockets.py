"""What the server really sends: a file that breaks off never looks whole, and headers come without the file."""

import http.client
import os
import subprocess
import sys
import time

import pytest

from tests.releases import ROOT
from tests.site_process import free_port

FILTERED = "/data/purchases.csv?purchase_year=2024"


@pytest.fixture(scope="module", params=["dashboard.wsgi", "tests.app.failing_server"])
def served(request, sample_data_dir):
    """(whether exports fail in the middle, a way to ask)."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--port", str(port)]
    command.append(f"{request.param}:create_server")
    environment = {**os.environ, "DASHBOARD_DATA_DIR": str(sample_data_dir), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, path, headers=headers)
        return connection.getresponse()

    try:
        for _ in range(300):
            try:
                ask("/healthz").read()
                break
            except OSError:
                time.sleep(0.2)
        yield "failing" in request.param, ask
    finally:
        process.terminate()
        process.wait()


def test_an_export_that_breaks_off_breaks_the_connection(served):
    is_failing, ask = served
    answer = ask(FILTERED)
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) > 1000
    if is_failing:
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
    else:
        content = answer.read()
        assert len(content) == int(answer.headers["Content-Length"])
        assert content.count(b"\n") == int(answer.headers["X-Row-Count"]) + 1


@pytest.mark.parametrize("path", ["/data/purchases.csv", FILTERED, "/data/purchases.zip", "/download/suppliers.csv"])
def test_head_comes_without_the_file(served, path):
    _, ask = served
    answer = ask(path, "HEAD")
    assert (answer.status, answer.read()) == (200, b"")
    assert answer.headers["ETag"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if path.startswith("/data/purchases.csv"):
        assert int(answer.headers["Content-Length"]) > 1000


def test_a_part_of_a_file_is_these_bytes_and_its_length_is_told(served):
    _, ask = served
    part = ask("/data/purchases.csv", Range="bytes=100-299")
    assert part.status == 206
    assert part.headers["Content-Length"] == "200"
    assert part.read() == ask("/data/purchases.csv").read()[100:300]
    beyond = ask("/data/purchases.csv", Range="bytes=999999999999-")
    assert (beyond.status, beyond.headers["Content-Type"]) == (416, "application/json")


def test_what_would_accept_compression_gets_the_bytes_that_the_digest_is_of(served):
    _, ask = served
    answer = ask("/data/purchases.csv", **{"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.read())
