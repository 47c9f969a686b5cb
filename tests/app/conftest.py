from __future__ import annotations

import pytest

from dashboard.app import create_site
from dashboard.settings import Settings


@pytest.fixture(scope="session")
def site(sample_data_dir):
    return create_site(Settings(data_dir=sample_data_dir))


@pytest.fixture(scope="session")
def client(site):
    return site.server.test_client()
