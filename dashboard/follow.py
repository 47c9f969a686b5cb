"""Follows the live release: another one is taken up while the site runs, one that is broken is refused."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from dashboard.errors import DashboardError

LOG = logging.getLogger(__name__)
AGAIN = 60.0
"""Seconds after which a release that was refused is tried again, though its pointer has not changed."""


def pointer_state(data_dir: Path) -> object:
    """What differs whenever another release has become the live one; None where there is no pointer to one."""
    try:
        found = (data_dir / "releases" / "current.json").stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size)


class Follower:
    """Has what is live taken up whenever `state` differs from what it was. `take_up` says whether anything changed, and
    raises where it cannot; then all stays as it is."""

    def __init__(self, state: Callable[[], object], take_up: Callable[[], bool]) -> None:
        self._state, self._take_up = state, take_up
        self._seen, self._next_try = state(), float("inf")

    def look(self) -> bool:
        """Look once; whether something was taken up. Never raises."""
        state = self._state()
        if state == self._seen and time.monotonic() < self._next_try:
            return False
        self._seen, self._next_try = state, float("inf")
        try:
            return self._take_up()
        except Exception as error:
            is_foreseen = isinstance(error, DashboardError)
            LOG.warning("The live release is refused: %s", error, exc_info=not is_foreseen)
            self.try_again()
            return False

    def try_again(self) -> None:
        """Look again in a while though nothing has changed: what is live could not be opened for another reason."""
        self._next_try = time.monotonic() + AGAIN

    def start(self, seconds: float, after: Callable[[], None]) -> None:
        """Look every so many seconds as long as the process lives; `after` is called when something was taken up."""

        def follow() -> None:
            while True:
                time.sleep(seconds)
                if self.look():
                    after()

        threading.Thread(target=follow, name="follow-release", daemon=True).start()
