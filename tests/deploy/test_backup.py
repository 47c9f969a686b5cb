"""What deploy/'s scripts keep, restored elsewhere, serves the same bytes; and no root file system is written."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tarfile

import filelock
import pytest

from dashboard.app import create_site
from dashboard.settings import Settings
from etl.paths import DataPaths
from etl.publish.package import damaged_files, read_current
from etl.publish.releases import list_releases
from etl.publish.rollback import rollback
from tests.deploy.files import README
from tests.deploy.proxied import DEPLOY, ask_plainly, site
from tests.fixtures.release import NOW

pytestmark = pytest.mark.skipif(
    not (shutil.which("flock") and shutil.which("runuser")), reason="flock and runuser (Debian: util-linux) are missing"
)
ASKED = (
    "/en/companies", "/fi/", "/sv/indicators", "/data/purchases.csv", "/data/purchases.parquet", "/datapackage.json",
    "/api/v1/tables", "/dataset/purchases/diff.json", "/catalog.ttl", "/feed.atom",
)  # fmt: skip


@pytest.fixture
def machine(tmp_path, two_releases):
    """(data folder, settings' folder) of a machine with two releases."""
    data, settings = tmp_path / "machine" / "kuusi-data", tmp_path / "machine" / "kuusi"
    shutil.copytree(two_releases, data)
    (data / "snapshots" / "real" / "a").mkdir(parents=True)
    (data / "snapshots" / "real" / "a" / "file.csv").write_text("raw")
    (data / "previews").mkdir()
    settings.mkdir()
    (settings / "site.env").write_text("DASHBOARD_PORT=8050\n")
    (settings / "tls-own").mkdir()
    (settings / "tls-own" / "privkey.pem").write_text("secret")
    return data, settings


def back_up(machine, to, timeout=60):
    data, settings = machine
    named = {**os.environ, "KUUSI_DATA": str(data), "KUUSI_SETTINGS": str(settings)}
    command = [DEPLOY / "kuusi-backup", to]
    return subprocess.run(command, env=named, capture_output=True, text=True, check=False, timeout=timeout)


def restore(file, folder):
    """As the README has it, elsewhere."""
    (line,) = re.findall(r"^tar --extract .*$", README, re.MULTILINE)
    folder.mkdir()
    command = line.replace("/srv/restore", str(folder))
    subprocess.run(command, shell=True, env={**os.environ, "BACKUP": str(file)}, check=True)
    return folder / "data"


def answers(data):
    client = create_site(Settings(data_dir=data, base_url="https://kuusi.example")).server.test_client()
    return {path: (client.get(path).status_code, client.get(path).data) for path in ASKED}


def test_a_backup_restored_elsewhere_serves_the_same_bytes(machine, tmp_path):
    data, _ = machine
    before = answers(data)
    assert {status for status, _ in before.values()} == {200}
    done = back_up(machine, tmp_path / "backup")
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "backup").iterdir()
    assert done.stdout.strip() == str(file)
    assert file.stat().st_mode & 0o077 == 0
    shutil.rmtree(tmp_path / "machine")
    restored = restore(file, tmp_path / "restored")
    assert not [release for release in list_releases(DataPaths(restored)) if damaged_files(release.folder)]
    assert answers(restored) == before
    assert (restored / "snapshots" / "real" / "a" / "file.csv").read_text() == "raw"
    assert (tmp_path / "restored" / "kuusi" / "site.env").exists()
    with tarfile.open(file) as archive:
        assert not [name for name in archive.getnames() if "tls" in name or "previews" in name or "build" in name]


def test_what_was_restored_goes_on(machine, tmp_path):
    """The next backup, and a rollback, of the folder that came out of the first."""
    file = back_up(machine, tmp_path / "backup").stdout.strip()
    restored = restore(file, tmp_path / "restored")
    assert back_up((restored, machine[1]), tmp_path / "second").returncode == 0
    newest = read_current(DataPaths(restored))["version"]
    rollback(DataPaths(restored), "", NOW, "operator", "")
    assert read_current(DataPaths(restored))["version"] < newest


def test_a_backup_waits_for_a_run_and_a_run_finds_it_at_work(machine, tmp_path):
    data, _ = machine
    paths = DataPaths(data)
    paths.lock.parent.mkdir(exist_ok=True)
    with filelock.FileLock(paths.lock), pytest.raises(subprocess.TimeoutExpired):
        back_up(machine, tmp_path / "backup", timeout=1)
    with subprocess.Popen(["flock", paths.lock, "sleep", "30"]) as other:
        try:
            for _ in range(100):
                try:
                    with filelock.FileLock(paths.lock, blocking=False):
                        pass
                except filelock.Timeout:
                    break
            else:
                pytest.fail("whoever holds the lock by flock does not hold it for a run")
        finally:
            other.kill()


def test_where_nothing_is_live_or_the_disk_is_full_no_file_is_left(machine, tmp_path):
    data, settings = machine
    empty = tmp_path / "empty"
    empty.mkdir()
    refused = back_up((empty, settings), tmp_path / "backup")
    assert (refused.returncode, "no live release" in refused.stderr) == (1, True)
    assert not (tmp_path / "backup").exists()
    (data / "releases" / "current.json").unlink()
    assert back_up(machine, tmp_path / "backup").returncode == 1
    (data / "releases" / "current.json").write_text("{}")
    (data / "releases" / "gone").symlink_to(tmp_path / "nowhere")
    settings.joinpath("site.env").unlink()
    settings.joinpath("tls-own", "privkey.pem").unlink()
    settings.joinpath("tls-own").rmdir()
    settings.rmdir()
    assert back_up(machine, tmp_path / "backup").returncode != 0
    assert list((tmp_path / "backup").iterdir()) == []


@pytest.mark.skipif(
    os.getuid() != 0 or not shutil.which("unshare"), reason="only root can make a file system read-only"
)
def test_the_site_runs_on_a_root_file_system_that_is_read_only(machine, tmp_path):
    """All of it, the data folder included: it writes into its scratch folder alone."""
    data, _ = machine
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    prepare = f"mount -t tmpfs tmpfs {scratch} && mount -o remount,bind,ro / && ! touch {data}/x 2>/dev/null"
    can = subprocess.run(
        ["unshare", "-m", "sh", "-c", f"mount --bind / / 2>/dev/null; {prepare}"], capture_output=True, check=False
    )
    if can.returncode:
        pytest.skip("no file system can be made read-only here")
    inside = ["unshare", "-m", "sh", "-c", f'mount --bind / / 2>/dev/null; {prepare} && exec "$@"', "sh"]
    with site(data, tmp_path / "log", before=inside, TMPDIR=str(scratch)) as port:
        for path in ("/en/companies", "/api/v1/sql?sql=select%201", "/data/purchases.xlsx", "/dataset/purchases.zip",
                     "/dataset/purchases/diff.json", "/metrics"):  # fmt: skip
            assert ask_plainly(port, path)[0] == 200, path
    assert "Read-only" not in (tmp_path / "log").read_text()
    assert json.loads((data / "releases" / "current.json").read_text())
