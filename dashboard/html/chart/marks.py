"""Draws the data: bars, lines and the symbols on them, each with a tooltip that says what it is."""

from typing import Any

from dashboard.html.chart.axes import draw_text, halo
from dashboard.html.chart.domains import STACKED, stacked_ends
from dashboard.html.chart.plan import ROW, Plan, bar_gap, bar_text_room
from dashboard.html.chart.scales import Linear
from dashboard.html.chart.sheet import DEFAULT_SIZE, Series
from dashboard.html.chart.strokes import dash_pattern
from dashboard.html.chart.text import SIZE, measure
from dashboard.html.markup import element, escape_text

_SHAPES = {
    "circle": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "square": "M-3.6 -3.6h7.2v7.2h-7.2z",
    "diamond": "M0 -5L5 0L0 5L-5 0z",
    "triangle-up": "M0 -4.8L4.8 3.6H-4.8z",
    "triangle-down": "M0 4.8L4.8 -3.6H-4.8z",
    "cross": "M-1.6 -5h3.2v3.4h3.4v3.2h-3.4v3.4h-3.2v-3.4h-3.4v-3.2h3.4z",
    "x": "M-4.6-2.4l2.2-2.2 2.4 2.4 2.4-2.4 2.2 2.2-2.4 2.4 2.4 2.4-2.2 2.2-2.4-2.4-2.4 2.4-2.2-2.2 2.4-2.4z",
}


def draw_marks(plan: Plan) -> str:
    """Return bars first, lines over them."""
    bars = [series for series in plan.sheet.series if series.is_bar]
    lines = [series for series in plan.sheet.series if not series.is_bar]
    drawn = [_bars(plan, series, index, len(bars)) for index, series in enumerate(bars)]
    return "".join(drawn + [_line(plan, series) for series in lines])


def symbol(series: Series, x: float, y: float, colour: str, paper: str, *, title: str = "") -> str:
    """Return the series' marker, one of plotly's symbols; one with an outline is filled with the paper's colour."""
    shape = _SHAPES.get(series.symbol, _SHAPES["circle"])
    stroke, width = series.outline or (paper, 0.8)
    fill = paper if series.outline else colour
    tooltip = element("title", escape_text(title)) if title else ""
    place = f"translate({x:.1f} {y:.1f})"
    if series.symbol_size != DEFAULT_SIZE:
        place += f" scale({series.symbol_size / DEFAULT_SIZE:.2f})"
    return element("path", tooltip, d=shape, transform=place, fill=fill, stroke=stroke, stroke_width=width)


def _bars(plan: Plan, series: Series, index: int, count: int) -> str:
    mode = plan.sheet.layout.get("barmode") or "group"
    ends = {id(one): tops for one, tops in stacked_ends(plan.sheet)}.get(id(series))
    slots = count if mode == "group" else 1
    thickness, offset = _slot(plan, series, index if slots > 1 else 0, slots)
    shows_text = mode not in STACKED and _labels_fit(plan, series, thickness)
    parts = []
    for number, (position, value) in enumerate(zip(series.positions, series.values, strict=True)):
        if value is None or not plan.position.knows(position):
            continue
        end = ends[number] if ends else series.bases[number] + value
        middle = plan.position.at(position) + offset
        parts.append(_bar(plan, series, number, middle, thickness, end - value, end))
        if shows_text:
            is_left = value < 0 and not series.floats
            reach = max(end, end - value) if series.floats else value
            parts.append(_bar_text(plan, series.texts[number], middle, reach, is_before=is_left))
    return element("g", *parts, class_="chart__bars", opacity=series.opacity)


def _slot(plan: Plan, series: Series, index: int, slots: int) -> tuple[float, float]:
    """Return a bar's thickness and how far its middle is from the middle of its place, in pixels."""
    scale = plan.position
    room = (scale.step - plan.name_row) * (1 - bar_gap(plan.sheet))
    thickness = room / slots
    direction = 1 if scale.end >= scale.start else -1
    offset = (index - (slots - 1) / 2) * thickness * direction
    if series.bar_width is not None:
        unit = scale.step / scale.spacing if isinstance(scale, Linear) else scale.step
        thickness = series.bar_width * unit
    return max(thickness - (1 if slots > 1 else 0), 1.0), offset


def _bar(plan: Plan, series: Series, number: int, middle: float, thickness: float, start: float, end: float) -> str:
    first, last = (plan.value.at(min(max(at, plan.value.low), plan.value.high)) for at in (start, end))
    along, size = min(first, last), abs(last - first)
    across = middle - thickness / 2
    place = (
        {"x": along, "y": across, "width": size, "height": thickness}
        if plan.sheet.is_horizontal
        else {"x": across, "y": along, "width": thickness, "height": size}
    )
    title = element("title", escape_text(series.titles[number]))
    edge = {"stroke": plan.ink.paper} if plan.sheet.layout.get("barmode") in STACKED else {}
    return element("rect", title, **place, fill=series.colours[number], **edge)


def _labels_fit(plan: Plan, series: Series, thickness: float) -> bool:
    """Upright bars carry their values only where all of them fit; lying bars always have room at the end."""
    if plan.sheet.is_horizontal:
        return thickness >= SIZE * 0.7
    room = bar_text_room(plan.sheet, plan.position.step)
    return all(measure(text) <= room for text in series.texts)


def _bar_text(plan: Plan, text: str, middle: float, reach: float, *, is_before: bool) -> str:
    """A bar's value beyond its end; a floating bar's always stands after it, clear of the connecting line."""
    end = plan.value.at(min(max(reach, plan.value.low), plan.value.high))
    side = -1 if is_before else 1
    look: dict[str, Any] = {"fill": plan.ink.text, **halo(plan.ink.paper)}
    if plan.sheet.is_horizontal:
        return draw_text(text, end + 6 * side, middle, anchor="end" if side < 0 else "start", **look)
    return draw_text(text, middle, end - side * ROW / 2, anchor="middle", **look)


def _line(plan: Plan, series: Series) -> str:
    points: list[tuple[float, float] | None] = [
        None
        if value is None or not plan.position.knows(position)
        else (plan.position.at(position), plan.value.at(value))
        for position, value in zip(series.positions, series.values, strict=True)
    ]
    if plan.sheet.is_horizontal:
        points = [None if point is None else (point[1], point[0]) for point in points]
    parts = [_path(series, points)] if series.has_line else []
    for number, point in enumerate(points):
        if point is not None and series.has_markers:
            colour, title = series.colours[number], series.titles[number]
            parts.append(symbol(series, *point, colour, plan.ink.paper, title=title))
        if point is not None and series.has_texts:
            parts.append(_point_text(plan, series.texts[number], *point))
    return element("g", *parts, class_="chart__line", opacity=series.opacity)


def _point_text(plan: Plan, text: str, x: float, y: float) -> str:
    """Words above a mark, inside the picture and clear of the names on its left."""
    half = measure(text) / 2
    middle = min(max(x, plan.plot.left + half), plan.area.right - half)
    look: dict[str, Any] = {"fill": plan.ink.text, "anchor": "middle", **halo(plan.ink.paper)}
    return draw_text(text, middle, y - ROW * 0.95, **look)


def _path(series: Series, points: list[tuple[float, float] | None]) -> str:
    """Join the points; a missing value lifts the pen unless the figure says to connect gaps."""
    commands, pen_is_down = [], False
    for point in points:
        if point is None:
            pen_is_down = pen_is_down and series.connects_gaps
            continue
        commands.append(f"{'L' if pen_is_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        pen_is_down = True
    if not commands:
        return ""
    look = {"stroke": series.colours[-1], "stroke_width": series.line_width, "stroke_linejoin": "round"}
    title = element("title", escape_text(series.name)) if series.name else ""
    return element("path", title, d="".join(commands), fill="none", stroke_dasharray=dash_pattern(series.dash), **look)
