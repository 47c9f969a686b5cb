"""The code with which another site shows a figure: a frame as high as what stands in it, at any width.

A frame does not grow with its content, and the content is higher where it is narrow. So its height is a rule: that of
a telephone, that of a column of text, and what lies between.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from dashboard.html.chart.text import wrap
from dashboard.html.drawings import NARROW, WIDE
from dashboard.html.svg import Content, figure_height, read_figure
from dashboard.panels.panel import Column, View

TELEPHONE, COLUMN = 300, 680
"""Pixels of a frame on a telephone, and in a column of text."""
MARGIN = 40
"""Pixels that a page leaves beside a frame, at most, on a screen that is narrow."""
EDGES = 34
"""What a frame's own padding and border take, both ways."""
GAP = 12
SPARE = 24
"""For letters that are wider than ours: less would cut a line of the source."""
TITLE, TEXT, SMALL = (23, 27.6, 768), (16, 24.8, 692), (14, 21.7, 802)
"""Sizes of text: its letters, its lines, and the widest that it gets; as the style sheets have them."""
NOTE_EDGE = 19
CELL, CELL_LINE, CELL_PADDING, CELL_WIDTH = 14, 19.6, 17, 84
NAME_WIDTH = 160
SCROLLBAR = 15
TALL_ROWS, TALLEST = 30, 704
"""A table of more rows scrolls by itself, and is so high."""
MOST_LINES = 60
Type = tuple[float, float, float]


def embed_codes(view: View, addresses: Iterable[str], small: Iterable[str]) -> list[str]:
    """The frame as HTML, of each address. `small` are the lines under the figure: its source, and the way to the
    site."""
    lines, content = list(small), _content(view)
    low, high = (_total(view, content, lines, width) for width in (COLUMN, TELEPHONE))
    slope = (high - low) / (COLUMN - TELEPHONE)
    at_nought = round(high + slope * (TELEPHONE + MARGIN))
    height = f"clamp({low}px, {at_nought}px - {100 * slope:.0f}vw, {max(low, high)}px)"
    return [
        f'<iframe src="{escape(address)}" title="{escape(view.title)}" width="100%" height="{low}" '
        f'style="border:0;height:{height}" loading="lazy"></iframe>'
        for address in addresses
    ]


def embed_height(view: View, small: Iterable[str], width: float) -> int:
    """Pixels that an embedded panel takes at most in a frame so wide."""
    return _total(view, _content(view), small, width)


def _content(view: View) -> Content | None:
    return None if view.figure is None else read_figure(view.figure)


def _total(view: View, content: Content | None, small: Iterable[str], width: float) -> int:
    room = width - EDGES
    texts = [view.summary] if view.summary != view.subtitle else []
    parts = [
        _height(view.title, TITLE, room) - GAP + 4,
        _height(view.subtitle, TEXT, room),
        _shown(view, content, room),
        *(_height(text, TEXT, room) for text in texts),
        *(_height(note, TEXT, room - NOTE_EDGE) for note in view.notes),
        *(_height(text, SMALL, room) for text in small),
    ]
    return round(EDGES + SPARE + sum(parts) + GAP * len(parts))


def _height(text: str, kind: Type, room: float) -> float:
    size, line, widest = kind
    is_bold = kind is TITLE
    return line * len(wrap(text, min(room, widest), size, lines=MOST_LINES, bold=is_bold))


def _shown(view: View, content: Content | None, room: float) -> float:
    """The chart, else the table."""
    if view.figure is None:
        return 0 if view.is_empty else _table_height(view)
    own = figure_height(content, WIDE if room > NARROW else NARROW)
    return own if view.figure["layout"]["meta"].get("svg_only") else max(own, float(view.figure["layout"]["height"]))


def _table_height(view: View) -> float:
    if len(view.frame) > TALL_ROWS:
        return TALLEST
    first = view.columns[0].name
    head = max(_lines(column.title, column) for column in view.columns) * CELL_LINE + CELL_PADDING
    rows = (
        max(_lines(str(row[column.name]), column, is_first=column.name == first) for column in view.columns)
        for row in view.rows
    )
    return SCROLLBAR + head + sum(lines * CELL_LINE + CELL_PADDING for lines in rows)


def _lines(text: str, column: Column, *, is_first: bool = False) -> int:
    """How many lines a cell has; numbers stay on one, and the first cell of a row is narrow whatever it holds."""
    if column.is_number and text != column.title:
        return 1
    is_wide = column.unit in ("name", "text") and not is_first
    return len(wrap(text, NAME_WIDTH if is_wide else CELL_WIDTH, CELL, lines=MOST_LINES))
