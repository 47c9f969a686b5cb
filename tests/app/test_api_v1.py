"""The site's own interface: pages of rows, sums, companies, indicators and releases, and how it refuses."""

from __future__ import annotations

import base64
import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.api.v1.blueprint import ANSWERS
from dashboard.app import create_site
from dashboard.i18n import LANGUAGES
from dashboard.openapi import filters, v1
from dashboard.openapi.registry import operations
from dashboard.query.model import Filter, Measure, Query
from dashboard.settings import Settings
from tests.fixtures.two_releases import write_two

ROWS = "/api/v1/tables/purchases/rows"
AGGREGATE = "/api/v1/tables/purchases/aggregate"


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A site of the second of two releases."""
    folder = tmp_path_factory.mktemp("two")
    write_two(folder)
    return create_site(Settings(data_dir=folder))


@pytest.fixture(scope="module")
def api(two):
    return two.server.test_client()


def read(client, address, **more):
    answer = client.get(address, **more)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text, parse_float=Decimal)


def follow(client, address):
    """The rows of all pages."""
    found = []
    while address:
        page = read(client, address.removeprefix("http://localhost"))
        found.append(page["rows"])
        address = page["next"]
    return found


def test_every_declared_operation_has_its_answer():
    assert {one.id for one in v1.OPERATIONS} == set(ANSWERS)
    ids = [one.id for one in operations()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "sort", ["", "city_code", "-amount_eur", "account_group_code,-posting_date", "-account_group_code,-supplier_name"]
)
@pytest.mark.parametrize("limit", [7, 50, 1000])
def test_the_pages_together_are_all_rows_once_in_their_order(api, two, sort, limit):
    asked = f"{ROWS}?limit={limit}&fields=snapshot_id,row_number,amount_eur"
    pages = follow(api, asked + (f"&sort={sort}" if sort else ""))
    assert {len(page) for page in pages[:-1]} <= {limit}
    order = tuple((name.removeprefix("-"), "desc" if name[0] == "-" else "asc") for name in sort.split(",") if name)
    whole = two.engine.rows(Query("purchases", columns=("snapshot_id", "row_number", "amount_eur"), order_by=order))
    assert [row for page in pages for row in page] == whole


def test_a_page_names_the_next_one_in_a_header_too(api):
    answer = api.get(f"{ROWS}?limit=5")
    assert answer.headers["Link"] == f'<{answer.json["next"]}>; rel="next"'
    assert "Link" not in api.get(f"{ROWS}?limit=1000").headers


@pytest.mark.parametrize(
    ("asked", "of"),
    [("city_code=853", Filter("city_code", "eq", "853")),
     ("city_code__ne=853", Filter("city_code", "differs", "853")),
     ("city_code__in=853,091", Filter("city_code", "in", ("853", "091"))),
     ("amount_eur__gt=1000.50", Filter("amount_eur", "gt", Decimal("1000.50"))),
     ("amount_eur__lt=0", Filter("amount_eur", "lt", 0)),
     ("amount_eur__lte=-10", Filter("amount_eur", "le", -10)),
     ("purchase_year__gte=2024", Filter("purchase_year", "ge", 2024)),
     ("posting_date__gte=2024-06-01", Filter("posting_date", "ge", "2024-06-01")),
     ("supplier_name__contains=OY", Filter("supplier_name", "contains", "oy")),
     ("is_credit_note=true", Filter("is_credit_note", "eq", True)),
     ("account_group_code__is_null=true", Filter("account_group_code", "is_null")),
     ("account_group_code__is_null=false", Filter("account_group_code", "not_null")),
     ('supplier_name__in="Lainaus ""Oy"", Ab",Konehuolto Öljymäki Oy',
      Filter("supplier_name", "in", ('Lainaus "Oy", Ab', "Konehuolto Öljymäki Oy")))],
)  # fmt: skip
def test_a_filter_keeps_the_rows_that_the_same_question_gives(api, two, asked, of):
    found = read(api, f"{ROWS}?total=true&limit=1000&{asked}")
    assert 0 < found["total"] == len(found["rows"]) == two.engine.count(Query("purchases", filters=(of,))) < 150


def test_a_list_is_filtered_by_a_value_in_it(api, two):
    found = read(api, "/api/v1/tables/companies/rows?city_codes__contains=853")["rows"]
    assert found
    assert all("853" in row["city_codes"] for row in found)
    others = read(api, "/api/v1/tables/companies/rows?city_codes__contains=85")["rows"]
    assert others == []


def test_money_keeps_its_digits(api):
    text = api.get(f"{ROWS}?fields=amount_eur&limit=1000").text
    values = [row["amount_eur"] for row in json.loads(text, parse_float=str)["rows"]]
    assert all(len(value.partition(".")[2]) == 2 for value in values)


def test_sums_by_groups_are_those_of_the_rows(api, two):
    found = read(api, f"{AGGREGATE}?measure=sum:amount_eur,count&by=city_code,purchase_year&sort=-measure")
    rows = two.engine.rows(Query("purchases"))
    for group in found["groups"]:
        of = [r for r in rows if (r["city_code"], r["purchase_year"]) == (group["city_code"], group["purchase_year"])]
        assert group["count"] == len(of)
        assert group["sum_amount_eur"] == sum(row["amount_eur"] for row in of)
    assert found["total"] == len(found["groups"]) == len({(r["city_code"], r["purchase_year"]) for r in rows})
    sums = [group["sum_amount_eur"] for group in found["groups"]]
    assert sums == sorted(sums, reverse=True)
    first = read(api, f"{AGGREGATE}?measure=sum:amount_eur,count&by=city_code,purchase_year&sort=-measure&limit=3")
    assert (first["groups"], first["total"]) == (found["groups"][:3], found["total"])


def test_a_release_tells_its_changes_and_their_rows(api, two):
    releases = read(api, "/api/v1/releases")["releases"]
    assert [one["is_current"] for one in releases] == [True, False]
    version = releases[0]["version"]
    changes = {one["table"]: one for one in read(api, f"/api/v1/releases/{version}/changes")["changes"]}
    change = changes["purchases"]
    assert (change["rows_before"], change["rows_after"], change["added"], change["removed"]) == (120, 150, 30, 0)
    assert [link["name"] for link in change["links"]] == ["added"]
    address = next(link["href"] for link in change["links"])
    rows = [row for page in follow(api, f"{address}?limit=7") for row in page]
    whole = {(row["snapshot_id"], row["row_number"]): row for row in two.engine.rows(Query("purchases"))}
    assert len(rows) == 30
    for row in rows:
        same = whole[row["snapshot_id"], row["row_number"]]
        assert row["amount_eur"] == same["amount_eur"]
        assert row["posting_date"] == same["posting_date"].isoformat()
        assert row["is_credit_note"] is same["is_credit_note"]


def test_a_company_is_found_by_its_name_and_its_business_id(api):
    found = read(api, "/api/v1/companies?q=konehuolto")
    assert [one["business_id"] for one in found["companies"]] == ["9000001-1"]
    one = read(api, "/api/v1/companies/9000001-1")
    assert one["names"][0]["name"] == one["name"] == "Konehuolto Öljymäki Oy"
    assert read(api, "/api/v1/companies?q=öljymaki")["total"] == 1


def test_an_indicator_has_its_definition_and_values(client, site):
    codes = [one["code"] for one in read(client, "/api/v1/indicators")["indicators"]]
    assert codes == [one.code for one in site.engine.package.indicators]
    address = f"/api/v1/indicators/{codes[0]}/values?limit=9&city_code=853"
    rows = [row for page in follow(client, address) for row in page]
    which = (Filter("indicator_code", "eq", codes[0]), Filter("city_code", "eq", "853"))
    assert len(rows) == site.engine.count(Query("indicator_values", filters=which)) > 0


REFUSED = (
    ("/api/v1/tables/nothing", 404, "unknown_resource"),
    ("/api/v1/tables/nothing/rows", 404, "unknown_resource"),
    ("/api/v1/nothing", 404, "unknown_resource"),
    (f"{ROWS}?height=1", 400, "unknown_field"),
    (f"{ROWS}?amount_eur__like=1", 400, "invalid_query"),
    (f"{ROWS}?amount_eur=x", 400, "invalid_query"),
    (f"{ROWS}?posting_date=2024-02-30", 400, "invalid_query"),
    (f'{ROWS}?supplier_name__in=a"b', 400, "invalid_query"),
    (f'{ROWS}?supplier_name__in="a"b', 400, "invalid_query"),
    (f'{ROWS}?supplier_name__in="a', 400, "invalid_query"),
    (f"{ROWS}?posting_date__in=2024-02-28,2024-02-30", 400, "invalid_query"),
    (f"{ROWS}?purchase_year__in=2024,", 400, "invalid_query"),
    (f"{ROWS}?purchase_year=99999999999999999999", 400, "invalid_query"),
    (f"{ROWS}?is_credit_note=yes", 400, "invalid_query"),
    (f"{ROWS}?limit=0", 400, "invalid_query"),
    (f"{ROWS}?limit=1001", 400, "invalid_query"),
    (f"{ROWS}?limit=1&limit=2", 400, "invalid_query"),
    (f"{ROWS}?fields=height", 400, "invalid_query"),
    (f"{ROWS}?sort=height", 400, "invalid_query"),
    (f"{ROWS}?cursor=!", 400, "invalid_query"),
    (f"{ROWS}?cursor=AAAAAAAAAAAAAAAAAAAA", 404, "unknown_page"),
    (f"{ROWS}?release=2020-01-01T0000Z-000000", 404, "unknown_resource"),
    (f"{ROWS}?lang=de", 400, "invalid_query"),
    (f"{AGGREGATE}?measure=sum:city_code", 400, "invalid_query"),
    (f"{AGGREGATE}?by=height", 400, "invalid_query"),
    ("/api/v1/companies", 400, "invalid_query"),
    ("/api/v1/companies?q=a&x=1", 400, "unknown_field"),
    ("/api/v1/companies/0000000-0", 404, "unknown_resource"),
    ("/api/v1/indicators/nothing", 404, "unknown_resource"),
    ("/api/v1/releases/..%2f..", 404, "unknown_resource"),
    ("/api/v1/releases/nothing/changes", 404, "unknown_resource"),
    ("/data/.csv", 404, "unknown_resource"),
    ("/feed/city/000.atom", 404, "unknown_resource"),
    ("/feed.atom?x=1", 400, "invalid_query"),
)  # fmt: skip


@pytest.mark.parametrize(("address", "status", "code"), REFUSED)
def test_a_refusal_has_one_shape_and_a_sentence_in_each_language(api, address, status, code):
    said = set()
    for language in LANGUAGES:
        answer = api.get(address, headers={"Accept-Language": language})
        assert answer.status_code == answer.json["error"]["status"] == status, answer.text
        assert set(answer.json) == {"error"}
        assert answer.json["error"]["code"] == code
        assert answer.json["error"]["message"].endswith(".")
        said.add(answer.json["error"]["message"])
    assert len(said) == len(LANGUAGES)


def test_a_cursor_of_another_question_leads_nowhere(api):
    cursor = read(api, f"{ROWS}?limit=5")["next"].partition("cursor=")[2]
    assert api.get(f"{ROWS}?limit=9&cursor={cursor}").status_code == 200
    assert api.get(f"{ROWS}?limit=5&city_code=853&cursor={cursor}").json["error"]["code"] == "unknown_page"
    assert api.get(f"{ROWS}?limit=5&sort=amount_eur&cursor={cursor}").json["error"]["code"] == "unknown_page"


def test_too_many_groups_or_values_to_read_are_refused_by_name_of_the_limit(api, monkeypatch):
    monkeypatch.setattr("dashboard.api.v1.rows.MOST_GROUPS", 10)
    answer = api.get(f"{AGGREGATE}?by=voucher_number&lang=en")
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "query_too_large")
    assert "10" in answer.json["error"]["message"]
    assert len(api.get(f"{AGGREGATE}?by=voucher_number&limit=4").json["groups"]) == 4
    monkeypatch.setattr("dashboard.api.v1.rows.MOST_CELLS", 200)
    assert api.get(f"{AGGREGATE}?by=city_code").status_code == 413
    many = "&".join(f"amount_eur__{one}={n}" for n, one in enumerate(["gt", "lt", "gte", "lte", "ne"]))
    monkeypatch.setattr("dashboard.openapi.filters.MOST_FILTERS", 4)
    assert api.get(f"{ROWS}?{many}").status_code == 400


@pytest.mark.parametrize(
    "address", ["/api/v1/", ROWS, f"{AGGREGATE}?by=voucher_number", "/api/v1/releases", "/openapi.json", "/feed.atom"]
)
def test_an_answer_is_named_open_and_not_sent_twice(api, two, address):
    first = api.get(address)
    assert first.headers["X-Release"] == two.engine.package.version
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = api.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    head = api.head(address)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    packed = api.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert api.get(address, headers={"If-None-Match": packed.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed(api, method):
    answer = getattr(api, method)(ROWS)
    assert (answer.status_code, answer.json["error"]["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


fields = st.sampled_from(["amount_eur", "city_code", "posting_date", "purchase_year", "is_credit_note", "x"])
endings = st.sampled_from(["", *(f"__{one}" for one in (*filters.COMPARED, "in", "contains", "is_null", "like"))])
names = st.tuples(fields, endings).map("".join)
parameters = st.sampled_from(["fields", "sort", "limit", "cursor", "total", "release", "lang", "measure", "by", "q"])
anything = st.text(max_size=30) | st.integers().map(str) | st.floats().map(str) | st.dates().map(str)


@given(query=st.dictionaries(names | parameters | st.text(max_size=8), anything, max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("address", [ROWS, AGGREGATE, "/api/v1/companies", "/feed.atom", "/api/v1/indicators"])
def test_whatever_is_asked_is_answered_or_refused(api, address, query):
    answer = api.get(address, query_string=query)
    assert answer.status_code in (200, 400, 404, 413), (query, answer.text)
    if answer.status_code != 200:
        assert set(answer.json["error"]) == {"code", "status", "message"}


@given(values=st.lists(st.none() | st.text(max_size=20) | st.integers() | st.floats(), max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_forged_cursor_never_fails(api, values):
    true = read(api, f"{ROWS}?limit=5&sort=amount_eur,posting_date")["next"].partition("cursor=")[2]
    digest = json.loads(base64.urlsafe_b64decode(true + "=" * (-len(true) % 4)))[0]
    forged = base64.urlsafe_b64encode(json.dumps([digest, *values]).encode()).decode().rstrip("=")
    answer = api.get(f"{ROWS}?limit=5&sort=amount_eur,posting_date&cursor={forged}")
    assert answer.status_code in (200, 404), answer.text


def test_rows_behind_a_value_are_only_of_rows(two):
    from dashboard.errors import InvalidQuery

    with pytest.raises(InvalidQuery):
        two.engine.rows(Query("purchases", (Measure("n", "count"),), ("city_code",), after=("853",)))
