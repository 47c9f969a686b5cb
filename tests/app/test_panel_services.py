"""Service requests and who provides services: counted here by hand, and again by pandas from the sample's files."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from dashboard.app import PANELS
from dashboard.i18n import LANGUAGES, Formats
from dashboard.panels import service_sums as sums
from tests.app.small_money import ESPOO, HELSINKI, TAMPERE, TURKU
from tests.app.walk import read

SERVICE_PANELS = [name for name in PANELS if name.startswith("service-")]
OF_REQUESTS = [name for name in SERVICE_PANELS if name not in ("service-units", "service-providers")]
NAMELESS = "code 198 (name not published)"
LEVELS = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}


def shown(site, name, query="", language="en"):
    return PANELS[name].view(site.context(language, query))


def number(value):
    return None if pd.isna(value) else float(value)


def there(view):
    """The rows of cities that publish: any other has a row of its name alone."""
    return [row for row in view.rows if sum(not pd.isna(value) for value in row.values()) > 2]


def column(view, key, name):
    return {row[key]: number(row[name]) for row in there(view)}


def test_a_request_in_two_files_counts_once_as_its_latest_entry_has_it(money):
    view = shown(money, "service-years")
    assert column(view, "request_year", "requested_count") == {2023: 1, 2024: 6}
    assert column(view, "request_year", "closing_days_median")[2023] == pytest.approx(100 / 24)


def test_counts_and_times_by_service(money):
    view = shown(money, "service-times")
    assert column(view, "service", "requested_count") == {
        "Potholes": 3,
        NAMELESS: 3,
        "service not stated": 1,
    }
    assert column(view, "service", "closed_count") == {
        "Potholes": 3,
        NAMELESS: 1,
        "service not stated": 1,
    }
    assert column(view, "service", "unknown_status_count")[NAMELESS] == 1
    assert column(view, "service", "closed_share") == {
        "Potholes": 1,
        NAMELESS: 0.5,
        "service not stated": 1,
    }
    assert column(view, "service", "closing_days_median") == {
        "Potholes": pytest.approx(24.5 / 24), NAMELESS: pytest.approx(700 / 24), "service not stated": None,
    }  # fmt: skip
    assert column(view, "service", "closing_days_p25")["Potholes"] == pytest.approx(24.25 / 24)
    assert column(view, "service", "closing_days_p90")["Potholes"] == pytest.approx((24.5 + 0.8 * 75.5) / 24)
    assert column(view, "service", "response_days_median")[NAMELESS] == pytest.approx(4 / 24)


def test_the_slowest_service_is_the_title_and_stands_first(money):
    view = shown(money, "service-times")
    assert view.title.startswith(f"{NAMELESS} ")
    assert "29.2" in view.title
    *_, middle = view.figure["data"]
    assert [text.rstrip("\u200b") for text in middle["y"]] == [NAMELESS, "Potholes"]


def test_response_times_are_those_of_all_requests_with_an_entry_slowest_first(money):
    view = shown(money, "service-responses")
    assert column(view, "service", "requested_count") == {"Potholes": 3, NAMELESS: 3, "service not stated": 1}
    assert column(view, "service", "response_timed_count") == {"Potholes": 3, NAMELESS: 3, "service not stated": 0}
    assert column(view, "service", "response_days_median")["Potholes"] == pytest.approx(24.5 / 24)
    assert column(view, "service", "response_days_p90")[NAMELESS] == pytest.approx((4 + 0.8 * 696) / 24)
    assert view.title.startswith("“Potholes” is slowest")
    assert "6 of 7" in view.notes[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_percentile_is_told_of_the_closed_requests_never_of_all(money, language):
    """Of service 198 one of three is closed: "half of its requests" would be false."""
    closed = {"fi": "suljetuista", "sv": "stängda", "en": "closed requests"}[language]
    for name in ("service-times", "service-month-times", "service-years"):
        view = shown(money, name, "service=198&year=2024", language)
        assert closed in view.title
        assert {"fi": "suljettujen"}.get(language, closed) in view.subtitle.casefold()
        assert "1" in view.notes[0]
        assert "3" in view.notes[0]
    assert closed in shown(money, "service-times", language=language).summary


def test_a_time_has_one_unit_in_title_axis_and_table(money):
    view = shown(money, "service-times")
    titles = [column.title for column in view.columns if "time" in column.title]
    assert len(titles) == 7
    assert all("(days)" in title for title in titles)
    assert "days" in view.title
    assert view.figure["layout"]["xaxis"]["title"]["text"] == "days"


def test_a_distribution_is_drawn_and_not_only_its_middle(money):
    whisker, half, middle = shown(money, "service-times", "service=171").figure["data"]
    ends = [value for value in whisker["x"] if value is not None]
    assert (min(ends), max(ends)) == (pytest.approx(24.1 / 24), pytest.approx((24.5 + 0.8 * 75.5) / 24))
    assert half["base"] == pytest.approx([24.25 / 24])
    assert half["x"] == pytest.approx([(62.25 - 24.25) / 24])
    assert middle["x"] == pytest.approx([24.5 / 24])


def test_classes_hold_every_request_and_an_end_belongs_to_the_class_below_it(money):
    view = shown(money, "service-classes", "year=2024")
    assert column(view, "time_class", "requests_count") == {
        "up to 1 d": 1, "1–3 d": 1, "3–7 d": 0, "7–14 d": 0, "14–28 d": 0, "over 28 d": 1, "no time": 1, "open": 1,
        "not known": 1,
    }  # fmt: skip
    assert sum(row["requests_share"] for row in there(view)) == pytest.approx(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_without_data_is_a_gap_and_is_named(money, language):
    view, f = shown(money, "service-months", language=language), Formats(language)
    (bars,) = view.figure["data"]
    assert list(bars["y"]) == [3, None, 3, *[None] * 9]
    assert all(f.month(month) in view.summary for month in (2, 4, 12))
    assert view.summary.count(f.month(1)) == 0
    assert "2024" in view.subtitle


def test_a_month_without_closed_requests_has_no_times(money):
    view = shown(money, "service-month-times", "year=2024")
    assert column(view, "request_month", "closing_days_median") == {1: pytest.approx(24.5 / 24), 3: None}
    assert len(view.figure["data"][2]["x"]) == 1
    assert "Helsinki" in view.subtitle


def test_a_service_that_is_not_stated_can_be_asked_for_in_both_tables(money):
    for name in OF_REQUESTS:
        rows = there(shown(money, name, "service=not_stated&year=2024"))
        counts = [row.get("requested_count", row.get("requests_count")) for row in rows]
        assert sum(counts) == 1, name


@pytest.mark.parametrize("name", OF_REQUESTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_without_requests_is_told_who_publishes_them(money, name, language):
    view, ctx = shown(money, name, f"city={ESPOO}", language), money.context(language, "")
    assert view.figure is None
    assert view.is_empty
    assert ctx.city(HELSINKI) in view.summary
    assert ctx.city(ESPOO) in view.subtitle


def test_places_and_services_are_never_added_up(money):
    places, services = shown(money, "service-units"), shown(money, "service-providers")
    assert {(row["city_code"], row["provider_code"]): row["units_count"] for row in there(places)} == {
        (HELSINKI, "own"): 3, (HELSINKI, "unknown"): 1,
    }  # fmt: skip
    assert {(row["city_code"], row["provider_code"]): row["units_share"] for row in there(services)} == {
        (HELSINKI, "own"): 0.5, (HELSINKI, "bought"): 0.5, (TURKU, "own"): pytest.approx(2 / 3),
        (TURKU, "mixed"): pytest.approx(1 / 3),
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_providers_that_are_not_known_and_cities_without_data_are_said(money, language):
    view, ctx = shown(money, "service-units", language=language), money.context(language, "")
    assert "25" in view.summary
    assert ctx.city(TAMPERE) in view.summary
    (cells,) = view.figure["data"]
    order = list(ctx.codes.cities)
    assert cells["z"][order.index(HELSINKI)] == [0.75, 0, 0, 0, 0, 0.25]
    assert cells["z"][order.index(TAMPERE)] == [None] * 6


@pytest.mark.parametrize("name", SERVICE_PANELS)
def test_a_download_holds_what_the_panel_shows(money, name):
    view = shown(money, name, language="sv")
    text = money.server.test_client().get(f"/download/{name}.csv?lang=sv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(view.rows)
    for row, mine in zip(rows, view.rows, strict=True):
        for one in view.columns:
            value = mine[one.name]
            if one.is_number:
                assert float(row[one.name] or "nan") == pytest.approx(
                    float("nan") if number(value) is None else number(value), nan_ok=True
                )
            else:
                assert row[one.name] == ("" if pd.isna(value) else str(value))


@pytest.fixture(scope="module")
def requests(site):
    """The sample's requests, each once."""
    frame = pd.read_parquet(site.engine.package.file("service_requests", "parquet"))
    frame = frame.sort_values(["requested_date", "response_hours", "snapshot_id", "row_number"],
                              ascending=[False, False, True, True], na_position="last")  # fmt: skip
    named = frame["service_request_id"].notna()
    return pd.concat([frame[named].drop_duplicates(["city_code", "service_request_id"]), frame[~named]])


@pytest.mark.parametrize(("name", "keys", "query"), [
    ("service-times", ["service_code"], ""),
    ("service-times", ["service_code"], "year=2024"),
    ("service-years", ["request_year"], "service=171"),
    ("service-month-times", ["request_month"], "year=2023"),
])  # fmt: skip
def test_times_are_those_of_pandas(site, requests, name, keys, query):
    mine = requests
    for part in filter(None, query.split("&")):
        field, value = part.split("=")
        field, value = {"year": ("request_year", int(value)), "service": ("service_code", value)}[field]
        mine = mine[mine[field] == value]
    rows = {tuple(row[key] for key in keys): row for row in there(shown(site, name, query))}
    groups = dict(tuple(mine.groupby(keys)))
    assert set(rows) == set(groups)
    for key, group in groups.items():
        row, times = rows[key], group["closing_hours"].astype(float)
        assert row["requested_count"] == len(group)
        assert row["closed_count"] == (group["status_code"] == "closed").sum()
        assert row["closed_share"] == pytest.approx(
            (group["status_code"] == "closed").sum() / group["status_code"].count()
        )
        for level, at in LEVELS.items():
            assert row[f"closing_days_{level}"] == pytest.approx(times.quantile(at) / 24)
        assert row["response_days_p90"] == pytest.approx(group["response_hours"].astype(float).quantile(0.9) / 24)


def test_response_times_are_those_of_pandas(site, requests):
    groups = dict(tuple(requests[requests["request_year"] == 2024].groupby("service_code")))
    rows = {row["service_code"]: row for row in there(shown(site, "service-responses", "year=2024"))}
    assert set(rows) == set(groups)
    for code, group in groups.items():
        for level, at in LEVELS.items():
            expected = group["response_hours"].astype(float).quantile(at) / 24
            assert rows[code][f"response_days_{level}"] == pytest.approx(expected)


def test_times_agree_with_the_table_of_results(site):
    """Of one service's months the panel finds what the pipeline found."""
    frame = pd.read_parquet(site.engine.package.file("service_results", "parquet"))
    mine = frame[(frame["service_code"] == "171") & (frame["request_year"] == 2024)].set_index("request_month")
    view = shown(site, "service-month-times", "service=171&year=2024")
    for row in view.rows:
        stored = mine.loc[row["request_month"]]
        assert row["requested_count"] == stored["requested_count"]
        assert row["closing_days_median"] * 24 == pytest.approx(stored["closing_hours_median"], abs=0.011)


def test_classes_are_those_of_pandas(site, requests):
    days = requests["closing_hours"].astype(float) / 24
    expected = pd.cut(days, [-1, 1, 3, 7, 14, 28, 1e9]).value_counts(sort=False).tolist()
    expected += [
        ((requests["status_code"] == "closed") & days.isna()).sum(),
        (requests["status_code"] == "open").sum(),
        requests["status_code"].isna().sum(),
    ]
    assert [row["requests_count"] for row in there(shown(site, "service-classes"))] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_who_publishes_before_the_first_figure(site, language):
    tree = read(site.server.test_client().get(f"/{language}/services?service=171&year=2024").text)
    main, ctx = tree.one("main"), site.context(language, "")
    scope = main.all("details")[0]
    assert "note--unfolds" in scope.get("class")
    assert all(ctx.city(code) in scope.text for code in (ESPOO, TAMPERE, TURKU))
    assert [section.get("id") for section in main.all("section")] == SERVICE_PANELS
    chosen = [
        option.get("value")
        for select in main.with_class("filters")[0].all("select")
        for option in select.all("option")
        if option.get("selected") is not None
    ]
    assert chosen == ["2024", "171"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_several_sources_leave_out_alike_is_said_once(site, language):
    sources = [one for one in site.engine.package.dataset("service_units").sources if one.scope]
    assert len({one.scope[language] for one in sources}) < len(sources)
    text = read(site.server.test_client().get(f"/{language}/services").text).one("main").text
    assert {text.count(one.scope[language]) for one in sources} == {1}
    assert all(one.title[language] in text for one in sources)


@pytest.mark.parametrize(
    "name", ["service-responses", "service-times", "service-classes", "service-months", "service-years"]
)
def test_a_city_without_requests_has_an_empty_row_and_no_zero(money, name):
    answer = money.server.test_client().get(f"/download/{name}.csv?lang=en").text
    rows = {row["city"]: row for row in csv.DictReader(io.StringIO(answer))}
    assert len(rows) == 6
    for city in rows.keys() - {"Helsinki"}:
        assert {key for key, value in rows[city].items() if value} <= {"city", "city_code"}
    page = read(money.server.test_client().get("/en/services").text)
    (section,) = [one for one in page.all("section") if one.get("id") == name]
    assert "Turku" in section.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_published_name_is_quoted_and_a_code_is_called_one(money, language):
    quoted = {"fi": "”Potholes”", "sv": "”Potholes”", "en": "“Potholes”"}[language]
    assert quoted in shown(money, "service-times", "service=171", language).title
    title = shown(money, "service-times", "service=198", language).title
    assert "198 (" in title
    assert quoted[0] not in title


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_city_asked_for_publishes_requests_the_page_says_so_once(money, language):
    ctx = money.context(language, "")
    tree = read(money.server.test_client().get(f"/{language}/services?city={ESPOO}").get_data(as_text=True))
    nothing = ctx.t("{names}: no service requests are published", names=ctx.city(ESPOO))
    heads = [one.text for one in tree.one("main").all("h2")]
    assert heads.count(nothing) == 1
    assert {one.get("id") for one in tree.all("section")} & set(OF_REQUESTS) == set()


def test_times_have_one_decimal_whole_or_not(money):
    assert sums.duration(money.context("fi", ""), 8) == "8,0 vrk"
    assert sums.duration(money.context("en", ""), 8.13) == "8.1 days"
