"""UpSet: how many belong to exactly these sets, where a Venn diagram of six would say nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.style import (
    ACCENT,
    CITY_SYMBOLS,
    TEXT_COLOUR,
    Figure,
    base_layout,
    plotly_text,
    value_axis,
)

BARS_HEIGHT, ROW_HEIGHT = 240, 30
EMPTY = "rgba(128,136,148,0.35)"


@dataclass(frozen=True)
class SetOf:
    """A set that things may belong to; a city's code gives it the city's symbol."""

    code: str
    name: str
    colour: str


@dataclass(frozen=True)
class Intersection:
    """How many belong to exactly these sets, named by their codes, and to no other."""

    members: frozenset[str]
    value: float


def set_intersections(
    sets: Sequence[SetOf],
    intersections: Sequence[Intersection],
    label: Callable[[float], str],
    axis_title: str,
    description: str,
) -> Figure:
    """A column per intersection in the order given; below it, a dot for each of its sets, joined by a line."""
    matrix = ROW_HEIGHT * len(sets)
    share = matrix / (BARS_HEIGHT + matrix)
    places = list(range(len(intersections)))
    names = {one.code: one.name for one in sets}
    said = [" + ".join(names[one.code] for one in sets if one.code in each.members) for each in intersections]
    axis = value_axis(0, max((one.value for one in intersections), default=1) * 1.1, label, axis_title)
    layout = base_layout(description, BARS_HEIGHT + matrix, is_still=True) | {
        "showlegend": False,
        "bargap": 0.3,
        "xaxis": {
            "range": [-0.5, len(places) - 0.5],
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
            "anchor": "y2",
        },
        "yaxis": axis | {"domain": [share + 0.03, 1], "automargin": True},
        "yaxis2": {
            "domain": [0, share],
            "range": [len(sets) - 0.5, -0.5],
            "tickvals": list(range(len(sets))),
            "ticktext": [plotly_text(one.name) for one in sets],
            "gridcolor": axis["gridcolor"],
            "zeroline": False,
            "automargin": True,
        },
    }
    bars = {
        "type": "bar",
        "x": places,
        "y": [one.value for one in intersections],
        "text": [label(one.value) for one in intersections],
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "hovertext": [
            plotly_text(f"{name}: {label(one.value)}") for name, one in zip(said, intersections, strict=True)
        ],
        "hoverinfo": "text",
        "marker": {"color": ACCENT},
    }
    return {"data": [bars, *_joins(sets, intersections), *_dots(sets, intersections)], "layout": layout}


def _joins(sets: Sequence[SetOf], intersections: Sequence[Intersection]) -> list[Figure]:
    """From the first to the last set of each intersection, in one trace with gaps between."""
    ends: list[tuple[int, float | None]] = []
    for place, one in enumerate(intersections):
        rows = [row for row, item in enumerate(sets) if item.code in one.members]
        if len(rows) > 1:
            ends += [(place, rows[0]), (place, rows[-1]), (place, None)]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "yaxis": "y2",
            "x": [place for place, _ in ends],
            "y": [row for _, row in ends],
            "line": {"color": TEXT_COLOUR, "width": 2},
            "hoverinfo": "skip",
        }
    ]


def _dots(sets: Sequence[SetOf], intersections: Sequence[Intersection]) -> list[Figure]:
    """Two traces per set: where it takes part, with its colour and symbol, and faintly where it does not."""
    traces = []
    for row, one in enumerate(sets):
        for takes_part in (False, True):
            places = [at for at, each in enumerate(intersections) if (one.code in each.members) is takes_part]
            symbol = CITY_SYMBOLS.get(one.code, "circle") if takes_part else "circle"
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "yaxis": "y2",
                    "x": places,
                    "y": [row] * len(places),
                    "marker": {
                        "symbol": symbol,
                        "size": 11 if takes_part else 6,
                        "color": one.colour if takes_part else EMPTY,
                    },
                    "hovertext": [plotly_text(one.name) if takes_part else ""] * len(places),
                    "hoverinfo": "text" if takes_part else "skip",
                }
            )
    return traces
