"""The unit of a page: title, chart, the same data as a table, one sentence, downloads, link, source, origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.components.attributes import aria, data
from dashboard.components.browser import Figure
from dashboard.components.citing import cite_links
from dashboard.components.elements import html
from dashboard.components.embedding import embed_codes
from dashboard.components.phrases import with_phrases
from dashboard.components.table import MOST_SHOWN, Order, data_table
from dashboard.i18n import DOT, Formats, Translator
from dashboard.panels.panel import View

PICTURES = ("svg", "png")


@dataclass(frozen=True)
class Source:
    """What stands under a panel; `version`, `retrieved` (the day of today in words) and `publishers` are for those who
    take it away."""

    text: str
    href: str
    licence: str
    licence_href: str
    release: str
    version: str
    retrieved: str
    publishers: str = ""

    @property
    def attribution(self) -> str:
        """The dataset with those whose data it holds, whom its licence asks to name."""
        return f"{self.text} ({self.publishers})" if self.publishers else self.text


@dataclass(frozen=True)
class Links:
    """Where a panel's data, pictures and origin are; `address` gives that of a format, `sort` of an order."""

    address: Callable[[str], str]
    view: str
    origin: str
    embed: str
    sort: Callable[[str], str]
    cite: Callable[[str], str]
    """The address of its citation in a format."""
    permanent_view: str
    """The view of this very release, and its figure for another site: the same for ever."""
    permanent_embed: str
    formats: tuple[str, ...] = ("csv", "xlsx", "json", "zip")


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
        parts.append(_summary(view))
    parts += _notes(view)
    if not view.is_empty:
        parts.append(_table(name, view, links, t, f, cell_links, is_open=open_table))
    parts += panel_tools(view, links, source, t)
    return html.Section(parts, className="panel", id=name, **aria(labelledby=f"{name}-title"))


def panel_tools(view: View, links: Links, source: Source, t: Translator) -> list[Any]:
    """The downloads, the source, and how to cite and embed it; where there is nothing to take away, the source."""
    if view.is_empty:
        return [_source(source, t)]
    return [_actions(view, links, t), _source(source, t), _share(view, links, source, t)]


def embedded_panel(
    name: str, view: View, address: str, source: Source, t: Translator, f: Formats, before: Sequence[Any] = ()
) -> html.Section:
    """What another site shows of a panel: its finding, chart (or table), source, and the way to the whole; what must be
    known `before` stands above."""
    parts: list[Any] = [*before, *_head(name, view, html.H1)]
    if view.figure is None and not view.is_empty:
        parts.append(
            data_table(t("Table: {title}", title=view.title), view.columns, view.rows, f, phrases=view.phrases)
        )
    if view.summary != view.subtitle:
        parts.append(_summary(view))
    parts += _notes(view)
    whole = html.A(t("Explore the data on Kuusi"), href=address, target="_top")
    parts += [_source(source, t, is_away=True), html.P(whole, className="panel__source")]
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
    title = heading(with_phrases(view.title, view.phrases), className="panel__title", id=f"{name}-title")
    parts: list[Any] = [title, html.P(with_phrases(view.subtitle, view.phrases), className="panel__subtitle")]
    if view.figure is not None:
        parts.append(html.Div(Figure(f"{name}-chart", view.figure), className="panel__chart"))
    return parts


def _summary(view: View) -> html.P:
    return html.P(with_phrases(view.summary, view.phrases), className="panel__summary")


def _notes(view: View) -> list[html.P]:
    return [html.P(with_phrases(note, view.phrases), className="note") for note in view.notes]


def _table(
    name: str, view: View, links: Links, t: Translator, f: Formats, cell_links: CellLinks | None, *, is_open: bool
) -> Any:
    """The same data as a table: behind its chart where there is one, and in sight where it is what was asked for."""

    def label(column: str) -> str:
        return t("{column}: sort the table {title}", column=column, title=view.title)

    order = Order(links.sort, label, *view.order) if view.sortable else None
    caption = t("Table: {title}", title=view.title)
    parts: list[Any] = [data_table(caption, view.columns, view.rows, f, cell_links, order=order, phrases=view.phrases)]
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
        "{title} ({subtitle}). Kuusi, {release} (version {version}). Data: {source}, {licence}. {address} "
        "(retrieved on {day})",
        title=view.title,
        subtitle=view.subtitle,
        release=source.release,
        source=source.attribution,
        licence=source.licence,
        address=links.permanent_view,
        version=source.version,
        day=source.retrieved,
    )
    embed, permanent = embed_codes(view, (links.embed, links.permanent_embed), embed_lines(source, t))
    about = with_phrases(" " + t("about the figure {title}", title=view.title), view.phrases)
    codes = {embed: t("With the newest data at any time"), permanent: t("As it is now, for ever")}
    return html.Div(
        [
            html.A([t("Where is this from?"), html.Span(about, className="visually-hidden")], href=links.origin),
            _unfolded(
                t("Cite"),
                about,
                [
                    *_copyable(citation, with_phrases(citation, view.phrases), t),
                    cite_links(links.cite, view.title, t),
                    *_labelled(links.permanent_view, t("Permanent link"), t),
                ],
            ),
            _unfolded(t("Embed"), about, [part for code in codes.items() for part in _labelled(*code, t)]),
        ],
        className="panel__share",
    )


def _unfolded(title: str, about: Any, parts: Sequence[Any]) -> html.Details:
    summary = html.Summary([title, html.Span(about, className="visually-hidden")])
    return html.Details([summary, *parts], className="panel__copy")


def _labelled(text: str, label: str, t: Translator) -> tuple[html.P, html.Pre, html.Button]:
    return html.P(label, className="panel__label"), *_copyable(text, text, t)


def _copyable(text: str, shown: Any, t: Translator) -> tuple[html.Pre, html.Button]:
    """A text to take away: it can be selected as it is `shown`, and copied by a button where scripts run."""
    copy = html.Button(
        t("Copy"), type="button", className="button button--quiet", **data(copy_text=text, copied_label=t("Copied"))
    )
    return html.Pre(html.Code(shown), className="copyable"), copy


def embed_lines(source: Source, t: Translator) -> tuple[str, str]:
    """The lines of text under an embedded figure."""
    return _source_words(source, t), t("Explore the data on Kuusi")


def _source_words(source: Source, t: Translator) -> str:
    """The source line of an embedded panel as text."""
    return f"{t('Source')}: {source.attribution}{DOT}{source.licence}{DOT}{source.release}"


def _source(source: Source, t: Translator, *, is_away: bool = False) -> html.P:
    """The source line; `is_away` from the site, where the dataset's page does not stand beside it."""
    return html.P(
        [
            t("Source"),
            ": ",
            html.A(source.attribution if is_away else source.text, href=source.href),
            DOT,
            html.A(source.licence, href=source.licence_href),
            DOT,
            source.release,
        ],
        className="panel__source",
    )
