from __future__ import annotations

import pytest

from dashboard.query.engine import Engine
from tests.engines.facts import open_hard
from tests.engines.server import programs, running


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A release of what engines take differently."""
    return open_hard(tmp_path_factory.mktemp("hard"))


@pytest.fixture(scope="module")
def duckdb(package):
    """What others are held to."""
    return Engine(package)


@pytest.fixture(scope="module")
def engine(adapter, package):
    """The release in the engine whose adapter the module gives."""
    return adapter.open(package)


@pytest.fixture(scope="module")
def server():
    found = programs()
    if found is None:
        pytest.skip("there is no PostgreSQL on this machine")
    with running(found) as server:
        yield server
