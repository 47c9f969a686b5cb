"""What several sources say of one thing, side by side, each in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.elements import html


@dataclass(frozen=True)
class Said:
    """A value as written, who says it, where, and in which words (None where the source has a bare number)."""

    value: str
    source: str
    href: str | None
    words: str | None
    language: str | None = None
    """That of the words, where it is known."""
    source_language: str | None = None
    """That of the source's name, where it is not the page's."""


def side_by_side(what: str, said: Sequence[Said]) -> html.Section:
    """One thing and what each source says of it."""
    return html.Section([html.H3(what), html.Ul([_card(one) for one in said], className="said")])


def _card(said: Said) -> html.Li:
    source = html.A(said.source, href=said.href) if said.href else said.source
    whose = html.P(source, className="said__source", lang=said.source_language)
    quote = [html.P(html.Q(said.words, lang=said.language), className="said__words")] if said.words else []
    return html.Li([html.P(said.value, className="said__value"), whose, *quote])
