"""What the description says at one address: the ways to ask, what they take and how they answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.i18n import Translator
from dashboard.openapi.files import figure_filters
from dashboard.openapi.filters import MOST_FILTERS, filters_of
from dashboard.openapi.kinds import Kind
from dashboard.openapi.operation import Operation, Parameter, Scope
from dashboard.openapi.v1 import ROOT, table_of

Part = dict[str, Any]
NAMED = ("ETag", "X-Release", "Deprecation")
"""Headers of answers of the site's own interface; the last where the release was withdrawn."""
OF_ADDRESS = ("lang", "release", "callback")
"""Parameters that a body does not hold: they are about the answer."""


class Shared:
    """Schemas, parameters and answers that stand in many places of the document, each written once."""

    def __init__(self) -> None:
        self.schemas: Part = {}
        self.parameters: Part = {}
        self.responses: Part = {}
        self._names: dict[str, str] = {}

    def schema(self, kind: Kind) -> dict[str, str]:
        """A reference to the schema of a kind of value."""
        key = repr(sorted(kind.schema.items()))
        name = self._names.setdefault(key, f"Value{len(self.schemas) + 1}")
        self.schemas[name] = dict(kind.schema)
        return {"$ref": f"#/components/schemas/{name}"}

    def parameter(self, found: Part) -> dict[str, str]:
        """A reference to a parameter, which many paths have alike."""
        return _named(self._names, self.parameters, "parameters", found["name"], found)

    def response(self, found: Part) -> dict[str, str]:
        """A reference to an answer."""
        return _named(self._names, self.responses, "responses", "Answer", found)

    @staticmethod
    def headers() -> Part:
        """References to the headers of an answer of the site's own interface."""
        return {one: {"$ref": f"#/components/headers/{one}"} for one in NAMED}


def _named(names: dict[str, str], kept: Part, kind: str, name: str, found: Part) -> dict[str, str]:
    key = f"{kind} {found!r}"
    if key not in names:
        same = sum(one.rpartition("_")[0] == name for one in kept)
        names[key] = f"{name}_{same + 1}"
        kept[names[key]] = found
    return {"$ref": f"#/components/{kind}/{names[key]}"}


def path_item(operation: Operation, path: str, name: str, scope: Scope, t: Translator, shared: Shared) -> Part:
    """The ways to ask at a path. What stands in the path holds for all of them."""
    found = [one for one in operation.parameters if one.place == "query" or f"{{{one.name}}}" in path]
    of_query = [_parameter(one, scope, t) for one in found if one.place == "query"]
    if operation.takes_filters:
        of_query.append(_filters(scope, t, shared))
    if operation.each == "figure":
        of_query += [_parameter(one, scope, t) for one in figure_filters(scope)]
    of_path = [_parameter(one, scope, t) for one in found if one.place == "path"]
    answer = _answer(operation, scope, t, shared)
    ways = {"get": _way(operation, name, t, answer), "head": _way(operation, f"{name}_head", t, answer, is_head=True)}
    if not operation.posts:
        return {"parameters": [shared.parameter(one) for one in (*of_path, *of_query)], **ways}
    asked = {"parameters": [shared.parameter(one) for one in of_query]}
    return {
        "parameters": [shared.parameter(one) for one in of_path],
        **{way: said | asked for way, said in ways.items()},
        "post": _way(operation, f"{name}_post", t, answer) | {"requestBody": _body(operation, scope)},
    }


def _way(operation: Operation, name: str, t: Translator, answer: Part, *, is_head: bool = False) -> Part:
    end = "Head" if is_head else ""
    errors = [f"{operation.errors}{status}{end}" for status in operation.statuses]
    if is_head:
        answer = _ref("Headers") if operation.path.startswith(ROOT) else {"description": t("The headers of the answer")}
    described = {"description": operation.more(t)} if operation.more and not is_head else {}
    return {
        "operationId": name,
        "summary": t("The headers of the answer") if is_head else operation.summary(t),
        **described,
        "tags": [operation.tag],
        "responses": {
            "200": answer,
            **({"303": _ref("Page")} if operation.shows_page else {}),
            **({} if operation.posts else {"304": _ref("NotModified")}),
            **{str(status): _ref(error) for status, error in zip(operation.statuses, errors, strict=True)},
        },
    }


def _answer(operation: Operation, scope: Scope, t: Translator, shared: Shared) -> Part:
    """The answer; that of an address which many tables or figures have is written once where it is the same."""
    content = {kind: {"schema": dict(schema)} for kind, schema in operation.content(scope).items()}
    headers = {"headers": shared.headers()} if operation.path.startswith(ROOT) else {}
    found = {"description": operation.summary(t), **headers, "content": content}
    return shared.response(found) if operation.each or operation.posts else found


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}


def _body(operation: Operation, scope: Scope) -> Part:
    """What a body may hold: the parameters by name, in JSON or as a form; as plain text the first of them alone."""
    taken = [one for one in operation.of_query() if one.name not in OF_ADDRESS]
    required = [one.name for one in taken if one.required]
    is_closed = operation.errors == "Error" and 400 in operation.refuses

    def whole(schemas: Mapping[str, Any]) -> Part:
        need = {"required": required} if required else {}
        closed = {"additionalProperties": False} if is_closed else {}
        return {"type": "object", "properties": dict(schemas), **need, **closed}

    of_json = {one.name: one.kind(scope).schema if one.in_body is None else one.in_body for one in taken}
    of_form = {one.name: one.kind(scope).schema for one in taken}
    schemas: Part = {
        "application/json": whole(of_json),
        "application/x-www-form-urlencoded": whole(of_form),
        "text/plain": {"type": "string"},
    }
    return {
        "required": bool(required),
        "content": {kind: {"schema": schemas[kind]} for kind in operation.posts},
    }


def _parameter(one: Parameter, scope: Scope, t: Translator) -> Part:
    schema = dict(one.kind(scope).schema)
    if one.default is not None:
        schema["default"] = int(one.default) if "integer" in schema["type"] else one.default
    found: Part = {"name": one.name, "in": one.place, "description": one.said(t), "schema": schema}
    if one.required or one.place == "path":
        found["required"] = True
    example = one.example(scope)
    return found | ({"example": example} if example is not None else {})


def _filters(scope: Scope, t: Translator, shared: Shared) -> Part:
    table = table_of(scope)
    return {
        "name": "filters",
        "in": "query",
        "description": t(
            "Filters, each a parameter of its own: `field=value`, or `field__` with `ne`, `gt`, `gte`, `lt`, `lte`, "
            "`in`, `contains` or `is_null`. All of them must hold."
        ),
        "style": "form",
        "explode": True,
        "schema": {
            "type": "object",
            "additionalProperties": False,
            "maxProperties": MOST_FILTERS,
            "properties": {name: shared.schema(kind) for name, (_, _, kind) in filters_of(table).items()},
        },
    }
