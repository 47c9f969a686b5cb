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
    """All figures of a page stand in one page of another site, which is made as wide as each of the screens."""
    host = "<!doctype html><html style=scrollbar-width:none><body style=margin:0>"
    page.route("**/host-*", lambda route: route.fulfill(body=host, content_type="text/html"))
    found = codes(page.request, f"{base_url}/{path}")
    assert found
    assert set(found) <= set(PANELS)
    page.goto(f"{base_url}/host-page")
    page.evaluate(
        "html => { document.body.innerHTML = html.replaceAll('loading=\"lazy\"', '') }", "".join(found.values())
    )
    for number in range(len(found)):
        page.frame_locator(f"iframe >> nth={number}").locator("h1").wait_for()
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        sizes = page.evaluate(
            """() => [...document.querySelectorAll('iframe')].map(one => [one.clientWidth, one.clientHeight,
                 one.contentDocument.querySelector('main').getBoundingClientRect().height])"""
        )
        assert {wide for wide, _, _ in sizes} == {width}
        for name, (_, height, needed) in zip(found, sizes, strict=True):
            if not needed <= height <= needed * MOST + SLACK:
                wrong.append((width, name, height, needed))
    assert not wrong
