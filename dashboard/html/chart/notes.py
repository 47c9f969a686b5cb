"""Marker lines and the words beside them: a break in a series, a reform, a target."""

from typing import Any

from dashboard.html.chart.axes import draw_text, halo
from dashboard.html.chart.note_text import note_rows, stands_above
from dashboard.html.chart.plan import Plan
from dashboard.html.chart.scales import Band, Scale, is_number
from dashboard.html.chart.sheet import Json
from dashboard.html.chart.strokes import dash_pattern
from dashboard.html.chart.text import LINE, SMALL, measure
from dashboard.html.markup import element

BESIDE = 6.0


def draw_shapes(plan: Plan) -> str:
    """Return the figure's lines; other shapes are not used on this site."""
    lines = [shape for shape in plan.sheet.layout.get("shapes") or [] if shape.get("type") == "line"]
    return "".join(_shape(plan, shape) for shape in lines)


def draw_annotations(plan: Plan) -> str:
    """Return the figure's annotations, kept inside the picture; of equal ones that would stand on each other, one."""
    notes: list[Json] = []
    for note in plan.sheet.layout.get("annotations") or []:
        if not any(_is_covered(plan, note, other) for other in notes):
            notes.append(note)
    return "".join(_annotation(plan, note) for note in notes)


def _is_covered(plan: Plan, note: Json, other: Json) -> bool:
    """Whether the other says the same at the same height, less than the text's width away."""
    if (note.get("text"), note.get("y")) != (other.get("text"), other.get("y")):
        return False
    x, other_x = (_x(plan, one.get("x"), one.get("xref")) for one in (note, other))
    width = max((measure(row, SMALL) for row in note_rows(note, plan.area.width)), default=0.0)
    return x is not None and other_x is not None and abs(x - other_x) < width


def _shape(plan: Plan, shape: Json) -> str:
    x1, x2 = (_x(plan, shape.get(key), shape.get("xref")) for key in ("x0", "x1"))
    y1, y2 = (_y(plan, shape.get(key), shape.get("yref")) for key in ("y0", "y1"))
    if x1 is None or x2 is None or y1 is None or y2 is None:
        return ""
    if y2 == plan.plot.top and x1 == x2:
        y2 = plan.notes_top  # up to the words beside it
    line = shape.get("line") or {}
    look = {"stroke": line.get("color") or plan.ink.muted, "stroke_width": float(line.get("width") or 1.5)}
    dash = dash_pattern(str(line.get("dash") or "solid"))
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke_dasharray=dash, class_="chart__marker", **look)


def _annotation(plan: Plan, note: Json) -> str:
    x, y = _x(plan, note.get("x"), note.get("xref")), _y(plan, note.get("y"), note.get("yref"))
    if x is None or y is None:
        return ""
    rows = note_rows(note, plan.area.width)
    width = max((measure(row, SMALL) for row in rows), default=0.0)
    left, anchor = _beside(plan, x, width, note.get("xanchor") or "auto")
    height = len(rows) * SMALL * LINE
    top = plan.notes_top if stands_above(note) else _top(plan, y, height, note)
    colour = (note.get("font") or {}).get("color") or plan.ink.text
    look: dict[str, Any] = {"fill": colour, "size": SMALL, "anchor": anchor, **halo(plan.ink.paper)}
    middles = [top + (index + 0.5) * SMALL * LINE for index in range(len(rows))]
    return "".join(draw_text(row, left, y, **look) for row, y in zip(rows, middles, strict=True))


def _beside(plan: Plan, x: float, width: float, anchor: str) -> tuple[float, str]:
    """Return where the text is anchored: beside its line, on the other side of it where there is no room."""
    area = plan.area
    fits_left, fits_right = x - BESIDE - width >= area.left, x + BESIDE + width <= area.right
    if anchor == "center":
        return max(min(x, area.right - width / 2), area.left + width / 2), "middle"
    if fits_left and (anchor == "right" or not fits_right):
        return x - BESIDE, "end"
    if fits_right:
        return x + BESIDE, "start"
    return max(area.right - width, area.left), "start"


def _top(plan: Plan, y: float, height: float, note: Json) -> float:
    share = (plan.plot.bottom - y) / plan.plot.height
    anchor = note.get("yanchor") or "auto"
    if anchor == "auto":
        anchor = "top" if share > 0.66 else "bottom" if share < 0.34 else "middle"
    top = {"top": y + 2, "bottom": y - height - 3}.get(anchor, y - height / 2)
    return max(min(top, plan.area.bottom - height), plan.area.top)


def _x(plan: Plan, value: Any, ref: Any) -> float | None:
    if ref == "paper" or str(ref or "").endswith("domain"):
        return plan.plot.left + float(value) * plan.plot.width
    return _on_scale(plan.value if plan.sheet.is_horizontal else plan.position, value)


def _y(plan: Plan, value: Any, ref: Any) -> float | None:
    if ref == "paper" or str(ref or "").endswith("domain"):
        return plan.plot.bottom - float(value) * plan.plot.height
    return _on_scale(plan.position if plan.sheet.is_horizontal else plan.value, value)


def _on_scale(scale: Scale, value: Any) -> float | None:
    """Place a value; on categories a number is a place between them, counted from 0 as in plotly."""
    if scale.knows(value):
        return scale.at(value)
    if isinstance(scale, Band) and is_number(value):
        return scale.start + (float(value) + 0.5) * (scale.end - scale.start) / max(len(scale.categories), 1)
    return None
