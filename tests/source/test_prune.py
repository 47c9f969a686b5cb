"""Old releases go, and with them the raw files that only they were made from; what is live or pinned stays."""

from __future__ import annotations

import json

import filelock
import pytest

from etl.errors import PublishRefused, SnapshotMismatch
from etl.publish.package import is_whole
from etl.publish.prune import prune
from etl.publish.releases import list_releases, pin, read_pinned, unpin
from tests.source.runs import Line
from tests.source.test_diff import add_rows
from tests.source.test_run import command


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Three releases: the second and the third have other files of Tampere."""
    made = Line(tmp_path_factory.mktemp("base"))
    made.versions = [made.run().version]
    for _ in range(2):
        add_rows(made)
        made.versions.append(made.run().version)
    return made


@pytest.fixture
def line(base, tmp_path):
    """The same in a folder of its own."""
    made = base.copy_to(tmp_path)
    made.versions = list(base.versions)
    return made


def versions(line):
    return [release.version for release in list_releases(line.paths)]


def snapshots(line):
    return {path.parent.name for path in (line.data / "snapshots" / "sample").glob("*/*/snapshot.json")}


def of_releases(line):
    return {name.rpartition(":")[2] for release in list_releases(line.paths) for name in release.snapshots()}


def test_the_oldest_goes_with_the_snapshots_that_only_it_names(line):
    before = snapshots(line)
    size = sum(p.stat().st_size for p in line.data.rglob("*") if p.is_file())
    pruned = prune(line.paths, 2)
    assert list(pruned.releases) == line.versions[:1]
    assert versions(line) == line.versions[1:]
    assert len(pruned.snapshots) == 1
    assert snapshots(line) < before
    assert snapshots(line) == of_releases(line)
    assert pruned.bytes == size - sum(p.stat().st_size for p in line.data.rglob("*") if p.is_file())
    assert line.run().result == "unchanged"


def test_the_live_and_the_pinned_releases_stay(line):
    pin(line.paths, line.versions[0])
    pointer = json.loads(line.paths.current.read_text())
    line.paths.current.write_text(json.dumps(pointer | {"version": line.versions[1]}))
    prune(line.paths, 1)
    assert versions(line) == line.versions
    line.paths.current.write_text(json.dumps(pointer))
    prune(line.paths, 1)
    assert versions(line) == [line.versions[0], line.versions[2]]
    unpin(line.paths, line.versions[0])
    prune(line.paths, 1)
    assert versions(line) == line.versions[2:]
    assert all(is_whole(release.folder) for release in list_releases(line.paths))


def test_a_dry_run_removes_nothing_and_says_the_same(line):
    before = sorted(line.data.rglob("*"))
    planned = prune(line.paths, 1, dry_run=True)
    assert sorted(line.data.rglob("*")) == before
    assert prune(line.paths, 1).as_dict() == planned.as_dict()


def test_the_last_good_snapshots_of_a_source_stay_though_no_release_names_them(line):
    folder = line.data / "snapshots" / "sample" / "purchases-tampere"
    old = next(r for r in list_releases(line.paths) if r.version == line.versions[0]).snapshots()
    only = next(p for p in folder.glob("*/snapshot.json") if f"purchases-tampere:{p.parent.name}" in old)
    good = json.loads((folder / "good.json").read_text())
    (folder / "good.json").write_text(json.dumps([*good, json.loads(only.read_text())]))
    prune(line.paths, 1)
    assert only.exists()


@pytest.mark.parametrize("damage", ["pointer", "release", "pinned", "good"])
def test_where_it_cannot_be_known_what_must_stay_nothing_is_removed(line, damage):
    target = {
        "pointer": line.paths.current,
        "release": line.paths.releases / line.versions[0] / "datapackage.json",
        "pinned": line.paths.pinned,
        "good": line.data / "snapshots" / "sample" / "purchases-tampere" / "good.json",
    }[damage]
    target.write_text("{")
    before = sorted(line.data.rglob("*"))
    with pytest.raises((PublishRefused, SnapshotMismatch)):
        prune(line.paths, 1)
    assert sorted(line.data.rglob("*")) == before


def test_the_commands_pin_prune_and_unpin_under_the_lock(line):
    first = line.versions[0]
    assert command(line, "pin", "nothing").stderr.startswith("etl: there is no release 'nothing'")
    assert "is pinned" in command(line, "pin", first).stdout
    assert read_pinned(line.paths) == [first]
    with filelock.FileLock(line.paths.lock):
        assert "another run is at work" in command(line, "prune", "--keep=1").stderr
    dry = command(line, "prune", "--keep=1", "--dry-run")
    assert f"Would remove release {line.versions[1]}" in dry.stdout
    assert versions(line) == line.versions
    done = command(line, "prune", "--keep=1")
    assert f"Removed release {line.versions[1]}" in done.stdout
    assert "Removed 1 releases and 1 snapshots, " in done.stdout
    assert command(line, "unpin", first).returncode == 0
    assert "not pinned" in command(line, "unpin", first).stderr
    assert command(line, "prune", "--keep=0").returncode == 2
