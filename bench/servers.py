"""`python -m bench.servers`: the same site behind granian and behind gunicorn (threads), in turn, on this machine.

Two processes of sixteen threads each, over a sample release whose pages have been seen. `wrk` (Debian's package of that
name; a client in Python would be the slower side) asks from 32 connections as fast as it is answered: for a page, for
one that is asked for anew each time, and for a file of a table. Medians of `ROUNDS` rounds; memory is that of all
processes of a server, each page of it counted by its share.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.load import memory, running, until_well
from bench.web import make_sample
from tests.site_process import free_port

ROUNDS, SECONDS, CONNECTIONS, WORKERS, THREADS = 3, 8, 32, 2, 16
ASKED = {"page, kept": "/fi/companies", "answer, made": "/readyz", "file": "/data/companies.csv"}
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def command_of(server: str, port: int) -> Sequence[str]:
    """How the site is started behind a server."""
    if server == "granian":
        return sys.executable, "-m", "dashboard", "serve"
    return (
        sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--threads", str(THREADS), "-k", "gthread",
        "--bind", f"127.0.0.1:{port}", "--log-level", "error", "dashboard.wsgi:create_server()",
    )  # fmt: skip


def ask(address: str) -> tuple[float, float]:
    """(answers a second, milliseconds within which 99 of 100 came)."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-H", "Accept-Encoding: br", address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if failed := re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", told):
        sys.exit(f"bench.servers: {address}: {failed[0].strip()}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    last = re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
    assert rate is not None, told
    assert last is not None, told
    return float(rate[1]), float(last[1]) * UNITS[last[2]]


def measure(server: str, folder: Path) -> Mapping[str, tuple[float, float]]:
    """What one start of a server gives; under `memory` its megabytes after all of it."""
    port = free_port()
    given = {"DATA_DIR": folder, "PORT": port, "WORKERS": WORKERS, "THREADS": THREADS, "RELEASE_POLL": 2}
    environment = {**os.environ, **{f"DASHBOARD_{name}": str(value) for name, value in given.items()}}
    with running(list(command_of(server, port)), environment) as process:
        base = f"http://127.0.0.1:{port}"
        asyncio.run(until_well(f"{base}/readyz"))
        for path in list(ASKED.values()) * 4 * WORKERS:  # each process has seen each
            urllib.request.urlopen(base + path).close()
        found = {name: ask(base + path) for name, path in ASKED.items()}
        return found | {"memory": (memory(process.pid), 0.0)}


def main() -> None:
    """Measure both in turn and print the medians."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench.servers: wrk is missing: Debian has a package of that name.")
    found: dict[str, list[Mapping[str, tuple[float, float]]]] = {"granian": [], "gunicorn": []}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make_sample(folder)
        for _ in range(ROUNDS):
            for server, rounds in found.items():
                rounds.append(measure(server, folder))
    for name in (*ASKED, "memory"):
        rates = {server: statistics.median(one[name][0] for one in rounds) for server, rounds in found.items()}
        if name == "memory":
            print(f"  {name:<14}" + "".join(f"{server:>10} {rate:8,.0f} MB" for server, rate in rates.items()))
            continue
        lasts = {server: statistics.median(one[name][1] for one in rounds) for server, rounds in found.items()}
        each = "".join(f"{server:>10} {rates[server]:8,.0f}/s, 99 % in {lasts[server]:6.1f} ms" for server in found)
        print(f"  {name:<14}{each}   granian is {rates['granian'] / rates['gunicorn']:.2f} times gunicorn")


if __name__ == "__main__":
    main()
