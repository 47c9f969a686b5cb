"""Reads a plotly figure dict into the few things our charts say, and nothing else of plotly's grammar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from dashboard.html.chart.text import plain

Json = Mapping[str, Any]
DEFAULT_SIZE = 8.0
DEFAULT_COLOUR = "#3264d0"
FACET_TITLE, FACET_HEAD = FACET_NAMES = ("facet-title", "facet-head")
"""Names of the annotations that `figures.facets` writes above each of its parts, and above all of them."""


@dataclass(frozen=True)
class Series:
    """One trace: values at positions (categories, years, dates), with what each mark looks like and says."""

    name: str
    is_bar: bool
    positions: tuple[Any, ...]
    values: tuple[float | None, ...]
    bases: tuple[float, ...]
    colours: tuple[str, ...]
    texts: tuple[str, ...]
    titles: tuple[str, ...]
    in_legend: bool
    opacity: float | None
    bar_width: float | None
    symbol: str
    symbol_size: float
    outline: tuple[str, float] | None
    dash: str
    line_width: float
    has_line: bool
    has_markers: bool
    has_texts: bool
    connects_gaps: bool

    @property
    def ends(self) -> tuple[float | None, ...]:
        """What the value axis has to reach: a bar may stand on another base than zero."""
        return tuple(
            None if value is None else base + value for value, base in zip(self.values, self.bases, strict=True)
        )

    @property
    def floats(self) -> bool:
        """Whether bars of this series stand on a base of their own."""
        return any(self.bases)


@dataclass(frozen=True)
class Sheet:
    """What is drawn on one pair of axes, with a title where it is one of several."""

    series: tuple[Series, ...]
    is_horizontal: bool
    layout: Json
    title: str = ""

    @property
    def position_axis(self) -> Json:
        """The axis along which bars or points are placed."""
        return self.layout.get("yaxis" if self.is_horizontal else "xaxis") or {}

    @property
    def value_axis(self) -> Json:
        """The axis that values are read from."""
        return self.layout.get("xaxis" if self.is_horizontal else "yaxis") or {}

    @property
    def has_bars(self) -> bool:
        """Whether anything is drawn from zero."""
        return any(series.is_bar for series in self.series)

    @property
    def has_direct_labels(self) -> bool:
        """Whether lines carry their names at their ends instead of in a legend."""
        return bool((self.layout.get("meta") or {}).get("direct_labels"))

    @property
    def legend(self) -> tuple[Series, ...]:
        """The series a legend must name; empty when there is nothing to tell apart."""
        named = tuple(series for series in self.series if series.in_legend and series.name)
        wanted = self.layout.get("showlegend")
        if wanted is False or self.has_direct_labels or (len(named) < 2 and wanted is not True):
            return ()
        return named

    def name_language(self, name: str) -> str | None:
        """The language of a category's name, where that is not the page's. Marks that tell apart equal names are no
        part of it."""
        languages = (self.layout.get("meta") or {}).get("languages") or {}
        found = languages.get(name.rstrip("\u200b"))
        return str(found) if found else None

    @property
    def description(self) -> str | None:
        """What the picture shows, for those who do not see it."""
        text = (self.layout.get("meta") or {}).get("description")
        return str(text) if text else None


def read_sheets(figure: Json) -> tuple[Sheet, ...]:
    """Read the figure, a sheet for each pair of axes; raises TypeError for a trace type that is not drawn here."""
    traces = [trace for trace in figure.get("data") or [] if trace.get("visible", True) is True]
    layout = figure.get("layout") or {}
    pairs: dict[tuple[str, str], list[Json]] = {}
    for trace in traces:
        pairs.setdefault((str(trace.get("xaxis") or "x"), str(trace.get("yaxis") or "y")), []).append(trace)
    return tuple(_read_sheet(drawn, pair, layout) for pair, drawn in (pairs or {("x", "y"): []}).items())


def _read_sheet(traces: Sequence[Json], pair: tuple[str, str], layout: Json) -> Sheet:
    is_horizontal = any(trace.get("orientation") == "h" for trace in traces)
    notes = _of_pair(layout.get("annotations"), pair)
    own = {f"{name[0]}axis": layout.get(f"{name[0]}axis{name[1:]}") for name in pair}
    own |= {
        "annotations": [note for note in notes if note.get("name") not in FACET_NAMES],
        "shapes": _of_pair(layout.get("shapes"), pair),
    }
    titles = [plain(note.get("text") or "") for note in notes if note.get("name") == FACET_TITLE]
    return Sheet(
        series=tuple(_read_series(trace, is_horizontal=is_horizontal) for trace in traces),
        is_horizontal=is_horizontal,
        layout={**layout, **own},
        title=titles[0] if titles else "",
    )


def _of_pair(items: Any, pair: tuple[str, str]) -> list[Json]:
    """What stands on these axes; what stands on the paper only belongs to the first ones."""
    found = []
    for item in items or []:
        refs = [str(item.get(key) or letter).split(" ")[0] for key, letter in (("xref", "x"), ("yref", "y"))]
        wanted = [ref if ref != "paper" else None for ref in refs]
        if wanted == [None, None]:
            wanted = ["x", "y"]
        if all(ref in {None, name} for ref, name in zip(wanted, pair, strict=True)):
            found.append(item)
    return found


def title_text(axis: Json) -> str:
    """Return an axis title, which plotly allows as text or as a dict."""
    title = axis.get("title") or ""
    return plain(title.get("text") or "") if isinstance(title, Mapping) else plain(title)


def as_number(value: Any) -> float | None:
    """Return a finite float, or None for what is missing."""
    if value is None or isinstance(value, str):
        return None
    number = float(value)
    return number if isfinite(number) else None


def _read_series(trace: Json, *, is_horizontal: bool) -> Series:
    kind = trace.get("type", "scatter")
    if kind not in {"bar", "scatter"}:
        raise TypeError(f"A {kind!r} trace cannot be drawn as SVG: only bar and scatter are known here.")
    positions = tuple(_listed(trace.get("y" if is_horizontal else "x")))
    raw = _listed(trace.get("x" if is_horizontal else "y"))
    values = tuple(as_number(value) for value in raw[: len(positions)])
    texts = _per_point(trace.get("text"), len(positions))
    name = plain(trace.get("name") or "")
    marker, line, mode = (
        trace.get("marker") or {},
        trace.get("line") or {},
        trace.get("mode") or "lines+markers",
    )
    colour = marker.get("color") or line.get("color") or DEFAULT_COLOUR
    return Series(
        name=name,
        is_bar=kind == "bar",
        positions=positions,
        values=values + (None,) * (len(positions) - len(values)),
        bases=_bases(trace.get("base"), len(positions)),
        colours=_per_point(colour, len(positions)),
        texts=("",) * len(positions) if trace.get("textposition") == "none" else texts,
        titles=_titles(trace, name, positions, values, texts),
        in_legend=trace.get("showlegend") is not False,
        opacity=trace.get("opacity", marker.get("opacity")),
        bar_width=as_number(trace.get("width")) if not isinstance(trace.get("width"), (list, tuple)) else None,
        symbol=str(marker.get("symbol") or "circle"),
        symbol_size=float(marker.get("size") or DEFAULT_SIZE),
        outline=_outline(marker),
        dash=str(line.get("dash") or "solid"),
        line_width=float(line.get("width") or 2),
        has_line="lines" in mode,
        has_markers="markers" in mode,
        has_texts="text" in mode,
        connects_gaps=bool(trace.get("connectgaps")),
    )


def _bases(given: Any, count: int) -> tuple[float, ...]:
    bases = [given] * count if isinstance(given, (int, float)) else _listed(given)
    return tuple(as_number(base) or 0.0 for base in [*bases, *[0.0] * count][:count])


def _outline(marker: Json) -> tuple[str, float] | None:
    line = marker.get("line") or {}
    return (str(line["color"]), float(line.get("width") or 1)) if line.get("color") else None


def _listed(values: Any) -> Sequence[Any]:
    return [] if values is None else list(values)


def _per_point(value: Any, count: int) -> tuple[str, ...]:
    """Spread a scalar over the points, and fill up a list that is too short."""
    if value is None or isinstance(value, (str, int, float)):
        return ("" if value is None else plain(value),) * count
    texts = tuple("" if item is None else plain(item) for item in value)[:count]
    return texts + (texts[-1] if texts else "",) * (count - len(texts))


def _titles(
    trace: Json, name: str, positions: Sequence[Any], values: Sequence[float | None], texts: Sequence[str]
) -> tuple[str, ...]:
    for key in ("hovertext", "customdata"):
        if trace.get(key) is not None:
            given = trace[key]
            firsts = given if isinstance(given, str) else [_first(item) for item in given]
            return _per_point(firsts, len(positions))
    return tuple(
        ": ".join(filter(None, [name, plain(position), text or ("" if value is None else f"{value:g}")]))
        for position, text, value in zip(positions, texts, values, strict=False)
    )


def _first(item: Any) -> Any:
    return item[0] if isinstance(item, (list, tuple)) and item else item
