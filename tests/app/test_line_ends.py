"""Every plain CSV is as RFC 4180 has it, whichever way it is made, and what describes it says so."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from dashboard.csvw import Csv, csvw
from dashboard.package import open_package
from tests.fixtures.release import write_release

CSVS = (
    "/data/purchases.csv", "/data/purchases.csv?city_code=853", "/data/cities.csv", "/dataset/purchases.csv",
    "/download/suppliers.csv", "/datastore/dump/purchases", "/api/v1/sql?sql=select+*+from+cities&format=csv",
    "/data/purchases.excel.csv",
)  # fmt: skip
QUOTED = re.compile(rb'"(?:[^"]|"")*"')


@pytest.mark.parametrize("path", CSVS)
def test_every_line_ends_with_cr_and_lf(small, path):
    answer = small.server.test_client().get(path)
    assert answer.status_code == 200
    bare = QUOTED.sub(b"", answer.data)
    assert bare.endswith(b"\r\n")
    assert bare.count(b"\n") == bare.count(b"\r") == bare.count(b"\r\n") > 5


@pytest.mark.parametrize("path", ["/data/purchases.csv-metadata.json", "/dataset/purchases.csv-metadata.json"])
def test_the_metadata_of_a_table_name_its_line_end(small, path):
    assert small.server.test_client().get(path).json["dialect"]["lineTerminators"] == ["\r\n"]


@pytest.mark.parametrize("path", ["/dataset/purchases.zip", "/data/purchases.zip?city_code=853"])
def test_a_zip_names_the_line_ends_of_what_is_in_it(small, path):
    archive = zipfile.ZipFile(io.BytesIO(small.server.test_client().get(path).data))
    for one in json.loads(archive.read("datapackage.json"))["resources"]:
        assert one["dialect"] == {"lineTerminator": "\r\n"}
        said = json.loads(archive.read(f"{one['path']}-metadata.json"))
        assert said["dialect"]["lineTerminators"] == ["\r\n"]


def test_a_release_of_an_older_contract_is_told_to_have_lf(tmp_path):
    path = write_release(tmp_path, 24) / "datapackage.json"
    raw = json.loads(path.read_text())
    for one in raw["resources"]:
        del one["dialect"]
    path.write_text(json.dumps(raw))
    table = open_package(path.parent).resource("purchases")
    assert table.line_end == "\n"
    said = csvw(Csv("x.csv", table.title, table.fields, table.primary_key, "", None, line_end=table.line_end))
    assert said["dialect"]["lineTerminators"] == ["\n"]
