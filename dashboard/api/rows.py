"""A row's lasting address, `/dataset/NAME/row/KEY`: its page, or where it comes from as PROV-O, by what is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import flask

from dashboard.api.downloads import MakeContext, asked_context
from dashboard.api.errors import asked_language
from dashboard.api.negotiated import accepted, open_descriptions, see_other, send_description, varied
from dashboard.catalogue.prov import RowOrigin, row_graph
from dashboard.catalogue.rdf import MEDIA_TYPES, serialise
from dashboard.context import Context
from dashboard.errors import UnknownResource
from dashboard.i18n import LANGUAGES
from dashboard.openapi.kinds import LONGEST_NAMED
from dashboard.package import WEB, Dataset, Resource
from dashboard.panels.behind import queries_behind
from dashboard.panels.rows import find_row, row_address, row_key
from dashboard.query.model import Query
from dashboard.state import State

MOST_BEHIND = 100
"""Rows that one was computed from, at most, that are named one by one; of more only their datasets are."""


def create_rows(make_context: MakeContext) -> flask.Blueprint:
    """The blueprint; `make_context` gives the context of the current request in a language."""
    blueprint = flask.Blueprint("rows", __name__)

    @blueprint.get("/dataset/<name>/row/<path:key>")
    def row(name: str, key: str) -> flask.Response:
        bare, dot, kind = key.rpartition(".")
        if dot and kind in MEDIA_TYPES:
            return _graph(asked_context(make_context), name, bare, kind)
        wanted = accepted()
        if wanted is not None:
            return varied(_graph(asked_context(make_context), name, key, wanted))
        ctx = asked_context(make_context)
        _find(ctx, name, key)
        query = ctx.query(State())
        return see_other(f"/{asked_language()}{row_address(name, key)}" + (f"?{query}" if query else ""))

    blueprint.after_request(open_descriptions)
    return blueprint


def _graph(ctx: Context, name: str, key: str, kind: str) -> flask.Response:
    dataset, table, row = _find(ctx, name, key)
    address = row_address(name, key)
    query = ctx.query(State())
    headers = {
        "Content-Location": f"{address}.{kind}" + (f"?{query}" if query else ""),
        "Link": ", ".join(
            f'<{address}.{other}>; rel="alternate"; type="{media_type}"' for other, media_type in MEDIA_TYPES.items()
        ),
        "X-Release": ctx.package.version,
    }
    graph = row_graph(_origin(ctx, dataset, table, key, row))
    return send_description(serialise(graph, kind), MEDIA_TYPES[kind], headers)


def _find(ctx: Context, name: str, key: str) -> tuple[Dataset, Resource, dict[str, object]]:
    dataset = ctx.package.dataset(name)
    found = find_row(ctx, dataset, key)
    if found is None:
        raise UnknownResource("The dataset {name} has no row with the key {key!r}.", name=name, key=key[:LONGEST_NAMED])
    return dataset, *found


def _origin(ctx: Context, dataset: Dataset, table: Resource, key: str, row: dict[str, object]) -> RowOrigin:
    at, version = row_address(dataset.name, key), ctx.package.version
    snapshot = ctx.package.provenance.get(str(row.get("snapshot_id")))
    address, pinned = ctx.base_url + at, urlencode({"release": version})
    queries = queries_behind(ctx, table.name, row)
    number, rule = row.get("row_number"), row.get("rule_code")
    return RowOrigin(
        ctx.package,
        dataset,
        table,
        key,
        ctx.base_url,
        address,
        f"{address}?{pinned}",
        {one: f"{ctx.base_url}/{one}{at}?{pinned}" for one in LANGUAGES},
        snapshot,
        int(str(number)) if snapshot is not None and number is not None else None,
        str(rule) if rule else None,
        () if snapshot is not None else _named(row),
        _behind(ctx, queries),
        tuple(dict.fromkeys(ctx.dataset_of(one.resource).name for one in queries)),
    )


def _named(row: dict[str, object]) -> tuple[tuple[str, str], ...]:
    """The sources that a row names itself, with an address."""
    titles = [name for name in row if name.endswith("source_title") and row[name]]
    pairs = ((str(row[name]), str(row.get(f"{name.removesuffix('title')}url") or "")) for name in titles)
    return tuple(dict.fromkeys((title, at) for title, at in pairs if at.startswith(WEB)))


def _behind(ctx: Context, queries: Sequence[Query]) -> tuple[str, ...]:
    """The addresses of the rows that it was computed from, in this release; none where they are many."""
    if not 0 < sum(map(ctx.engine.count, queries)) <= MOST_BEHIND:
        return ()
    pinned, found = urlencode({"release": ctx.package.version}), []
    for query in queries:
        source = ctx.package.resource(query.resource)
        keys = (row_key(source, one) for one in ctx.engine.rows(query))
        found += [f"{ctx.base_url}{row_address(source.dataset, one)}?{pinned}" for one in keys if one]
    return tuple(dict.fromkeys(found))
