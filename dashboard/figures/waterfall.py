"""Waterfall: how changes add up, a bar for each from where the one before ended.

It begins at nothing, not at the sum that the changes are of: beside a sum on an axis from zero they would be
hairlines, and an axis that leaves zero out would lie about the sum. So that sum is told in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from dashboard.figures.bars import BAR_GAP, FRAME_HEIGHT, row_names
from dashboard.figures.style import FALL, RISE, TEXT_COLOUR, TOTAL, Figure, base_layout, plotly_text, value_axis

ROW_HEIGHT = 34
TITLE_LETTERS = 32
"""Of a line of the axis' title: plotly breaks none by itself, and a telephone has no room for more."""


@dataclass(frozen=True)
class Step:
    """A change, or with `is_total` what all changes before it come to."""

    name: str
    value: float
    is_total: bool = False


def waterfall(steps: Sequence[Step], label: Callable[[float], str], axis_title: str, description: str) -> Figure:
    """A lying bar per step, from where the one before ended; totals stand on zero.

    Every value is written with its sign, so that rise and fall are told apart without their colours. A total is
    drawn as given, which shows what the steps leave unexplained. Bars run from their lower end, so that every value
    stands right of its bar, clear of the names.
    """
    spans = _spans(steps)
    ends = [end for span in spans for end in span] or [0.0, 1.0]
    names = row_names([step.name for step in steps])
    texts = [_signed(step.value, label) for step in steps]
    title = "<br>".join(wrap(plotly_text(axis_title), TITLE_LETTERS))
    layout = base_layout(description, FRAME_HEIGHT + len(steps) * ROW_HEIGHT)
    layout |= {
        "showlegend": False,
        "bargap": BAR_GAP,
        "xaxis": value_axis(min(ends), max(ends) * 1.12, lambda value: _signed(value, label), title)
        | {"automargin": True},
        "yaxis": {"type": "category", "autorange": "reversed", "automargin": True},
        "shapes": [_connector(row, end) for row, (_, end) in enumerate(spans[:-1])],
    }
    data = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": [abs(end - start) for start, end in spans],
        "base": [min(span) for span in spans],
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [plotly_text(f"{step.name}: {text}") for step, text in zip(steps, texts, strict=True)],
        "hoverinfo": "text",
        "marker": {"color": [_colour(step) for step in steps]},
    }
    return {"data": [data], "layout": layout}


def _signed(value: float, label: Callable[[float], str]) -> str:
    return f"+{label(value)}" if value > 0 else label(value)


def _spans(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Where each bar starts and ends: (0, sum) of a total, (before, after) of a change."""
    spans, at = [], 0.0
    for step in steps:
        start = 0.0 if step.is_total else at
        at = start + step.value
        spans.append((start, at))
    return spans


def _colour(step: Step) -> str:
    if step.is_total:
        return TOTAL
    return FALL if step.value < 0 else RISE


def _connector(row: int, end: float) -> Figure:
    """A thin line from the end of a bar down to the next bar; on a category axis rows count from 0."""
    half = (1 - BAR_GAP) / 2
    line = {"color": TEXT_COLOUR, "width": 1}
    return {"type": "line", "x0": end, "x1": end, "y0": row + half, "y1": row + 1 - half, "line": line}
