from __future__ import annotations

import pytest

from dashboard.app import create_site
from dashboard.settings import Settings
from tests.app.small import small_facts
from tests.app.small_money import small_tables
from tests.data.handmade import write_facts
from tests.fixtures.release import write_release


@pytest.fixture(scope="session")
def site(sample_data_dir):
    return create_site(Settings(data_dir=sample_data_dir))


@pytest.fixture(scope="session")
def client(site):
    return site.server.test_client()


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A site of few purchases, all written down in small.py."""
    folder = tmp_path_factory.mktemp("small")
    write_facts(folder, small_facts())
    return create_site(Settings(data_dir=folder))


@pytest.fixture(scope="session")
def money(tmp_path_factory):
    """A site of few budgets and service requests, all written down in small_money.py."""
    folder = tmp_path_factory.mktemp("money")
    write_release(folder, tables=small_tables())
    return create_site(Settings(data_dir=folder))


@pytest.fixture(scope="session")
def real(tmp_path_factory):
    """The same purchases in a release that is no sample, behind a public address."""
    folder = tmp_path_factory.mktemp("real")
    write_facts(folder, small_facts(), sample=False)
    return create_site(Settings(data_dir=folder, base_url="https://kuusi.example"))


@pytest.fixture(scope="session")
def make_site(tmp_path_factory):
    """Gives the site of any purchases."""

    def make(facts, **settings):
        folder = tmp_path_factory.mktemp("facts")
        write_facts(folder, facts)
        return create_site(Settings(data_dir=folder, **settings))

    return make
