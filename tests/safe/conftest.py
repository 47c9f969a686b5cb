"""The hostile release and its site, once for all tests here."""

from __future__ import annotations

import pytest

from dashboard.app import create_site
from dashboard.settings import Settings
from tests.safe.hostile import write_hostile


@pytest.fixture(scope="session")
def hostile_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile(folder)
    return folder


@pytest.fixture(scope="session")
def hostile(hostile_dir):
    """A site whose every text is an attack."""
    return create_site(Settings(data_dir=hostile_dir))


@pytest.fixture(scope="session")
def client(hostile):
    return hostile.server.test_client()
