"""An earlier release is made live again, and no run brings back what a person took back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import filelock
import pytest

from dashboard.app import create_site
from dashboard.follow import Follower, pointer_state
from dashboard.settings import Settings
from etl.errors import PublishRefused
from etl.paths import DataPaths
from etl.publish.difference import compare_releases
from etl.publish.package import publish, read_current, read_json, write_json
from etl.publish.prune import prune
from etl.publish.releases import list_releases
from etl.publish.rollback import rollback
from etl.publish.withdrawn import find_withdrawn, read_withdrawn
from etl.status import read_status
from tests.fixtures.release import change_descriptor, write_release
from tests.source.handmade import NOW, contents, write
from tests.source.runs import REGISTRY, Line
from tests.source.test_diff import add_rows
from tests.source.test_publish_release import MINUTE, ROWS, TREES, Shelf
from tests.source.test_run import command

WHO = "operator"
WHY = "Tampere's file counts rows twice"


@pytest.fixture
def shelf(tmp_path):
    """Three small releases, each of other rows."""
    made = Shelf(tmp_path)
    made.versions = [made.publish(ROWS[: n % 3], NOW + n * MINUTE) for n in (1, 2, 3)]
    return made


def back(shelf, version="", why=WHY):
    return rollback(shelf.paths, version, NOW, WHO, why)


def files(paths):
    return {path: path.read_bytes() for path in paths.root.rglob("*") if path.is_file()}


def test_without_a_version_the_one_before_is_live_and_the_pointer_says_who_and_why(shelf):
    first, second, third = shelf.versions
    done = back(shelf)
    assert (done.before, done.version) == (third, second)
    assert shelf.current() == {
        "version": second, "published_at": "2026-11-24T06:03:00Z", "sample": False, "result": "success",
        "rolled_back": {"from": third, "at": "2026-11-24T06:03:00Z", "by": WHO, "why": WHY},
    }  # fmt: skip
    assert read_current(shelf.paths)["version"] == second
    assert [release.version for release in list_releases(shelf.paths)] == [first, second, third]
    assert [(one.version, one.to) for one in read_withdrawn(shelf.paths)] == [(third, second)]


def test_once_more_goes_one_further_and_a_third_time_there_is_none(shelf):
    first = shelf.versions[0]
    back(shelf)
    assert back(shelf).version == first
    before = files(shelf.paths)
    with pytest.raises(PublishRefused, match="no older release") as refused:
        back(shelf)
    assert "backup" in str(refused.value)
    assert files(shelf.paths) == before


def test_those_that_are_passed_over_are_withdrawn_with_it_and_one_that_is_chosen_again_no_more(shelf):
    first, second, third = shelf.versions
    back(shelf, first)
    assert [one.version for one in read_withdrawn(shelf.paths)] == [second, third]
    back(shelf, second)
    assert [one.version for one in read_withdrawn(shelf.paths)] == [third]
    back(shelf, third)
    assert read_withdrawn(shelf.paths) == ()
    assert back(shelf).version == second


def test_a_withdrawn_release_is_not_the_one_before_the_next(shelf):
    first, _, _ = shelf.versions
    back(shelf, first)
    fourth = shelf.publish([ROWS[1]], NOW + 9 * MINUTE)
    assert "rolled_back" not in shelf.current()
    assert back(shelf).before == fourth
    assert shelf.current()["version"] == first


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (shutil.rmtree, ("there is no release", "expected one of")),
        (lambda release: (release / "trees.csv").unlink(), ("is damaged: trees.csv", "backup")),
        (lambda release: (release / "datapackage.json").write_text("{"), ("is damaged: datapackage.json", "backup")),
        (lambda release: change_descriptor(release, x_contract="2.0"), ("follows contract 2.0", "version of the code")),
        (lambda release: change_descriptor(release, x_sample=True), ("is real and stays live", "ETL_DATA_DIR")),
    ],
)  # fmt: skip
def test_what_cannot_be_live_is_refused_with_what_to_do_and_nothing_is_changed(shelf, break_it, words):
    first = shelf.versions[0]
    break_it(shelf.release(first))
    before = files(shelf.paths)
    with pytest.raises(PublishRefused) as refused:
        back(shelf, first)
    assert all(word in str(refused.value) for word in words), refused.value
    assert files(shelf.paths) == before


def test_a_byte_that_was_changed_in_a_file_of_the_same_length_is_damage(shelf):
    file = shelf.release(shelf.versions[0]) / "trees.parquet"
    content = bytearray(file.read_bytes())
    content[20] ^= 1
    file.write_bytes(content)
    with pytest.raises(PublishRefused, match=r"damaged: trees\.parquet"):
        back(shelf, shelf.versions[0])


@pytest.mark.parametrize("version", ["..", ".", "../releases", "current.json", "2026-01-01T0000Z-000000", "/etc", ".x"])
def test_what_names_no_release_is_refused(shelf, version):
    (shelf.paths.releases / ".x").mkdir()
    with pytest.raises(PublishRefused, match="there is no release"):
        back(shelf, version)


def test_the_live_one_is_live_already(shelf):
    with pytest.raises(PublishRefused, match="the live one already"):
        back(shelf, shelf.versions[2])


def test_a_damaged_live_release_is_left_and_its_rows_may_be_published_anew(shelf):
    _, second, third = shelf.versions
    (shelf.release(third) / "trees.csv").write_text("no trees")
    assert read_current(shelf.paths) is None
    done = back(shelf)
    assert (done.before, done.version) == (third, second)
    assert read_withdrawn(shelf.paths) == ()


def test_a_damaged_pointer_needs_a_version_and_is_mended_by_it(shelf):
    shelf.paths.current.write_text("{")
    with pytest.raises(PublishRefused, match="which release is live cannot be known"):
        back(shelf)
    assert back(shelf, shelf.versions[2]).before is None
    assert read_current(shelf.paths)["version"] == shelf.versions[2]


def test_a_damaged_record_of_what_was_withdrawn_is_not_guessed(shelf):
    shelf.paths.withdrawn.write_text('{"releases": [{"version": 1}]}')
    before = files(shelf.paths)
    with pytest.raises(PublishRefused, match=r"withdrawn\.json is damaged.*delete it"):
        back(shelf)
    assert files(shelf.paths) == before


def test_killed_before_the_pointer_moved_the_live_release_is_as_live_as_before(shelf, monkeypatch):
    third = shelf.versions[2]

    def killed(path, value):
        if path == shelf.paths.current:
            raise KeyboardInterrupt
        write_json(path, value)

    monkeypatch.setattr("etl.publish.rollback.write_json", killed)
    with pytest.raises(KeyboardInterrupt):
        back(shelf)
    assert read_current(shelf.paths)["version"] == third
    assert shelf.publish(ROWS[:0], NOW + 9 * MINUTE) is None


def test_the_rows_of_the_release_that_is_live_again_are_no_news(shelf):
    """Its pointer does not tell the hash of its content any more."""
    back(shelf)
    assert shelf.publish(ROWS[:2], NOW + 9 * MINUTE) is None


def test_other_words_over_the_rows_of_the_live_release_are_withdrawn_by_themselves(shelf, tmp_path):
    """The rows are the live release's, so only the very same words are refused; mended ones are published."""
    table = TREES.tables[0]

    def titled(words):
        changed = table.model_copy(update={"title": table.title.model_copy(update={"sv": words})})
        return TREES.model_copy(update={"tables": (changed,)})

    def found(declared):
        return find_withdrawn(shelf.paths, contents(declared, [write(tmp_path / "work" / "r", declared, ROWS[:0])]))

    wrong = shelf.publish(ROWS[:0], NOW + 9 * MINUTE, titled("Trad"))
    back(shelf)
    assert [one.version for one in found(titled("Trad"))] == [wrong]
    assert found(titled("Träd")) == found(TREES) == []


def test_a_withdrawn_release_is_not_taken_for_one_that_a_killed_run_left(shelf):
    _, second, third = shelf.versions
    back(shelf)
    folder = shelf.paths.root / "build" / "again" / "release"
    whole = replace(contents(TREES, [write(folder, TREES, ROWS[:0])]))
    anew = publish(whole, folder, shelf.paths, NOW + 9 * MINUTE, {third})
    assert anew > third
    assert read_json(shelf.release(anew) / "datapackage.json")["x-changes"]["against"] == second


def test_pruning_keeps_the_live_release_and_the_record_outlives_the_withdrawn(shelf):
    first, _, third = shelf.versions
    back(shelf, first)
    prune(shelf.paths, 1)
    assert [release.version for release in list_releases(shelf.paths)] == [first, third]
    fourth = shelf.publish([ROWS[1]], NOW + 9 * MINUTE)
    prune(shelf.paths, 1)
    assert [release.version for release in list_releases(shelf.paths)] == [fourth]
    assert third in [one.version for one in read_withdrawn(shelf.paths)]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Two releases of the sample portal; the second has three more rows of Tampere."""
    made = Line(tmp_path_factory.mktemp("base"))
    made.versions = [made.run().version]
    shutil.copytree(made.files, made.files.with_name("before"))
    add_rows(made)
    made.versions.append(made.run().version)
    return made


@pytest.fixture
def line(base, tmp_path):
    """The same in a folder of its own, gone back to the first."""
    made = base.copy_to(tmp_path)
    made.versions = list(base.versions)
    rollback(made.paths, "", NOW, WHO, WHY)
    return made


def live(line):
    return read_current(line.paths)["version"]


def test_a_run_over_the_same_files_does_not_bring_it_back(line):
    first, second = line.versions
    for _ in range(2):
        with pytest.raises(PublishRefused, match=f"still give the rows of release {second}.*{WHY}.*{first} stays live"):
            line.run()
        assert live(line) == first
    told = read_json(line.paths.last_run)
    assert (told["result"], told["version"]) == ("failure", first)
    assert "--accept" in told["refused"]


def test_a_run_over_the_files_of_before_changes_nothing_and_one_over_mended_files_publishes_against_the_live_one(line):
    first, second = line.versions
    mended = line.files.with_name("mended")
    shutil.move(line.files, mended)
    shutil.copytree(line.files.with_name("before"), line.files)
    done = line.run()
    assert (done.result, done.version) == ("unchanged", first)
    shutil.rmtree(line.files)
    shutil.move(mended, line.files)
    add_rows(line)
    done = line.run()
    assert done.result == "published"
    assert done.version not in (first, second)
    descriptor = read_json(line.release(done) / "datapackage.json")
    assert descriptor["x-changes"]["against"] == first
    assert compare_releases(REGISTRY(), line.paths).old == first
    assert rollback(line.paths, "", NOW, WHO, "").version == first


def test_whoever_says_why_has_it_published_anew_with_that_reason(line):
    line.accept = "Tampere confirms the rows"
    done = line.run()
    assert done.version not in line.versions
    (issue,) = [
        i for i in json.loads((line.release(done) / "issues.json").read_text()) if i["code"] == "accepted_withdrawn"
    ]
    assert line.versions[1] in issue["message"]
    assert issue["do"] == "accepted: Tampere confirms the rows"
    assert read_withdrawn(line.paths) == ()
    line.accept = ""
    assert line.run().result == "unchanged"


def test_the_command_goes_back_tells_status_and_is_kept_out_by_a_run(line):
    first, second = line.versions
    with filelock.FileLock(line.paths.lock):
        assert "another run is at work" in command(line, "rollback", second).stderr
    done = command(line, "rollback", second)
    assert (done.returncode, done.stdout) == (0, f"Release {second} is live instead of {first}.\n")
    assert command(line, "rollback", "--why", WHY, SUDO_USER="anna").returncode == 0
    status = command(line, "status").stdout
    assert f"Rolled back from {second} on " in status
    assert f" by anna: {WHY}" in status
    found = json.loads(command(line, "status", "--json").stdout)
    assert found["live"]["rolled_back"]["why"] == WHY
    refused = command(line, "rollback")
    assert refused.returncode == 1
    assert refused.stderr.startswith("etl: there is no older release than ")
    assert refused.stderr.count("\n") == 1


def test_status_of_a_release_that_simply_is_the_newest_tells_of_no_rollback(base):
    assert read_status(DataPaths(base.data), 24, NOW)["live"]["rolled_back"] is None


def test_a_running_site_follows(tmp_path):
    first, second = write_release(tmp_path, 216).name, write_release(tmp_path, 240).name
    site = create_site(Settings(data_dir=tmp_path))
    client = site.server.test_client()
    follower = Follower(lambda: pointer_state(tmp_path), site.shelf.take_up)
    assert client.get("/readyz").json["release"] == second
    rollback(DataPaths(tmp_path), first, NOW, WHO, WHY)
    assert follower.look()
    assert client.get("/readyz").json["release"] == first
    assert first in client.get("/en/companies").text
