"""Bars: lying where names need room, upright where the categories are years or months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.style import Figure, base_layout, missing_mark, plotly_text, value_axis

BAR_HEIGHT, GROUP_GAP, FRAME_HEIGHT = 22, 14, 84
BAR_GAP = 0.26
"""Of a category's room, what its bars leave free."""
COLUMNS_HEIGHT = 360
LEAST_TEXT, LABEL_ROOM = 11, 0.08
MOST_LABELLED = 16
"""Upright bars, at most, that carry their values: more have no room for them."""


@dataclass(frozen=True)
class Bars:
    """One series: a value per category, None where it is not known; bars that are cities have a colour each."""

    name: str
    values: Sequence[float | None]
    colour: str | Sequence[str]


def row_names(names: Sequence[str]) -> list[str]:
    """Names as categories. Two of one name must stay two bars, so zero-width marks tell them apart."""
    seen: Counter[str] = Counter()
    rows = []
    for name in names:
        rows.append(plotly_text(name) + "\u200b" * seen[name])
        seen[name] += 1
    return rows


def horizontal_bars(
    categories: Sequence[str],
    series: Sequence[Bars],
    label: Callable[[float], str],
    axis_title: str,
    description: str,
) -> Figure:
    """A bar per category and series, the first category on top, each with its value at its end."""
    low, high = _reach(series)
    height = FRAME_HEIGHT + len(categories) * (BAR_HEIGHT * len(series) + GROUP_GAP)
    rows = row_names(categories)
    layout = base_layout(description, height) | {
        "barmode": "group",
        "bargap": BAR_GAP,
        "showlegend": len(series) > 1,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": value_axis(low, high * 1.12, label, axis_title),
        "yaxis": {"type": "category", "autorange": "reversed", "automargin": True},
        "annotations": [missing_mark(0, place, xanchor="left") for place in _missing_places(series)],
    }
    data = [
        {"orientation": "h", "x": list(bars.values), "y": rows, "textposition": "outside"}
        | _trace(categories, bars, label)
        for bars in series
    ]
    return {"data": data, "layout": layout}


def columns(
    categories: Sequence[str],
    series: Sequence[Bars],
    label: Callable[[float], str],
    axis_title: str,
    description: str,
    *,
    stacked: bool = False,
) -> Figure:
    """Upright bars by year or month, first on the left; each series beside or, `stacked`, on top of the others.

    Stacked series carry their names beside the last column; a missing part of a stack makes its column shorter,
    so stack only what is complete.
    """
    low, high = _stacked_reach(series) if stacked else _reach(series)
    is_labelled = not stacked and len(categories) * len(series) <= MOST_LABELLED
    if is_labelled:  # room for the values beyond the longest bars
        room = (max(high, 0) - min(low, 0)) * LABEL_ROOM
        low, high = low - room * (low < 0), high + room
    layout = base_layout(description, COLUMNS_HEIGHT)
    layout["meta"]["direct_labels"] = stacked and len(series) > 1
    missing = _wholly_missing(series) if stacked else _missing_places(series)
    layout |= {
        "barmode": "relative" if stacked else "group",
        "bargap": BAR_GAP,
        "showlegend": len(series) > 1,
        "legend": {"orientation": "h", "y": -0.14, "yanchor": "top", "x": 0, "traceorder": "normal"},
        "xaxis": {"type": "category", "gridcolor": "rgba(0,0,0,0)", "tickangle": 0},
        "yaxis": value_axis(low, high, label, axis_title) | {"automargin": True},
        "uniformtext": {"minsize": LEAST_TEXT, "mode": "hide"},
        "annotations": [missing_mark(place, 0, yanchor="bottom") for place in missing],
    }
    place = "outside" if is_labelled else "none"
    data = [
        {"x": row_names(categories), "y": list(bars.values), "textposition": place, "textangle": 0}
        | _trace(categories, bars, label)
        for bars in series
    ]
    return {"data": data, "layout": layout}


def _trace(categories: Sequence[str], bars: Bars, label: Callable[[float], str]) -> Figure:
    return {
        "type": "bar",
        "name": plotly_text(bars.name),
        "text": ["" if value is None else label(value) for value in bars.values],
        "cliponaxis": False,
        "hovertext": [
            plotly_text(f"{name}: {bars.name} {label(value)}" if value is not None else name)
            for name, value in zip(categories, bars.values, strict=True)
        ],
        "hoverinfo": "text",
        "marker": {"color": bars.colour if isinstance(bars.colour, str) else list(bars.colour)},
    }


def _reach(series: Sequence[Bars]) -> tuple[float, float]:
    there = [value for bars in series for value in bars.values if value is not None]
    return min(there, default=0), max(there, default=1)


def _stacked_reach(series: Sequence[Bars]) -> tuple[float, float]:
    stacks = [[value or 0.0 for value in stack] for stack in zip(*(bars.values for bars in series), strict=True)]
    below = [sum(value for value in stack if value < 0) for stack in stacks]
    above = [sum(value for value in stack if value > 0) for stack in stacks]
    return min(below, default=0), max(above, default=1)


def _missing_places(series: Sequence[Bars]) -> list[float]:
    """Where on the category axis, counted from 0, a bar would stand whose value is not known."""
    return [
        row + ((slot + 0.5) / len(series) - 0.5) * (1 - BAR_GAP)
        for slot, bars in enumerate(series)
        for row, value in enumerate(bars.values)
        if value is None
    ]


def _wholly_missing(series: Sequence[Bars]) -> list[float]:
    stacks = zip(*(bars.values for bars in series), strict=True)
    return [float(row) for row, stack in enumerate(stacks) if all(value is None for value in stack)]
