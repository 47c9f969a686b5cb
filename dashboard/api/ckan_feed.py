"""`/feeds/dataset.atom`: the datasets, the last modified first, as CKAN's feed has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import flask
from feedgen.feed import FeedGenerator

from dashboard.api.errors import asked_language
from dashboard.ckan_api.asked import Asked
from dashboard.ckan_api.errors import CkanError
from dashboard.ckan_api.search import search
from dashboard.ckan_api.site import PUBLISHER, Portal
from dashboard.errors import InvalidQuery
from dashboard.i18n import translator

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
ENTRIES = 20
"""Datasets of a page."""


def add_feed(blueprint: flask.Blueprint, portal: Callable[[], Portal]) -> None:
    """Add the address; `portal` gives the release that the current request asks for."""

    @blueprint.get("/feeds/dataset.atom")
    def datasets() -> flask.Response:
        args = flask.request.args
        try:
            page = max(Asked(args).number("page", 1), 1)
            values = {"q": args.get("q", ""), "sort": "metadata_modified desc", "rows": ENTRIES}
            found = search(portal(), Asked({**values, "start": (page - 1) * ENTRIES}))
        except CkanError as error:
            raise InvalidQuery("The feed cannot be made so: {why}", why=str(error)) from error
        response = flask.Response(_atom(portal(), found, page, asked_language()), content_type=MEDIA_TYPE)
        response.add_etag()
        response.make_conditional(flask.request)
        response.vary.add("Accept-Language")
        return response


def _atom(portal: Portal, found: dict[str, Any], page: int, language: str) -> bytes:
    feed = FeedGenerator()
    feed.id(f"urn:uuid:{portal.id_of('feed', 'datasets')}")
    said = f" ({translator(language)('sample data')})" if portal.package.sample else ""
    feed.title(f"{PUBLISHER}: {portal.package.title[language]}{said}")
    feed.author(name=PUBLISHER, email=portal.email or None)
    feed.language(language)
    feed.updated(max((_moment(one) for one in found["results"]), default=portal.package.created))
    feed.link(href=_address(portal, page), rel="self")
    feed.link(href=f"{portal.base_url}/{language}/data", rel="alternate")
    if page > 1:
        feed.link(href=_address(portal, page - 1), rel="previous")
    if found["count"] > page * ENTRIES:
        feed.link(href=_address(portal, page + 1), rel="next")
    for one in found["results"]:
        _add(feed, one, language)
    answer: bytes = feed.atom_str(pretty=True)
    return answer


def _add(feed: FeedGenerator, package: dict[str, Any], language: str) -> None:
    entry = feed.add_entry(order="append")
    entry.id(f"urn:uuid:{package['id']}")
    entry.title(package["title_translated"][language])
    entry.summary(package["notes_translated"][language])
    entry.updated(_moment(package))
    entry.published(_moment(package, "metadata_created"))
    entry.link(href=package["url"], rel="alternate")  # the only one: feedgen writes no relation of an entry's links
    for one in package["tags"]:
        entry.category(term=one["name"])


def _address(portal: Portal, page: int) -> str:
    values = {name: value for name, value in flask.request.args.items() if name != "page"}
    query = urlencode(values | ({"page": str(page)} if page > 1 else {}))
    return f"{portal.base_url}/feeds/dataset.atom" + (f"?{query}" if query else "")


def _moment(package: dict[str, Any], name: str = "metadata_modified") -> dt.datetime:
    return dt.datetime.fromisoformat(package[name]).replace(tzinfo=dt.UTC)
