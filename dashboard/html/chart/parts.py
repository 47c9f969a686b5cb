"""Plots above one another on a shared axis of positions, such as bars over a matrix of dots."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.html.chart.plan import Box, has_names_above, left_labels
from dashboard.html.chart.sheet import Sheet


@dataclass(frozen=True)
class Part:
    """One pair of axes, its box, how far from the box's left edge its plot begins at least, and whether the names of
    its bars stand above them."""

    sheet: Sheet
    box: Box
    left: float = 0.0
    names_above: bool = False


def split(sheets: Sequence[Sheet], area: Box) -> list[Part]:
    """Give each sheet the share of `area` that plotly would; all plots begin at the same place."""
    if len(sheets) == 1:
        return [Part(sheets[0], _domain_box(sheets[0], area), names_above=has_names_above(sheets[0], area.width))]
    left = max(left_labels(sheet, area.width) for sheet in sheets)
    return [Part(sheet, _domain_box(sheet, area), left) for sheet in sheets]


def _domain_box(sheet: Sheet, area: Box) -> Box:
    left, right = sheet.position_axis.get("domain") or (0, 1)
    bottom, top = sheet.value_axis.get("domain") or (0, 1)
    return Box(
        area.left + left * area.width,
        area.bottom - top * area.height,
        area.left + right * area.width,
        area.bottom - bottom * area.height,
    )
