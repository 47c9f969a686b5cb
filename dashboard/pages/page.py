"""What a page gives back, and what pages share."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from dashboard.components.attributes import aria
from dashboard.components.elements import html
from dashboard.components.figure_panel import CellLinks, Links, failed_panel, figure_panel
from dashboard.components.sources import source_of
from dashboard.context import Context
from dashboard.errors import DashboardError
from dashboard.panels.pages import page_of
from dashboard.panels.panel import Panel, View
from dashboard.query.model import Query
from dashboard.state import State

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Page:
    """A finished page. `path` is its address without the language, `section` the navigation's entry."""

    title: str
    description: str
    section: str
    path: str
    body: list[Any]
    status: int = 200
    filters: tuple[str, ...] = ()
    """The parameters of its address that it obeys, or says itself that it does not. It is said of the others that they
    change nothing here; of an order and a page of rows only what is shown knows."""
    is_bare: bool = False
    """Whether it is shown by itself, without header, footer and Dash: within a page of another site."""
    feed: str | None = None
    """The address of the page's Atom feed, which its head tells of."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """The same by language, where that is not `path` behind the language."""
    dataset: str | None = None
    """The name of the dataset that the page is about, which its head describes to search engines."""
    datasets: tuple[str, ...] = ()
    """The names of those that it shows something of besides what its figures show."""
    kind: str = "WebPage"
    """What schema.org calls a page of its kind."""
    forms: tuple[tuple[str, str], ...] = ()
    """(media type, address) of what else tells the same to programs, which its head names."""
    embed: str | None = None
    """The address of its one figure in a frame, of which its head tells other sites."""
    about: tuple[Mapping[str, Any], ...] = ()
    """The schema.org objects that it is about, the main one first."""


def download_address(ctx: Context, route: str, name: str, kind: str) -> str:
    """The address of a panel's data (`download`) or picture (`picture`) under these filters."""
    query = ctx.query(ctx.state.change(page=1, sort=None))
    return f"/{route}/{name}.{kind}?" + urlencode({"lang": ctx.language}) + (f"&{query}" if query else "")


def dataset_file(ctx: Context, route: str, name: str, kind: str) -> str:
    """The address of a file of a dataset: of its data, or of how to cite it."""
    query = ctx.query(State())
    return f"/{route}/{name}.{kind}?lang={ctx.language}" + (f"&{query}" if query else "")


def table_address(ctx: Context, table: str, kind: str) -> str:
    """The address of a whole table as a file."""
    return dataset_file(ctx, "data", table, kind)


def show_panel(
    ctx: Context,
    panel: Panel,
    path: str,
    cell_links: CellLinks | None = None,
    *,
    open_table: bool = False,
) -> html.Section:
    """The panel under the context's filters, with its downloads, link and source."""
    return _drawn(ctx, panel, _view(ctx, panel), path, cell_links, open_table=open_table)


def show_panels(
    ctx: Context, panels: Iterable[Panel], path: str, cell_links: CellLinks | None = None, opened: Panel | None = None
) -> list[html.Section]:
    """Several panels of a page, `opened` with its table open. All are asked for before the first is drawn: a processor
    goes through the questions faster where it is not kept from them by drawing in between."""
    panels = list(panels)
    ctx.engine.ask_ahead(_asked(ctx, panels))
    views = [(panel, _view(ctx, panel)) for panel in panels]
    return [_drawn(ctx, panel, view, path, cell_links, open_table=panel is opened) for panel, view in views]


def _asked(ctx: Context, panels: Iterable[Panel]) -> Iterator[Query]:
    """What the views of the panels will ask for."""
    for panel in panels:
        if panel.is_paged:
            continue
        with suppress(DashboardError):  # its view tells of it
            yield panel.query(ctx)


def _view(ctx: Context, panel: Panel) -> View | DashboardError:
    """The panel under the context's filters, or why it has none: one figure less must not take the page down."""
    try:
        return panel.view(ctx)
    except DashboardError as error:
        LOG.exception("Panel %s failed", panel.name)
        return error


def _drawn(
    ctx: Context,
    panel: Panel,
    view: View | DashboardError,
    path: str,
    cell_links: CellLinks | None,
    *,
    open_table: bool,
) -> html.Section:
    if isinstance(view, DashboardError):
        return failed_panel(panel.name, ctx.told(view), ctx.t)
    return figure_panel(
        panel.name,
        view,
        panel_links(ctx, panel, path),
        source_of(ctx, panel),
        ctx.t,
        ctx.f,
        cell_links,
        open_table=open_table,
    )


def panel_links(ctx: Context, panel: Panel, path: str) -> Links:
    """Where a panel that stands on the page at `path` leads."""
    narrow = panel.narrow(ctx)
    page = ctx.state.change(company=None, sort=None, page=1)  # of another order another page of rows

    def address(kind: str) -> str:
        return download_address(narrow, "picture" if kind in ("svg", "png") else "download", panel.name, kind)

    def cite(kind: str) -> str:
        return download_address(narrow, "cite/figure", panel.name, kind)

    def sort(order: str) -> str:
        return ctx.path(path, page.change(sort=f"{panel.name}.{order}")) + f"#{panel.name}-table"

    shown = panel.asked(ctx)
    return Links(
        address,
        ctx.base_url + ctx.path(path, narrow.state.change(company=None, sort=None)) + f"#{panel.name}",
        ctx.path(f"origin/{panel.name}", shown),
        ctx.base_url + panel.embedded(ctx),
        sort,
        cite,
        ctx.base_url + ctx.pin().path(path, narrow.state.change(company=None, sort=None)) + f"#{panel.name}",
        ctx.base_url + panel.embedded(ctx.pin()),
    )


def crumbs(ctx: Context, *steps: tuple[Any, str | None]) -> html.Nav:
    """The way to this page; a step is a text, or one in pieces of several languages."""
    items = [html.Li(html.A(text, href=href) if href else html.Span(text)) for text, href in steps]
    return html.Nav(html.Ol(items), className="crumbs", **aria(label=ctx.t("You are here")))


def contents(ctx: Context, parts: Iterable[tuple[Panel, str]]) -> html.Nav:
    """Links to the page's figures, each under a short name."""
    links = [html.Li(html.A(name, href=f"#{panel.name}")) for panel, name in parts]
    return html.Nav(html.Ul(links), className="contents", **aria(label=ctx.t("On this page")))


def page_links(ctx: Context, path: str, count: int, panel: str, label: str) -> list[html.Nav]:
    """The ways to the pages before and after this one of a panel's `count` rows; nothing where one page holds all."""
    t, (page, last) = ctx.t, page_of(ctx, count)
    state = ctx.state if not path.startswith("companies/") else ctx.state.change(company=None)
    links: list[Any] = []
    if page > 1:
        before = ctx.path(path, state.change(page=page - 1))
        links.append(html.A(t("Previous rows"), href=f"{before}#{panel}", rel="prev"))
    if page < last:
        after = ctx.path(path, state.change(page=page + 1))
        links.append(html.A(t("Next rows"), href=f"{after}#{panel}", rel="next"))
    items = [html.Li(link) for link in links]
    return [html.Nav(html.Ul(items), className="downloads", **aria(label=label))] if items else []
