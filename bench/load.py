"""`python -m bench.load`: 200 readers at a time on this machine, while a run publishes, and a process is killed.

The site is started as people run it (`python -m dashboard serve`, two processes) over a sample release, each page seen
before. Each reader goes one of the journeys below in one of three languages, page after page, with the pauses of
somebody who looks at what is there (`PAUSE` seconds on average), and starts again with another one. A third into the
time a run of the pipeline publishes another release on the same two cores (at the priority that it has in
deploy/systemd/kuusi-etl.service); at two thirds one of the site's processes is killed (SIGKILL). A request whose
connection breaks is sent once more, as browsers and proxies do with GET; that is counted. Printed: requests, errors,
seconds by quantile (of all, and before the run), the site's memory before and after, which releases were seen. Exit
code 1 where a bar is missed.

The peer, after that and with the same readers: the page of bench.peer (plain Dash over the same purchases), as its own
tutorial starts it, and what its script asks for.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.peer import CHOICES
from bench.web import make_sample
from tests.site_process import free_port

ROOT = Path(__file__).resolve().parent.parent
READERS, SECONDS, PAUSE, WORKERS = 200, 60.0, 2.0, 2
NICE = 10
"""How far the run stands back behind the site: as in deploy/systemd/kuusi-etl.service."""
MOST_P95_MS, MOST_GROWTH_MB, LONGEST = 500.0, 100.0, 30
JOURNEYS = (
    ("", "companies", "companies?city=853", "companies?city=853&year=2025", "/download/suppliers.csv?city=853"),
    ("", "project", "origin/project-money", "about"),
    ("", "budgets", "budgets?city=091", "services", "compare", "compare?city=091&city=853"),
    ("indicators", "cities/564", "cities/837", "search?q=huolto"),
    ("data", "dataset/purchases", "/data/cities.csv", "releases", "status", "/api/v1/tables"),
)
DRAWN = "/_dash-update-component"
OUTPUTS = [*({"id": f"chart-{index}", "property": "figure"} for index in range(4)), {"id": "table", "property": "data"}]
DRAW = {
    "output": "..chart-0.figure...chart-1.figure...chart-2.figure...chart-3.figure...table.data..",
    "outputs": OUTPUTS,
    "inputs": [{"id": name, "property": "value", "value": None} for name in CHOICES],
    "changedPropIds": [],
}
"""What the peer's script asks for when its page is opened."""


@dataclass
class Told:
    """What the readers saw."""

    taken: list[tuple[float, float, str]] = field(default_factory=list)  # (when, seconds, address)
    failed: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    releases: Counter[str] = field(default_factory=Counter)


async def read(base: str, journeys, told: Told, end: float, seed: int) -> None:
    rng = random.Random(seed)
    await asyncio.sleep(rng.uniform(0, PAUSE))
    connector = aiohttp.TCPConnector(limit=2)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=LONGEST)) as session:
        language, is_first = rng.choice(("fi", "sv", "en")), True
        while time.monotonic() < end:
            for path in rng.choice(journeys):
                address = path if path.startswith("/") else f"/{language}/{path}"
                await ask(session, base + address, told)
                if is_first and journeys is JOURNEYS:
                    is_first = False
                    await ask(session, f"{base}/readyz", told)
                await asyncio.sleep(rng.uniform(0.5, 1.5) * PAUSE)
                if time.monotonic() >= end:
                    return


async def ask(session: aiohttp.ClientSession, address: str, told: Told) -> None:
    begun = time.monotonic()
    for is_last in (False, True):
        try:
            is_drawn = address.endswith(DRAWN)
            async with session.request(
                "POST" if is_drawn else "GET", address, json=DRAW if is_drawn else None
            ) as answer:
                body = await answer.read()
                if answer.status != 200 or not body:
                    told.failed[f"{answer.status} {address.split('/', 3)[3]}"] += 1
                elif release := answer.headers.get("X-Release"):
                    told.releases[release] += 1
            break
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            if is_last:
                told.failed[f"{type(error).__name__} {address.split('/', 3)[3]}"] += 1
            told.sent_again += not is_last
        except TimeoutError:
            told.failed[f"timeout {address.split('/', 3)[3]}"] += 1
            break
    told.taken.append((begun, time.monotonic() - begun, address))


async def crowd(base: str, journeys, seconds: float, readers: int, events=()) -> Told:
    """Let so many read for so long; `events` are (seconds from the start, what to do then)."""
    told, start = Told(), time.monotonic()

    async def happen(after: float, what) -> None:
        await asyncio.sleep(after)
        await asyncio.to_thread(what)

    reading = [read(base, journeys, told, start + seconds, seed) for seed in range(readers)]
    await asyncio.gather(*reading, *(happen(*one) for one in events))
    told.taken = [(when - start, seconds, address) for when, seconds, address in told.taken]
    return told


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found] + [grand for one in found for grand in children(int(one))]


def memory(pid: int) -> float:
    """Megabytes of the process and those below it, each page counted by its share (PSS)."""
    total = 0
    for one in (pid, *children(pid)):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


@contextlib.contextmanager
def site(folder: Path, port: int) -> Iterator[subprocess.Popen]:
    given = {"DATA_DIR": folder, "PORT": port, "WORKERS": WORKERS, "THREADS": 16, "RELEASE_POLL": 2, "LOGS": "json"}
    environment = {**os.environ, **{f"DASHBOARD_{name}": str(value) for name, value in given.items()}}
    command = [sys.executable, "-m", "dashboard", "serve"]
    with running(command, environment) as process:
        yield process


@contextlib.contextmanager
def peer(parquet: Path, port: int) -> Iterator[subprocess.Popen]:
    with running([sys.executable, "-m", "bench.peer", str(parquet), str(port)], dict(os.environ)) as one:
        yield one


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


async def until_well(address: str) -> None:
    end = time.monotonic() + 60
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < end:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(address) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.2)
    sys.exit(f"{address} does not answer")


def quantiles(taken: list[tuple[float, float, str]]) -> str:
    """Median, 95th and 99th percentile, longest, in milliseconds."""
    ms = sorted(1000 * seconds for _, seconds, _ in taken)
    if len(ms) < 2:
        return "nothing asked"
    of = statistics.quantiles(ms, n=100)
    return f"{len(ms):>6} requests, p50 {of[49]:.0f}, p95 {of[94]:.0f}, p99 {of[98]:.0f}, longest {ms[-1]:.0f} ms"


def slowest(taken: list[tuple[float, float, str]], many: int = 3) -> list[tuple[str, float]]:
    """The addresses that took longest, in the median, with their seconds."""
    by_address: dict[str, list[float]] = {}
    for _, seconds, address in taken:
        by_address.setdefault(address.split("/", 3)[3], []).append(seconds)
    medians = {address: statistics.median(of) for address, of in by_address.items()}
    return sorted(medians.items(), key=lambda one: -one[1])[:many]


def p95(taken: list[tuple[float, float, str]]) -> float:
    return statistics.quantiles([1000 * seconds for _, seconds, _ in taken], n=100)[94]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--readers", type=int, default=READERS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, port = Path(place), free_port()
        make_sample(folder)
        run = [
            "nice",
            "-n",
            str(NICE),
            sys.executable,
            "-m",
            "etl",
            "run",
            "--sample",
            "--seed",
            "7",
            "--accept",
            "drawn anew",
        ]
        pipeline = {**os.environ, "ETL_DATA_DIR": place}
        with site(folder, port) as process:
            is_met = asyncio.run(
                measure_site(
                    given,
                    process,
                    f"http://127.0.0.1:{port}",
                    run,
                    pipeline,
                )
            )
        (parquet, *_) = folder.glob("releases/2*/purchases.parquet")
        port = free_port()
        with peer(parquet, port):
            asyncio.run(measure_peer(given, f"http://127.0.0.1:{port}"))
    sys.exit(not is_met)


async def measure_site(given, process: subprocess.Popen, base: str, run: list[str], pipeline: dict[str, str]) -> bool:
    """Whether all bars are met."""
    await until_well(f"{base}/readyz")
    warm = Told()
    one_each = aiohttp.TCPConnector(force_close=True)  # so that each process is asked
    async with aiohttp.ClientSession(connector=one_each) as session:
        for path in dict.fromkeys(path for journey in JOURNEYS for path in journey):
            addresses = [path] if path.startswith("/") else [f"/{language}/{path}" for language in ("fi", "sv", "en")]
            for address in addresses * WORKERS * 3:  # each process keeps its own answers
                await ask(session, base + address, warm)
    if warm.failed:
        sys.exit(f"a journey leads nowhere: {dict(warm.failed)}")
    third = given.seconds / 3
    grown = [memory(process.pid)]
    done: list[subprocess.CompletedProcess[bytes]] = []

    def publish() -> None:
        done.append(subprocess.run(run, cwd=ROOT, env=pipeline, capture_output=True, check=False))

    def kill_one() -> None:
        workers = [one for one in children(process.pid) if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]
        os.kill((workers or children(process.pid))[-1], signal.SIGKILL)

    workers = len(children(process.pid))
    told = await crowd(base, JOURNEYS, given.seconds, given.readers, ((third, publish), (2 * third, kill_one)))
    await asyncio.sleep(5)
    grown.append(memory(process.pid))
    quiet = [one for one in told.taken if one[0] < third]
    print(f"{given.readers} readers, {given.seconds:g} s, {WORKERS} processes")
    print(f"  all:            {quantiles(told.taken)}")
    print(f"  before the run: {quantiles(quiet)}")
    print(f"  sent again after a broken connection: {told.sent_again}; failed: {dict(told.failed) or 'none'}")
    print(f"  releases seen: {dict(told.releases)}; the run ended with {[one.returncode for one in done]}")
    print(f"  memory: {grown[0]:,.0f} MB before, {grown[1]:,.0f} MB after")
    for address, taken in slowest(quiet):
        print(f"  slowest before the run: {address} {1000 * taken:.0f} ms in the median")
    bars = {
        "no error": not told.failed,
        f"p95 below {MOST_P95_MS:g} ms before the run": p95(quiet) < MOST_P95_MS,
        f"p95 below {MOST_P95_MS:g} ms over all": p95(told.taken) < MOST_P95_MS,
        "the run published, and both releases were seen": [one.returncode for one in done] == [0]
        and len(told.releases) > 1,
        "another process took the place of the killed one": len(children(process.pid)) >= workers,
        f"memory grows by less than {MOST_GROWTH_MB:g} MB": grown[1] - grown[0] < MOST_GROWTH_MB,
    }
    for bar, is_met in bars.items():
        print(f"  {'met' if is_met else 'MISSED':<7}{bar}")
    return all(bars.values())


async def measure_peer(given, base: str) -> None:
    await until_well(base)
    told = await crowd(base, (("/", "/_dash-layout", "/_dash-dependencies", DRAWN),), given.seconds / 3, given.readers)
    print(f"  peer (plain Dash): {quantiles(told.taken)}; failed: {dict(told.failed) or 'none'}")


if __name__ == "__main__":
    main()
