"""One look for every figure: a city has the same colour, symbol and dash everywhere."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

CITY_COLOURS = {
    "091": "#3264d0",
    "049": "#0f9aba",
    "092": "#a772fc",
    "837": "#ab3e84",
    "853": "#c28639",
    "564": "#7e6237",
}
"""At least 3:1 on white and on the dark background, told apart by protan, deutan and tritan eyes."""
CITY_SYMBOLS = {
    "091": "circle",
    "049": "square",
    "092": "diamond",
    "837": "triangle-up",
    "853": "cross",
    "564": "x",
}
CITY_DASHES = {"091": "solid", "049": "dash", "092": "dot", "837": "solid", "853": "dash", "564": "dot"}
ACCENT, QUIET, FAINT = "#2e8540", "#7f8b9d", "#e8415f"
"""Of what is no city's: two hues that no city has, and a grey for what stands beside them or a city's colour."""
RISE, FALL, TOTAL = "#0f7f9c", "#b8642b", "#6f7a88"
"""Of changes: neither is good or bad by itself, so they are no green and red. 3:1 on both backgrounds."""
TEXT_COLOUR = "#6f7782"
"""Readable on both backgrounds, since plotly cannot follow the page's theme."""
MISSING = "–"
TICKS = 5
FINEST = 0.01
IDLE_DECIMAL = re.compile(r"[.,]0(?![0-9])")
"""Of `10,0`, not of the thousands of `10,000`."""
"""The smallest step of an axis: labels write two decimals, so that a finer tick would repeat its neighbour's."""

Figure = dict[str, Any]


def plotly_text(text: str) -> str:
    """A text that plotly shows as it is, though it takes tags and entities for markup.

    >>> plotly_text("Yritys <Helsinki> & Co")
    'Yritys &lt;Helsinki&gt; &amp; Co'
    """
    return escape(text, quote=False)


def missing_mark(x: float, y: float, *, xanchor: str = "center", yanchor: str = "middle") -> Figure:
    """A dash where a value is not known, since an empty place would read as zero; categories count from 0."""
    return {"x": x, "y": y, "text": MISSING, "xanchor": xanchor, "yanchor": yanchor, "showarrow": False}


def base_layout(description: str, height: int, *, is_still: bool = False) -> Figure:
    """The layout that all figures share. `description` says in words what the figure shows.

    One that `is_still` stays the server's drawing, which falls to fewer columns on a telephone; plotly would not.
    """
    return {
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 56, "t": 28, "b": 36},
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": TEXT_COLOUR},
        "hoverlabel": {"align": "left"},
        "meta": {"description": description, "svg_only": is_still},
    }


def tell_languages(figure: Figure, languages: Mapping[str, str | None]) -> Figure:
    """The figure, which now knows which of its categories' names are in another language than its page."""
    if told := {name: language for name, language in languages.items() if language}:
        figure["layout"]["meta"]["languages"] = told
    return figure


def nice_ticks(low: float, high: float) -> list[float]:
    """About five round values that span `low` to `high` and hold zero where it lies between.

    >>> nice_ticks(0, 8_980_000)
    [0, 2000000, 4000000, 6000000, 8000000, 10000000]
    """
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return [0, 1]
    raw = max((high - low) / TICKS, FINEST)
    power = 10.0 ** math.floor(math.log10(raw))
    steps = (power * m for m in (1, 2, 2.5, 5, 10))
    step = next(step for step in steps if step >= raw * 0.999 and _is_written_whole(step))
    first, last = math.floor(low / step), math.ceil(high / step)
    return [_round(index * step) for index in range(first, last + 1)]


def _is_written_whole(step: float) -> bool:
    return math.isclose(step / FINEST, round(step / FINEST))


def _round(value: float) -> float:
    rounded = round(value, 10)
    return int(rounded) if rounded == int(rounded) else rounded


def value_axis(low: float, high: float, label: Callable[[float], str], title: str) -> Figure:
    """An axis of numbers whose ticks are written in the reader's language; whole ones without an idle decimal."""
    ticks = nice_ticks(low, high)
    texts = [label(tick) for tick in ticks]
    if all(isinstance(tick, int) for tick in ticks):
        texts = [IDLE_DECIMAL.sub("", text) for text in texts]
    return {
        "title": {"text": title},
        "tickvals": ticks,
        "ticktext": texts,
        "range": [ticks[0], ticks[-1]],
        "gridcolor": "rgba(128,136,148,0.25)",
        "zerolinecolor": "rgba(128,136,148,0.7)",
    }
