"""The catalogue for harvesters: DCAT-AP of everything and of each dataset, and each dataset's other descriptions."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import flask

from dashboard.api.described import Asked, Described, descriptor
from dashboard.api.errors import asked_language
from dashboard.api.negotiated import accepted, open_descriptions, see_other, send_description, varied
from dashboard.catalogue.croissant import croissant
from dashboard.catalogue.csvw import table_csvw
from dashboard.catalogue.dcat import PROFILES, Profile, add_page, catalogue_graph, entry_graph
from dashboard.catalogue.descriptor import cut_down
from dashboard.catalogue.model import Entry
from dashboard.catalogue.rdf import MEDIA_TYPES, serialise
from dashboard.csvw import MEDIA_TYPE as CSVW
from dashboard.errors import InvalidQuery, UnknownResource
from dashboard.served import Served

KINDS = f"any({','.join(MEDIA_TYPES)})"
PER_PAGE, MOST_PER_PAGE = 100, 1000
MOST_KEPT = 32
"""Graphs kept as they were written; the largest is half a megabyte."""


@dataclass(frozen=True)
class View:
    """What of the catalogue is asked for, and how: datasets changed `since`, all of them where there is no `page`."""

    kind: str
    profile: Profile
    since: dt.datetime | None = None
    page: int | None = None
    per_page: int = PER_PAGE
    query: str = ""
    """What of the request's query stands in the addresses of its other pages."""


def create_catalogue(served: Callable[[], Served], base_url: Callable[[], str], contact: str) -> flask.Blueprint:
    """The blueprint; `served` gives the release of the current request, `base_url` its public address."""
    blueprint = flask.Blueprint("catalogue", __name__)
    described = Described(served, base_url, contact)

    @lru_cache(maxsize=MOST_KEPT)
    def whole(asked: Asked, view: View) -> bytes:
        return _catalogue(described, asked, view)

    @lru_cache(maxsize=MOST_KEPT)
    def one(asked: Asked, name: str, kind: str, profile: Profile, _on_disk: tuple[str, ...]) -> bytes:
        catalogue, entry = described.entry(asked, name)
        return serialise(entry_graph(catalogue, entry, profile, described.versions(name)), kind)

    def graph(asked: Asked, name: str, kind: str) -> flask.Response:
        _, entry = described.entry(asked, name)
        body = one(asked, name, kind, _profile(), tuple(described.versions(name)))
        address = f"{_path(entry.address, asked)}.{kind}"
        return send_description(body, MEDIA_TYPES[kind], {"Content-Location": address, "Link": _links(entry, asked)})

    def negotiated(asked: Asked, name: str) -> flask.Response:
        """The page to who reads, the graph to who harvests, each by what it accepts."""
        _, entry = described.entry(asked, name)
        _profile()  # what cannot be obeyed is refused, also where the page would not need it
        kind = accepted()
        if kind is None:
            answer = see_other(_path(entry.pages[asked_language()], asked))
            answer.headers["Link"] = _links(entry, asked)
            return answer
        return varied(graph(asked, name, kind))

    @blueprint.get("/catalog")
    def catalogue() -> flask.Response:
        kind, asked, view = accepted(), described.asked(), _view("ttl")
        if kind is None:
            release = flask.request.args.get("release")
            return see_other(f"/{asked_language()}/data" + (f"?{urlencode({'release': release})}" if release else ""))
        return varied(send_description(whole(asked, replace(view, kind=kind)), MEDIA_TYPES[kind]))

    @blueprint.get(f"/catalog.<{KINDS}:kind>")
    def catalogue_file(kind: str) -> flask.Response:
        return send_description(whole(described.asked(), _view(kind)), MEDIA_TYPES[kind])

    @blueprint.get("/dataset/<name>")
    def dataset(name: str) -> flask.Response:
        return negotiated(described.asked(), name)

    @blueprint.get(f"/dataset/<name>.<{KINDS}:kind>")
    def dataset_file(name: str, kind: str) -> flask.Response:
        return graph(described.asked(), name, kind)

    @blueprint.get("/dataset/<name>/releases/<version>")
    def release(name: str, version: str) -> flask.Response:
        return negotiated(described.release(version), name)

    @blueprint.get(f"/dataset/<name>/releases/<version>.<{KINDS}:kind>")
    def release_file(name: str, version: str, kind: str) -> flask.Response:
        return graph(described.release(version), name, kind)

    @blueprint.get("/dataset/<name>/datapackage.json")
    def datapackage(name: str) -> flask.Response:
        asked = described.asked()
        _, entry = described.entry(asked, name)
        return _json(cut_down(descriptor(asked.package), entry), "application/json")

    @blueprint.get("/dataset/<name>/croissant.json")
    def croissant_file(name: str) -> flask.Response:
        _, entry = described.entry(described.asked(), name)
        language = flask.request.args.get("lang", "en")
        return _json(croissant(entry, language if language in entry.title else "en"), "application/ld+json")

    @blueprint.get("/data/<table>.csv-metadata.json")
    def table_metadata(table: str) -> flask.Response:
        asked = described.asked()
        _, entry = described.entry(asked, asked.package.dataset_of(table).name)
        found = next(one for one in entry.tables if one.name == table)
        return _json(table_csvw(entry, found, found.file("csv").url), CSVW)

    @blueprint.get("/dataset/<name>.csv-metadata.json")
    def dataset_metadata(name: str) -> flask.Response:
        """Of the CSV at the dataset's own address, which is its first table."""
        _, entry = described.entry(described.asked(), name)
        _, mark, query = entry.tables[0].file("csv").url.partition("?")  # of an older release
        return _json(table_csvw(entry, entry.tables[0], f"{entry.landing}.csv{mark}{query}"), CSVW)

    blueprint.after_request(open_descriptions)
    return blueprint


def _catalogue(described: Described, asked: Asked, view: View) -> bytes:
    """The catalogue, or a page of it."""
    catalogue = described.catalogue(asked)
    shown = [one for one in catalogue.entries if not view.since or not one.modified or one.modified >= view.since]
    if view.page is None:
        return serialise(catalogue_graph(catalogue, view.profile, shown), view.kind)
    last, first = max(1, math.ceil(len(shown) / view.per_page)), (view.page - 1) * view.per_page
    if view.page > last:
        raise UnknownResource(
            "There is no page {page} of the catalogue; the last is {last}.", page=view.page, last=last
        )
    pages = {"this": view.page, "first": 1, "last": last}
    pages |= {"previous": view.page - 1} if view.page > 1 else {}
    pages |= {"next": view.page + 1} if view.page < last else {}
    base = f"{catalogue.address}.{view.kind}?{view.query}"
    graph = catalogue_graph(catalogue, view.profile, shown[first : first + view.per_page])
    add_page(graph, {way: f"{base}page={page}" for way, page in pages.items()}, len(shown), view.per_page)
    return serialise(graph, view.kind)


def _view(kind: str) -> View:
    """What the request asks for. Raises InvalidQuery."""
    args = flask.request.args
    page = _number("page", 10**9) if "page" in args else None
    kept = [(name, args[name]) for name in ("profile", "modified_since", "per_page", "release") if name in args]
    query = urlencode(kept) + "&" if kept else ""
    since = _moment(args["modified_since"]) if "modified_since" in args else None
    return View(kind, _profile(), since, page, _number("per_page", MOST_PER_PAGE, PER_PAGE), query if page else "")


def _profile() -> Profile:
    asked = flask.request.args.get("profile", PROFILES[0])
    for profile in PROFILES:
        if asked == profile:
            return profile
    raise InvalidQuery("There is no profile {name!r}; there are {names}.", name=asked, names=", ".join(PROFILES))


def _number(name: str, most: int, default: int = 1) -> int:
    """A number of the query from 1 to `most`. Raises InvalidQuery."""
    text = flask.request.args.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and 1 <= int(text) <= most):
        raise InvalidQuery(
            "{name} is {value!r}: give a whole number from 1 to {most}.", name=name, value=text, most=most
        )
    return int(text)


def _moment(text: str) -> dt.datetime:
    """A day or moment of the query; one without a zone is in UTC. Raises InvalidQuery."""
    for spelling in (text, text.replace(" ", "+")):  # a plus sign that was not encoded arrives as a space
        try:
            found = dt.datetime.fromisoformat(spelling)
            return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            continue
    raise InvalidQuery(
        "{name} is {value!r}: give a day or moment, such as 2026-11-24 or 2026-11-24T06:03:00Z.",
        name="modified_since",
        value=text,
    )


def _path(address: str, asked: Asked) -> str:
    """An address of the site without its origin, which a proxy may know under another name."""
    return address.removeprefix(asked.base_url)


def _links(entry: Entry, asked: Asked) -> str:
    """The other forms of a dataset's description."""
    at = _path(entry.address, asked)
    return ", ".join(
        [f'<{at}.{kind}>; rel="alternate"; type="{media_type}"' for kind, media_type in MEDIA_TYPES.items()]
    )


def _json(value: dict[str, Any], media_type: str) -> flask.Response:
    return send_description(json.dumps(value, ensure_ascii=False, indent=1).encode(), media_type)
