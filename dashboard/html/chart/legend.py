"""Telling series apart: a legend above the plot, or names at the ends of lines."""

from dashboard.html.chart.sheet import Series, Sheet
from dashboard.html.chart.text import SIZE, measure, shorten

ROW = 22.0
SWATCH = 24.0
BETWEEN = 18.0


def legend_rows(sheet: Sheet, width: float) -> list[list[tuple[float, Series, str]]]:
    """Return rows of (x offset, series, name that fits)."""
    rows: list[list[tuple[float, Series, str]]] = []
    x = width
    for series in sheet.legend:
        name = shorten(series.name, width - SWATCH)
        need = SWATCH + measure(name)
        if x + need > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, series, name))
        x += need + BETWEEN
    return rows


def legend_height(sheet: Sheet, width: float) -> float:
    """Return the room the legend takes."""
    rows = len(legend_rows(sheet, width))
    return rows * ROW + 4 if rows else 0.0


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Move label positions apart so that they are `gap` from each other and inside the two ends.

    >>> spread([10.0, 11.0, 60.0], 10, 0, 100)
    [10.0, 20.0, 60.0]
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    gap = min(gap, (high - low) / max(len(wanted) - 1, 1))
    places = [0.0] * len(wanted)
    floor = low
    for index in order:
        places[index] = floor = max(wanted[index], floor)
        floor += gap
    ceiling = high
    for index in reversed(order):
        places[index] = min(places[index], ceiling)
        ceiling = places[index] - gap
    return places


LABEL_GAP = SIZE * 1.2
