"""Points in time as ISO 8601 writes them, and the hours between two of them. A day is a day in Finland."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from etl.tidy.dates import FIRST_YEAR, LAST_YEAR

FINLAND = ZoneInfo("Europe/Helsinki")
SECONDS_PER_HOUR = 3600


def parse_moment(text: str) -> dt.datetime | None:
    """The point in time that `text` says, None where it says none. Without a zone it is Finnish time.

    >>> parse_moment("2015-03-31T21:30:00Z").isoformat()
    '2015-04-01T00:30:00+03:00'
    >>> parse_moment("2015-03-20T05:10:41.818+02:00").hour
    5
    >>> parse_moment("2015-03-20"), parse_moment("0000-00-00T00:00:00Z")
    (None, None)
    """
    if "T" not in text and " " not in text.strip():
        return None
    try:
        moment = dt.datetime.fromisoformat(text.strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=FINLAND)).astimezone(FINLAND)
    except (ValueError, OverflowError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def hours_between(first: dt.datetime | None, last: dt.datetime | None) -> float | None:
    """Hours from `first` to `last` to a hundredth; None where one is missing or they stand in the wrong order.

    >>> hours_between(parse_moment("2015-03-29T00:00:00+02:00"), parse_moment("2015-03-29T06:45:00+03:00"))
    5.75
    """
    if first is None or last is None:
        return None
    # In UTC: between two times of one zone Python subtracts the clock faces, summer time or not.
    seconds = (last.astimezone(dt.UTC) - first.astimezone(dt.UTC)).total_seconds()
    return round(seconds / SECONDS_PER_HOUR, 2) if seconds >= 0 else None
