"""How a file of known length is sent: with what proves that it came whole, in parts where they are asked for.

The server ends an answer whose length it was not told as if it were whole even where making it failed, and it sends no
trailers. So every file's length is told before, and a connection that ends sooner has failed; so is its count of rows.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import flask
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from dashboard.errors import RangeBeyond
from dashboard.export.kept_files import KeptFiles

BUFFER_BYTES = 1 << 18
EXPOSED = (
    "Accept-Ranges", "Content-Digest", "Content-Disposition", "Content-Length", "Content-Range", "ETag",
    "Last-Modified", "Link", "Repr-Digest", "X-Release", "X-Row-Count", "X-Sample",
)  # fmt: skip
"""Headers that scripts of other sites may read."""


@dataclass(frozen=True)
class Body:
    """What is sent: `open` gives its bytes, `tag` is theirs alone, `sha256` is in hexadecimal where it is known. Where
    it is not made yet its size is not known either; that can be told to HEAD only."""

    tag: str
    size: int | None
    open: Callable[[], Iterable[bytes]]
    sha256: str | None = None
    rows: int | None = None
    modified: dt.datetime | None = None


def send_body(body: Body, media_type: str, headers: dict[str, str]) -> flask.Response:
    """The answer to the current request: whole, a part of it, that it has not changed, or its headers alone."""
    request = flask.request
    response = flask.Response((), content_type=media_type, headers=headers, direct_passthrough=True)
    response.set_etag(body.tag)
    if body.modified is not None:
        response.last_modified = body.modified
    # As it is: a digest and the parts are of these bytes, which nothing on the way may compress.
    response.headers["Cache-Control"] = "no-cache, no-transform"
    if body.rows is not None:
        response.headers["X-Row-Count"] = str(body.rows)
    digest = f"sha-256=:{base64.b64encode(bytes.fromhex(body.sha256)).decode()}:" if body.sha256 else ""
    if digest:
        response.headers["Repr-Digest"] = digest
    if body.size is not None:
        response.headers["Accept-Ranges"] = "bytes"
        response.content_length = body.size
    response.make_conditional(request)
    if response.status_code != 200 or request.method == "HEAD":
        return response
    opened = response.response = body.open()
    response.call_on_close(getattr(opened, "close", lambda: None))
    try:
        response.make_conditional(request, accept_ranges=_asks_for_a_part(), complete_length=body.size)
    except RequestedRangeNotSatisfiable as error:
        response.close()
        flask.g.complete_length = body.size
        raise RangeBeyond("The file has {n} bytes: ask for a part of these.", n=body.size or 0) from error
    if digest and response.status_code == 200:
        response.headers["Content-Digest"] = digest
    return response


def _asks_for_a_part() -> bool:
    """Whether the request asks for a part in a way that is answered: one range of bytes.

    Any other unit must be passed over (RFC 9110, 14.2), and several ranges may be: what comes then is the whole file.
    """
    unit, _, ranges = flask.request.headers.get("Range", "").partition("=")
    return unit.strip().lower() == "bytes" and "," not in ranges


def make_body(
    kept: KeptFiles, key: str, tag: str, write: Callable[[Path], int], count: Callable[[], int | None]
) -> Body:
    """A file that is made when somebody reads it, by `write`, and kept; `count` gives its rows where they are known
    without making it."""
    found = kept.find(key)
    if flask.request.method == "HEAD" or flask.request.if_none_match.contains(tag):
        if found is None:  # what has the right tag or is not read need not be made
            return Body(tag, None, tuple, rows=count())
        return Body(tag, found.size, tuple, found.sha256, found.rows)
    file, opened = kept.open(key, write)

    def read() -> Iterable[bytes]:
        return wrap_file(opened)

    return Body(tag, file.size, read, file.sha256, file.rows)


def wrap_file(file: object) -> Iterable[bytes]:
    """An open file in pieces that are worth a call each."""
    return FileWrapper(file, BUFFER_BYTES)  # type: ignore[arg-type]  # any open binary file


def open_to_all(response: flask.Response) -> flask.Response:
    """Let scripts of other sites read the answer, errors too."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = ", ".join(EXPOSED)
    if response.status_code == RangeBeyond.status and "complete_length" in flask.g:
        response.headers["Content-Range"] = f"bytes */{flask.g.complete_length}"
    if flask.request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Range, Range"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
