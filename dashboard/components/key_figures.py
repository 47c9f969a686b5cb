"""Key figures, each with the words of its source one click away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.elements import html


@dataclass(frozen=True)
class Quote:
    """Who says a figure, and in which words."""

    source: str
    href: str
    words: str
    language: str | None = None
    """That of the words, where it is known."""
    source_language: str | None = None
    """That of the source's name, where it is not the page's."""


@dataclass(frozen=True)
class KeyFigure:
    """A figure as written, what it is, and who says so."""

    value: str
    label: str
    quotes: tuple[Quote, ...]


def key_figures(figures: Sequence[KeyFigure], source_label: str) -> html.Dl:
    """The figures as a list of terms, which reads well without style."""
    return html.Dl([_figure(figure, source_label) for figure in figures], className="key-figures")


def _figure(figure: KeyFigure, source_label: str) -> html.Div:
    quotes = [
        html.Li(
            [
                html.Q(quote.words, lang=quote.language),
                " — ",
                html.A(quote.source, href=quote.href, lang=quote.source_language)
                if quote.href
                else html.Span(quote.source, lang=quote.source_language),
            ]
        )
        for quote in figure.quotes
    ]
    return html.Div(
        [
            html.Dt(figure.label, className="key-figure__label"),
            html.Dd(figure.value, className="key-figure__value"),
            html.Dd(
                html.Details(
                    [
                        html.Summary([source_label, html.Span(f" ({figure.label})", className="visually-hidden")]),
                        html.Ul(quotes),
                    ]
                ),
                className="key-figure__source",
            ),
        ],
        className="key-figure",
    )
