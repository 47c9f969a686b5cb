from __future__ import annotations

import pytest

from tests.fixtures.two_releases import write_two


@pytest.fixture(scope="session")
def two_releases(tmp_path_factory):
    """A data folder with two releases, to be read only."""
    folder = tmp_path_factory.mktemp("two")
    write_two(folder)
    return folder
