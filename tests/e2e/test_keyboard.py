"""The whole way by keyboard alone, a narrow screen, and a browser with nothing to complain about."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from dashboard.i18n import LANGUAGES
from tests.e2e.actors import focus_is_seen

pytestmark = pytest.mark.e2e

FURTHEST = 80  # presses of Tab, at most, to anything that is asked for here
FIXED = ("", "companies", "companies?city=853&year=2025", "data", "status", "dataset/purchases")


@pytest.fixture
def problems(page, base_url):
    """Errors and warnings of the browser, and requests to other hosts."""
    found = []
    page.on("console", lambda one: found.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith((base_url, "data:", "blob:")) else found.append(request.url),
    )
    return found


def start_dash(page):
    page.keyboard.press("Shift")
    page.wait_for_selector("html.dash-running")


def tab_to(page, selector):
    """Press Tab until what the selector names has the focus; says how many presses it took."""
    for presses in range(1, FURTHEST):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return presses
    return pytest.fail(f"{selector} cannot be reached by keyboard")


def test_from_the_front_page_to_the_rows_of_a_company_by_keyboard_alone(page, problems, tmp_path):
    page.goto("/en/")
    tab_to(page, ".site-nav a[href='/en/companies']")
    assert focus_is_seen(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/companies")
    start_dash(page)
    tab_to(page, "#city-853")
    page.keyboard.press("Space")
    page.wait_for_url("**/en/companies?city=853")
    expect(page.locator("#suppliers .panel__subtitle")).to_contain_text("Turku")
    expect(page.locator("#city-853")).to_be_focused()
    assert focus_is_seen(page)
    tab_to(page, "#suppliers tbody a")
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert "city=853" in page.url
    tab_to(page, ".contents a[href='#company-rows']")
    page.keyboard.press("Enter")
    tab_to(page, "#company-rows a[href*='.csv']")
    with page.expect_download() as caught:
        page.keyboard.press("Enter")
    caught.value.save_as(tmp_path / "rows.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text(encoding="utf-8"))))
    assert {row["city_code"] for row in rows} == {"853"}
    assert {row["supplier_business_id"] for row in rows} == {re.search(r"\d{7}-\d", page.url)[0]}
    assert problems == []


def test_the_skip_link_is_first_and_leads_past_the_navigation(page):
    page.goto("/fi/companies")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")  # the server's, or Dash's if that came in between
    expect(skip).to_have_class("skip-link")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_table_that_is_wider_than_the_screen_scrolls_by_the_arrow_keys(page):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/fi/companies")
    region = page.locator("#suppliers .table-scroll").locator("visible=true")
    region.focus()
    hidden_width = region.evaluate("one => one.scrollWidth - one.clientWidth")
    page.keyboard.press("ArrowRight")
    if hidden_width > 0:
        expect(region).not_to_have_js_property("scrollLeft", 0)
    else:
        expect(region).to_have_js_property("scrollLeft", 0)


def test_back_from_a_company_restores_filters_and_table(page, problems):
    page.goto("/sv/companies?city=853&year=2025")
    start_dash(page)
    before = page.locator("#suppliers tbody tr").all_inner_texts()
    page.locator("#suppliers tbody a").first.click()
    page.wait_for_url("**/sv/companies/*")
    page.go_back()
    page.wait_for_url("**/sv/companies?city=853&year=2025")
    expect(page.locator("#filter-year")).to_have_value("2025")
    expect(page.locator("#city-853")).to_be_checked()
    assert page.locator("#suppliers tbody tr").all_inner_texts() == before
    assert problems == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_complains_or_scrolls_sideways_on_a_telephone(page, problems, language):
    """Also once Dash has taken over and plotly has drawn a chart."""
    page.set_viewport_size({"width": 360, "height": 740})
    wide = []
    for path in FIXED:
        page.goto(f"/{language}/{path}")
        wide += [path] * (page.evaluate("document.documentElement.scrollWidth") > 360)
    page.goto(f"/{language}/companies")
    start_dash(page)
    page.locator("#page .figure").first.hover()
    expect(page.locator("#page .figure--drawn")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert wide == []
    assert problems == []
