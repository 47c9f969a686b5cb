"""Tables and datasets in every format, whole and filtered: what is sent is what the release holds, and says so."""

import base64
import csv
import hashlib
import io
import json
import zipfile

import frictionless
import pyarrow.parquet as pq
import pytest

from dashboard.app import PANELS
from dashboard.i18n import LANGUAGES
from tests.app.readers import read_book, read_csv, read_json, read_parquet
from tests.app.small import HARD

KINDS = ("csv", "excel.csv", "xlsx", "json", "jsonl", "parquet", "zip")
DATASETS = ("purchases", "cities", "projects", "companies", "budgets")
FILTERS = (
    "city_code=091",
    "city_code=091&city_code=853",
    "amount_eur.ge=1000.10",
    "amount_eur.le=-0.10",
    "amount_eur=33.33",
    "posting_date.ge=2024-03-01&posting_date.le=2024-06-30",
    "is_credit_note=true",
    "account_group_code=",
    "supplier_name=%3DSUM(A1)%20%22%C3%85%22%2C%20%C3%96y",
    "purchase_year=2024&city_code=853&account_group_code=49",
    "supplier_name=nobody",
)


@pytest.fixture(scope="module")
def client(small):
    return small.server.test_client()


def digest(content):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def saved(tmp_path, content):
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("route", ["data", "dataset"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["purchases", "cities"])
def test_every_file_proves_that_it_came_whole(client, route, name, kind):
    answer = client.get(f"/{route}/{name}.{kind}", headers={"Accept-Encoding": "br, gzip"})
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Content-Digest"] == answer.headers["Repr-Digest"] == digest(answer.data)
    assert not answer.headers["ETag"].startswith("W/")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Row-Count" in answer.headers["Access-Control-Expose-Headers"]
    again = client.get(f"/{route}/{name}.{kind}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("query", ["", "?city_code=853"])
def test_parts_of_a_file_make_the_whole_of_it(client, kind, query):
    address = f"/data/purchases.{kind}{query}"
    whole = client.get(address)
    half = len(whole.data) // 2
    parts = [client.get(address, headers={"Range": f"bytes={one}"}) for one in (f"0-{half - 1}", f"{half}-")]
    assert [part.status_code for part in parts] == [206, 206]
    assert b"".join(part.data for part in parts) == whole.data
    assert all("Content-Digest" not in part.headers for part in parts)
    assert {part.headers["ETag"] for part in parts} == {whole.headers["ETag"]}
    other = client.get(address, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (other.status_code, other.data) == (200, whole.data)


def test_a_part_that_there_is_not_is_an_error_of_the_one_shape(client):
    answer = client.get("/data/cities.csv?lang=en", headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 416
    assert answer.json["error"]["code"] == "range_not_satisfiable"
    assert answer.headers["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize("kind", KINDS)
def test_head_tells_what_get_would_and_makes_nothing(make_site, kind):
    from tests.app.small import small_facts

    client = make_site(small_facts()).server.test_client()
    head = client.head(f"/data/purchases.{kind}?city_code=091")
    get = client.get(f"/data/purchases.{kind}?city_code=091")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Disposition", "ETag", "X-Release", "X-Row-Count", "Link"):
        assert head.headers.get(name) == get.headers.get(name)
    after = client.head(f"/data/purchases.{kind}?city_code=091")
    assert after.headers["Content-Length"] == str(len(get.data))


@pytest.mark.parametrize("query", FILTERS)
def test_a_filtered_table_is_the_same_in_every_format_and_its_rows_are_counted(client, small, tmp_path, query):
    answer = client.get(f"/data/purchases.csv?{query}")
    head, rows = read_csv(answer.data)
    whole = client.get("/data/purchases.csv").data.splitlines(keepends=True)
    lines = answer.data.splitlines(keepends=True)
    assert [line for line in whole if line in set(lines)] == lines
    assert answer.headers["X-Row-Count"] == str(len(rows))
    assert answer.headers["Content-Digest"] == digest(answer.data)
    found = read_json(client.get(f"/data/purchases.json?{query}").data)
    lines = client.get(f"/data/purchases.jsonl?{query}").data.splitlines()
    assert found == read_json(b"[" + b",".join(lines) + b"]")
    names, typed = read_parquet(saved(tmp_path, client.get(f"/data/purchases.parquet?{query}").data))
    sheet = read_book(client.get(f"/data/purchases.xlsx?{query}").data).get_sheet_by_index(0).to_python()
    assert names == head
    assert len(rows) == len(found) == len(typed) == len(sheet) - 1
    at = head.index("voucher_number"), head.index("amount_eur")
    want = sorted((row[at[0]], row[at[1]]) for row in rows)
    assert sorted((row["voucher_number"] or "", str(row["amount_eur"])) for row in found) == want
    assert sorted((row[at[0]] or "", str(row[at[1]])) for row in typed) == want


def test_filters_keep_what_they_say(client):
    def names(query):
        head, rows = read_csv(client.get(f"/data/purchases.csv?{query}").data)
        return [row[head.index("supplier_name")] for row in rows]

    assert set(names("supplier_name=%3DSUM(A1)%20%22%C3%85%22%2C%20%C3%96y")) == {HARD[1]}
    assert names("supplier_name=nobody") == []
    assert len(names("city_code=049")) == 2
    assert len(names("city_code=049&amount_eur.ge=0")) == 1
    assert len(names("account_group_code=&city_code=092")) == 1


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("town=1", "unknown_field", "city_code"),
        ("city_code.like=1", "unknown_field", "city_code.like"),
        ("amount_eur=much", "invalid_query", "amount_eur"),
        ("amount_eur.ge=nan", "invalid_query", "amount_eur"),
        ("purchase_year=99999999999999999999", "invalid_query", "purchase_year"),
        ("posting_date=yesterday", "invalid_query", "posting_date"),
        ("is_credit_note=TRUE", "invalid_query", "is_credit_note"),
        ("city_code=&city_code=091", "invalid_query", "city_code"),
        ("variant=word", "invalid_query", "excel"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "json", "zip"])
def test_a_filter_that_cannot_be_obeyed_is_refused(client, query, code, said, kind):
    answer = client.get(f"/data/purchases.{kind}?lang=en&{query}")
    assert answer.status_code == 400
    assert answer.json["error"]["code"] == code
    if kind == "csv" or "variant" not in query:
        assert said in answer.json["error"]["message"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_lists_cannot_be_filtered_by(client):
    answer = client.get("/data/companies.csv?lang=en&city_codes=091")
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "invalid_query")


def test_another_release_is_never_answered_with_this_one(client, small):
    version = small.engine.package.version
    assert client.get(f"/data/cities.csv?release={version}").status_code == 200
    for path in ("data/cities.csv", "dataset/cities.zip", "download/suppliers.csv", "cite/cities.txt"):
        assert client.get(f"/{path}?release=2020-01-01T0000Z-aaaaaa").status_code == 404


def test_both_ways_to_ask_for_excel_give_the_same(client):
    one, other = client.get("/data/purchases.excel.csv").data, client.get("/data/purchases.csv?variant=excel").data
    assert one == other
    assert one.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(one.decode("utf-8-sig"), newline=""), delimiter=";")
    assert f"'{HARD[1]}" in {row[head.index("supplier_name")] for row in rows}
    assert HARD[1] in client.get("/data/purchases.csv").text.replace('""', '"')


def test_a_csv_names_its_metadata_and_its_licence(client):
    for address in ("/data/purchases.csv", "/dataset/purchases.csv", "/data/purchases.csv?city_code=091"):
        link = client.get(address).headers["Link"]
        told = f'{address}-metadata.json>; rel="describedby"; type="application/csvm+json"'
        assert (told in link) == ("?" not in address)  # metadata of the whole table name another file than a part of it
        assert 'rel="license"' in link
    assert "describedby" not in client.get("/data/purchases.excel.csv").headers["Link"]


@pytest.mark.parametrize("method", ["options", "head", "get"])
def test_scripts_of_other_sites_may_ask(client, method):
    answer = getattr(client, method)("/data/cities.csv", headers={"Origin": "https://other.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if method == "options":
        assert "Range" in answer.headers["Access-Control-Allow-Headers"]


def test_parquet_says_its_licence_inside(site, tmp_path):
    client = site.server.test_client()
    for query in ("", "?city_code=091"):
        path = saved(tmp_path, client.get(f"/data/purchases.parquet{query}").data)
        assert pq.read_schema(path).metadata


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_cannot_be_made_is_an_error_and_not_a_shorter_file(make_site, monkeypatch, kind):
    from dashboard.query.engine import Engine
    from tests.app.small import small_facts

    client = make_site(small_facts()).server.test_client()
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    stream, places = Engine.stream, Engine.places

    def broken(self, query):
        yield next(iter(stream(self, query)))
        raise RuntimeError("out of memory")

    def none(self, query):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(Engine, "stream", broken)
    monkeypatch.setattr(Engine, "places", none)
    answer = client.get(f"/data/purchases.{kind}?city_code=091")
    assert answer.status_code == 500
    assert answer.json["error"]["code"] == "error"
    monkeypatch.setattr(Engine, "stream", stream)
    monkeypatch.setattr(Engine, "places", places)
    assert client.get(f"/data/purchases.{kind}?city_code=091").status_code == 200


def unpack(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DATASETS)
def test_a_datasets_zip_describes_itself(client, small, tmp_path, name, language):
    files = unpack(client.get(f"/dataset/{name}.zip?lang={language}").data)
    package = small.engine.package
    tables = package.dataset(name).resources
    described = json.loads(files["datapackage.json"])
    assert [one["name"] for one in described["resources"]] == list(tables)
    for one in described["resources"]:
        content = files[one["path"]]
        assert one["bytes"] == len(content)
        assert one["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert content == client.get(f"/data/{one['name']}.csv").data
        schema = json.loads(files[f"{one['path']}-metadata.json"])["tableSchema"]
        assert [column["name"] for column in schema["columns"]] == package.resource(one["name"]).field_names()
        assert schema == client.get(f"/data/{one['name']}.csv-metadata.json").json["tableSchema"]
        assert one["path"] in files["README.txt"].decode()
    assert package.dataset(name).title[language] in files["README.txt"].decode()
    assert package.version in files["citation.txt"].decode()
    assert {"citation.bib", "citation.ris", "citation.json"} <= set(files)
    for path, content in files.items():
        (tmp_path / path).write_bytes(content)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["title", "fieldName", "message"])


@pytest.mark.parametrize("name", [name for name, panel in PANELS.items() if not panel.of_company])
def test_a_figures_zip_holds_what_its_csv_does(client, tmp_path, name):
    files = unpack(client.get(f"/download/{name}.zip?lang=en").data)
    assert files[f"{name}.csv"] == client.get(f"/download/{name}.csv?lang=en").data
    (tmp_path / f"{name}.csv").write_bytes(files[f"{name}.csv"])
    (tmp_path / "datapackage.json").write_bytes(files["datapackage.json"])
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["title", "fieldName", "message"])


def test_a_filtered_zip_says_its_filter_and_holds_these_rows_alone(client):
    files = unpack(client.get("/data/purchases.zip?city_code=049&lang=en").data)
    assert files["purchases.csv"] == client.get("/data/purchases.csv?city_code=049").data
    assert "city_code=049" in files["README.txt"].decode()
    assert "city_code=049" in files["citation.txt"].decode()
    assert json.loads(files["datapackage.json"])["resources"][0]["x-rows"] == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_the_same_bytes_whenever_it_is_made(make_site, kind):
    from tests.app.small import small_facts

    site = make_site(small_facts())
    first = site.server.test_client().get(f"/data/cities.{kind}?lang=sv").data
    from dashboard.app import create_site

    again = create_site(site.settings).server.test_client().get(f"/data/cities.{kind}?lang=sv").data
    assert again == first
