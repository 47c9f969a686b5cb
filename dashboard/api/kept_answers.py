"""Whole answers of pages, kept: a view that somebody has seen costs no query and no drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flask
from flask_compress import Compress

from dashboard.api.callback import PATH, address_asked
from dashboard.query.engine import Store

COMPRESSED = ("text/html", "text/css", "text/csv", "text/plain", "text/javascript", "application/json",
              "application/atom+xml", "application/xml", "image/svg+xml")  # fmt: skip
"""Media types of which a browser gets brotli or gzip."""


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

    def register(self, server: flask.Flask) -> None:
        """Put it before and after every request; what checks requests must have been registered before."""
        server.before_request(self._find)
        server.after_request(self._keep)  # runs last: the answer is compressed by then
        _compress(server)
        server.after_request(_mark_page)

    def _key(self) -> str | None:
        """The key of the current request; None where its answer is never kept."""
        request = flask.request
        if request.method in ("GET", "HEAD"):
            asked = request.full_path
        elif request.path == PATH:
            asked = f"{PATH} {address_asked(request.get_json(force=True))}"
        else:
            return None
        return "\n".join((self._version(), request.host_url, asked, request.headers.get("Accept-Encoding", "")))

    def _find(self) -> flask.Response | None:
        key = self._key()
        kept: Kept | None = self._store.get(key) if key else None
        if kept is None:
            flask.g.answer_key = key
            return None
        response = flask.Response(kept.body, headers=list(kept.headers))
        response.make_conditional(flask.request)
        return response

    def _keep(self, response: flask.Response) -> flask.Response:
        key = flask.g.get("answer_key")
        is_page = response.mimetype == "text/html" or flask.request.path == PATH
        if key and is_page and response.status_code == 200 and flask.request.method != "HEAD":
            self._store.set(key, Kept(response.get_data(), tuple(response.headers.items())))
        return response


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
        """A part of a file is a part of its bytes as they are, so it is sent as it is."""
        return response if response.status_code == 206 else compress.after_request(response)

    server.after_request(after)
