"""Lines by year, of cities or of what one city planned and did, with a mark where the series breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from textwrap import wrap

from dashboard.figures.style import (
    CITY_COLOURS,
    CITY_DASHES,
    CITY_SYMBOLS,
    TEXT_COLOUR,
    Figure,
    base_layout,
    plotly_text,
    value_axis,
)

HEIGHT = 380
LINE_LETTERS, WIDE_LETTERS = 30, 42
"""Of the words at a break, on a telephone and where there is more room: plotly breaks no line by itself."""
NOTE_LINE, NOTE_MARGIN = 17, 14
"""Pixels of a line of the note above the plot, and what the plot keeps clear besides."""


@dataclass(frozen=True)
class YearBreak:
    """A change of what is counted, between `year - 1` and `year`, of every city but those of `spared`."""

    year: int
    text: str
    spared: Set[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """A series: a value per year, None where it is not known, and how it is drawn. At a break of the figure it is cut,
    but where the break does not concern it."""

    name: str
    values: Sequence[float | None]
    colour: str
    dash: str = "solid"
    symbol: str = "circle"
    is_cut: bool = True


def city_lines(
    years: Sequence[int],
    values: Mapping[str, Sequence[float | None]],
    names: Mapping[str, str],
    label: Callable[[float], str],
    axis_title: str,
    description: str,
    year_break: YearBreak | None = None,
) -> Figure:
    """A line per city code of `values`; None makes a gap. Each line carries its city's name at its end."""
    spared = year_break.spared if year_break else ()
    lines = [
        Line(names[code], line, CITY_COLOURS[code], CITY_DASHES[code], CITY_SYMBOLS[code], code not in spared)
        for code, line in values.items()
    ]
    return year_lines(years, lines, label, axis_title, description, year_break)


def year_lines(
    years: Sequence[int],
    lines: Sequence[Line],
    label: Callable[[float], str],
    axis_title: str,
    description: str,
    year_break: YearBreak | None = None,
) -> Figure:
    """A line per series; None makes a gap. Each line carries its name at its end."""
    there = [value for line in lines for value in line.values if value is not None]
    layout = base_layout(description, HEIGHT)
    layout["meta"]["direct_labels"] = True
    layout |= {
        "showlegend": len(lines) > 1,
        "legend": {"orientation": "h", "y": -0.14, "yanchor": "top", "x": 0},
        "xaxis": {
            "tickvals": list(years),
            "ticktext": [str(year) for year in years],
            "gridcolor": "rgba(0,0,0,0)",
        },
        "yaxis": value_axis(min(there, default=0), max(there, default=1), label, axis_title) | {"automargin": True},
    }
    if year_break and years and years[0] < year_break.year <= years[-1]:
        at = year_break.year - 0.5
        mark_break(layout, at, year_break.text, is_left=at <= (years[0] + years[-1]) / 2)
    return {"data": [_trace(*_points(years, line, year_break), line, label) for line in lines], "layout": layout}


def _points(years: Sequence[int], line: Line, year_break: YearBreak | None) -> tuple[list[float], list[float | None]]:
    """Years and values; a line that crosses a break gets a point without a value there, so that nothing is drawn
    from what was counted before to what is counted after."""
    places, values = list[float](years), list(line.values)
    if year_break and line.is_cut and year_break.year in places[1:]:
        at = places.index(year_break.year)
        if values[at - 1] is not None and values[at] is not None:
            places.insert(at, year_break.year - 0.5)
            values.insert(at, None)
    return places, values


def _trace(years: Sequence[float], values: Sequence[float | None], line: Line, label: Callable[[float], str]) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plotly_text(line.name),
        "x": list(years),
        "y": list(values),
        "connectgaps": False,
        "cliponaxis": False,
        "line": {"color": line.colour, "dash": line.dash, "width": 2},
        "marker": {"symbol": line.symbol, "size": 8, "color": line.colour},
        "hovertext": [
            plotly_text(f"{line.name} {year}: {label(value)}") if value is not None else ""
            for year, value in zip(years, values, strict=True)
        ],
        "hoverinfo": "text",
    }


def mark_break(layout: Figure, at: float, text: str, *, is_left: bool) -> None:
    """Add an upright mark at `at` of the x axis to a layout, its words on that side of it where there is more room.

    They are broken for a telephone; `meta.wide` is what of the layout is otherwise where there is more room.
    """
    line, side = {"color": TEXT_COLOUR, "width": 1, "dash": "dash"}, "left" if is_left else "right"
    layout["shapes"] = [{"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}]
    narrow, wide = (
        _words_above(layout, at, wrap(text, letters, break_long_words=False, break_on_hyphens=False), side)
        for letters in (LINE_LETTERS, WIDE_LETTERS)
    )
    layout |= narrow
    layout["meta"] = {**layout["meta"], "wide": wide}


def _words_above(layout: Figure, at: float, lines: Sequence[str], side: str) -> Figure:
    """What the layout gets by words above the plot: them besides its own annotations, and room for them."""
    words = {
        "x": at,
        "y": 1,
        "yref": "paper",
        "text": "<br>".join(map(plotly_text, lines)),
        "showarrow": False,
        "yanchor": "bottom",
        "xanchor": side,
        "align": side,
    }
    margin = {**layout["margin"], "t": NOTE_MARGIN + NOTE_LINE * len(lines)}
    return {"annotations": [*layout.get("annotations", ()), words], "margin": margin}
