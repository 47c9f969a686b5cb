"""Service requests as Open311 GeoReport v2 gives them: which service, which city, when, and how long it took.

Every record ends as a row or is set aside with a reason: repeated_header, total_row, no_request_date,
duplicate_request. The times of day are read for the hours between them and are not published.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

from etl.datasets.context import Tidied, TidyContext
from etl.declare import Source, Table
from etl.snapshot import Snapshot
from etl.tidy.arrays import count_true, repeat_text, texts_of, without_null_checks
from etl.tidy.columns import Parsed, fill_missing
from etl.tidy.contacts import blank_contacts
from etl.tidy.each import map_distinct
from etl.tidy.moments import hours_between, parse_moment
from etl.tidy.rows import Sieve
from etl.tidy.totals import repeated_headers, total_rows

STATUSES = ("open", "closed")
FREE_FIELDS = ("service_request_id", "service_code", "service_name", "service_group_name")
"""Text that is published as it stands, so nothing that leads to one person may be in it."""


def tidy(parsed: Parsed, table: Table, source: Source, snapshot: Snapshot, context: TidyContext) -> Tidied:  # noqa: ARG001
    """Harmonise one batch of requests."""
    columns, rows = dict(parsed.columns), len(parsed.row_numbers)
    sieve = Sieve(rows)
    sieve.drop("repeated_header", repeated_headers(columns, source, rows))
    sieve.drop("total_row", total_rows(columns, rows, but=("service_name", "service_group_name", "city_code")))
    requested = _moments(texts_of(columns, "requested_at", rows))
    sieve.drop("no_request_date", pa.array([moment is None for moment in requested], pa.bool_()))
    sieve.drop("duplicate_request", _seen_before(texts_of(columns, "service_request_id", rows)))
    without_contacts, contacts = blank_contacts(columns, FREE_FIELDS)
    columns |= without_contacts
    given = texts_of(columns, "status_text", rows)
    columns["status_code"] = map_distinct(given, status_of, pa.string())
    updated = _moments(texts_of(columns, "updated_at", rows))
    columns |= _period(requested)
    columns |= _times(requested, updated, columns["status_code"])
    columns["snapshot_id"] = repeat_text(snapshot.id, rows)
    columns["rule_code"] = repeat_text(source.name, rows)
    columns["row_number"] = parsed.row_numbers
    kept, set_aside = sieve.split(without_null_checks(fill_missing(columns, table, rows)), parsed.row_numbers)
    blanked = {
        "status_code": count_true(pc.and_(pc.is_valid(given), pc.is_null(columns["status_code"]))),
        "response_hours": sum(
            None not in (first, last) and hours is None
            for first, last, hours in zip(requested, updated, columns["response_hours"].to_pylist(), strict=True)
        ),
    }
    return Tidied(kept, set_aside, {**parsed.blanked, **contacts, **blanked})


def status_of(text: str) -> str | None:
    """GeoReport's two states; None for any other.

    >>> status_of(" Closed "), status_of("IN_PROCESS")
    ('closed', None)
    """
    found = text.strip().casefold()
    return found if found in STATUSES else None


def _moments(texts: pa.Array) -> list[dt.datetime | None]:
    return [None if text is None else parse_moment(text) for text in texts.to_pylist()]


def _period(requested: list[dt.datetime | None]) -> dict[str, pa.Array]:
    return {
        "requested_date": pa.array([moment and moment.date() for moment in requested], pa.date32()),
        "request_year": pa.array([moment and moment.year for moment in requested], pa.int16()),
        "request_month": pa.array([moment and moment.month for moment in requested], pa.int64()),
    }


def _times(
    requested: list[dt.datetime | None], updated: list[dt.datetime | None], statuses: pa.Array
) -> dict[str, pa.Array]:
    response = pa.array([hours_between(a, b) for a, b in zip(requested, updated, strict=True)], pa.float64())
    is_closed = pc.fill_null(pc.equal(statuses, "closed"), False)
    return {
        "response_hours": response,
        "closing_hours": pc.if_else(is_closed, response, pa.scalar(None, pa.float64())),
    }


def _seen_before(ids: pa.Array) -> pa.Array:
    """Ids that stood on an earlier row of this batch; a request without an id is never one of them."""
    seen: set[str] = set()
    found = []
    for request_id in ids.to_pylist():
        found.append(request_id is not None and request_id in seen)
        if request_id is not None:
            seen.add(request_id)
    return pa.array(found, pa.bool_())
