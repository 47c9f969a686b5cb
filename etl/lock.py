"""One at a time: whoever changes what is below `data/` holds this lock while it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import filelock

from etl.errors import PublishRefused
from etl.paths import DataPaths


@contextmanager
def hold_lock(paths: DataPaths) -> Iterator[None]:
    """Have the data folder to oneself. Raises PublishRefused at once where another has it."""
    paths.lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(paths.lock, blocking=False):
            yield
    except filelock.Timeout as error:
        raise PublishRefused(
            f"another run is at work in {paths.root}", do="Wait until it has ended; it is not disturbed."
        ) from error
