"""How to cite a dataset, a table or a figure, whole or under filters: `/cite/NAME.FORMAT`, `/cite/figure/NAME.FORMAT`.

A figure may have the name of a dataset and has an address of its own for that; where no other has its name, the short
one leads to it too.
"""

from __future__ import annotations

import datetime as dt

import flask

from dashboard.api.asked import Asked
from dashboard.api.cited import cite_asked
from dashboard.api.downloads import MakeContext, ask_dataset, ask_panel, ask_table, asked_context
from dashboard.api.sent_files import open_to_all
from dashboard.citation.formats import FORMATS
from dashboard.context import Context
from dashboard.errors import UnknownResource
from dashboard.panels.panel import Panel


def create_cite(panels: dict[str, Panel], make_context: MakeContext) -> flask.Blueprint:
    """The blueprint; `make_context` gives the context of the current request in a language."""
    blueprint = flask.Blueprint("cite", __name__)

    @blueprint.get("/cite/<name>.<kind>")
    def cite(name: str, kind: str) -> flask.Response:
        ctx = asked_context(make_context)
        return _respond(_find(panels, ctx, name), kind)

    @blueprint.get("/cite/figure/<name>.<kind>")
    def cite_figure(name: str, kind: str) -> flask.Response:
        return _respond(ask_panel(panels, asked_context(make_context), name), kind)

    blueprint.after_request(open_to_all)
    return blueprint


def _find(panels: dict[str, Panel], ctx: Context, name: str) -> Asked:
    """The dataset, table or figure of that name, the first that there is."""
    if any(one.name == name for one in ctx.package.datasets):
        return ask_dataset(ctx, name)
    if ctx.package.has(name):
        return ask_table(ctx, name)
    if name in panels:
        return ask_panel(panels, ctx, name)
    raise UnknownResource(
        "There is no dataset, table or figure {name!r}; datasets are {names}.",
        name=name,
        names=", ".join(one.name for one in ctx.package.datasets),
    )


def _respond(asked: Asked, kind: str) -> flask.Response:
    if kind not in FORMATS:
        names = ", ".join(FORMATS)
        raise UnknownResource("There is no format {kind!r}; there are {names}.", kind=kind, names=names)
    media_type, write = FORMATS[kind]
    work = cite_asked(asked, dt.datetime.now(dt.UTC).replace(microsecond=0))
    headers = {
        "Content-Disposition": f'inline; filename="{work.key}.{kind}"',
        "Cache-Control": "no-cache",  # it names the moment
        "X-Release": work.version,
    }
    return flask.Response(write(work, asked.ctx.t), content_type=media_type, headers=headers)
