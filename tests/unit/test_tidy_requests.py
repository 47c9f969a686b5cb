"""Service requests and their results, on examples computed by hand."""

from __future__ import annotations

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from etl.datasets.context import MakeContext, TidyContext
from etl.datasets.service_requests.tidy import tidy
from etl.datasets.service_results.tidy import make
from etl.read.rows import RawBatch
from etl.registry import load_registry
from etl.tidy.columns import map_columns, parse_columns
from etl.tidy.dropped import count_dropped
from etl.tidy.moments import hours_between, parse_moment
from tests.source.test_real_files import snapshot_of

REQUESTS = next(r for r in load_registry().datasets if r.dataset.name == "service_requests")
TABLE, SOURCE = REQUESTS.dataset.tables[0], REQUESTS.sources[0]
HEADER = ("service_request_id", "service_code", "service_name", "status", "requested_datetime", "updated_datetime",
          "description", "email")  # fmt: skip


def batch_of(*rows):
    columns = {f"c{index}": pa.array(list(cells), pa.string()) for index, cells in enumerate(zip(*rows, strict=True))}
    return RawBatch(pa.table(columns), pa.array(range(1, len(rows) + 1), pa.int64()))


def run(tmp_path, *rows):
    path = tmp_path / "x.csv"
    path.touch()
    parsed = parse_columns(batch_of(*rows), map_columns(HEADER, SOURCE, "x"), TABLE, SOURCE)
    return tidy(parsed, TABLE, SOURCE, snapshot_of(path, None), TidyContext())


def request(number, requested, updated, status="closed", service="171"):
    return (number, service, "Potholes", status, requested, updated, "Kuoppa, soita Maijalle", "maija@henkilo.invalid")


def test_hours_run_from_the_request_to_the_latest_entry(tmp_path):
    done = run(tmp_path, request("1", "2024-03-04T10:00:00Z", "2024-03-05T11:30:00Z"))
    row = done.rows.to_pylist()[0]
    assert (row["response_hours"], row["closing_hours"], row["status_code"]) == (25.5, 25.5, "closed")


def test_an_open_request_has_no_closing_time(tmp_path):
    row = run(tmp_path, request("1", "2024-03-04T10:00:00Z", "2024-03-04T12:00:00Z", "Open")).rows.to_pylist()[0]
    assert (row["response_hours"], row["closing_hours"], row["status_code"]) == (2.0, None, "open")


def test_the_month_is_that_of_finland(tmp_path):
    row = run(tmp_path, request("1", "2023-12-31T22:30:00Z", "")).rows.to_pylist()[0]
    assert (row["requested_date"], row["request_year"], row["request_month"]) == (dt.date(2024, 1, 1), 2024, 1)


def test_the_night_of_summer_time_is_counted_in_real_hours():
    first, last = parse_moment("2024-03-30 23:00:00"), parse_moment("2024-03-31 05:00:00")
    assert hours_between(first, last) == 5.0


def test_an_unknown_status_is_blanked_and_counted_and_the_request_stays(tmp_path):
    done = run(tmp_path, request("1", "2024-03-04T10:00:00Z", "2024-03-05T10:00:00Z", "escalated"))
    row = done.rows.to_pylist()[0]
    assert (row["status_code"], row["response_hours"], row["closing_hours"]) == (None, 24.0, None)
    assert done.blanked["status_code"] == 1


def test_closed_before_requested_is_no_time_and_is_counted(tmp_path):
    done = run(tmp_path, request("1", "2024-03-04T10:00:00Z", "2024-03-03T10:00:00Z"))
    assert done.rows.to_pylist()[0]["closing_hours"] is None
    assert done.blanked["response_hours"] == 1


@pytest.mark.parametrize("text", ["", "2024-02-31T10:00:00Z", "2024-02-03", "eilen", "0001-01-01T00:00:00Z"])
def test_a_request_without_a_point_in_time_is_set_aside(tmp_path, text):
    done = run(tmp_path, request("1", text, ""))
    assert done.set_aside.to_pylist() == [{"row_number": 1, "reason_code": "no_request_date"}]


def test_the_same_id_again_is_set_aside_and_requests_without_an_id_are_not(tmp_path):
    rows = [request(number, "2024-03-04T10:00:00Z", "") for number in ("1", "1", "", "")]
    done = run(tmp_path, *rows)
    assert done.set_aside.to_pylist() == [{"row_number": 2, "reason_code": "duplicate_request"}]
    assert done.rows.num_rows == 3


def test_a_total_row_is_set_aside(tmp_path):
    done = run(tmp_path, ("Yhteensä", "", "", "", "", "", "12", ""))
    assert done.set_aside.to_pylist() == [{"row_number": 1, "reason_code": "total_row"}]


def test_personal_data_is_no_column_and_is_counted(tmp_path):
    rows = (request("1", "2024-03-04T10:00:00Z", ""), ("2", "171", "", "open", "2024-03-04T10:00:00Z", "", " ", ""))
    assert count_dropped(batch_of(*rows), HEADER, SOURCE) == {"free_text": 1, "contacts": 1}
    assert "maija" not in str(run(tmp_path, *rows).rows.to_pylist()).casefold()


@pytest.mark.parametrize("contact", ["maija@esimerkki.invalid", "131052-308T", "040 123 4567"])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_contact_in_a_column_that_is_published_is_blanked_and_counted(tmp_path, contact, column):
    row = list(request("1", "2024-03-04T10:00:00Z", ""))
    row[column] = f"Potholes {contact}" if column == 2 else contact
    done = run(tmp_path, tuple(row))
    field = HEADER[column]
    (shown,) = done.rows.to_pylist()
    assert shown[field] is None
    assert done.blanked[field] == 1
    assert contact not in str(shown)


def test_a_request_id_that_is_a_contact_still_tells_duplicates(tmp_path):
    rows = [request("maija@esimerkki.invalid", "2024-03-04T10:00:00Z", "")] * 2
    assert run(tmp_path, *rows).set_aside.to_pylist() == [{"row_number": 2, "reason_code": "duplicate_request"}]


def results(*rows):
    names = ("snapshot_id", "row_number", "city_code", "service_request_id", "requested_date", "request_year",
             "request_month", "service_code", "service_name", "status_code", "response_hours",
             "closing_hours")  # fmt: skip
    connection = duckdb.connect()
    connection.register("service_requests", pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows]))
    return make(MakeContext(connection, None))["service_results"].to_pylist()


def made(number, status, response, *, snapshot="a", service="171", name="Potholes"):
    closing = response if status == "closed" else None
    day = dt.date(2024, 3, 4)
    return (snapshot, number, "091", str(number), day, 2024, 3, service, name, status, response, closing)


def test_results_are_the_counts_and_quantiles_that_a_hand_computes():
    rows = [made(n, "closed", hours) for n, hours in enumerate((1.0, 2.0, 4.0, 8.0, 16.0))]
    rows += [made(5, "open", 100.0), made(6, None, None), made(7, "closed", None)]
    (row,) = results(*rows)
    assert (row["requested_count"], row["closed_count"], row["unknown_status_count"]) == (8, 6, 1)
    assert row["closed_share_pct"] == 85.71  # 6 of the 7 whose status is known
    assert (row["closing_timed_count"], row["response_timed_count"]) == (5, 6)
    assert (row["closing_hours_p25"], row["closing_hours_median"], row["closing_hours_p75"]) == (2.0, 4.0, 8.0)
    assert row["closing_hours_p90"] == 12.8  # 0.6 of the way from 8 to 16
    assert row["response_hours_median"] == 6.0  # between 4 and 8
    assert row["response_hours_p90"] == 58.0  # half of the way from 16 to 100


def test_a_request_in_two_files_counts_once_with_its_latest_entry():
    (row,) = results(made(1, "open", 1.0), made(1, "closed", 9.0, snapshot="b"))
    assert (row["requested_count"], row["closed_count"], row["closing_hours_median"]) == (1, 1, 9.0)


def test_requests_without_a_code_stand_together_and_no_time_is_no_zero():
    (row,) = results(made(1, None, None, service=None, name=None), made(2, None, None, service=None, name=None))
    assert (row["service_code"], row["requested_count"], row["closed_share_pct"]) == ("not_stated", 2, None)
    assert row["closing_hours_median"] is None
