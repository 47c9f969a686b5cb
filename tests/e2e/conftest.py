from __future__ import annotations

import pytest

from tests.install_chromium import find_chromium
from tests.site_process import served


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
