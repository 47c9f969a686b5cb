"""What a request asks for, checked against the declaration of its operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from dashboard.errors import InvalidQuery, UnknownField, UnknownResource
from dashboard.openapi.filters import read_filters
from dashboard.openapi.kinds import LONGEST_NAMED
from dashboard.openapi.operation import Operation, Parameter, Scope
from dashboard.package import Package, Resource
from dashboard.query.model import Filter
from dashboard.served import Served

JOINED = ("fields", "sort", "by", "measure")
"""Lists: one that is given more than once holds all that it was given."""


@dataclass(frozen=True)
class Asked:
    """A request that was understood: values by parameter, None where one is not given and has no default."""

    served: Served
    path: Mapping[str, str]
    values: Mapping[str, Any]
    filters: tuple[Filter, ...]
    base_url: str
    address: str
    """The address of the operation, without its query."""
    given: tuple[tuple[str, str], ...]
    """The query as it was given."""
    live: str
    """The version of the release that the site shows where none is named."""

    @property
    def package(self) -> Package:
        """The release that is asked."""
        return self.served.package

    def table(self) -> Resource:
        """The table that the path names. Raises UnknownResource."""
        return self.package.resource(self.path["table"])

    def url(self, path: str) -> str:
        """A whole address, in the release that the request names."""
        release = dict(self.given).get("release")
        query = f"{'&' if '?' in path else '?'}{urlencode({'release': release})}" if release else ""
        return f"{self.base_url}{path}{query}"

    def next(self, cursor: str | None, **fixed: str) -> str | None:
        """The address of the next page, in the same release (and what else is `fixed`) whatever becomes of it; None at
        the end."""
        if cursor is None:
            return None
        fixed["release"] = self.package.version
        kept = [pair for pair in self.given if pair[0] not in (*fixed, "cursor")]
        return f"{self.base_url}{self.address}?{urlencode([*kept, *fixed.items(), ('cursor', cursor)])}"


def read_request(
    operation: Operation, served: Served, path: Mapping[str, str], arguments: MultiDict[str, str], address: str,
    base_url: str, live: str,
) -> Asked:  # fmt: skip
    """Check a request. Raises UnknownResource, UnknownField, InvalidQuery or QueryTooLarge."""
    given = _once(arguments)
    release = given.get("release", served.package.version)
    if release != served.package.version:
        raise UnknownResource("Release {version} is not served here: leave `release` out.", version=_shorten(release))
    table = served.package.resource(path["table"]) if operation.each == "table" else None
    scope = Scope(served.package, served.codes, table=table)
    known = {one.name: one for one in operation.of_query()}
    others = {name: text for name, text in given.items() if name not in known}
    if others and table is None:
        raise UnknownField(
            "There is no parameter {name!r} here; there are {names}.",
            name=_shorten(next(iter(others))), names=", ".join(known),
        )  # fmt: skip
    values = {name: _value(one, given.get(name, one.default), scope) for name, one in known.items()}
    filters = read_filters(table, others) if table else ()
    return Asked(served, path, values, filters, base_url, address, tuple(given.items()), live)


def _once(arguments: MultiDict[str, str]) -> dict[str, str]:
    """The parameters, each once."""
    found: dict[str, str] = {}
    for name, texts in arguments.lists():
        if len(texts) > 1 and name not in JOINED:
            raise InvalidQuery(
                "{name!r} is given more than once: give it once; `__in` takes several values.", name=_shorten(name)
            )
        found[name] = ",".join(texts)
    return found


def _value(parameter: Parameter, text: str | None, scope: Scope) -> Any:
    if text is None:
        if parameter.required:
            raise InvalidQuery("{name} must be given.", name=parameter.name)
        return None
    return parameter.kind(scope).read(parameter.name, text)


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_NAMED else f"{text[:LONGEST_NAMED]}…"
