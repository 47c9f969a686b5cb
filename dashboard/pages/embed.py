"""A panel by itself, to stand in a frame on a page of another site."""

from __future__ import annotations

from dashboard.components.figure_panel import embedded_panel
from dashboard.context import Context
from dashboard.errors import DashboardError
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, source_of
from dashboard.panels.registry import PANELS


def layout(ctx: Context, name: str) -> Page:
    """The panel under the filters of the address; a designed 404 where there is none of that name."""
    t, path = ctx.t, f"embed/{name}"
    panel = PANELS.get(name)
    if panel is None:
        return missing(ctx, path, t("There is no figure called {name}.", name=name))
    try:
        panel.require_subject(ctx)
    except DashboardError as error:
        return missing(ctx, path, str(error))
    view = panel.view(ctx)
    source = source_of(ctx, panel.resource)
    body = [embedded_panel(name, view, panel.home(ctx), source, t, ctx.f)]
    return Page(view.title, view.summary, "", path, body, is_bare=True)
