"""Paging through an API: every record once, and a part of a list never passes for the whole."""

from __future__ import annotations

import json
import time
from itertools import pairwise

import pytest
import requests
import responses

from etl.declare import Paging
from etl.errors import FetchError
from etl.fetch import http
from etl.fetch.paging import check_api, fetch_pages, write_pages
from etl.settings import Settings
from tests.source.endless import endless

URL = "https://api.example/unit/?page_size=2"
NEXT = Paging(style="next", records="results", max_pages=5)
NUMBERED = Paging(style="page", records="data.itemList", page_count="pageCount", max_pages=5)
SETTINGS = Settings(attempts=1, pause_seconds=0)


@pytest.fixture
def api():
    with responses.RequestsMock() as mock:
        yield mock


def fetch(paging=NEXT, url=URL):
    heard = []
    pages = fetch_pages(requests.Session(), url, paging, SETTINGS, heard.append)
    return pages, sum(heard)


def linked(api, url, ids, following=None):
    api.get(url, json={"results": [{"id": i} for i in ids], "next": following})


def state_of(paging=NEXT):
    with pytest.raises(FetchError) as caught:
        fetch(paging)
    return caught.value.state, str(caught.value)


def test_next_links_are_followed_to_their_end_in_order(api):
    linked(api, URL, [1, 2], "https://api.example/unit/?page=2&page_size=2")
    linked(api, "https://api.example/unit/?page=2&page_size=2", [3], None)
    pages, size = fetch()
    assert ([r["id"] for r in pages.records], pages.pages, pages.doubles) == ([1, 2, 3], 2, 0)
    assert size > 0


def test_a_record_that_moved_to_the_next_page_is_kept_once_and_counted(api):
    linked(api, URL, [1, 2], "https://api.example/2")
    linked(api, "https://api.example/2", [2, 3])
    pages, _ = fetch()
    assert ([r["id"] for r in pages.records], pages.doubles) == ([1, 2, 3], 1)


def test_records_without_an_id_are_all_kept(api):
    api.get(URL, json={"results": [{}, {}, {"id": None}, "odd"], "next": None})
    assert len(fetch()[0].records) == 4


def test_an_empty_page_ends_the_list_whatever_it_links_to(api):
    linked(api, URL, [1], "https://api.example/2")
    linked(api, "https://api.example/2", [], "https://api.example/3")
    assert fetch()[0].pages == 2


def test_a_link_to_http_behind_a_proxy_is_asked_over_https_and_a_relative_one_is_resolved(api):
    linked(api, URL, [1], "http://api.example/2")
    linked(api, "https://api.example/2", [2], "3")
    linked(api, "https://api.example/3", [3])
    assert [r["id"] for r in fetch()[0].records] == [1, 2, 3]


def test_links_to_another_host_are_refused(api):
    linked(api, URL, [1], "https://elsewhere.example/2")
    assert state_of()[0] == "wrong_content"


def test_pages_in_a_circle_are_refused(api):
    linked(api, URL, [1], "https://api.example/2")
    linked(api, "https://api.example/2", [2], URL)
    state, text = state_of()
    assert state == "wrong_content"
    assert "circle" in text


def test_more_pages_than_allowed_are_refused_and_not_cut_off(api):
    for number in range(1, 6):
        linked(
            api, URL if number == 1 else f"https://api.example/{number}", [number], f"https://api.example/{number + 1}"
        )
    state, text = state_of()
    assert state == "wrong_content"
    assert "more pages than allowed" in text


def numbered(api, number, ids, count):
    url = f"https://api.example/unit/?page_size=2&page={number}"
    api.get(url, json={"data": {"itemList": [{"id": i} for i in ids]}, "pageCount": count})


def test_numbered_pages_end_with_the_last_that_the_api_names(api):
    for number, ids in enumerate(([1, 2], [3, 4], [5]), start=1):
        numbered(api, number, ids, 3)
    pages, _ = fetch(NUMBERED)
    assert ([r["id"] for r in pages.records], pages.pages) == ([1, 2, 3, 4, 5], 3)


def test_numbered_pages_without_a_count_end_with_an_empty_one(api):
    paging = NUMBERED.model_copy(update={"page_count": None})
    numbered(api, 1, [1, 2], None)
    numbered(api, 2, [], None)
    assert fetch(paging)[0].pages == 2


def test_an_api_that_gives_the_same_page_for_every_number_ends(api):
    paging = NUMBERED.model_copy(update={"page_count": None})
    numbered(api, 1, [1, 2], None)
    numbered(api, 2, [1, 2], None)
    pages, _ = fetch(paging)
    assert (len(pages.records), pages.doubles) == (2, 2)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"body": "<html>busy</html>", "status": 200}, "wrong_content"),
        ({"body": '{"results": [{"id": 1', "status": 200}, "wrong_content"),
        ({"json": {"error": "x"}, "status": 200}, "wrong_content"),
        ({"json": {"results": {"a": 1}}, "status": 200}, "wrong_content"),
        ({"json": [], "status": 200}, "wrong_content"),
        ({"body": "", "status": 403}, "refused"),
        ({"body": "", "status": 404}, "not_found"),
        ({"body": "", "status": 503}, "server_error"),
        ({"body": requests.exceptions.ConnectionError("no")}, "unreachable"),
        ({"body": requests.exceptions.ReadTimeout("slow")}, "timeout"),
    ],
)
def test_a_page_that_is_none_is_a_named_state(api, answer, state):
    api.get(URL, **answer)
    assert state_of()[0] == state


def test_a_page_that_is_too_large_is_not_read_on(api, monkeypatch):
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 10)
    linked(api, URL, [1, 2])
    assert state_of()[0] == "too_large"


@pytest.mark.parametrize(
    ("limits", "trickle", "state"),
    [({"max_bytes": 1 << 20}, 0.0, "too_large"), ({"max_seconds": 0.3}, 0.05, "timeout")],
)
def test_a_page_that_does_not_end_is_given_up(limits, trickle, state):
    began = time.monotonic()
    with endless(b'{"results": []', trickle=trickle) as url, pytest.raises(FetchError) as caught:
        fetch_pages(requests.Session(), url, NEXT, SETTINGS.model_copy(update=limits), lambda _: None)
    assert caught.value.state == state
    assert time.monotonic() - began < 10


def test_the_time_is_that_of_all_pages_together(api, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    pages = [URL, *(f"https://api.example/{number}" for number in (2, 3, 4))]
    for number, (page, following) in enumerate(pairwise(pages)):
        linked(api, page, [number], following)

    def spend(_):
        now[0] += 2.0

    with pytest.raises(FetchError) as caught:
        fetch_pages(requests.Session(), URL, NEXT, SETTINGS.model_copy(update={"max_seconds": 3.0}), spend)
    assert caught.value.state == "timeout"
    assert pages[2] in str(caught.value)


def test_the_file_is_one_json_list_and_the_same_records_are_the_same_bytes(api, tmp_path):
    linked(api, URL, [1, 2])
    pages, _ = fetch()
    first, second = write_pages(pages, tmp_path / "a"), write_pages(pages, tmp_path / "b")
    assert json.loads((tmp_path / "a").read_text()) == [{"id": 1}, {"id": 2}]
    assert (first.sha256, first.bytes) == (second.sha256, (tmp_path / "b").stat().st_size)


def test_an_api_answers_whatever_it_says_and_a_dead_one_does_not(api):
    api.get("https://api.example/", status=404)
    check_api(requests.Session(), "https://api.example/", SETTINGS)
    api.get("https://dead.example/", body=requests.exceptions.ConnectionError("no"))
    with pytest.raises(FetchError) as caught:
        check_api(requests.Session(), "https://dead.example/", SETTINGS)
    assert caught.value.state == "unreachable"
