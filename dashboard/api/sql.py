"""SQL without a key: one SELECT over the release, asked by GET or POST, answered as JSON or CSV."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import flask
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard.api.callback import HALF_LETTER
from dashboard.errors import InvalidQuery, QueryTooLarge, UnknownResource
from dashboard.package import Package
from dashboard.sql.answer import SqlAnswer, to_csv, to_json
from dashboard.sql.runner import MOST_ROWS, SqlRunner

ADDRESS = "/api/v1/sql"
FORMATS = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
LONGEST_LIMIT = 9
"""Digits; longer ones are slow to read."""
LONGEST_BODY = 100_000
"""Bytes: more than the longest SQL in any spelling of JSON."""
NAMES = ("sql", "format", "limit", "lang")
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Retry-After, X-Release, X-Sample, X-Truncated",
    "Access-Control-Max-Age": "86400",
}
"""A page of any other site may ask: there is nothing here that is not for everybody."""


def create_sql(runner: SqlRunner) -> flask.Blueprint:
    """The blueprint; each request is put to the release that `runner` has at the time."""
    blueprint = flask.Blueprint("sql", __name__)

    @blueprint.route(ADDRESS, methods=("GET", "POST"))
    def sql() -> flask.Response:
        return answer_request(runner)

    @blueprint.after_request
    def open_to_all(response: flask.Response) -> flask.Response:
        response.headers.update(OPEN_TO_ALL)
        return response

    return blueprint


def answer_request(runner: SqlRunner) -> flask.Response:
    """The answer of the current request. Raises a ReaderError."""
    asked, package = read_request(), runner.package
    given = asked.get("format")
    kind = "json" if given is None or given == "" else str(given)[:60]
    if kind not in FORMATS:
        raise UnknownResource("There is no format {kind!r}; there are {names}.", kind=kind, names=", ".join(FORMATS))
    text, most = _text(asked), _limit(asked.get("limit"))
    tag = _tag(package, text, kind, most)
    known = flask.request.if_none_match
    if flask.request.method in ("GET", "HEAD") and not known.star_tag and known.contains_weak(tag):
        response = flask.Response(status=304)  # it was given for an answer, which is the same in the same release
    else:
        response = _response(package, runner.run(text, most_rows=most), text, kind)
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Release"] = package.version
    response.headers["X-Sample"] = str(package.sample).lower()
    return response


def read_request() -> Mapping[str, Any]:
    """What is asked for, by name. Raises InvalidQuery for what cannot be understood."""
    request = flask.request
    asked: dict[str, Any] = dict(request.args.items())
    if request.method == "POST":
        try:
            request.max_content_length = LONGEST_BODY
            asked |= _body(request)
        except RequestEntityTooLarge:
            raise QueryTooLarge("The body is longer than {n} bytes: shorten the SQL.", n=LONGEST_BODY) from None
    unknown = [name for name in asked if name not in NAMES]
    if unknown:
        raise InvalidQuery(
            "There is nothing called {name!r} to set here; there are {names}.", name=unknown[0], names=", ".join(NAMES)
        )
    return asked


def _body(request: flask.Request) -> dict[str, Any]:
    """What a body asks for: an object of JSON, a form, or the SQL itself."""
    if request.is_json:
        try:
            found = json.loads(request.get_data())
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise InvalidQuery(
                "The body is no object of JSON: send one such as {example}.", example='{"sql": "select 1"}'
            )
        return found
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return dict(request.form.items())
    if request.mimetype in ("text/plain", "application/sql", ""):
        text = request.get_data().decode(errors="replace")
        return {"sql": text} if text else {}
    raise InvalidQuery(
        "A body of the type {kind} is not read here: send JSON, a form, or the SQL as text/plain.",
        kind=request.mimetype,
    )


def _text(asked: Mapping[str, Any]) -> str:
    text = asked.get("sql", "")
    if not isinstance(text, str) or HALF_LETTER.search(text):
        raise InvalidQuery("The SQL is no text: send it as a string.")
    return text


def _limit(limit: object) -> int:
    """How many rows are asked for. Raises InvalidQuery."""
    if limit is None or limit == "":
        return MOST_ROWS
    text = str(limit)
    if (
        isinstance(limit, bool | float)
        or not (text.isascii() and text.isdecimal())
        or len(text) > LONGEST_LIMIT
        or not 1 <= int(text) <= MOST_ROWS
    ):
        raise InvalidQuery(
            "The limit is {limit}: it is a number of rows from 1 to {most}.", limit=text[:60], most=MOST_ROWS
        )
    return int(text)


def _tag(package: Package, text: str, kind: str, most: int) -> str:
    return hashlib.sha256(json.dumps([package.version, text, kind, most]).encode()).hexdigest()[:32]


def _response(package: Package, answer: SqlAnswer, text: str, kind: str) -> flask.Response:
    if kind == "json":
        body = to_json(answer, release=package.version, sample=package.sample, sql=text)
    else:
        body = to_csv(answer)
    response = flask.Response(body, content_type=FORMATS[kind])
    response.headers["X-Truncated"] = str(answer.is_truncated).lower()
    if kind == "csv":
        name = "-".join(filter(None, ("sample" if package.sample else "", "sql", package.version)))
        part = f"-first-{len(answer.rows)}-rows" if answer.is_truncated else ""
        response.headers["Content-Disposition"] = f'attachment; filename="{name}{part}.csv"'
    return response
