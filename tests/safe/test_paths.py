"""No path leads to a file outside of what the site serves: however it is spelt, and wherever a link on disk points."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from dashboard.api.previews import picture_file
from dashboard.app import create_site
from dashboard.changes import changes_files
from dashboard.errors import PackageNotFound
from dashboard.package import open_current, open_package
from dashboard.settings import Settings
from tests.fixtures.two_releases import write_two
from tests.safe.addresses import fill, values_of

SECRET = "the-secret-of-another-folder"
UP = (
    "../", "..%2f", "%2e%2e/", "%2e%2e%2f", "%252e%252e%252f", "..%5c", "%2e%2e%5c", "..;/", ".%2e/", "%c0%ae%c0%ae/",
    "....//", "%u002e%u002e%u2215", "..%00/", "%uff0e%uff0e/", "..\\",
)  # fmt: skip
ABSOLUTE = (
    "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", "file:%2f%2f%2fetc%2fpasswd",
    "C:%5cboot.ini", "%00", "%00.csv", "purchases%00.csv", "purchases.csv%00.png", "%0a",
    "%0d%0aX-Injected:%201", "~root", "$HOME",
    "*", "%2a", "?", ".", "..", "...", "%2e", "CON", "a" * 5000, "%ff%fe", "%ed%a0%80", "purchases/../cities",
)  # fmt: skip
SPELT = (*(one * 2 + "secret.csv" for one in UP), *(one * 9 + "etc/passwd" for one in UP[:4]), *ABSOLUTE)
PROGRAM = {"Accept": "application/json"}
"""Who asks so gets a refusal in a few words, which costs less than a page of it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data directory with a secret beside it and above it."""
    outside = tmp_path_factory.mktemp("outside")
    for at in (outside, outside / "data", outside / "data" / "releases"):
        at.mkdir(exist_ok=True)
        for ending in ("txt", "json", "csv", "png", "parquet"):
            (at / f"secret.{ending}").write_text(SECRET, encoding="utf-8")
    write_two(outside / "data", 30, 36)
    return outside / "data"


@pytest.fixture(scope="module")
def site(folder):
    return create_site(Settings(data_dir=folder))


@pytest.fixture(scope="module")
def client(site):
    return site.server.test_client()


def check(answer, address):
    assert answer.status_code < 500, (address, answer.status_code)
    assert SECRET.encode() not in answer.data, address
    assert b"root:x:0:0" not in answer.data, address
    assert "X-Injected" not in answer.headers
    location = answer.headers.get("Location", "/")
    assert location.startswith("/"), (address, location)
    assert not location.startswith(("//", "/\\")), (address, location)


def rules(site):
    """Each rule with a part, its parts filled with what there is: (rule, parts)."""
    values = values_of(site)
    for rule in site.server.url_map.iter_rules():
        if rule.arguments and "GET" in (rule.methods or ()):
            yield rule, {name: (values.get((rule.endpoint, name)) or values["", name])[0] for name in rule.arguments}


def test_no_part_of_any_address_leads_out(site, client):
    asked = 0
    for number, (rule, parts) in enumerate(rules(site)):
        for name in parts:
            for spelt in SPELT[number % 4 :: 4]:  # all rules have the same few readers, which the next test asks it all
                address = fill(rule.rule, {**parts, name: spelt})
                check(client.get(address, headers=PROGRAM), address)
                asked += 1
    assert asked > 300


@pytest.mark.parametrize(
    "address",
    ["/data/{}.csv", "/data/{}.parquet", "/dataset/{}.zip", "/dataset/{}/datapackage.json",
     "/preview/{}/fi/overview.png", "/preview/{version}/fi/{}.png", "/preview/{version}/{}/overview.png",
     "/assets/{}", "/static/{}",
     "/api/v1/releases/{}", "/api/v1/releases/{}/changes/purchases/added",
     "/api/v1/releases/{version}/changes/{}/added",
     "/api/v1/releases/{version}/changes/purchases/{}", "/dataset/purchases/releases/{}.ttl", "/datastore/dump/{}",
     "/dataset/purchases/row/{}", "/fi/releases/{}", "/fi/dataset/{}", "/fi/cities/{}", "/download/{}.csv",
     "/picture/{}.svg", "/cite/{}.txt", "/sitemap-{}.xml", "/fi/embed/{}"],
)  # fmt: skip
def test_every_spelling_at_what_reads_files(site, client, address):
    for spelt in SPELT:
        asked = address.replace("{version}", site.engine.package.version).replace("{}", spelt)
        answer = client.get(asked, headers=PROGRAM)
        check(answer, asked)
        assert answer.status_code in (200, 301, 302, 303, 308, 400, 404), (asked, answer.status_code)
        if answer.status_code == 200:
            assert answer.mimetype == "text/html" or spelt in ("?", "purchases/../cities"), asked


@pytest.mark.parametrize("name", ["release", "from", "to", "table", "sort", "origin", "dataset", "lang", "sql", "q"])
def test_no_parameter_leads_out(client, name):
    path = {
        "release": "/datapackage.json",
        "sql": "/api/v1/sql",
    }.get(name, "/data/cities.csv")
    path = "/dataset/purchases/diff.json" if name in ("from", "to", "table") else path
    for spelt in SPELT:
        address = f"{path}?{name}={spelt.replace('?', '%3f').replace('#', '%23')}"
        answer = client.get(address, headers=PROGRAM)
        check(answer, address)
        assert answer.status_code in (200, 400, 404), address


def test_a_picture_is_read_from_its_own_folder_only(tmp_path):
    pictures = tmp_path / "previews" / "v"
    (pictures / "fi").mkdir(parents=True)
    (tmp_path / "secret.png").write_text(SECRET, encoding="utf-8")
    (pictures / "fi" / "mine.png").write_bytes(b"mine")
    (pictures / "fi" / "out.png").symlink_to(tmp_path / "secret.png")
    (pictures / "sv").symlink_to(tmp_path)
    assert picture_file(pictures, "fi", "mine").read_bytes() == b"mine"
    for language, path in (
        ("fi", "out"), ("sv", "secret"), ("..", "secret"), ("fi", "../../../secret"), ("/", "secret"),
        ("fi", "/secret"),
        ("fi", "..\\secret"), ("fi", "\x00"),
    ):  # fmt: skip
        found = picture_file(pictures, language, path)
        assert found is None or not found.exists(), (language, path)


def copied(folder, tmp_path):
    made = tmp_path / "data"
    shutil.copytree(folder, made, symlinks=True)
    return made, sorted(one for one in (made / "releases").iterdir() if one.is_dir())[-1]


@pytest.mark.parametrize(
    "path", ["../secret.csv", "../../secret.csv", "/etc/passwd", "a/../../secret.csv", "", ".", ".."]
)
def test_a_descriptor_that_names_a_file_elsewhere_is_refused(folder, tmp_path, path):
    _, release = copied(folder, tmp_path)
    file = release / "datapackage.json"
    raw = json.loads(file.read_text(encoding="utf-8"))
    raw["resources"][0]["x-distributions"][1]["path"] = path
    file.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(PackageNotFound, match="leads out of the release"):
        open_package(release)


def test_a_link_on_disk_that_points_out_is_refused(folder, tmp_path):
    _, release = copied(folder, tmp_path)
    table = release / "cities.csv"
    table.unlink()
    table.symlink_to(folder.parent / "secret.csv")
    with pytest.raises(PackageNotFound, match="leads out of the release"):
        open_package(release)


def test_a_data_directory_that_is_itself_a_link_is_served(folder, tmp_path):
    """Operators put data on another disk."""
    (tmp_path / "data").symlink_to(folder)
    assert open_current(tmp_path / "data").version


@pytest.mark.parametrize("version", ["../../outside", "..", ".", "/etc", "a/b", "", None, 7, ["x"], "x\x00y"])
def test_a_pointer_to_a_folder_elsewhere_is_refused(folder, tmp_path, version):
    made, release = copied(folder, tmp_path)
    shutil.copytree(release, tmp_path / "outside")
    (made / "releases" / "current.json").write_text(json.dumps({"version": version}), encoding="utf-8")
    with pytest.raises(PackageNotFound):
        open_current(made)


def test_an_older_release_that_is_a_link_out_is_not_there(folder, tmp_path):
    made, release = copied(folder, tmp_path)
    elsewhere = tmp_path / "elsewhere"
    older = "2020-01-01T0000Z-abcdef"
    shutil.copytree(release, elsewhere)
    os.symlink(elsewhere, made / "releases" / older)
    client = create_site(Settings(data_dir=made)).server.test_client()
    for address in (f"/datapackage.json?release={older}", f"/data/cities.csv?release={older}"):
        assert client.get(address).status_code == 404, address
    whole = client.get("/api/v1/releases").get_json()
    assert len(whole["releases"]) == 2
    assert whole["damaged"] == []


def test_changes_are_read_from_their_own_release_only(folder, tmp_path):
    """The list of a release's changed rows names files, too."""
    made, release = copied(folder, tmp_path)
    descriptors = [release / "datapackage.json", *sorted((release / "changes").rglob("*.json"))]
    site = create_site(Settings(data_dir=made))
    client = site.server.test_client()
    told = client.get(f"/api/v1/releases/{release.name}/changes").get_json()["changes"]
    table, kind = next((one["table"], link["name"]) for one in told for link in one["links"])
    address = f"/api/v1/releases/{release.name}/changes/{table}/{kind}"
    assert client.get(address).status_code == 200
    secret = tmp_path / "secret.csv"
    secret.write_text(f"a,b\n{SECRET},1\n", encoding="utf-8")
    file = release / "changes" / f"{table}.{kind}.csv"
    file.unlink()
    file.symlink_to(secret)
    changes_files.cache_clear()
    answer = client.get(address)
    assert answer.status_code == 404
    assert SECRET not in answer.text
    for one in descriptors:
        raw = one.read_text(encoding="utf-8")
        one.write_text(raw.replace(f"{table}.{kind}.csv", "../../../secret.csv"), encoding="utf-8")
    changes_files.cache_clear()
    answer = client.get(address)
    assert SECRET not in answer.text
