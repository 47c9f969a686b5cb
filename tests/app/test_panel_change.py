"""The index of each city against its own first comparable year, worked out here by hand."""

import re

import pytest

from dashboard.i18n import LANGUAGES
from dashboard.panels import change
from tests.data.handmade import (
    ESPOO,
    FIRST,
    HELSINKI,
    NOBODY,
    OULU,
    SECOND,
    TAMPERE,
    TURKU,
    VANTAA,
    purchase,
    whole_year,
)

NAMES = {HELSINKI: "Helsinki", ESPOO: "Espoo", VANTAA: "Vantaa", TAMPERE: "Tampere", TURKU: "Turku", OULU: "Oulu"}


def part_of_a_year(city, year, months, amount="10"):
    return [purchase(city, year, month, amount) for month in range(1, months + 1)]


def shown(site, query="", language="en"):
    return change.PANEL.view(site.context(language, query))


def index(view):
    """(city, year) -> index, None where it is not known."""
    found = {(row["city_code"], row["purchase_year"]): row["index"] for row in view.rows}
    return {key: None if value is None or value != value else value for key, value in found.items()}  # noqa: PLR0124


def drawn(view):
    """Name of the line -> {year: value} as the chart has them, gaps left out."""
    return {
        line["name"]: {x: y for x, y in zip(line["x"], line["y"], strict=True) if y is not None}
        for line in view.figure["data"]
    }


@pytest.fixture(scope="module")
def towns(make_site):
    """Helsinki whole from 2022; Espoo starts with half a year; Vantaa has a hole; Tampere never has a whole year."""
    return make_site(
        [
            *whole_year(HELSINKI, 2022, 1200),
            *whole_year(HELSINKI, 2023, 1500, SECOND),
            *whole_year(HELSINKI, 2024, 600, NOBODY),
            *part_of_a_year(ESPOO, 2022, 6, "1000"),
            *whole_year(ESPOO, 2023, 3600),
            *whole_year(ESPOO, 2024, 4500),
            *whole_year(VANTAA, 2022, 240),
            *part_of_a_year(VANTAA, 2023, 11),
            *whole_year(VANTAA, 2024, 300),
            *part_of_a_year(TAMPERE, 2023, 3),
            *part_of_a_year(TAMPERE, 2024, 11),
        ]
    )


def test_the_first_whole_year_is_100_and_the_others_are_measured_by_it(towns):
    assert index(shown(towns)) == {
        (HELSINKI, 2022): 100, (HELSINKI, 2023): 125, (HELSINKI, 2024): 50,
        (ESPOO, 2022): None, (ESPOO, 2023): 100, (ESPOO, 2024): 125,
        (VANTAA, 2022): 80, (VANTAA, 2023): None, (VANTAA, 2024): 100,
        (TAMPERE, 2023): None, (TAMPERE, 2024): None,
    }  # fmt: skip


def test_the_chart_draws_the_known_indices_and_nothing_else(towns):
    view = shown(towns)
    wanted = {}
    for (city, year), value in index(view).items():
        if value is not None:
            wanted.setdefault(NAMES[city], {})[year] = value
    assert drawn(view) == wanted
    assert "Tampere" not in drawn(view)


def test_the_chart_of_a_hole_is_a_gap(towns):
    (vantaa,) = (line for line in shown(towns).figure["data"] if line["name"] == "Vantaa")
    assert vantaa["x"] == [2022, 2023, 2024]
    assert vantaa["y"] == [80, None, 100]
    assert vantaa["connectgaps"] is False


def test_the_table_holds_sums_rows_suppliers_and_months(towns):
    rows = {(row["city_code"], row["purchase_year"]): row for row in shown(towns).rows}
    names = ("amount_eur", "rows_count", "suppliers_count", "months_count")
    assert [rows[ESPOO, 2022][name] for name in names] == [6000, 6, 1, 6]
    assert [rows[HELSINKI, 2024][name] for name in names] == [600, 12, 0, 12]
    assert [rows[TAMPERE, 2024][name] for name in names] == [110, 11, 1, 11]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_year_that_is_left_out_is_named_with_its_months(towns, language):
    notes = " ".join(shown(towns, language=language).notes)
    ctx = towns.context(language, "")
    for city, year, months in ((ESPOO, 2022, 6), (VANTAA, 2023, 11), (TAMPERE, 2023, 3), (TAMPERE, 2024, 11)):
        assert re.search(rf"{ctx.city(city)} {year} \([^)]*{months}\)", notes)
    assert f"{ctx.city(HELSINKI)} 2" not in shown(towns, language=language).notes[-1]


def test_one_month_is_written_as_one(make_site):
    site = make_site([*whole_year(HELSINKI, 2022, 1200), purchase(HELSINKI, 2023, 1, "10")])
    assert "1 months" not in " ".join(shown(site).notes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_gives_the_last_index_of_each_city(towns, language):
    """Of the newest year drawn: Helsinki 50, Espoo 125, Vantaa 100; Tampere is in no index."""
    text, ctx = shown(towns, language=language).summary, towns.context(language, "")
    assert "2024" in text
    for city, value in ((HELSINKI, 50), (ESPOO, 125), (VANTAA, 100)):
        assert f"{ctx.city(city)} {value}" in text
    assert ctx.city(TAMPERE) not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_title_counts_the_cities_that_bought_for_less(towns, language):
    """One of the two with a comparable year before the last: Helsinki. Vantaa's first after the break is the last."""
    numbers = re.findall(r"\d+", shown(towns, language=language).title)
    assert sorted(numbers) == ["1", "2", "2024"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_title_of_one_city_says_how_far_it_has_come(towns, language):
    view = shown(towns, f"city={ESPOO}", language)
    assert towns.context(language, "").city(ESPOO) in view.title
    assert {"125", "2024", "2023", "100"} <= set(re.findall(r"\d+", view.title))


def test_cities_keep_the_sites_order_whatever_their_sums(towns):
    order = [towns.context("en", "").city(code) for code in towns.codes.cities]
    names = list(drawn(shown(towns)))
    assert names == [name for name in order if name in names]


def test_the_year_filter_does_not_cut_a_series(towns):
    """An index of one year alone would always be 100."""
    assert index(shown(towns, "year=2024")) == index(shown(towns))


@pytest.mark.parametrize("query", [f"city={TAMPERE}", "group=47"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_whole_year_there_is_no_chart_and_the_page_says_why(towns, query, language):
    view = shown(towns, query, language)
    assert view.figure is None
    assert view.title
    assert view.summary
    assert len(view.rows) == (2 if "city" in query else 0)
    assert (towns.context(language, "").city(TAMPERE) in " ".join(view.notes)) is ("city" in query)


@pytest.mark.parametrize(("total", "kept"), [(0, False), (-1200, False), (12, True)])
def test_a_city_whose_first_year_is_nothing_or_less_has_no_index(make_site, total, kept):
    """Nothing can be measured by zero, and by a sum of credit notes only backwards."""
    facts = [*whole_year(OULU, 2023, total), *whole_year(OULU, 2024, 600), *whole_year(TURKU, 2023, 12)]
    found = index(shown(make_site(facts)))
    assert found[TURKU, 2023] == 100
    assert (found[OULU, 2024] == 5000) is kept
    assert (found[OULU, 2023] is None) is not kept


def test_a_year_is_whole_though_an_account_group_was_bought_in_few_of_its_months(make_site):
    """Group 49 was bought in three months of 2023 and in one of 2024; both years are whole in the city's data."""
    facts = [*whole_year(TURKU, 2023, 1200), *whole_year(TURKU, 2024, 1200), *part_of_a_year(TAMPERE, 2023, 3)]
    facts += [purchase(TURKU, 2023, month, "100", account_group_code="49") for month in (1, 2, 3)]
    facts += [purchase(TURKU, 2024, 6, "150", account_group_code="49")]
    facts += [purchase(TAMPERE, 2023, 3, "70", account_group_code="49")]
    site = make_site(facts)
    view = shown(site, "group=49")
    assert index(view) == {(TURKU, 2023): 100, (TURKU, 2024): 50, (TAMPERE, 2023): None}
    assert {(row["city_code"], row["purchase_year"]): row["months_count"] for row in view.rows} == {
        (TURKU, 2023): 12, (TURKU, 2024): 12, (TAMPERE, 2023): 3,
    }  # fmt: skip
    assert "Turku 20" not in view.notes[-1]
    rows = site.server.test_client().get("/download/change.json?group=49").json
    assert [(row["city"], row["months_count"], row["index"]) for row in rows] == [
        ("Tampere", 3, None), ("Turku", 12, 100), ("Turku", 12, 50),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("years", "is_marked"),
    [((2022, 2023), True), ((2021, 2022), False), ((2023, 2024), False), ((2022, 2024), True), ((2023,), False)],
)
def test_the_break_of_2023_is_marked_only_in_a_series_that_crosses_it(make_site, years, is_marked):
    facts = [row for year in years for row in whole_year(TURKU, year, 1200, FIRST)]
    layout = shown(make_site(facts)).figure["layout"]
    assert bool(layout.get("shapes")) is is_marked
    assert bool(layout.get("annotations")) is is_marked
    if is_marked:
        assert years[0] < layout["shapes"][0]["x0"] < 2023


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_that_lost_health_services_is_measured_from_2023_on_and_the_text_says_so(make_site, language):
    """Both bought for half as much in 2023 as in 2022; Turku then bought for more again."""
    facts = [row for city in (HELSINKI, TURKU) for row in whole_year(city, 2022, 2400)]
    facts += [row for city in (HELSINKI, TURKU) for row in whole_year(city, 2023, 1200)]
    site = make_site([*facts, *whole_year(HELSINKI, 2024, 1200), *whole_year(TURKU, 2024, 1800)])
    view, ctx = shown(site, language=language), site.context(language, "")
    assert [index(view)[TURKU, year] for year in (2022, 2023, 2024)] == [200, 100, 150]
    assert [index(view)[HELSINKI, year] for year in (2022, 2023, 2024)] == [100, 50, 50]
    assert sorted(re.findall(r"\d+", view.title)) == ["1", "2", "2024"]
    assert f"{ctx.city(HELSINKI)} 2022, {ctx.city(TURKU)} 2023" in view.notes[0]
    assert view.notes[1] == f"{change.year_break(ctx, [TURKU]).text}."


def test_every_panel_of_one_filter_adds_up_to_the_same_sum(small):
    """Sums by city and year are those of all rows under the filter."""
    for query, wanted in (("", 4_391_066.66), (f"city={TURKU}", 720_000), ("group=45", 1000)):
        assert float(sum(row["amount_eur"] for row in shown(small, query).rows)) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_is_described_by_title_and_summary(towns, language):
    view = shown(towns, language=language)
    description = view.figure["layout"]["meta"]["description"]
    assert view.title in description
    assert view.summary in description
