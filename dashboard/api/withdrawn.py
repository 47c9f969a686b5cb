"""Answers from a release that was taken back say so to programs too: pages do in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import flask

from dashboard.package import Package
from dashboard.releases import read_withdrawn

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
NAMES = ("Deprecation", "Link", "X-Release")
"""Headers that scripts of other sites must be able to read then."""


def tell_withdrawn(server: flask.Flask, package: Callable[[], Package]) -> None:
    """Give every answer that names its release in `X-Release`, where that was withdrawn, a `Deprecation` with the
    moment (RFC 9745) and a `Link` to the page that tells why, which leads to the reader's language."""

    def finish(response: flask.Response) -> flask.Response:
        version = response.headers.get("X-Release")
        found = read_withdrawn(package()).get(version) if version else None
        if found is not None:
            response.headers["Deprecation"] = f"@{(found.at - EPOCH).total_seconds():.0f}"
            response.headers.add("Link", f'</releases/{version}>; rel="deprecation"; type="text/html"')
            if "Access-Control-Allow-Origin" in response.headers:
                exposed = response.headers.get("Access-Control-Expose-Headers", "").split(", ")
                names = dict.fromkeys((*filter(None, exposed), *NAMES))
                response.headers["Access-Control-Expose-Headers"] = ", ".join(names)
        return response

    server.after_request(finish)
