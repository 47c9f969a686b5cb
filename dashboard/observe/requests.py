"""Counts and logs each request, and gives it an id that its answer and its log lines carry."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

import flask
import structlog

from dashboard.observe.logs import network_of
from dashboard.observe.metrics import REQUEST_SECONDS, REQUESTS

LOG = logging.getLogger(__name__)
HEADER = "X-Request-ID"
USUAL_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
"""An id that the proxy in front may give; anything else could be made to forge a log line."""
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
UNROUTED = "none"


def observe_requests(server: flask.Flask, route_of: Callable[[], str | None]) -> None:
    """Register it, before anything else: what is refused is counted, too.

    `route_of` names the kind of address of the current request, of which there are few: never the address itself.
    """

    def begin() -> None:
        given = flask.request.headers.get(HEADER, "")
        flask.g.request_id = given if USUAL_ID.match(given) else uuid.uuid4().hex
        flask.g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=flask.g.request_id)

    def finish(response: flask.Response) -> flask.Response:
        seconds = time.perf_counter() - flask.g.began
        route, method = route_of() or UNROUTED, flask.request.method
        method = method if method in METHODS else "other"
        REQUESTS.labels(route, method, response.status_code).inc()
        REQUEST_SECONDS.labels(route).observe(seconds)
        response.headers[HEADER] = flask.g.request_id
        told = {
            "route": route,
            "method": method,
            "status": response.status_code,
            "ms": round(1000 * seconds, 1),
            "bytes": response.content_length,
            "network": network_of(flask.request.remote_addr),
        }
        LOG.info("request", extra=told)
        return response

    server.before_request_funcs.setdefault(None, []).insert(0, begin)
    server.after_request_funcs.setdefault(None, []).insert(0, finish)  # runs last: answers are as they are sent
