"""Whole answers of pages, kept: a view that somebody has seen costs no query and no drawing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import flask
from flask_compress import Compress

from dashboard.api.callback import PATH, address_asked
from dashboard.api.errors import first_part
from dashboard.i18n import LANGUAGES
from dashboard.observe.metrics import looked_up
from dashboard.store import Store

COMPRESSED = (
    "text/html", "text/css", "text/csv", "text/plain", "text/javascript", "text/turtle", "text/xml",
    "application/json", "application/atom+xml", "application/xml", "application/rdf+xml", "application/ld+json",
    "application/n-triples", "application/csvm+json", "image/svg+xml",
)  # fmt: skip
"""Media types of which a browser gets brotli or gzip."""


LONGEST_WAIT = 10.0
"""Seconds that a request waits for another one's answer before it makes its own."""


@dataclass(frozen=True)
class Kept:
    """An answer as it was sent."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class KeptAnswers:
    """Pages by address, and what Dash asks for the same pages, as long as `version` gives the same.

    `version` names all that pages are made of besides their address. The address is kept as it was asked for, and so
    is the wish for compression; an answer that is no success is not kept.
    """

    def __init__(self, store: Store, version: Callable[[], str]) -> None:
        self._store, self._version = store, version
        self._made: dict[str, threading.Event] = {}
        """What is being made at this moment, by its key; the event says that it is."""
        self._one_at_a_time = threading.Lock()

    def register(self, server: flask.Flask) -> None:
        """Put it before and after every request; what checks requests must have been registered before."""
        server.before_request(self._find)
        server.after_request(self._keep)  # runs last: the answer is compressed by then
        server.teardown_request(self._let_go)
        _compress(server)
        server.after_request(_mark_page)

    def _key(self) -> str | None:
        """The key of the current request; None where its answer is never kept."""
        request = flask.request
        if request.method in ("GET", "HEAD"):
            asked = request.full_path
        elif request.path == PATH and request.method == "POST":
            asked = f"{PATH} {address_asked(request.get_json(force=True))}"
        else:
            return None
        if "sql=" in unquote(asked):  # anybody can make up any number of queries, and answers of any size
            return None
        return "\n".join((self._version(), request.host_url, asked, request.headers.get("Accept-Encoding", "")))

    def _find(self) -> flask.Response | None:
        key = self._key()
        kept: Kept | None = self._store.get(key) if key else None
        if key and kept is None and _is_page() and self._is_made_by_another(key):
            kept = self._store.get(key)
        if key:
            looked_up("answer", found=kept is not None)
        if kept is None:
            flask.g.answer_key = key
            return None
        response = flask.Response(kept.body, headers=list(kept.headers))
        response.make_conditional(flask.request)
        return response

    def _is_made_by_another(self, key: str) -> bool:
        """Whether another thread was making that answer, which it has ended by now; where nobody was, the current
        request does. So a page that many ask for at once, after a release above all, is made once."""
        with self._one_at_a_time:
            made = self._made.get(key)
            if made is None:
                self._made[key] = threading.Event()
                flask.g.making = key
                return False
        return made.wait(LONGEST_WAIT)

    def _let_go(self, _: BaseException | None) -> None:
        """The current request has ended, however it did."""
        if key := flask.g.pop("making", None):
            with self._one_at_a_time:
                self._made.pop(key).set()

    def _keep(self, response: flask.Response) -> flask.Response:
        key = flask.g.get("answer_key")
        is_page = response.mimetype == "text/html" or flask.request.path == PATH
        if key and is_page and response.status_code == 200 and flask.request.method != "HEAD":
            self._store.set(key, Kept(response.get_data(), tuple(response.headers.items())))
        self._let_go(None)
        return response


def _is_page() -> bool:
    """Whether the current request is for a page, or for what Dash shows of one: what is kept if all goes well."""
    path = flask.request.path
    return flask.request.method != "HEAD" and (path == PATH or first_part(path) in LANGUAGES)


def _mark_page(response: flask.Response) -> flask.Response:
    """A browser may keep a page, but asks each time whether it still stands."""
    if response.mimetype == "text/html" and response.status_code == 200:
        response.headers.setdefault("Cache-Control", "no-cache")
        response.add_etag()
    return response


def _compress(server: flask.Flask) -> None:
    server.config.update(
        COMPRESS_MIMETYPES=list(COMPRESSED),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "gzip"],
        COMPRESS_REGISTER=False,
    )
    compress = Compress(server)

    def after(response: flask.Response) -> flask.Response:
        """A part of a file is a part of its bytes as they are, so it is sent as it is; and so is what says so."""
        is_fixed = response.status_code == 206 or response.cache_control.no_transform
        return response if is_fixed else compress.after_request(response)

    server.after_request(after)
