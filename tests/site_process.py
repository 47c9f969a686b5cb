"""The site as people run it, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from tests.releases import ROOT

LONGEST_START = 30  # seconds


@contextmanager
def served(data_dir, **settings):
    """The site as people run it, `python -m dashboard`, on a free port."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    given = {"data_dir": data_dir, "port": port, **settings}
    environment = {**os.environ, **{f"DASHBOARD_{name.upper()}": str(value) for name, value in given.items()}}
    command = [sys.executable, "-m", "dashboard"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_well(address, process)
            yield address
        finally:
            process.terminate()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_well(address, process):
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        assert process.poll() is None, "the site ended before it answered"
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the site did not answer within {LONGEST_START} s")
