"""Killed at any moment, on a full disk, or two at once: the live release is whole, and the next run succeeds.

By default a selection of the moments is tried, those at which the release and its pointer move among them;
KUUSI_ALL_MOMENTS=1 tries each.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import subprocess

import pytest

from etl.paths import DataPaths
from etl.publish.package import is_whole, read_current
from tests.source.failing import Started

RUN = ("run", "--sample", "--rows=1500", "--accept=other generated data")
BEFORE, AFTER = "--seed=6", "--seed=7"
STRIDE = 480


class Prepared:
    """A data folder with a release, over which the sample portal now serves other files; copied for each trial."""

    def __init__(self, folder):
        self.folder, self.count = folder, itertools.count()
        code, said = Started(self.base, *RUN, BEFORE).end()
        assert code == 0, said
        self.live = read_current(DataPaths(self.base))["version"]
        # The files that the portal will serve are there already: the moments are those of the run.
        other = folder / "other" / "data"
        code, said = Started(other, *RUN, AFTER).end()
        assert code == 0, said
        portal = DataPaths(self.base).sample_portal()
        shutil.rmtree(portal)
        shutil.copytree(DataPaths(other).sample_portal(), portal)
        run = Started(self.copy(), *RUN, AFTER)
        assert run.end()[0] == 0
        self.moments = run.moments

    @property
    def base(self):
        return self.folder / "base" / "data"

    def copy(self):
        data = self.folder / f"trial-{next(self.count)}" / "data"
        shutil.copytree(self.base, data)
        return data

    def selected(self):
        """Moments, counted from 1."""
        if os.environ.get("KUUSI_ALL_MOMENTS"):
            return range(1, len(self.moments) + 1)
        turning = [
            number
            for number, moment in enumerate(self.moments, start=1)
            if "/releases" in moment and (moment.startswith("os.rename") or "current.json" in moment)
        ]
        return sorted({*turning, *range(1, len(self.moments) + 1, STRIDE)})


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    return Prepared(tmp_path_factory.mktemp("failing"))


def live_release(data):
    """The release that the pointer names, checked as a reader would: the pointer parses and its release is whole."""
    paths = DataPaths(data)
    pointer = json.loads(paths.current.read_text(encoding="utf-8"))
    assert is_whole(paths.releases / pointer["version"])
    return pointer["version"]


def assert_next_run_succeeds(data):
    code, said = Started(data, *RUN, AFTER).end()
    assert code == 0, said
    paths = DataPaths(data)
    assert json.loads(paths.last_run.read_text())["result"] in ("published", "unchanged")
    assert [p for p in paths.releases.iterdir() if p.name.startswith(".")] == []
    assert list(paths.root.glob("build/run-*")) == []
    assert list(paths.root.glob("snapshots/*/*/*.part-*")) == []
    assert all(is_whole(p) for p in paths.releases.iterdir() if p.is_dir())
    return live_release(data)


def test_killed_at_any_moment_the_live_release_is_whole_and_the_next_run_succeeds(prepared):
    seen = set()
    for at in prepared.selected():
        data = prepared.copy()
        code, said = Started(data, *RUN, AFTER, at=at).end()
        assert code == -9, (at, said)
        seen.add(live_release(data) == prepared.live)
        assert assert_next_run_succeeds(data) != prepared.live, prepared.moments[at - 1]
        shutil.rmtree(data)
    assert seen == {True, False}, "kills before and after the pointer moved"


def test_killed_at_random_times_the_live_release_is_whole_and_the_next_run_succeeds(prepared):
    times = random.Random(6)
    for _ in range(30 if os.environ.get("KUUSI_ALL_MOMENTS") else 2):
        data = prepared.copy()
        run = Started(data, *RUN, AFTER)
        run.kill_after(times.uniform(0.2, 3))
        run.end()
        live_release(data)
        assert assert_next_run_succeeds(data) != prepared.live


def assert_refused_in_one_line(code, said):
    assert code == 1, said
    assert "Traceback" not in said, said
    assert said.count("etl: ") == 1, said


def test_a_disk_that_is_full_from_any_moment_on_is_one_error_and_the_live_release_is_whole(prepared):
    for at in prepared.selected()[::3]:
        data = prepared.copy()
        code, said = Started(data, *RUN, AFTER, at=at, action="full").end()
        if code:
            assert_refused_in_one_line(code, said)
            assert "No space left on device" in said
        live_release(data)
        assert assert_next_run_succeeds(data) != prepared.live, prepared.moments[at - 1]
        shutil.rmtree(data)


@pytest.mark.parametrize("limit", [600, 5_000, 20_000, 60_000])
def test_a_file_that_cannot_grow_is_one_error_and_the_live_release_is_whole(prepared, limit):
    data = prepared.copy()
    assert_refused_in_one_line(*Started(data, *RUN, AFTER, limit=limit).end())
    assert live_release(data) == prepared.live
    assert assert_next_run_succeeds(data) != prepared.live


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="only root can mount a small disk")
@pytest.mark.parametrize("room", [100_000, 600_000, 1_000_000])
def test_a_small_disk_that_fills_up_is_one_error_and_the_live_release_is_whole(prepared, room, tmp_path):
    size = sum(p.stat().st_size + 4096 for p in prepared.base.rglob("*")) + room
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", disk], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let a small disk be mounted")
    try:
        shutil.copytree(prepared.base, disk / "data")
        assert_refused_in_one_line(*Started(disk / "data", *RUN, AFTER).end())
        assert live_release(disk / "data") == prepared.live
        subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
        assert assert_next_run_succeeds(disk / "data") != prepared.live
    finally:
        subprocess.run(["umount", disk], check=True)


def test_of_two_runs_at_once_one_publishes_and_the_other_is_refused_or_finds_nothing_new(prepared):
    data = prepared.copy()
    both = [Started(data, *RUN, AFTER, name=name) for name in ("first", "second")]
    ended = dict(run.end() for run in both)
    assert 0 in ended
    assert "another run is at work" in ended.get(1, "another run is at work")
    assert assert_next_run_succeeds(data) != prepared.live
    assert len([p for p in DataPaths(data).releases.iterdir() if p.is_dir()]) == 2
