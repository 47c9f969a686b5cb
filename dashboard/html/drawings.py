"""A figure as it stands on a page: drawn twice, wide and narrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.html.svg import figure_height, figure_svg

WIDE, NARROW = 760, 328
"""Pixels; the style sheet shows the one that fits, as one scaled drawing would be unreadable on a telephone."""


def figure_drawings(plot: Mapping[str, Any]) -> str:
    """The plotly dict as two SVG elements, one of which the style sheet hides.

    A figure with a width of its own, as small as a word, is drawn once.
    """
    own = plot["layout"].get("width")
    sizes = (("small", own),) if own else (("wide", WIDE), ("narrow", NARROW))
    return "".join(figure_svg(plot, width=width, css_class=f"chart chart--{name}") for name, width in sizes)


def figure_style(plot: Mapping[str, Any]) -> dict[str, str] | None:
    """How high the figure is, and how high where it is narrow, as the style sheet asks for it; None where the figure
    stays drawn: then it is as high as its drawing."""
    if plot["layout"]["meta"].get("svg_only"):
        return None
    return {"--height": f"{plot['layout']['height']}px", "--narrow": f"{figure_height(plot, NARROW):.0f}px"}
