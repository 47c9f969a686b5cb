"""The interface for programs as readers see it."""

from __future__ import annotations

import pytest

from dashboard.i18n import LANGUAGES
from tests.app.walk import read


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_the_interface_are_code_and_no_backtick_is_seen(small, language):
    main = read(small.server.test_client().get(f"/{language}/api").text).one("main")
    assert "`" not in main.text
    assert {"X-Release", "ETag", "lang", "changed_fields"} <= {one.text for one in main.all("code")}
