"""A figure embedded in another site's page is shown whole, on a telephone and in a column of text."""

import re
from html import unescape

import pytest

from dashboard.app import PANELS
from dashboard.i18n import LANGUAGES

pytestmark = pytest.mark.e2e

PAGES = ("companies", "compare", "project", "budgets", "services", "indicators", "cities/853")
WIDTHS = (320, 390, 700, 1000)
MOST = 1.6
"""How many times what is needed a frame may be high: emptiness below a figure is less bad than a cut, but bad."""
SLACK = 80


def codes(request, address):
    """The embed codes on a page, by panel."""
    text = request.get(address).text()
    found = [unescape(one) for one in re.findall(r"<code>(&lt;iframe.*?)</code>", text, re.DOTALL)]
    return {re.search(r"/embed/([a-z-]+)", one)[1]: one for one in found}


@pytest.mark.parametrize("path", [f"{language}/{path}" for language in LANGUAGES for path in PAGES])
def test_an_embedded_figure_fits_its_frame(page, base_url, path):
    page.route(
        "**/host-*", lambda route: route.fulfill(body="<!doctype html><body style=margin:0>", content_type="text/html")
    )
    found = codes(page.request, f"{base_url}/{path}")
    assert found
    assert set(found) <= set(PANELS)
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for name, code in found.items():
            page.goto(f"{base_url}/host-page")
            page.evaluate("code => { document.body.innerHTML = code.replace('loading=\"lazy\"', '') }", code)
            page.frame_locator("iframe").locator("h1").wait_for()
            frame = page.locator("iframe")
            height = frame.evaluate("one => one.clientHeight")
            needed = frame.evaluate("one => one.contentDocument.querySelector('main').getBoundingClientRect().height")
            if not needed <= height <= needed * MOST + SLACK:
                wrong.append((width, name, height, needed))
    assert not wrong
