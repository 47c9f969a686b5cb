"""What changed in a dataset between any two releases, as files: `/dataset/NAME/diff.csv` of a table, `.json` of all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

import flask

from dashboard.api.downloads import MakeContext, asked_context
from dashboard.api.errors import asked_language
from dashboard.api.sent_files import make_body, open_to_all, send_body
from dashboard.between import Between, find_between
from dashboard.context import Context
from dashboard.diff.kept import Difference, Differences
from dashboard.diff.write import describe_releases, write_csv, write_json
from dashboard.errors import InvalidQuery
from dashboard.export.kept_files import KeptFiles
from dashboard.openapi.kinds import LONGEST_NAMED
from dashboard.state import BETWEEN

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
KNOWN = (*BETWEEN, "release", "lang")
WRITTEN = 1
"""Goes up when a format is written in another way, so that nobody joins parts of an old file and a new one."""


def create_diff(make_context: MakeContext) -> flask.Blueprint:
    """The blueprint; `make_context` gives the context of the current request in a language."""
    blueprint, kept = flask.Blueprint("diff", __name__), KeptFiles()

    @blueprint.get("/dataset/<name>/diff")
    def negotiated(name: str) -> flask.Response:
        """The page to who reads, a file to who asks for one, each by what it accepts."""
        answer = _as_accepted(make_context, name, kept)
        answer.vary.update(("Accept", "Accept-Language"))
        return answer

    @blueprint.get(f"/dataset/<name>/diff.<any({','.join(MEDIA_TYPES)}):kind>")
    def file(name: str, kind: str) -> flask.Response:
        return _respond(asked_context(make_context), name, kind, kept)

    blueprint.after_request(open_to_all)
    return blueprint


def _as_accepted(make_context: MakeContext, name: str, kept: KeptFiles) -> flask.Response:
    bare = {media_type.partition(";")[0]: kind for kind, media_type in MEDIA_TYPES.items()}
    best = flask.request.accept_mimetypes.best_match(["text/html", "application/xhtml+xml", *bare], "text/html")
    if best in bare:
        return _respond(asked_context(make_context), name, bare[best], kept)
    asked_context(make_context).package.dataset(name)
    pairs = [pair for pair in flask.request.args.items(multi=True) if pair[0] != "lang"]
    answer = flask.make_response("", 303)
    answer.location = f"/{asked_language()}/dataset/{quote(name)}/diff" + (f"?{urlencode(pairs)}" if pairs else "")
    return answer


def _respond(ctx: Context, name: str, kind: str, kept: KeptFiles) -> flask.Response:
    """The file. Raises InvalidQuery or UnknownResource."""
    args = flask.request.args
    for one, values in args.lists():
        if one not in KNOWN:
            raise InvalidQuery(
                "There is no parameter {name!r} here; there are {names}.",
                name=one[:LONGEST_NAMED], names=", ".join(KNOWN),
            )  # fmt: skip
        if len(values) > 1:
            raise InvalidQuery("{name!r} stands in the address more than once: give it once.", name=one)
    between = find_between(ctx.package, name, args.get("from", ""), args.get("to", ""))
    table = between.table(args.get("table", ""))
    is_whole = kind == "json" and "table" not in args
    tables = between.tables if is_whole else (table.name,)
    versions = (between.before.version, between.after.version)
    key = "\n".join((*versions, name, kind, *tables))
    assert ctx.differences is not None  # there is a site around the request  # noqa: S101
    write = partial(_write, ctx.differences, between, tables, kind)
    tag = hashlib.sha256(f"{WRITTEN} {key}".encode()).hexdigest()[:32]
    permanent = {"from": versions[0], "to": versions[1]} | ({} if is_whole else {"table": table.name})
    sample = ["sample"] if any(one.table.sample for one in map(between.table, tables)) else []
    named = "-".join([*sample, name, *([] if is_whole else [table.name]), "diff", *versions])
    headers = {
        "Content-Disposition": f'attachment; filename="{named}.{kind}"',
        "Content-Location": f"/dataset/{quote(name)}/diff.{kind}?{urlencode(permanent)}",
        "Link": f'<{ctx.dataset_of(table.name).licence.url}>; rel="license"' if ctx.package.has(table.name) else "",
        "X-Release": versions[1],
        "X-Sample": str(bool(sample)).lower(),
    }
    body = make_body(kept, key, tag, write, lambda: None)
    return send_body(body, MEDIA_TYPES[kind], {name: value for name, value in headers.items() if value})


def _write(differences: Differences, between: Between, tables: tuple[str, ...], kind: str, path: Path) -> int:
    if kind == "csv":
        with differences.open(between.table(tables[0])) as one:
            return write_csv(one, path)
    head = {"dataset": between.dataset, **describe_releases(between.before, between.after)}
    return write_json(head, _each(differences, between, tables), path)


def _each(differences: Differences, between: Between, tables: tuple[str, ...]) -> Iterator[Difference]:
    """One table after the other, each closed before the next."""
    for name in tables:
        with differences.open(between.table(name)) as one:
            yield one
