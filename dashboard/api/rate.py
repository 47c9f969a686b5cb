"""How much one client may ask for in a time, so that nobody keeps the others from being answered."""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import math
import time

import flask
from flask_limiter import Limiter, RateLimitExceeded
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.errors import TooManyRequests
from dashboard.observe.logs import parsed_address
from dashboard.settings import Settings

LOG = logging.getLogger(__name__)
FREE = ("/healthz", "/readyz", "/metrics", "/static/")
"""First parts of addresses that are not counted: those who watch the site, and files that a browser keeps."""
COSTS = {"sql": 20, ".xlsx": 10}
"""As how many requests an address counts, by its end: a query may take seconds of a processor, and so may a sheet."""
BITS_OF_SITE = 64
"""Of an IPv6 address: what one subscriber has all of, so that nobody is a new client with each request."""

SET_BACK = 30.0
"""Seconds by which a clock that goes wrong is put right little by little, at the most; a larger step is a jump."""
LONGEST_LEFT = 3600


class _Clock:
    """Sees that the machine's clock was set back: requests are counted until a time of day, which would then be far
    away, and a client that had been refused would stay so. Then all are counted anew."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter, self._ahead = limiter, time.time() - time.monotonic()

    def look(self) -> None:
        """Look at the clock."""
        ahead = time.time() - time.monotonic()
        back, self._ahead = self._ahead - ahead, ahead
        if back > SET_BACK:
            LOG.warning("The clock was set back by %.0f seconds: requests are counted anew.", back)
            self._limiter.reset()


def limit_rate(server: flask.Flask, settings: Settings) -> None:
    """Refuse what goes beyond `settings.rate_limit`, before anything else is done for it. Raises TooManyRequests.

    Clients are told apart by their addresses, so the proxies in front must be known (`settings.trusted_proxies`).
    Clients on this machine are not counted: behind a proxy that is not trusted they would all be one. An address is
    kept as a hash, until its time is over. Where the shared store is away each process counts for itself.
    """
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    if not settings.rate_limit:
        return
    secret = hashlib.blake2b(settings.cache_url.encode()).digest()
    limiter = Limiter(
        lambda: hashlib.blake2b(client_of(flask.request.remote_addr).encode(), key=secret, digest_size=16).hexdigest(),
        application_limits=[settings.rate_limit],
        application_limits_cost=_cost,
        application_limits_exempt_when=_is_free,
        storage_uri=settings.cache_url or "memory://",
        storage_options={"socket_timeout": 1, "socket_connect_timeout": 1} if settings.cache_url else {},
        in_memory_fallback_enabled=bool(settings.cache_url),
        key_prefix="kuusi",
    )
    if not settings.cache_url:  # a Redis goes by its own clock
        server.before_request(_Clock(limiter).look)  # before the limiter's own
    limiter.init_app(server)
    server.extensions["kuusi_limiter"] = limiter


def too_many(error: RateLimitExceeded) -> TooManyRequests:
    """The error in the site's own words, with the seconds that are left."""
    limiter: Limiter = flask.current_app.extensions["kuusi_limiter"]
    left = limiter.current_limit.reset_at - time.time() if limiter.current_limit else 60
    return TooManyRequests(
        "You have asked for more than {limit}: try again in {seconds} seconds. Whole tables can be had in one file.",
        limit=str(error.limit.limit) if error.limit else "",
        seconds=max(1, math.ceil(min(left, LONGEST_LEFT))),
    )


def asking_client() -> str | None:
    """The client of the current request; None where it cannot be told from others: clients on this machine, as above,
    and outside a request."""
    if not flask.has_request_context() or _is_local():
        return None
    return client_of(flask.request.remote_addr)


def client_of(address: str | None) -> str:
    """Who is counted as one: an IPv4 address, or the network of one subscriber in IPv6.

    >>> client_of("192.0.2.77"), client_of("2001:db8:1:2::9"), client_of("::ffff:192.0.2.77"), client_of(None)
    ('192.0.2.77', '2001:db8:1:2::', '192.0.2.77', 'unknown')
    """
    found = parsed_address(address)
    if found is None:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, BITS_OF_SITE), strict=False).network_address)
    return str(found)


def _is_free() -> bool:
    return _is_local() or flask.request.path.startswith(FREE)


def _is_local() -> bool:
    found = parsed_address(flask.request.remote_addr)
    return found is not None and found.is_loopback


def _cost() -> int:
    return next((cost for end, cost in COSTS.items() if flask.request.path.endswith(end)), 1)
