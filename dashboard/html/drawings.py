"""A figure as it stands on a page: drawn twice, wide and narrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.html.svg import figure_svg

WIDE, NARROW = 760, 328
"""Pixels; the style sheet shows the one that fits, as one scaled drawing would be unreadable on a telephone."""


def figure_drawings(plot: Mapping[str, Any]) -> str:
    """The plotly dict as two SVG elements, one of which the style sheet hides."""
    height = figure_height(plot)
    return "".join(
        figure_svg(plot, width=width, height=height, css_class=f"chart chart--{name}")
        for name, width in (("wide", WIDE), ("narrow", NARROW))
    )


def figure_height(plot: Mapping[str, Any]) -> int:
    """The height of the figure in pixels."""
    return int(plot["layout"]["height"])
