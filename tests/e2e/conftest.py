from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from tests.install_chromium import find_chromium
from tests.releases import ROOT

LONGEST_START = 30  # seconds


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = find_chromium()
    if path is None:
        pytest.skip("No Chromium: run tests/install_chromium.py")
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    return {**browser_type_launch_args, "executable_path": path, "args": flags}


@pytest.fixture(scope="session")
def base_url(sample_data_dir):
    with served(sample_data_dir) as address:
        yield address


@contextmanager
def served(data_dir):
    """The site as people run it, `python -m dashboard`, on a free port."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "DASHBOARD_DATA_DIR": str(data_dir), "DASHBOARD_PORT": str(port)}
    command = [sys.executable, "-m", "dashboard"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_well(address, process)
            yield address
        finally:
            process.terminate()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_well(address, process):
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        assert process.poll() is None, "the site ended before it answered"
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the site did not answer within {LONGEST_START} s")
