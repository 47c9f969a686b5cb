"""Lets one step of the line work on the next batch while the other works on this one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

Item = TypeVar("Item")


class _End:
    """The last thing that comes through: the items are over, or broke off with `error`."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


@contextmanager
def ahead(items: Iterable[Item], depth: int = 1) -> Iterator[Iterator[Item]]:
    """The items in their order, made in a thread of their own at most `depth` before they are asked for.

    What they raise is raised where they are asked for; the thread has ended when the context has. Arrow leaves the
    interpreter's lock while it works, so two steps share two cores.
    """
    passed: queue.Queue[Item | _End] = queue.Queue(depth)
    given_up = threading.Event()

    def work() -> None:
        end = _End()
        try:
            for item in items:
                passed.put(item)
                if given_up.is_set():
                    return
        except BaseException as error:  # noqa: BLE001  # it is raised where the items are asked for
            end = _End(error)
        passed.put(end)

    def received() -> Iterator[Item]:
        while not isinstance(item := passed.get(), _End):
            yield item
        if item.error is not None:
            raise item.error

    thread = threading.Thread(target=work, name="ahead", daemon=True)
    thread.start()
    try:
        yield received()
    finally:
        given_up.set()
        while thread.is_alive():  # it may wait to hand over what nobody asks for any more
            with suppress(queue.Empty):
                passed.get(timeout=0.02)
        thread.join()
