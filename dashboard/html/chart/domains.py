"""Which values and positions a chart has to hold."""

from collections.abc import Iterator
from typing import Any

from dashboard.html.chart.scales import is_iso_date, is_number, smallest_gap, to_number
from dashboard.html.chart.sheet import Series, Sheet

STACKED = {"stack", "relative"}


def position_values(sheet: Sheet) -> tuple[Any, ...]:
    """Return every position once: in the order the figure asks for, else as they come."""
    seen = list(dict.fromkeys(item for series in sheet.series for item in series.positions))
    order = sheet.position_axis.get("categoryarray")
    if order is not None:
        listed = [item for item in order if item in seen]
        return tuple(listed + [item for item in seen if item not in listed])
    direction = str(sheet.position_axis.get("categoryorder") or "")
    if direction.startswith("total"):
        return tuple(sorted(seen, key=lambda item: _total(sheet, item), reverse=direction.endswith("descending")))
    return tuple(seen)


def bar_spacing(sheet: Sheet) -> float:
    """Return the room of one bar on a number axis, in the axis' own unit."""
    placed = [item for item in position_values(sheet) if is_number(item) or is_iso_date(item)]
    return smallest_gap(placed)


def value_domain(sheet: Sheet) -> tuple[float, float]:
    """Return the lowest and highest value of the value axis; bars always start from zero."""
    given = sheet.value_axis.get("range")
    if given is not None and given[0] is not None and given[1] is not None:
        return float(given[0]), float(given[1])
    values = [end for series in sheet.series for end in series.ends if end is not None]
    values += [base for series in sheet.series if series.floats for base in series.bases]
    values += [end for _, ends in stacked_ends(sheet) for end in ends]
    low, high = min(values, default=0.0), max(values, default=1.0)
    from_zero = sheet.has_bars or sheet.value_axis.get("rangemode") in {"tozero", "nonnegative"}
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    elif low < high:
        low, high = low - (high - low) * 0.06, high + (high - low) * 0.06
    ticks = [to_number(tick) for tick in sheet.value_axis.get("tickvals") or () if is_number(tick)]
    low, high = min([low, *ticks]), max([high, *ticks])
    return (low, high) if low < high else (low - 1, high + 1)


def stacked_ends(sheet: Sheet) -> Iterator[tuple[Series, list[float]]]:
    """Yield each bar series with the upper end of each of its bars, when bars are stacked."""
    if sheet.layout.get("barmode") not in STACKED:
        return
    sums: dict[tuple[Any, bool], float] = {}
    for series in sheet.series:
        if not series.is_bar:
            continue
        ends = []
        for position, value in zip(series.positions, series.values, strict=True):
            key = (position, (value or 0) < 0)
            sums[key] = sums.get(key, 0.0) + (value or 0.0)
            ends.append(sums[key])
        yield series, ends


def _total(sheet: Sheet, position: Any) -> float:
    return sum(
        value or 0.0
        for series in sheet.series
        for item, value in zip(series.positions, series.values, strict=True)
        if item == position
    )
