"""Horizontal bars: names read best when they stand level, and long ones have room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.style import Figure, base_layout, plotly_text, value_axis

BAR_HEIGHT, GROUP_GAP, FRAME_HEIGHT = 22, 14, 84


@dataclass(frozen=True)
class Bars:
    """One series: a value per category, None where it is not known."""

    name: str
    values: Sequence[float | None]
    colour: str


def horizontal_bars(
    categories: Sequence[str],
    series: Sequence[Bars],
    label: Callable[[float], str],
    axis_title: str,
    description: str,
) -> Figure:
    """A bar per category and series, the first category on top, each with its value at its end."""
    there = [value for bars in series for value in bars.values if value is not None]
    height = FRAME_HEIGHT + len(categories) * (BAR_HEIGHT * len(series) + GROUP_GAP)
    layout = base_layout(description, height)
    # Two categories of one name must stay two bars, so a zero-width mark tells them apart.
    rows = [plotly_text(name) + "\u200b" * index for index, name in enumerate(categories)]
    layout |= {
        "barmode": "group",
        "showlegend": len(series) > 1,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": value_axis(min(there, default=0), max(there, default=1) * 1.12, label, axis_title),
        "yaxis": {"type": "category", "autorange": "reversed", "automargin": True},
    }
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": plotly_text(bars.name),
            "x": list(bars.values),
            "y": rows,
            "text": ["" if value is None else label(value) for value in bars.values],
            "textposition": "outside",
            "cliponaxis": False,
            "hovertext": [
                plotly_text(f"{name}: {bars.name} {label(value)}" if value is not None else name)
                for name, value in zip(categories, bars.values, strict=True)
            ],
            "hoverinfo": "text",
            "marker": {"color": bars.colour},
        }
        for bars in series
    ]
    return {"data": data, "layout": layout}
