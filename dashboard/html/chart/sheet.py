"""Reads a plotly figure dict into the few things our charts say, and nothing else of plotly's grammar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from dashboard.html.chart.text import plain

Json = Mapping[str, Any]
DEFAULT_COLOUR = "#3264d0"


@dataclass(frozen=True)
class Series:
    """One trace: values at positions (categories, years, dates), with what each mark looks like and says."""

    name: str
    is_bar: bool
    positions: tuple[Any, ...]
    values: tuple[float | None, ...]
    colours: tuple[str, ...]
    texts: tuple[str, ...]
    titles: tuple[str, ...]
    in_legend: bool
    opacity: float | None
    bar_width: float | None
    symbol: str
    dash: str
    line_width: float
    has_line: bool
    has_markers: bool
    connects_gaps: bool


@dataclass(frozen=True)
class Sheet:
    """A whole figure, read."""

    series: tuple[Series, ...]
    is_horizontal: bool
    layout: Json

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

    @property
    def description(self) -> str | None:
        """What the picture shows, for those who do not see it."""
        text = (self.layout.get("meta") or {}).get("description")
        return str(text) if text else None


def read_sheet(figure: Json) -> Sheet:
    """Read the figure; raises TypeError for a trace type that this site does not draw."""
    traces = [trace for trace in figure.get("data") or [] if trace.get("visible", True) is True]
    is_horizontal = any(trace.get("orientation") == "h" for trace in traces)
    return Sheet(
        series=tuple(_read_series(trace, is_horizontal=is_horizontal) for trace in traces),
        is_horizontal=is_horizontal,
        layout=figure.get("layout") or {},
    )


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
        colours=_per_point(colour, len(positions)),
        texts=("",) * len(positions) if trace.get("textposition") == "none" else texts,
        titles=_titles(trace, name, positions, values, texts),
        in_legend=trace.get("showlegend") is not False,
        opacity=trace.get("opacity", marker.get("opacity")),
        bar_width=as_number(trace.get("width")) if not isinstance(trace.get("width"), (list, tuple)) else None,
        symbol=str(marker.get("symbol") or "circle"),
        dash=str(line.get("dash") or "solid"),
        line_width=float(line.get("width") or 2),
        has_line="lines" in mode,
        has_markers="markers" in mode,
        connects_gaps=bool(trace.get("connectgaps")),
    )


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
