"""Answers from a release that was taken back say so to programs too: pages do in words."""

from __future__ import annotations

from collections.abc import Callable

import flask

from dashboard.api.errors import asked_language
from dashboard.package import Package
from dashboard.releases import read_withdrawn


def tell_withdrawn(server: flask.Flask, package: Callable[[], Package]) -> None:
    """Give every answer that names its release in `X-Release`, where that was withdrawn, a `Deprecation` with the
    moment (RFC 9745) and a `Link` to the page that tells why."""

    def finish(response: flask.Response) -> flask.Response:
        version = response.headers.get("X-Release")
        found = read_withdrawn(package()).get(version) if version else None
        if found is not None and "Deprecation" not in response.headers:  # a kept answer has it already
            response.headers["Deprecation"] = f"@{found.at.timestamp():.0f}"
            response.headers.add(
                "Link", f'</{asked_language()}/releases/{version}>; rel="deprecation"; type="text/html"'
            )
        return response

    server.after_request(finish)
