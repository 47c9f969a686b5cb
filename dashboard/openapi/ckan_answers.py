"""The shapes of CKAN's answers: its envelope around what an action gives, and its errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from dashboard.i18n import Translator
from dashboard.openapi.operation import Scope

Result = Literal["names", "objects", "dataset", "datasets", "search", "resource", "counted", "object", "rows",
                 "columns", "records", "true", "text"]  # fmt: skip
MEDIA_TYPE = "application/json"
SCRIPT = "application/javascript"
STATUSES: dict[int, Callable[[Translator], str]] = {
    400: lambda t: t("There is no such action, or what came is no request of one. CKAN answers with a bare text."),
    403: lambda t: t("The action would write, which nobody may here."),
    404: lambda t: t("There is nothing of that name."),
    409: lambda t: t("A parameter is missing or wrong; the error names it."),
    503: lambda t: t("Too much is asked at once: ask again in a moment."),
}
"""Status of an error -> when it comes."""

_TEXT, _WHOLE, _OBJECT = {"type": "string"}, {"type": "integer"}, {"type": "object"}
_OBJECTS = {"type": "array", "items": _OBJECT}
_TEXTS = {"type": "array", "items": _TEXT}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: Mapping[str, Any], others: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **(others or {})}}


RESULTS: Mapping[Result, Mapping[str, Any]] = {
    "names": {"type": "array", "items": {"type": ["string", "object"]}},
    "objects": _OBJECTS,
    "dataset": _ref("CkanDataset"),
    "datasets": {"type": "array", "items": _ref("CkanDataset")},
    "search": _object({
        "count": _WHOLE, "results": _OBJECTS, "sort": _TEXT, "facets": _OBJECT, "search_facets": _OBJECT,
    }),
    "resource": _ref("CkanResource"),
    "counted": _object({"count": _WHOLE, "results": _OBJECTS}),
    "object": _OBJECT,
    "rows": _object(
        {
            "resource_id": _TEXT, "fields": _OBJECTS, "records": {"type": ["array", "string"]}, "limit": _WHOLE,
            "offset": _WHOLE, "_links": _OBJECT,
        },
        {"total": _WHOLE, "next_page": _OBJECT},
    ),
    "columns": _object({"fields": _OBJECTS}, {"meta": _OBJECT}),
    "records": _object(
        {"sql": _TEXT, "fields": _OBJECTS, "records": _OBJECTS}, {"records_truncated": {"type": "boolean"}}
    ),
    "true": {"const": True},
    "text": _TEXT,
}  # fmt: skip
"""What an action gives -> its schema."""


def answer_of(result: Result) -> Callable[[Scope], Mapping[str, Mapping[str, Any]]]:
    """The answer of an action, by its media type; with `callback` it is a script that calls a function with it."""
    envelope = _object({"help": _TEXT, "success": {"const": True}, "result": RESULTS[result]})
    return lambda _: {MEDIA_TYPE: envelope, SCRIPT: _TEXT}


def ckan_schemas() -> dict[str, Any]:
    """The schemas that answers refer to."""
    return {
        "CkanDataset": _object({
            "id": _TEXT, "name": _TEXT, "title": _TEXT, "title_translated": _ref("Text"), "notes": _TEXT,
            "notes_translated": _ref("Text"), "version": _TEXT, "license_id": _TEXT, "license_title": _TEXT,
            "license_url": _TEXT, "metadata_created": _TEXT, "metadata_modified": _TEXT, "organization": _OBJECT,
            "resources": {"type": "array", "items": _ref("CkanResource")}, "tags": _OBJECTS, "groups": _OBJECTS,
            "extras": _OBJECTS,
        }),
        "CkanResource": _object({
            "id": _TEXT, "package_id": _TEXT, "name": _TEXT, "format": _TEXT, "mimetype": _TEXT, "url": _TEXT,
            "size": {"type": ["integer", "null"]}, "hash": _TEXT, "datastore_active": {"type": "boolean"},
        }),
        "CkanError": _object({
            "help": _TEXT, "success": {"const": False},
            "error": _object({"__type": _TEXT}, {"message": _TEXT}),
        }),
    }  # fmt: skip


def ckan_errors(t: Translator) -> dict[str, Any]:
    """The responses of errors, by name."""
    envelope = {MEDIA_TYPE: {"schema": _ref("CkanError")}}
    bare = {MEDIA_TYPE: {"schema": _TEXT}}
    return {
        f"Ckan{status}": {"description": said(t), "content": bare if status == 400 else envelope}
        for status, said in STATUSES.items()
    }
