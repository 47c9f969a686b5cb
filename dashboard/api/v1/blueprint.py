"""Routes made from the declarations of `dashboard.openapi.v1`, and how each answer is sent."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

import flask

from dashboard.api.errors import READING, asked_language, refuse
from dashboard.api.v1 import catalogue, diff, releases, rows
from dashboard.api.v1.asked import Asked, read_request
from dashboard.errors import DashboardError, UnknownResource
from dashboard.export.json import exact_json
from dashboard.openapi import v1
from dashboard.openapi.answers import Answer
from dashboard.openapi.document import VERSION, describe
from dashboard.openapi.operation import Operation, Scope
from dashboard.releases import list_releases
from dashboard.served import Served

MEDIA_TYPE = "application/json"
CACHED = "no-cache"
"""A client may keep an answer, but asks each time whether it still stands: that costs no query."""
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": READING,
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Link, X-Release",
}
ANSWERS: dict[str, Callable[[Asked], Answer | dict[str, Any]]] = {
    "index": catalogue.index,
    "tables": catalogue.tables,
    "table": catalogue.table,
    "rows": rows.rows,
    "aggregate": rows.aggregate,
    "companies": catalogue.companies,
    "company": catalogue.company,
    "indicators": catalogue.indicators,
    "indicator": catalogue.indicator,
    "indicator_values": catalogue.indicator_values,
    "releases": releases.list_all,
    "release": releases.one,
    "changes": releases.changes,
    "changed_rows": releases.changed_rows,
    "diff": diff.differing_rows,
}
"""Operation -> what answers it."""
OF_DISK = ("releases", "release", "changes", "diff")
"""Operations whose answer also depends on which other releases are kept."""


def create_v1(served: Callable[[], Served], base_url: Callable[[], str], live: Callable[[], str]) -> flask.Blueprint:
    """The blueprint. `served` gives the release that the request asks for, `live` the version of the one that the site
    shows, `base_url` the site's public address."""
    blueprint = flask.Blueprint("v1", __name__)
    for operation in v1.OPERATIONS:
        rule = re.sub(r"\{(\w+)\}", r"<\1>", operation.path)
        answer = update_wrapper(partial(_answer, operation, ANSWERS[operation.id], served, base_url, live), _answer)
        blueprint.add_url_rule(rule, operation.id, answer)
    documents: dict[tuple[Any, ...], str] = {}

    @blueprint.get("/openapi.json")
    def openapi() -> flask.Response:
        now, language = served(), asked_language() if "lang" in flask.request.args else "en"
        versions = tuple(release.version for release in list_releases(now.package)[0])
        key = (now.package.version, versions, language, base_url())
        if key not in documents:
            documents.clear()
            documents[key] = json.dumps(
                describe(Scope(now.package, now.codes, versions), language, base_url()),
                ensure_ascii=False,
                separators=(",", ":"),
            )
        response = flask.Response(documents[key], content_type=MEDIA_TYPE)
        response.headers["X-Release"] = now.package.version
        return _tagged(response)

    @blueprint.get(f"{v1.ROOT}/<path:_rest>")
    def nothing(_rest: str) -> flask.Response:
        raise UnknownResource(
            "There is nothing at {address}; /openapi.json tells of every address.", address=flask.request.path[:200]
        )

    blueprint.register_error_handler(DashboardError, refuse)
    blueprint.after_request(_open)
    return blueprint


def _answer(
    operation: Operation,
    answer: Callable[[Asked], Answer | dict[str, Any]],
    served: Callable[[], Served],
    base_url: Callable[[], str],
    live: Callable[[], str],
    **path: str,
) -> flask.Response:
    now, request = served(), flask.request
    asked = read_request(operation, now, path, request.args, request.path, base_url(), live())
    tag = None if operation.id in OF_DISK else _tag(now.package.version, base_url())
    if tag and not request.if_none_match.star_tag and request.if_none_match.contains_weak(tag):
        response = flask.Response(status=304)
    else:
        found = answer(asked)
        values = found.model_dump() if isinstance(found, Answer) else found
        response = flask.Response(exact_json(values), content_type=MEDIA_TYPE)
        if values.get("next"):
            response.headers["Link"] = f'<{values["next"]}>; rel="next"'
    response.headers["X-Release"] = now.package.version
    response.headers["Cache-Control"] = CACHED
    if tag is None:
        return _tagged(response)
    response.set_etag(tag, weak=True)
    return response


def _tag(release: str, base_url: str) -> str:
    """What names the answer at this address: it follows from the release and the address."""
    named = "\n".join((VERSION, release, base_url, flask.request.full_path))
    return hashlib.blake2b(named.encode(), digest_size=12).hexdigest()


def _tagged(response: flask.Response) -> flask.Response:
    """An answer that is named by its content."""
    response.headers.setdefault("Cache-Control", CACHED)
    response.add_etag(weak=True)
    response.make_conditional(flask.request)
    return response


def _open(response: flask.Response) -> flask.Response:
    """Any page may read it."""
    response.headers.update(CORS)
    return response
