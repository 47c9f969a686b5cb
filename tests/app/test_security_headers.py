"""What every answer tells a browser not to do."""

import base64
import hashlib
import json
import re

import pytest

from dashboard.api.security import HEADERS
from dashboard.closed import create_closed
from dashboard.errors import ContractMismatch
from dashboard.settings import Settings


def policy(answer):
    """The Content-Security-Policy as sources by directive."""
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


def addresses(server):
    """An address for each route; whether there is something at it does not matter here."""
    with server.test_request_context():
        for rule in server.url_map.iter_rules():
            kinds = rule._converters.items()
            values = {name: one.regex.strip("()?:").split("|")[0] for name, one in kinds if "|" in one.regex}
            yield rule.build(dict.fromkeys(rule.arguments, "1") | values)[1]


@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put"])
def test_every_route_answers_with_them(real, method):
    client = real.server.test_client()
    asked = [*addresses(real.server), "/fi/nothing", "/static/nothing.js", "/fi/companies/%00"]
    assert len(asked) > 60
    for address in asked:
        answer = getattr(client, method)(address)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, address
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert policy(answer)["default-src"] == ["'self'"], address
        assert policy(answer)["script-src"] == ["'self'", real.assets.js_hash], address
        assert "Set-Cookie" not in answer.headers, address
        assert len(answer.headers.getlist("Content-Security-Policy")) == 1
        assert (answer.status_code, "Retry-After" in answer.headers) != (503, False), address


def test_the_script_of_a_page_is_the_one_whose_hash_is_told(client):
    answer = client.get("/fi/companies")
    scripts = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts]
    assert policy(answer)["script-src"] == ["'self'", *(f"'sha256-{one}'" for one in hashes)]
    assert len(scripts) == 1


def test_only_what_is_meant_to_be_embedded_may_be(client):
    assert policy(client.get("/fi/embed/suppliers"))["frame-ancestors"] == ["*"]
    for path in ("/fi/", "/fi/companies", "/fi/embed", "/embed/suppliers", "/fi/companies/embed/x", "/readyz"):
        assert policy(client.get(path))["frame-ancestors"] == ["'none'"], path


def test_a_browser_is_not_told_to_keep_to_https_where_there_is_none(client):
    assert "Strict-Transport-Security" not in client.get("/fi/").headers


def test_where_no_release_can_be_shown_too():
    client = create_closed(Settings(base_url="https://kuusi.example"), ContractMismatch("x")).test_client()
    answer = client.get("/fi/")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Strict-Transport-Security" in answer.headers
    assert answer.headers["Retry-After"] == "3600"


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/_dash-update-component", 1_000_000),
        ("/oai", 1_000_000),
        ("/api/3/action/package_search", 1_000_000),
        ("/api/v1/sql", 100_000),
    ],
)
def test_a_body_too_large_is_refused_in_words(client, address, most):
    answer = client.post(address, data=b"x" * (most + 1), content_type="application/json")
    assert answer.status_code in (400, 413)
    assert str(most) in re.sub(r"\D", "", json.dumps(answer.json, ensure_ascii=False))
