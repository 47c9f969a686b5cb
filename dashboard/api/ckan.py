"""CKAN's Action API at `/api/3/action/NAME` and `/api/action/NAME`, with its dumps and its feed: reads only.

Answers and errors are CKAN's own, so that its clients and harvesters need not know that this is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import flask
from werkzeug.exceptions import HTTPException

from dashboard.api.ckan_dump import add_dump
from dashboard.api.ckan_feed import add_feed
from dashboard.ckan_api.actions import find_action
from dashboard.ckan_api.asked import Asked
from dashboard.ckan_api.call import Call
from dashboard.ckan_api.errors import BadRequest, CkanError, Invalid, NotFound
from dashboard.ckan_api.records import dump_json
from dashboard.ckan_api.site import Portal
from dashboard.ckan_api.sql import SqlRunner
from dashboard.errors import InvalidQuery, UnknownField, UnknownResource
from dashboard.served import Served

JSON = "application/json;charset=utf-8"
SCRIPT = "application/javascript;charset=utf-8"
LARGEST_BODY = 1_000_000
"""Bytes of a request, at most."""
MOST_NESTED = 50
"""Lists and objects within each other, in what is asked."""
NO_PARAMETERS = ("release", "lang", "callback")
"""What an address may hold that is the site's own, or about the answer, and no action's."""
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "X-CKAN-API-KEY, Authorization, Content-Type",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Digest, Content-Disposition, Content-Length, Content-Range, ETag, Repr-Digest, "
        "Retry-After, X-Release, X-Row-Count, X-Sample"
    ),
}
CALLBACK = re.compile(r"[\w.$\[\]]{1,100}")
"""What may stand as a function's name around an answer for a script of another site."""


def create_ckan(
    served: Callable[[], Served],
    base_url: Callable[[], str],
    contact: str = "",
    sql: Callable[[], SqlRunner | None] = lambda: None,
) -> flask.Blueprint:
    """The blueprint. `served` gives the release that the current request asks for, `sql` what runs a statement over
    it, None where nothing does."""
    blueprint = flask.Blueprint("ckan", __name__)

    def portal() -> Portal:
        release = served()
        asked = flask.request.args.get("release")
        pinned = asked if asked == release.package.version else None
        return Portal(release.package, base_url(), contact, release.codes.cities, pinned)

    @blueprint.get("/api/3")
    @blueprint.get("/api/3/")
    def version() -> flask.Response:
        return _answer({"version": 3})

    @blueprint.route("/api/3/action/<name>", methods=["GET", "POST"])
    @blueprint.route("/api/action/<name>", methods=["GET", "POST"])
    def action(name: str) -> flask.Response:
        help_address = f"{base_url()}/api/3/action/help_show?name={name}"
        try:
            runner = sql()
            function = find_action(name, has_sql=runner is not None)
            asked = Asked({key: value for key, value in _values().items() if key not in NO_PARAMETERS})
            result = function(Call(portal(), served().engine, asked, flask.request.path, runner))
        except BadRequest as error:
            return _answer(str(error), error.status)
        except CkanError as error:
            return _failed(help_address, error)
        except UnknownResource as error:
            return _failed(help_address, NotFound(str(error)))
        except (InvalidQuery, UnknownField) as error:
            return _failed(help_address, Invalid({"query": [str(error)]}))
        return _answer({"help": help_address, "success": True, "result": result})

    add_dump(blueprint, served)
    add_feed(blueprint, portal)

    @blueprint.after_request
    def allow(response: flask.Response) -> flask.Response:
        response.headers.update(CORS)
        return response

    return blueprint


def _failed(help_address: str, error: CkanError) -> flask.Response:
    response = _answer({"help": help_address, "success": False, "error": error.details()}, error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _answer(value: Any, status: int = 200) -> flask.Response:
    text, callback = dump_json(value), flask.request.args.get("callback", "")
    if status == 200 and flask.request.method == "GET" and CALLBACK.fullmatch(callback):
        return flask.Response(f"{callback}({text});", content_type=SCRIPT)
    return flask.Response(text, status, content_type=JSON)


def _values() -> dict[str, Any]:
    """The parameters: of an address, of a form, or of JSON in the body. Raises BadRequest."""
    values = _read()
    if not isinstance(values, dict):
        raise BadRequest(
            f"JSON Error: Request data JSON decoded to {str(values)[:80]!r} but it needs to be a dictionary."
        )
    if is_deep(values, MOST_NESTED):
        raise BadRequest(f"JSON Error: values are nested more than {MOST_NESTED} deep")
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadRequest("JSON Error: a text holds half of a letter's pair") from None
    return values


def _read() -> Any:
    """A form goes before the address, and that before the body, as in CKAN."""
    request = flask.request
    request.max_content_length = LARGEST_BODY
    try:
        if request.form:
            return _of_form(_mixed(request.form.to_dict(flat=False)))
        named = {name: values for name, values in request.args.to_dict(flat=False).items() if name not in NO_PARAMETERS}
        if named:
            return _mixed(named)
        body = request.get_data()
    except HTTPException as error:
        raise BadRequest(f"JSON Error: {error.name}: a request holds at most {LARGEST_BODY:,} bytes") from None
    return _parsed(body) if body else {}


def is_deep(value: Any, most: int) -> bool:
    """Whether lists and objects of JSON stand within each other more than so deep.

    >>> is_deep({"a": [1]}, 2), is_deep({"a": [[1]]}, 2)
    (False, True)
    """
    level = [value]
    for _ in range(most + 1):
        within = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [item for one in within for item in one]
        if not within:
            return False
    return True


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no value of JSON")


def _mixed(values: Mapping[str, list[str]]) -> dict[str, Any]:
    return {name: given[0] if len(given) == 1 else given for name, given in values.items()}


def _of_form(values: dict[str, Any]) -> Any:
    """The fields of a form; JSON that was sent as a form is the name of its one field."""
    first = next(iter(values))
    is_json = len(values) == 1 and values[first] in ("", "1") and first.lstrip()[:1] in ("{", "[", '"')
    return _parsed(first) if is_json else values


def _parsed(body: str | bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"JSON Error: Error decoding JSON data. Error: {str(error)[:200]!r}") from None
