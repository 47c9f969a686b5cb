"""Draws a heat map: a table of shaded cells that say their values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from dashboard.html.chart.axes import draw_text
from dashboard.html.chart.colour import DARK_SCALE, between, readable_on
from dashboard.html.chart.ink import Ink
from dashboard.html.chart.plan import GAP, Box, label_room
from dashboard.html.chart.sheet import Json
from dashboard.html.chart.text import ELLIPSIS, LINE, SIZE, SMALL, measure, plain, shorten, wrap
from dashboard.html.markup import element, escape_text

ROW_HEIGHT = 34.0
NAME_HEIGHT = 22.0
"""Of a row's name that stands above its cells, where a narrow picture has no room for it on their left."""
CELL_GAP = 2.0
SIZES = (SIZE, SMALL, 11.0)
"""Of letters, from the largest: what does not fit in the smallest is arranged otherwise, never made smaller."""
PADDING = 6.0
MOST_UPRIGHT = 130.0
"""Pixels, at most, of a column's name that stands upright."""


@dataclass(frozen=True)
class Shade:
    """A cell's colour on light paper, also in pictures, and on a page in the dark theme."""

    light: str
    dark: str


@dataclass(frozen=True)
class Heat:
    """A heat map, read: rows from the top."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    colours: tuple[tuple[Shade | None, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    titles: tuple[tuple[str, ...], ...]
    description: str | None

    def turned(self) -> Heat:
        """The same cells with rows for columns."""
        colours, texts, titles = (tuple(zip(*table, strict=True)) for table in (self.colours, self.texts, self.titles))
        return Heat(self.rows, self.columns, colours, texts, titles, self.description)


@dataclass(frozen=True)
class Shape:
    """How a heat map fits a width."""

    names: float  # pixels left of the cells; 0 where names stand above them
    cell: float
    size: float  # of the letters in cells
    lines: int  # of letters in a cell, at most
    head_size: float | None  # of the letters of columns' names; None where these stand upright
    head: float  # pixels above the first row

    @property
    def row(self) -> float:
        """Pixels from one row to the next."""
        return ROW_HEIGHT if self.names else NAME_HEIGHT + ROW_HEIGHT


def read_heat(figure: Json) -> Heat | None:
    """Read the figure if it is a heat map."""
    traces = [trace for trace in figure.get("data") or [] if trace.get("type") == "heatmap"]
    if not traces:
        return None
    trace, layout = traces[0], figure.get("layout") or {}
    scale = [str(colour) for _, colour in trace["colorscale"]]
    low, high = float(trace["zmin"]), float(trace["zmax"])
    shares = [[None if value is None else (float(value) - low) / (high - low) for value in row] for row in trace["z"]]
    return Heat(
        columns=tuple(plain(name) for name in trace["x"]),
        rows=tuple(plain(name) for name in trace["y"]),
        colours=tuple(
            tuple(None if one is None else Shade(between(scale, one), between(DARK_SCALE, one)) for one in row)
            for row in shares
        ),
        texts=_table(trace["text"]),
        titles=_table(trace["hovertext"]),
        description=(layout.get("meta") or {}).get("description"),
    )


def heat_height(heat: Heat, width: float) -> float:
    """Return the height of a heat map in a picture of this width."""
    heat, shape = _arrange(heat, width)
    return shape.head + len(heat.rows) * shape.row + GAP


def draw_heat(heat: Heat, ink: Ink, area: Box) -> str:
    """Return names and cells; a cell without a value is framed, not shaded."""
    heat, shape = _arrange(heat, area.width)
    left = area.left + shape.names
    middles = [left + (column + 0.5) * shape.cell for column in range(len(heat.columns))]
    heads = [_head(name, shape, ink, x, area.top) for name, x in zip(heat.columns, middles, strict=True)]
    parts = [element("g", *heads, class_="chart__axes")]
    for row, name in enumerate(heat.rows):
        top = area.top + shape.head + row * shape.row
        parts.append(_row_name(name, shape, ink, area, top))
        top += 0 if shape.names else NAME_HEIGHT
        parts += [_cell(heat, (row, column), shape, ink, x, top) for column, x in enumerate(middles)]
    return element("g", *parts, class_="chart__cells")


def _arrange(heat: Heat, width: float) -> tuple[Heat, Shape]:
    """As the figure has it or, where that cuts a text, rows for columns; else with columns' names upright."""
    ways = (heat, heat.turned()) if heat.rows and heat.columns else (heat,)
    fitting = [(one, shape) for one in ways for shape in _shapes(one, width)]
    cut = heat, _shaped(heat, 0.0, width / max(len(heat.columns), 1), SIZES[-1], 2)
    return next((way for way in fitting if way[1].head_size), next(iter(fitting), cut))


def _shapes(heat: Heat, width: float) -> Iterator[Shape]:
    """Those that hold the cells' texts: on one line or two, with rows' names beside the cells or above them."""
    widest = max((measure(name) for name in heat.rows), default=0.0)
    places = [0.0] if widest > label_room(width) else [widest + GAP, 0.0]
    texts = {text for row in heat.texts for text in row}
    for lines, names in product((1, 2), places):
        cell = (width - names) / max(len(heat.columns), 1)
        sizes = SIZES[lines - 1 :]
        size = next((size for size in sizes if all(_fits(text, cell - PADDING, size, lines) for text in texts)), None)
        if size:
            yield _shaped(heat, names, cell, size, lines)


def _shaped(heat: Heat, names: float, cell: float, size: float, lines: int) -> Shape:
    """With the columns' names in letters of one size on up to two lines, or upright."""
    flat = next((size for size in SIZES[1:] if all(_fits(name, cell - 2, size, 2) for name in heat.columns)), None)
    longest = max((measure(name, SMALL) for name in heat.columns), default=0.0)
    head = 2 * SMALL * LINE if flat else min(longest, MOST_UPRIGHT)
    return Shape(names, cell, size, lines, flat, head + 8)


def _fits(text: str, width: float, size: float, lines: int) -> bool:
    if measure(text, size) <= width:
        return True
    return lines > 1 and not any(row.endswith(ELLIPSIS) for row in wrap(text, width, size, lines=lines))


def _row_name(name: str, shape: Shape, ink: Ink, area: Box, top: float) -> str:
    room = shape.names - GAP if shape.names else area.width
    text = shorten(name, room + 0.5)
    middle = top + (ROW_HEIGHT if shape.names else NAME_HEIGHT) / 2
    x, anchor = (area.left + room, "end") if shape.names else (area.left, "start")
    return _titled(name, text, draw_text(text, x, middle, fill=ink.text, anchor=anchor))


def _head(name: str, shape: Shape, ink: Ink, x: float, top: float) -> str:
    """A column's name that stands on the cells: on up to two lines, or upright, read from below."""
    look: dict[str, Any] = {"fill": ink.muted, "size": shape.head_size or SMALL}
    bottom = top + shape.head - 6
    if shape.head_size is None:
        text = shorten(name, MOST_UPRIGHT, SMALL)
        return _titled(name, text, draw_text(text, x, bottom, transform=f"rotate(-90 {x:.1f} {bottom:.1f})", **look))
    rows, step = wrap(name, shape.cell - 2, shape.head_size), shape.head_size * LINE
    first = bottom - (len(rows) - 0.5) * step
    drawn = "".join(draw_text(row, x, first + index * step, anchor="middle", **look) for index, row in enumerate(rows))
    return _titled(name, " ".join(rows), drawn)


def _titled(full: str, shown: str, drawn: str) -> str:
    return drawn if shown == full else element("g", element("title", escape_text(full)), drawn)


def _cell(heat: Heat, place: tuple[int, int], shape: Shape, ink: Ink, x: float, top: float) -> str:
    row, column = place
    colour, text = heat.colours[row][column], heat.texts[row][column]
    box: dict[str, Any] = {
        "x": x - (shape.cell - CELL_GAP) / 2,
        "y": top + CELL_GAP / 2,
        "width": shape.cell - CELL_GAP,
        "height": ROW_HEIGHT - CELL_GAP,
    }
    shade = _themed(colour.light, colour.dark) if colour else {"fill": "none", "stroke": ink.grid}
    parts = [element("rect", element("title", escape_text(heat.titles[row][column])), **box, **shade)]
    letters = _themed(readable_on(colour.light), readable_on(colour.dark)) if colour else {"fill": ink.muted}
    rows = wrap(text, shape.cell - PADDING, shape.size, lines=shape.lines)
    first = top + ROW_HEIGHT / 2 - (len(rows) - 1) / 2 * shape.size * LINE
    for index, words in enumerate(rows):
        y = first + index * shape.size * LINE
        look: dict[str, Any] = {"size": shape.size, "anchor": "middle", "pointer_events": "none", **letters}
        parts.append(draw_text(words, x, y, **look))
    return "".join(parts)


def _themed(light: str, dark: str) -> dict[str, str]:
    """A fill that the style sheet changes for the other in the dark theme; a picture has no style sheet."""
    return {"fill": light, "class_": "chart__shade", "style": f"--dark: {dark}"}


def _table(rows: Sequence[Sequence[Any]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(plain(item) for item in row) for row in rows)
