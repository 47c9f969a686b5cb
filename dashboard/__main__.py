"""`python -m dashboard serve` (or without a word) serves the live release; `previews` makes its pictures ahead."""

from __future__ import annotations

import errno
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import typer
from granian import Granian
from granian.constants import Interfaces
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress, track

from dashboard.errors import AddressTaken, ContractMismatch, DashboardError, InvalidSettings
from dashboard.live import open_live
from dashboard.mirror import Mirror
from dashboard.observe import SHARED_FOLDER
from dashboard.package import Package, check_tables, open_current
from dashboard.settings import Settings

MEMORY = "/dev/shm"  # noqa: S108  # a folder of a name that nobody knows before is made in it
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_START = 3.0
"""Seconds for which an address may be bound by a server that does not listen yet."""
LONGEST_STOP = 20
"""Seconds that answers on their way may take when the site is told to stop. A process that was told so before it could
hear it would never end by itself."""


cli = typer.Typer(
    help="Serves the live release.", pretty_exceptions_enable=False, add_completion=False, invoke_without_command=True
)


@cli.callback()
def default(ctx: typer.Context) -> None:
    """Serve the live release, unless a command asks for something else."""
    if ctx.invoked_subcommand is None:
        main()


@cli.command()
def serve() -> None:
    """Serve the live release, and each that follows it; environment variables DASHBOARD_... set how."""
    main()


@cli.command()
def previews() -> None:
    """Make the pictures that social media show of its pages; those that are there already stay."""
    # Here, since the program that serves starts another one for the site and need not load it itself.
    from dashboard.app import create_site  # noqa: PLC0415
    from dashboard.previews import make_previews  # noqa: PLC0415

    progress = partial(track, description="Preview pictures", console=Console(stderr=True), transient=True)
    try:
        made = make_previews(create_site(read_settings()), progress)
    except DashboardError as error:
        sys.stderr.write(f"dashboard: {error}\n")
        sys.exit(1)
    for (language, path), why in made.failed.items():
        sys.stderr.write(f"dashboard: no preview picture of /{language}/{path} ({why}); it is made when asked for.\n")
    sys.stdout.write(f"Preview pictures: {made.made} made, {made.there} there already, {len(made.failed)} failed\n")
    sys.exit(1 if made.failed else 0)


@cli.command()
def load(
    engine: Annotated[str, typer.Option(help="The engine's address; else DASHBOARD_QUERY_ENGINE.")] = "",
    prune: Annotated[bool, typer.Option(help="Remove the copies of releases that are on disk no more.")] = False,
) -> None:
    """Load the live release into an engine; a site that is asked it meanwhile sees all of it or nothing."""
    from dashboard.query.engines.choose import adapter_of  # noqa: PLC0415  # the program that serves needs none

    try:
        settings = read_settings()
        package = open_current(settings.data_dir)
        adapter = adapter_of(engine or settings.query_engine, settings.data_dir)
        if adapter.where == "duckdb":
            sys.stdout.write("DuckDB reads the release's own files: there is nothing to load.\n")
            return
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            rows = progress.add_task(f"Release {package.version}", total=sum(one.rows for one in package.resources))
            is_new = adapter.load(package, partial(progress.advance, rows))
        gone = adapter.prune([folder.name for folder in package.folder.parent.iterdir()]) if prune else []
    except DashboardError as error:
        sys.stderr.write(f"dashboard: {error}\n")
        sys.exit(1)
    sys.stdout.write(f"Release {package.version} {'is' if is_new else 'was already'} in {adapter.where}\n")
    for name in gone:
        sys.stdout.write(f"Removed {name}\n")


def main() -> None:
    """Serve until interrupted; what keeps it from serving ends in one line and exit code 1."""
    with _shared_figures():  # before anything is loaded that counts
        try:
            settings = read_settings()
            package = _readable(settings)
            address = free_address(settings.host, settings.port)
        except DashboardError as error:
            sys.stderr.write(f"dashboard: {error}\n")
            sys.exit(1)
        _serve(settings, package, address)


def _readable(settings: Settings) -> Package | None:
    """The release to serve, None where none on disk is of this site's contract: then the site says so on every page.

    Whoever starts it is told in a line, too. Raises PackageNotFound where there is none, or it is damaged.
    """
    if settings.store_url:
        Mirror(settings.store_url, settings.data_dir).bring()
    try:
        served = open_live(settings.data_dir)
    except ContractMismatch as error:
        sys.stderr.write(f"dashboard: {error} Until then every page says so.\n")
        return None
    check_tables(served.package)
    if settings.query_engine != "duckdb":
        # Here, since the program that serves starts another one for the site and need not load it itself.
        from dashboard.query.engines.choose import adapter_of  # noqa: PLC0415

        adapter_of(settings.query_engine, settings.data_dir).check(served.package)
    if served.refused:
        sys.stderr.write(f"dashboard: {served.refused} Until then {served.package.version} is shown.\n")
    return served.package


def _serve(settings: Settings, package: Package | None, address: str) -> None:
    kind = "" if package is None else " (sample data)" if package.sample else " (real data)"
    what = "no release" if package is None else f"release {package.version}"
    sys.stdout.write(f"Serving {what}{kind} on http://{settings.host}:{settings.port}\n")
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
        workers=settings.workers,
        blocking_threads=settings.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=LONGEST_STOP,
        log_access=False,
    ).serve()


@contextmanager
def _shared_figures() -> Iterator[None]:
    """A folder in which the processes add up what they count, for `/metrics`; the one of the environment, if any."""
    if os.environ.get(SHARED_FOLDER):
        yield
        return
    # In memory where the system has such a folder: a process that cannot write there, on a full disk, is killed.
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="kuusi-metrics-", dir=place) as folder:
        os.environ[SHARED_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[SHARED_FOLDER]


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
    cli()
