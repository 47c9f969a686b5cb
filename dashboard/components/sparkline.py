"""A line as small as a word, as a picture: dozens of them stand on a page, and none is worth a chart's scripts."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dash import html

from dashboard.figures.spark import HEIGHT, WIDTH, sparkline
from dashboard.html.svg import figure_svg


def spark_image(values: Sequence[float | None], colour: str, description: str) -> html.Img:
    """The values in their order, `description` for those who do not see them."""
    svg = figure_svg(sparkline(values, colour, description), width=WIDTH, height=HEIGHT)
    return html.Img(
        src=f"data:image/svg+xml,{quote(svg)}", alt=description, width=WIDTH, height=HEIGHT, className="spark"
    )
