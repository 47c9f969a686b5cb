"""`python -m dashboard`: serves the live release."""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces

from dashboard.errors import DashboardError
from dashboard.package import open_current
from dashboard.settings import Settings


def main() -> None:
    """Serve until interrupted; a release that cannot be opened ends in one line and exit code 1."""
    settings = Settings()
    try:
        package = open_current(settings.data_dir)
    except DashboardError as error:
        sys.stderr.write(f"dashboard: {error}\n")
        sys.exit(1)
    kind = "sample data" if package.sample else "real data"
    sys.stdout.write(f"Serving release {package.version} ({kind}) on http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
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


if __name__ == "__main__":
    main()
