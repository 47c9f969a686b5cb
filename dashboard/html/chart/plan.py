"""Decides where everything in a chart goes before anything is drawn, so that no label is cut off."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from dashboard.html.chart.domains import STACKED, bar_spacing, position_values, value_domain
from dashboard.html.chart.ink import Ink
from dashboard.html.chart.legend import legend_height
from dashboard.html.chart.note_text import notes_height
from dashboard.html.chart.scales import Band, Linear, Scale, is_iso_date, is_number, round_ticks, to_number
from dashboard.html.chart.sheet import Sheet, title_text
from dashboard.html.chart.text import LINE, SIZE, SMALL, measure, plain

ROW = SIZE * LINE
GAP = 8.0
BAR_GAP = 0.26
HEADING = 22.0
"""Pixels of the title above one of several parts."""
LABEL_SHARE, LEAST_LABEL, MOST_SHARE = 0.36, 136.0, 0.45
NARROW, SHORT_NAME = 420.0, 0.25
"""Pixels below which names stand above their bars; unless all are as short as this share of the width."""
NAME_ROOM = 6.0
"""By how many pixels a name above its bar makes a chart higher."""


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top


Tick = tuple[Any, str]


@dataclass(frozen=True)
class Plan:
    """Everything the drawing functions need to know."""

    sheet: Sheet
    ink: Ink
    area: Box
    plot: Box
    notes_top: float  # where annotations above the plot begin
    position: Scale
    value: Linear
    position_ticks: tuple[Tick, ...]
    value_ticks: tuple[Tick, ...]
    name_row: float = 0.0  # of a category's room: its name's, where that stands above its bars


def make_plan(sheet: Sheet, ink: Ink, area: Box, left: float = 0.0, *, names_above: bool = False) -> Plan:
    """Lay the chart out inside `area`; the plot begins at least `left` pixels from its left edge."""
    low, high = value_domain(sheet)
    value_ticks = _value_ticks(sheet, low, high)
    positions = position_values(sheet)
    position_ticks = _position_ticks(sheet, positions)
    notes_top = area.top + HEADING * bool(sheet.title) + legend_height(sheet, area.width) + _title_height(sheet) + GAP
    notes = notes_height(sheet, area.width)
    # The top number stands half above an upright plot.
    top = notes_top + (notes or (0 if sheet.is_horizontal or not value_ticks else SMALL / 2))
    if sheet.is_horizontal:
        plot = _horizontal_plot(sheet, area, top, 0.0 if names_above else max(left_labels(sheet, area.width), left))
        value = Linear(low, high, plot.left, plot.right)
    else:
        plot = _upright_plot(sheet, area, top, left)
        value = Linear(low, high, plot.bottom, plot.top)
    position, name_row = _position_scale(sheet, positions, plot), ROW if names_above else 0.0
    if name_row:  # bars lie in what the names leave
        position = replace(position, start=position.start + name_row / 2, end=position.end + name_row / 2)
    return Plan(sheet, ink, area, plot, notes_top, position, value, position_ticks, value_ticks, name_row)


def has_names_above(sheet: Sheet, width: float) -> bool:
    """Say whether names stand above their bars: beside them they would take half of a narrow chart."""
    if not sheet.is_horizontal or width >= NARROW or not all(series.is_bar for series in sheet.series):
        return False
    ticks = _position_ticks(sheet, position_values(sheet))
    is_named = bool(ticks) and not all(is_number(value) or is_iso_date(value) for value, _ in ticks)
    return is_named and _widest(text for _, text in ticks) > SHORT_NAME * width


def label_room(width: float) -> float:
    """Return the room, at most, of category names or line names in a chart of this width; a narrow one gives more."""
    return max(width * LABEL_SHARE, min(LEAST_LABEL, width * MOST_SHARE))


def are_times(texts: Iterable[str]) -> bool:
    """Say whether labels are years or months, of which some may be left out, rather than names."""
    return all(any(letter.isdigit() for letter in text) for text in texts)


def left_labels(sheet: Sheet, width: float) -> float:
    """Return the room that the names or numbers left of the plot take in a chart of this width."""
    if sheet.is_horizontal:
        ticks, size = _position_ticks(sheet, position_values(sheet)), SIZE
    else:
        ticks, size = _value_ticks(sheet, *value_domain(sheet)), SMALL
    widest = _widest((text for _, text in ticks), size)
    return min(widest, label_room(width)) + GAP if widest else 0.0


def _title_height(sheet: Sheet) -> float:
    """Room for the title that lies above the plot."""
    return ROW + 6 if title_text(sheet.position_axis if sheet.is_horizontal else sheet.value_axis) else 0.0


def _widest(texts: Iterable[str], size: float = SIZE) -> float:
    return max((measure(text, size) for text in texts), default=0.0)


def _horizontal_plot(sheet: Sheet, area: Box, top: float, left: float) -> Box:
    """Names left of the bars (or above them), values at their ends."""
    names = max(GAP, left)
    ends = {True: 0.0, False: 0.0}
    for series in sheet.series:
        for value, text in zip(series.values, series.texts if series.is_bar else (), strict=False):
            is_negative = (value or 0) < 0 and not series.floats
            ends[is_negative] = max(ends[is_negative], measure(text) + 6 if text else 0)
    has_ticks = any(text for _, text in _value_ticks(sheet, *value_domain(sheet)))
    below = (ROW + 6 if has_ticks else 0) + (ROW + 4 if title_text(sheet.value_axis) else 0)
    right = max(ends[False], GAP * 2)
    return Box(area.left + names + ends[True], top, area.right - right, area.bottom - below - 2)


def _upright_plot(sheet: Sheet, area: Box, top: float, left: float) -> Box:
    """Numbers left of the plot, the axis title above them, line names right of it."""
    right = 2 * GAP if _position_ticks(sheet, position_values(sheet)) else GAP
    if sheet.has_direct_labels:
        right = min(_widest(series.name for series in sheet.series) + 28, label_room(area.width))
    left = max(left_labels(sheet, area.width), GAP, left)
    above = ROW if _has_bar_texts(sheet, area.width - left - right) else 0
    scale = _position_scale(sheet, positions := position_values(sheet), area)
    texts = [text for _, text in _position_ticks(sheet, positions)]
    names = _widest(texts, SMALL)
    below = (ROW + 8 if names else GAP) + (ROW + 4 if title_text(sheet.position_axis) else 0)
    room = (area.width - right - 50) / max(len(positions), 1) - 4
    if isinstance(scale, Band) and not are_times(texts) and names > room:
        below += ROW  # the names will take two lines
    return Box(area.left + left, top + above, area.right - right, area.bottom - below)


def _has_bar_texts(sheet: Sheet, width: float) -> bool:
    """Whether upright bars in a plot of this width carry their values: all of them or none."""
    bars = [series for series in sheet.series if series.is_bar]
    texts = [text for series in bars for text in series.texts]
    if sheet.layout.get("barmode") in STACKED:
        return False
    return any(texts) and _widest(texts) <= bar_text_room(sheet, width / len(position_values(sheet)))


def bar_text_room(sheet: Sheet, step: float) -> float:
    """Return the room of an upright bar's value where categories are `step` apart: bars of one stand closer."""
    count = sum(series.is_bar for series in sheet.series)
    return step if count == 1 else step * (1 - bar_gap(sheet)) / count


def bar_gap(sheet: Sheet) -> float:
    """Return what bars leave free of a category's room, as a share of it."""
    gap = sheet.layout.get("bargap")
    return BAR_GAP if gap is None else float(gap)


def _position_scale(sheet: Sheet, positions: tuple[Any, ...], plot: Box) -> Scale:
    start, end = (plot.top, plot.bottom) if sheet.is_horizontal else (plot.left, plot.right)
    axis = sheet.position_axis
    if sheet.is_horizontal and axis.get("autorange") != "reversed":
        start, end = end, start  # plotly puts the first category at the bottom
    if axis.get("type") == "category" or not all(is_number(item) or is_iso_date(item) for item in positions):
        return Band(positions, start, end)
    numbers = [to_number(item) for item in positions] or [0.0]
    spacing = bar_spacing(sheet)
    pad = spacing / 2 if sheet.has_bars else 0.0
    low, high = axis.get("range") or (min(numbers) - pad, max(numbers) + pad)
    if low == high:
        low, high = low - 0.5, high + 0.5
    inset = 0.0 if sheet.has_bars or axis.get("range") else (GAP if end > start else -GAP)
    return Linear(low, high, start + inset, end - inset, spacing)


def _given_ticks(axis: Any) -> tuple[Tick, ...] | None:
    values = axis.get("tickvals")
    if values is None:
        return None
    texts = axis.get("ticktext")
    return tuple(zip(values, [plain(text) for text in (values if texts is None else texts)], strict=False))


def _value_ticks(sheet: Sheet, low: float, high: float) -> tuple[Tick, ...]:
    if sheet.value_axis.get("visible") is False:
        return ()
    given = _given_ticks(sheet.value_axis)
    ticks = given if given is not None else tuple((at, f"{at:g}") for at in round_ticks(low, high))
    is_written = sheet.value_axis.get("showticklabels") is not False
    first, last = sorted((low, high))
    return tuple((at, text if is_written else "") for at, text in ticks if first <= to_number(at) <= last)


def _position_ticks(sheet: Sheet, positions: tuple[Any, ...]) -> tuple[Tick, ...]:
    if sheet.position_axis.get("showticklabels") is False or sheet.position_axis.get("visible") is False:
        return ()
    given = _given_ticks(sheet.position_axis)
    return given if given is not None else tuple((item, plain(item)) for item in positions)
