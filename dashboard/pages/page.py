"""What a page gives back, and what pages share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard.components.attributes import aria
from dashboard.components.figure_panel import Links, Source, figure_panel
from dashboard.context import Context
from dashboard.panels.panel import Panel
from dashboard.state import to_query_string


@dataclass(frozen=True)
class Page:
    """A finished page. `path` is its address without the language, `section` the navigation's entry."""

    title: str
    description: str
    section: str
    path: str
    body: list[Any]
    status: int = 200
    feed: str | None = None
    """The address of the page's Atom feed, which its head tells of."""


def download_address(ctx: Context, route: str, name: str, kind: str) -> str:
    """The address of a panel's data (`download`) or picture (`picture`) under these filters."""
    query = to_query_string(ctx.state.change(page=1))
    return f"/{route}/{name}.{kind}?" + urlencode({"lang": ctx.language}) + (f"&{query}" if query else "")


def show_panel(
    ctx: Context,
    panel: Panel,
    path: str,
    cell_links: Mapping[str, Callable[[Mapping[str, Any]], str | None]] | None = None,
    *,
    open_table: bool = False,
) -> html.Section:
    """The panel under the context's filters, with its downloads, link and source."""
    ctx = panel.narrow(ctx)

    def address(kind: str) -> str:
        return download_address(ctx, "picture" if kind in ("svg", "png") else "download", panel.name, kind)

    return figure_panel(
        panel.name,
        panel.view(ctx),
        Links(
            address,
            ctx.base_url + ctx.path(path, ctx.state.change(company=None)) + f"#{panel.name}",
        ),
        source_of(ctx, panel.resource),
        ctx.t,
        ctx.f,
        cell_links,
        open_table=open_table,
    )


def source_of(ctx: Context, resource: str) -> Source:
    """The source line of a table."""
    dataset = ctx.dataset_of(resource)
    sample = f" · {ctx.t('sample data')}" if ctx.package.resource(resource).sample else ""
    return Source(
        ctx.text(dataset.title),
        ctx.path(f"dataset/{dataset.name}"),
        dataset.licence.title,
        dataset.licence.url,
        ctx.t("release of {day}", day=ctx.f.date(ctx.created.date())) + sample,
    )


def scope_notes(ctx: Context) -> html.Details:
    """How the cities' purchases differ in scope, before anything is compared."""
    items = [
        html.Li([html.Strong(f"{ctx.text(source.title)}: "), ctx.text(source.scope)])
        for source in ctx.package.dataset("purchases").sources
        if source.scope is not None
    ]
    return html.Details(
        [html.Summary(ctx.t("The cities' data differ in scope: what each leaves out")), html.Ul(items)],
        className="note",
    )


def crumbs(ctx: Context, *steps: tuple[str, str | None]) -> html.Nav:
    """The way to this page."""
    items = [html.Li(html.A(text, href=href) if href else html.Span(text)) for text, href in steps]
    return html.Nav(html.Ol(items), className="crumbs", **aria(label=ctx.t("You are here")))
