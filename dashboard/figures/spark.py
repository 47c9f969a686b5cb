"""A line as small as a word, beside a figure of which it shows the way here."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.style import Figure, base_layout

WIDTH, HEIGHT = 120, 36


def sparkline(values: Sequence[float | None], colour: str, description: str) -> Figure:
    """A line without axes, its last known value marked; None makes a gap, a value between gaps a dot."""
    places = list(range(len(values)))
    known = [at for at in places if values[at] is not None]
    alone = {at for at in known if at - 1 not in known and at + 1 not in known}
    dotted = alone | set(known[-1:])
    hidden = {"visible": False, "showgrid": False, "fixedrange": True}
    layout = base_layout(description, HEIGHT, is_still=True) | {
        "width": WIDTH,
        "margin": {"l": 6, "r": 6, "t": 6, "b": 6},
        "showlegend": False,
        "xaxis": {**hidden, "range": [-0.3, max(len(values) - 0.7, 0.7)]},
        "yaxis": dict(hidden),
    }
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": places,
        "y": list(values),
        "connectgaps": False,
        "line": {"color": colour, "width": 2},
        "hoverinfo": "skip",
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": places,
        "y": [value if at in dotted else None for at, value in enumerate(values)],
        "marker": {"color": colour, "size": 7, "symbol": "circle"},
        "hoverinfo": "skip",
    }
    return {"data": [line, dots], "layout": layout}
