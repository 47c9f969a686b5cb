"""From when to when: a lying bar per project over a line of years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.bars import BAR_GAP, FRAME_HEIGHT, row_names
from dashboard.figures.style import ACCENT, FAINT, QUIET, Figure, base_layout, plotly_text

ROW_HEIGHT = 40
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Period:
    """What lasted from `start` to `planned_end`, in the end to `final_end` where that is known; `own` stands out."""

    name: str
    start: dt.date
    planned_end: dt.date
    final_end: dt.date | None = None
    own: bool = False

    @property
    def end(self) -> dt.date:
        """The end that is known, else the planned one."""
        return self.final_end or self.planned_end

    @property
    def is_late(self) -> bool:
        """Whether it is known to have lasted longer than planned."""
        return self.final_end is not None and self.final_end > self.planned_end


def timeline(
    periods: Sequence[Period], day: Callable[[dt.date], str], key: tuple[str, str], description: str
) -> Figure:
    """A row per period, the first on top: as planned, and in another colour how far it was extended.

    `key` names the two in the legend: planned, extended.
    """
    rows = row_names([period.name for period in periods])
    ends = [max(filter(None, (period.planned_end, period.final_end))) for period in periods]
    first, last = min(period.start for period in periods).year, max(ends).year + 1
    years = list(range(first, last + 1))
    layout = base_layout(description, FRAME_HEIGHT + len(periods) * ROW_HEIGHT) | {
        "barmode": "overlay",
        "bargap": BAR_GAP,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {
            "range": [first, last],
            "tickvals": years,
            "ticktext": [str(year) for year in years],
            "gridcolor": "rgba(128,136,148,0.25)",
        },
        "yaxis": {"type": "category", "autorange": "reversed", "automargin": True},
    }
    texts = [plotly_text(f"{day(period.start)} – {day(period.end)}") for period in periods]
    planned = {
        "name": plotly_text(key[0]),
        "base": [_years(period.start) for period in periods],
        "x": [_years(period.planned_end) - _years(period.start) for period in periods],
        "marker": {"color": [ACCENT if period.own else QUIET for period in periods]},
    }
    extended = {
        "name": plotly_text(key[1]),
        "base": [_years(period.planned_end) for period in periods],
        "x": [_years(end) - _years(period.planned_end) for period, end in zip(periods, ends, strict=True)],
        "marker": {"color": FAINT},
    }
    shared = {
        "type": "bar",
        "orientation": "h",
        "y": rows,
        "hovertext": [f"{plotly_text(p.name)}: {text}" for p, text in zip(periods, texts, strict=True)],
        "hoverinfo": "text",
    }
    return {"data": [shared | planned, shared | extended], "layout": layout}


def _years(day: dt.date) -> float:
    """A day on the axis of years.

    >>> _years(dt.date(2015, 7, 2))
    2015.5
    """
    return round(day.year + (day.timetuple().tm_yday - 1) / DAYS_A_YEAR, 2)
