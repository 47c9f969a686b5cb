"""A site whose exports fail in the middle, for a real server: `tests.app.failing_server:create_server`."""

from __future__ import annotations

from collections.abc import Iterator

import flask

import dashboard.api.downloads
from dashboard.export.lines import Places, StoredLines
from dashboard.wsgi import create_server as create_whole


def create_server() -> flask.Flask:
    """The site of the environment, but whoever reads some rows of a stored file gets the first of them only."""
    dashboard.api.downloads.MOST_DIGESTED = 0  # else it is read, and fails, before the answer begins
    read = StoredLines.read

    def broken(self: StoredLines, places: Places) -> Iterator[bytes]:
        lines = read(self, places)
        yield next(lines)
        yield next(lines)[:-40]
        raise RuntimeError("the disk is gone")

    StoredLines.read = broken  # type: ignore[method-assign]
    return create_whole()
