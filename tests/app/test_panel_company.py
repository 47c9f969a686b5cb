"""One company's sums and rows, and the projects' money, against what is written down here or in data/reference."""

import csv
import re
from decimal import Decimal

import pytest

from dashboard.i18n import LANGUAGES
from dashboard.panels import company, projects
from dashboard.settings import ROOT
from tests.data.handmade import FIRST, HELSINKI, OULU, SECOND, TAMPERE, TURKU, purchase

OWN = "A71005"


def digits(text):
    """The numbers of a sentence, their thousands together."""
    joined = re.sub(r"(?<=\d)[\xa0 ,](?=\d{3}(?!\d))", "", text)
    return [int(number) for number in re.findall(r"\d+", joined)]


@pytest.fixture(scope="module")
def busy(make_site):
    """Alfa sold 120 times: in Turku in 2023, in Oulu in 2025, and once back in Tampere."""
    facts = [purchase(TURKU, 2023, n % 12 + 1, f"{n}.25") for n in range(1, 61)]
    facts += [purchase(OULU, 2025, n % 12 + 1, "10") for n in range(59)]
    facts += [purchase(TAMPERE, 2025, 6, "-99.99"), purchase(TURKU, 2023, 1, "5", SECOND)]
    return make_site(facts)


def years(site, query="", language="en"):
    return company.YEARS.view(site.context(language, f"company={FIRST[0]}&{query}"))


def rows(site, query="", language="en"):
    return company.ROWS.view(site.context(language, f"company={FIRST[0]}&{query}"))


def test_sums_by_city_and_year_are_the_companys_own(busy):
    """1.25 + 2.25 + ... + 60.25 is 1 830 and 60 quarters."""
    found = {
        (row["city_code"], row["purchase_year"]): (row["amount_eur"], row["rows_count"]) for row in years(busy).rows
    }
    assert found == {
        (TURKU, 2023): (Decimal("1845.00"), 60),
        (OULU, 2025): (Decimal("590.00"), 59),
        (TAMPERE, 2025): (Decimal("-99.99"), 1),
    }


def test_the_lines_are_those_sums_and_a_year_between_without_purchases_is_a_gap(busy):
    lines = {line["name"]: (line["x"], line["y"]) for line in years(busy).figure["data"]}
    assert lines == {
        "Turku": ([2023, 2024, 2025], [1845.0, None, None]),
        "Oulu": ([2023, 2024, 2025], [None, None, 590.0]),
        "Tampere": ([2023, 2024, 2025], [None, None, -99.99]),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_title_and_summary_give_the_whole_its_rows_and_its_largest_year(busy, language):
    """1 845.00 + 590.00 - 99.99 = 2 335.01 from 120 rows in three cities."""
    view = years(busy, language=language)
    assert FIRST[1] in view.title
    assert {3, 2335} <= set(digits(view.title))
    assert {120, 2023, 2025, 1845} <= set(digits(view.summary))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (f"city={TURKU}", {(TURKU, 2023)}),
        ("year=2025", {(OULU, 2025), (TAMPERE, 2025)}),
        (f"city={OULU},{TURKU}&year=2025", {(OULU, 2025)}),
        ("group=45", set()),
        (f"city={HELSINKI}", set()),
    ],
)
def test_filters_hold_for_years_and_rows_alike(busy, query, wanted):
    assert {(row["city_code"], row["purchase_year"]) for row in years(busy, query).rows} == wanted
    assert {(row["city_code"], row["purchase_year"]) for row in rows(busy, query).rows} == wanted
    assert (years(busy, query).figure is None) is (not wanted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_without_purchases_under_the_filters_says_so(busy, language):
    empty, full = years(busy, "group=45", language), years(busy, language=language)
    assert empty.is_empty
    assert empty.title != full.title
    assert empty.summary
    assert FIRST[1] in empty.subtitle
    assert digits(rows(busy, "group=45", language).summary) == []


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("", 1, 50), ("page=2", 51, 100), ("page=3", 101, 120), ("page=99", 101, 120)]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_rows_says_which_rows_it_holds(busy, asked, first, last, language):
    view = rows(busy, asked, language)
    assert digits(view.summary) == [first, last, 120]
    assert len(view.rows) == last - first + 1


def test_the_pages_are_all_rows_once_newest_first_and_largest_first_within_a_day(busy):
    found = [row for page in (1, 2, 3) for row in rows(busy, f"page={page}").rows]
    keys = [(row["purchase_year"], row["posting_date"], row["amount_eur"]) for row in found]
    assert keys == sorted(keys, reverse=True)
    assert len({(row["snapshot_id"], row["row_number"]) for row in found}) == 120
    assert sum(row["amount_eur"] for row in found) == Decimal("2335.01")


def test_each_row_leads_back_to_its_file(busy):
    package = busy.engine.package
    for row in rows(busy).rows:
        assert row["snapshot_id"] in package.provenance
        assert row["row_number"] >= 1


@pytest.fixture(scope="module")
def reference():
    """The projects as they are kept by hand, past the release."""
    with (ROOT / "data" / "reference" / "projects.csv").open(encoding="utf-8", newline="") as file:
        return {row["project_code"]: row for row in csv.DictReader(file)}


def total(reference, name):
    return sum(Decimal(row[name]) for row in reference.values())


def test_the_projects_are_those_kept_by_hand_the_largest_plan_first(small, reference):
    found = projects.PANEL.view(small.context("en", "")).rows
    assert {row["project_code"] for row in found} == set(reference)
    assert [row["planned_eur"] for row in found] == sorted((row["planned_eur"] for row in found), reverse=True)
    for row in found:
        kept = reference[row["project_code"]]
        for name in ("planned_eur", "granted_eur", "realised_eur"):
            assert row[name] == (Decimal(kept[name]) if kept[name] else None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_projects_summary_adds_up_all_plans_and_grants(small, reference, language):
    view = projects.PANEL.view(small.context(language, ""))
    wanted = [total(reference, name) for name in ("planned_eur", "granted_eur")]
    wanted += [Decimal(reference[OWN][name]) for name in ("planned_eur", "granted_eur")]
    assert {len(reference), *(round(one) for one in wanted)} <= set(digits(view.summary))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_projects_title_gives_our_share_of_all_plans(small, reference, language):
    share = round(100 * Decimal(reference[OWN]["planned_eur"]) / total(reference, "planned_eur"))
    assert {share, len(reference)} <= set(digits(projects.PANEL.view(small.context(language, "")).title))


def test_the_projects_chart_has_a_bar_for_each_plan_and_each_grant(small, reference):
    view = projects.PANEL.view(small.context("en", ""))
    planned, granted = view.figure["data"]
    codes = [row["project_code"] for row in view.rows]
    assert planned["x"] == [float(reference[code]["planned_eur"]) for code in codes]
    assert granted["x"] == [float(reference[code]["granted_eur"]) for code in codes]
    assert [name.split(" ")[0] for name in planned["y"]] == codes
    assert planned["marker"]["color"] != granted["marker"]["color"]


@pytest.mark.parametrize("query", [f"city={TURKU}", "year=2024&group=45", "q=oy", "page=3"])
def test_filters_do_not_change_the_projects(small, query):
    plain, filtered = (projects.PANEL.view(small.context("en", one)) for one in ("", query))
    assert filtered.rows == plain.rows
    assert filtered.title == plain.title
