"""Draws what tells series apart."""

from dashboard.html.chart.axes import draw_text
from dashboard.html.chart.domains import stacked_ends
from dashboard.html.chart.legend import LABEL_GAP, ROW, legend_rows, spread
from dashboard.html.chart.marks import symbol
from dashboard.html.chart.plan import BAR_GAP, Plan
from dashboard.html.chart.sheet import Series
from dashboard.html.chart.strokes import dash_pattern
from dashboard.html.chart.text import shorten
from dashboard.html.markup import element, escape_text

LEADER = 18.0
HALF_BAR = 0.5 - BAR_GAP / 2


def draw_legend(plan: Plan) -> str:
    """Return the legend, or nothing when there is nothing to tell apart."""
    parts = []
    for row, items in enumerate(legend_rows(plan.sheet, plan.area.width)):
        y = plan.area.top + row * ROW + ROW / 2
        for offset, series, name in items:
            x = plan.area.left + offset
            parts.append(_swatch(plan, series, x, y) + draw_text(name, x + 22, y, fill=plan.ink.text))
    return element("g", *parts, class_="chart__legend") if parts else ""


def _swatch(plan: Plan, series: Series, x: float, y: float) -> str:
    colour = series.colours[0] if series.colours else plan.ink.muted
    if series.is_bar:
        return element("rect", x=x + 2, y=y - 6, width=13.0, height=12.0, fill=colour, opacity=series.opacity)
    dash = dash_pattern(series.dash)
    line = element("path", d=f"M{x:.1f} {y:.1f}h17", stroke=colour, stroke_width=2, stroke_dasharray=dash)
    mark = symbol(series, x + 8.5, y, colour, plan.ink.paper) if series.has_markers else ""
    return (line if series.has_line else "") + mark


def draw_line_names(plan: Plan) -> str:
    """Write each line's name at its last point, moved apart where they would overlap."""
    if not plan.sheet.has_direct_labels:
        return ""
    stacked = {id(series): tops for series, tops in stacked_ends(plan.sheet)}
    ends = [(series, *end) for series in plan.sheet.series if (end := _end(plan, series, stacked.get(id(series))))]
    places = spread([y for _, _, y in ends], LABEL_GAP, plan.plot.top, plan.plot.bottom)
    parts = [_line_name(plan, series, x, y, place) for (series, x, y), place in zip(ends, places, strict=True)]
    return element("g", *parts, class_="chart__names")


def _end(plan: Plan, series: Series, tops: list[float] | None) -> tuple[float, float] | None:
    """The last point of a line; of stacked bars, the right edge of the last one, half way up its part."""
    for number in reversed(range(len(series.positions))):
        position, value = series.positions[number], series.values[number]
        if value is None or not plan.position.knows(position):
            continue
        if tops is None:
            return plan.position.at(position), plan.value.at(value)
        return plan.position.at(position) + plan.position.step * HALF_BAR, plan.value.at(tops[number] - value / 2)
    return None


def _line_name(plan: Plan, series: Series, x: float, y: float, place: float) -> str:
    """The name is in the text's colour, readable; the thin line in the series' colour ties it to its line."""
    start = plan.plot.right + LEADER - 8
    room = plan.area.right - start - 4
    name = shorten(series.name, room)
    path = f"M{x + 6:.1f} {y:.1f}L{plan.plot.right:.1f} {y:.1f}L{start:.1f} {place:.1f}"
    leader = element("path", d=path, fill="none", stroke=series.colours[-1], stroke_width=1)
    label = draw_text(name, start + 4, place, fill=plan.ink.text)
    tooltip = element("title", escape_text(series.name)) if name != series.name else ""
    return leader + (element("g", tooltip, label) if tooltip else label)
