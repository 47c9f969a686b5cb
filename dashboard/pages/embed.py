"""A panel by itself, to stand in a frame on a page of another site."""

from __future__ import annotations

from dash import html

from dashboard.components.figure_panel import embedded_panel
from dashboard.context import Context
from dashboard.pages.missing import find_figure
from dashboard.pages.page import Page, source_of


def layout(ctx: Context, name: str) -> Page:
    """The panel under the filters of the address; a designed 404 where there is none of that name."""
    path = f"embed/{name}"
    panel = find_figure(ctx, name, path)
    if isinstance(panel, Page):
        return panel
    view = panel.view(ctx)
    source = source_of(ctx, panel.resource)
    body = [html.Main(embedded_panel(name, view, panel.home(ctx), source, ctx.t, ctx.f))]
    return Page(view.title, view.summary, "", path, body, is_bare=True)
