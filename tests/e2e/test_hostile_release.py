"""A browser on a release whose every text is an attack: nothing runs but the site's own scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import served
from tests.safe.hostile import MARK, write_hostile

pytestmark = pytest.mark.e2e

PAGES = (
    "/fi/", "/sv/companies", "/en/companies/9000001-1", "/fi/project", "/sv/budgets", "/en/services", "/fi/indicators",
    "/sv/cities/091", "/en/data", "/fi/dataset/purchases", "/sv/dataset/purchases/diff", "/en/origin/suppliers",
    "/fi/search?q=oy", "/sv/status", "/en/releases", "/fi/embed/suppliers", "/en/dataset/cities/row/091",
    "/feed.atom",
)  # fmt: skip
REFLECTED = (
    "/fi/companies?q=%22%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.hostile%3D1%3Balert(1)%3E&city=%3Cscript%3Ealert(1)%3C/script%3E",
    "/en/search?q=%3C/script%3E%3Cscript%3Ewindow.hostile%3D1;alert(1)%3C/script%3E",
    "/sv/%3Cscript%3Ealert(1)%3C/script%3E", "/fi/sql?sql=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile_url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile-in-a-browser")
    write_hostile(folder)
    with served(folder) as address:
        yield address


@pytest.fixture
def watched(page):
    """A page whose alerts and requests elsewhere are noted."""
    page.alerts, page.elsewhere = [], []
    page.on("dialog", lambda dialog: (page.alerts.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: page.elsewhere.append(request.url))
    return page


def assert_harmless(page, base):
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    assert page.alerts == []
    assert page.evaluate("() => window.hostile") is None
    assert page.locator(MARK).count() == 0
    odd = "[onerror], [onload], [onclick], [onmouseover], [x-hostile], a[href^='javascript:' i], iframe, base, object"
    assert page.locator(odd).count() == 0
    assert all(url.startswith((base, "data:")) for url in page.elsewhere), page.elsewhere


def open_page(page, address):
    answer = page.goto(address)
    assert answer.status < 500, address


@pytest.mark.parametrize("part", range(3))
def test_nothing_of_a_release_runs_in_a_browser(watched, hostile_url, part):
    for path in PAGES[part::3]:
        open_page(watched, f"{hostile_url}{path}")
        assert_harmless(watched, hostile_url)


def test_nothing_of_an_address_runs_in_a_browser(watched, hostile_url):
    for path in REFLECTED:
        open_page(watched, f"{hostile_url}{path}")
        assert_harmless(watched, hostile_url)


def test_nothing_runs_when_dash_and_plotly_draw_the_page_anew(watched, hostile_url):
    """They make elements of the same texts by scripts of their own."""
    for path in ("/fi/companies", "/en/companies/9000001-1"):
        open_page(watched, f"{hostile_url}{path}")
        watched.mouse.move(5, 5)
        watched.mouse.move(9, 9)
        watched.wait_for_selector("html.dash-running", timeout=20_000)
        figure = watched.locator("#page .figure:visible").first
        figure.scroll_into_view_if_needed()
        figure.hover()
        expect(watched.locator("#page .js-plotly-plot").first).to_be_attached(timeout=20_000)
        assert_harmless(watched, hostile_url)
        assert watched.locator(".js-plotly-plot a[*|href]").count() == 0
