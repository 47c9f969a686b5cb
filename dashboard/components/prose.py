"""Pages of text: headings, paragraphs and lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html


def section(heading: str, *parts: Any) -> list[Any]:
    """A heading with what stands under it: texts become paragraphs, everything else stays as it is."""
    return [html.H2(heading), *(html.P(part) if isinstance(part, str) else part for part in parts)]


def bullets(texts: Sequence[Any]) -> html.Ul:
    """A list of points."""
    return html.Ul([html.Li(text) for text in texts], className="prose")
