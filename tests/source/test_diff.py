"""The changes that a run publishes beside its release, and `etl diff` over releases on disk."""

from __future__ import annotations

import json

import duckdb
import pytest

from etl.errors import PublishRefused
from etl.paths import DataPaths
from etl.publish.changes import apply_changes
from etl.publish.difference import compare_releases
from etl.publish.package import is_whole
from etl.snapshot import hash_file
from tests.source.runs import REGISTRY, Line
from tests.source.test_run import command

TABLES = {table.name: table for r in REGISTRY().datasets for table in r.dataset.tables}


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """Two releases: of Tampere's newest file three rows more were published in the second."""
    made = Line(tmp_path_factory.mktemp("line"))
    made.first = made.run()
    add_rows(made)
    made.second = made.run()
    return made


def add_rows(line):
    """Give Tampere's newest CSV three more rows, one amid the others; the portal's record of it follows."""
    manifest_path = next(line.files.glob("*.json"))
    manifest = json.loads(manifest_path.read_text())
    entry = max(
        (e for e in manifest["files"] if e["dataset"] == "tampereen-kaupungin-ostot" and e["format"] == "CSV"),
        key=lambda e: e["year"],
    )
    path = line.files / entry["path"]
    rows = path.read_bytes().split(b"\n")
    sale = next(row for row in rows[5:] if b"Oy" in row)
    path.write_bytes(b"\n".join([*rows[:3], sale, sale, *rows[3:20], sale, *rows[20:]]))
    entry |= {"bytes": path.stat().st_size, "sha256": hash_file(path)}
    manifest_path.write_text(json.dumps(manifest))


def descriptor(line, result):
    return json.loads((line.release(result) / "datapackage.json").read_text())


def test_a_first_release_has_nothing_to_be_compared_with(line):
    assert descriptor(line, line.first)["x-changes"] is None
    assert not (line.release(line.first) / "changes").exists()


def test_a_file_that_comes_anew_with_three_more_rows_gives_three_added_rows(line):
    changes = descriptor(line, line.second)["x-changes"]
    assert changes == json.loads((line.release(line.second) / "changes" / "changes.json").read_text())
    assert changes["against"] == line.first.version
    tables = {item["table"]: item for item in changes["tables"]}
    assert set(tables) == set(TABLES)
    purchases = tables["purchases"]
    assert (purchases["state"], purchases["added"], purchases["removed"]) == ("rows", 3, 0)
    assert purchases["moved"] > 20
    assert tables["cities"]["state"] == "same"
    assert tables["companies"]["changed"] == 1


def test_the_changes_applied_to_the_old_release_give_the_new_one(line):
    old, new = line.release(line.first), line.release(line.second)
    for change in descriptor(line, line.second)["x-changes"]["tables"]:
        table = TABLES[change["table"]]
        with duckdb.connect() as connection:
            applied = apply_changes(connection, table, old, new, change)
            applied.write_csv(str(line.data / "applied.csv"), header=True)
            read = "read_csv('{}', all_varchar=true, header=true, quote='\"', escape='\"', delim=',')"
            key = ", ".join(table.primary_key)
            rows = [
                connection.sql(f"from {read.format(path)} order by {key}").fetchall()
                for path in (line.data / "applied.csv", new / f"{table.name}.csv")
            ]
        assert rows[0] == rows[1], table.name


def test_a_release_that_lost_a_file_of_its_changes_is_not_whole(line, tmp_path):
    package = descriptor(line, line.second)
    path = line.release(line.second) / package["x-changes"]["tables"][-1]["files"][0]["path"]
    content = path.read_bytes()
    path.unlink()
    assert not is_whole(line.release(line.second))
    path.write_bytes(content)
    assert is_whole(line.release(line.second))


def test_the_command_prints_counts_and_the_ranked_list(line):
    done = command(line, "diff")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{line.first.version} -> {line.second.version}\n")
    assert "added 3  changed 0  removed 0" in done.stdout
    assert "purchases 837" in done.stdout
    back = json.loads(command(line, "diff", line.second.version, line.first.version, "--json").stdout)
    assert {t["table"]: (t["added"], t["removed"]) for t in back["tables"]}["purchases"] == (0, 3)
    assert back["ranked"][0]["table"]


@pytest.mark.parametrize("version", ["2020-01-01T0000Z-abcdef", "..", ".", "/etc"])
def test_a_release_that_is_not_there_is_named(line, version):
    with pytest.raises(PublishRefused, match="there is no release"):
        compare_releases(REGISTRY(), DataPaths(line.data), version)


def test_a_lone_release_has_none_before_it(tmp_path, line):
    with pytest.raises(PublishRefused, match="the only one of its kind"):
        compare_releases(REGISTRY(), DataPaths(line.data), new=line.first.version)
