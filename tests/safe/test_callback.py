"""Dash's own addresses: its callback answers only what the site's pages ask, and survives whatever else it is sent."""

from __future__ import annotations

import copy
import json
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.api.callback import LONGEST, PATH, is_ours
from tests.app.callback import callback_body
from tests.safe.markup import check_tree

VALID = callback_body("/fi/companies", "?city=853&year=2024") | {"parsedChangedPropsIds": ["url.pathname"]}
"""What Dash's script sends; it leaves out the `state` that there is none of."""
PLACES = (
    ("output",), ("outputs",), ("outputs", "id"), ("outputs", "property"), ("inputs",), ("inputs", 0), ("inputs", 1),
    ("inputs", 0, "id"), ("inputs", 0, "property"), ("inputs", 0, "value"), ("inputs", 1, "value"),
    ("changedPropIds",), ("changedPropIds", 0), ("parsedChangedPropsIds",), ("state",), ("nothing",),
    ("inputs", 0, "nothing"), ("outputs", "nothing"),
)  # fmt: skip
TRACES = ("Traceback", 'File "', "site-packages", "dashboard/", "werkzeug", "duckdb", "lxml")
"""What an answer never tells of itself."""

odd = st.sampled_from((
    "\x00", "\ud800", "\udfff\ud800", "\u202e\u2066", "\r\nX: 1", "../../etc/passwd", "/%2e%2e%2fetc", "//evil.example",
    "\\\\evil.example", "javascript:alert(1)", "/fi/companies/\u202e", "/fi/\x00", "/sv/dataset/../..", "/%", "/%ff%fe",
    "?city=%ff", "?q=" + "%" * 50, "?sql=select%201;drop%20table%20x", "?release=../../x", "/" * 200,
    "?" + "a=1&" * 300,
    "<script>alert(1)</script>", "page.children...page2.children", "..page.children..", "{\"a\":1}.b", "",
    " ", "é" * 300,
))  # fmt: skip
texts = odd | st.text(max_size=30)
plain = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    plain, lambda one: st.lists(one, max_size=3) | st.dictionaries(texts, one, max_size=3), max_leaves=6
)


@st.composite
def bodies(draw):
    """The valid body with one to three of its places changed, taken out, or given something more."""
    body = copy.deepcopy(VALID)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(PLACES))
        at = body
        for step in way:
            try:
                at = at[step]
            except (KeyError, IndexError, TypeError):
                break
        try:
            if draw(st.booleans()) and draw(st.booleans()):
                del at[last]
            else:
                at[last] = draw(values)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
    return body


def ask(client, body, kind="application/json"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(PATH, data=content, content_type=kind)


def check(answer):
    """An answer is the page's tree, or a refusal in a few words."""
    assert answer.status_code in (200, 400), (answer.status_code, answer.get_data()[:300])
    assert "Set-Cookie" not in answer.headers
    if answer.status_code == 200:
        check_tree(answer.get_json())
    else:
        assert len(answer.get_data()) < 1000
        assert not any(trace in answer.text for trace in TRACES), answer.text


def test_what_the_pages_send_is_answered(client):
    assert is_ours(VALID)
    answer = ask(client, VALID)
    assert answer.status_code == 200
    check(answer)


@settings(deadline=None, max_examples=100)
@given(body=bodies())
def test_a_body_that_is_nearly_right_is_answered_or_refused(client, body):
    check(ask(client, body))


@settings(deadline=None, max_examples=60)
@given(body=values)
def test_any_json_is_refused(client, body):
    assert ask(client, body).status_code == 400


@settings(deadline=None, max_examples=60)
@given(path=texts, search=texts)
@example("/fi/companies/9000001-1", "?" + "city=853&" * 500)
@example("/fi/dataset/purchases/row/\x00", "?release=\x00")
@example("\u202e/fi", "?q=\u2067")
def test_any_address_is_a_page_or_refused(client, path, search):
    body = copy.deepcopy(VALID)
    for item, value in zip(body["inputs"], (path, search), strict=True):
        item["value"] = value
    check(ask(client, body))


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"1" * 5000, b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe\x00", b'"\\ud800"', b"NaN",
     json.dumps(VALID).encode("utf-16"), json.dumps(VALID).encode("utf-32"), b"\xef\xbb\xbf{}", b"{}\x00",
     b'{"output": "page.children", "output": "x"}', b"a=1&b=2", b'{"inputs": 1e999}'],
    ids=range(17),
)  # fmt: skip
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_any_body_is_answered_or_refused_in_a_few_words(client, content, kind):
    answer = ask(client, content, kind)
    check(answer)


@pytest.mark.parametrize(
    "change",
    [
        {"output": "..page.children..."}, {"output": "url.pathname"}, {"outputs": [VALID["outputs"]]},
        {"outputs": {"id": "page", "property": "children", "more": 1}},
        {"outputs": {"id": "url", "property": "children"}},
        {"state": [{"id": "url", "property": "pathname", "value": "/"}]}, {"inputs": VALID["inputs"][::-1]},
        {"inputs": VALID["inputs"] * 2}, {"inputs": []}, {"changedPropIds": ["page.children"]}, {"more": 1},
        {"changedPropIds": ["url.pathname"] * 50}, {"changedPropIds": [1]}, {"parsedChangedPropsIds": [{}]},
        {"inputs": [{**VALID["inputs"][0], "more": 1}, VALID["inputs"][1]]},
        {"inputs": [{**VALID["inputs"][0], "value": ["/fi/"]}, VALID["inputs"][1]]},
        {"inputs": [{**VALID["inputs"][0], "value": "/" + "a" * LONGEST}, VALID["inputs"][1]]},
        {"inputs": [{**VALID["inputs"][0], "value": "\ud800"}, VALID["inputs"][1]]},
        {"inputs": [{**VALID["inputs"][0], "id": {"type": "url"}}, VALID["inputs"][1]]},
        {"background": True}, {"job": "1"}, {"cancelJob": ["1"]},
    ],
    ids=range(22),
)  # fmt: skip
def test_only_the_declared_inputs_are_taken(client, change):
    body = {**VALID, **change}
    assert not is_ours(body)
    answer = ask(client, body)
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "invalid_query"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_no_other_method_reaches_the_callback(client, method):
    answer = client.open(PATH, method=method, json=VALID)
    assert answer.status_code in {"OPTIONS": (200,), "GET": (404,), "HEAD": (404,)}.get(method, (405,))
    assert b'"response"' not in answer.get_data()  # as Dash answers


def test_long_jobs_of_dash_are_not_there(client):
    for query in ("cacheKey=x&job=1", "cancelJob=1", "oldJob=1&oldJob=2", "cacheKey=../../etc/passwd"):
        answer = client.post(f"{PATH}?{query}", json={**VALID, "background": True})
        assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/_dash-layout", "/_dash-dependencies", "/_reload-hash"])
def test_what_dash_tells_of_itself_is_nothing_of_the_machine(client, hostile_dir, path):
    answer = client.get(path)
    assert answer.status_code in (200, 404)
    assert str(hostile_dir) not in answer.text
    assert "/site-packages/" not in answer.text


def test_dash_declares_one_callback(client):
    (one,) = client.get("/_dash-dependencies").get_json()
    assert one["output"] == VALID["output"]
    assert [(item["id"], item["property"]) for item in one["inputs"]] == [("url", "pathname"), ("url", "search")]
    assert one["state"] == []


OUT = (
    "../../../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "....//....//etc/passwd",
    "/etc/passwd", "..\\..\\etc\\passwd", "%00", "dash.py", "__init__.py", "../flask/app.py", "_dash_renderer.py", "",
    "dash-renderer/build/../../dash.py", "dash-renderer/build/%2e%2e/%2e%2e/dash.py", "%252e%252e%252fdash.py",
)  # fmt: skip


@pytest.mark.parametrize(
    "package", ["dash", "flask", "os", "dashboard", "..", "%2e%2e", "etc", "", "dash%00", "dash.x"]
)
def test_no_file_but_dashs_scripts_is_given(client, package):
    for path in OUT:
        answer = client.get(f"/_dash-component-suites/{package}/{path}")
        assert answer.status_code in (404, 400, 301, 302, 308), (package, path, answer.status_code)
        assert b"root:x:" not in answer.data
        assert b"import " not in answer.data
        assert not any(trace in answer.text for trace in ("Traceback", "site-packages"))
        follow = answer.headers.get("Location", "/")
        assert follow.startswith("/"), follow
        assert not follow.startswith("//"), follow


@settings(deadline=None, max_examples=60)
@given(rest=st.text(max_size=20) | odd)
@pytest.mark.parametrize("start", ["/_dash-component-suites/", "/_dash", "/_reload-hash/", "/_favicon.ico/"])
def test_any_address_beside_them_is_refused(client, start, rest):
    answer = client.get(start + quote(rest.encode("utf-8", "replace")))
    assert answer.status_code < 500
    assert not any(trace in answer.text for trace in ("Traceback", "site-packages"))
