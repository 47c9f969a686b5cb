"""How this client behaves on the web: it says who asks, waits between requests to one host and as long as the
host asks it to (`Retry-After`, RFC 9110, 10.2.3), and never follows a portal into a private network.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import socket
import time
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from etl.errors import FetchError
from etl.settings import Settings

BUSY = (429, 503)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
CARRIERS = tuple(ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96"))
"""IPv6 addresses whose last 32 bits are an IPv4 address: NAT64 (RFC 6052, RFC 8215), IPv4-compatible (RFC 4291)."""


class PoliteSession(requests.Session):
    """A session with one request at a time per host, a pause after each, and guarded redirects.

    `trusted` are the declared portals' own `host:port`: only they may stand at a private or loopback address.
    Every hop of a redirect passes here, so every hop is checked.
    """

    def __init__(self, settings: Settings, trusted: Iterable[str] = ()) -> None:
        super().__init__()
        self.headers.update({"User-Agent": settings.user_agent, "Accept-Encoding": "identity"})
        self.trusted = frozenset(trusted)
        self._pause, self._longest = settings.pause_seconds, settings.max_wait_seconds
        self._not_before: dict[str, float] = {}

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Check the address, wait as long as the host is owed, send.

        Raises FetchError: `forbidden_address`, or `busy` where the host asks for longer than a run waits.
        """
        url = request.url or ""
        host = urlsplit(url).hostname or ""
        if urlsplit(url).netloc not in self.trusted:
            refuse_private(url)
        wait = self._not_before.get(host, 0.0) - time.monotonic()
        if wait > self._longest:
            raise FetchError(
                f"{host} asks to be left alone for {wait:,.0f} s",
                state="busy",
                expected=f"at most {self._longest:,.0f} s",
                do="Run again later, or raise ETL_MAX_WAIT_SECONDS.",
            )
        if wait > 0:
            time.sleep(wait)
        pause = 0.0 if _is_loopback(host) else self._pause
        try:
            response = super().send(request, **options)
            if response.status_code in BUSY:
                asked = retry_after_seconds(response.headers.get("Retry-After"), dt.datetime.now(dt.UTC))
                pause = max(pause, asked or 0.0)
            return response
        finally:
            self._not_before[host] = time.monotonic() + pause


def open_session(settings: Settings, trusted_urls: Iterable[str] = ()) -> PoliteSession:
    """A session that trusts where `trusted_urls` stand; it takes bytes as they are, so that lengths can be checked."""
    return PoliteSession(settings, (urlsplit(url).netloc for url in trusted_urls))


def refuse_private(url: str) -> None:
    """Raise FetchError where `url` is no http(s) address or leads into a private or loopback network.

    A host that does not resolve passes: the request itself then says that it cannot be reached.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise _forbidden(url, f"the scheme {parts.scheme!r}")
    for address in _addresses(parts.hostname or ""):
        if not all(one.is_global and not one.is_multicast for one in (address, *_embedded(address))):
            raise _forbidden(url, str(address))


def _forbidden(url: str, got: str) -> FetchError:
    return FetchError(
        f"{url} must not be asked",
        state="forbidden_address",
        expected="a public http(s) address",
        got=got,
        do="If the portal stands inside your own network, declare it there in portals.yml.",
    )


def _embedded(address: Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 address that a gateway would make of an IPv6 one, if there is any.

    Teredo needs no look: none of its addresses is global to `ipaddress`.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return []
    carried = [ipaddress.IPv4Address(address.packed[-4:])] if any(address in net for net in CARRIERS) else []
    return [*carried, *filter(None, (address.ipv4_mapped, address.sixtofour))]


def _addresses(host: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found]


def _is_loopback(host: str) -> bool:
    """Nobody is spared by waiting for our own machine."""
    return host == "localhost" or host.startswith("127.") or host == "::1"


def retry_after_seconds(text: str | None, now: dt.datetime) -> float | None:
    """`Retry-After` as seconds from `now`, at least 0; None where it is not given or is neither form.

    >>> retry_after_seconds("120", dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    120.0
    >>> retry_after_seconds("Tue, 24 Nov 2026 00:00:30 GMT", dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    30.0
    """
    if text is None:
        return None
    if re.fullmatch("[0-9]+", text.strip()):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (when - now).total_seconds()) if when.tzinfo else None
