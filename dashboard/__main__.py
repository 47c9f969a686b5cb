"""`python -m dashboard`: serves the live release."""

from __future__ import annotations

import errno
import socket
import sys
import time

from granian import Granian
from granian.constants import Interfaces
from pydantic import ValidationError

from dashboard.errors import AddressTaken, DashboardError, InvalidSettings
from dashboard.package import Package, check_tables, open_current
from dashboard.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_START = 3.0
"""Seconds for which an address may be bound by a server that does not listen yet."""


def main() -> None:
    """Serve until interrupted; what keeps it from serving ends in one line and exit code 1."""
    try:
        settings = read_settings()
        package = open_current(settings.data_dir)
        check_tables(package)
        address = free_address(settings.host, settings.port)
    except DashboardError as error:
        sys.stderr.write(f"dashboard: {error}\n")
        sys.exit(1)
    _serve(settings, package, address)


def _serve(settings: Settings, package: Package, address: str) -> None:
    kind = "sample data" if package.sample else "real data"
    sys.stdout.write(f"Serving release {package.version} ({kind}) on http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
    if not settings.base_url and settings.host not in LOOPBACK:
        sys.stderr.write("dashboard: links name the host that each request asks for; set DASHBOARD_BASE_URL.\n")
    if not settings.contact and settings.host not in LOOPBACK:
        sys.stderr.write("dashboard: no page names whom to write to, which the law asks; set DASHBOARD_CONTACT.\n")
    Granian(
        "dashboard.wsgi:create_server",
        address=address,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=4,
        log_access=False,
    ).serve()


def read_settings() -> Settings:
    """The settings of the environment. Raises InvalidSettings, which names the first variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise InvalidSettings(f"DASHBOARD_{name}: {first['msg']}; got {first.get('input')!r}.") from error


def free_address(host: str, port: int) -> str:
    """The numeric address of `host`, at which `port` is free. Raises AddressTaken or InvalidSettings.

    The server itself would share a port with whoever has it already (SO_REUSEPORT), so it is tried out before.
    """
    where = f"http://{host}:{port} cannot be served"
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        end = time.monotonic() + LONGEST_START
        while not _is_free(family, address):
            if time.monotonic() > end:
                break  # nobody listens: only closed connections of an earlier server linger
            time.sleep(0.1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressTaken(f"{where}: another program listens there. DASHBOARD_PORT sets another port.") from error
        raise InvalidSettings(
            f"{where}: {error.strerror or error}. DASHBOARD_HOST and DASHBOARD_PORT set an address of this machine."
        ) from error
    return str(address[0])


def _is_free(family: int, address: object) -> bool:
    """Whether nobody has the address at all. Raises OSError where somebody listens there."""
    try:
        _try_binding(family, address, reuse=False)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        _try_binding(family, address, reuse=True)
        return False
    return True


def _try_binding(family: int, address: object, *, reuse: bool) -> None:
    """Bind and let go again. With `reuse` (SO_REUSEADDR) only a socket that listens is in the way."""
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(reuse))
        probe.bind(address)  # type: ignore[arg-type]  # what getaddrinfo gave for this family


if __name__ == "__main__":
    main()
