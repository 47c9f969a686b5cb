"""Our own plotly figures as SVG: in pages before (or without) JavaScript, and as pictures to take away.

Only what our charts use is drawn: bars both ways, lines with markers, marker lines with words, legends or
names at line ends, heat maps, and several pairs of axes. An unknown trace type raises instead of leaving a hole.
"""

from collections.abc import Mapping
from typing import Any

from dashboard.html.chart.axes import draw_axes, draw_names_above
from dashboard.html.chart.chrome import MARGIN, Chrome, draw_foot, draw_head
from dashboard.html.chart.domains import position_values
from dashboard.html.chart.facets import draw_facets_head, facets_height, is_faceted, split_facets
from dashboard.html.chart.heat import Heat, draw_heat, heat_height, read_heat
from dashboard.html.chart.ink import INLINE, PICTURE, Ink
from dashboard.html.chart.keys import draw_legend, draw_line_names
from dashboard.html.chart.marks import draw_marks
from dashboard.html.chart.notes import draw_annotations, draw_shapes
from dashboard.html.chart.parts import Part, split
from dashboard.html.chart.plan import NAME_ROOM, Box, has_names_above, make_plan
from dashboard.html.chart.sheet import Sheet, read_sheets
from dashboard.html.markup import element, escape_text, number

__all__ = ["Chrome", "Content", "figure_height", "figure_svg", "read_figure"]

Content = Heat | tuple[Sheet, ...]
"""What of a figure is drawn: reading it once serves drawings of any width."""

UPRIGHT_HEIGHT = 400.0
BAR_ROOM = 30.0
GROUPED_BAR_ROOM = 18.0


def figure_svg(
    figure: Any,
    *,
    width: float = 760,
    height: float | None = None,
    chrome: Chrome | None = None,
    standalone: bool = False,
    css_class: str = "chart",
) -> str:
    """Return the figure (a plotly dict or Figure, or what was read of one) as an SVG element.

    `width` and `height` are pixels; the height is the chart's own, without the words of `chrome`. With
    `chrome` or `standalone` colours are fixed and the paper white, else they are the page's CSS variables.
    Raises TypeError for a trace type that is not drawn here.
    """
    content = read_figure(figure)
    ink = PICTURE if chrome or standalone else INLINE
    head, top = draw_head(chrome, ink, width) if chrome else ("", 0.0)
    side = MARGIN if chrome else 0.0
    area = Box(side, top, width - side, top + float(height or _height(content, width - 2 * side)))
    chart, description = _chart(content, ink, area)
    foot, below = draw_foot(chrome, ink, width, area.bottom) if chrome else ("", 0.0)
    total = area.bottom + below
    paper = element("rect", width=float(width), height=total, fill=ink.paper) if ink is PICTURE else ""
    words = description or (chrome.title if chrome else None)
    return _document(paper + head + chart + foot, width, total, ink.font, words, css_class)


def figure_height(figure: Any, width: float) -> float:
    """Return a good height of the figure, or of what was read of it: the layout's own, else by what there is to draw.

    Small multiples, heat maps and bars with names above them are higher where they are narrow.

    >>> figure_height({"data": [], "layout": {"height": 320}}, 760)
    320.0
    """
    return _height(read_figure(figure), width)


def read_figure(figure: Any) -> Content:
    """Return what of a plotly dict or Figure is drawn; raises TypeError for a trace type that is not drawn here."""
    if isinstance(figure, (Heat, tuple)):
        return figure
    given: Mapping[str, Any] = figure.to_plotly_json() if hasattr(figure, "to_plotly_json") else figure
    return read_heat(given) or read_sheets(given)


def _height(content: Content, width: float) -> float:
    if isinstance(content, Heat):
        return heat_height(content, width)
    if is_faceted(content):
        return facets_height(content, width)
    given = content[0].layout.get("height")
    names = len(position_values(content[0])) if len(content) == 1 and has_names_above(content[0], width) else 0
    return (float(given) if given else _height_of_bars(content[0])) + names * NAME_ROOM


def _height_of_bars(sheet: Sheet) -> float:
    if not sheet.is_horizontal:
        return UPRIGHT_HEIGHT
    grouped = 1 if sheet.layout.get("barmode") in {"overlay", "stack", "relative"} else len(sheet.series)
    return 80 + len(position_values(sheet)) * max(BAR_ROOM, GROUPED_BAR_ROOM * grouped + 8)


def _chart(content: Content, ink: Ink, area: Box) -> tuple[str, str | None]:
    """Return the drawing and what it shows in words."""
    if isinstance(content, Heat):
        return draw_heat(content, ink, area), content.description
    head, parts = "", split(content, area)
    if is_faceted(content):
        head, parts = draw_facets_head(content, ink, area), split_facets(content, area)
    return head + "".join(_part(part, ink) for part in parts), content[0].description


def _part(part: Part, ink: Ink) -> str:
    plan = make_plan(part.sheet, ink, part.box, part.left, names_above=part.names_above)
    return (
        draw_axes(plan) + draw_shapes(plan) + draw_names_above(plan) + draw_marks(plan) + draw_line_names(plan)
        + draw_legend(plan) + draw_annotations(plan)
    )  # fmt: skip


def _document(content: str, width: float, height: float, font: str, description: str | None, css_class: str) -> str:
    label = {"role": "img", "aria_label": description} if description else {"aria_hidden": "true"}
    title = element("desc", escape_text(description)) if description else ""
    return element(
        "svg",
        title,
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=float(width),
        height=float(height),
        class_=css_class,
        font_family=font,
        preserveAspectRatio="xMinYMin meet",
        **label,
    )
