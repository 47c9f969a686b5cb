"""The pages of indicators, comparisons and cities, and the feed, against the table of values and the definitions."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from urllib.parse import quote
from xml.etree import ElementTree

import pandas as pd
import pytest
import time_machine

from dashboard.app import PANELS, create_site
from dashboard.pages.cities import find_city
from dashboard.panels import indicators
from dashboard.panels.standing import change_words, limit_words, plain, threshold_state, value_words
from dashboard.query.model import Filter, Query
from dashboard.settings import Settings
from tests.app.walk import read

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANGUAGES = ("fi", "sv", "en")
BEYOND = ("above its threshold", "below its threshold", "changed by more than its threshold")
NEWLY_BEYOND = ("rose above its threshold", "fell below its threshold", BEYOND[2])


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return read(answer.get_data(as_text=True))


@pytest.fixture(scope="module")
def crossed(site):
    rows = site.engine.rows(Query("indicator_values", filters=(Filter("is_crossed", "eq", True),)))
    assert rows
    return rows


def entries(client, language):
    answer = client.get(f"/{language}/indicators.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.data).findall("a:entry", ATOM)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_has_an_entry_for_each_crossing_dated_by_its_period(client, crossed, language):
    found = entries(client, language)
    assert len(found) == len(crossed)
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in found]
    assert len(set(ids)) == len(ids)
    assert ids == [entry.findtext("a:id", namespaces=ATOM) for entry in entries(client, language)]
    ends = sorted(f"{pd.Period(row['period_code']).end_time:%Y-%m-%dT%H:%M:%S}+00:00" for row in crossed)
    assert sorted(entry.findtext("a:updated", namespaces=ATOM) for entry in found) == ends
    for entry in found:
        target = entry.find("a:link", ATOM).get("href").removeprefix("http://localhost").partition("#")[0]
        assert client.get(target).status_code == 200


def test_the_page_leads_to_the_feed_and_begins_with_what_crossed_in_the_latest_period(site, client, crossed):
    tree = page(client, "/en/indicators")
    (feed,) = [link for link in tree.all("link") if link.get("type") == "application/atom+xml"]
    assert feed.get("href") == "http://localhost/en/indicators.atom"
    latest = [row for row in crossed if row["is_latest"]]
    (top,) = tree.with_class("crossings")
    items = top.all("li")
    assert len(items) == len(latest)
    for row in latest:
        title = site.codes.names["indicator"][row["indicator_code"]]["en"]
        city = site.codes.cities[row["city_code"]]["en"]
        assert any(f"{title}, {city}: " in item.text and f"in {row['period_code']}" in item.text for item in items)


def test_each_card_tells_every_city_its_limits_and_its_state_by_shape_too(site, client):
    tree = page(client, "/en/indicators")
    rows = {(r["indicator_code"], r["city_code"]): r for r in site.engine.rows(
        Query("indicator_values", filters=(Filter("is_latest", "eq", True), Filter("period_kind_code", "eq", "year")))
    )}  # fmt: skip
    for indicator in site.engine.package.indicators:
        (card,) = [one for one in tree.all("section") if one.get("id") == f"indicator-{indicator.code}"]
        assert indicator.caveats["en"] in card.text
        for limit in (*indicator.targets, *indicator.thresholds):
            assert limit.reason["en"] in card.text
        assert ("Target" in [one.text for one in card.all("dt")]) == bool(indicator.targets)
        assert "no target set" not in card.text
        assert ("no threshold set" in card.text) == (not indicator.thresholds)
        yearly = [line for line in card.all("tr") if line.all("td") and line.all("td")[3].text == "2025"]
        lines = {line.all("th")[0].text: line for line in yearly}
        for city, names in site.codes.cities.items():
            row = rows.get((indicator.code, city))
            if row is None:
                assert any("No value: " in note.text and names["en"] in note.text for note in card.with_class("note"))
                continue
            line = lines[names["en"]]
            state = line.with_class("state")[0]
            sign = state.with_class("state__sign")[0].text
            if row["is_crossed"] is True:
                assert (sign, state.text[2:] in NEWLY_BEYOND) == ("▲", True)
            elif row["is_beyond_threshold"] is True:
                assert (sign, state.text[2:] in BEYOND) == ("●", True)
            (spark,) = line.all("svg")
            assert spark.get("role") == "img"
            assert names["en"] in spark.get("aria-label")


def test_a_state_says_on_which_side_of_its_threshold_a_value_is(site):
    ctx = site.context("fi", "")
    low, (share,) = {"indicator_code": "published_share", "city_code": "091", "value": 66.7}, (
        one for one in site.engine.package.indicators if one.code == "actual_of_budget_share"
    )  # fmt: skip
    assert site.engine.package.indicator("published_share").thresholds[0].bounds.keys() == {"below"}
    told = [threshold_state(ctx, {**low, "is_beyond_threshold": True, "is_crossed": new})[0] for new in (False, True)]
    assert told == ["alle rajan", "laski alle rajan"]
    row = {"indicator_code": share.code, "city_code": "091", "is_beyond_threshold": True, "is_crossed": True}
    assert [threshold_state(ctx, {**row, "value": value})[0] for value in (70, 130)] == [
        "laski alle rajan", "nousi yli rajan",
    ]  # fmt: skip
    grown = {**row, "indicator_code": "suppliers_count", "value": 9}
    assert threshold_state(ctx, grown)[0] == "muuttui yli rajan"


def test_the_page_says_once_which_indicators_have_a_target(site, client):
    names = [one.title["en"] for one in site.engine.package.indicators if one.targets]
    said = f"A target is set for: {', '.join(names)}. The other indicators have none."
    assert [one.text for one in page(client, "/en/indicators").all("p")].count(said) == 1


def test_the_crossings_of_months_come_before_those_of_years_and_the_feed_says_its_dates(client):
    tree = page(client, "/en/indicators")
    heads = [one.text for one in tree.all("h3") if one.text.startswith("Newest")]
    assert [head.rpartition(":")[0] for head in heads] == ["Newest month, December 2025", "Newest year, 2025"]
    assert "The feed dates a crossing by the end of its period" in tree.text


def test_what_is_beyond_a_threshold_is_counted_of_those_that_have_one(site):
    view = indicators.PANEL.view(site.context("en", ""))
    rows = [plain(row) for row in view.rows]
    states = [row["is_beyond_threshold"] for row in rows]
    crossed = sum(row["is_crossed"] is True for row in rows)
    assert None in states
    assert view.title == (
        f"Values with a threshold: {len(states) - states.count(None)}; beyond it: {states.count(True)}, of which "
        f"crossed since the year before: {crossed}"
    )


def test_each_indicator_can_be_taken_away_by_itself_and_its_changes_say_their_unit(site, client):
    for indicator in site.engine.package.indicators:
        rows = json.loads(client.get(f"/download/indicator.json?lang=en&indicator={indicator.code}").data)
        assert {row["indicator_code"] for row in rows} == {indicator.code}
        assert {row["change_unit"] == "percentage points" for row in rows} == {indicator.unit == "%"}
    tree = page(client, f"/en/indicators?indicator={indicator.code}")
    (card,) = [one for one in tree.all("section") if (one.get("id") or "").startswith("indicator-")]
    addresses = [link.get("href") for link in card.all("a")]
    assert f"/download/indicator.csv?lang=en&indicator={indicator.code}" in addresses
    assert f"/en/origin/indicator?indicator={indicator.code}" in addresses
    for address in addresses:
        if address.startswith("/"):
            assert client.get(address).status_code == 200


def test_one_city_is_shown_alone(client):
    tree = page(client, "/fi/indicators?city=837")
    cards = [one for one in tree.all("section") if (one.get("id") or "").startswith("indicator-")]
    names = {line.all("th")[0].text for card in cards for line in card.all("tr") if line.all("td")}
    assert names == {"Tampere"}


def test_a_review_that_is_due_is_said_when_it_is_overdue_and_not_before(site, client):
    due = min(indicator.next_review_on for indicator in site.engine.package.indicators)
    for days, said in ((0, False), (1, True)):
        with time_machine.travel(dt.datetime.combine(due + dt.timedelta(days=days), dt.time(12), dt.UTC), tick=False):
            assert ("was due on" in page(client, "/en/indicators").text) is said


def test_units_and_limits_are_told_in_each_language(site):
    told = {language: site.context(language, "") for language in LANGUAGES}
    assert [value_words(ctx, "EUR/person", 10.9) for ctx in told.values()] == [
        "10,90\xa0€/asukas", "10,90\xa0€/invånare", "€10.90 per inhabitant",
    ]  # fmt: skip
    changes = [change_words(ctx, "%", -5.24) for ctx in told.values()]
    assert changes == ["−5,2 %-yksikköä", "−5,2 %-enheter", "−5.2 points"]
    code = next(i for i in site.engine.package.indicators if i.code == "actual_of_budget_share")
    assert limit_words(told["en"], "%", code.thresholds[0]) == "under 80.0% or over 120.0%"


def test_a_value_is_written_as_its_chart_has_it_and_sorted_by_its_size(site, client):
    query = "sort=compare-latest.value_said.desc&indicator=suppliers_count"
    view = PANELS["compare-latest"].view(site.context("fi", query))
    values = [float(row["value"]) for row in view.rows]
    assert values == sorted(values, reverse=True)
    (bars,) = view.figure["data"]
    assert [row["value_said"] for row in view.rows] == list(bars["text"])
    of_city = PANELS["city-against-others"].view(site.context("fi", "city=564"))
    (share,) = [row for row in of_city.rows if row["indicator_code"] == "largest_ten_share"]
    assert share["value_said"] == site.context("fi", "").f.percent(share["value"] / 100)
    assert "unit" not in {column.name for column in of_city.columns}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "none chosen: all six"),
        ("city=853", "Only Turku is chosen"),
        ("city=091,853&indicator=closing_days_median", "No value: Turku."),
        ("city=853&city=564&indicator=closing_days_median", "None of the chosen cities has this indicator for"),
    ],
)
def test_a_comparison_says_where_there_is_nothing_to_compare(client, query, said):
    assert said in page(client, f"/en/compare?{query}").text


def test_what_the_chosen_cities_leave_out_stands_between_the_heading_and_the_chart(site, client):
    html = client.get("/sv/compare?city=091,853&indicator=largest_ten_share").get_data(as_text=True)
    heading = html.index(f"<h2>{site.codes.names['indicator']['largest_ten_share']['sv']}</h2>")
    notes, chart = html.index('class="note note--warn scope"'), html.index('id="compare-years"')
    assert heading < notes < chart
    between = read(f"<div>{html[notes - 9 : html.index('</section>', notes)]}</section></div>").text
    assert "Helsingfors:" in between
    assert "Åbo:" in between
    assert "Esbo" not in between


@pytest.mark.parametrize(("query", "chosen"), [("?city=091,853", ["091", "853"]), ("", [])])
def test_the_boxes_of_the_chosen_cities_are_ticked(client, query, chosen):
    tree = page(client, f"/fi/compare{query}")
    boxes = [box for box in tree.all("input") if box.get("type") == "checkbox"]
    assert len(boxes) == 6
    ticked = [box.get("value") for box in boxes if "checked" in box.attributes]
    assert sorted(ticked) == chosen


def test_the_last_common_year_is_one_that_every_chosen_city_has(site, client):
    answer = client.get("/download/compare-latest.json?lang=en&city=091&city=853&indicator=suppliers_count")
    rows = json.loads(answer.data)
    rows = rows["rows"] if isinstance(rows, dict) else rows
    assert {row["city_code"] for row in rows} == {"091", "853"}
    assert len({row["year"] for row in rows}) == 1


@pytest.mark.parametrize("name", ["853", "turku", "Åbo", "abo", "TURKU", quote("åbo")])
def test_a_city_is_found_by_code_and_by_its_name_in_any_language(client, name):
    html = client.get(f"/sv/cities/{name}").get_data(as_text=True)
    assert '<link rel="canonical" href="http://localhost/sv/cities/853">' in html


def test_there_is_no_other_city(site, client):
    assert find_city(site.context("fi", ""), "Kuopio") is None
    assert client.get("/fi/cities/kuopio").status_code == 404


def test_a_citys_page_sets_its_values_beside_the_median_of_the_others(site, client):
    rows = json.loads(client.get("/download/city-against-others.json?lang=en&city=853").data)
    rows = {row["indicator_code"]: row for row in (rows["rows"] if isinstance(rows, dict) else rows)}
    year = rows["suppliers_count"]["period_code"]
    of_suppliers = Query("indicator_values", filters=(Filter("indicator_code", "eq", "suppliers_count"),))
    found = [row for row in site.engine.rows(of_suppliers) if row["period_code"] == year]
    others = sorted(row["value"] for row in found if row["city_code"] != "853")
    assert len(others) == 5
    assert rows["suppliers_count"]["others_median"] == others[2]
    compared = [row for row in rows.values() if row["of_others_pct"] is not None]
    furthest = max(compared, key=lambda row: abs(row["of_others_pct"] - 100))
    title = page(client, "/en/cities/853").all("h2")[0].text
    assert title.startswith(f"Turku differs most: {furthest['indicator'].lower()}, ")
    assert f"{round(furthest['of_others_pct'])}%" in title


def test_a_citys_page_says_what_is_not_published_and_why(client):
    text = page(client, "/en/cities/853").text
    assert "What is not published" in text
    assert "no open data on the city's budget" in text


def _differences(client, city):
    (section,) = [
        one for one in page(client, f"/en/cities/{city}").all("section") if one.get("id") == "city-differences"
    ]
    return [item.text for item in section.all("li")]


def test_a_citys_page_says_what_others_do_differently_with_the_numbers(site, client):
    frame = pd.read_parquet(site.engine.package.file("service_units", "parquet"))
    services = frame[frame["observation_code"] == "service"]
    own = (services["provider_code"] == "own").groupby(services["city_code"]).mean()
    f, said = site.context("en", "").f, _differences(client, "853")
    share, middle = f.percent(own["853"], 0), f.percent(own.drop("853").median(), 0)
    assert said[-1] == (
        f"Turku itself provides {share} of its services in the national register; "
        f"the median of {len(own) - 1} other cities is {middle}."
    )
    assert "Service requests: published by 1 of the other cities (Helsinki), not by Turku." in said
    rows = json.loads(client.get("/download/city-against-others.json?lang=en&city=853").data)
    far = [r for r in rows if r["of_others_pct"] is not None and abs(r["of_others_pct"] - 100) > 10]
    far.sort(key=lambda row: -abs(row["of_others_pct"] - 100))
    assert [text.split(",")[0] for text in said if "the median of 5" in text and "itself" not in text] == [
        row["indicator"] for row in far[:3]
    ]


def test_of_a_city_that_publishes_everything_nobody_publishes_more(client):
    assert not [text for text in _differences(client, "091") if "published by" in text]
    (sides,) = [text for text in _differences(client, "049") if text.startswith("Budget and actual")]
    assert sides.endswith("(Helsinki, Tampere), by Espoo the budget only.")


def test_a_release_that_has_no_indicators_yet_is_shown_without_them(sample_data_dir, tmp_path):
    folder = tmp_path / "data" / "releases"
    version = json.loads((sample_data_dir / "releases" / "current.json").read_text())["version"]
    shutil.copytree(sample_data_dir / "releases" / version, folder / version)
    shutil.copy(sample_data_dir / "releases" / "current.json", folder)
    path = folder / version / "datapackage.json"
    raw = json.loads(path.read_text()) | {"x-contract": "1.1"}
    del raw["x-indicators"]
    raw["resources"] = [r for r in raw["resources"] if r["x-dataset"] != "indicators"]
    raw["x-datasets"] = [d for d in raw["x-datasets"] if d["name"] != "indicators"]
    path.write_text(json.dumps(raw))
    client = create_site(Settings(data_dir=tmp_path / "data")).server.test_client()
    for address in ("/en/indicators", "/en/compare?indicator=suppliers_count"):
        assert "made before there were indicators" in page(client, address).text
    assert page(client, "/en/cities/091").all("h1")[0].text == "Helsinki"
    assert page(client, "/en/cities").all("table")
    assert ElementTree.fromstring(client.get("/en/indicators.atom").data).findall("a:entry", ATOM) == []


def test_a_change_of_nought_has_no_sign(site):
    ctx = site.context("en", "")
    assert change_words(ctx, "%", -0.04) == "0 points"
    assert change_words(ctx, "%", -0.06) == "−0.1 points"
    assert change_words(ctx, "count", 0) == "0"


def test_a_comparison_starts_after_the_break_where_it_concerns_the_city(site):
    """The finding's counts, from the table of values."""
    view = PANELS["compare-years"].view(site.context("en", "indicator=purchases_per_inhabitant"))
    ends = {}
    for row in view.rows:
        if not row["is_partial"] and (row["city_code"] == "091" or row["year"] >= 2023):
            ends.setdefault(row["city_code"], {})[row["year"]] = row["value"]
    moved = [line[max(line)] > line[min(line)] for line in ends.values() if len(line) > 1]
    assert f"higher in {sum(moved)} of {len(moved)} cities" in view.title
    assert any("1 Jan 2023" in note for note in view.notes)


def test_a_city_that_publishes_a_part_of_a_year_publishes_the_theme(site, monkeypatch):
    from dashboard.pages import differences

    def states(_ctx, _table, city):
        return [{"status_code": {"853": "partial", "564": "not_published"}.get(city, "published")}]

    monkeypatch.setattr(differences, "coverage", states)
    ctx = site.context("en", "")
    assert differences._published(ctx, "853") == []
    missed = differences._published(ctx, "564")
    assert missed
    assert all("Turku" in text and text.endswith("not by Oulu.") for text in missed)
