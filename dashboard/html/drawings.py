"""A figure as it stands on a page: drawn twice, wide and narrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.html.svg import Content, figure_height, figure_svg, read_figure

WIDE, NARROW = 760, 328
"""Pixels; the style sheet shows the one that fits, as one scaled drawing would be unreadable on a telephone."""


def draw_figure(plot: Mapping[str, Any]) -> tuple[str, dict[str, str] | None]:
    """The plotly dict as (two SVG elements, one of which the style sheet hides; its heights for the style sheet)."""
    content, sizes = read_figure(plot), (("wide", WIDE), ("narrow", NARROW))
    drawings = "".join(figure_svg(content, width=width, css_class=f"chart chart--{name}") for name, width in sizes)
    return drawings, _heights(plot, content)


def _heights(plot: Mapping[str, Any], content: Content) -> dict[str, str] | None:
    """How high the figure is, and how high where it is narrow; None where the figure stays drawn: then it is as high
    as its drawing."""
    if plot["layout"]["meta"].get("svg_only"):
        return None
    return {"--height": f"{plot['layout']['height']}px", "--narrow": f"{figure_height(content, NARROW):.0f}px"}
