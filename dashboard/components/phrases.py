"""A sentence of the page's language with the names in it that are in another one marked as such."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashboard.components.elements import html

Phrases = Mapping[str, str | None]
"""Phrase -> its language; None where that is the page's."""


def with_phrases(text: str, phrases: Phrases) -> Any:
    """The text, each phrase in it with its language; the text itself where it holds none of them.

    >>> with_phrases("Parks: 3 vrk", {"Parks": "en"})
    [Span(children='Parks', lang='en'), ': 3 vrk']
    """
    known = {phrase: language for phrase, language in phrases.items() if phrase and language}
    if not any(phrase in text for phrase in known):
        return text
    longest_first = sorted(known, key=len, reverse=True)
    pieces = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
    return [html.Span(one, lang=known[one]) if one in known else one for one in pieces if one]
