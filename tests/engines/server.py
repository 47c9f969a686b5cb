"""A PostgreSQL of this machine, started by a test in a folder of its own and stopped after it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.site_process import free_port

SERVER_USER = "postgres"
"""Debian's user; PostgreSQL does not start as root."""


def programs() -> Path | None:
    """The folder of the newest server on this machine, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Server:
    """One cluster; `url` is the address of its database."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs, self.port = folder, programs, free_port()
        self.url = f"postgresql://kuusi@127.0.0.1:{self.port}/postgres"
        if os.getuid() == 0:
            shutil.chown(folder, SERVER_USER)
        options = ("-U", "kuusi", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self._run("initdb", "-D", str(folder / "data"), *options)

    def start(self) -> None:
        """Start it, on loopback only."""
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-w", "-l", log, "-o", settings, "start")

    def stop(self) -> None:
        """Stop it; who is connected is cut off."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", SERVER_USER, "--"] if os.getuid() == 0 else []
        command = [*as_user, str(self._programs / program), *arguments]
        # the server inherits the output, so that nobody waits for the end of it
        with (Path(tempfile.gettempdir()) / f"kuusi-{program}-{os.getpid()}.log").open("wb") as out:
            done = subprocess.run(command, cwd="/", stdout=out, stderr=out, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {Path(out.name).read_text('utf-8')}")
        Path(out.name).unlink()


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """A server that runs as long as the context."""
    with tempfile.TemporaryDirectory(prefix="kuusi-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), programs)
        server.start()
        try:
            yield server
        finally:
            server.stop()
