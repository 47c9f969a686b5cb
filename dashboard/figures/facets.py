"""Small multiples: the same chart for each city or group, side by side, on the same axis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from dashboard.figures.style import MISSING, Figure, base_layout, plotly_text

UPRIGHT_HEIGHT = 170
TITLE_HEIGHT, TICKS_HEIGHT = 26, 28
FACET_TITLE, FACET_HEAD = "facet-title", "facet-head"
MARGIN, HEAD_LINE = 12, 18
GAP, OWN_GAP = 0.05, 0.12
"""Of the width, between two parts: more where each has labels of its own."""
MOST_LYING = 2
"""Parts in a row whose bars lie: more have no room for their names."""
MOST_TICKS = 4


@dataclass(frozen=True)
class Facet:
    """One part: its title and a figure of one pair of axes."""

    title: str
    figure: Figure


def facets(parts: Sequence[Facet], description: str, *, columns: int = 3, free: bool = False) -> Figure:
    """All parts in rows of `columns`, fewer where the page is narrow; one value axis for all unless `free`.

    What all parts say alike, the title of their values' axis and the words of a marker line, stands once above them.
    Raises ValueError for a part that itself has several axes.
    """
    for part in parts:
        if {"xaxis2", "yaxis2"} & part.figure["layout"].keys():
            raise ValueError(f"The figure of {part.title!r} has several axes: it cannot be one of small multiples.")
    title, notes = _shared_title(parts), _shared_notes(parts)
    figures = [_without(part.figure, title, notes) for part in parts]
    most = MOST_LYING if any(map(_is_lying, figures)) else columns
    count = max(min(columns, most, len(parts)), 1)
    rows = max(ceil(len(parts) / count), 1)
    row_height = TITLE_HEIGHT + max(map(_plot_height, figures), default=UPRIGHT_HEIGHT)
    layout = _frame(description, rows * row_height, [title] * bool(title) + [f"┆ = {note}" for note in notes])
    layout["meta"]["facets"] = {"columns": count, "row_height": row_height, "axis_title": title, "notes": notes}
    data: list[Figure] = []
    named: set[str] = set()
    for index, (part, figure) in enumerate(zip(parts, figures, strict=True)):
        ends = _Axes(index, count, rows, row_height, OWN_GAP if free else GAP)
        layout |= _axes(figure, ends, is_labelled=free or index % count == 0)
        layout["annotations"].append(_title(part.title, ends))
        for kind in ("annotations", "shapes"):
            layout[kind] += [_placed(item, ends) for item in figure["layout"].get(kind) or ()]
        data += _traces(figure, ends, named)
    layout["showlegend"] = len(named) > 1 and any(figure["layout"].get("showlegend") for figure in figures)
    if not free:
        _share(layout, figures)
    _thin_ticks(layout)
    return {"data": data, "layout": layout}


def _shared_title(parts: Sequence[Facet]) -> str:
    """The title of the values' axis, where all parts have the same."""
    axes = [part.figure["layout"].get(_value_axis(part.figure), {}) for part in parts]
    titles = {axis.get("title", {}).get("text", "") for axis in axes}
    return titles.pop() if len(titles) == 1 else ""


def _shared_notes(parts: Sequence[Facet]) -> list[str]:
    """The words that stand in more than one part, or in the only one, each once."""
    texts = Counter(note["text"] for part in parts for note in part.figure["layout"].get("annotations") or ())
    shared = [text for text, count in texts.items() if count >= min(len(parts), 2) and text != MISSING]
    return [text.replace("<br>", " ") for text in shared]


def _without(figure: Figure, title: str, notes: Sequence[str]) -> Figure:
    """The figure without what is said above all of them."""
    layout = dict(figure["layout"])
    kept = [note for note in layout.get("annotations") or () if note["text"].replace("<br>", " ") not in notes]
    layout["annotations"] = kept
    if title:
        name = _value_axis(figure)
        layout[name] = {key: value for key, value in layout[name].items() if key != "title"}
    return {**figure, "layout": layout}


def _frame(description: str, height: int, head: Sequence[str]) -> Figure:
    """The layout of the whole, its first annotation the lines above all parts."""
    top = MARGIN + HEAD_LINE * len(head)
    layout = base_layout(description, height + top + MARGIN, is_still=True)
    layout["margin"] |= {"r": MARGIN, "t": top, "b": MARGIN}
    words = {"name": FACET_HEAD, "text": "<br>".join(head), "align": "left", "showarrow": False}
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"}
    layout |= {"annotations": [words | place] if head else [], "shapes": []}
    return layout | {"legend": {"orientation": "h", "y": 0, "yanchor": "top", "x": 0}}


def _axes(figure: Figure, ends: _Axes, *, is_labelled: bool) -> Figure:
    """The part's axes under their names in the whole, and how its bars stand."""
    layout = figure["layout"]
    x = {"nticks": MOST_TICKS, "tickangle": 0, "domain": ends.across, "anchor": ends.y}
    y = {"showticklabels": is_labelled, "domain": ends.along, "anchor": ends.x}
    return {
        **{key: layout[key] for key in ("barmode", "bargap", "uniformtext") if key in layout},
        ends.long("x"): layout.get("xaxis", {}) | x,
        ends.long("y"): layout.get("yaxis", {}) | y,
    }


@dataclass(frozen=True)
class _Axes:
    """The names and the place of a part's axes."""

    index: int
    columns: int
    rows: int
    row_height: int
    gap: float

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
        wide = (1 - self.gap * (self.columns - 1)) / self.columns
        left = self.index % self.columns * (wide + self.gap)
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


def _value_axis(figure: Figure) -> str:
    return "xaxis" if _is_lying(figure) else "yaxis"


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


def _thin_ticks(layout: Figure) -> None:
    """Leave so few ticks below each part that they fit side by side: the last year always, or zero."""
    for axis in (value for key, value in layout.items() if key.startswith("xaxis") and value.get("tickvals")):
        ticks = list(zip(axis["tickvals"], axis["ticktext"], strict=True))
        every = ceil(len(ticks) / MOST_TICKS)
        kept = ticks[::every] if axis.get("range") else ticks[::-every][::-1]
        axis |= {"tickvals": [at for at, _ in kept], "ticktext": [text for _, text in kept]}
