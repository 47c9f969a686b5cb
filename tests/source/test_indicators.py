"""Indicators: every value and state recomputed with pandas from the published tables, and the rules by hand."""

from __future__ import annotations

import json
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest
import yaml

from etl.datasets.indicators import tidy
from etl.datasets.indicators.catalogue import FOLDER, load_indicators
from etl.datasets.indicators.measure import Observed
from etl.errors import DeclarationError
from tests.source.topics import Release

REFORM, STAYED = 2023, "091"
"""The year from which on cities other than Helsinki count less, for what is measured by the size of their purchases."""
BROKEN = {"purchases_per_inhabitant", "suppliers_count", "largest_ten_share"}
OWNED = {"owner": "Kuusi", "reason": {"fi": "", "sv": "", "en": ""}}
DATES = {"purchases": "purchase", "service_requests": "request", "service_results": "request", "budgets": "budget"}


@pytest.fixture(scope="module")
def release(sample_data_dir):
    return Release(sample_data_dir)


@pytest.fixture(scope="module")
def frames(release):
    return {name: pd.DataFrame(release.rows(name)) for name in (*DATES, "coverage", "city_population")}


@pytest.fixture(scope="module")
def values(release):
    return {(r["indicator_code"], r["city_code"], r["period_code"]): r for r in release.rows("indicator_values")}


def of_periods(frame, prefix, function):
    """City and period -> the function's answer, for years and, where the frame has them, months."""
    years = {(city, str(year)): rows for (city, year), rows in frame.groupby(["city_code", f"{prefix}_year"])}
    month = f"{prefix}_month"
    months = frame.dropna(subset=[month]).groupby(["city_code", f"{prefix}_year", month]) if month in frame else ()
    parts = years | {(city, f"{year}-{int(number):02}"): rows for (city, year, number), rows in months}
    return {key: function(rows) for key, rows in parts.items()}


def once(requests):
    """Each request once: of two records of one id the one with the latest entry."""
    named = requests["service_request_id"].fillna(requests["snapshot_id"] + "#" + requests["row_number"].astype(str))
    ordered = requests.assign(named=named).sort_values(
        ["requested_date", "response_hours", "snapshot_id", "row_number"], ascending=[False, False, True, True]
    )
    return ordered.drop_duplicates(["city_code", "named"])


def population(frames, city, year):
    known = frames["city_population"]
    mine = known[(known["city_code"] == city) & (known["year"] <= year) & (known["year"] >= year - 3)]
    return mine.sort_values("year")["population_count"].iloc[-1] if len(mine) else None


def per_inhabitant(frames):
    def ask(rows):
        people = population(frames, rows["city_code"].iloc[0], rows["purchase_year"].iloc[0])
        return None if people is None else float(rows["amount_eur"].sum()) / people

    return of_periods(frames["purchases"], "purchase", ask)


def largest_ten(rows):
    sums = rows.dropna(subset=["supplier_business_id"]).groupby("supplier_business_id")["amount_eur"].sum()
    return 100 * float(sums.sort_values(ascending=False).head(10).sum()) / float(sums.sum())


def closed(rows):
    known = rows["requested_count"].sum() - rows["unknown_status_count"].sum()
    return 100 * rows["closed_count"].sum() / known if known else None


def against_budget(rows):
    actual, budget = (rows[name].dropna().astype(float) for name in ("actual_eur", "budget_eur"))
    return 100 * actual.sum() / budget.sum() if len(actual) and budget.sum() else None


def topics(frames):
    mine = frames["coverage"][frames["coverage"]["table_name"].isin(["purchases", "budgets", "service_requests"])]

    def share(rows):
        states = rows["status_code"]
        return None if "unknown" in set(states) else 100 * states.isin(["published", "partial"]).mean()

    return {(city, str(year)): share(rows) for (city, year), rows in mine.groupby(["city_code", "year"])}


def oracle(frames):
    purchases, requests = frames["purchases"], once(frames["service_requests"])
    budgets = frames["budgets"]
    is_internal = budgets["is_internal"].fillna(value=False).astype(bool)
    budgets = budgets[(budgets["direction_code"] == "expenditure") & ~is_internal]
    return {
        "purchases_per_inhabitant": per_inhabitant(frames),
        "suppliers_count": of_periods(purchases, "purchase", lambda rows: rows["supplier_business_id"].nunique()),
        "largest_ten_share": of_periods(purchases, "purchase", largest_ten),
        "without_business_id_share": of_periods(
            purchases, "purchase", lambda rows: 100 * rows["supplier_business_id"].isna().mean()
        ),
        "credit_note_share": of_periods(purchases, "purchase", lambda rows: 100 * rows["is_credit_note"].mean()),
        "requests_closed_share": of_periods(frames["service_results"], "request", closed),
        "response_days_median": of_periods(requests, "request", lambda rows: rows["response_hours"].median() / 24),
        "closing_days_median": of_periods(requests, "request", lambda rows: rows["closing_hours"].median() / 24),
        "actual_of_budget_share": of_periods(budgets, "budget", against_budget),
        "published_share": topics(frames),
    }


def test_every_value_is_what_pandas_makes_of_the_published_tables(frames, values):
    periods = {indicator.code: set(indicator.periods) for indicator in load_indicators()}
    expected = {
        (code, *key): value
        for code, found in oracle(frames).items()
        for key, value in found.items()
        if ("month" if "-" in key[1] else "year") in periods[code]
    }
    assert values.keys() == expected.keys()
    assert {code for code, *_ in values} == periods.keys()
    for key, value in expected.items():
        got = values[key]["value"]
        assert (got is None) == (value is None or pd.isna(value)), key
        assert got is None or got == pytest.approx(float(value), abs=0.0051), key


def whole(frames, table, city, period):
    """Whether the city's year has all its months; a table without months has whole years only."""
    prefix = DATES.get(table)
    if "-" in period or prefix in (None, "budget"):
        return True
    frame = frames[table]
    mine = frame[(frame["city_code"] == city) & (frame[f"{prefix}_year"] == int(period))]
    return mine[f"{prefix}_month"].nunique() == 12


def before(period):
    if "-" not in period:
        return str(int(period) - 1)
    return str(pd.Period(period, "M") - 1)


def beyond(limit, value, previous):
    if "rises_by" in limit:
        return None if previous is None else value - previous > limit["rises_by"]
    if "changes_by_pct" in limit:
        return None if previous is None else abs(value / previous - 1) * 100 > limit["changes_by_pct"]
    return value > limit.get("above", float("inf")) or value < limit.get("below", float("-inf"))


def test_states_changes_and_crossings_follow_from_the_values_and_the_definitions(frames, values):
    declared = {d["code"]: d for d in (yaml.safe_load(path.read_text()) for path in FOLDER.glob("*.yml"))}
    crossed = 0
    for (code, city, period), row in values.items():
        indicator, table = declared[code], declared[code]["measure"]["table"]
        counts = row["value"] is not None and whole(frames, table, city, period)
        assert row["is_partial"] == (not whole(frames, table, city, period))
        last = values.get((code, city, before(period)))
        breaks = code in BROKEN and period == str(REFORM) and city != STAYED
        comparable = counts and last and last["value"] is not None and not last["is_partial"] and not breaks
        assert row["previous_value"] == (last["value"] if comparable else None), (code, city, period)
        assert row["change"] == (pytest.approx(row["value"] - last["value"], abs=0.006) if comparable else None)
        target = indicator.get("targets", [None])[0]
        state = "no_target" if target is None else "met" if row["value"] >= target["at_least"] else "not_met"
        assert row["state_code"] == (state if counts else "not_known")
        limit = indicator.get("thresholds", [None])[0]
        is_beyond = beyond(limit, row["value"], row["previous_value"]) if limit and counts else None
        assert row["is_beyond_threshold"] == is_beyond, (code, city, period)
        of_change = bool(limit) and bool({"rises_by", "changes_by_pct"} & limit.keys())
        judged = is_beyond is not None and comparable
        assert row["is_crossed"] == ((is_beyond and (of_change or not last["is_beyond_threshold"])) if judged else None)
        crossed += bool(row["is_crossed"])
    assert crossed


def test_the_latest_is_the_newest_whole_period_of_each_city(values):
    series = {}
    for (code, city, period), row in values.items():
        series.setdefault((code, city, row["period_kind_code"]), []).append((period, row))
    for rows in series.values():
        whole_ones = [period for period, row in rows if row["value"] is not None and not row["is_partial"]]
        assert [period for period, row in rows if row["is_latest"]] == sorted(whole_ones)[-1:]


def test_a_level_is_crossed_once_and_a_gap_or_a_break_compares_nothing(monkeypatch):
    (late,) = (i for i in load_indicators() if i.code == "closing_days_median")
    series = [(1, 29.0), (2, 31.0), (3, 32.0), (4, None), (5, 40.0), (7, 20.0), (8, 30.01)]
    seen = [Observed("091", 2025, month, value, 1) for month, value in series]
    monkeypatch.setattr(tidy, "observe", lambda *_: iter(seen))
    monkeypatch.setattr(tidy, "load_indicators", lambda: (late.model_copy(update={"periods": ("month",)}),))
    monkeypatch.setattr(tidy, "partial_years", lambda *_: set())
    rows = tidy.make(SimpleNamespace(connection=duckdb.connect()))["indicator_values"].to_pylist()
    assert [row["is_crossed"] for row in rows] == [None, True, False, None, None, None, True]
    assert [row["is_beyond_threshold"] for row in rows] == [False, True, True, None, True, False, True]
    assert [row["is_latest"] for row in rows] == [False] * 6 + [True]


def test_the_definitions_stand_in_the_descriptor_as_declared(release):
    declared = [yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yml"))]
    told = release.package["x-indicators"]
    assert release.package["x-contract"] == "1.6"
    assert [t["code"] for t in told] == [d["code"] for d in declared]
    assert [t["next_review_on"] for t in told] == [str(d["next_review_on"]) for d in declared]
    assert all(t["title"] == d["title"] and t["caveats"] == d["caveats"] for t, d in zip(told, declared, strict=True))
    assert json.dumps(told).count("null") == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"next_review_on": "2026-01-01"}, "next review"),
        ({"measure": {"name": "luck", "table": "purchases"}}, "no measure 'luck'"),
        ({"periods": ["month"], "measure": {"name": "published_share", "table": "coverage"}}, "no months"),
        ({"thresholds": [OWNED]}, "above or below"),
        ({"targets": [OWNED | {"at_least": 1, "at_most": 2}]}, "at_least or at_most"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_definition_that_breaks_the_model_is_refused_by_name(tmp_path, wrong, said):
    first = sorted(FOLDER.glob("*.yml"))[0]
    declared = yaml.safe_load(first.read_text())
    (tmp_path / "10-broken.yml").write_text(yaml.safe_dump(declared | wrong))
    with pytest.raises(DeclarationError, match="10-broken") as error:
        load_indicators(tmp_path)
    assert said in str(error.value)
