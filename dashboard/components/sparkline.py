"""A line as small as a word, beside a figure of which it shows the way here.

Dozens of them stand on a page, and none is worth a chart's scripts. They are drawn within the page: each picture of its
own, however small, would cost a telephone as much as a large one.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.browser import Frozen
from dashboard.html.markup import element, escape_text

WIDTH, HEIGHT, MARGIN = 120.0, 36.0, 8.0
DOT = 3.5
EDGE = 0.7
"""Pixels of the paper around a dot."""
Point = tuple[float, float]


def spark_line(values: Sequence[float | None], colour: str, description: str) -> Frozen:
    """The values in their order without axes, the last known one marked; None makes a gap, a value between gaps a dot.
    `description` is for those who do not see them."""
    points = _points(values)
    known = {at: point for at, point in enumerate(points) if point is not None}
    alone = {at for at in known if at - 1 not in known and at + 1 not in known}
    marked = alone | set(list(known)[-1:])
    dots = [point for at, point in known.items() if at in marked]
    svg = element(
        "svg",
        element("desc", escape_text(description)),
        element("path", d=_path(points), fill="none", stroke=colour, stroke_width=2, stroke_linejoin="round"),
        *(_dot(point, colour) for point in dots),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        width=WIDTH,
        height=HEIGHT,
        class_="chart",
        role="img",
        aria_label=description,
    )
    return Frozen(tag="span", attributes={"className": "spark"}, html=svg)


def _points(values: Sequence[float | None]) -> list[Point | None]:
    """Pixels of each value, None where it is not known."""
    known = [float(value) for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    rise, step = HEIGHT - 2 * MARGIN, (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)

    def height(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5  # level in the middle
        return HEIGHT - MARGIN - share * rise

    return [None if value is None else (MARGIN + at * step, height(float(value))) for at, value in enumerate(values)]


def _path(points: Sequence[Point | None]) -> str:
    """The known points joined; a value that is not known lifts the pen."""
    befores = [None, *points[:-1]] if points else []
    return "".join(
        f"{'M' if before is None else 'L'}{point[0]:.1f} {point[1]:.1f}"
        for before, point in zip(befores, points, strict=True)
        if point is not None
    )


def _dot(point: Point, colour: str) -> str:
    x, y = point
    return element("circle", cx=x, cy=y, r=DOT, fill=colour, stroke="var(--chart-paper, #ffffff)", stroke_width=EDGE)
