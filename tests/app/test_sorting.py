"""Tables stand in the order that the reader asks for: those of many rows as a whole, not each page by itself."""

import pytest

from dashboard.app import PANELS
from dashboard.i18n import LANGUAGES
from dashboard.panels.panel import NORDIC
from dashboard.query.model import Query
from tests.app.walk import read

RANKED = ("place", "company_name", "kind", "amount_eur", "amount_share", "cities_count", "rows_count")


def key(value):
    return value.casefold().translate(NORDIC) if isinstance(value, str) else value


def whole(site, name, column, query=""):
    """All values of a column of a table of many rows, page after page, as its order has them."""
    found, page = [], 1
    while True:
        ctx = site.context("sv", f"{query}&sort={name}.{column}&page={page}")
        view = PANELS[name].view(ctx)
        if "page" not in ctx.heeded and page > 1:
            return found
        assert ctx.heeded >= {"sort"}
        assert view.order == (column.removesuffix(".desc"), column.endswith(".desc"))
        found += [row[column.removesuffix(".desc")] for row in view.rows]
        page += 1


@pytest.mark.parametrize("falls", [False, True])
@pytest.mark.parametrize("column", RANKED)
def test_all_suppliers_are_sorted_and_then_cut_into_pages(site, column, falls):
    values = whole(site, "ranking", column + ".desc" * falls)
    plain = whole(site, "ranking", "place")
    assert len(values) == len(plain) > 50
    assert [key(v) for v in values] == sorted(map(key, values), reverse=falls)


@pytest.mark.parametrize("column", ["city", "account_name", "supplier_name", "amount_eur", "posting_date", "unit_name"])
def test_all_rows_of_a_company_are_sorted_and_then_cut_into_pages(site, column):
    query = Query("companies", columns=("supplier_business_id",), order_by=(("rows_count", "desc"),), limit=1)
    (company,) = site.engine.rows(query)
    values = whole(site, "company-rows", column, f"company={company['supplier_business_id']}")
    known = [key(value) for value in values if value is not None]
    assert len(values) > 50
    assert known == sorted(known)
    assert values[: len(known)] == [value for value in values if value is not None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_of_a_sorted_list_says_so_and_the_next_page_goes_on_in_its_order(client, language):
    tree = read(client.get(f"/{language}/companies?sort=ranking.rows_count.desc").text)
    (panel,) = (one for one in tree.all("section") if one.get("id") == "ranking")
    assert [one.get("aria-sort") for one in panel.all("th") if one.get("aria-sort")] == ["descending"]
    assert not tree.with_class("note--warn")
    after = [one.get("href") for one in tree.all("a") if one.get("rel") == "next"]
    assert after == [f"/{language}/companies?sort=ranking.rows_count.desc&page=2#ranking"]
    again = read(client.get(f"/{language}/companies?sort=ranking.rows_count.desc&page=2").text)
    (panel,) = (one for one in again.all("section") if one.get("id") == "ranking")
    assert all("page=" not in (one.get("href") or "") for one in panel.with_class("sort"))


def column_of(client, path, name, place):
    """The texts of a column of the table with that id (or within it), by its place."""
    tree = read(client.get(path).text)
    assert not tree.with_class("note--warn"), path
    (holder,) = (one for one in tree if one.get("id") == name)
    assert len([one for one in holder.all("th") if one.get("aria-sort")]) == 1
    return [row.all("th", "td")[place].text for row in holder.one("tbody").all("tr")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "sort", "holder", "place"),
    [
        ("project", "partners.partner_name", "partners", 0),
        ("status", "sources.title", "sources", 0),
        ("indicators", "indicator-suppliers-count.city", "indicator-suppliers_count", 0),
    ],
)
def test_tables_that_are_no_figures_are_sorted_too(client, language, page, sort, holder, place):
    names = column_of(client, f"/{language}/{page}?sort={sort}", holder, place)
    assert len(names) > 2
    assert [key(name) for name in names] == sorted(map(key, names))
    assert column_of(client, f"/{language}/{page}?sort={sort}.desc", holder, place) == names[::-1]


def test_amounts_and_days_of_such_tables_are_sorted_as_such_and_not_as_texts(client):
    rows = column_of(client, "/en/status?sort=sources.rows_in.desc", "sources", 3)
    numbers = [int(text.replace(",", "")) for text in rows if text != "–"]
    assert numbers == sorted(numbers, reverse=True)
    values = column_of(client, "/en/indicators?sort=indicator-suppliers-count.value", "indicator-suppliers_count", 2)
    numbers = [int(text.partition(" ")[0].replace(",", "")) for text in values if text != "–"]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("page", ["project", "status", "indicators", "companies"])
def test_the_heads_of_a_table_lead_to_where_it_stands(client, page):
    tree = read(client.get(f"/en/{page}").text)
    heads = [one.get("href") for one in tree.with_class("sort")]
    assert heads
    ids = {one.get("id") for one in tree}
    assert {head.partition("#")[2] for head in heads} <= ids
