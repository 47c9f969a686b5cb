"""Pages of text: headings, paragraphs and lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.components.elements import html


def section(heading: str, *parts: Any) -> list[Any]:
    """A heading with what stands under it: texts become paragraphs, everything else stays as it is."""
    return [html.H2(heading), *(html.P(with_code(part)) if isinstance(part, str) else part for part in parts)]


def bullets(texts: Sequence[Any]) -> html.Ul:
    """A list of points."""
    return html.Ul([html.Li(with_code(text) if isinstance(text, str) else text) for text in texts], className="prose")


def with_code(text: str) -> Any:
    """The text, what stands between backticks as code; the text itself where nothing does.

    >>> with_code("An answer has an `ETag`.")
    ['An answer has an ', Code('ETag'), '.']
    """
    pieces = text.split("`")
    if len(pieces) == 1:
        return text
    return [html.Code(piece) if at % 2 else piece for at, piece in enumerate(pieces) if piece]
