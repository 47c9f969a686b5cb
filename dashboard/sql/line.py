"""Who runs a query next: one at a time, in the order in which they came, and no client twice."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

TICK = 0.1
"""Seconds between two looks at whether who waits is still there."""


class LineFull(Exception):
    """As many wait as may."""


class TooLong(Exception):
    """The turn did not come in time."""


class OneEach(Exception):
    """The client has a query in the line already."""


class WentAway(Exception):
    """Who waited is not there any more."""


@dataclass(frozen=True, eq=False)
class _Place:
    client: str | None
    is_gone: Callable[[], bool]


class Line:
    """The line: its first one is being run, the others wait. Safe to share between threads.

    A lock would let anybody in next. One who sends a heavy query after another thus keeps nobody out: whoever comes
    waits for those alone that were there before, each of another client.
    """

    def __init__(self) -> None:
        self._places: list[_Place] = []
        self._moved = threading.Condition()

    @contextlib.contextmanager
    def turn(
        self, client: str | None, is_gone: Callable[[], bool], *, most_waiting: int, seconds: float
    ) -> Iterator[None]:
        """Wait for the turn of `client`, for so many seconds at most, and have it. None is a client that cannot be told
        from others, of which there may be several in the line. Raises OneEach, LineFull, TooLong or WentAway."""
        place = _Place(client, is_gone)
        with self._moved:
            if client is not None and any(one.client == client and not one.is_gone() for one in self._places):
                raise OneEach
            if len(self._places) > most_waiting:
                raise LineFull
            self._places.append(place)
        try:
            self._wait(place, time.monotonic() + seconds)
            yield
        finally:
            with self._moved:
                self._places.remove(place)
                self._moved.notify_all()

    def _wait(self, place: _Place, until: float) -> None:
        while True:
            with self._moved:
                if self._moved.wait_for(lambda: self._places[0] is place, TICK):
                    return
            if time.monotonic() > until:
                raise TooLong
            if place.is_gone():
                raise WentAway
