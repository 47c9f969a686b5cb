"""Pictures of panels, SVG and PNG, with title, source, licence and release printed on them."""

from __future__ import annotations

import flask

from dashboard.api.asked import file_name
from dashboard.api.downloads import MakeContext
from dashboard.context import Context
from dashboard.errors import UnknownResource
from dashboard.html.png import svg_png
from dashboard.html.svg import Chrome, figure_svg
from dashboard.panels.panel import Panel, View
from dashboard.panels.publishers import publishers_of

TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def create_pictures(panels: dict[str, Panel], make_context: MakeContext) -> flask.Blueprint:
    """The blueprint."""
    blueprint = flask.Blueprint("pictures", __name__)

    @blueprint.get("/picture/<name>.<kind>")
    def picture(name: str, kind: str) -> flask.Response:
        ctx = make_context(flask.request.args.get("lang", "fi"))
        panel = panels.get(name)
        if panel is not None:
            panel.require_known(ctx, flask.request.args)
            panel.require_subject(ctx)
        view = panel.view(ctx) if panel is not None and kind in TYPES else None
        if panel is None or view is None or view.figure is None:
            raise UnknownResource("There is no picture {name}.{kind} under these filters.", name=name, kind=kind)
        svg = figure_svg(view.figure, chrome=_chrome(ctx, panel, view), standalone=True)
        body = svg if kind == "svg" else svg_png(svg)
        disposition = (
            f'attachment; filename="{file_name(ctx, ctx.package.resource(panel.resource), name, kind, panel)}"'
        )
        return flask.Response(body, content_type=TYPES[kind], headers={"Content-Disposition": disposition})

    return blueprint


def _chrome(ctx: Context, panel: Panel, view: View) -> Chrome:
    t = ctx.t
    dataset = ctx.dataset_of(panel.resource)
    publishers = publishers_of(ctx, panel)
    return Chrome(
        title=view.title,
        subtitle=view.subtitle,
        source=f"{t('Source')}: {ctx.text(dataset.title)}" + (f" ({publishers})" if publishers else ""),
        licence=dataset.licence.title,
        release=t("Release {version}", version=ctx.package.version),
        sample_note=t("Sample data: generated, not real") if ctx.package.resource(panel.resource).sample else None,
        site=(ctx.base_url + panel.home(ctx.pin())).removeprefix("https://").removeprefix("http://"),
    )
