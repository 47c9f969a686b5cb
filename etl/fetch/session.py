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
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from etl.errors import FetchError
from etl.settings import Settings

BUSY = (429, 503)
PORTS = {"http": 80, "https": 443}
Place = tuple[str, int]
"""A host and a port."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
CARRIERS = tuple(ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96"))
"""IPv6 addresses whose last 32 bits are an IPv4 address: NAT64 (RFC 6052, RFC 8215), IPv4-compatible (RFC 4291),
IPv4-translated (RFC 2765)."""
INSIDE = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv6Network("fec0::/10"))
"""What Python before 3.13 takes for global and is not: protocol assignments (RFC 6890, where one cloud answers with its
machines' keys), and site-local addresses (RFC 3879)."""


class PoliteSession(requests.Session):
    """A session with one request at a time per host, a pause after each, and guarded redirects.

    `trusted` are where the declared portals stand: only they may be at a private or loopback address. Every hop of a
    redirect passes here, so every hop is checked: its address before it is asked, and where the connection really led
    before a byte is sent, since a name may resolve to another address a moment later. Behind a proxy that the machine
    is set to use, it is the proxy that connects, and only the first is checked.
    """

    def __init__(self, settings: Settings, trusted: Iterable[Place] = ()) -> None:
        super().__init__()
        self.headers.update({"User-Agent": settings.user_agent, "Accept-Encoding": "identity"})
        self.trusted = frozenset(trusted)
        for scheme in PORTS:
            self.mount(f"{scheme}://", _GuardedAdapter(self.trusted))
        self._pause, self._longest = settings.pause_seconds, settings.max_wait_seconds
        self._not_before: dict[str, float] = {}

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Check the address, wait as long as the host is owed, send.

        Raises FetchError: `forbidden_address`, or `busy` where the host asks for longer than a run waits.
        """
        url = request.url or ""
        parts = _parts(url)
        host = parts.hostname or ""
        if _places(parts).isdisjoint(self.trusted):
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
    return PoliteSession(settings, (place for url in trusted_urls for place in _places(_parts(url))))


class _GuardedAdapter(HTTPAdapter):
    """Sends over connections that end where they lead into a private network and their place is not trusted."""

    def __init__(self, trusted: frozenset[Place]) -> None:
        self._trusted = trusted
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """As requests makes it, with pools of guarded connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = guarded_pools(self._trusted)


def guarded_pools(trusted: frozenset[Place]) -> dict[str, type[HTTPConnectionPool]]:
    """Scheme -> a pool whose connections raise FetchError as soon as one has led to a private address."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _checked(super()._new_conn(), self, trusted)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _checked(super()._new_conn(), self, trusted)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _checked(opened: socket.socket, connection: HTTPConnection, trusted: frozenset[Place]) -> socket.socket:
    """The socket, unless it has led where nothing may be asked."""
    if (connection.host.lower(), connection.port) in trusted:
        return opened
    address = ipaddress.ip_address(str(opened.getpeername()[0]).partition("%")[0])
    if not is_public(address):
        opened.close()
        raise _forbidden(connection.host, str(address))
    return opened


def _parts(url: str) -> SplitResult:
    """The parts of an address. Raises FetchError for one that is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _forbidden(url, str(error)) from error
    if parts.scheme not in PORTS:
        raise _forbidden(url, f"the scheme {parts.scheme!r}")
    if not parts.hostname:
        raise _forbidden(url, "no host")
    return parts


def _places(parts: SplitResult) -> frozenset[Place]:
    """Where an address leads; one that names no port may go to that of either scheme."""
    host = (parts.hostname or "").lower()
    return frozenset((host, port) for port in ([parts.port] if parts.port is not None else PORTS.values()))


def is_public(address: Address) -> bool:
    """Whether an address, and the IPv4 one that it may carry, is of the public internet."""
    every = (address, *_embedded(address))
    return all(one.is_global and not one.is_multicast and not any(one in net for net in INSIDE) for one in every)


def refuse_private(url: str) -> None:
    """Raise FetchError where `url` is no http(s) address or leads into a private or loopback network.

    A host that does not resolve passes: the request itself then says that it cannot be reached.
    """
    for address in _addresses(_parts(url).hostname or ""):
        if not is_public(address):
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
        found = socket.getaddrinfo(host.rstrip("."), None, proto=socket.IPPROTO_TCP)
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
