"""What the site is for, done from the front page: in three languages, with scripts, without, and by keyboard alone."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from dashboard.i18n import LANGUAGES, translator
from tests.e2e.actors import Keyboard, Pointer

pytestmark = pytest.mark.e2e

CITIES = ("091", "853", "564")
WAYS = [*((language, way) for language in LANGUAGES for way in ("pointer", "no-scripts")), ("en", "keyboard")]


@pytest.fixture(params=WAYS, ids="-".join)
def reader(request, new_context, base_url):
    """(reader on the front page, the texts of its language)."""
    language, way = request.param
    page = new_context(java_script_enabled=way != "no-scripts").new_page()
    page.goto(f"{base_url}/{language}/")
    actor = Keyboard(page) if way == "keyboard" else Pointer(page)
    return actor, translator(language)


def section(reader, path):
    """Go to a section by the navigation."""
    reader.press(f".site-nav a[href$='/{path}']")
    reader.page.wait_for_url(f"**/{path}")


def words(reader, selector):
    return re.sub(r"\s+", " ", reader.seen(selector).inner_text())


def test_what_the_project_cost_and_who_says_so(reader):
    actor, _ = reader
    assert re.search(r"8[.,]98", words(actor, ".key-figure__value"))
    actor.press(".key-figure summary")
    quote = actor.seen(".key-figure a[href^='http']")
    expect(quote).to_have_attribute("href", "https://6aika.fi/en/project/open-participation-and-customership/")
    actor.press("main a[href$='/project']")
    actor.page.wait_for_url("**/project")
    rows = actor.page.locator("#project-money tbody tr")
    sums = [re.sub(r"\D", "", one) for one in rows.locator("td.num").all_inner_texts()]
    assert {"8980000", "8981791", "3531405"} <= set(sums)
    assert all(one.strip() not in ("", "–") for one in rows.locator("td:nth-child(4)").all_inner_texts())


def test_a_company_is_found_by_part_of_its_name_and_its_rows_go_to_excel(reader, tmp_path):
    actor, _ = reader
    section(actor, "companies")
    name = words(actor, "#suppliers tbody a")
    actor.write("#site-search", name.split()[0][:-2])
    actor.press(".search--site button")
    actor.page.wait_for_url("**/search?q=*")
    found = actor.page.locator("section[aria-labelledby=found-company] .found > li > a")
    expect(found.filter(has_text=name).first).to_be_visible()
    places = [re.sub(r"\s+", " ", one) for one in found.all_inner_texts()]
    actor.press(f"section[aria-labelledby=found-company] .found > li:nth-child({places.index(name) + 1}) > a")
    expect(actor.seen("h1")).to_have_text(name)
    with actor.page.expect_download() as caught:
        actor.press("#company-rows a[href*='.xlsx']")
    caught.value.save_as(tmp_path / "rows.xlsx")
    head, *rows = CalamineWorkbook.from_path(str(tmp_path / "rows.xlsx")).get_sheet_by_index(0).to_python()
    assert rows
    assert len(head) == len(rows[0])
    assert all(re.search(r"\d{7}-\d", actor.page.url)[0] in row for row in rows)


def test_three_cities_are_compared_per_inhabitant_and_cited(reader):
    actor, t = reader
    section(actor, "compare")
    for code in CITIES:
        actor.tick(f"#city-{code}")
    actor.send("form.filters button[type=submit]")
    actor.page.wait_for_url(lambda url: all(f"city={code}" in url for code in CITIES) and "049" not in url)
    expect(actor.page.locator("#compare-latest tbody tr").locator("visible=true")).to_have_count(len(CITIES))
    chosen = actor.seen("#filter-indicator").evaluate("one => one.selectedOptions[0].text")
    assert chosen in words(actor, "#compare-latest h2")
    assert t("per inhabitant") in chosen.lower()
    actor.press("#compare-latest .panel__copy summary")
    citation = words(actor, "#compare-latest .copyable >> nth=0")
    for part in (words(actor, "#compare-latest h2"), "Kuusi", "/compare?", *(f"city={code}" for code in CITIES)):
        assert part in citation


def test_the_briefing_of_oulu_is_printed_on_two_pages(reader):
    actor, _ = reader
    section(actor, "cities")
    actor.press("main a[href$='/cities/564']")
    actor.page.wait_for_url("**/cities/564")
    pdf = actor.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2


def test_a_figure_is_walked_back_to_its_source_row(reader, base_url):
    actor, _ = reader
    section(actor, "companies")
    actor.press("#suppliers .panel__share > a")
    actor.page.wait_for_url("**/origin/suppliers*")
    actor.press("tbody a[href*='/row/']")
    actor.page.wait_for_url("**/dataset/purchases/row/*")
    shown = actor.page.locator(".facts code").inner_text()
    assert re.fullmatch(r"[0-9a-f]{64}", shown)
    key, number = actor.page.url.rpartition("/")[2].replace("%3A", ":").split(",")
    assert key.endswith(shown[:12])
    rows = csv.DictReader(io.StringIO(actor.page.request.get(f"{base_url}/data/purchases.csv").text()))
    (row,) = (one for one in rows if (one["snapshot_id"], one["row_number"]) == (key, number))
    values = actor.page.locator("table tbody td:nth-child(2)").all_inner_texts()
    assert {row["voucher_number"] or "–", row["account_code"] or "–"} <= set(values)


def test_what_crossed_its_threshold_is_told_with_its_reason(reader):
    actor, t = reader
    section(actor, "indicators")
    heading = words(actor, "section:has(.crossings) > h2")
    told = actor.page.locator(".crossings > li")
    assert int(re.findall(r"\d+", heading)[-1]) == told.count() > 0
    sides = [t("rose above its threshold"), t("fell below its threshold"), t("changed by more than its threshold")]
    assert all(any(side in one for side in sides) for one in told.all_inner_texts())
    target = actor.seen(".crossings a").get_attribute("href")
    actor.press(".crossings a")
    expect(actor.page.locator(target).locator("visible=true").first).to_be_in_viewport()
    expect(actor.page.locator(f"{target} .state--crossed").locator("visible=true").first).to_be_visible()
