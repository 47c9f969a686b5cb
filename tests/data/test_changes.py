"""Row-level changes between two releases: few where little changed, and exact when they are applied."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from etl.declare import Table
from etl.errors import UnexpectedData
from etl.publish.assemble import open_connection, write_table
from etl.publish.changes import apply_changes, describe_changes, find_changes
from etl.snapshot import hash_file
from etl.tidy.columns import arrow_schema

TEXT = {"fi": "a", "sv": "b", "en": "c"}


def table(name, key, /, **fields):
    return Table.model_validate(
        {
            "name": name,
            "title": TEXT,
            "description": TEXT,
            "primary_key": key,
            "fields": [{"name": n, "type": kind, "title": TEXT} for n, kind in fields.items()],
        }
    )


KEYED = table(
    "companies", ["code", "year"], code="string", year="year", name="string", eur="decimal", share="number",
    day="date", is_new="boolean", cities="list",
)  # fmt: skip
COUNTED = table(
    "purchases", ["snapshot_id", "row_number"], snapshot_id="string", row_number="integer", name="string", eur="decimal"
)

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
money = st.none() | st.decimals(min_value=-99, max_value=99, places=2)
keyed_row = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["a", "b", '"', ",", "", "\n"]),
        "year": st.sampled_from([2024, 2025]),
        "name": st.none() | words,
        "eur": money,
        "share": st.none() | st.floats(allow_nan=False, width=64),
        "day": st.none() | st.dates(min_value=dt.date(2000, 1, 1)),
        "is_new": st.none() | st.booleans(),
        "cities": st.none() | st.lists(st.sampled_from(["091", "049", "", "ä,"]), max_size=2),
    }
)
keyed_rows = st.lists(keyed_row, max_size=8, unique_by=lambda r: (r["code"], r["year"]))
counted_row = st.fixed_dictionaries(
    {
        "snapshot_id": st.sampled_from(["turku:1", "turku:2", "oulu:1"]),
        "row_number": st.integers(1, 8),
        "name": st.none() | st.sampled_from(["a", "b", "", "c\n"]),
        "eur": st.none() | st.sampled_from([Decimal("1.00"), Decimal("-2.50")]),
    }
)
counted_rows = st.lists(counted_row, max_size=14, unique_by=lambda r: (r["snapshot_id"], r["row_number"]))


def write(folder, declared, rows):
    folder.mkdir(parents=True)
    part = folder / "part"
    pq.write_table(pa.Table.from_pylist(rows, arrow_schema(declared)), part)
    with open_connection() as connection:
        files = write_table(connection, "dataset", declared, [part], folder, {})
    part.unlink()
    return files


def descriptor(files):
    return {"resources": [{"name": files.table.name, "hash": f"sha256:{hash_file(files.csv)}", "x-rows": files.rows}]}


def diff(folder, declared, before, after):
    """The entry of the table's changes; the two releases stand in `folder`."""
    old = write(folder / "old", declared, before)
    new = write(folder / "new", declared, after)
    found = find_changes([new], folder / "old", descriptor(old), folder / "new")
    return describe_changes(found, "old")["tables"][0]


def csv_of(relation, path):
    relation.write_csv(str(path), header=True)
    return path.read_bytes()


def assert_applied_is_new(folder, declared, change):
    """The old table with the changes applied has the very bytes of the new one, both in order of the key."""
    with duckdb.connect() as connection:
        applied = apply_changes(connection, declared, folder / "old", folder / "new", change)
        columns = ", ".join(
            f"array_to_string({f.name}, '|') as {f.name}" if f.type == "list" else f.name for f in declared.fields
        )
        key = ", ".join(declared.primary_key)
        new = connection.sql(f"select {columns} from '{folder}/new/{declared.name}.parquet' order by {key}")
        assert csv_of(applied, folder / "applied.csv") == csv_of(new, folder / "new.csv")
    for item in change["files"]:
        assert item["bytes"] == (folder / "new" / item["path"]).stat().st_size
    assert change["rows_before"] + change["added"] - change["removed"] == change["rows_after"]


@pytest.mark.parametrize(("declared", "rows"), [(KEYED, keyed_rows), (COUNTED, counted_rows)], ids=["keyed", "counted"])
def test_the_changes_applied_to_the_old_table_give_the_new_one(tmp_path_factory, declared, rows):
    @settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
    @given(rows, rows)
    def check(before, after):
        folder = tmp_path_factory.mktemp("changes")
        change = diff(folder, declared, before, after)
        assert_applied_is_new(folder, declared, change)
        if before == after:
            assert change["state"] == "same"

    check()


def keyed(code, **values):
    return dict.fromkeys(f.name for f in KEYED.fields) | {"code": code, "year": 2025} | values


def test_added_changed_and_removed_rows_are_told_by_the_key(tmp_path):
    before = [keyed("a", name="A"), keyed("b", name="B"), keyed("c", name="C")]
    after = [keyed("a", name="A"), keyed("b", name="B2", is_new=True), keyed("d", name="D")]
    change = diff(tmp_path, KEYED, before, after)
    assert (change["added"], change["changed"], change["removed"]) == (1, 1, 1)
    with (tmp_path / "new" / "changes" / "companies.changed.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["changed_fields"], row["code"], row["name"]) == ("name|is_new", "b", "B2")


def purchase(snapshot, number, name, eur="1.00"):
    return {"snapshot_id": snapshot, "row_number": number, "name": name, "eur": Decimal(eur)}


def test_a_file_that_comes_anew_with_three_more_rows_has_three_added_rows(tmp_path):
    names = [f"n{i % 50}" for i in range(1000)]
    before = [purchase("turku:1", i + 1, name) for i, name in enumerate(names)]
    longer = [*names[:10], "new", *names[10:500], "n7", *names[500:], "last"]
    after = [purchase("turku:2", i + 1, name) for i, name in enumerate(longer)]
    change = diff(tmp_path, COUNTED, before, after)
    assert (change["added"], change["changed"], change["removed"]) == (3, 0, 0)
    with (tmp_path / "new" / "changes" / "purchases.added.csv").open(newline="") as file:
        assert sorted(row["name"] for row in csv.DictReader(file)) == ["last", "n7", "new"]
    assert_applied_is_new(tmp_path, COUNTED, change)
    with (tmp_path / "new" / "changes" / "purchases.moved.csv").open(newline="") as file:
        assert sum(int(row["rows_count"]) for row in csv.DictReader(file)) == change["moved"] == 1000


def test_a_block_of_rows_that_moved_is_one_line(tmp_path):
    before = [purchase("turku:1", i, f"n{i}") for i in range(1, 101)]
    after = [purchase("turku:2", i + 5, f"n{i}") for i in range(1, 101)]
    change = diff(tmp_path, COUNTED, before, after)
    assert (change["added"], change["removed"], change["moved"]) == (0, 0, 100)
    assert [item["rows"] for item in change["files"]] == [1]


def test_equal_rows_are_counted(tmp_path):
    before = [purchase("turku:1", i, "same") for i in (1, 2)]
    after = [purchase("turku:2", i, "same") for i in (1, 2, 3, 4, 5)]
    assert diff(tmp_path, COUNTED, before, after)["added"] == 3


def test_a_row_that_another_source_has_now_is_another_row(tmp_path):
    change = diff(tmp_path, COUNTED, [purchase("turku:1", 1, "a")], [purchase("oulu:1", 1, "a")])
    assert (change["added"], change["removed"], change["moved"]) == (1, 1, 0)


def test_a_table_with_other_columns_is_taken_whole_and_one_that_is_gone_is_dropped(tmp_path):
    old = write(tmp_path / "old", COUNTED, [purchase("turku:1", 1, "a")])
    new = write(tmp_path / "new", table("purchases", ["row_number"], row_number="integer"), [{"row_number": 1}])
    before = descriptor(old)
    before["resources"].append({"name": "gone", "hash": "sha256:0", "x-rows": 7})
    whole, dropped = (c.as_dict() for c in find_changes([new], tmp_path / "old", before, tmp_path / "new"))
    assert (whole["state"], whole["added"], whole["removed"], whole["files"]) == ("whole", 1, 1, [])
    assert (dropped["table"], dropped["state"], dropped["removed"]) == ("gone", "dropped", 7)
    with duckdb.connect() as connection, pytest.raises(UnexpectedData, match="whole"):
        apply_changes(connection, new.table, tmp_path / "old", tmp_path / "new", whole)


def test_a_key_that_says_which_row_it_is_cannot_be_declared_a_place():
    declared = KEYED.model_dump() | {"diff_key": "content"}
    with pytest.raises(ValidationError, match="diff_key content needs the primary key"):
        Table.model_validate(declared)
