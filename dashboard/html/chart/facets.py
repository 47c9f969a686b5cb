"""Small multiples: what they share stands above them, and fewer stand in a row where the picture is narrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

from dashboard.html.chart.axes import draw_text
from dashboard.html.chart.ink import Ink
from dashboard.html.chart.keys import draw_legend
from dashboard.html.chart.legend import legend_height
from dashboard.html.chart.parts import Part
from dashboard.html.chart.plan import GAP, ROW, Box, left_labels, make_plan
from dashboard.html.chart.sheet import Sheet
from dashboard.html.chart.text import SMALL, wrap
from dashboard.html.markup import element

BETWEEN = 20.0
LEAST_UPRIGHT, LEAST_LYING = 112.0, 250.0
"""Pixels that a part needs to be read: bars that lie need room for their names besides."""
MARK = 16.0
HEAD_GAP = 6.0


def is_faceted(sheets: Sequence[Sheet]) -> bool:
    """Say whether the figure is one of `figures.facets`."""
    return bool(_meta(sheets))


def facets_height(sheets: Sequence[Sheet], width: float) -> float:
    """Return the height of the whole at this width."""
    rows = ceil(len(sheets) / _columns(sheets, width))
    return _head_height(sheets, width) + rows * float(_meta(sheets)["row_height"])


def draw_facets_head(sheets: Sequence[Sheet], ink: Ink, area: Box) -> str:
    """Return what all parts share: the values' axis title, the legend, and what the marker lines mean."""
    meta, parts, y = _meta(sheets), [], area.top
    if meta.get("axis_title"):
        parts.append(draw_text(meta["axis_title"], area.left, y + ROW / 2, fill=ink.muted, size=SMALL))
        y += ROW
    legend = _legend(sheets)
    parts.append(draw_legend(make_plan(legend, ink, Box(area.left, y, area.right, area.bottom))))
    y += legend_height(legend, area.width)
    for rows in _notes(sheets, area.width):
        line = {"x1": area.left + 6, "x2": area.left + 6, "y1": y + 2, "y2": y + ROW - 2, "stroke_dasharray": "4 3"}
        parts.append(element("line", stroke=ink.muted, stroke_width=1.5, **line))
        for row in rows:
            parts.append(draw_text(row, area.left + MARK, y + ROW / 2, fill=ink.text, size=SMALL))
            y += ROW
    return "".join(parts)


def split_facets(sheets: Sequence[Sheet], area: Box) -> list[Part]:
    """Give each part its box. Where all have the same labels on the left, the first of a row has them for all."""
    top = area.top + _head_height(sheets, area.width)
    count = _columns(sheets, area.width)
    height = (area.bottom - top) / ceil(len(sheets) / count)
    is_shared = len({_left_texts(sheet) for sheet in sheets}) == 1
    labels = left_labels(_labelled(sheets[0], is_labelled=True), area.width / count) if is_shared else 0.0
    gutter = max(labels - GAP, 0.0)  # a plot without labels begins a gap from its box's edge
    wide = (area.width - gutter - BETWEEN * (count - 1)) / count
    parts = []
    for index, sheet in enumerate(sheets):
        row, column = divmod(index, count)
        start = area.left + column * (wide + BETWEEN) + (gutter if column else 0.0)
        end = start + wide + (0.0 if column else gutter)
        box = Box(start, top + row * height, end, top + (row + 1) * height - GAP)
        parts.append(Part(_labelled(sheet, is_labelled=not is_shared or not column), box))
    return parts


def _meta(sheets: Sequence[Sheet]) -> Mapping[str, Any]:
    meta: Mapping[str, Any] = sheets[0].layout.get("meta") or {}
    return meta.get("facets") or {}


def _legend(sheets: Sequence[Sheet]) -> Sheet:
    return replace(sheets[0], series=tuple(series for sheet in sheets for series in sheet.series), title="")


def _notes(sheets: Sequence[Sheet], width: float) -> list[list[str]]:
    return [wrap(note, width - MARK, SMALL, lines=3) for note in _meta(sheets)["notes"]]


def _head_height(sheets: Sequence[Sheet], width: float) -> float:
    notes = sum(len(rows) for rows in _notes(sheets, width)) * ROW
    title = ROW if _meta(sheets).get("axis_title") else 0.0
    height = title + legend_height(_legend(sheets), width) + notes
    return height + HEAD_GAP if height else 0.0


def _columns(sheets: Sequence[Sheet], width: float) -> int:
    least = LEAST_LYING if any(sheet.is_horizontal for sheet in sheets) else LEAST_UPRIGHT
    gutter = left_labels(_labelled(sheets[0], is_labelled=True), width)
    fitting = int((width - gutter + BETWEEN) // (least + BETWEEN))
    return max(min(int(_meta(sheets)["columns"]), fitting, len(sheets)), 1)


def _labelled(sheet: Sheet, *, is_labelled: bool) -> Sheet:
    """The part without a legend of its own, and with or without the labels left of its plot."""
    axis = {**(sheet.layout.get("yaxis") or {}), "showticklabels": is_labelled}
    return replace(sheet, layout={**sheet.layout, "yaxis": axis, "showlegend": False})


def _left_texts(sheet: Sheet) -> tuple[str, ...]:
    axis = sheet.layout.get("yaxis") or {}
    positions = [str(item) for series in sheet.series for item in series.positions] if sheet.is_horizontal else []
    return (*map(str, axis.get("ticktext") or ()), *dict.fromkeys(positions))
