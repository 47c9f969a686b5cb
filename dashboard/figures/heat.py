"""Heat map: a table whose cells are shaded by their values, and say them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboard.figures.bars import row_names
from dashboard.figures.style import Figure, base_layout, missing_mark, plotly_text

ROW_HEIGHT, FRAME_HEIGHT = 34, 60
SCALE = ("#e4edfb", "#9dbdf0", "#5b8be0", "#2c5cb8", "#16357a")
"""From low to high: one hue, even steps of lightness, so that it also reads in grey."""


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    label: Callable[[float], str],
    description: str,
    *,
    texts: Sequence[Sequence[str]] | None = None,
    ends: tuple[float, float] | None = None,
) -> Figure:
    """A cell per row and column, the first row on top; `values` and `texts` are lists of rows.

    A cell says `label(value)`, or its text where `texts` is given (states: values 0 to n, each with its word).
    `ends` are the values of the palest and the darkest shade, by default the least and the greatest that there are.
    A missing value is a cell without shade that says “–”.
    """
    written = [
        ["–" if value is None else texts[row][column] if texts else label(value) for column, value in enumerate(line)]
        for row, line in enumerate(values)
    ]
    there = [value for line in values for value in line if value is not None]
    low, high = ends or (min(there, default=0), max(there, default=1))
    layout = base_layout(description, FRAME_HEIGHT + ROW_HEIGHT * len(rows), is_still=True) | {
        "xaxis": {"type": "category", "side": "top", "showgrid": False, "tickangle": 0, "automargin": True},
        "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False, "automargin": True},
        "annotations": [
            missing_mark(column, row)
            for row, line in enumerate(values)
            for column, value in enumerate(line)
            if value is None
        ],
    }
    data = {
        "type": "heatmap",
        "x": row_names(columns),
        "y": row_names(rows),
        "z": [list(line) for line in values],
        "zmin": low,
        "zmax": high if high > low else low + 1,
        "colorscale": [[index / (len(SCALE) - 1), colour] for index, colour in enumerate(SCALE)],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": [[plotly_text(text) for text in line] for line in written],
        "texttemplate": "%{text}",
        "hovertext": [
            [plotly_text(f"{name}, {column}: {text}") for column, text in zip(columns, line, strict=True)]
            for name, line in zip(rows, written, strict=True)
        ],
        "hoverinfo": "text",
    }
    return {"data": [data], "layout": layout}
