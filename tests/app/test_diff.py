"""What changed in a dataset between two releases: the page and the files, and how they refuse."""

from __future__ import annotations

import datetime as dt
import html
import json
from decimal import Decimal
from unittest.mock import patch

import pytest

from dashboard.app import create_site
from dashboard.i18n import LANGUAGES, translator
from dashboard.settings import Settings
from tests.app.small_money import small_tables
from tests.app.walk import read
from tests.data.diffs import apply_csv, apply_json, csv_bytes, read_json, read_texts, sorted_rows
from tests.fixtures import release
from tests.fixtures.release import RULE, write_release


def later_tables():
    """The small tables a day later: every kind of change, in values that formats are prone to lose."""
    tables = {name: [dict(row) for row in rows] for name, rows in small_tables().items()}
    budgets = tables["budgets"]
    budgets[0]["unit_name"], budgets[1]["unit_name"], budgets[2]["unit_name"] = "", None, 'Öljy "å", Šåž\nnew'
    budgets[3]["budget_eur"] = Decimal("1234567890123456.10")
    tables["budgets"] = [*budgets[4:], *budgets[:4]]
    rules = [
        RULE | {"pattern": "", "reason_fi": 'müöto, "å"', "kind_code": "=1+1"},
        RULE | {"kind_rule_code": "ry", "reason_sv": "förening"},
    ]
    results = tables["service_results"]
    results[0]["service_name"], results[1]["service_name"] = None, ""
    results[2]["service_name"] = "–"
    return {**tables, "company_kind_rules": rules}


def earlier_tables():
    gone = RULE | {"kind_rule_code": "", "reason_fi": "ei nimeä"}
    return {**small_tables(), "company_kind_rules": [RULE, gone]}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A site of the second of two releases, which differ in every kind of table."""
    folder = tmp_path_factory.mktemp("two-diff")
    write_release(folder, 120, tables=earlier_tables())
    with patch.object(release, "NOW", release.NOW + dt.timedelta(days=1)):
        write_release(folder, 150, tables=later_tables())
    return create_site(Settings(data_dir=folder, base_url="https://kuusi.example"))


@pytest.fixture(scope="module")
def http(two):
    return two.server.test_client()


@pytest.fixture(scope="module")
def versions(two):
    after = two.engine.package
    (before,) = [one.name for one in after.folder.parent.glob("2*") if one.name != after.version]
    return before, after.version


def test_files_alone_make_every_table_of_the_later_release_byte_for_byte(two, http, versions, tmp_path):
    package, differing = two.engine.package, 0
    for dataset in package.datasets:
        query = f"from={versions[0]}&to={versions[1]}"
        whole = read_json(http.get(f"/dataset/{dataset.name}/diff.json?{query}").text)
        assert [one["table"] for one in whole["tables"]] == list(dataset.resources)
        for told in whole["tables"]:
            name = told["table"]
            old, new = (read_texts(package.folder.parent / one / f"{name}.csv") for one in versions)
            exact = csv_bytes(new[0], sorted_rows(new[1]))
            path = tmp_path / f"{name}.csv"
            path.write_bytes(http.get(f"/dataset/{dataset.name}/diff.csv?{query}&table={name}").data)
            header, lines = read_texts(path)
            assert csv_bytes(new[0], apply_csv(old, header, lines, told["key"], new[0])) == exact, name
            assert csv_bytes(new[0], apply_json(old, told, new[0])) == exact, name
            assert len(lines) == len(told["rows"])
            differing += bool(lines)
    assert differing >= 5


def test_the_stored_csv_is_what_is_compared_with(two):
    names, rows = read_texts(two.engine.package.file("purchases", "csv"))
    assert csv_bytes(names, rows) == two.engine.package.file("purchases", "csv").read_bytes()


def test_an_empty_text_no_value_and_long_amounts_are_told_apart(http):
    tables = {one["table"]: one for one in json.loads(http.get("/dataset/companies/diff.json").text)["tables"]}
    rows = {row["key"]["kind_rule_code"]: row for row in tables["company_kind_rules"]["rows"]}
    assert [rows[key]["change"] for key in ("", "limited_company", "ry")] == ["removed", "changed", "added"]
    changed = rows["limited_company"]
    assert changed["changed_fields"] == ["kind_code", "pattern", "reason_fi"]
    assert (changed["before"]["reason_fi"], changed["after"]["pattern"]) == ("muoto", "")
    (results,) = json.loads(http.get("/dataset/service_results/diff.json").text)["tables"]
    assert [(row["before"]["service_name"], row["after"]["service_name"]) for row in results["rows"]] == [
        ("Potholes", None), ("Potholes", ""), (None, "–"),
    ]  # fmt: skip
    text = http.get("/dataset/budgets/diff.json").text
    assert '"budget_eur": 1234567890123456.10' in text
    csv = http.get("/dataset/companies/diff.csv?table=company_kind_rules").text
    assert ',oy|ab,"",' in csv
    assert "=1+1" in csv  # as it is: programs read the plain file
    csv = http.get("/dataset/service_results/diff.csv").text
    assert ",Potholes,," in csv
    assert ',Potholes,"",' in csv


def test_without_releases_the_newest_is_compared_with_the_one_before(http, versions):
    named = f"from={versions[0]}&to={versions[1]}"
    for kind in ("csv", "json"):
        answer = http.get(f"/dataset/purchases/diff.{kind}")
        assert answer.data == http.get(f"/dataset/purchases/diff.{kind}?{named}").data
        assert named in answer.headers["Content-Location"]
    assert (
        http.get("/dataset/purchases/diff.csv").data
        == http.get(f"/dataset/purchases/diff.csv?{named}&table=purchases").data
    )


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_file_is_named_whole_resumable_and_open_to_all(http, kind):
    address = f"/dataset/purchases/diff.{kind}"
    first = http.get(address)
    assert int(first.headers["Content-Length"]) == len(first.data)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["X-Sample"] == "true"
    assert int(first.headers["X-Row-Count"]) > 0
    head = http.head(address)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    assert http.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    part = http.get(address, headers={"Range": "bytes=5-24"})
    assert (part.status_code, part.data) == (206, first.data[5:25])
    assert http.options(address).headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("accept", "status", "kind"),
    [("text/html", 303, "text/html"), ("*/*", 303, "text/html"), ("application/json", 200, "application/json"),
     ("text/csv", 200, "text/csv")],
)  # fmt: skip
def test_the_address_without_a_language_gives_what_is_accepted(http, accept, status, kind):
    answer = http.get("/dataset/purchases/diff?table=purchases", headers={"Accept": accept, "Accept-Language": "sv"})
    assert (answer.status_code, answer.mimetype) == (status, kind)
    assert {"Accept", "Accept-Language"} <= set(answer.vary)
    if status == 303:
        assert answer.location == "/sv/dataset/purchases/diff?table=purchases"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_counts_shows_and_links(http, versions, language):
    t = translator(language)
    tree = read(http.get(f"/{language}/dataset/companies/diff").text)
    selects = {one.get("name"): one for one in tree.all("select")}
    chosen = {
        name: next(one.get("value") for one in select.all("option") if one.get("selected") is not None)
        for name, select in selects.items()
    }
    assert chosen == {"from": versions[0], "to": versions[1]}
    text = tree.one("main").text
    assert t("(empty text)") in text
    assert f"{t('Rows changed')}: " in text
    hrefs = [one.get("href") or "" for one in tree.all("a")]
    named = f"from={versions[0]}&to={versions[1]}"
    assert f"/dataset/companies/diff.csv?{named}&table=company_kind_rules" in hrefs
    assert f"/dataset/companies/diff.json?{named}" in hrefs
    assert f"/{language}/dataset/companies/diff?{named}" in hrefs
    ours = {href for href in hrefs if "/diff" in href or "/row/" in href}
    assert {http.get(href).status_code for href in ours} == {200}
    ids = {one.get("id") for one in tree.all("h2")}
    assert {href[1:] for href in hrefs if href.startswith("#")} - {"content"} <= ids


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("query", "status"),
    [("from=2020-01-01T0000Z-abcdef", 404), ("to=..%2F..%2Fetc", 404), ("from=%00&to=x", 404), ("table=nothing", 404),
     ("from={0}&to={0}", 200), ("from={1}&to={0}", 200), ("to={0}", 200), ("from=&to=&table=", 200)],
)  # fmt: skip
def test_what_cannot_be_compared_is_said_in_the_readers_language(http, versions, language, query, status):
    answer = http.get(f"/{language}/dataset/companies/diff?" + query.format(*versions))
    assert answer.status_code == status
    tree = read(answer.text)
    assert {one.get("name") for one in tree.all("select")} == {"from", "to"}
    notes = [one.text for one in tree.all("p") if "note" in (one.get("class") or "")]
    assert notes or query == "from=&to=&table="
    links = [one.get("href") for one in tree.all("a") if one.get("hreflang") == "fi"]
    asked = "?" in (links[0] or "")
    assert asked is (query != "from=&to=&table=")


@pytest.mark.parametrize(
    ("path", "status"),
    [("purchases/diff.csv?from=2020-01-01T0000Z-abcdef", 404), ("purchases/diff.csv?table=companies", 404),
     ("purchases/diff.csv?from=%00", 404), ("nothing/diff.csv", 404), ("nothing/diff", 404),
     ("purchases/diff.json?height=1", 400), ("purchases/diff.csv?from=a&from=b", 400), ("purchases/diff.xml", 404),
     ("purchases/diff.csv?to={0}", 404), ("purchases/diff.csv?release=2020-01-01T0000Z-abcdef", 404)],
)  # fmt: skip
def test_a_file_that_there_is_not_is_refused_in_one_shape(http, versions, path, status):
    for language in LANGUAGES:
        joint = "&" if "?" in path else "?"
        answer = http.get(
            f"/dataset/{path.format(*versions)}{joint}lang={language}", headers={"Accept": "application/json"}
        )
        assert answer.status_code == status
        assert set(answer.json["error"]) == {"code", "status", "message"}


def test_a_release_against_itself_differs_in_nothing(http, versions):
    same = f"from={versions[0]}&to={versions[0]}"
    csv = http.get(f"/dataset/purchases/diff.csv?{same}").text
    assert csv.count("\n") == 1
    tables = json.loads(http.get(f"/dataset/purchases/diff.json?{same}").text)["tables"]
    assert {(one["added"], one["changed"], one["removed"], len(one["rows"])) for one in tables} == {(0, 0, 0, 0)}


def test_the_first_release_has_nothing_before_it(tmp_path):
    write_release(tmp_path, 24)
    http = create_site(Settings(data_dir=tmp_path)).server.test_client()
    answer = http.get("/en/dataset/purchases/diff")
    assert answer.status_code == 200
    assert "is the first of its kind" in answer.text
    assert http.get("/dataset/purchases/diff.csv").status_code == 404


def test_a_pinned_release_is_the_later_one(http, versions):
    tree = read(http.get(f"/en/dataset/companies/diff?release={versions[1]}").text)
    (form,) = [one for one in tree.all("form") if "filters" in (one.get("class") or "")]
    assert [one.get("value") for one in form.all("input") if one.get("name") == "release"] == [versions[1]]
    assert http.get(f"/dataset/purchases/diff.csv?release={versions[1]}").status_code == 200


def test_other_pages_still_say_that_they_do_not_know_its_parameters(http):
    assert "from=x" in read(http.get("/en/companies?from=x").text).one("main").text


def test_pages_of_datasets_and_releases_and_feeds_lead_to_it(http, versions):
    page = f"/en/dataset/companies/diff?from={versions[0]}&to={versions[1]}"
    hrefs = [one.get("href") for one in read(http.get("/en/dataset/companies").text).all("a")]
    assert "/en/dataset/companies/diff" in hrefs
    hrefs = [one.get("href") for one in read(http.get("/en/releases").text).all("a")]
    assert f"{page}&table=company_kind_rules" in hrefs
    escaped = page.replace("&", "&amp;")
    assert f'href="https://kuusi.example{escaped}"' in http.get("/dataset/companies/feed.atom?lang=en").text
    assert f'<a href="https://kuusi.example{escaped}">' in html.unescape(http.get("/feed.atom?lang=en").text)


def test_the_interface_gives_the_same_rows_page_by_page(http, versions):
    whole = json.loads(http.get("/dataset/purchases/diff.json").text, parse_float=Decimal)["tables"][0]["rows"]
    address, found = "/api/v1/tables/purchases/diff?limit=7", []
    while address:
        page = json.loads(http.get(address.removeprefix("https://kuusi.example")).text, parse_float=Decimal)
        assert (page["from"], page["to"], page["total"]) == (*versions, len(whole))
        found, address = found + page["rows"], page["next"]
    assert found == whole
    for asked, status in (("from=x", 404), ("limit=0", 400), ("cursor=WyIyMDI2LTExLTI0VDA2", 404), ("x=1", 400)):
        assert http.get(f"/api/v1/tables/purchases/diff?{asked}").status_code == status
    assert http.get("/api/v1/tables/nothing/diff").status_code == 404
