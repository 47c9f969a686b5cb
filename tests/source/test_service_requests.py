"""Service requests: the whole sample run against an independent reading, and the real extract of Helsinki."""

from __future__ import annotations

import csv
import json
import statistics
from collections import Counter
from datetime import datetime

import pyarrow.parquet as pq
import pytest

from etl.build import Work, build_source
from etl.datasets.context import TidyContext
from etl.read.table import Limits
from etl.registry import load_registry
from tests.source.test_real_files import SHARED, snapshot_of
from tests.source.topics import Release

NAME = "service-requests-helsinki"
EXTRACT = SHARED / "helsinki-service-requests-2014-2016.csv"


@pytest.fixture(scope="module")
def release(sample_data_dir):
    return Release(sample_data_dir)


@pytest.fixture(scope="module")
def records(release):
    """What the generated files hold, read without the pipeline: every record that is an object or a line."""
    found = []
    for path in release.files(NAME):
        if path.suffix == ".json":
            found += [r for r in json.loads(path.read_text(encoding="utf-8")) if isinstance(r, dict)]
        else:
            with path.open(encoding="utf-8", newline="") as file:
                found += list(csv.DictReader(file))
    return found


def moment(text):
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return None


def test_both_formats_are_read(release):
    assert Counter(path.suffix for path in release.files(NAME)) == {".csv": 2, ".json": 2}


def test_every_request_with_a_time_comes_out_once(release, records):
    expected = {r["service_request_id"] for r in records if moment(r.get("requested_datetime"))}
    rows = [row["service_request_id"] for row in release.rows("service_requests")]
    assert len(rows) == len(set(rows))
    assert set(rows) == expected


def test_as_many_records_are_set_aside_and_blanked_as_were_planted(release):
    (source,) = release.sources("service_requests")
    planted = release.planted_of(NAME)
    assert source["rows"] == planted.pop("ROWS")
    odd = {name: planted.pop(name) for name in ("STATUS", "BACKWARDS", "NO_UPDATE")}
    assert source["set_aside"] == dict(planted)
    assert source["rows_in"] == source["rows"] + sum(source["set_aside"].values())
    issues = {i["code"]: i["count"] for i in release.package["x-issues"] if i["source"] == NAME}
    assert issues["blanked_status_code"] == odd["STATUS"]
    assert issues["blanked_response_hours"] == odd["BACKWARDS"]


def test_what_was_dropped_is_counted(release, records):
    issues = {i["code"]: i["count"] for i in release.package["x-issues"] if i["source"] == NAME}
    for kind, keys in {"contacts": ("email", "phone"), "addresses": ("address", "zipcode")}.items():
        assert issues[f"dropped_{kind}"] == sum(bool(r.get(key)) for r in records for key in keys)
    coordinates = sum(r.get(key) not in (None, "") for r in records for key in ("lat", "long", "lon"))
    assert issues["dropped_coordinates"] == coordinates


def test_no_text_person_address_place_or_picture_of_a_request_is_published(release, records):
    text = "".join(path.read_text(encoding="utf-8") for path in release.folder.glob("*.csv")).casefold()
    assert len(records) > 100
    for record in records:
        secrets = [record.get(key) for key in ("description", "status_notes", "address", "email", "phone", "media_url")]
        places = [str(record[key]) for key in ("lat", "long", "lon") if record.get(key)]
        secrets += [
            place for place in places if len(place) == len("60.170037")
        ]  # a shorter one may be a number of hours
        assert not [secret for secret in secrets if secret and secret.casefold() in text]
    for trace in ("henkilo.invalid", "+358 99", "olemattomankatu", "keksittylä", "kuvat.invalid"):
        assert trace not in text


def test_results_add_up_to_the_requests_and_a_median_is_the_files(release, records):
    results, requests = release.rows("service_results"), release.rows("service_requests")
    assert sum(row["requested_count"] for row in results) == len(requests)
    assert sum(row["closed_count"] for row in results) == sum(row["status_code"] == "closed" for row in requests)
    month = next(row for row in results if row["request_month"] == 6 and row["closing_timed_count"] > 2)
    hours, seen = [], set()
    for record in records:
        first, last = moment(record.get("requested_datetime")), moment(record.get("updated_datetime"))
        wanted = (month["request_year"], 6, month["service_code"])
        if first is None or record["service_request_id"] in seen or first.day >= 29 or first.day == 1:
            continue
        seen.add(record["service_request_id"])
        if (first.year, first.month, record["service_code"]) == wanted and record["status"] == "closed" and last:
            hours.append((last - first).total_seconds() / 3600)
    inner = [
        row["closing_hours"]
        for row in requests
        if (row["request_year"], row["request_month"], row["service_code"]) == wanted
        and row["closing_hours"] is not None
        and 2 <= row["requested_date"].day <= 28
    ]
    assert abs(len(hours) - len(inner)) <= 1  # a night between two days here and there
    everything = [
        row["closing_hours"]
        for row in requests
        if (row["request_year"], row["request_month"], row["service_code"]) == wanted
        and row["closing_hours"] is not None
    ]
    assert month["closing_hours_median"] == pytest.approx(statistics.median(everything), abs=0.006)


@pytest.mark.skipif(not EXTRACT.exists(), reason="the real files are not at hand")
def test_every_record_of_the_real_extract_is_accounted_for(tmp_path):
    registered = next(r for r in load_registry().datasets if r.dataset.name == "service_requests")
    work = Work(registered, TidyContext(), tmp_path, Limits())
    build = build_source(work, registered.sources[0], [(snapshot_of(EXTRACT, None), EXTRACT)])
    rows = pq.read_table(build.rows_paths[0]).to_pylist()
    with EXTRACT.open(encoding="utf-8", newline="") as file:
        real = {r["service_request_id"]: r for r in csv.DictReader(file)}
    assert (build.rows_in, build.rows_out, dict(build.set_aside)) == (1380, 1380, {})
    assert build.dropped == {"coordinates": 2 * 1380}
    assert not [issue for issue in build.issues if issue.code == "unexpected_column"]
    assert Counter(row["status_code"] for row in rows) == {"closed": 1359, "open": 21}
    assert sum(row["service_code"] is None for row in rows) == 2
    assert sum(row["service_name"] is None for row in rows) == 248
    for row in rows:
        record = real[row["service_request_id"]]
        first, last = moment(record["requested_datetime"]), moment(record["updated_datetime"])
        assert row["response_hours"] == pytest.approx((last - first).total_seconds() / 3600, abs=0.006)
        assert (row["closing_hours"] is None) == (record["status"] == "open")
