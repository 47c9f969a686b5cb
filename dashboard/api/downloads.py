"""Data: exactly what a panel shows under its filters, whole tables and parts of them, and datasets; seven formats."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import partial

import flask
from cachelib import SimpleCache

from dashboard.api.asked import Asked, CsvFile, csv_file, stored_file, stored_hash
from dashboard.api.made_files import write_file
from dashboard.api.sent_files import Body, make_body, open_to_all, send_body, wrap_file
from dashboard.api.table_query import table_query
from dashboard.context import Context
from dashboard.csvw import csvw_link
from dashboard.errors import InvalidQuery, UnknownResource
from dashboard.export.bundle import measure
from dashboard.export.kept_files import KeptFiles
from dashboard.panels.panel import Panel

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "excel.csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}
STORED = ("csv", "parquet")
"""Formats in which a release holds its tables."""
WRITTEN = 2
"""Goes up when a format is written in another way, so that nobody joins parts of an old file and a new one."""
MOST_DIGESTED = 32 << 20
"""Bytes of a part of a table up to which its hash is told: they are read twice the first time."""
DIGESTS = SimpleCache(threshold=5_000, default_timeout=0)
"""Hashes of parts of tables by their tags, which are the same for the same bytes only."""
MakeContext = Callable[[str], Context]


def create_downloads(panels: dict[str, Panel], make_context: MakeContext) -> flask.Blueprint:
    """The blueprint; `make_context` gives the context of the current request in a language."""
    blueprint, kept = flask.Blueprint("downloads", __name__), KeptFiles()

    @blueprint.get("/download/<name>.<kind>")
    def panel_data(name: str, kind: str) -> flask.Response:
        name, kind = split_kind(name, kind)
        return respond(ask_panel(panels, asked_context(make_context), name), kind, kept)

    @blueprint.get("/data/<name>.<kind>")
    def table(name: str, kind: str) -> flask.Response:
        name, kind = split_kind(name, kind)
        return respond(ask_table(asked_context(make_context), name), kind, kept)

    @blueprint.get(f"/dataset/<name>.<any({','.join(one for one in MEDIA_TYPES if '.' not in one)}):kind>")
    def dataset(name: str, kind: str) -> flask.Response:
        name, kind = split_kind(name, kind)
        return respond(ask_dataset(asked_context(make_context), name), kind, kept)

    blueprint.after_request(open_to_all)
    return blueprint


def asked_context(make_context: MakeContext) -> Context:
    """The context of the request. Raises UnknownResource for a release that is not here: data of another release
    than the one asked for would be taken for it."""
    return in_release(make_context(flask.request.args.get("lang", "fi")))


def in_release(ctx: Context) -> Context:
    """The context itself, where it is of the release that was asked for. Raises UnknownResource."""
    if ctx.release_asked is not None:
        raise UnknownResource("No release {version} is kept here.", version=ctx.release_asked[:60])
    return ctx


def ask_panel(panels: dict[str, Panel], ctx: Context, name: str) -> Asked:
    """What a panel shows. Raises UnknownResource, or InvalidQuery where it cannot obey a filter."""
    panel = panels.get(name)
    if panel is None:
        names = ", ".join(panels)
        raise UnknownResource("There is no figure {name!r}; there are {names}.", name=name, names=names)
    panel.require_known(ctx, (one for one in flask.request.args if one not in ("release", "variant")))
    panel.require_subject(ctx)
    return Asked(panel.narrow(ctx), name, panel.query(ctx), panel)


def ask_table(ctx: Context, name: str) -> Asked:
    """The rows of a table that the address asks for. Raises UnknownResource, UnknownField or InvalidQuery."""
    return Asked(ctx, name, table_query(ctx.package.resource(name), dict(flask.request.args.lists())))


def ask_dataset(ctx: Context, name: str) -> Asked:
    """A dataset, of which formats that hold one table only hold the first; with filters it is that table alone."""
    first = ctx.package.dataset(name).resources[0]
    query = table_query(ctx.package.resource(first), dict(flask.request.args.lists()))
    return Asked(ctx, name, query, whole_dataset=not query.filters)


def split_kind(name: str, kind: str) -> tuple[str, str]:
    """(name, format) of an address: `purchases.excel.csv` is `purchases.csv?variant=excel`. Raises UnknownResource or
    InvalidQuery for what there is not."""
    bare, _, before = name.partition(".")
    kind = f"{before}.{kind}" if before else kind
    variant = flask.request.args.get("variant", "")
    if kind not in MEDIA_TYPES:
        names = ", ".join(MEDIA_TYPES)
        raise UnknownResource("There is no format {kind!r}; there are {names}.", kind=kind, names=names)
    if variant and (variant != "excel" or kind not in ("csv", "excel.csv")):
        raise InvalidQuery("There is no variant {name!r} of {kind}; CSV has the variant excel.", name=variant[:60],
                           kind=kind)  # fmt: skip
    return bare, "excel.csv" if variant else kind


def respond(asked: Asked, kind: str, kept: KeptFiles) -> flask.Response:
    """The file: as it is stored, as lines of a stored one, or made now or before."""
    headers = {
        "Content-Disposition": f'attachment; filename="{asked.file_name(kind)}"',
        "X-Release": asked.ctx.package.version,
        "X-Sample": str(asked.resource.sample).lower(),
    }
    links = [f'<{asked.ctx.dataset_of(asked.query.resource).licence.url}>; rel="license"']
    if kind == "csv" and asked.panel is None and not asked.query.filters:  # of part of a table there are no metadata
        links.insert(0, csvw_link(flask.request.path, asked.ctx.base_url, asked.ctx.pinned))
    return send_body(_body(asked, kind, kept), MEDIA_TYPES[kind], headers | {"Link": ", ".join(links)})


def _body(asked: Asked, kind: str, kept: KeptFiles) -> Body:
    if asked.is_whole and kind in STORED:
        return _stored(asked, kind)
    if asked.panel is None and kind == "csv":
        csv = csv_file(asked)
        _, found = stored_file(asked, kind)
        tag = _tag(f"{found.hash} {asked.query.filters!r}")
        return Body(tag, csv.size, csv.chunks, csv.sha256 or _digest(csv, tag), csv.rows)
    return _made(asked, kind, kept)


def _stored(asked: Asked, kind: str) -> Body:
    path, found = stored_file(asked, kind)
    state, digest = path.stat(), stored_hash(found)
    modified = dt.datetime.fromtimestamp(int(state.st_mtime), dt.UTC)
    return Body(digest[:32], state.st_size, lambda: wrap_file(path.open("rb")), digest, asked.resource.rows, modified)


def _made(asked: Asked, kind: str, kept: KeptFiles) -> Body:
    key = asked.key(kind)
    return make_body(kept, key, _tag(f"{WRITTEN} {key}"), partial(write_file, asked, kind), partial(_count, asked))


def _count(asked: Asked) -> int | None:
    """How many rows there will be, where that is known without making them."""
    if asked.panel is not None or asked.whole_dataset:
        return None
    return asked.ctx.engine.count(asked.query)


def _digest(csv: CsvFile, tag: str) -> str | None:
    """The hash of the lines of a part of a table, read once before they are sent; None where nobody reads all of them,
    or where they are so many that the first would be waited for."""
    request = flask.request
    found: str | None = DIGESTS.get(tag)
    if found is not None:
        return found
    is_whole = request.method != "HEAD" and "Range" not in request.headers and not request.if_none_match.contains(tag)
    if not is_whole or (csv.size or 0) > MOST_DIGESTED:
        return None
    made = measure(csv.chunks).sha256
    DIGESTS.set(tag, made)
    return made


def _tag(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
