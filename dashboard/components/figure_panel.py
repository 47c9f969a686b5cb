"""The unit of a page: title, chart, the same data as a table, one sentence, downloads, link, source, origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from dash import html

from dashboard.components.attributes import aria, data
from dashboard.components.browser import Figure
from dashboard.components.table import MOST_SHOWN, Order, data_table
from dashboard.i18n import Formats, Translator
from dashboard.panels.panel import View

PICTURES = ("svg", "png")
EMBED_ROOM = 260
"""Pixels that the words around an embedded chart take."""


@dataclass(frozen=True)
class Source:
    """What stands under a panel."""

    text: str
    href: str
    licence: str
    licence_href: str
    release: str


@dataclass(frozen=True)
class Links:
    """Where a panel's data, pictures and origin are; `address` gives that of a format, `sort` of an order."""

    address: Callable[[str], str]
    view: str
    origin: str
    embed: str
    sort: Callable[[str], str]
    formats: tuple[str, ...] = ("csv", "xlsx", "json")


CellLinks = Mapping[str, Callable[[Mapping[str, Any]], str | None]]
"""By column, the address that a row's cell leads to."""


def figure_panel(
    name: str,
    view: View,
    links: Links,
    source: Source,
    t: Translator,
    f: Formats,
    cell_links: CellLinks | None = None,
    *,
    open_table: bool = False,
) -> html.Section:
    """A panel whose chart, table and downloads are one query's answer."""
    parts: list[Any] = [*_head(name, view)]
    if view.summary != view.subtitle:
        parts.append(html.P(view.summary, className="panel__summary"))
    parts += [html.P(note, className="note") for note in view.notes]
    if not view.is_empty:
        parts.append(_table(name, view, links, t, f, cell_links, is_open=open_table))
    parts += panel_tools(view, links, source, t)
    return html.Section(parts, className="panel", id=name, **aria(labelledby=f"{name}-title"))


def panel_tools(view: View, links: Links, source: Source, t: Translator) -> list[Any]:
    """The downloads, the source, and how to cite and embed it; where there is nothing to take away, the source."""
    if view.is_empty:
        return [_source(source, t)]
    return [_actions(view, links, t), _source(source, t), _share(view, links, source, t)]


def embedded_panel(name: str, view: View, address: str, source: Source, t: Translator, f: Formats) -> html.Section:
    """What another site shows of a panel: its finding, chart (or table), source, and the way to the whole."""
    parts: list[Any] = [*_head(name, view, html.H1)]
    if view.figure is None and not view.is_empty:
        parts.append(data_table(t("Table: {title}", title=view.title), view.columns, view.rows, f))
    if view.summary != view.subtitle:
        parts.append(html.P(view.summary, className="panel__summary"))
    parts += [html.P(note, className="note") for note in view.notes]
    whole = html.A(t("Explore the data on Kuusi"), href=address, target="_top")
    parts += [_source(source, t), html.P(whole, className="panel__source")]
    return html.Section(parts, className="panel panel--embedded", id=name, **aria(labelledby=f"{name}-title"))


def failed_panel(name: str, reason: str, t: Translator) -> html.Section:
    """What stands in place of a panel that cannot be made: the rest of the page is still good."""
    return html.Section(
        [
            html.H2(t("This figure cannot be shown"), className="panel__title", id=f"{name}-title"),
            html.P(reason, className="note note--warn"),
        ],
        className="panel panel--failed",
        id=name,
        **aria(labelledby=f"{name}-title"),
    )


def _head(name: str, view: View, heading: type[html.H1 | html.H2] = html.H2) -> list[Any]:
    title = heading(view.title, className="panel__title", id=f"{name}-title")
    parts: list[Any] = [title, html.P(view.subtitle, className="panel__subtitle")]
    if view.figure is not None:
        parts.append(html.Div(Figure(f"{name}-chart", view.figure), className="panel__chart"))
    return parts


def _table(
    name: str, view: View, links: Links, t: Translator, f: Formats, cell_links: CellLinks | None, *, is_open: bool
) -> Any:
    """The same data as a table: behind its chart where there is one, and in sight where it is what was asked for."""

    def label(column: str) -> str:
        return t("{column}: sort the table {title}", column=column, title=view.title)

    order = Order(links.sort, label, *view.order) if view.sortable else None
    caption = t("Table: {title}", title=view.title)
    parts: list[Any] = [data_table(caption, view.columns, view.rows, f, cell_links, order=order)]
    if len(view.frame) > MOST_SHOWN:
        parts.append(
            html.P(
                t(
                    "The first {n} of {all} rows are shown; the download has them all.",
                    n=f.number(MOST_SHOWN),
                    all=f.number(len(view.frame)),
                ),
                className="panel__more",
            )
        )
    if view.figure is None:
        return html.Div(parts, className="panel__table", id=f"{name}-table")
    is_open = is_open or view.order[0] is not None
    summary = html.Summary(t("The same as a table"))
    return html.Details([summary, *parts], className="panel__table", id=f"{name}-table", open=is_open)


def _actions(view: View, links: Links, t: Translator) -> html.Ul:
    kinds = (*links.formats, *(PICTURES if view.figure is not None else ()))
    items = [
        html.Li(
            html.A(
                kind.upper(),
                href=links.address(kind),
                rel="nofollow",
                **aria(label=t("Download {kind}: {title}", kind=kind.upper(), title=view.title)),
            )
        )
        for kind in kinds
    ]
    copy = html.Button(
        t("Copy link"),
        type="button",
        className="button button--quiet",
        **data(copy_link=links.view, copied_label=t("Link copied")),
    )
    return html.Ul([*items, html.Li(copy)], className="panel__actions")


def _share(view: View, links: Links, source: Source, t: Translator) -> html.Div:
    """Where the figure is from, how it is cited, and how another site shows it."""
    citation = t(
        "{title} ({subtitle}). Kuusi, {release}. Data: {source}, {licence}. {address}",
        title=view.title,
        subtitle=view.subtitle,
        release=source.release,
        source=source.text,
        licence=source.licence,
        address=links.view,
    )
    height = (view.figure["layout"]["height"] if view.figure else 400) + EMBED_ROOM
    embed = (
        f'<iframe src="{escape(links.embed)}" title="{escape(view.title)}" width="100%" height="{height}" '
        'style="border:0" loading="lazy"></iframe>'
    )
    about, origin = t("about the figure {title}", title=view.title), t("Where is this from?")
    return html.Div(
        [
            html.A([origin, html.Span(f" {about}", className="visually-hidden")], href=links.origin),
            _copyable(t("Cite"), about, citation, t),
            _copyable(t("Embed"), about, embed, t),
        ],
        className="panel__share",
    )


def _copyable(title: str, about: str, text: str, t: Translator) -> html.Details:
    """A text to take away: it can be selected as it stands, and copied by a button where scripts run."""
    summary = html.Summary([title, html.Span(f" {about}", className="visually-hidden")])
    copy = html.Button(
        t("Copy"), type="button", className="button button--quiet", **data(copy_text=text, copied_label=t("Copied"))
    )
    return html.Details([summary, html.Pre(html.Code(text), className="copyable"), copy], className="panel__copy")


def _source(source: Source, t: Translator) -> html.P:
    return html.P(
        [
            t("Source"),
            ": ",
            html.A(source.text, href=source.href),
            " · ",
            html.A(source.licence, href=source.licence_href),
            " · ",
            source.release,
        ],
        className="panel__source",
    )
