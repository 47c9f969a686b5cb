"""A text with the words that were looked for marked in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.components.elements import html
from dashboard.search.folding import marked


def marked_text(text: str, terms: Iterable[str]) -> list[Any]:
    """The text in pieces, those that hold one of the folded terms as `mark`."""
    return [html.Mark(piece) if is_term else piece for piece, is_term in marked(text, terms)]
