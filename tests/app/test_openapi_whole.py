"""The description of the interface leaves no address out that programs read, and says it in few bytes."""

from __future__ import annotations

import re

import pytest

from dashboard.ckan_api.actions import ACTIONS
from tests.app.walk import read

FOR_PROGRAMS = (
    "api",
    "catalog",
    "cite",
    "data",
    "datapackage",
    "dataset",
    "datastore",
    "download",
    "feed",
    "feeds",
    "oai",
)
LEFT_OUT = {"/api/v1/<path:_rest>", "/api/3/"}
"""What leads nowhere, and another spelling."""


@pytest.fixture(scope="module")
def description(small):
    return small.server.test_client().get("/openapi.json").json


def test_every_address_that_programs_read_is_described(small, description):
    described = {re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$") for path in description["paths"]}
    rules = [one.rule for one in small.server.url_map.iter_rules()
             if re.split(r"[/.<]", one.rule)[1] in FOR_PROGRAMS and one.rule not in LEFT_OUT]  # fmt: skip
    shown = {rule: re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", rule) for rule in rules}
    shown = {rule: re.sub(r"<(?:\w+:)?\w+>", "x", path) for rule, path in shown.items()}
    known = {"x": ("cities", "suppliers", "package_list", "purchases")}
    missing = [
        rule for rule, path in shown.items()
        if not any(one.match(re.sub(r"(?<=[/])x(?=[/.]|$)", word, path)) for one in described for word in known["x"])
    ]  # fmt: skip
    assert len(rules) > 30
    assert missing == []


def test_every_action_of_ckan_is_described_by_get_and_post(description):
    for name in ACTIONS:
        assert {"get", "head", "post"} <= set(description["paths"][f"/api/3/action/{name}"]), name
    (choice,) = description["paths"]["/api/action/{action}"]["parameters"]
    enum = description["components"]["parameters"][choice["$ref"].rpartition("/")[2]]["schema"]["enum"]
    assert sorted(enum) == sorted(ACTIONS)


def test_what_is_referred_to_is_there_and_nothing_else(description):
    text = str(description)
    for kind, parts in description["components"].items():
        for name in parts:
            assert f"'#/components/{kind}/{name}'" in text, (kind, name)
    for kind, name in set(re.findall(r"'#/components/(\w+)/(\w+)'", text)):
        assert name in description["components"][kind], (kind, name)


def test_the_page_lists_each_group_and_opens_it(small):
    main = read(small.server.test_client().get("/en/api").text).one("main")
    groups = {one.get("id"): one for one in main.with_class("group")}
    assert {"group-tables", "group-sql", "group-files", "group-catalogue", "group-ckan", "group-feeds"} <= set(groups)
    assert len([one for one in groups["group-ckan"].all("p") if (one.get("id") or "").startswith("operation-")]) == 31


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feed.atom?q=%C3%A1%C2%96%05%14", 200),  # control characters, which no XML holds
        ("/catalog?release=none", 404),
        ("/catalog?page=0", 400),
        ("/dataset/cities?profile=none", 400),
        ("/dataset/cities.ttl?profile=", 400),
        ("/catalog.ttl?modified_since=", 400),
        ("/catalog.nothing", 404),
        ("/datapackage.json?release=none", 404),
    ],
)
def test_what_fuzzing_found_stays_mended(small, path, status):
    answer = small.server.test_client().get(path)
    assert answer.status_code == status
    assert status == 200 or answer.json["error"]["status"] == status


@pytest.mark.parametrize("form", [{"query": ""}, {"limit": "1"}])
def test_a_form_of_one_field_is_a_form(small, form):
    answer = small.server.test_client().post("/api/3/action/tag_search", data=form)
    assert answer.json["success"]
