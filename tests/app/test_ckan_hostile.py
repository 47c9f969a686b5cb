"""Whatever is asked of the CKAN API is answered or refused in CKAN's way; never by a fault of ours."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.ckan_api.actions import ACTIONS
from dashboard.ckan_api.errors import SearchFailed
from dashboard.ckan_api.lucene import parse

PARAMETERS = (
    "id", "resource_id", "q", "fq", "fq_list", "sort", "rows", "start", "limit", "offset", "filters", "fields", "plain",
    "distinct", "records_format", "include_total", "facet.field", "facet.limit", "facet.mincount", "fl", "query",
    "name", "all_fields", "groups", "order_by", "include_datasets", "include_next_page", "callback", "sql", "language",
)  # fmt: skip
NAMES = ("purchases", "companies", "cities", "kuusi", "city_code", "amount_eur", "posting_date", "city_codes", "_id",
         "is_credit_note", "$or", "$and", "lt", "gte", "eq", "in", "objects", "csv", "lists")  # fmt: skip
texts = (
    st.sampled_from(NAMES) | st.text(max_size=12) | st.text(alphabet="[]{}()\"\\:*?~^+-!&|,TO ANDRz1.%;'", max_size=25)
)
plain = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)
asked = st.dictionaries(st.sampled_from(PARAMETERS) | st.text(max_size=5), values, max_size=5)
filters = st.dictionaries(st.sampled_from(NAMES), values, max_size=3)
EXPECTED = {200, 400, 403, 404, 409}


@pytest.fixture(scope="module")
def client(small):
    return small.server.test_client()


def check(answer):
    assert answer.status_code in EXPECTED, answer.get_data(as_text=True)
    if answer.mimetype == "application/json":
        envelope = answer.get_json()
        if answer.status_code == 200:
            assert envelope["success"] is True
        elif answer.status_code == 400:
            assert isinstance(envelope, str)
        else:
            assert envelope["success"] is False
            assert "__type" in envelope["error"]


@settings(deadline=None, max_examples=250)
@given(name=st.sampled_from(sorted(ACTIONS)) | st.text(alphabet="abc_/%..é", max_size=8), body=asked)
def test_anything_in_a_body_is_answered(client, name, body):
    if "/" not in name and name.strip("."):
        check(client.post(f"/api/3/action/{name}", data=json.dumps(body)))


@pytest.mark.parametrize(
    "body",
    [
        '{"facet.limit": 1e999}', '{"rows": 1e999}', '{"q": NaN}', '{"rows": Infinity}',
        '{"resource_id": "purchases", "language": ' + "[" * 600 + "1" + "]" * 600 + "}",
        '{"resource_id": "purchases", "q": {"unit_name": ' + "[" * 400 + "]" * 400 + "}}",
        "[" * 100_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["package_search", "datastore_search", "status_show"])
def test_numbers_without_end_and_lists_within_lists_are_refused(client, name, body):
    answer = client.post(f"/api/3/action/{name}", data=body)
    check(answer)
    json.loads(answer.data, parse_constant=pytest.fail)


@settings(deadline=None, max_examples=150)
@given(name=st.sampled_from(sorted(ACTIONS)), pairs=st.lists(st.tuples(st.sampled_from(PARAMETERS), texts), max_size=5))
def test_anything_in_an_address_is_answered(client, name, pairs):
    check(client.get(f"/api/action/{name}", query_string=[(k, v.encode("utf-8", "replace")) for k, v in pairs]))


@settings(deadline=None, max_examples=250)
@given(table=st.sampled_from(["purchases", "companies", "cities"]), wanted=filters, query=values, order=texts)
def test_any_filter_is_answered(client, table, wanted, query, order):
    body = {"resource_id": table, "filters": wanted, "q": query, "limit": 3, "sort": order}
    check(client.post("/api/3/action/datastore_search", data=json.dumps(body)))
    check(client.post("/api/3/action/datastore_search", data=json.dumps({**body, "sort": "", "plain": False})))


@settings(deadline=None, max_examples=100)
@given(
    pairs=st.dictionaries(
        st.sampled_from(("format", "filters", "q", "sort", "limit", "offset", "bom", "fields")), texts
    )
)
def test_any_dump_is_made_or_refused(client, pairs):
    given_ = {name: value.encode("utf-8", "replace") for name, value in pairs.items()}
    answer = client.get("/datastore/dump/purchases", query_string=given_)
    assert answer.status_code in (200, 400)


@settings(deadline=None, max_examples=300)
@given(query=st.text(alphabet='ab[]{}()"\\:*?~^+-!&|TO ANDRz1', max_size=40))
def test_any_query_is_understood_or_refused(query):
    with suppress(SearchFailed):
        parse(query)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"1" * 5000, b'{"limit": 1' + b"0" * 400 + b"}", b"[" * 100_000, b'{"id": "\\ud800"}',
     b'{"id": "\\u0000"}', b"\xff\xfe", b'{"rows": NaN}', b'{"rows": 1e999}', b'{"a":' * 5000],
    ids=range(13),
)  # fmt: skip
def test_any_body_is_answered(client, body):
    for name in ("package_search", "datastore_search", "package_show"):
        for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
            check(client.post(f"/api/3/action/{name}", data=body, content_type=kind))


def test_hostile_orders_and_queries_are_refused_at_once(client):
    for asked_ in (
        {"sort": "a" + " " * 400_000 + "x"},
        {"q": "(" * 400_000, "plain": False},
        {"q": " ".join(map(str, range(60_000)))},
    ):
        answer = client.post("/api/3/action/datastore_search", json={"resource_id": "purchases", **asked_})
        assert answer.status_code == 409
    for asked_ in ({"fq": "(" * 9_000}, {"fq": "x" * 400_000}, {"fq": "-" * 9_000 + "x"}, {"sort": "a" + " " * 9_000}):
        assert client.post("/api/3/action/package_search", json=asked_).status_code == 409
