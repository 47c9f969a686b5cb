"""`python -m dashboard`: serves the live release."""

from __future__ import annotations

import socket
import sys
from typing import NoReturn

from granian import Granian
from granian.constants import Interfaces
from pydantic import ValidationError

from dashboard.errors import DashboardError
from dashboard.package import open_current
from dashboard.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def main() -> None:
    """Serve until interrupted; what keeps it from serving ends in one line and exit code 1."""
    settings = _read_settings()
    try:
        package = open_current(settings.data_dir)
    except DashboardError as error:
        _give_up(str(error))
    _refuse_taken_port(settings.host, settings.port)
    kind = "sample data" if package.sample else "real data"
    sys.stdout.write(f"Serving release {package.version} ({kind}) on http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
    if not settings.base_url and settings.host not in LOOPBACK:
        sys.stderr.write("dashboard: links name the host that each request asks for; set DASHBOARD_BASE_URL.\n")
    Granian(
        "dashboard.wsgi:create_server",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=4,
        log_access=False,
    ).serve()


def _read_settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        _give_up(f"DASHBOARD_{name}: {first['msg']}; got {first.get('input')!r}.")


def _refuse_taken_port(host: str, port: int) -> None:
    """End where somebody listens already: the server itself would share the port without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that just ended is no hindrance
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            _give_up(f"http://{host}:{port} cannot be served: {error}. DASHBOARD_PORT sets another port.")


def _give_up(sentence: str) -> NoReturn:
    sys.stderr.write(f"dashboard: {sentence}\n")
    sys.exit(1)


if __name__ == "__main__":
    main()
