"""Preview pictures are made when a release is published, beside it, and the site serves them from there."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import dashboard.__main__ as program
from dashboard.api.previews import picture_file, previews_folder
from dashboard.app import create_site
from dashboard.i18n import LANGUAGES
from dashboard.previews import make_previews, preview_paths
from dashboard.settings import Settings
from tests.app.small import small_facts
from tests.app.walk import read
from tests.data.handmade import FIRST, write_facts
from tests.releases import ROOT

FEW = ("overview", "cities/853", "dataset/purchases")


@pytest.fixture
def few(tmp_path, monkeypatch):
    """A site of its own, with few pages to make pictures of."""
    write_facts(tmp_path, small_facts())
    site = create_site(Settings(data_dir=tmp_path))
    monkeypatch.setattr("dashboard.previews.preview_paths", lambda *_: list(FEW))
    return site


def folder_of(site) -> Path:
    return previews_folder(site.settings.data_dir, site.engine.package.version)


def files(folder: Path) -> dict[str, int]:
    return {str(one.relative_to(folder)): one.stat().st_mtime_ns for one in folder.rglob("*") if one.is_file()}


def test_each_page_with_an_address_of_its_own_has_its_picture_made_ahead(small):
    """What a page's head names is what is made, and the list names nothing that is not there."""
    paths = preview_paths(small.engine.package, small.codes.cities)
    assert len(set(paths)) == len(paths)
    client = small.server.test_client()
    for path in paths:
        page = client.get(f"/sv/{'' if path == 'overview' else path}")
        assert page.status_code == 200, path
        (picture,) = [one.get("content") for one in read(page.text).all("meta") if one.get("property") == "og:image"]
        assert picture.endswith(f"/preview/{small.engine.package.version}/sv/{path}.png")
    assert {f"cities/{code}" for code in small.codes.cities} < set(paths)
    assert {f"dataset/{one.name}" for one in small.engine.package.datasets} < set(paths)
    assert not any(path.startswith(("companies/", "origin/", "embed/")) for path in paths)


def test_the_pictures_stand_beside_the_release_which_stays_as_it_is(few):
    release = few.engine.package.folder
    before = files(release.parent)
    made = make_previews(few, iter)
    assert (made.made, made.there, made.failed) == (len(FEW) * len(LANGUAGES), 0, {})
    assert files(release.parent) == before
    folder = folder_of(few)
    assert set(files(folder)) == {f"{language}/{path}.png" for language in LANGUAGES for path in FEW}
    for name in files(folder):
        assert struct.unpack(">II", (folder / name).read_bytes()[16:24]) == (1200, 630)
    assert [one.name for one in folder.parent.iterdir()] == [folder.name]


def test_what_is_there_is_not_made_again(few):
    make_previews(few, iter)
    folder = folder_of(few)
    (folder / "fi/overview.png").unlink()
    before = files(folder)
    made = make_previews(few, iter)
    assert (made.made, made.there) == (1, len(FEW) * len(LANGUAGES) - 1)
    assert {name: time for name, time in files(folder).items() if name in before} == before


def test_the_site_serves_a_picture_made_ahead_and_makes_one_that_is_not(few, monkeypatch):
    make_previews(few, iter)
    client, version = few.server.test_client(), few.engine.package.version
    monkeypatch.setattr("dashboard.api.previews.draw_preview", lambda _: b"made when asked")
    ahead = client.get(f"/preview/{version}/en/overview.png")
    assert ahead.data == (folder_of(few) / "en/overview.png").read_bytes()
    assert ahead.headers["Content-Type"] == "image/png"
    assert "immutable" in ahead.headers["Cache-Control"]
    assert client.get(f"/preview/{version}/en/companies/{FIRST[0]}.png").data == b"made when asked"


def test_a_picture_made_ahead_is_the_one_that_is_made_when_asked(few):
    asked = few.server.test_client().get(f"/preview/{few.engine.package.version}/fi/cities/853.png").data
    make_previews(few, iter)
    assert (folder_of(few) / "fi/cities/853.png").read_bytes() == asked


@pytest.mark.parametrize(
    "path", ["../../secret", "..%2f..%2fsecret", "%2e%2e/%2e%2e/secret", "/etc/passwd", "a\\..\\b"]
)
def test_an_address_cannot_lead_out_of_the_folder(few, path):
    make_previews(few, iter)
    (few.settings.data_dir / "previews" / "secret.png").write_bytes(b"secret")
    (few.settings.data_dir / "secret.png").write_bytes(b"secret")
    answer = few.server.test_client().get(f"/preview/{few.engine.package.version}/fi/{path}.png")
    assert answer.status_code != 200
    assert b"secret" not in answer.data[:6]
    found = picture_file(folder_of(few), "fi", path)
    assert found is None or folder_of(few) in found.parents


def test_pictures_of_a_release_that_is_gone_and_leftovers_are_removed(few):
    folder = folder_of(few)
    for name in ("2020-01-01T0000Z-abcdef", ".part-1"):
        (folder.parent / name / "fi").mkdir(parents=True)
        (folder.parent / name / "fi" / "overview.png").write_bytes(b"old")
    other = few.engine.package.folder.parent / "2026-01-01T0000Z-aaaaaa"
    other.mkdir()
    (folder.parent / other.name).mkdir()
    make_previews(few, iter)
    assert {one.name for one in folder.parent.iterdir()} == {folder.name, other.name}


def test_a_picture_that_fails_leaves_the_others_alone(few, monkeypatch):
    good = few.preview

    def fails_once(language, path):
        if (language, path) == ("sv", "cities/853"):
            raise RuntimeError("no ink")
        return good(language, path)

    monkeypatch.setattr(few, "preview", fails_once)
    made = make_previews(few, iter)
    assert made.failed == {("sv", "cities/853"): "RuntimeError: no ink"}
    assert made.made == len(FEW) * len(LANGUAGES) - 1
    assert not (folder_of(few) / "sv/cities/853.png").exists()


def test_the_command_says_what_it_made_and_what_it_could_not(few, monkeypatch):
    monkeypatch.setenv("DASHBOARD_DATA_DIR", str(few.settings.data_dir))
    done = CliRunner().invoke(program.cli, ["previews"])
    assert (done.exit_code, done.stdout) == (0, "Preview pictures: 9 made, 0 there already, 0 failed\n")
    monkeypatch.setattr("dashboard.previews.preview_paths", lambda *_: ["nothing"])
    done = CliRunner().invoke(program.cli, ["previews"])
    assert done.exit_code == 1
    assert "no preview picture of /fi/nothing" in done.output
    assert "3 failed" in done.output


def test_without_a_release_the_command_ends_in_one_line(tmp_path):
    environment = {**os.environ, "DASHBOARD_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "dashboard", "previews"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"dashboard: There is no release in .*\n", done.stderr)


def test_publishing_goes_on_whatever_becomes_of_the_pictures():
    """`make run` serves and `make refresh` ends as the pipeline did."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\t-@$(BIN)/python -m dashboard previews\n\t@$(BIN)/python -m dashboard\n" in makefile
    assert "-m etl run; result=$$?; $(BIN)/python -m dashboard previews; exit $$result" in makefile
