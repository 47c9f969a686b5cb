"""A real site with deploy/'s own nginx before it, on loopback: ports and paths are other ones, and nothing else."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.releases import ROOT
from tests.site_process import free_port

DEPLOY = ROOT / "deploy"
NAME = "kuusi.example"
PATIENCE = 40
"""Seconds that something may take to start on a busy machine."""


def find_program(name: str) -> str | None:
    """Debian has nginx where only root's PATH looks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def make_certificate(folder: Path) -> None:
    """A self-signed one, by the command of deploy/README.md."""
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    command = text[text.index("openssl req") :].partition("\nln ")[0].replace("/etc/kuusi/tls-own", str(folder))
    folder.mkdir()
    subprocess.run(command, shell=True, check=True, capture_output=True)


def write_configuration(folder: Path, upstream: int, kind: str = "host") -> Path:
    """deploy/nginx as a whole configuration below `folder`; gives the main file. `kind` is `host` or `compose`."""
    http_port, https_port = free_port(), free_port()
    for name in ("conf.d", "kuusi", "logs", "spool", "letsencrypt"):
        (folder / name).mkdir()
    make_certificate(folder / "tls")
    paths = {
        "/etc/nginx/conf.d": folder / "conf.d",
        "/etc/nginx/kuusi": folder / "kuusi",
        "/etc/kuusi/tls": folder / "tls",
        "/var/www/letsencrypt": folder / "letsencrypt",
        "/var/log/nginx": folder / "logs",
        "/var/cache/nginx": folder / "spool",
        "/tmp/nginx.pid": folder / "nginx.pid",
        "/dev/stdout": folder / "logs" / "kuusi-access.log",
        "/dev/stderr": folder / "logs" / "kuusi-error.log",
        "127.0.0.1:8081": f"127.0.0.1:{free_port()}",
        "127.0.0.1:8050": f"127.0.0.1:{upstream}",
        "site:8050": f"127.0.0.1:{upstream}",
        "listen 80": f"listen 127.0.0.1:{http_port}",
        "listen 443": f"listen 127.0.0.1:{https_port}",
        "listen [::]:80": f"listen [::1]:{http_port}",
        "listen [::]:443": f"listen [::1]:{https_port}",
    }
    sources = {
        "nginx.conf": DEPLOY / "nginx" / "compose" / "nginx.conf",
        "conf.d/kuusi.conf": DEPLOY / "nginx" / "kuusi.conf",
        "kuusi/upstream.conf": DEPLOY / "nginx" / kind / "upstream.conf",
        "kuusi/logs.conf": DEPLOY / "nginx" / kind / "logs.conf",
    }
    for name, source in sources.items():
        text = source.read_text(encoding="utf-8")
        for old, new in paths.items():
            text = text.replace(old, str(new))
        if not has_ipv6():
            text = "\n".join(line for line in text.splitlines() if "listen [::1]" not in line)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "nginx.conf"


def run_nginx(main: Path, *more: str) -> list[str]:
    """The command; workers stay who started it, since nobody else may read a test's folder."""
    user = "user root; " if os.getuid() == 0 else ""
    return [str(find_program("nginx")), "-p", str(main.parent), "-c", str(main), "-g", f"{user}daemon off;", *more]


@dataclass
class Proxy:
    """nginx that runs, and how it is asked."""

    folder: Path
    http_port: int
    https_port: int
    trust: ssl.SSLContext = field(repr=False)

    def connect(self, *, tls: bool = True, name: str = NAME, receive: int | None = None) -> socket.socket:
        """A connection; `receive` bounds how many bytes wait for whoever does not read."""
        plain = socket.socket()
        if receive:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        plain.settimeout(20)
        plain.connect(("127.0.0.1", self.https_port if tls else self.http_port))
        return self.trust.wrap_socket(plain, server_hostname=name) if tls else plain

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, *, tls: bool = True, **headers: str
    ) -> http.client.HTTPResponse:
        """The answer, read; its body is `.body`."""
        connection = http.client.HTTPConnection("127.0.0.1")
        connection.sock = self.connect(tls=tls)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": NAME, **named})
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer

    def log(self) -> list[dict[str, Any]]:
        """The lines of the access log."""
        text = (self.folder / "logs" / "kuusi-access.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


@contextlib.contextmanager
def proxied(folder: Path, upstream: int) -> Iterator[Proxy]:
    """nginx before what listens at the port `upstream`."""
    folder.mkdir()
    main = write_configuration(folder, upstream)
    text = (folder / "conf.d" / "kuusi.conf").read_text(encoding="utf-8")
    ports = [int(text.partition(f"listen 127.0.0.1:{''}")[2].partition(" ")[0]), 0]
    ports[1] = next(
        int(part.split()[0]) for part in text.split("listen 127.0.0.1:")[1:] if "ssl" in part.partition(";")[0]
    )
    trust = ssl.create_default_context(cafile=str(folder / "tls" / "fullchain.pem"))
    with subprocess.Popen(run_nginx(main), stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_for_port(ports[1], process)
            yield Proxy(folder, ports[0], ports[1], trust)
        finally:
            process.terminate()


@contextlib.contextmanager
def site(data_dir: Path, log: Path, before: Sequence[str] = (), **settings: str) -> Iterator[int]:
    """`python -m dashboard serve` behind the words `before`; gives its port. Settings in capitals are variables."""
    port = free_port()
    named = {name if name.isupper() else f"DASHBOARD_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "DASHBOARD_DATA_DIR": str(data_dir), "DASHBOARD_PORT": str(port), **named}
    command = [*before, sys.executable, "-m", "dashboard", "serve"]
    with (
        log.open("w") as told,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=told) as process,
    ):
        try:
            wait_for_port(port, process)
            ask_plainly(port, "/readyz")
            yield port
        finally:
            process.terminate()


def ask_plainly(port: int, path: str, timeout: float = PATIENCE) -> tuple[int, bytes]:
    """(status, body) straight from the site."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def wait_for_port(port: int, process: subprocess.Popen[Any]) -> None:
    """Until somebody listens there. Raises RuntimeError where the process ends first or it takes too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        if process.poll() is not None:
            raise RuntimeError(f"ended with {process.returncode}: {process.stderr.read() if process.stderr else ''}")
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on port {port}")
