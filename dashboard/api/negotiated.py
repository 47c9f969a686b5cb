"""Addresses that give a page to who reads and a graph to who harvests, each by what it accepts."""

from __future__ import annotations

from urllib.parse import urlencode

import flask

from dashboard.catalogue.rdf import MEDIA_TYPES


def accepted() -> str | None:
    """The serialisation that the request asks for; None where it would rather have a page, or does not say."""
    kinds = {media_type: kind for kind, media_type in MEDIA_TYPES.items()}
    best = flask.request.accept_mimetypes.best_match(["text/html", "application/xhtml+xml", *kinds], "text/html")
    return kinds.get(best)


def see_other(path: str) -> flask.Response:
    """To the page, with the filters of the request; the release may stand in the path already."""
    path, _, release = path.partition("?")
    pairs = [pair for pair in flask.request.args.items(multi=True) if pair[0] != "release"]
    query = "&".join(filter(None, (release, urlencode(pairs))))
    answer = flask.make_response("", 303)
    answer.location = path + (f"?{query}" if query else "")
    return varied(answer)


def varied(answer: flask.Response) -> flask.Response:
    """Another answer at the same address to who accepts something else."""
    answer.vary.update(("Accept", "Accept-Language"))
    return answer


def send_description(body: bytes, media_type: str, headers: dict[str, str] | None = None) -> flask.Response:
    """A body that is asked for again and again: told apart by its hash, and not sent twice."""
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    answer = flask.Response(body, content_type=media_type + charset, headers={"Cache-Control": "no-cache"})
    answer.headers.update(headers or {})
    answer.add_etag()
    answer.make_conditional(flask.request)
    return answer


def open_descriptions(response: flask.Response) -> flask.Response:
    """Let scripts of other sites read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Content-Location"
    return response
