"""The ranking of suppliers against sums that are added up here by hand."""

import re
from decimal import Decimal

import pytest

from dashboard.i18n import LANGUAGES
from dashboard.panels import concentration, suppliers
from tests.data.handmade import ESPOO, FIRST, HELSINKI, NOBODY, SECOND, TURKU, VANTAA, purchase

THIRTEEN = [(f"91000{n:02}-{n % 10}", f"Yritys {n}") for n in range(13)]


def shown(site, query="", language="en"):
    return suppliers.PANEL.view(site.context(language, query))


def sums(view):
    return {row["supplier_business_id"]: row["amount_eur"] for row in view.rows}


def plain(text):
    """The text with its digits together, whichever way the language sets them apart."""
    return re.sub(r"(?<=\d)[\xa0,](?=\d{3})", "", text).replace("\xa0", " ")


@pytest.fixture(scope="module")
def many(make_site):
    """Thirteen suppliers of 100, 200, ... 1 300 euros, two of them equal, and a nobody who sold most of all."""
    facts = [purchase(HELSINKI, 2024, 1, str(100 * (n + 1)), one) for n, one in enumerate(THIRTEEN)]
    facts += [purchase(ESPOO, 2024, 2, "100", THIRTEEN[11]), purchase(ESPOO, 2025, 2, "99999", NOBODY)]
    return make_site(facts)


def test_the_ten_largest_are_shown_largest_first_and_ties_by_their_id(many):
    view = shown(many)
    twelve = sorted((THIRTEEN[11][0], THIRTEEN[12][0]))
    assert [row["supplier_business_id"] for row in view.rows] == [
        *twelve, *(THIRTEEN[n][0] for n in (10, 9, 8, 7, 6, 5, 4, 3)),
    ]  # fmt: skip
    assert [row["amount_eur"] for row in view.rows] == [1300, 1300, 1100, 1000, 900, 800, 700, 600, 500, 400]


def test_a_share_is_of_all_suppliers_with_an_id_not_of_the_ten(many):
    """100 + 200 + ... + 1 300 and 100 more make 9 200; whoever has no id is not in it."""
    view = shown(many)
    for row in view.rows:
        assert row["amount_share"] == pytest.approx(float(row["amount_eur"]) / 9200)
    assert sum(row["amount_share"] for row in view.rows) == pytest.approx(8600 / 9200)


@pytest.mark.parametrize(("language", "share"), [("fi", "93,5 %"), ("sv", "93,5 %"), ("en", "93.5%")])
def test_the_summary_says_the_largest_its_sum_and_the_share_of_those_shown(many, language, share):
    view = shown(many, language=language)
    text = plain(view.summary)
    assert view.rows[0]["company_name"] in text
    assert view.rows[0]["company_name"] in view.title
    assert "1300" in text
    assert share in text
    assert re.search(r"\b10\b", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_shares_of_fewer_than_ten_are_the_whole(small, language):
    view = shown(small, language=language)
    assert len(view.rows) == 5
    assert sum(row["amount_share"] for row in view.rows) == pytest.approx(1)
    assert re.search(r"\b100[.,]0", plain(view.summary))


def test_the_figure_holds_the_tables_values_in_its_order(many):
    view = shown(many)
    (bars,) = view.figure["data"]
    assert bars["x"] == [float(row["amount_eur"]) for row in view.rows]
    assert [name.rstrip("\u200b") for name in bars["y"]] == [row["company_name"] for row in view.rows]
    assert view.figure["layout"]["yaxis"]["autorange"] == "reversed"
    assert len(set(bars["y"])) == 10


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", {FIRST[0]: 2_700_000, SECOND[0]: 1_140_000}),
        (f"city={HELSINKI}", {FIRST[0]: 2_700_000, SECOND[0]: 900_000}),
        ("year=2024", {SECOND[0]: 900_000}),
        (f"city={TURKU}&year=2023", {SECOND[0]: 240_000}),
        (f"city={HELSINKI},{TURKU}&year=2023&group=43", {FIRST[0]: 1_500_000, SECOND[0]: 240_000}),
    ],
)
def test_filters_leave_their_own_sums(small, query, wanted):
    found = sums(shown(small, query))
    assert {key: found.get(key) for key in wanted} == wanted


def test_credit_notes_are_taken_off_to_the_cent(small):
    """1 000.10 less 0.10."""
    (row,) = shown(small, f"city={ESPOO}").rows
    assert row["amount_eur"] == Decimal("1000.00")
    assert row["rows_count"] == 2


def test_whoever_has_no_id_is_in_no_ranking(small):
    view = shown(small, f"city={VANTAA}")
    assert view.is_empty
    assert view.figure is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("query", ["group=47", f"city={VANTAA}", f"city={ESPOO}&year=2022"])
def test_nothing_to_show_is_said_in_words(small, language, query):
    view = shown(small, query, language)
    assert view.is_empty
    assert view.rows == []
    assert view.title
    assert view.summary
    assert view.title != shown(small, "", language).title
    assert {column.name for column in view.columns} == {column.name for column in shown(small).columns}


@pytest.mark.parametrize(
    ("language", "city", "group"),
    [("fi", "Turku", "Palvelujen ostot"), ("sv", "Åbo", "Köp av tjänster"), ("en", "Turku", "Purchases of services")],
)
def test_the_subtitle_says_the_filters_in_the_readers_language(small, language, city, group):
    subtitle = shown(small, f"city={TURKU}&year=2024&group=43", language).subtitle
    assert city in subtitle
    assert "2024" in subtitle
    assert group in subtitle
    assert city not in shown(small, "", language).subtitle


def test_a_supplier_of_only_credit_notes_is_last_and_does_not_break_the_chart(make_site):
    facts = [purchase(TURKU, 2024, 1, "500", FIRST), purchase(TURKU, 2024, 1, "-200", SECOND)]
    view = shown(make_site(facts))
    low, high = view.figure["layout"]["xaxis"]["range"]
    assert [row["amount_eur"] for row in view.rows] == [500, -200]
    assert low <= -200
    assert high >= 500
    assert sum(row["amount_share"] for row in view.rows) == pytest.approx(1)


def test_sums_that_cancel_out_have_no_share(make_site):
    """500 - 500: nothing can be a part of nothing; the page must still open."""
    facts = [purchase(TURKU, 2024, 1, "500", FIRST), purchase(TURKU, 2024, 1, "-500", SECOND)]
    site = make_site(facts)
    view = shown(site)
    assert [row["amount_eur"] for row in view.rows] == [500, -500]
    assert site.server.test_client().get("/fi/companies").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_that_is_not_known_is_not_written_as_a_number(make_site, language):
    facts = [purchase(TURKU, 2024, 1, "500", FIRST), purchase(TURKU, 2024, 1, "-500", SECOND)]
    assert not re.search(r"nan|none|0[.,]0", shown(make_site(facts), language=language).summary, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_under_amounts_names_them_and_credit_notes_have_no_largest(small, language):
    """Espoo: 1 000.10 and a credit note of 0.10 from the same supplier."""
    many, few = (shown(small, query, language) for query in (f"group=45{rest}" for rest in ("", "&min=1000")))
    assert few.title.startswith(f"{many.title}, ")
    assert "1000" in plain(few.title)
    back = shown(small, f"city={ESPOO}&max=0", language)
    (row,) = back.rows
    assert row["amount_eur"] == Decimal("-0.10")
    assert back.figure is None
    assert row["company_name"] not in back.title + back.summary
    ten = concentration.TEN.view(small.context(language, f"city={ESPOO}&max=0"))
    assert ten.is_empty
    assert ten.title != concentration.TEN.view(small.context(language, "group=47")).title


@pytest.mark.parametrize(
    ("query", "title"),
    [
        (f"city={TURKU}", "Turku bought most from Beeta Ab"),
        (f"city={TURKU}&year=2023", "Turku bought most from Beeta Ab in 2023"),
        (f"city={TURKU}&group=43", "Beeta Ab is the largest supplier under these filters"),
    ],
)
def test_of_one_city_the_title_says_from_whom_it_bought_most(make_site, query, title):
    site = make_site([purchase(TURKU, 2023, 1, "500", SECOND), purchase(HELSINKI, 2023, 1, "900", FIRST)])
    assert shown(site, query).title == title


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_only_supplier_is_not_called_the_largest_of_one(make_site, language):
    text = plain(shown(make_site([purchase(TURKU, 2024, 1, "500", FIRST)]), language=language).summary)
    assert re.findall(r"\d+", text) == ["500"]
    assert FIRST[1] in text


def test_the_query_of_the_download_is_that_of_the_view(small):
    ctx = small.context("fi", f"city={TURKU}")
    assert suppliers.derive(ctx, ctx.engine.run(suppliers.PANEL.query(ctx))).equals(suppliers.PANEL.view(ctx).frame)


def test_making_a_view_leaves_the_cached_answer_as_it_was(small):
    ctx = small.context("fi", "")
    before = list(ctx.engine.run(suppliers.PANEL.query(ctx)).columns)
    suppliers.PANEL.view(ctx)
    assert list(ctx.engine.run(suppliers.PANEL.query(ctx)).columns) == before
    assert "company_name" not in before
