"""Concentration, newcomers, shared suppliers, kinds and the whole ranking: by hand, and by pandas on the sample."""

import pandas as pd
import pytest

from dashboard.i18n import LANGUAGES
from dashboard.panels import change, concentration, kinds, newcomers, ranking, shared, suppliers
from dashboard.query.model import Filter, Query
from tests.data.handmade import (
    ESPOO,
    FIRST,
    HELSINKI,
    NOBODY,
    OULU,
    SECOND,
    TAMPERE,
    THIRD,
    TURKU,
    VANTAA,
    purchase,
    whole_year,
)

TWELVE = [(f"91000{n:02}-{n % 10}", f"Yritys {n}") for n in range(1, 13)]


def rows(panel, site, query="", language="en"):
    return panel.view(site.context(language, query)).rows


def by_city_and_year(found, name):
    values = {(row["city_code"], row["purchase_year"]): row[name] for row in found}
    return {key: None if pd.isna(value) else value for key, value in values.items()}


def notes(panel, site, query="", language="en"):
    return " ".join(panel.view(site.context(language, query)).notes).replace("\xa0", " ")


@pytest.fixture(scope="module")
def town(make_site):
    """Turku buys for 60, 30 and 10 euros from three, for 25 from a nobody, and gets 3 back from a fourth; Oulu buys
    from twelve for 1, 2, ... 12 euros; Espoo has a credit note only."""
    facts = [purchase(TURKU, 2024, 1, amount, one) for amount, one in (("70", FIRST), ("30", SECOND), ("10", THIRD))]
    facts += [purchase(TURKU, 2024, 2, "-10", FIRST), purchase(TURKU, 2024, 2, "25", NOBODY)]
    facts += [purchase(TURKU, 2024, month, amount, TWELVE[0]) for month, amount in ((3, "5"), (4, "-8"))]
    facts += [purchase(OULU, 2024, 1, str(n), one) for n, one in enumerate(TWELVE, start=1)]
    return make_site([*facts, purchase(ESPOO, 2023, 1, "-7", FIRST)])


@pytest.fixture(scope="module")
def years(make_site):
    """Helsinki: Alfa in 2021 and 2022, Beeta from 2022, Gamma in 2021 and 2024 only; Turku: seven months of 2021, then
    Alfa and, from 2023, Beeta; Vantaa has no 2022 between its whole years."""
    facts = [row for year in (2021, 2022) for row in whole_year(HELSINKI, year, 1200, FIRST)]
    facts += [row for year in (2022, 2023, 2024) for row in whole_year(HELSINKI, year, 120, SECOND)]
    facts += [purchase(HELSINKI, year, 5, "9", THIRD) for year in (2021, 2024)]
    facts += [purchase(TURKU, 2021, month, "10") for month in range(1, 8)]
    facts += [row for year in (2022, 2023) for row in whole_year(TURKU, year, 1200, FIRST)]
    facts += [purchase(TURKU, 2023, 5, "9", SECOND), purchase(TURKU, 2023, 6, "9", NOBODY)]
    return make_site([*facts, *whole_year(VANTAA, 2021, 12, FIRST), *whole_year(VANTAA, 2023, 12, SECOND)])


def test_the_ten_largest_and_the_index_are_those_of_the_textbook(town):
    """Turku: 60, 30 and 10 of the 100 of those who got more than they gave back, so 3600 + 900 + 100. Oulu: all but
    1 + 2 of 78; the squares of 1 to 12 are 650."""
    found = rows(concentration.HHI, town)
    hhi, shares = {(TURKU, 2024): 4600, (OULU, 2024): 10_000 * 650 / 78**2}, {(TURKU, 2024): 1, (OULU, 2024): 75 / 78}
    assert by_city_and_year(found, "hhi") == pytest.approx(hhi)
    assert by_city_and_year(found, "ten_share") == pytest.approx(shares)
    assert by_city_and_year(found, "suppliers_count") == {(TURKU, 2024): 4, (OULU, 2024): 12}
    assert by_city_and_year(found, "amount_eur") == {(TURKU, 2024): 97, (OULU, 2024): 78}


@pytest.mark.parametrize(("language", "share"), [("fi", "20,5 %"), ("sv", "20,5 %"), ("en", "20.5%")])
def test_the_part_without_a_business_id_is_said_where_there_is_one(town, language, share):
    """25 of 60 + 30 + 10 - 3 + 25; all of Oulu's rows have an id, and so has every kind."""
    for panel in (concentration.TEN, ranking.PANEL, newcomers.PANEL):
        assert share in notes(panel, town, f"city={TURKU}", language)
        assert share in notes(panel, town, f"city={TURKU}&kind=company", language)
        assert "%" not in notes(panel, town, f"city={OULU}", language).replace("100 %", "")


def test_ten_suppliers_or_fewer_are_said_to_be_all(town):
    few, many = (concentration.TEN.view(town.context("en", f"city={city}")).notes for city in (TURKU, OULU))
    assert any("ten suppliers or fewer" in note for note in few)
    assert not any("ten suppliers or fewer" in note for note in many)


def test_the_kinds_say_how_often_a_supplier_counts(town):
    """Alfa sells to Turku and Espoo, the first of the twelve to Turku and Oulu."""
    of_all, of_one = (kinds.PANEL.view(town.context("en", query)).summary for query in ("", f"city={TURKU}"))
    assert of_all == "Suppliers with a business id, each counted once in every city: 17."
    assert of_one == "Suppliers with a business id, each counted once in every year: 4."


def test_a_city_of_credit_notes_has_no_concentration_and_its_page_opens(town):
    for panel in (concentration.TEN, concentration.HHI):
        assert rows(panel, town, f"city={ESPOO}") == []
    (row,) = rows(kinds.PANEL, town, f"city={ESPOO}")
    assert row["amount_eur"] == -7
    assert row["kind_share"] is None
    assert town.server.test_client().get(f"/fi/companies?city={ESPOO}").status_code == 200


def test_newcomers_and_leavers_are_known_between_whole_years_only(years):
    """Gamma came back to Helsinki in 2024: it is no newcomer then, and did not leave in 2021."""
    found = rows(newcomers.PANEL, years)
    assert by_city_and_year(found, "newcomers_count") == {
        (HELSINKI, 2021): None, (HELSINKI, 2022): 1, (HELSINKI, 2023): 0, (HELSINKI, 2024): 0,
        (TURKU, 2021): None, (TURKU, 2022): None, (TURKU, 2023): 1, (VANTAA, 2021): None, (VANTAA, 2023): None,
    }  # fmt: skip
    assert by_city_and_year(found, "leavers_count") == {
        (HELSINKI, 2021): 0, (HELSINKI, 2022): 1, (HELSINKI, 2023): 0, (HELSINKI, 2024): None,
        (TURKU, 2021): None, (TURKU, 2022): 0, (TURKU, 2023): None, (VANTAA, 2021): None, (VANTAA, 2023): None,
    }  # fmt: skip
    assert by_city_and_year(found, "newcomers_share")[HELSINKI, 2022] == 0.5
    assert by_city_and_year(found, "suppliers_count")[TURKU, 2023] == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_newcomers_are_known_of_no_year_the_panel_says_so(years, language):
    view = newcomers.PANEL.view(years.context(language, f"city={VANTAA}"))
    assert view.figure is None
    assert len(view.rows) == 2
    assert view.title != newcomers.PANEL.view(years.context(language, "")).title


def test_a_partial_year_is_named(years):
    assert "Turku 2021" in notes(newcomers.PANEL, years)
    assert "Turku 2021" in notes(concentration.HHI, years)
    assert "2021" not in notes(concentration.HHI, years, f"city={HELSINKI}")


@pytest.mark.parametrize("panel", [suppliers.PANEL, kinds.PANEL, shared.PANEL, ranking.PANEL])
def test_a_partial_year_is_named_where_years_are_added_up_too(years, panel):
    assert "Turku 2021 (months with data: 7)" in notes(panel, years)
    assert "Turku 2021" in notes(panel, years, "year=2021")
    assert "Turku 2021" not in notes(panel, years, "year=2022")


@pytest.mark.parametrize(
    ("panel", "query", "unheeded"),
    [
        (kinds.PANEL, f"city={HELSINKI}&year=2022&kind=company&min=10", "companies"),
        (newcomers.PANEL, "year=2022&kind=company", "2022"),
        (shared.PANEL, f"city={HELSINKI},{TURKU}&year=2022", "Helsinki, Turku"),
        (change.PANEL, f"city={HELSINKI}&min=10&max=20", "rows of at least €10\xa0· rows of at most €20"),
        (ranking.PANEL, f"city={HELSINKI}&year=2022&kind=company&group=43&min=10", None),
    ],
)
def test_a_filter_that_a_panel_does_not_obey_is_named_in_its_notes(years, panel, query, unheeded):
    said = [note for note in panel.view(years.context("en", query)).notes if note.startswith("Chosen")]
    assert said == ([f"Chosen, but not counted here: {unheeded}."] if unheeded else [])


def test_each_supplier_stands_in_exactly_one_combination_of_cities(years):
    """Alfa sells to all three, Beeta to all three, Gamma to Helsinki; in 2021 Beeta to none."""
    found = {row["city_codes"]: (row["suppliers_count"], row["amount_eur"]) for row in rows(shared.PANEL, years)}
    every = ",".join(sorted((HELSINKI, TURKU, VANTAA)))
    assert found == {every: (2, 2400 + 70 + 2400 + 12 + 360 + 9 + 12), HELSINKI: (1, 18)}
    assert {row["city_codes"] for row in rows(shared.PANEL, years, "year=2021")} == {every, HELSINKI}
    assert rows(shared.PANEL, years, f"city={TURKU}") == rows(shared.PANEL, years)


def test_the_figure_of_combinations_holds_the_tables_values(years):
    view = shared.PANEL.view(years.context("en", ""))
    assert view.figure["data"][0]["y"] == [row["suppliers_count"] for row in view.rows]


def test_kinds_are_parts_of_a_city_or_of_one_citys_year_and_no_id_is_a_part_of_its_own(years):
    found = {(row["city_code"], row["kind_code"]): row["kind_share"] for row in rows(kinds.PANEL, years)}
    assert found[TURKU, None] == pytest.approx(9 / (70 + 2400 + 18))
    assert found[TURKU, "company"] == pytest.approx(1 - found[TURKU, None])
    assert found[HELSINKI, "company"] == 1
    of_one = {(row["purchase_year"], row["kind_code"]) for row in rows(kinds.PANEL, years, f"city={TURKU}")}
    assert of_one == {(2021, "company"), (2022, "company"), (2023, "company"), (2023, None)}


def test_the_ranking_places_every_supplier_and_counts_its_cities(years):
    found = rows(ranking.PANEL, years)
    assert [(row["place"], row["supplier_business_id"], row["amount_eur"], row["cities_count"]) for row in found] == [
        (1, FIRST[0], 2400 + 70 + 2400 + 12, 3), (2, SECOND[0], 360 + 9 + 12, 3), (3, THIRD[0], 18, 1),
    ]  # fmt: skip
    assert sum(row["amount_share"] for row in found) == pytest.approx(1)
    assert found[0]["company_name"] == FIRST[1]


def test_the_ranking_is_shown_by_pages_and_its_download_is_whole(make_site):
    many = [(f"92{n:05}-{n % 10}", f"Yritys {n}") for n in range(120)]
    site = make_site([purchase(TAMPERE, 2024, 1, str(1000 - n), one) for n, one in enumerate(many)])
    places = [[row["place"] for row in rows(ranking.PANEL, site, query)] for query in ("", "page=2", "page=99")]
    assert places == [list(range(1, 51)), list(range(51, 101)), list(range(101, 121))]
    client = site.server.test_client()
    assert len(client.get("/download/ranking.json?page=2").json) == 120
    last = client.get("/en/companies?page=3").text
    assert 'href="/en/companies?page=2#ranking"' in last
    assert 'rel="next"' not in last


@pytest.fixture(scope="module")
def purchases(site):
    """The sample's purchases from suppliers with a business id, past the site's own engine."""
    frame = pd.read_parquet(site.engine.package.file("purchases", "parquet"))
    return frame[frame["supplier_business_id"].notna()].assign(amount_eur=lambda one: one["amount_eur"].astype(float))


@pytest.mark.parametrize("query", ["", "group=43", "min=1000&max=20000"])
def test_concentration_is_what_pandas_finds(site, purchases, query):
    kept = purchases
    if "group" in query:
        kept = kept[kept["account_group_code"] == "43"]
    if "min" in query:
        kept = kept[kept["amount_eur"].between(1000, 20_000)]
    sums = kept.groupby(["city_code", "purchase_year", "supplier_business_id"])["amount_eur"].sum()
    ten = sums.groupby(level=[0, 1]).apply(lambda one: one.nlargest(10).sum() / one.sum())
    sums = sums[sums.round(2) > 0]
    parts = sums / sums.groupby(level=[0, 1]).transform("sum")
    hhi = ((100 * parts) ** 2).groupby(level=[0, 1]).sum()
    found = rows(concentration.TEN, site, query)
    assert by_city_and_year(found, "hhi") == pytest.approx(hhi.to_dict())
    assert by_city_and_year(found, "ten_share") == pytest.approx(ten.to_dict())


def test_the_share_of_the_ten_largest_is_one_value_wherever_it_stands(site):
    """In the ranking, in the panel of concentration and among the indicators."""
    ten = by_city_and_year(rows(concentration.TEN, site), "ten_share")
    asked = (Filter("indicator_code", "eq", "largest_ten_share"), Filter("is_latest", "eq", True))
    of_indicator = site.engine.rows(Query("indicator_values", filters=asked))
    assert len(of_indicator) == 6
    for row in of_indicator:
        key = row["city_code"], row["year"]
        ranked = rows(suppliers.PANEL, site, f"city={key[0]}&year={key[1]}")
        assert sum(one["amount_share"] for one in ranked) == pytest.approx(ten[key])
        assert row["value"] == pytest.approx(100 * ten[key], abs=0.005)


def test_newcomers_are_what_pandas_finds(site, purchases):
    """Of whole years after whole years, which are all but Turku's first."""
    seen = {key: set(one) for key, one in purchases.groupby(["city_code", "purchase_year"])["supplier_business_id"]}
    first = min(year for _, year in seen)
    for (city, year), count in by_city_and_year(rows(newcomers.PANEL, site), "newcomers_count").items():
        before = set().union(*(one for (place, when), one in seen.items() if place == city and when < year))
        known = year > first and not (city == TURKU and year == first + 1)
        assert count == (len(seen[city, year] - before) if known else None)


def test_combinations_of_cities_are_what_pandas_finds(site, purchases):
    sets = purchases.groupby("supplier_business_id")["city_code"].agg(lambda codes: ",".join(sorted(set(codes))))
    wanted = sets.value_counts().to_dict()
    found = rows(shared.PANEL, site)
    assert {row["city_codes"]: row["suppliers_count"] for row in found} == wanted
    euros = purchases.groupby(purchases["supplier_business_id"].map(sets))["amount_eur"].sum()
    assert {row["city_codes"]: float(row["amount_eur"]) for row in found} == pytest.approx(euros.to_dict())
