"""A release that fell is refused unless a person says why it is right; and one run at a time."""

from __future__ import annotations

import json
from decimal import Decimal

import filelock
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.declare import Table
from etl.errors import PublishRefused
from etl.publish.assemble import TableFiles, open_connection
from etl.publish.compare import compare
from tests.source.runs import Line

TABLE = Table.model_validate(
    {
        "name": "purchases",
        "title": {"fi": "a", "sv": "b", "en": "c"},
        "description": {"fi": "a", "sv": "b", "en": "c"},
        "primary_key": ["city"],
        "watch": {"by": ["city", "year"], "sum": "eur", "largest_fall": 0.2},
        "fields": [
            {"name": name, "type": kind, "title": {"fi": "a", "sv": "b", "en": "c"}}
            for name, kind in (("city", "string"), ("year", "year"), ("eur", "decimal"))
        ],
    }
)
SCHEMA = pa.schema([("city", pa.string()), ("year", pa.int16()), ("eur", pa.decimal128(18, 2))])


def write(folder, rows):
    """`rows` is (city, year, how many rows, the amount of each)."""
    folder.mkdir()
    lists = [{"city": c, "year": y, "eur": Decimal(eur)} for c, y, n, eur in rows for _ in range(n)]
    path = folder / "purchases.parquet"
    pq.write_table(pa.Table.from_pylist(lists, SCHEMA), path)
    return TableFiles("purchases", TABLE, path, path, len(lists))


def changes(tmp_path, before, after):
    write(tmp_path / "old", before)
    files = write(tmp_path / "new", after)
    with open_connection() as connection:
        found = compare(connection, [files], tmp_path / "old")
    return [(c.key, c.measure, c.severity) for c in found]


def test_the_same_is_no_change(tmp_path):
    rows = [("853", 2024, 10, "5.00"), ("853", 2025, 10, "5.00")]
    assert changes(tmp_path, rows, rows) == []


def test_a_fall_of_rows_or_of_money_beyond_the_bound_comes_first(tmp_path):
    before = [("853", 2024, 10, "5.00"), ("853", 2025, 10, "5.00"), ("091", 2025, 10, "5.00"), ("049", 2025, 4, "1.00")]
    after = [("853", 2024, 7, "8.00"), ("853", 2025, 10, "3.90"), ("091", 2025, 9, "5.00"), ("049", 2025, 9, "1.00")]
    assert changes(tmp_path, before, after) == [
        ("853 2024", "rows", "error"),
        ("853 2025", "eur", "error"),
        ("049 2025", "eur", "warning"),
        ("049 2025", "rows", "warning"),
        ("853 2024", "eur", "info"),
        ("091 2025", "eur", "info"),
        ("091 2025", "rows", "info"),
    ]


def test_a_year_that_leaves_the_window_is_no_fall_and_a_year_that_vanishes_from_amid_it_is(tmp_path):
    before = [("853", year, 10, "5.00") for year in (2022, 2023, 2024)]
    after = [("853", year, 10, "5.00") for year in (2023, 2025)]
    severities = {key: severity for key, _, severity in changes(tmp_path, before, after)}
    assert severities == {"853 2022": "info", "853 2024": "error", "853 2025": "info"}


def test_a_city_that_vanishes_is_a_fall(tmp_path):
    before = [("853", 2024, 10, "5.00"), ("091", 2024, 10, "5.00")]
    assert ("091 2024", "rows", "error") in changes(tmp_path, before, before[:1])


def test_a_table_that_was_not_there_before_is_no_change(tmp_path):
    (tmp_path / "old").mkdir()
    files = write(tmp_path / "new", [("853", 2024, 10, "5.00")])
    with open_connection() as connection:
        assert compare(connection, [files], tmp_path / "old") == []


@pytest.fixture
def line(tmp_path):
    made = Line(tmp_path, rows=2000)
    made.first = made.run()
    return made


def test_a_collapse_is_refused_and_published_only_with_its_reason(line):
    line.rows, line.files = 1200, line.files.with_name("fewer")
    with pytest.raises(PublishRefused, match=r"stays live: purchases .*amount_eur .*more\..*--accept"):
        line.run()
    pointer = json.loads((line.data / "releases" / "current.json").read_text())
    assert pointer["version"] == line.first.version
    assert json.loads((line.data / "releases" / "last_run.json").read_text())["result"] == "failure"
    line.accept = "the portals publish half as much since November"
    accepted = line.run()
    assert accepted.published
    issues = json.loads((line.release(accepted) / "issues.json").read_text())
    falls = [issue for issue in issues if issue["code"] == "accepted_fall"]
    assert falls
    assert all("half as much since November" in issue["do"] for issue in falls)


def test_a_lost_source_can_be_accepted_too(line):
    good = line.data / "snapshots" / "sample" / "purchases-turku" / "good.json"
    good.unlink()
    with pytest.raises(PublishRefused, match="purchases-turku would be lost"):
        line.run(turun_kaupungin_ostot="gone")
    line.accept = "Turku has withdrawn the dataset"
    assert line.run(turun_kaupungin_ostot="gone").published


def test_growth_is_published_and_told(line):
    line.rows, line.files = 20_000, line.files.with_name("more")
    grown = line.run()
    assert grown.published
    assert "rise" in {issue.code for issue in grown.issues}


def test_a_second_run_at_the_same_time_is_refused_and_disturbs_nothing(line):
    with filelock.FileLock(line.data / "build" / "run.lock"), pytest.raises(PublishRefused, match="another run"):
        line.run()
    assert line.run().result == "unchanged"


def test_what_killed_runs_left_is_removed(line):
    left = [line.data / "build" / "run-1" / "release", line.data / "releases" / ".2026-x.1", line.data / "build" / "x"]
    for folder in left:
        folder.mkdir(parents=True)
    (line.data / "releases" / ".current.json.7").write_text("{")
    line.run()
    assert not left[0].parent.exists()
    assert sorted(p.name for p in (line.data / "releases").iterdir()) == [
        line.first.version, "current.json", "last_run.json", "runs.json",
    ]  # fmt: skip
    assert left[2].exists()


def test_a_sample_does_not_take_the_place_of_a_real_release(line):
    pointer = line.data / "releases" / "current.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"sample": False}))
    with pytest.raises(PublishRefused, match="is real and stays live"):
        line.run()


def test_the_record_of_a_run_says_how_each_source_stands(line):
    line.run_with({"turun-kaupungin-ostot": "403", "oulun-kaupungin-ostolaskut_": "drift"})
    record = json.loads((line.data / "releases" / "last_run.json").read_text())
    states = {s["name"]: (s["state"], s["problem"]) for s in record["sources"]}
    assert states["purchases-turku"] == ("stale", "refused")
    assert states["purchases-oulu"] == ("stale", "unexpected_data")
    assert states["purchases-espoo"] == ("ok", None)
    assert states["reference-cities"] == ("reference", None)
    for source in record["sources"]:
        assert source["rows_in"] == source["rows"] + sum(source["set_aside"].values())
        assert source["last_good"]


def test_a_disk_that_cannot_be_written_is_one_clear_error_and_the_release_stays(line, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    (line.data / "releases" / "last_run.json").unlink()  # so that the tables are built
    monkeypatch.setattr("etl.run.write_table", full)
    with pytest.raises(PublishRefused, match="No space left on device"):
        line.run()
    monkeypatch.undo()
    assert line.run().result == "unchanged"
