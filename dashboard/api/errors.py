"""How an error is answered: as JSON of one shape to programs, as a page of the site to a reader's browser."""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from dashboard.errors import DashboardError, ReadOnly, UnknownResource
from dashboard.i18n import DEFAULT_LANGUAGE, LANGUAGES, Formats, translator

VARY = ("Accept", "Accept-Language")
"""What an error's answer depends on besides its address."""

CKAN_ACTIONS = ("/api/3/action/", "/api/action/")
CKAN_TYPES = {
    404: "Not Found Error",
    405: "Authorization Error",
    413: "Validation Error",
    429: "Too Many Requests Error",
}
"""Its types of errors by status; those that CKAN has no type for are named in its way."""
READING = "GET, HEAD, OPTIONS"
ONLY_FOR_PROGRAMS = ("api", "feed", "feeds", "datastore", "oai", "oembed", "openapi.json")
FOR_PROGRAMS = (*ONLY_FOR_PROGRAMS, "catalog", "cite", "data", "dataset", "download")
"""First parts of addresses that programs read, whole or up to a dot; a browser gets a page there, too, when something
is wrong."""


def asked_language() -> str:
    """The language that the request asks for where its path names none: by `lang`, else as the browser is set."""
    named = flask.request.args.get("lang")
    if named in LANGUAGES:
        return named
    return flask.request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def public_address() -> str:
    """The site's own address: the one that it was given, else the one by which it is asked."""
    return flask.current_app.config["BASE_URL"] or flask.request.host_url.rstrip("/")


def is_browser() -> bool:
    """Whether the request would rather have a page than JSON: a browser that somebody follows a link in would. A
    program that names neither, and a browser that wants a picture for a page, get JSON."""
    accepted = flask.request.accept_mimetypes
    return bool(accepted["text/html"] > accepted["application/json"])


def error_json(error: DashboardError, language: str) -> dict[str, Any]:
    """The one shape of an error at every exit of the API, its message in that language."""
    message = error.told(translator(language), Formats(language).number)
    return {"error": {"code": error.code, "status": error.status, "message": message}}


def _is_ckan() -> bool:
    """Whether an action of CKAN's API is asked for, whose clients read its own envelope."""
    return flask.request.path.startswith(CKAN_ACTIONS)


def error_body(error: DashboardError) -> dict[str, Any]:
    """An error as whoever asks reads it: in the one shape, or in CKAN's envelope."""
    return _ckan_json(error) if _is_ckan() else error_json(error, asked_language())


def _ckan_json(error: DashboardError) -> dict[str, Any]:
    """An error of the whole site in CKAN's envelope, in English as all of that API."""
    help_address = f"{public_address()}/api/3/action/help_show?name={flask.request.path.rpartition('/')[2]}"
    kind = CKAN_TYPES.get(error.status, "Internal Server Error" if error.status == 500 else "Service Unavailable Error")
    return {"help": help_address, "success": False, "error": {"message": str(error), "__type": kind}}


def refuse(error: DashboardError) -> flask.Response:
    """An error in the one shape, in the language that is asked for."""
    response = flask.jsonify(error_body(error))
    response.status_code = error.status
    response.vary.update(VARY)
    response.headers["Access-Control-Allow-Origin"] = "*"
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def first_part(path: str) -> str:
    """The first part of an address: of a page, its language."""
    return path.strip("/").partition("/")[0]


def refuse_unrouted(error: HTTPException | None = None) -> flask.Response | None:
    """The refusal of an address that programs read and that leads nowhere, or of a way to ask for it; None where a page
    is to say it."""
    first = first_part(flask.request.path)
    known = ONLY_FOR_PROGRAMS if isinstance(error, MethodNotAllowed) else FOR_PROGRAMS
    if {first, first.partition(".")[0]}.isdisjoint(known) or is_browser():
        return None
    if isinstance(error, MethodNotAllowed):
        response = refuse(ReadOnly("Nothing can be changed here: read with GET or HEAD."))
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response
    return refuse(
        UnknownResource("There is nothing at {address}; /openapi.json tells of every address.", address=_shown())
    )


def _shown() -> str:
    """The address that was asked for, of a length that a sentence can hold."""
    return flask.request.path[:200]
