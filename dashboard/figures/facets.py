"""Small multiples: the same chart for each city or group, side by side, on the same axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from dashboard.figures.style import Figure, base_layout, plotly_text

UPRIGHT_HEIGHT = 170
TITLE_HEIGHT, TICKS_HEIGHT = 26, 28
FACET_TITLE = "facet-title"
GAP = 0.05
"""Of the width, between two parts."""


@dataclass(frozen=True)
class Facet:
    """One part: its title and a figure of one pair of axes."""

    title: str
    figure: Figure


def facets(parts: Sequence[Facet], description: str, *, columns: int = 3, free: bool = False) -> Figure:
    """All parts in rows of `columns`, fewer where the page is narrow; one value axis for all unless `free`.

    Raises ValueError for a part that itself has several axes.
    """
    count = max(min(columns, len(parts)), 1)
    rows = max(ceil(len(parts) / count), 1)
    row_height = TITLE_HEIGHT + max((_plot_height(part.figure) for part in parts), default=UPRIGHT_HEIGHT)
    layout = base_layout(description, rows * row_height)
    layout["meta"] |= {"facets": {"columns": count, "row_height": row_height}}
    layout |= {"annotations": [], "shapes": [], "showlegend": False}
    data: list[Figure] = []
    named: set[str] = set()
    for index, part in enumerate(parts):
        ends = _Axes(index, count, rows, row_height)
        given = part.figure["layout"]
        if "yaxis2" in given or "xaxis2" in given:
            raise ValueError(f"The figure of {part.title!r} has several axes: it cannot be one of small multiples.")
        layout |= {key: given[key] for key in ("barmode", "bargap") if key in given}
        layout[ends.long("x")] = {**given.get("xaxis", {}), "domain": ends.across, "anchor": ends.y}
        layout[ends.long("y")] = {**given.get("yaxis", {}), "domain": ends.along, "anchor": ends.x}
        layout["annotations"].append(_title(part.title, ends))
        for kind in ("annotations", "shapes"):
            layout[kind] += [_placed(item, ends) for item in given.get(kind) or ()]
        data += _traces(part.figure, ends, named)
    layout["showlegend"] = len(named) > 1 and any(part.figure["layout"].get("showlegend") for part in parts)
    if not free:
        _share(layout, [part.figure for part in parts])
    return {"data": data, "layout": layout}


@dataclass(frozen=True)
class _Axes:
    """The names and the place of a part's axes."""

    index: int
    columns: int
    rows: int
    row_height: int

    @property
    def number(self) -> str:
        return str(self.index + 1) if self.index else ""

    @property
    def x(self) -> str:
        return f"x{self.number}"

    @property
    def y(self) -> str:
        return f"y{self.number}"

    def long(self, letter: str) -> str:
        return f"{letter}axis{self.number}"

    @property
    def across(self) -> list[float]:
        wide = (1 - GAP * (self.columns - 1)) / self.columns
        left = self.index % self.columns * (wide + GAP)
        return [round(left, 4), round(min(left + wide, 1), 4)]

    @property
    def along(self) -> list[float]:
        """Between the title above the plot and the ticks below it."""
        pixel = 1 / (self.rows * self.row_height)
        top = 1 - self.index // self.columns / self.rows
        return [round(top - 1 / self.rows + TICKS_HEIGHT * pixel, 4), round(top - TITLE_HEIGHT * pixel, 4)]


def _plot_height(figure: Figure) -> int:
    height: int = figure["layout"]["height"]
    return height if _is_lying(figure) else min(height, UPRIGHT_HEIGHT)


def _is_lying(figure: Figure) -> bool:
    return any(trace.get("orientation") == "h" for trace in figure["data"])


def _title(text: str, ends: _Axes) -> Figure:
    return {
        "name": FACET_TITLE,
        "text": f"<b>{plotly_text(text)}</b>",
        "xref": f"{ends.x} domain",
        "yref": f"{ends.y} domain",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
    }


def _placed(item: Figure, ends: _Axes) -> Figure:
    """An annotation or shape of a part on the part's own axes, `paper` being the part."""
    refs = {}
    for key, name in (("xref", ends.x), ("yref", ends.y)):
        refs[key] = f"{name} domain" if str(item.get(key)).endswith(("paper", "domain")) else name
    return {**item, **refs}


def _traces(figure: Figure, ends: _Axes, named: set[str]) -> Iterator[Figure]:
    """The part's traces on its own axes; the first of each name stands in the legend for all.

    A part without traces gets an empty one, so that its axes are still drawn.
    """
    for trace in figure["data"] or [{"type": "scatter", "x": [], "y": [], "showlegend": False}]:
        name = trace.get("name") or ""
        group = {"legendgroup": name, "showlegend": name not in named and trace.get("showlegend", True)} if name else {}
        yield {**trace, **group, "xaxis": ends.x, "yaxis": ends.y}
        named |= {name} - {""}


def _share(layout: Figure, figures: Sequence[Figure]) -> None:
    """Give all value axes the range that holds every part's, and the ticks of the one that reaches furthest."""
    names = [
        f"{'x' if _is_lying(figure) else 'y'}axis{index + 1 if index else ''}" for index, figure in enumerate(figures)
    ]
    axes = [layout[name] for name in names if layout[name].get("range")]
    if not axes:
        return
    widest = max(axes, key=lambda axis: axis["range"][1] - axis["range"][0])
    shared: dict[str, Any] = {
        "range": [min(axis["range"][0] for axis in axes), max(axis["range"][1] for axis in axes)],
        "tickvals": widest.get("tickvals"),
        "ticktext": widest.get("ticktext"),
    }
    for name in names:
        layout[name] |= shared
