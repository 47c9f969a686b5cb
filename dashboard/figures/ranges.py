"""How values are spread in each category: where most lie, and the middle one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.bars import BAR_GAP, FRAME_HEIGHT, row_names
from dashboard.figures.style import ACCENT, TEXT_COLOUR, Figure, base_layout, missing_mark, plotly_text, value_axis

ROW_HEIGHT = 46
THICKNESS = 0.34
"""Of a row's height, the bar; the middle's value stands above it."""


@dataclass(frozen=True)
class Span:
    """The 10th, 25th, 50th, 75th and 90th percentile of a category's values, rising."""

    low: float
    quarter: float
    middle: float
    three_quarters: float
    high: float


def ranges(
    categories: Sequence[str],
    spans: Sequence[Span | None],
    label: Callable[[float], str],
    axis_title: str,
    description: str,
    *,
    key: tuple[str, str, str] | None = None,
) -> Figure:
    """A row per category: a line from low to high, a bar over its middle half, a mark at the middle with its value.

    `key` names the three for a legend: line, bar, mark. A category without a span has “–” in its row.
    """
    rows = row_names(categories)
    there = [(row, span) for row, span in zip(rows, spans, strict=True) if span is not None]
    titles = [plotly_text(_title(row, span, label)) for row, span in there]
    reach = [end for _, span in there for end in (span.low, span.high)]
    line, bar, mark = key or ("", "", "")
    layout = base_layout(description, FRAME_HEIGHT + ROW_HEIGHT * len(categories)) | {
        "showlegend": key is not None,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "bargap": BAR_GAP,
        "xaxis": value_axis(min(reach, default=0), max(reach, default=1), label, axis_title),
        "yaxis": {
            "type": "category",
            "autorange": "reversed",
            "automargin": True,
            "categoryorder": "array",
            "categoryarray": rows,
        },
        "annotations": [
            missing_mark(0, row, xanchor="left") for row, span in enumerate(spans) if span is None
        ],
    }
    whisker = {
        "type": "scatter",
        "mode": "lines",
        "orientation": "h",
        "name": plotly_text(line),
        "x": [end for _, one in there for end in (one.low, one.quarter, None, one.three_quarters, one.high, None)],
        "y": [row for row, _ in there for _ in range(6)],
        "line": {"color": TEXT_COLOUR, "width": 2},
        "hoverinfo": "skip",
    }
    half = {
        "type": "bar",
        "orientation": "h",
        "name": plotly_text(bar),
        "y": [row for row, _ in there],
        "x": [span.three_quarters - span.quarter for _, span in there],
        "base": [span.quarter for _, span in there],
        "width": THICKNESS,
        "hovertext": titles,
        "hoverinfo": "text",
        "marker": {"color": ACCENT},
    }
    middle = {
        "type": "scatter",
        "mode": "markers+text",
        "orientation": "h",
        "name": plotly_text(mark),
        "x": [span.middle for _, span in there],
        "y": [row for row, _ in there],
        "text": [label(span.middle) for _, span in there],
        "textposition": "top center",
        "cliponaxis": False,
        "marker": {"symbol": "diamond", "size": 10, "color": "#ffffff", "line": {"color": ACCENT, "width": 2}},
        "hovertext": titles,
        "hoverinfo": "text",
    }
    return {"data": [whisker, half, middle], "layout": layout}


def _title(row: str, span: Span, label: Callable[[float], str]) -> str:
    """All five, the middle first: `Turku: 12 (8–20; 3–41)`."""
    inner, outer = (
        f"{label(one)}–{label(other)}"
        for one, other in ((span.quarter, span.three_quarters), (span.low, span.high))
    )
    return f"{row}: {label(span.middle)} ({inner}; {outer})"
