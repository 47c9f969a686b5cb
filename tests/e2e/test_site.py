import re

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from dashboard.i18n import LANGUAGES
from dashboard.package import open_current
from tests.routes import busiest

pytestmark = pytest.mark.e2e

TURKU = "853"
WIDTHS = (320, 360, 1280)
PAGES = ("", "companies", "companies?city=853&year=2025&q=oy", "data", "status", "nothing/here")


@pytest.fixture(scope="module")
def pages(sample_data_dir):
    """Every address without its language: the fixed pages, each dataset, and the company with most rows."""
    package = open_current(sample_data_dir)
    return (*PAGES, *(f"dataset/{one.name}" for one in package.datasets), "companies/" + busiest(package))


@pytest.fixture
def problems(page):
    """What the browser complains about on `page`; a page that is not there is no complaint."""
    found = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def plain_page(new_context):
    return new_context(java_script_enabled=False).new_page()


def start_dash(page):
    page.mouse.move(5, 5)
    page.mouse.move(9, 9)
    page.wait_for_selector("html.dash-running")


def newest_year(page):
    return page.locator("#filter-year option").nth(1).get_attribute("value")


def suppliers(page):
    return page.locator("#suppliers tbody tr")


def texts(page, panel):
    return page.locator(f"#{panel} tbody tr").all_inner_texts()


def rows_said(page):
    """The number at the end of `Rows 1 to 50 of 1 234`."""
    return int(
        re.sub(r"\s", "", re.findall(r"\d[\d\s]*", page.locator("#company-rows .panel__summary").inner_text())[-1])
    )


def download_rows(page, path):
    with page.expect_download() as caught:
        page.locator("#company-rows a[href*='.xlsx']").click()
    caught.value.save_as(path)
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def words(page):
    """All text blocks of the page but the charts', which each drawer of figures labels in its own way."""
    blocks = "h1, h2, p, li, dt, dd, summary, th, td, label, option"
    return page.locator("main").locator(blocks).evaluate_all("all => all.map(one => one.textContent)")


def open_first_supplier(page):
    link = suppliers(page).first.get_by_role("link")
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def mark(page):
    """Leave a mark that a reload would wipe out."""
    page.evaluate("window.stillTheSame = true")


def is_marked(page):
    return page.evaluate("window.stillTheSame === true")


def test_from_the_filters_to_the_rows_of_the_largest_supplier(page, problems, tmp_path):
    page.goto("/fi/companies")
    mark(page)
    start_dash(page)
    year = newest_year(page)
    page.check(f"#city-{TURKU}")
    page.wait_for_url(f"**/fi/companies?city={TURKU}")
    page.select_option("#filter-year", year)
    page.wait_for_url(f"**/fi/companies?city={TURKU}&year={year}")
    expect(page.locator("#suppliers .panel__subtitle")).to_contain_text(f"Turku · {year}")
    expect(suppliers(page)).to_have_count(10)
    assert is_marked(page)
    open_first_supplier(page)
    start_dash(page)
    assert f"city={TURKU}&year={year}" in page.url
    rows = download_rows(page, tmp_path / "rows.xlsx")
    assert len(rows) - 1 == rows_said(page) > 0
    assert {row[0] for row in rows[1:]} == {TURKU}
    assert {tuple(row[1:3]) for row in rows[1:]} == {("Turku", int(year))}
    assert problems == []


def test_the_same_journey_without_scripts(plain_page, tmp_path):
    plain_page.goto("/fi/companies")
    year = newest_year(plain_page)
    plain_page.check(f"#city-{TURKU}")
    plain_page.select_option("#filter-year", year)
    plain_page.locator(".filters button[type=submit]").click()
    plain_page.wait_for_url(f"**city={TURKU}&year={year}*")
    expect(plain_page.locator(f"#city-{TURKU}")).to_be_checked()
    expect(plain_page.locator("#suppliers .panel__subtitle")).to_contain_text(f"Turku · {year}")
    expect(suppliers(plain_page)).to_have_count(10)
    expect(plain_page.locator("#suppliers svg.chart:visible")).to_have_count(1)
    open_first_supplier(plain_page)
    rows = download_rows(plain_page, tmp_path / "rows.xlsx")
    assert len(rows) - 1 == rows_said(plain_page) > 0


def test_a_copied_link_shows_someone_else_the_same(page, new_context):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/fi/companies")
    start_dash(page)
    page.check(f"#city-{TURKU}")
    expect(page.locator("#suppliers .panel__subtitle")).to_contain_text("Turku")
    button = page.locator("#suppliers [data-copy-link]")
    button.click()
    expect(button).to_have_text(button.get_attribute("data-copied-label"))
    other = new_context().new_page()
    other.goto(page.evaluate("navigator.clipboard.readText()"))
    assert other.title() == page.title()
    expect(other.locator("#suppliers-title")).to_be_in_viewport()
    assert texts(other, "suppliers") == texts(page, "suppliers") != []


def test_with_and_without_scripts_a_page_says_the_same(page, plain_page):
    for path in ("/fi/", "/sv/companies", "/en/data"):
        plain_page.goto(path)
        page.goto(path)
        start_dash(page)
        assert words(page) == words(plain_page) != []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/fi/", "/fi/companies"])
def test_dash_takes_over_without_a_jump(page, problems, path, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    before = places(page, "#static")
    start_dash(page)
    assert places(page, "#page") == pytest.approx(before, abs=1)
    assert page.locator("#static").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert problems == []


def places(page, root):
    """Where headings, panels, charts, tables and form fields stand, as one list of numbers."""
    return page.evaluate(
        """root => [...document.querySelectorAll(
             ['h1','h2','.panel','.figure','table','select','input','footer'].map(s => `${root} ${s}`).join())]
           .flatMap(e => { const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height] })""",
        root,
    )


def use_chart(page, panel):
    """Point at the panel's chart and wait until plotly has drawn it."""
    chart = page.locator(f"#page #{panel} .figure")
    chart.hover()
    expect(page.locator(f"#page #{panel} .figure--drawn")).to_be_visible()
    return chart


def test_a_chart_is_drawn_by_plotly_only_once_it_is_used(page, problems):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/fi/companies")
    start_dash(page)
    page.check(f"#city-{TURKU}")
    expect(page.locator("#suppliers .panel__subtitle")).to_contain_text("Turku")
    expect(page.locator("#page .figure svg.chart:visible")).to_have_count(page.locator("#page .figure").count())
    assert not any("plotly" in url for url in asked)
    page.locator("#suppliers .figure").scroll_into_view_if_needed()
    before = places(page, "#page")
    use_chart(page, "suppliers")
    expect(page.locator("#page .js-plotly-plot")).to_have_count(1)
    expect(page.locator("#suppliers .trace.bars .point")).to_have_count(10)
    assert places(page, "#page") == pytest.approx(before, abs=1)
    page.locator("#suppliers .trace.bars .point path").first.hover(force=True)  # a drag layer lies over all marks
    expect(page.locator("#suppliers .hoverlayer .hovertext")).to_be_visible()
    use_chart(page, "change")
    expect(page.locator("#change .trace.scatter")).not_to_have_count(0)
    page.uncheck(f"#city-{TURKU}")
    expect(page.locator("#suppliers .panel__subtitle")).not_to_contain_text("Turku")
    expect(page.locator("#page .js-plotly-plot")).to_have_count(0)
    assert sum("plotly" in url for url in asked) == 1
    assert problems == []


def test_a_finger_that_scrolls_over_a_chart_leaves_it_as_it_is(new_context, base_url):
    page = new_context(has_touch=True, viewport={"width": 360, "height": 740}).new_page()
    page.goto("/fi/companies")
    start_dash(page)
    chart = page.locator("#page #suppliers .figure")
    for sign in ("pointerdown", "pointermove", "pointerup"):
        chart.dispatch_event(sign, {"pointerType": "touch", "bubbles": True})
    expect(page.locator("#page .figure__plot")).to_have_count(0)
    chart.tap()
    expect(page.locator("#page #suppliers .figure--drawn")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_words_of_the_mark_stay_inside_the_interactive_chart(page, language, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/{language}/companies")
    start_dash(page)
    chart = use_chart(page, "change").bounding_box()
    words = page.locator("#page #change .annotation-text").bounding_box()
    assert chart["x"] <= words["x"]
    assert words["x"] + words["width"] <= chart["x"] + chart["width"]
    assert chart["y"] <= words["y"]


def test_back_and_forward_restore_the_filters(page, problems):
    page.goto("/fi/companies")
    mark(page)
    start_dash(page)
    everything = texts(page, "suppliers")
    page.check(f"#city-{TURKU}")
    expect(page.locator("#suppliers .panel__subtitle")).to_contain_text("Turku")
    of_turku = texts(page, "suppliers")
    assert of_turku != everything
    page.go_back()
    expect(page.locator(f"#city-{TURKU}")).not_to_be_checked()
    expect(page.locator("#suppliers .panel__subtitle")).not_to_contain_text("Turku")
    assert texts(page, "suppliers") == everything
    page.go_forward()
    expect(page.locator(f"#city-{TURKU}")).to_be_checked()
    expect(page.locator("#suppliers .panel__subtitle")).to_contain_text("Turku")
    assert texts(page, "suppliers") == of_turku
    assert is_marked(page)
    assert problems == []


def test_what_was_chosen_before_dash_had_started_is_kept(page, problems):
    page.goto("/fi/companies")
    mark(page)
    page.mouse.move(5, 5)
    page.mouse.move(9, 9)
    page.check(f"#city-{TURKU}")
    page.wait_for_url(f"**?city={TURKU}")
    expect(page.locator("#page #suppliers .panel__subtitle")).to_contain_text("Turku")
    assert is_marked(page)
    assert problems == []


def test_a_search_by_keyboard_keeps_what_was_typed(page, problems):
    page.goto("/fi/companies")
    page.keyboard.press("/")
    expect(page.locator("#site-search").locator("visible=true")).to_be_focused()
    page.keyboard.type("huolto")
    page.wait_for_selector("html.dash-running")
    expect(page.locator("#site-search")).to_have_value("huolto")
    expect(page.locator("#site-search")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/fi/search?q=huolto")
    expect(page.locator(".found > li > a").first).to_be_visible()
    names = page.locator("section[aria-labelledby=found-company] .found > li > a").all_inner_texts()
    assert names
    assert all("huolto" in name.lower() for name in names)
    assert problems == []


def test_the_filters_work_by_keyboard_and_keep_the_focus(page):
    page.goto("/fi/companies")
    page.locator("#city-049").focus()
    page.keyboard.press("Space")
    page.wait_for_url("**?city=049")
    page.wait_for_selector("html.dash-running")
    expect(page.locator("#suppliers .panel__subtitle")).to_contain_text("Espoo")
    expect(page.locator("#city-049")).to_be_focused()


@pytest.fixture
def hold(page):
    """Holds the next answer of Dash back; what is given lets it come."""

    def held_back():
        held = []
        page.route("**/_dash-update-component", lambda route: held.append(route), times=1)  # noqa: PLW0108  # not built in

        def let_go():
            while not held:
                page.wait_for_timeout(10)
            held.pop().continue_()

        return let_go

    return held_back


@pytest.fixture
def compared(page, hold):
    """The compare page where Dash runs, its first choice not answered yet; what lets the answer come."""
    page.goto("/en/compare")
    start_dash(page)
    answer = hold()
    page.check("#city-091")
    page.wait_for_url("**city=091*")
    return answer


def test_who_tabs_on_while_the_page_is_drawn_anew_stays_where_they_went(page, compared):
    """The first choice is answered late; the second one must not undo it, and the focus must not go back to it."""
    page.focus("#city-091")
    page.keyboard.press("Tab")
    second = page.evaluate("document.activeElement.id")
    assert second.startswith("city-")
    old = page.locator("#city-091").element_handle()
    compared()
    old.wait_for_element_state("hidden")
    expect(page.locator(f"#{second}")).to_be_focused()
    page.keyboard.press("Space")
    page.wait_for_url(f"**{second.replace('-', '=')}*")
    assert "city=091" in page.url


def late(page, do):
    """Do something in the page once the next answer has been read, and is about to be drawn."""
    page.evaluate(
        """do_it => { const read = Response.prototype.json, act = new Function(do_it);
                      Response.prototype.json = function () {
                        Response.prototype.json = read;
                        const later = read.call(this);
                        later.then(() => queueMicrotask(act));
                        return later } }""",
        do,
    )


@pytest.mark.parametrize("other", [None, "Tab", "Shift"])
def test_a_page_is_drawn_between_presses(page, compared, other):
    """A key that goes down on a box of one page and up on that of the next would tick neither; fingers often press one
    key before they let go of the last."""
    old = page.locator("#city-091").element_handle()
    page.focus("#city-091" if other == "Tab" else "#city-564")
    if other:
        page.keyboard.down(other)
    expect(page.locator("#city-564")).to_be_focused()
    page.keyboard.down("Space")
    if other:
        page.keyboard.up(other)
    with page.expect_response("**/_dash-update-component"):
        compared()
    page.wait_for_timeout(300)
    assert old.evaluate("old => old.isConnected")
    page.keyboard.up("Space")
    page.wait_for_url("**city=564*")
    assert "city=091" in page.url


def test_a_key_that_is_held_down_does_not_keep_the_page_back(page, compared):
    page.keyboard.down("ArrowDown")
    compared()
    expect(page.locator("#page")).not_to_have_attribute("aria-busy", "true")
    page.keyboard.up("ArrowDown")


def test_a_choice_made_while_an_older_answer_is_drawn_is_kept(page, compared):
    """Dash passes an answer over when it knows that another was asked for, but not once it has begun to read it."""
    late(page, "document.getElementById('city-564').click()")
    page.route("**/_dash-update-component", lambda route: None)  # the second choice is never answered
    compared()
    page.wait_for_url("**city=564*")
    page.wait_for_timeout(300)
    expect(page.locator("#page")).to_have_attribute("aria-busy", "true")
    page.check("#city-853")
    page.wait_for_url("**city=853*")
    assert "city=091" in page.url
    assert "city=564" in page.url


def test_the_way_back_while_an_answer_is_drawn_leads_to_the_boxes_of_before(page, compared):
    late(page, "history.back()")
    compared()
    page.wait_for_url("**/en/compare")
    expect(page.locator("#page")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#city-091")).not_to_be_checked()
    assert page.url.endswith("/en/compare")


def test_what_is_typed_while_the_page_is_drawn_anew_stays(page, hold):
    page.goto("/en/companies")
    start_dash(page)
    page.fill("#site-search", "huol")
    answer = hold()
    page.check(f"#city-{TURKU}")
    page.wait_for_url("**city=*")
    page.focus("#filter-min")
    page.keyboard.type("1000")
    page.keyboard.press("Home")
    old = page.locator("#filter-min").element_handle()
    answer()
    old.wait_for_element_state("hidden")
    expect(page.locator("#filter-min")).to_have_value("1000")
    expect(page.locator("#filter-min")).to_be_focused()
    expect(page.locator("#site-search")).to_have_value("huol")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.wait_for_url("**min=21000*")
    page.go_back()
    expect(page.locator("#filter-min")).to_have_value("")


def test_the_focus_stays_on_what_has_no_id(page, compared):
    page.focus("form.filters button[type=submit]")
    old = page.locator("form.filters").element_handle()
    compared()
    old.wait_for_element_state("hidden")
    expect(page.locator("form.filters button[type=submit]")).to_be_focused()


def test_the_focus_stays_on_the_head_by_which_a_table_is_sorted(page):
    page.goto("/en/companies")
    start_dash(page)
    head = page.locator("#suppliers a.sort").nth(2)
    head.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=suppliers*")
    expect(head.locator(".sort__sign")).to_be_visible()
    expect(head).to_be_focused()


def test_the_way_back_before_dash_has_started_leads_to_the_view_of_before(page):
    """The history's entries are of one document that only Dash draws; the server's page is of one of them."""
    page.goto("/en/companies")
    start_dash(page)
    page.check(f"#city-{TURKU}")
    page.wait_for_url("**city=*")
    page.reload()
    page.go_back()
    expect(page.locator(f"#city-{TURKU}").locator("visible=true")).not_to_be_checked()
    start_dash(page)
    page.wait_for_timeout(300)
    assert page.url.endswith("/en/companies")
    expect(page.locator(f"#city-{TURKU}")).not_to_be_checked()


def test_turning_the_pages_of_rows_shows_every_row_once(plain_page, pages):
    plain_page.goto(f"/fi/{pages[-1]}")
    said, found = rows_said(plain_page), []
    while True:
        found.append(plain_page.locator("#company-rows tbody tr").count())
        following = plain_page.locator("a[rel=next]")
        if not following.count():
            break
        # a click returns when the next page has begun, and rows are counted when it is whole
        with plain_page.expect_navigation(wait_until="load"):
            following.click()
    assert sum(found) == said
    assert len(found) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways(page, pages, language):
    wide = []
    for path in pages:
        page.goto(f"/{language}/{path}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((path, width))
    assert wide == []


def test_no_request_leaves_the_site(page, pages, base_url):
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    for path in pages:
        page.goto(f"/fi/{path}")
    for path in ("", "companies"):
        page.goto(f"/fi/{path}")
        start_dash(page)
    elsewhere = [url for url in asked if not url.startswith((base_url, "data:", "blob:"))]
    assert elsewhere == []
    assert len(asked) > len(pages)
    assert page.context.cookies() == []


@pytest.mark.parametrize("failure", ["busy", "fault", "cut off"])
def test_where_dash_gets_no_answer_the_server_shows_what_was_asked_for(page, failure):
    """Else the figures of the view before would stand under the new address and the new filters."""

    def fail(route):
        if failure == "cut off":
            route.abort()
        else:
            route.fulfill(status=429 if failure == "busy" else 500, body="{}")

    page.goto("/en/companies")
    start_dash(page)
    page.route("**/_dash-update-component", fail)
    with page.expect_event("domcontentloaded"):
        page.check(f"#city-{TURKU}")
    assert page.url.endswith(f"/en/companies?city={TURKU}")
    expect(page.locator("#suppliers .panel__subtitle")).to_contain_text("Turku")


def test_a_view_that_is_awaited_is_told_to_be_so(page, hold):
    page.goto("/en/companies")
    start_dash(page)
    answer = hold()
    page.check(f"#city-{TURKU}")
    page.wait_for_selector("#page[aria-busy=true]")
    page.wait_for_timeout(100)
    answer()
    expect(page.locator("#suppliers .panel__subtitle")).to_contain_text("Turku")
    expect(page.locator("#page")).not_to_have_attribute("aria-busy", "true")
    page.evaluate("location.hash = '#suppliers'")
    page.go_back()
    expect(page.locator("#page")).not_to_have_attribute("aria-busy", "true")
