"""What all tests share: nothing leaves this machine, and one sample release that is built once."""

from __future__ import annotations

import pytest
from pytest_socket import socket_allow_hosts

from tests.releases import shared_sample

LOOPBACK = ["127.0.0.1", "localhost", "::1"]


def pytest_runtest_setup():
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session")
def sample_data_dir(tmp_path_factory, request):
    base = tmp_path_factory.getbasetemp()
    return shared_sample(base.parent if hasattr(request.config, "workerinput") else base)
