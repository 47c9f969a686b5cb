"""The description of all operations as OpenAPI 3.1, made from what routes and checks them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.i18n import Translator, translator
from dashboard.openapi.answers import schemas
from dashboard.openapi.ckan_answers import ckan_errors, ckan_schemas
from dashboard.openapi.operation import Scope, expand
from dashboard.openapi.paths import Shared, path_item
from dashboard.openapi.registry import operations

VERSION = "1.0.0"
ERRORS: dict[int, Callable[[Translator], str]] = {
    400: lambda t: t("A value cannot be read, or there is no field or parameter of that name."),
    404: lambda t: t("There is nothing at this address."),
    405: lambda t: t("Only reading is possible here."),
    413: lambda t: t("The answer would be too large: narrow the filters."),
    416: lambda t: t("The file does not have the part that is asked for."),
    429: lambda t: t("You have asked for more than one client may in a minute: Retry-After says how long to wait."),
    503: lambda t: t("Too much is asked at once: ask again in a moment."),
}
"""Status of an error -> when it comes."""


def describe(scope: Scope, language: str, base_url: str) -> dict[str, Any]:
    """The whole document, its texts in that language."""
    t = translator(language)
    shared = Shared()
    paths: dict[str, Any] = {}
    for operation in operations():
        for path, name, of in expand(operation, scope):
            paths[path] = path_item(operation, path, name, of, t, shared)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kuusi",
            "version": VERSION,
            "summary": t("Open data of Finland's six largest cities"),
            "description": t(
                "Read only, without a key. Amounts of money are JSON numbers with all of their digits: read them as "
                "decimals. Every answer names its release, and the same address gives the same bytes as long as the "
                "release stands."
            ),
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
            "contact": {"name": "Kuusi", "url": f"{base_url}/{language}/about"},
        },
        "servers": [{"url": base_url or "/"}],
        "security": [],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in operations())],
        "paths": paths,
        "components": {
            "schemas": schemas() | ckan_schemas() | shared.schemas,
            "parameters": shared.parameters,
            "headers": _headers(t),
            "responses": {
                **_errors(t),
                **{f"{name}Head": {"description": one["description"]} for name, one in _errors(t).items()},
                "NotModified": {"description": t("It still stands as it was.")},
                "Page": {
                    "description": t("To the page, for who reads and does not harvest."),
                    "headers": _moved(t),
                },
                "Headers": {"description": t("The headers of the answer"), "headers": shared.headers()},
                **shared.responses,
            },
        },
    }


def _errors(t: Translator) -> dict[str, Any]:
    """The responses of errors by name, the site's own and CKAN's: those that an operation has."""
    found = {f"Error{status}": _error(said(t)) for status, said in ERRORS.items()} | ckan_errors(t)
    told = {f"{one.errors}{status}" for one in operations() for status in one.statuses}
    return {name: one for name, one in found.items() if name in told}


def _moved(t: Translator) -> dict[str, Any]:
    return {"Location": {"description": t("The address of the page."), "schema": {"type": "string"}}}


def _headers(t: Translator) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    return {
        "ETag": {"description": t("The same as long as the answer is."), **text},
        "X-Release": {"description": t("The release that the answer is from."), **text},
        "Deprecation": {"description": t("When that release was withdrawn, where it was; `Link` says why."), **text},
    }


def _error(said: str) -> dict[str, Any]:
    example = {"error": {"code": "unknown_field", "status": 400, "message": "…"}}
    return {
        "description": said,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Error"}, "example": example},
        },
    }
