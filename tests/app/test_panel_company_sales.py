"""What one company sold, its part of each city's purchases and who sells the same, worked out here by hand."""

from math import sqrt

import pandas as pd
import pytest

from dashboard.i18n import LANGUAGES
from dashboard.panels import company_sales, similar
from tests.data.handmade import ESPOO, FIRST, HELSINKI, NOBODY, OULU, SECOND, THIRD, TURKU, purchase

FOURTH = ("9000006-2", "Delta Oy")
FOOD, ICT, RENT = ({"account_code": code, "account_name": name, "account_group_code": group} for code, name, group in (
    ("4540", "Food", "45"), ("4345", "ICT", "43"), ("4820", "Rent", "48"),
))  # fmt: skip
UNNAMED = {"account_code": "9999", "account_name": None, "account_group_code": None}


@pytest.fixture(scope="module")
def market(make_site):
    """Alfa sells food for 300 and ICT for 400 to Turku, and rent for 50 to Espoo, where a note of 10 goes back; Beeta
    sells food for 3 and ICT for 4 to Turku; Gamma only ICT, for 7, there; Delta sells food to Oulu."""
    return make_site([
        purchase(TURKU, 2024, 1, "200", FIRST, **FOOD), purchase(TURKU, 2024, 2, "100", FIRST, **FOOD),
        purchase(TURKU, 2024, 3, "400", FIRST, **ICT), purchase(ESPOO, 2023, 3, "50", FIRST, **RENT),
        purchase(ESPOO, 2023, 4, "-10", FIRST, **UNNAMED), purchase(TURKU, 2024, 3, "3", SECOND, **FOOD),
        purchase(TURKU, 2024, 3, "4", SECOND, **ICT), purchase(TURKU, 2024, 3, "7", THIRD, **ICT),
        purchase(OULU, 2024, 3, "9", FOURTH, **FOOD), purchase(TURKU, 2024, 3, "86", NOBODY, **FOOD),
        purchase(HELSINKI, 2024, 3, "-5", FOURTH, **{**FOOD, "account_code": "454000"}),
    ])  # fmt: skip


def view(panel, site, query, language="en"):
    return panel.view(site.context(language, query))


def test_accounts_of_one_name_stand_as_one_with_the_numbers_that_cities_give_them(market):
    rows = view(company_sales.ACCOUNTS, market, f"company={FOURTH[0]}").rows
    assert [(row["account"], row["account_codes"], row["amount_eur"]) for row in rows] == [("Food", "4540,454000", 4)]


def test_accounts_are_the_largest_first_and_one_without_a_name_goes_by_its_number(market):
    found = view(company_sales.ACCOUNTS, market, f"company={FIRST[0]}")
    assert [(row["account"], row["amount_eur"], row["rows_count"]) for row in found.rows] == [
        ("ICT", 400, 1), ("Food", 300, 2), ("Rent", 50, 1), ("9999", -10, 1),
    ]  # fmt: skip
    assert [row["account_share"] for row in found.rows] == pytest.approx([400 / 740, 300 / 740, 50 / 740, -10 / 740])
    (bars,) = found.figure["data"]
    assert bars["x"] == [400, 300, 50, -10]


def test_a_share_of_a_city_is_of_all_that_the_city_bought(market):
    """Turku bought for 800, also from a nobody; Espoo for 40, all of it from Alfa."""
    rows = view(company_sales.SHARES, market, f"company={FIRST[0]}").rows
    assert {row["city_code"]: (row["amount_eur"], row["city_eur"], row["city_share"]) for row in rows} == {
        TURKU: (700, 800, 0.875), ESPOO: (40, 40, 1),
    }  # fmt: skip
    of_kind = view(company_sales.SHARES, market, f"company={FIRST[0]}&kind=company").rows
    assert {row["city_eur"] for row in of_kind} == {800, 40}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_whose_purchases_are_credit_notes_has_no_share(market, language):
    found = view(company_sales.SHARES, market, f"company={FOURTH[0]}&city={HELSINKI}", language)
    assert [(row["city_eur"], pd.isna(row["city_share"])) for row in found.rows] == [(-5, True)]
    assert found.figure is None


def test_the_most_similar_sells_in_the_same_proportions_to_the_same_city(market):
    """Alfa is (300, 400, 50), Beeta (3, 4, 0), Gamma (0, 7, 0); Delta has no account of a city in common."""
    rows = view(similar.PANEL, market, f"company={FIRST[0]}").rows
    length = sqrt(300**2 + 400**2 + 50**2)
    assert {row["supplier_business_id"]: row["similarity"] for row in rows} == {
        SECOND[0]: pytest.approx(2500 / (5 * length)), THIRD[0]: pytest.approx(400 / length),
    }  # fmt: skip
    assert [row["company_name"] for row in rows] == [SECOND[1], THIRD[1]]
    assert rows[0]["cities"] == "Turku"
    in_turku = view(similar.PANEL, market, f"company={FIRST[0]}&city={TURKU}").rows
    assert in_turku[0]["similarity"] == pytest.approx(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_that_is_alone_on_its_accounts_has_no_similar_ones(market, language):
    found = view(similar.PANEL, market, f"company={FOURTH[0]}", language)
    assert found.is_empty
    assert found.title != view(similar.PANEL, market, f"company={FIRST[0]}", language).title


def test_similarity_is_what_pandas_finds(site):
    frame = pd.read_parquet(site.engine.package.file("purchases", "parquet"))
    keys = ["supplier_business_id", "city_code", "account_code"]
    sums = frame.assign(amount_eur=frame["amount_eur"].astype(float)).groupby(keys)["amount_eur"].sum()
    vectors = sums[sums.round(2) > 0].unstack("supplier_business_id").fillna(0)
    company = sums.index[0][0]
    lengths = (vectors**2).sum() ** 0.5
    cosines = (vectors.mul(vectors[company], axis=0).sum() / (lengths * lengths[company])).drop(company)
    found = view(similar.PANEL, site, f"company={company}").rows
    assert [row["similarity"] for row in found] == pytest.approx(cosines.nlargest(10).tolist())
