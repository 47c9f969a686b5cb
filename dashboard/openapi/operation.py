"""An operation: its address, what it takes and gives, how it refuses. Routing, checks and description read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from dashboard.context import Codes
from dashboard.i18n import LANGUAGES, Translator
from dashboard.openapi import kinds
from dashboard.openapi.kinds import Kind
from dashboard.package import Package, Resource
from dashboard.panels.panel import Panel
from dashboard.panels.registry import PANELS

Said = Callable[[Translator], str]
"""A text by the translator of a language."""
Tag = Literal[
    "Start", "Tables", "Companies", "Indicators", "Releases", "SQL", "Files", "Citations", "Catalogue", "CKAN", "Feeds"
]  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What a description is of: a release and, of what is described for each of them, one table or figure."""

    package: Package
    codes: Codes
    versions: tuple[str, ...] = ()
    """The releases that are kept."""
    table: Resource | None = None
    panel: Panel | None = None


@dataclass(frozen=True)
class Parameter:
    """A value that an address holds. Those of the path lead to something that is there or not, so that a wrong one is
    answered by what looks it up."""

    name: str
    said: Said
    kind: Callable[[Scope], Kind]
    place: Literal["query", "path"] = "query"
    required: bool = False
    default: str | None = None
    example: Callable[[Scope], str | None] = lambda _: None
    in_body: Mapping[str, Any] | None = None
    """Its schema in a body of JSON, which can hold more than an address; the same where it is None."""


@dataclass(frozen=True)
class Operation:
    """A read at an address, by GET and HEAD, and by POST where `posts` names the media types of a body that holds the
    same parameters.

    `each` is a part of the path for whose every value the description has a path of its own, since what may be asked
    for differs. `content` gives the schema of the answer by media type. `refuses` are the statuses of errors; `example`
    is an address that a reader may try. `shows_page` is where who would
    rather have a page is led to it.
    """

    id: str
    path: str
    tag: Tag
    summary: Said
    parameters: tuple[Parameter, ...]
    content: Callable[[Scope], Mapping[str, Mapping[str, Any]]]
    refuses: tuple[int, ...] = (400, 404)
    each: Literal["table", "figure"] | None = None
    takes_filters: bool = False
    example: str | None = None
    more: Said | None = None
    posts: tuple[str, ...] = ()
    errors: Literal["Error", "Ckan"] = "Error"
    shows_page: bool = False

    @property
    def statuses(self) -> tuple[int, ...]:
        """The statuses of errors that its description tells: one client may ask too often of anything."""
        return (*self.refuses, 429) if self.errors == "Error" else self.refuses

    def of_path(self) -> tuple[Parameter, ...]:
        """The parameters of its path."""
        return tuple(one for one in self.parameters if one.place == "path")

    def of_query(self) -> tuple[Parameter, ...]:
        """Those behind the question mark."""
        return tuple(one for one in self.parameters if one.place == "query")


def expand(operation: Operation, scope: Scope) -> Iterator[tuple[str, str, Scope]]:
    """(path, id, scope) of each path that the description has for an operation."""
    if operation.each == "table":
        for table in scope.package.resources:
            path = operation.path.replace("{table}", table.name)
            yield path, f"{operation.id}_{table.name}", replace(scope, table=table)
    elif operation.each == "figure":
        for name, panel in PANELS.items():
            if scope.package.has(panel.resource):
                path = operation.path.replace("{name}", name)
                yield path, f"{operation.id}_{name.replace('-', '_')}", replace(scope, panel=panel)
    else:
        yield operation.path, operation.id, scope


TABLE = Parameter(
    "table",
    lambda t: t("A table, by its name."),
    lambda scope: kinds.choice(one.name for one in scope.package.resources),
    "path",
    required=True,
)
VERSION = Parameter(
    "version", lambda t: t("A release that is kept."), lambda scope: kinds.choice(scope.versions), "path", required=True
)
LANG = Parameter("lang", lambda t: t("Language of sentences: fi, sv or en."), lambda _: kinds.choice(LANGUAGES))
RELEASE = Parameter(
    "release",
    lambda t: t("The release that is asked; the current one where none is named."),
    lambda scope: kinds.choice(scope.versions) if scope.versions else kinds.text(),
)
FREE_LANG = Parameter(
    "lang", lambda t: t("Language of sentences: fi, sv or en; what is none of these is not obeyed."),
    lambda _: kinds.told({"type": "string"}),
)  # fmt: skip
OR_CURRENT = Parameter(
    "release", RELEASE.said, lambda scope: kinds.told({"type": "string", "enum": [*scope.versions, ""]})
)
"""The same where an empty one means the current release, too."""
COMMON = (RELEASE, LANG)
"""What every operation of the site's own interface takes."""
