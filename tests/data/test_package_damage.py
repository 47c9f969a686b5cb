"""Every way in which a release on disk can be damaged or be of another version ends in one sentence of ours."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.app import create_site
from dashboard.errors import ContractMismatch, DashboardError, PackageNotFound
from dashboard.package import open_current, open_package, read_last_run
from dashboard.query.engine import Engine
from dashboard.settings import ROOT, Settings
from tests.data.handmade import HELSINKI, TURKU, purchase, write_facts

NEEDED = {
    "": ("x-version", "x-sample", "created", "x-title", "x-datasets", "resources", "x-issues", "x-provenance"),
    "x-datasets": ("name", "title", "description", "licence", "resources", "sources"),
    "x-datasets/licence": ("id", "title", "url"),
    "x-datasets/sources": (
        "name", "title", "publisher", "portal", "page", "scope", "rows_in", "rows", "set_aside", "state", "last_good",
    ),
    "resources": ("name", "x-dataset", "x-title", "x-description", "schema", "x-rows", "x-distributions"),
    "resources/schema": ("fields", "primaryKey"),
    "resources/schema/fields": ("name", "type", "x-type", "x-title", "x-description", "x-unit"),
    "resources/x-distributions": ("format", "path", "bytes", "hash"),
    "x-provenance": ("id",),
}  # fmt: skip
"""The keys that the site reads, by the place where they stand."""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    write_facts(folder, [purchase(HELSINKI, 2024, 1, "10.00"), purchase(TURKU, 2025, 2, "20.00")])
    return folder


@pytest.fixture
def data_dir(written, tmp_path):
    """A copy of the release that a test may break."""
    return Path(shutil.copytree(written, tmp_path / "data"))


@pytest.fixture
def release(data_dir):
    return open_current(data_dir).folder


def read(release):
    return json.loads((release / "datapackage.json").read_text(encoding="utf-8"))


def write(release, raw):
    (release / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")


def node(raw, place):
    """The object at a place; of a list, the last one, so that a reader cannot stop at the first."""
    for step in filter(None, place.split("/")):
        raw = raw[step]
        if isinstance(raw, list):
            raw = next(item for item in reversed(raw) if not isinstance(item, dict) or has_sources(item))
    return raw


def has_sources(item):
    return item.get("sources") != []


def one_sentence(error, release):
    text = str(error)
    assert "\n" not in text
    assert text.endswith((".", "`."))
    assert release.name in text or str(release.parent) in text
    return text


@pytest.mark.parametrize(("place", "key"), [(place, key) for place, keys in NEEDED.items() for key in keys])
def test_a_descriptor_without_a_key_names_it_and_says_what_to_do(release, place, key):
    raw = read(release)
    del node(raw, place)[key]
    write(release, raw)
    with pytest.raises(PackageNotFound) as caught:
        open_package(release)
    text = one_sentence(caught.value, release)
    assert key in text
    assert "build it again" in text


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ("", "created", "yesterday"),
        ("", "created", "2026-13-45T00:00:00Z"),
        ("", "x-datasets", {"name": "purchases"}),
        ("", "resources", "purchases"),
        ("", "x-provenance", 7),
        ("", "x-issues", None),
        ("x-datasets", "licence", "CC BY 4.0"),
        ("x-datasets", "licence", None),
        ("x-datasets", "sources", 3),
        ("x-datasets", "sources", ["purchases-turku"]),
        ("x-datasets", "resources", None),
        ("resources", "schema", []),
        ("resources", "schema", None),
        ("resources", "x-distributions", {"format": "csv"}),
        ("resources/schema", "fields", None),
        ("resources/schema", "fields", ["city_code"]),
        ("resources/schema", "primaryKey", None),
    ],
)
def test_a_value_of_another_shape_is_our_error(release, place, key, value):
    raw = read(release)
    node(raw, place)[key] = value
    write(release, raw)
    with pytest.raises(PackageNotFound) as caught:
        open_package(release)
    assert "datapackage.json" in one_sentence(caught.value, release)


@pytest.mark.parametrize("contract", ["2", "2.0", "0.9", "10.1", "none", "", "v1", "one", None, [], {}, "1x", " 1"])
def test_another_contract_is_named_with_the_one_that_is_read(release, contract):
    write(release, read(release) | {"x-contract": contract})
    with pytest.raises(ContractMismatch) as caught:
        open_package(release)
    text = one_sentence(caught.value, release)
    assert str(contract) in text
    assert re.search(r"reads 1\.x", text)
    assert caught.value.status == 503


def test_a_descriptor_without_a_contract_is_another_contract(release):
    raw = read(release)
    del raw["x-contract"]
    write(release, raw)
    with pytest.raises(ContractMismatch):
        open_package(release)


def test_a_contract_is_checked_before_anything_else_is_read(release):
    """Of another major version nothing may be assumed, not even that the rest is there."""
    write(release, {"x-contract": "2.0"})
    with pytest.raises(ContractMismatch):
        open_package(release)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b'"text"', b"7", b"\xff\xfe{}", b"PK\x03\x04", b"<html>"]
)
def test_a_descriptor_that_is_none_is_our_error(release, content):
    (release / "datapackage.json").write_bytes(content)
    with pytest.raises(PackageNotFound) as caught:
        open_package(release)
    one_sentence(caught.value, release)


@pytest.mark.parametrize("content", [b"", b"[1]", b"{}", b'{"version": ""}', b'{"version": null}', b"\xff", b"version"])
def test_a_pointer_that_points_nowhere_is_our_error(data_dir, content):
    (data_dir / "releases" / "current.json").write_bytes(content)
    with pytest.raises(PackageNotFound) as caught:
        open_current(data_dir)
    assert "current.json" in str(caught.value)


def test_a_pointer_to_a_release_that_is_gone_names_it(data_dir, release):
    shutil.rmtree(release)
    with pytest.raises(PackageNotFound, match=re.escape(release.name)):
        open_current(data_dir)


def set_at(raw, place, value):
    *way, last = place
    for step in way:
        raw = raw[step]
    if value is None and last == "sv":
        del raw[last]
    else:
        raw[last] = value


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("x-title", "sv"), None),
        (("x-datasets", 0, "title", "sv"), None),
        (("x-datasets", 0, "title", "fi"), 5),
        (("x-datasets", 0, "sources", 0, "set_aside"), None),
        (("x-datasets", 0, "sources", 0, "set_aside"), {"blank_row": "many"}),
        (("x-datasets", 0, "sources", 0, "last_good"), 7),
        (("x-datasets", 0, "licence", "url"), None),
        (("resources", 0, "x-title", "sv"), None),
        (("resources", 0, "x-rows"), "many"),
        (("resources", 0, "x-distributions", 0, "bytes"), "9"),
        (("resources", 0, "schema", "fields", 0, "x-description"), {"fi": "x"}),
        (("resources", 0, "x-dataset"), "nothing"),
        (("x-datasets", 0, "resources"), ["nothing"]),
        (("x-datasets", -1, "inputs"), ["nothing"]),
        (("x-issues",), [1]),
        (("x-issues",), [{"code": "not_published"}]),
        (("x-issues",), [{"code": "not_published", "source": "budgets", "message": 5}]),
    ],
)
def test_a_value_of_another_shape_is_refused_when_the_release_is_opened(data_dir, release, place, value):
    """In one sentence at the start, and not on the page that would have shown it."""
    raw = read(release)
    set_at(raw, place, value)
    write(release, raw)
    with pytest.raises(PackageNotFound) as caught:
        open_current(data_dir)
    assert release.name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_release_whose_dataset_of_purchases_has_another_name_is_refused(data_dir, release):
    raw = read(release)
    for item in raw["x-datasets"]:
        item["name"] = item["name"].replace("purchases", "buys")
        item["inputs"] = [name.replace("purchases", "buys") for name in item["inputs"]]
    for item in raw["resources"]:
        item["x-dataset"] = item["x-dataset"].replace("purchases", "buys")
    write(release, raw)
    with pytest.raises(PackageNotFound, match="there is no purchases"):
        open_current(data_dir)


@pytest.mark.parametrize("table", ["purchases", "cities", "project_facts"])
def test_a_release_without_a_table_that_pages_need_is_refused(data_dir, release, table):
    raw = read(release)
    raw["resources"] = [item for item in raw["resources"] if item["name"] != table]
    for item in raw["x-datasets"]:
        item["resources"] = [name for name in item["resources"] if name != table]
    write(release, raw)
    with pytest.raises(PackageNotFound, match=f"there is no {table}"):
        open_current(data_dir)


@pytest.mark.parametrize("sample", [True, False])
def test_a_release_is_a_sample_where_it_says_so(tmp_path, sample):
    folder = write_facts(tmp_path, [purchase(HELSINKI, 2024, 1, "10.00")], sample=sample)
    package = open_package(folder)
    assert package.sample is sample
    assert create_site(Settings(data_dir=tmp_path)).server.test_client().get("/readyz").json["sample"] is sample


@pytest.mark.parametrize("value", ["false", "no", 0, None, "true", 1])
def test_a_sample_flag_that_is_neither_true_nor_false_is_refused(release, value):
    write(release, read(release) | {"x-sample": value})
    with pytest.raises(DashboardError):
        open_package(release)


@pytest.mark.parametrize("kind", ["parquet"])
def test_a_table_without_its_file_form_is_named(release, kind):
    raw = read(release)
    for resource in raw["resources"]:
        resource["x-distributions"] = [item for item in resource["x-distributions"] if item["format"] != kind]
    write(release, raw)
    with pytest.raises(DashboardError, match=f"no {kind} file in release {release.name}"):
        Engine(open_package(release))


@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "other"])
def test_a_damaged_table_is_our_error(release, damage):
    path = release / "purchases.parquet"
    content = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes({"empty": b"", "cut": content[: len(content) // 2], "other": b"city_code\r\n091\r\n"}[damage])
    with pytest.raises(DashboardError):
        Engine(open_package(release))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe"])
def test_a_damaged_record_of_the_last_run_is_as_none(data_dir, content):
    (data_dir / "releases" / "last_run.json").write_bytes(content)
    assert read_last_run(data_dir) is None
    client = create_site(Settings(data_dir=data_dir)).server.test_client()
    assert client.get("/fi/status").status_code == 200


def start(data_dir, **settings):
    command = [sys.executable, "-m", "dashboard"]
    environment = {"DASHBOARD_DATA_DIR": str(data_dir), "PATH": "", **settings}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=30)


def test_the_command_without_a_release_says_so_in_one_line(tmp_path):
    done = start(tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("dashboard: ")
    assert "make run" in done.stderr


def test_the_command_with_another_contract_says_so_in_one_line_and_serves_the_page_that_does(
    data_dir, release, monkeypatch, capsys
):
    write(release, read(release) | {"x-contract": "2.0"})
    served = []
    monkeypatch.setattr("dashboard.__main__._serve", lambda *what: served.append(what))
    monkeypatch.setenv("DASHBOARD_DATA_DIR", str(data_dir))
    monkeypatch.setenv("DASHBOARD_PORT", "8399")
    main()
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "contract 2.0" in said
    assert [package for _, package, _ in served] == [None]


@pytest.mark.parametrize("damage", ["gone", "cut", "changed"])
def test_the_command_with_a_damaged_table_names_it_in_one_line(data_dir, release, damage):
    path = release / "purchases.parquet"
    content = path.read_bytes()
    path.unlink()
    if damage != "gone":
        middle = len(content) // 2
        path.write_bytes(content[:middle] + (b"" if damage == "cut" else b"xxxx" + content[middle + 4 :]))
    done = start(data_dir)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "purchases.parquet" in done.stderr


def test_the_command_with_a_folder_of_assets_that_is_not_there_names_the_setting_in_one_line(data_dir, tmp_path):
    done = start(data_dir, DASHBOARD_ASSETS_DIR=str(tmp_path / "none"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("dashboard: DASHBOARD_ASSETS_DIR: ")
