"""A line as small as a word: dozens of them stand on a page, and none is worth a chart's scripts.

They are drawn within the page: each picture of its own, however small, would cost a telephone as much as a large one.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.browser import Frozen
from dashboard.figures.spark import HEIGHT, WIDTH, sparkline
from dashboard.html.svg import figure_svg


def spark_line(values: Sequence[float | None], colour: str, description: str) -> Frozen:
    """The values in their order, `description` for those who do not see them."""
    svg = figure_svg(sparkline(values, colour, description), width=WIDTH, height=HEIGHT)
    return Frozen(tag="span", attributes={"className": "spark"}, html=svg)
