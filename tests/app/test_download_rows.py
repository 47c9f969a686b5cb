"""A file of a figure holds the rows of its table in the same order, each of them one row and no mixture of several."""

import pytest

from dashboard.app import PANELS
from dashboard.query.model import Query
from tests.app.readers import read_book, read_json

FILTERS = {
    "city": ("091", "853", "049,853"),
    "year": ("2024",),
    "group": ("43",),
    "kind": ("company",),
    "min": ("1000",),
    "direction": ("income",),
    "internal": ("included",),
    "service": (),
    "indicator": ("closing_days_median",),
    "prices": ("2023",),
    "per": ("inhabitant",),
    "department": (),
    "dataset": ("budgets",),
}
"""A few values of each filter."""
PAGES_OF_ROWS = ("ranking", "company-rows")
"""Figures whose table is shown a page at a time; their file has all rows, the page's first."""


def queries(panel):
    """No filter, then each value of each filter that the panel obeys."""
    pairs = [(name, value) for name in panel.filters for value in FILTERS.get(name, ())]
    return ["", *(f"{name}={value}" for name, value in pairs)]


VIEWS = [(name, query) for name, panel in PANELS.items() for query in queries(panel)]


@pytest.fixture(scope="module")
def companies(site):
    """The business ids of a company with many rows."""
    query = Query("companies", columns=("supplier_business_id",), order_by=(("rows_count", "desc"),), limit=1)
    return [row["supplier_business_id"] for row in site.engine.rows(query)]


def plain(value):
    """A value as JSON tells it."""
    if value is None or value != value:  # noqa: PLR0124  # NaN
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


def same(one, other):
    if isinstance(one, bool | str) or one is None or other is None:
        return one == other
    return float(one) == pytest.approx(float(other), rel=1e-12)


@pytest.mark.parametrize(("name", "query"), VIEWS)
def test_a_figures_file_has_the_rows_of_its_table_in_the_same_order(site, client, companies, name, query):
    panel = PANELS[name]
    query = "&".join(filter(None, (query, f"company={companies[0]}" if panel.of_company else "")))
    view = panel.view(site.context("sv", query))
    found = read_json(client.get(f"/download/{name}.json?lang=sv&{query}").data)
    shown = view.rows
    assert len(found) == len(shown) or (name in PAGES_OF_ROWS and len(found) > len(shown))
    names = [column for column in view.frame.columns if not found or column in found[0]]
    assert {column.name for column in view.columns} <= set(names)
    for stands, row in zip(found, shown, strict=False):
        mixed = [column for column in names if not same(stands[column], plain(row[column]))]
        assert not mixed, (mixed, stands, row)


def test_each_sum_of_the_projects_money_stands_beside_its_own_source(client):
    facts = read_json(client.get("/data/project_facts.json").data)
    stored = {fact["fact_id"]: fact for fact in facts}
    rows = read_json(client.get("/download/project-money.json?lang=en").data)
    assert [row["stage"] for row in rows][:2] == ["Total budget", "Planned public funding"]
    for row in rows:
        fact = stored[row["fact_id"]]
        assert str(row["amount_eur"]).removesuffix(".0") == fact["value"] == row["value"]
        assert (row["indicator_code"], row["source_url"]) == (fact["indicator_code"], fact["source_url"])
    sheet = read_book(client.get("/download/project-money.xlsx?lang=en").data).get_sheet_by_index(0).to_python()
    assert [row[1] for row in sheet[1:]] == [row["fact_id"] for row in rows]
