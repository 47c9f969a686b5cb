"""A figure walked back: to the rows that were counted, and from a row to the line of the file."""

import csv
import re
from urllib.parse import unquote

import pytest

from dashboard.i18n import LANGUAGES, translator
from dashboard.i18n.words import reason_words
from dashboard.panels.registry import PANELS
from dashboard.query.model import Query
from tests.app.walk import read
from tests.data.handmade import ESPOO, HELSINKI


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, path
    return read(answer.text)


def address(site, name):
    if not PANELS[name].of_company:
        return name
    (company,) = site.engine.rows(Query("companies", limit=1))
    return f"{name}?company={company['supplier_business_id']}"


@pytest.mark.parametrize("name", PANELS)
def test_every_figure_has_an_origin_and_can_be_embedded(site, client, name):
    for language in LANGUAGES:
        found = page(client, f"/{language}/origin/{address(site, name)}")
        assert found.all("h1")
        assert found.all("table")
        embedded = page(client, f"/{language}/embed/{address(site, name)}")
        assert not embedded.all("script", "header", "nav")
        assert [one.get("content") for one in embedded.all("meta") if one.get("name") == "robots"] == ["noindex,follow"]


def test_the_rows_behind_a_figure_are_those_that_count(small):
    client = small.server.test_client()
    found = page(client, f"/en/origin/suppliers?city={ESPOO}")
    rows = [[cell.text for cell in row.all("th", "td")] for row in found.all("table")[0].all("tr")[1:]]
    assert len(rows) == 2
    assert {next(text for text in row if "€" in text) for row in rows} == {"€1,000.10", "-€0.10"}


def test_each_row_behind_a_figure_leads_to_its_own_page(site, client):
    found = page(client, "/en/origin/change?city=091")
    links = [one.get("href") for one in found.all("a") if "/row/" in (one.get("href") or "")]
    assert links
    stored = {}
    with site.engine.package.file("purchases", "csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            stored[f"{row['snapshot_id']},{row['row_number']}"] = row
    for link in links[:3]:
        row = stored[unquote(link.rpartition("/row/")[2])]
        assert row["city_code"] == HELSINKI
        shown = page(client, link)
        provenance = site.engine.package.provenance[row["snapshot_id"]]
        assert provenance["sha256"] in shown.text
        assert provenance["file_name"] in shown.text
        assert provenance["url"] in [one.get("href") for one in shown.all("a")]
        numbers = [dd.text for dt, dd in zip(shown.all("dt"), shown.all("dd"), strict=True) if "Row in" in dt.text]
        assert [re.sub(r"\D", "", number) for number in numbers] == [row["row_number"]]


def test_a_row_that_was_set_aside_says_why(site, client):
    (row, *_) = site.engine.rows(Query("purchases_set_aside", limit=1))
    shown = page(client, f"/fi/dataset/purchases/row/{row['snapshot_id']},{row['row_number']}")
    assert reason_words(translator("fi"), row["reason_code"]) in shown.text


def test_a_row_of_a_table_kept_by_hand_names_its_own_source(client):
    shown = page(client, "/sv/dataset/projects/row/f001")
    assert "https://6aika.fi/en/project/open-participation-and-customership/" in [
        one.get("href") for one in shown.all("a")
    ]


@pytest.mark.parametrize(
    "path",
    [
        "dataset/purchases/row/x", "dataset/purchases/row/x,y", "dataset/purchases/row/x,99999999999999999999",
        "dataset/nothing/row/1", "dataset/purchases/row/<script>", "origin/nothing", "embed/nothing",
        "origin/company-years", "embed/company-years?company=0000000-0", "dataset/purchases/row/%25%00,1",
    ],
)  # fmt: skip
def test_what_there_is_not_is_a_page_that_says_so(client, path):
    for language in LANGUAGES:
        assert page(client, f"/{language}/{path}", status=404).all("h1")


def test_a_table_is_sorted_as_the_address_asks_and_its_missing_values_stay_last(small):
    client = small.server.test_client()

    def column(sort):
        table = page(client, f"/en/companies?sort={sort}").all("table")[0]
        return [row.all("th", "td")[0].text for row in table.all("tr")[1:]]

    names = column("suppliers.company_name")
    assert names == sorted(names, key=str.casefold)
    assert len(names) > 2
    assert column("suppliers.company_name.desc") == names[::-1]
    plain = column("")
    for foreign in ("suppliers.nothing", "change.city", "x", "suppliers.company_name.down", "suppliers"):
        assert column(foreign) == plain
