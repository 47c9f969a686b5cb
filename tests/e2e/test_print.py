"""A city's page on paper: a briefing of two A4 pages, for each city in each language."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.e2e
CITIES = ("091", "049", "092", "837", "853", "564")
A4_POINTS = (595, 842)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_city_prints_as_two_pages_of_a4(page, base_url, language):
    for city in CITIES:
        page.goto(f"{base_url}/{language}/cities/{city}", wait_until="domcontentloaded")
        pdf = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2, city
        sizes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
        assert {(round(float(width)), round(float(height))) for width, height in sizes} == {A4_POINTS}
