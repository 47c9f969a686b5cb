"""The difference between two releases: applied to the earlier one, CSV and JSON alone give the later one exactly."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from dashboard.diff.comparison import Comparison
from dashboard.diff.kept import Differences
from dashboard.diff.write import write_csv, write_json
from dashboard.package import Package, _resource
from etl.publish.assemble import open_connection, write_table
from etl.publish.descriptor import _resource as describe_resource
from etl.tidy.columns import arrow_schema
from tests.data.diffs import apply_csv, apply_json, csv_bytes, read_json, read_texts, sorted_rows
from tests.data.test_changes import COUNTED, KEYED, counted_rows, diff, keyed_rows, purchase, table

finite_rows = keyed_rows.map(
    lambda rows: [row | {"share": None if abs(row["share"] or 0) == float("inf") else row["share"]} for row in rows]
)
"""JSON has no infinite number."""
KEYLESS = table("notes", [], name="string", eur="decimal", cities="list")


def package(folder, declared, rows, version="new"):
    """A release that holds that one table; none where it is None."""
    folder.mkdir(parents=True)
    found = ()
    if declared is not None:
        part = folder / "part"
        pq.write_table(pa.Table.from_pylist(rows, arrow_schema(declared)), part)
        with open_connection() as connection:
            files = write_table(connection, "dataset", declared, [part], folder, {})
        found = (_resource(describe_resource(files, sample=False), sample=False),)
    created = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    return Package(folder, version, False, created, {"fi": "a", "sv": "b", "en": "c"}, (), found, (), {})


def compare(folder, before, after):
    """(what CSV gives, what JSON gives, the table of the JSON, the later CSV as it is); each of (table, rows)."""
    old, new = package(folder / "old", *before, version="old"), package(folder / "new", *after)
    name = (before[0] or after[0]).name
    one = Comparison(name, old, new)
    with Differences().open(one) as found:
        write_csv(found, folder / "diff.csv")
        write_json({"dataset": "dataset"}, iter([found]), folder / "diff.json")
    old_texts = read_texts(folder / "old" / f"{name}.csv") if before[0] else ([], [])
    names, rows = read_texts(folder / "new" / f"{name}.csv") if after[0] else ([], [])
    header, lines = read_texts(folder / "diff.csv")
    (told,) = read_json((folder / "diff.json").read_text(encoding="utf-8"))["tables"]
    by_csv = apply_csv(old_texts, header, lines, told["key"], names)
    return by_csv, apply_json(old_texts, told, names), told, (names, sorted_rows(rows))


def assert_exact(folder, before, after):
    by_csv, by_json, told, (names, rows) = compare(folder, before, after)
    whole = csv_bytes(names, rows)
    assert csv_bytes(names, by_csv) == whole
    assert csv_bytes(names, by_json) == whole
    return told


@pytest.mark.parametrize(
    ("declared", "rows"),
    [(KEYED, finite_rows), (COUNTED, counted_rows), (KEYLESS, keyed_rows.map(
        lambda found: [{name: row[name] for name in ("name", "eur", "cities")} for row in found]))],
    ids=["keyed", "counted", "keyless"],
)  # fmt: skip
def test_csv_and_json_alone_make_the_later_table_of_the_earlier_one(tmp_path_factory, declared, rows):
    @settings(
        deadline=None,
        max_examples=40,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(rows, rows)
    def check(before, after):
        told = assert_exact(tmp_path_factory.mktemp("diff"), (declared, before), (declared, after))
        assert told["rows_before"] + told["added"] - told["removed"] == told["rows_after"]
        if before == after:
            assert told["rows"] == []

    check()


WIDER = table(
    "companies", ["code", "year"], code="string", year="year", name="string", eur="string", is_open="boolean",
    city="string",
)  # fmt: skip


def keyed(code, **values):
    return dict.fromkeys(f.name for f in KEYED.fields) | {"code": code, "year": 2025} | values


def wider(code, **values):
    return dict.fromkeys(f.name for f in WIDER.fields) | {"code": code, "year": 2025} | values


def test_fields_that_came_went_or_have_another_type_are_told_and_applied(tmp_path):
    before = [keyed("a", name="A", eur=Decimal("1.50")), keyed("b", name=""), keyed("c")]
    after = [wider("a", name="A", eur="1.50", is_open=True), wider("b"), wider("d", city="å")]
    told = assert_exact(tmp_path, (KEYED, before), (WIDER, after))
    assert (told["fields_added"], told["fields_retyped"]) == (["is_open", "city"], ["eur"])
    assert told["fields_removed"] == ["share", "day", "is_new", "cities"]
    assert [(row["change"], row["key"]["code"], row["changed_fields"]) for row in told["rows"]] == [
        ("removed", "c", []), ("changed", "a", ["is_open"]), ("changed", "b", ["name"]), ("added", "d", []),
    ]  # fmt: skip
    assert (told["rows"][2]["before"]["name"], told["rows"][2]["after"]["name"]) == ("", None)


def test_a_table_with_another_key_is_compared_by_content(tmp_path):
    other = table("companies", ["name"], code="string", year="year", name="string")
    rows = [{"code": "a", "year": 2025, "name": "A"}, {"code": "b", "year": 2025, "name": "B"}]
    told = assert_exact(tmp_path, (KEYED, [keyed("a", name="A"), keyed("c", name="C")]), (other, rows))
    assert (told["compared_by"], told["key"], told["added"], told["removed"]) == ("content", [], 1, 1)


@pytest.mark.parametrize(("declared", "row"), [(KEYED, keyed("a", name='å,\n"')), (KEYLESS, {"name": ""})])
def test_a_table_that_one_release_lacks_came_or_went_whole(tmp_path, declared, row):
    row = dict.fromkeys(f.name for f in declared.fields) | row
    came = assert_exact(tmp_path / "came", (None, ()), (declared, [row]))
    assert (came["added"], came["rows_before"], came["rows_after"]) == (1, None, 1)
    went = compare(tmp_path / "went", (declared, [row]), (None, ()))[2]
    assert (went["removed"], [one["change"] for one in went["rows"]]) == (1, ["removed"])


@pytest.mark.parametrize(
    ("declared", "rows"), [(KEYED, finite_rows), (COUNTED, counted_rows)], ids=["keyed", "counted"]
)
def test_the_counts_are_those_that_the_pipeline_publishes(tmp_path_factory, declared, rows):
    @settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
    @given(rows, rows)
    def check(before, after):
        theirs = diff(tmp_path_factory.mktemp("theirs"), declared, before, after)
        ours = compare(tmp_path_factory.mktemp("ours"), (declared, before), (declared, after))[2]
        kinds = ("added", "changed", "removed", "moved")
        assert {kind: ours[kind] for kind in kinds} == {kind: theirs[kind] for kind in kinds}

    check()


def test_rows_that_moved_are_one_line_a_run_and_the_order_is_the_same_each_time(tmp_path):
    before = [purchase("turku:1", at, f"n{at}") for at in range(1, 101)]
    after = [purchase("turku:2", at + 5, f"n{at}") for at in range(1, 101) if at != 50]
    told = assert_exact(tmp_path, (COUNTED, before), (COUNTED, after))
    assert [(row["change"], row["rows_count"]) for row in told["rows"]] == [
        ("removed", 1), ("moved", 49), ("moved", 50),
    ]  # fmt: skip
    assert (told["moved"], told["removed"], told["added"]) == (99, 1, 0)
    again = tmp_path / "again"
    assert_exact(again, (COUNTED, before), (COUNTED, after))
    assert (again / "diff.csv").read_bytes() == (tmp_path / "diff.csv").read_bytes()


def test_a_difference_that_is_fetched_in_many_parts_has_the_same_bytes(tmp_path, monkeypatch):
    before = [keyed(code, name=code) for code in "abcdefgh"]
    after = [keyed(code, name=code.upper() if code in "bdf" else code) for code in "bcdfghijklm"]
    assert_exact(tmp_path / "one", (KEYED, before), (KEYED, after))
    monkeypatch.setattr("dashboard.diff.kept.PART_ROWS", 2)
    assert_exact(tmp_path / "many", (KEYED, before), (KEYED, after))
    for name in ("diff.csv", "diff.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "many" / name).read_bytes()
