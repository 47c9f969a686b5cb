"""The descriptor says of what time a dataset is, since when there is one, and when it last changed."""

from __future__ import annotations

import dataclasses

from etl.publish.descriptor import describe_package
from etl.publish.when import describe_when
from tests.source.handmade import contents, dataset, field, write

TREES = dataset(field("code", required=True), field("planted_year", "year"))
STONES = dataset(field("code", required=True))


def described(folder, declared, rows, created="2026-11-24T06:03:00Z", before=None):
    made = contents(declared, [write(folder / "release", declared, rows, dataset="trees")])
    return describe_package(dataclasses.replace(made, created=created, before=before or {}))


def test_a_dataset_is_of_the_years_of_its_rows(tmp_path):
    rows = [{"code": "a", "planted_year": 2016}, {"code": "b", "planted_year": 2021}, {"code": "c"}]
    (told,) = described(tmp_path, TREES, rows)["x-datasets"]
    assert told["temporal"] == {"start": "2016-01-01", "end": "2021-12-31"}


def test_without_years_it_is_of_the_days_on_which_it_was_fetched(tmp_path):
    (told,) = described(tmp_path, STONES, [{"code": "a"}])["x-datasets"]
    assert told["temporal"] == {"start": "2026-11-24", "end": "2026-11-24"}


def test_it_is_modified_only_where_its_rows_are(tmp_path):
    rows = [{"code": "a", "planted_year": 2016}]
    first = described(tmp_path / "1", TREES, rows)
    same = described(tmp_path / "2", TREES, rows, "2026-12-01T06:03:00Z", first)
    more = described(tmp_path / "3", TREES, [*rows, {"code": "b"}], "2026-12-02T06:03:00Z", same)
    days = [(one["issued"], one["modified"]) for package in (first, same, more) for one in package["x-datasets"]]
    published = "2026-11-24T06:03:00Z"
    assert days == [(published, published), (published, published), (published, "2026-12-02T06:03:00Z")]


def test_a_release_before_that_tells_no_days_counts_as_the_first(tmp_path):
    rows = [{"code": "a", "planted_year": 2016}]
    before = described(tmp_path / "1", TREES, rows)
    for told in before["x-datasets"]:
        del told["issued"], told["modified"]
    (told,) = described(tmp_path / "2", TREES, rows, "2026-12-01T06:03:00Z", before)["x-datasets"]
    assert told["issued"] == told["modified"] == "2026-12-01T06:03:00Z"


def test_nothing_is_said_of_the_time_of_a_dataset_without_rows(tmp_path):
    made = contents(TREES, [write(tmp_path / "release", TREES, [], dataset="trees")])
    told = describe_when(made.registry, made.tables, {}, made.created, {})
    assert [one["temporal"] for one in told.values()] == [None]
