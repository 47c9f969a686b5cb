"""Tells whether whoever sent a request still waits for its answer.

No WSGI server says so, but the machine knows which connections there are. Where the server names the client's port it
is one of them; where it does not, whoever asked has left for certain when none of those is there any more that the
client had with this process when it asked. Where that cannot be known, everybody is taken to wait: a query ends by its
own time limit.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import flask

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
IS_OPEN = "01"
Ends = tuple[str, str]
"""The near and the far end of a connection, as the machine writes them."""


def watch_client() -> Callable[[], bool]:
    """What tells later on whether the client of the current request has gone away."""
    if not flask.has_request_context():
        return lambda: False
    environ = flask.request.environ
    port = str(environ.get("REMOTE_PORT", ""))
    first = connections_of(str(environ.get("REMOTE_ADDR", "")), int(port) if port.isdecimal() else None)
    return lambda: bool(first) and first.isdisjoint(open_connections())


def connections_of(address: str, port: int | None) -> set[Ends]:
    """The connections that a client has with this process; those from `port` alone where it is known."""
    far, ours = hosts(address), _sockets()
    return {
        (near, end)
        for near, end, state, socket in _rows()
        if state == IS_OPEN
        and socket in ours
        and end.rpartition(":")[0] in far
        and (port is None or int(end.rpartition(":")[2], 16) == port)
    }


def open_connections() -> set[Ends]:
    """All connections whose both ends are there."""
    return {(near, end) for near, end, state, _ in _rows() if state == IS_OPEN}


def hosts(address: str) -> set[str]:
    """The ways in which the machine writes an address; none for what is no address.

    >>> sorted(hosts("127.0.0.1"))
    ['0000000000000000FFFF00000100007F', '0100007F']
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return set()
    if isinstance(found, ipaddress.IPv6Address):
        return hosts(str(found.ipv4_mapped)) if found.ipv4_mapped else {_written(found.packed)}
    return {_written(found.packed), _written(ipaddress.IPv6Address(f"::ffff:{address}").packed)}


def _written(packed: bytes) -> str:
    """Each four bytes as a number of this machine, in hexadecimal digits."""
    return "".join(packed[at : at + 4][::-1].hex().upper() for at in range(0, len(packed), 4))


def _sockets() -> set[str]:
    """The numbers of the sockets that this process has open."""
    found = set()
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc/self/fd"):
            with contextlib.suppress(OSError):  # closed by now
                found.add(os.readlink(f"/proc/self/fd/{name}").removeprefix("socket:[").rstrip("]"))
    return found


def _rows() -> Iterable[tuple[str, str, str, str]]:
    """(near end, far end, state, number of the socket) of each connection of the machine."""
    for table in TABLES:
        with contextlib.suppress(OSError):
            for line in table.read_text(encoding="ascii").splitlines()[1:]:
                _, near, far, state, *rest = line.split()
                yield near, far, state, rest[5]
