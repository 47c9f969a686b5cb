"""How addresses for machines answer: status, headers, names of files, what is not there, what must not be reached."""

import hashlib
import json
import re
from email.message import Message
from html import unescape
from urllib.parse import quote

import pytest

from dashboard.app import PANELS
from dashboard.i18n import LANGUAGES
from tests.app.readers import read_book, read_csv
from tests.data.handmade import FIRST

KINDS = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
PANEL_ADDRESSES = [
    f"/download/{name}.{kind}" + (f"?company={FIRST[0]}" if panel.of_company else "")
    for name, panel in PANELS.items()
    for kind in KINDS
]
TABLE_ADDRESSES = [f"/data/{name}.{kind}" for name in ("purchases", "companies", "cities") for kind in KINDS]
STORED = ("/data/purchases.csv", "/data/purchases.parquet", "/datapackage.json")
TRAVERSALS = (
    "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "....//....//etc/passwd",
    "/etc/passwd", "..\\..\\etc\\passwd", "purchases/../../../current", "%00", "purchases%00", "purchases.csv%00",
    "../current", "~root/.ssh/id_rsa", "file:///etc/passwd",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(small):
    return small.server.test_client()


@pytest.fixture(scope="module")
def real_client(real):
    return real.server.test_client()


def file_name(answer):
    """The name that a browser would save the answer under."""
    message = Message()
    message["Content-Disposition"] = answer.headers["Content-Disposition"]
    assert message.get_content_disposition() == "attachment"
    return message.get_filename()


def kind_of(address):
    return re.search(r"\.(\w+)(?:\?|$)", address)[1]


@pytest.mark.parametrize("address", [*PANEL_ADDRESSES, *TABLE_ADDRESSES])
def test_a_download_says_its_kind_and_its_name(client, small, address):
    answer = client.get(address)
    kind = kind_of(address)
    name = re.search(r"/([\w-]+)\.\w+(?:\?|$)", address)[1]
    assert answer.status_code == 200
    assert answer.mimetype == KINDS[kind]
    of = f"-{FIRST[0]}" if name.startswith("company-") else ""
    if name in PANELS and PANELS[name].of_city:
        of = f"-{next(iter(small.codes.cities))}"
    table = PANELS[name].resource if name in PANELS else name
    sample = "sample-" if small.engine.package.resource(table).sample else ""
    assert file_name(answer) == f"{sample}{name}{of}-{small.engine.package.version}.{kind}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", ["/download/suppliers.csv", "/data/purchases.csv"])
def test_the_charset_is_named_once(client, address):
    assert client.get(address).headers["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("address", [*PANEL_ADDRESSES[:4], *TABLE_ADDRESSES])
def test_a_download_of_real_data_is_not_called_a_sample(real_client, address):
    answer = real_client.get(address)
    assert "sample" not in file_name(answer)
    assert answer.headers.get("X-Sample", "false") == "false"


@pytest.mark.parametrize("address", PANEL_ADDRESSES[:4])
def test_a_download_says_its_release_in_a_header(client, small, address):
    answer = client.get(address)
    assert answer.headers["X-Release"] == small.engine.package.version
    assert answer.headers["X-Sample"] == "true"


@pytest.mark.parametrize("address", STORED)
def test_a_stored_file_is_sent_again_only_when_it_has_changed(client, address):
    first = client.get(address)
    tag, moment = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If-None-Match": tag}, {"If-None-Match": f'"other", {tag}'}, {"If-Modified-Since": moment}):
        again = client.get(address, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
    other = client.get(address, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.parametrize("address", STORED)
def test_a_stored_file_can_be_fetched_in_parts(client, address):
    whole = client.get(address).data
    part = client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert client.get(address, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416


@pytest.mark.parametrize(
    "address", ["/data/purchases.csv", "/data/purchases.xlsx", "/data/purchases.csv?city_code=091", "/datapackage.json"]
)
@pytest.mark.parametrize("asked", ["items=0-9", "lines=5", "nothing", "bytes=0-9,20-29", "bytes=20-29, 0-9"])
def test_a_part_that_is_asked_for_in_another_way_gives_the_whole_file(client, address, asked):
    """RFC 9110, 14.2: a unit that is not known is passed over; several ranges may be."""
    whole = client.get(address)
    answer = client.get(address, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, whole.data)
    assert answer.headers["Content-Length"] == str(len(whole.data))
    assert "Content-Range" not in answer.headers
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert client.get(address, headers={"Range": "Bytes=0-4"}).data == whole.data[:5]


def test_a_stored_file_is_the_one_that_the_descriptor_vouches_for(client):
    descriptor = client.get("/datapackage.json").json
    for resource in descriptor["resources"]:
        for item in resource["x-distributions"]:
            content = client.get(f"/data/{resource['name']}.{item['format']}").data
            assert len(content) == item["bytes"]
            assert "sha256:" + hashlib.sha256(content).hexdigest() == item["hash"]


@pytest.mark.parametrize(
    "address", [*PANEL_ADDRESSES[:4], *STORED, "/picture/suppliers.svg", "/picture/suppliers.png", "/healthz", "/fi/"]
)
def test_head_gives_the_headers_of_get_and_no_body(client, address):
    head, get = client.head(address), client.get(address)
    assert (head.status_code, head.data) == (get.status_code, b"")
    for name in ("Content-Type", "Content-Disposition", "ETag", "X-Release"):
        assert head.headers.get(name) == get.headers.get(name)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize(
    "address", ["/download/suppliers.csv", "/data/cities.csv", "/picture/suppliers.svg", "/healthz"]
)
def test_an_address_for_reading_takes_nothing_in(client, method, address):
    answer = getattr(client, method)(address, data=b"x")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("route", ["download", "data", "picture"])
@pytest.mark.parametrize("kind", ["exe", "CSV", "csv.gz", "html", "php", "xlsm", "%20", "svg%00"])
def test_an_unknown_format_is_a_404_that_says_so(client, route, kind):
    answer = client.get(f"/{route}/{'cities' if route == 'data' else 'suppliers'}.{kind}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/json"
    error = answer.json["error"]
    assert error["code"] == "unknown_resource"
    assert error["status"] == 404


def test_what_is_not_there_lists_what_is(client):
    assert "suppliers" in client.get("/download/nothing.csv").json["error"]["message"]
    assert "purchases" in client.get("/data/nothing.csv").json["error"]["message"]
    assert "parquet" in client.get("/data/cities.doc").json["error"]["message"]


@pytest.mark.parametrize("path", TRAVERSALS)
@pytest.mark.parametrize("route", ["data", "download", "picture", "assets"])
def test_no_path_leads_out_of_the_release(client, small, route, path):
    for address in (f"/{route}/{path}", f"/{route}/{path}.csv", f"/{route}/{quote(path, safe='')}.json"):
        answer = client.get(address)
        assert answer.status_code in (301, 302, 308, 404, 405), address
        assert b"root:" not in answer.data
        assert str(small.settings.data_dir).encode() not in answer.data


def test_the_folder_of_the_release_is_not_served(client, small):
    version = small.engine.package.version
    for path in (f"releases/{version}/purchases.csv", "current.json", "releases/current.json", "last_run.json"):
        for prefix in ("", "data/", "assets/", "static/"):
            assert client.get(f"/{prefix}{path}", follow_redirects=True).status_code in (404, 405)


@pytest.mark.parametrize("language", [*LANGUAGES, "de", "", "FI", "<b>", "../fi"])
def test_an_unknown_language_is_the_first_one(client, language):
    """A link with a language that there is not still gives the data."""
    found = client.get("/download/change.csv", query_string={"lang": language})
    head, rows = read_csv(found.data)
    towns = {row[head.index("city")] for row in rows}
    assert found.status_code == 200
    assert ("Åbo" in towns) == (language == "sv")


def test_the_source_sheet_holds_the_address_it_was_taken_from(client, real_client):
    for asked, base in ((client, "http://localhost"), (real_client, "https://kuusi.example")):
        address = "/download/suppliers.xlsx?lang=en&city=853&year=2024"
        answer = asked.get(address)
        source = dict(read_book(answer.data).get_sheet_by_index(2).to_python())
        assert f"{base}{address}&release={answer.headers['X-Release']}" in source.values()  # which gives it for ever


@pytest.mark.parametrize(("name", "wanted"), [("small", True), ("real", False)])
def test_a_workbook_says_whether_it_is_a_sample_first_of_all(request, name, wanted):
    site = request.getfixturevalue(name)
    content = site.server.test_client().get("/download/suppliers.xlsx?lang=en").data
    (first, *_) = read_book(content).get_sheet_by_index(2).to_python()
    assert ("sample" in first[0].lower()) is wanted


def test_health_is_small_and_the_descriptor_is_json_for_any_reader(client, small):
    assert client.get("/healthz").json["status"] == "ok"
    assert len(client.get("/healthz").data) < 200
    raw = client.get("/datapackage.json")
    assert raw.mimetype == "application/json"
    assert json.loads(raw.data)["x-version"] == small.engine.package.version


@pytest.mark.parametrize("route", ["download", "picture"])
@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("suppliers", "city=853&year=1900", ("year=1900", "2024")),
        ("suppliers", "group=XX", ("group=XX", "43")),
        ("suppliers", "city=853,999", ("city=999", "853")),
        ("suppliers", "town=853", ("'town'", "city, year, group")),
        ("suppliers", f"company={FIRST[0]}", ("'company'", "city, year, group")),
        ("change", "year=2024", ("'year'", "city, group")),
        ("projects", "city=853", ("'city'", "no filters")),
        ("company-years", f"company={FIRST[0]}&year=x", ("year=x", "2024")),
    ],
)
def test_a_filter_that_cannot_be_obeyed_is_refused_and_never_widens_the_answer(client, route, name, query, said):
    answer = client.get(f"/{route}/{name}.{'csv' if route == 'download' else 'svg'}?lang=en&{query}")
    assert answer.status_code == 400
    error = answer.json["error"]
    assert error["code"] == "invalid_query"
    assert all(word in error["message"] for word in said)
    assert "\n" not in error["message"]


def test_the_addresses_that_a_page_gives_are_never_refused(client):
    page = client.get(f"/en/companies?city=853,091&year=2024&group=43&q=oy&page=2&company={FIRST[0]}").text
    page += client.get(f"/en/companies/{FIRST[0]}?year=2022&group=43&page=2").text + client.get("/en/?city=853").text
    links = {unescape(link) for link in re.findall(r'href="(/(?:download|picture)/[^"]+)"', page)}
    assert len(links) > 15, links
    for link in links:
        assert client.get(link).status_code == 200, link
