"""A release: its descriptor is true and valid, it is whole or not there, and the pointer moves last."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import threading
from decimal import Decimal

import frictionless
import pytest

from etl.errors import PublishRefused
from etl.issues import Issue
from etl.paths import DataPaths
from etl.publish.descriptor import describe_package
from etl.publish.package import content_hash, is_whole, publish, read_current, read_json, write_json
from tests.source.handmade import NOW, contents, dataset, field, source, write

TREES = dataset(
    field("code", required=True, pattern="^t[0-9]+$", description={"fi": "a", "sv": "b", "en": "c"}),
    field("kind", enum=["oak", "pine"]),
    field("cost_eur", "decimal", unit="EUR"),
    field("planted_year", "year", minimum=1990, maximum=2030),
    field("uses", "list"),
    keywords={"en": ["wood", "trees"]},
)
ROWS = [
    {"code": "t1", "kind": "oak", "cost_eur": Decimal("10.50"), "planted_year": 2016, "uses": ["shade", "boats"]},
    {"code": "t2", "kind": None, "cost_eur": None, "planted_year": None, "uses": None},
]
MINUTE = dt.timedelta(minutes=1)


class Shelf:
    """A data folder, and releases of the trees published into it."""

    def __init__(self, folder):
        self.paths = DataPaths(folder / "data")
        self.count = 0

    def publish(self, rows, now=NOW, declared=TREES, *, sample=False, **told):
        self.count += 1
        folder = self.paths.root / "build" / f"run-{self.count}" / "release"
        tables = [write(folder, declared, rows, dataset="trees")]
        made = dataclasses.replace(contents(declared, tables, sample=sample), **told)
        return publish(made, folder, self.paths, now)

    def release(self, version):
        return self.paths.releases / version

    def current(self):
        return json.loads(self.paths.current.read_text(encoding="utf-8"))


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


def test_a_release_is_valid_for_any_reader_of_data_packages(shelf):
    release = shelf.release(shelf.publish(ROWS))
    report = frictionless.Package(str(release / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])
    assert [task.stats["rows"] for task in report.tasks] == [2]


@pytest.mark.parametrize(
    ("change", "said"),
    [({"code": "x1"}, "pattern"), ({"kind": "birch"}, "enum"), ({"planted_year": 1980}, "minimum")],
)
def test_the_constraints_of_the_descriptor_are_those_that_are_declared(shelf, change, said):
    release = shelf.release(shelf.publish([ROWS[0] | change]))
    report = frictionless.Package(str(release / "datapackage.json")).validate()
    assert [said in message for (message,) in report.flatten(["message"])] == [True]


def test_sizes_hashes_and_counts_are_those_of_the_files(shelf):
    release = shelf.release(shelf.publish(ROWS))
    (resource,) = read_json(release / "datapackage.json")["resources"]
    assert resource["x-rows"] == 2
    for item in (resource, *resource["x-distributions"]):
        content = (release / item["path"]).read_bytes()
        assert item["bytes"] == len(content)
        assert item["hash"].removeprefix("sha256:") == hashlib.sha256(content).hexdigest()
    assert {item["format"] for item in resource["x-distributions"]} == {"csv", "parquet"}


def test_fields_say_their_type_unit_and_limits(shelf):
    release = shelf.release(shelf.publish(ROWS))
    schema = read_json(release / "datapackage.json")["resources"][0]["schema"]
    fields = {item["name"]: item for item in schema["fields"]}
    assert schema["primaryKey"] == ["code"]
    assert fields["code"]["constraints"] == {"required": True, "pattern": "^t[0-9]+$"}
    assert fields["code"]["x-description"] == {"fi": "a", "sv": "b", "en": "c"}
    assert (fields["cost_eur"]["type"], fields["cost_eur"]["x-type"]) == ("number", "decimal(18,2)")
    assert fields["cost_eur"]["x-unit"] == "EUR"
    assert fields["planted_year"]["constraints"] == {"minimum": 1990, "maximum": 2030}
    assert fields["kind"]["constraints"] == {"enum": ["oak", "pine"]}
    assert fields["uses"]["type"] == "string"
    assert set(fields["kind"]["x-title"]) == {"fi", "sv", "en"}


def test_a_source_is_described_with_its_page_and_the_account_of_its_rows(shelf, tmp_path):
    tables = [write(tmp_path / "release", TREES, ROWS)]
    of = source(scope={"fi": "f", "sv": "s", "en": "e"}, dataset="puut-2024")
    issue = Issue("trees-turku", "p", None, None, "warning", "odd", "Odd.", count=3)
    package = describe_package(contents(TREES, tables, of=of, issues=[issue]))
    (described,) = package["x-datasets"][0]["sources"]
    assert (described["rows_in"], described["rows"], described["set_aside"]) == (3, 2, {"blank_row": 1})
    assert described["page"] == "https://p.example/puut-2024"
    assert described["scope"] == {"fi": "f", "sv": "s", "en": "e"}
    assert package["sources"] == [{"title": "in English", "path": "https://p.example/puut-2024"}]
    assert [(i["code"], i["count"]) for i in package["x-issues"]] == [("odd", 3)]
    assert package["keywords"] == ["trees", "wood"]


def test_the_pointer_says_what_is_live_and_no_trace_of_the_work_is_left(shelf):
    version = shelf.publish(ROWS)
    assert version.startswith("2026-11-24T0603Z-")
    assert shelf.current() == {
        "version": version, "published_at": "2026-11-24T06:03:00Z", "sample": False, "result": "success",
        "content_hash": shelf.current()["content_hash"],
    }  # fmt: skip
    assert shelf.current()["content_hash"].startswith(version.rpartition("-")[2])
    assert sorted(path.name for path in shelf.paths.releases.iterdir()) == [version, "current.json"]
    names = {"trees.csv", "trees.parquet", "datapackage.json", "issues.json"}
    assert {path.name for path in shelf.release(version).iterdir()} == names


def test_the_same_content_is_published_once_and_other_content_beside_it(shelf):
    first = shelf.publish(ROWS)
    assert shelf.publish(ROWS, NOW + MINUTE) is None
    second = shelf.publish(ROWS[:1], NOW + 2 * MINUTE)
    assert shelf.current()["version"] == second > first
    assert is_whole(shelf.release(first))
    third = shelf.publish(ROWS, NOW + 3 * MINUTE)
    assert third.rpartition("-")[2] == first.rpartition("-")[2]


def test_two_contents_within_a_minute_have_two_versions_and_one_content_has_one(shelf):
    first, second = shelf.publish(ROWS), shelf.publish(ROWS[:1])
    assert first != second
    with pytest.raises(PublishRefused, match=f"release {first} exists already"):
        shelf.publish(ROWS)
    assert shelf.current()["version"] == second


def test_a_clock_that_was_set_back_publishes_nothing_until_it_is_right(shelf):
    """A release that is older than the one before it would be missed by all who ask for what is new since then."""
    first = shelf.publish(ROWS, created="2026-11-24T06:03:00Z")
    with pytest.raises(PublishRefused, match=r"the clock says 2025-11-24T06:03:00Z.*etl rollback"):
        shelf.publish(ROWS[:1], NOW - 365 * 24 * 60 * MINUTE, created="2025-11-24T06:03:00Z")
    assert shelf.current()["version"] == first
    second = shelf.publish(ROWS[:1], NOW + MINUTE, created="2026-11-24T06:04:00Z")
    assert shelf.current()["version"] == second


@pytest.mark.parametrize(
    "damage",
    [
        lambda release: (release / "trees.csv").unlink(),
        lambda release: (release / "trees.parquet").write_bytes(b"PAR1"),
        lambda release: (release / "datapackage.json").write_text("{"),
        lambda release: (release / "datapackage.json").write_text("[]"),
        lambda release: (release / "datapackage.json").write_bytes(b"\xff\xfe\x00"),
        lambda release: (release / "datapackage.json").unlink(),
    ],
)
def test_a_release_that_is_damaged_is_not_live_and_is_made_anew(shelf, damage):
    version = shelf.publish(ROWS)
    damage(shelf.release(version))
    assert not is_whole(shelf.release(version))
    assert read_current(shelf.paths) is None
    assert shelf.publish(ROWS) == version
    assert read_current(shelf.paths)["version"] == version
    assert is_whole(shelf.release(version))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"version": "x"}', '{"version": "x", "sample": true}'])
def test_a_damaged_pointer_points_to_nothing(shelf, text):
    version = shelf.publish(ROWS)
    shelf.paths.current.write_text(text)
    assert read_current(shelf.paths) is None
    assert shelf.publish(ROWS, NOW + MINUTE) == version  # it is whole, so it is pointed to again
    assert read_current(shelf.paths)["version"] == version


@pytest.mark.parametrize("resources", [[{}], [{"x-distributions": [{}]}], ["trees"]])
def test_a_descriptor_of_another_shape_is_as_a_damaged_one(shelf, resources):
    version = shelf.publish(ROWS)
    write_json(shelf.release(version) / "datapackage.json", {"resources": resources})
    assert read_current(shelf.paths) is None


def test_the_content_hash_knows_rows_declaration_and_sample_and_not_what_is_watched(tmp_path):
    def hash_of(folder, rows=ROWS, declared=TREES, *, sample=False):
        return content_hash([write(tmp_path / folder / "release", declared, rows)], sample=sample)

    plain = hash_of("a")
    assert hash_of("b") == plain
    assert hash_of("c", ROWS[::-1]) != plain
    assert hash_of("d", sample=True) != plain
    table = TREES.tables[0]
    titled = table.model_copy(update={"title": table.title.model_copy(update={"sv": "Träd"})})
    assert hash_of("e", declared=TREES.model_copy(update={"tables": (titled,)})) != plain
    watched = table.model_copy(update={"watch": table.watch.model_copy(update={"largest_fall": 0.9})})
    assert hash_of("f", declared=TREES.model_copy(update={"tables": (watched,)})) == plain


def test_what_happens_while_a_release_is_written_leaves_the_live_one(shelf, monkeypatch):
    version = shelf.publish(ROWS)
    monkeypatch.setattr("etl.publish.package.describe_package", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        shelf.publish(ROWS[:1], NOW + MINUTE)
    assert read_current(shelf.paths)["version"] == version
    assert [path.name for path in shelf.paths.releases.iterdir() if path.is_dir()] == [version]


def test_whoever_reads_while_it_is_written_sees_the_old_pointer_or_the_new_one(tmp_path):
    path, wrong, done = tmp_path / "releases" / "current.json", [], threading.Event()
    write_json(path, {"version": 0, "filler": ["x"] * 2000})

    def look():
        while not done.is_set():
            value = read_json(path)
            if value is None or len(value["filler"]) != 2000:
                wrong.append(value)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for version in range(1, 60):
        write_json(path, {"version": version, "filler": ["x"] * 2000})
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert read_json(path)["version"] == 59
    assert [p.name for p in path.parent.iterdir()] == ["current.json"]


def test_issues_are_written_beside_the_tables_as_they_stand_in_the_descriptor(shelf, tmp_path):
    folder = tmp_path / "build" / "release"
    issue = Issue("trees-turku", None, None, "puut.csv", "error", "not_found", "Ei löydy – ”404”.")
    whole = contents(TREES, [write(folder, TREES, ROWS)])
    version = publish(dataclasses.replace(whole, issues=[issue]), folder, shelf.paths, NOW)
    release = shelf.release(version)
    assert json.loads((release / "issues.json").read_text(encoding="utf-8")) == [issue.as_dict()]
    assert read_json(release / "datapackage.json")["x-issues"] == [issue.as_dict()]
