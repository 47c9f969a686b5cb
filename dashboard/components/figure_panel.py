"""The unit of a page: title, chart, the same data as a table, one sentence, downloads, link, source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.components.attributes import aria, data
from dashboard.components.browser import Figure
from dashboard.components.table import data_table
from dashboard.i18n import Formats, Translator
from dashboard.panels.panel import View

PICTURES = ("svg", "png")


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
    """Where a panel's data and pictures are; `address` gives that of a format."""

    address: Callable[[str], str]
    view: str
    formats: tuple[str, ...] = ("csv", "xlsx", "json")


def figure_panel(
    name: str,
    view: View,
    links: Links,
    source: Source,
    t: Translator,
    f: Formats,
    cell_links: Mapping[str, Callable[[Mapping[str, Any]], str | None]] | None = None,
    *,
    open_table: bool = False,
) -> html.Section:
    """A panel whose chart, table and downloads are one query's answer."""
    table = data_table(t("Table: {title}", title=view.title), view.columns, view.rows, f, cell_links)
    parts: list[Any] = [
        html.H2(view.title, className="panel__title", id=f"{name}-title"),
        html.P(view.subtitle, className="panel__subtitle"),
    ]
    if view.figure is not None:
        parts.append(html.Div(Figure(f"{name}-chart", view.figure), className="panel__chart"))
    if view.summary != view.subtitle:
        parts.append(html.P(view.summary, className="panel__summary"))
    parts += [html.P(note, className="note") for note in view.notes]
    if view.figure is None and not view.is_empty:
        parts.append(html.Div(table, className="panel__table"))
    elif not view.is_empty:
        summary = html.Summary(t("The same as a table"))
        parts.append(html.Details([summary, table], className="panel__table", open=open_table))
    if not view.is_empty:
        parts.append(_actions(view, links, t))
    parts.append(_source(source, t))
    return html.Section(parts, className="panel", id=name, **aria(labelledby=f"{name}-title"))


def _actions(view: View, links: Links, t: Translator) -> html.Ul:
    kinds = (*links.formats, *(PICTURES if view.figure is not None else ()))
    items = [
        html.Li(
            html.A(
                kind.upper(),
                href=links.address(kind),
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
