"""Every page by axe's rules, as served and taken over by Dash; narrow and enlarged; for fingers; as it is heard."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.i18n import LANGUAGES
from dashboard.package import open_current
from tests.e2e.test_site import start_dash, use_chart
from tests.routes import example_paths

pytestmark = pytest.mark.e2e

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
         "resultTypes": ["violations"]}  # fmt: skip
OF_COLOURS = {**RULES, "runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules to which a colour scheme can matter."""
TARGET = 44  # pixels
STATES = ("companies?city=853&q=oy", "companies?q=zzzzzz", "search?q=huolto", "search?q=zzzzzz", "sql?sql=select%201",
          "sql?sql=nonsense", "companies?release=2020-01-01T0000Z-abcdef", "nothing/here")  # fmt: skip
"""Pages under filters, found and empty, with an answer, with an error, and those that are not there."""


@pytest.fixture(scope="module")
def routes(sample_data_dir):
    return example_paths(open_current(sample_data_dir))


@pytest.fixture(scope="module")
def shown(browser, base_url):
    """A page of the browser, in the light scheme where a test does not turn it."""
    context = browser.new_context(base_url=base_url, color_scheme="light", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def violations(page, rules=RULES):
    found = Axe().run(page, options=rules).response["violations"]
    return [(page.url, one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def violations_in_the_dark(page):
    """By the rules of colours; the others have been asked in the light."""
    page.emulate_media(color_scheme="dark")
    found = [("dark", *one) for one in violations(page, OF_COLOURS)]
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page_as_served_or_taken_over(shown, routes, base_url, language):
    """Each page as it is served in each language, with all that is folded; in one of them in the dark too, as colours
    are the same in all, and taken over: Dash's tree is the same as the server's. No page asks any other host."""
    found, asked = [], set()
    shown.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for index, path in enumerate([*STATES, *routes]):
        shown.goto(f"/{language}/{path}")
        unfold(shown)
        found += violations(shown)
        if index % len(LANGUAGES) != LANGUAGES.index(language):
            continue
        found += violations_in_the_dark(shown)
        if path.startswith("embed/"):
            continue  # a figure for another site's page runs no script
        start_dash(shown)
        unfold(shown)
        found += violations(shown)
    assert found == []
    assert asked - {""} == {urlsplit(base_url).netloc}  # pictures within a page have no host


def test_axe_finds_nothing_in_a_chart_that_is_used(shown):
    shown.goto("/sv/companies")
    start_dash(shown)
    use_chart(shown, "change")
    assert violations(shown) + violations_in_the_dark(shown) == []


def test_no_page_scrolls_sideways_on_the_narrowest_screen_or_at_twice_the_size(shown, routes):
    """640 px enlarged to 200 % leave 320 px; so does a telephone. Text alone is enlarged as well (WCAG 1.4.4)."""
    wide = []
    for index, path in enumerate(routes):
        shown.set_viewport_size({"width": 320, "height": 640})
        shown.goto(f"/{LANGUAGES[index % len(LANGUAGES)]}/{path}")
        wide += [(path, "320 px")] * (shown.evaluate("document.documentElement.scrollWidth") > 320)
        shown.set_viewport_size({"width": 1280, "height": 800})
        shown.evaluate("document.documentElement.style.fontSize = '200%'")
        wide += [(path, "text")] * (shown.evaluate("document.documentElement.scrollWidth") > 1280)
    assert wide == []


def test_what_a_finger_presses_is_large_enough(browser, base_url, routes):
    """Links within sentences, lists and tables are as high as their line (WCAG 2.5.8 allows it). A box is ticked by
    its label too, which it stands in."""
    context = browser.new_context(
        base_url=base_url, has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    small = []
    for path in routes:
        page.goto(f"/fi/{path}")
        small += page.evaluate(
            """least => [...document.querySelectorAll(
                 'button, select, summary, input:not([type=hidden]), nav a, .button, ' +
                 '.panel__actions a, .site-name, footer li a, .found > li > a, th .sort')]
               .filter(one => one.checkVisibility() && !one.closest('.crumbs, .visually-hidden'))
               .map(one => [one, (one.closest('label') ?? one).getBoundingClientRect()])
               .filter(([one, box]) => box.height < least ||
                                       (box.width < least && one.matches('.panel__actions a, .site-name')))
               .map(([one]) => [location.pathname, one.outerHTML.slice(0, 80)])""",
            TARGET,
        )
    context.close()
    assert small == []


@pytest.mark.parametrize("is_taken_over", [False, True])
def test_a_panel_is_heard_as_a_named_region_with_its_picture_and_table(shown, is_taken_over):
    shown.goto("/en/companies")
    if is_taken_over:
        start_dash(shown)
    title = shown.locator("#suppliers-title").inner_text()
    panel = shown.get_by_role("region", name=title)
    expect(panel.get_by_role("heading", level=2)).to_have_text(title)
    picture = panel.get_by_role("img")
    expect(picture).to_have_count(1)
    assert len(picture.get_attribute("aria-label")) > 20
    expect(panel.get_by_role("link", name=f"Download CSV: {title}")).to_be_visible()
    panel.locator("details.panel__table").evaluate("one => { one.open = true }")
    table = panel.get_by_role("table", name=f"Table: {title}")
    expect(table.get_by_role("rowheader")).to_have_count(10)
    expect(table.get_by_role("columnheader").first).to_be_visible()


def test_a_chart_in_use_is_still_one_picture_with_the_same_words(shown):
    shown.goto("/en/companies")
    start_dash(shown)
    words = shown.locator("#suppliers").get_by_role("img").get_attribute("aria-label")
    use_chart(shown, "suppliers")
    expect(shown.locator("#suppliers").get_by_role("img")).to_have_count(1)
    expect(shown.locator("#suppliers").get_by_role("img")).to_have_accessible_name(words)


def test_a_change_of_a_filter_is_said_aloud(shown):
    shown.goto("/en/companies")
    start_dash(shown)
    shown.check("#city-853")
    region = shown.locator("#announcements")
    expect(region).to_contain_text("Turku")
    expect(region).to_have_attribute("aria-live", "polite")
    expect(region).to_contain_text(shown.locator("#suppliers-title").inner_text())


def test_nothing_moves_for_whoever_wants_no_motion(shown):
    shown.goto("/en/companies")
    moving = shown.evaluate(
        """() => [...document.querySelectorAll('*')].map(one => getComputedStyle(one))
                  .filter(one => parseFloat(one.transitionDuration) > 0 || one.animationName !== 'none').length"""
    )
    assert moving == 0
