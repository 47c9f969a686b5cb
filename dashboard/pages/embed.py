"""A panel by itself, to stand in a frame on a page of another site."""

from __future__ import annotations

from dashboard.components.elements import html
from dashboard.components.figure_panel import embedded_panel
from dashboard.components.shell import view_notes
from dashboard.components.sources import source_of
from dashboard.context import Context
from dashboard.pages.missing import find_figure, no_such_release
from dashboard.pages.page import Page


def layout(ctx: Context, name: str) -> Page:
    """The panel under the filters of the address, and what of these was left out; a designed 404 where there is none
    of that name."""
    path = f"embed/{name}"
    if ctx.release_asked is not None:
        return _absent(ctx, no_such_release(ctx, path))
    panel = find_figure(ctx, name, path)
    if isinstance(panel, Page):
        return _absent(ctx, panel)
    view = panel.view(ctx)
    notes = view_notes(ctx, path, panel.parameters, "_top")
    section = embedded_panel(name, view, panel.home(ctx), source_of(ctx, panel), ctx.t, ctx.f, notes)
    body = [html.Main(section)]
    return Page(view.title, view.summary, "", path, body, is_bare=True, embed=panel.embedded(ctx))


def _absent(ctx: Context, page: Page) -> Page:
    """What the page says that there is not, small enough for the frame, and the way out of it."""
    parts = [
        html.H1(page.title, className="panel__title"),
        html.P(page.description, className="note note--warn"),
        html.P(html.A(ctx.t("Explore the data on Kuusi"), href=ctx.path(""), target="_top"), className="panel__source"),
    ]
    body = [html.Main(html.Section(parts, className="panel panel--embedded"))]
    return Page(page.title, page.description, "", page.path, body, page.status, is_bare=True)
