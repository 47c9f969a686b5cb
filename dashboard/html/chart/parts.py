"""Where the parts of a figure with several pairs of axes go: small multiples, or plots above one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from dashboard.html.chart.legend import legend_height
from dashboard.html.chart.plan import GAP, Box, left_labels
from dashboard.html.chart.sheet import Sheet

BETWEEN = 20.0
LEAST_UPRIGHT, LEAST_LYING = 112.0, 250.0
"""Pixels that a part needs to be read: bars that lie need room for their names besides."""


@dataclass(frozen=True)
class Part:
    """One pair of axes, its box, and how far from the box's left edge its plot begins at least."""

    sheet: Sheet
    box: Box
    left: float = 0.0


def split(sheets: Sequence[Sheet], area: Box) -> list[Part]:
    """Give each sheet its box in the figure's `area`."""
    if _facets(sheets):
        return _grid(sheets, area)
    if len(sheets) == 1:
        return [Part(sheets[0], area)]
    left = max(left_labels(sheet, area.width) for sheet in sheets)
    return [Part(sheet, _domain_box(sheet, area), left) for sheet in sheets]


def shared_legend(sheets: Sequence[Sheet]) -> Sheet | None:
    """Return a sheet of all the parts' series, for the one legend of small multiples."""
    if not _facets(sheets):
        return None
    return replace(sheets[0], series=tuple(series for sheet in sheets for series in sheet.series))


def facets_height(sheets: Sequence[Sheet], width: float) -> float | None:
    """Return the height of small multiples at this width, which decides how many stand in a row."""
    facets = _facets(sheets)
    legend = shared_legend(sheets)
    if not facets or legend is None:
        return None
    return ceil(len(sheets) / _columns(sheets, width)) * float(facets["row_height"]) + legend_height(legend, width)


def _facets(sheets: Sequence[Sheet]) -> Mapping[str, Any]:
    meta: Mapping[str, Any] = sheets[0].layout.get("meta") or {}
    return meta.get("facets") or {}


def _columns(sheets: Sequence[Sheet], width: float) -> int:
    least = LEAST_LYING if any(sheet.is_horizontal for sheet in sheets) else LEAST_UPRIGHT
    gutter = left_labels(sheets[0], width)
    fitting = int((width - gutter + BETWEEN) // (least + BETWEEN))
    return max(min(int(_facets(sheets)["columns"]), fitting, len(sheets)), 1)


def _grid(sheets: Sequence[Sheet], area: Box) -> list[Part]:
    """Parts in rows; where all have the same labels on the left, the first of each row has them for all."""
    legend = shared_legend(sheets)
    top = area.top + (legend_height(legend, area.width) if legend else 0.0)
    count = _columns(sheets, area.width)
    height = (area.bottom - top) / ceil(len(sheets) / count)
    shown = [replace(sheet, layout={**sheet.layout, "showlegend": False}) for sheet in sheets]
    is_shared = len({_left_texts(sheet) for sheet in sheets}) == 1
    gutter = left_labels(_labelled(shown[0], is_labelled=True), area.width / count) if is_shared else 0.0
    wide = (area.width - gutter - BETWEEN * (count - 1)) / count
    parts = []
    for index, sheet in enumerate(shown):
        row, column = divmod(index, count)
        start = area.left + column * (wide + BETWEEN) + (gutter if column else 0.0)
        end = start + wide + (0.0 if column else gutter)
        box = Box(start, top + row * height, end, top + (row + 1) * height - GAP)
        parts.append(Part(_labelled(sheet, is_labelled=not is_shared or not column), box))
    return parts


def _labelled(sheet: Sheet, *, is_labelled: bool) -> Sheet:
    layout = {**sheet.layout, "yaxis": {**(sheet.layout.get("yaxis") or {}), "showticklabels": is_labelled}}
    return replace(sheet, layout=layout)


def _left_texts(sheet: Sheet) -> tuple[str, ...]:
    axis = sheet.layout.get("yaxis") or {}
    positions = [str(item) for series in sheet.series for item in series.positions] if sheet.is_horizontal else []
    return (*map(str, axis.get("ticktext") or ()), *dict.fromkeys(positions))


def _domain_box(sheet: Sheet, area: Box) -> Box:
    """The share of the area that plotly would give this pair of axes."""
    left, right = sheet.layout["xaxis"].get("domain") or (0, 1)
    bottom, top = sheet.layout["yaxis"].get("domain") or (0, 1)
    return Box(
        area.left + left * area.width,
        area.bottom - top * area.height,
        area.left + right * area.width,
        area.bottom - bottom * area.height,
    )
