"""Grid lines, tick labels and axis titles."""

from itertools import pairwise
from typing import Any

from dashboard.html.chart.plan import GAP, HEADING, ROW, Plan, are_times, left_labels
from dashboard.html.chart.scales import Band
from dashboard.html.chart.sheet import title_text
from dashboard.html.chart.text import LINE, SIZE, SMALL, measure, shorten, wrap
from dashboard.html.markup import element, escape_text

BASELINE = 0.35  # of the font size: from the middle of a letter to the line it stands on


def draw_axes(plan: Plan) -> str:
    """Return the axes, to lie under the marks."""
    values = _values_below(plan) if plan.sheet.is_horizontal else _values_left(plan)
    names = _names_left(plan) if plan.sheet.is_horizontal else _names_below(plan)
    return element("g", values, _zero_line(plan), names, _heading(plan), _titles(plan), class_="chart__axes")


def draw_names_above(plan: Plan) -> str:
    """Return the names that stand above their bars, each on one line, to lie over the grid and what joins bars."""
    parts = []
    for value, text in plan.position_ticks if plan.name_row else ():
        middle = plan.position.at(value) - plan.position.step / 2
        row = wrap(text, plan.area.width, lines=1)
        parts.append(_rows(plan, row, text, plan.area.left, middle, "start", size=SIZE, **halo(plan.ink.paper)))
    return "".join(parts)


def draw_text(
    text: str, x: float, y: float, *, fill: object, size: float = SIZE, anchor: str = "start", **more: object
) -> str:
    """Return one line of text; `y` is the middle of its small letters."""
    if not text:
        return ""
    place = {"x": float(x), "y": float(y + size * BASELINE), "font_size": size, "fill": fill}
    return element("text", escape_text(text), **place, text_anchor=None if anchor == "start" else anchor, **more)


def halo(paper: str) -> dict[str, object]:
    """Return attributes that keep a line of text readable over grid lines and marks."""
    return {"stroke": paper, "stroke_width": 4, "paint_order": "stroke", "stroke_linejoin": "round"}


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, **more: object) -> str:
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), stroke=stroke, **more)


def _values_left(plan: Plan) -> str:
    plot, parts = plan.plot, []
    ticks = [(plan.value.at(value), text) for value, text in plan.value_ticks]
    steps = range(1, len(ticks) + 2)
    every = next(step for step in steps if all(abs(a - b) >= ROW for (a, _), (b, _) in pairwise(ticks[::step])))
    for y, text in ticks[::every]:
        parts.append(_line(plot.left, y, plot.right, y, plan.ink.grid))
        fitting = shorten(text, plot.left - plan.area.left - GAP + 0.5, SMALL)
        parts.append(draw_text(fitting, plot.left - GAP, y, fill=plan.ink.muted, size=SMALL, anchor="end"))
    return "".join(parts)


def _values_below(plan: Plan) -> str:
    plot, y = plan.plot, plan.plot.bottom + ROW / 2 + 4
    ticks = [(plan.value.at(value), text) for value, text in plan.value_ticks]
    lines = "".join(_line(x, plot.top, x, plot.bottom, plan.ink.grid) for x, _ in ticks)
    return lines + _tick_row(plan, ticks, y)


def _zero_line(plan: Plan) -> str:
    """Where bars start, or where below-nothing begins."""
    plot, value = plan.plot, plan.value
    if not min(value.low, value.high) <= 0 <= max(value.low, value.high) or not (plan.sheet.has_bars or value.low < 0):
        return ""
    at = value.at(0)
    ends = (at, plot.top, at, plot.bottom) if plan.sheet.is_horizontal else (plot.left, at, plot.right, at)
    return _line(*ends, plan.ink.zero)


def _names_left(plan: Plan) -> str:
    """Category names beside horizontal bars: on two lines where the bars leave room for them."""
    if plan.name_row:
        return ""
    width = max(left_labels(plan.sheet, plan.area.width) - GAP, 0.0)
    lines = 2 if plan.position.step >= 2 * SIZE * LINE else 1
    edge = plan.area.left + width
    parts = []
    for value, text in plan.position_ticks:
        if plan.position.knows(value):
            rows = wrap(text, width + 0.5, lines=lines)
            parts.append(_rows(plan, rows, text, edge, plan.position.at(value), "end", size=SIZE))
    return "".join(parts)


def _names_below(plan: Plan) -> str:
    """Names or times under the plot: names are wrapped, times thinned out where they would collide."""
    known = [(plan.position.at(value), text) for value, text in plan.position_ticks if plan.position.knows(value)]
    if (
        not isinstance(plan.position, Band)
        or are_times(text for _, text in known)
        or _fits(plan, [text for _, text in known])
    ):
        newest_first = sorted(known, reverse=True)
        return _tick_row(plan, newest_first, plan.plot.bottom + ROW / 2 + 5)
    width = max(plan.position.step - 4, 12)
    top = plan.plot.bottom + ROW / 2 + 5
    rows = [(x, text, wrap(text, width, SMALL)) for x, text in known]
    return "".join(
        _rows(plan, lines, text, x, top + (len(lines) - 1) * SMALL * LINE / 2, "middle") for x, text, lines in rows
    )


def _fits(plan: Plan, texts: list[str]) -> bool:
    return all(measure(text, SMALL) <= plan.position.step - 4 for text in texts)


def _thinned(ticks: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Keep the first label and every nth after it, so that none touch."""
    every = 1
    while every < len(ticks) and _collide(ticks[::every]):
        every += 1
    return ticks[::every]


def _tick_row(plan: Plan, ticks: list[tuple[float, str]], y: float) -> str:
    """Write labels under their places, moved inwards at the edges of the picture, and so few that none touch."""
    inside = []
    for x, text in ticks:
        half = measure(text, SMALL) / 2
        inside.append((min(max(x, plan.area.left + half), plan.area.right - half), text))
    look: dict[str, Any] = {"fill": plan.ink.muted, "size": SMALL, "anchor": "middle"}
    return "".join(draw_text(text, x, y, **look) for x, text in _thinned(inside))


def _collide(ticks: list[tuple[float, str]]) -> bool:
    return any(
        abs(x - before) < (measure(text, SMALL) + measure(text_before, SMALL)) / 2 + GAP
        for (before, text_before), (x, text) in pairwise(ticks)
    )


def _rows(
    plan: Plan, rows: list[str], full: str, x: float, middle: float, anchor: str, *, size: float = SMALL, **more: object
) -> str:
    """Draw lines of text around a middle, in the name's own language; the whole name is in the tooltip when it was
    cut."""
    first = middle - (len(rows) - 1) * size * LINE / 2
    look: dict[str, Any] = {"fill": plan.ink.text, "size": size, "anchor": anchor, **more}
    lines = "".join(
        draw_text(row, x, first + index * size * LINE, lang=plan.sheet.name_language(full), **look)
        for index, row in enumerate(rows)
    )
    tooltip = element("title", escape_text(full)) if " ".join(rows) != full else ""
    return element("g", tooltip, lines) if tooltip else lines


def _heading(plan: Plan) -> str:
    """The title of one of several parts, at the left edge of its box."""
    text = shorten(plan.sheet.title, plan.area.width, bold=True)
    tooltip = element("title", escape_text(plan.sheet.title)) if text != plan.sheet.title else ""
    words = draw_text(text, plan.area.left, plan.area.top + HEADING / 2, fill=plan.ink.text, font_weight=600)
    return element("g", tooltip, words) if tooltip else words


def _titles(plan: Plan) -> str:
    """Axis titles lie flat: left above an upright axis, right below a lying one."""
    sheet, plot, area = plan.sheet, plan.plot, plan.area
    upright, lying = (
        (sheet.position_axis, sheet.value_axis) if sheet.is_horizontal else (sheet.value_axis, sheet.position_axis)
    )
    above = shorten(title_text(upright), area.width, SMALL)
    below = shorten(title_text(lying), area.width, SMALL)
    top = plan.notes_top - ROW / 2 - 5
    return draw_text(above, area.left, top, fill=plan.ink.muted, size=SMALL) + draw_text(
        below,
        max(plot.right, area.left + measure(below, SMALL)),
        area.bottom - ROW / 2,
        fill=plan.ink.muted,
        size=SMALL,
        anchor="end",
    )
