"""A figure walked back: to the rows that were counted, and from a row to the line of the file."""

import csv
import re
from urllib.parse import unquote

import pytest

from dashboard.i18n import LANGUAGES, translator
from dashboard.i18n.words import reason_words
from dashboard.panels.behind import BEHIND, queries_behind
from dashboard.panels.registry import PANELS
from dashboard.query.model import Filter, Query
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


@pytest.mark.parametrize(
    ("name", "section"), [("suppliers", "companies"), ("service-times", "services"), ("coverage", "data")]
)
def test_the_navigation_says_on_which_page_the_figure_stands(client, name, section):
    found = page(client, f"/en/origin/{name}")
    marked = [one for one in found.with_class("site-nav")[0].all("a") if one.get("aria-current")]
    assert [one.get("href") for one in marked] == [f"/en/{section}"]


def test_the_rows_behind_a_figure_are_those_that_count(small):
    client = small.server.test_client()
    found = page(client, f"/en/origin/suppliers?city={ESPOO}")
    rows = [[cell.text for cell in row.all("th", "td")] for row in found.all("table")[0].all("tr")[1:]]
    assert len(rows) == 2
    assert {next(text for text in row if "€" in text) for row in rows} == {"€1,000.10", "−€0.10"}


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
        numbers = [dd.text for dt, dd in zip(shown.all("dt"), shown.all("dd"), strict=True) if "Record in" in dt.text]
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


BY_HAND = ("company_kind_rules", "city_indicators")
"""Tables that name no source as they are part of the site's own rules."""


def computed_rows(site):
    """(table, row): a few rows of each table that was computed, of indicators one of each."""
    for resource in site.engine.package.resources:
        names = resource.field_names()
        if "snapshot_id" in names or resource.name in BY_HAND or any(name.endswith("source_url") for name in names):
            continue
        rows = site.engine.rows(Query(resource.name))
        if resource.name == "indicator_values":
            rows = list(
                {(row["indicator_code"], row["period_kind_code"]): row for row in rows if row["value"]}.values()
            )
        else:
            rows = rows[:: max(1, len(rows) // 5)]
        yield from ((resource, row) for row in rows)


STATED = {"service_results": "requested_count", "indicator_values": "basis_count"}
SUMMED = {"requests_closed_share": "requested_count", "published_share": "rows_count"}


def test_a_computed_row_leads_to_the_very_rows_behind_it(site):
    """As many as the row itself states; every table that was computed has them."""
    ctx, checked = site.context("en", ""), set()
    for resource, row in computed_rows(site):
        found = queries_behind(ctx, resource.name, row)
        stated = row[STATED.get(resource.name, "rows_count")]
        summed = SUMMED.get(row.get("indicator_code"))
        rows = [one for query in found if query.limit is None for one in site.engine.rows(query)]
        assert (sum(one[summed] for one in rows) if summed else len(rows)) == stated, (resource.name, row)
        checked.add(resource.name)
    assert checked == set(BEHIND)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_computed_row_shows_them_and_the_population(client, language):
    shown = page(client, f"/{language}/dataset/indicators/row/purchases_per_inhabitant,049,2025")
    links = [one.get("href") for one in shown.one("main").all("a")]
    assert sum("/dataset/purchases/row/" in link for link in links) == 50
    assert f"/{language}/dataset/cities/row/049,2022" in links
    assert any("page=2" in link for link in links)
    assert f"/{language}/dataset/budgets" not in links
    again = page(client, f"/{language}/dataset/indicators/row/purchases_per_inhabitant,049,2025?page=2")
    assert f"/{language}/dataset/cities/row/049,2022" in [one.get("href") for one in again.one("main").all("a")]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "Aineistossa ”Kaupunkien ostot” ei ole riviä, jonka avain on 1."),
        ("sv", "Datamängden ”Städernas inköp” har ingen rad med nyckeln 1."),
        ("en", "The dataset “City purchases” has no row with the key 1."),
    ],
)
def test_a_row_that_is_not_there_is_told_of_its_dataset_by_title(client, language, said):
    answer = client.get(f"/{language}/dataset/purchases/row/1")
    assert answer.status_code == 404
    assert said in answer.text


def test_a_record_is_not_told_as_a_line_of_its_file(site, client):
    """The first record of a workbook stands in its row 2, and one of a list of JSON has no header before it."""
    told = {}
    for table in ("purchases", "service_requests"):
        for row in site.engine.rows(Query(table, filters=(Filter("row_number", "eq", 1),))):
            snapshot = site.engine.package.provenance[row["snapshot_id"]]
            dataset = site.engine.package.resource(table).dataset
            found = page(client, f"/en/dataset/{dataset}/row/{row['snapshot_id']},1")
            assert found.one("h1").text == f"Record 1 of the file {snapshot['file_name']}"
            facts = dict(zip((dt.text for dt in found.all("dt")), (dd.text for dd in found.all("dd")), strict=True))
            told.setdefault(snapshot["format"], set()).add(facts["Record in the file"])
    header = {"1 (counted after the header row)"}
    assert {"CSV": header, "XLSX": header, "JSON": {"1"}} == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_and_truth_values_are_said_in_words(site, client, language):
    t = site.context(language, "").t
    rows = page(client, f"/{language}/origin/ranking").one("main").all("table")[0].all("td")
    told = {cell.text for cell in rows}
    assert not told & {"invoice_row", "month_sum", "net", "gross", "not_stated", "true", "false"}
    assert told & {t("invoice row"), t("sum of a month")}
    assert t("no") in told
