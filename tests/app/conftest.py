from __future__ import annotations

import pytest

from dashboard.app import create_site
from dashboard.settings import Settings
from tests.releases import shared_sample


@pytest.fixture(scope="session")
def sample_data_dir(tmp_path_factory, request):
    base = tmp_path_factory.getbasetemp()
    return shared_sample(base.parent if hasattr(request.config, "workerinput") else base)


@pytest.fixture(scope="session")
def site(sample_data_dir):
    return create_site(Settings(data_dir=sample_data_dir))


@pytest.fixture(scope="session")
def client(site):
    return site.server.test_client()
