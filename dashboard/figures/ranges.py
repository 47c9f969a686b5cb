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
    reach = [end for span in spans if span for end in (span.low, span.high)]
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
        "annotations": [missing_mark(0, row, xanchor="left") for row, span in enumerate(spans) if span is None],
    }
    titles = [plotly_text(_title(name, span, label)) for name, span in zip(categories, spans, strict=True)]
    there = [(row, title, span) for row, title, span in zip(rows, titles, spans, strict=True) if span is not None]
    line, bar, mark = (plotly_text(name) for name in key or ("", "", ""))
    data = [
        _lines([(row, span) for row, _, span in there]) | {"name": line},
        _halves(rows, spans) | {"name": bar, "hovertext": titles},
        _middles([(row, span) for row, _, span in there], label)
        | {"name": mark, "hovertext": [title for _, title, _ in there]},
    ]
    return {"data": data, "layout": layout}


def _lines(there: Sequence[tuple[str, Span]]) -> Figure:
    """From the low end to the bar, and from the bar to the high end."""
    ends = [
        (row, end) for row, one in there for end in (one.low, one.quarter, None, one.three_quarters, one.high, None)
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "orientation": "h",
        "x": [end for _, end in ends],
        "y": [row for row, _ in ends],
        "line": {"color": TEXT_COLOUR, "width": 2},
        "hoverinfo": "skip",
    }


def _halves(rows: Sequence[str], spans: Sequence[Span | None]) -> Figure:
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(rows),
        "x": [span and span.three_quarters - span.quarter for span in spans],
        "base": [span and span.quarter for span in spans],
        "width": THICKNESS,
        "hoverinfo": "text",
        "marker": {"color": ACCENT},
    }


def _middles(there: Sequence[tuple[str, Span]], label: Callable[[float], str]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "orientation": "h",
        "x": [span.middle for _, span in there],
        "y": [row for row, _ in there],
        "text": [label(span.middle) for _, span in there],
        "textposition": "top center",
        "cliponaxis": False,
        "marker": {"symbol": "diamond", "size": 10, "color": "#ffffff", "line": {"color": ACCENT, "width": 2}},
        "hoverinfo": "text",
    }


def _title(name: str, span: Span | None, label: Callable[[float], str]) -> str:
    """All five, the middle first: `Turku: 12 (8–20; 3–41)`."""
    if span is None:
        return name
    inner, outer = (
        f"{label(one)}–{label(other)}" for one, other in ((span.quarter, span.three_quarters), (span.low, span.high))
    )
    return f"{name}: {label(span.middle)} ({inner}; {outer})"
