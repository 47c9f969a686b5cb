"""`python -m bench.web`: how fast and how reachable the site's pages are, with the floors that it must keep.

A sample release is made, its purchases repeated to a million rows, and the site started on it. Then, for a page of
each route in each language: Lighthouse on a telephone's throttling (median of cold runs), bytes before the first
touch, the processor time that Dash's taking over needs; for the site: what a change of a filter takes end to end, and
what the server takes for a view that nobody has seen and for one that somebody has. A plain Dash page (bench/peer.py)
over the same rows is measured beside it. Figures vary with the machine: Lighthouse's performance wants a quiet one,
bytes and processor time do not. Exit code 1 where a floor is missed.

The browser's part needs the folder of tools named by --tools, node and Chromium; without them it is left out, and said.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.site_process import free_port

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT.parent / "shared" / "tools" / "web"
ROWS = 1_000_000
REPEATED = """
select t.* from range(0, {rows}) r, read_parquet('{path}') t
where r.range < ceil({rows} / (select count(*) from read_parquet('{path}'))) limit {rows}
"""
TIMES = 5
MOBILE = 4
"""A telephone's processor is so many times slower, by Lighthouse's own throttling."""
TAKEN_OVER = "html.dash-running"
NO_FIGURE = "the browser gave none"


@dataclass(frozen=True)
class Floor:
    """What a figure must be: at least, or at most."""

    sign: str
    bar: float
    unit: str

    def is_met(self, value: float) -> bool:
        """Whether the value keeps it."""
        return value >= self.bar if self.sign == ">=" else value <= self.bar


FLOORS = {
    "performance": Floor(">=", 98, "of 100"),
    "accessibility": Floor(">=", 100, "of 100"),
    "best-practices": Floor(">=", 100, "of 100"),
    "seo": Floor(">=", 100, "of 100"),
    "lcp": Floor("<=", 1000, "ms"),
    "cls": Floor("<=", 0.01, ""),
    "bytes before touch": Floor("<=", 120_000, "bytes"),
    "mobile processor after touch": Floor("<=", 1500, "ms"),
    "filter change": Floor("<=", 200, "ms"),
    "server, not seen": Floor("<=", 100, "ms"),
    "server, seen": Floor("<=", 10, "ms"),
}


class Report:
    """Prints figures as they come and remembers whether all floors were kept."""

    def __init__(self) -> None:
        self.missed = 0

    def add(self, name: str, value: float, where: str, *, is_peer: bool = False) -> None:
        """One figure; the peer's is held to nothing."""
        floor = FLOORS[name]
        mark = "peer" if is_peer else "met" if floor.is_met(value) else "MISSED"
        self.missed += mark == "MISSED"
        bar = "" if is_peer else f"({floor.sign} {floor.bar:,g})"
        print(f"  {mark:<7}{name:<30}{value:>12,.4g} {floor.unit:<7}{bar:<12} {where}", flush=True)

    def lack(self, where: str, why: str) -> None:
        """No figure, which is missed too."""
        self.missed += 1
        print(f"  MISSED {'no figure':<30} {where}: {why}", flush=True)


def make_sample(folder: Path) -> None:
    """A release of generated data."""
    command = [sys.executable, "-m", "etl", "run", "--sample"]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "ETL_DATA_DIR": str(folder)}, capture_output=True)


def draw_out(folder: Path, table: str, sql: str, **values: object) -> Path:
    """Put the rows that `sql` gives in the place of those of a table of the release; gives its file. In the SQL
    `{path}` stands for the file as it is, and other names for the `values`."""
    import duckdb

    from dashboard.package import hash_of

    (path,) = folder.glob(f"releases/2*/{table}.parquet")
    bigger = path.with_suffix(".bigger")
    duckdb.execute(f"copy ({sql.format(path=path, **values)}) to '{bigger}' (format parquet)")
    descriptor, hashes = path.with_name("datapackage.json"), [hash_of(one) or "" for one in (path, bigger)]
    descriptor.write_text(descriptor.read_text(encoding="utf-8").replace(*hashes), encoding="utf-8")
    bigger.replace(path)
    return path


def make_data(folder: Path) -> Path:
    """A release of generated data whose purchases are repeated to `ROWS`; gives its purchases' file."""
    make_sample(folder)
    return draw_out(folder, "purchases", REPEATED, rows=ROWS)


def find_paths(folder: Path) -> list[str]:
    """A page of each route, without its language."""
    from dashboard.package import open_current
    from tests.routes import example_paths

    return example_paths(open_current(folder))


def measure_server(report: Report, folder: Path, paths: list[str]) -> None:
    """Each view made from nothing (median), then kept; in this process, so that only the server's work counts.

    Nothing that an earlier view left behind helps one that is not seen: neither pages nor answers of the engine.
    """
    from dashboard.app import create_site
    from dashboard.settings import Settings

    site = create_site(Settings(data_dir=folder))
    client = site.server.test_client()
    gc.collect()
    gc.freeze()  # as dashboard/wsgi.py does
    for path in (*paths, "companies?city=853&year=2024", "search?q=konehuotlo"):
        address = f"/fi/{path}"
        client.get(address)
        times = []
        for _ in range(TIMES):
            site.forget()
            times.append(_time(client, address))
        wall, processor = (statistics.median(values) for values in zip(*times, strict=True))
        report.add("server, not seen", wall, f"{address} (processor {processor:.0f} ms)")
        report.add("server, seen", statistics.median(_time(client, address)[0] for _ in range(TIMES)), address)


def _time(client: Any, address: str) -> tuple[float, float]:
    """(wall, processor) milliseconds of an answer; the processor's of all threads."""
    wall, processor = time.perf_counter(), time.process_time()
    assert client.get(address, headers={"Accept-Encoding": "br"}).status_code == 200
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - processor)


@contextmanager
def served(command: list[str], port: int, **environment: str) -> Iterator[str]:
    """A server in a process of its own, once it answers."""
    address = f"http://127.0.0.1:{port}"
    started = {"env": {**os.environ, **environment}, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, **started) as process:  # type: ignore[call-overload]
        try:
            end = time.monotonic() + 60
            while True:
                try:
                    urllib.request.urlopen(address, timeout=5).close()
                    break
                except OSError:
                    if time.monotonic() > end or process.poll() is not None:
                        raise
                    time.sleep(0.2)
            yield address
        finally:
            process.terminate()


def find_tools(given: Path, folder: Path) -> Path | None:
    """The tools with what they need installed, in a copy where they lack it; None, and why, where they cannot run."""
    from tests.install_chromium import find_chromium

    lacking = [
        what
        for what, is_there in (
            (f"the tools (no {given})", (given / "lighthouse.mjs").exists()),
            ("node and npm", bool(shutil.which("node") and shutil.which("npm"))),
            ("Chromium", find_chromium() is not None),
        )
        if not is_there
    ]
    if lacking:
        print(f"The browser's part is left out: {', '.join(lacking)} missing.")
        return None
    if (given / "node_modules").exists():
        return given
    copy = folder / "tools"
    shutil.copytree(given, copy)
    copy.chmod(0o755)
    subprocess.run(["npm", "ci", "--silent"], cwd=copy, check=True)
    return copy


def run_tool(tools: Path, *arguments: str) -> list[dict[str, Any]]:
    """What a tool found, one entry a page."""
    out = Path(tempfile.mkstemp(suffix=".json")[1])
    subprocess.run(["node", *arguments, "--out", str(out)], cwd=tools, check=False, capture_output=True)
    found = json.loads(out.read_text() or "{}")
    out.unlink()
    results: list[dict[str, Any]] = found["results"] if isinstance(found, dict) else found
    return results


def measure_pages(report: Report, tools: Path, addresses: list[str], runs: int, *, is_peer: bool = False) -> None:
    """Lighthouse, bytes before the first touch, and processor time after it."""
    for one in run_tool(tools, "lighthouse.mjs", *addresses, "--preset", "mobile", "--runs", str(runs)):
        if one["median"] is None:  # each run of it broke off
            report.lack(one["url"], one.get("error", NO_FIGURE))
            continue
        scores, metrics = one["median"]["scores"], one["median"]["metrics"]
        for name, value in {**scores, "lcp": metrics["lcp"], "cls": metrics["cls"]}.items():
            if name != "seo" or "/embed/" not in one["url"]:  # an embed is for no search engine, and says so
                report.add(name, value, one["url"], is_peer=is_peer)
    measure_touch(report, tools, addresses, is_peer=is_peer)


def measure_touch(report: Report, tools: Path, addresses: list[str], *, is_peer: bool = False) -> None:
    """Bytes before the first touch, and the processor time after it; an embed runs no script, so has none."""
    before = run_tool(tools, "cpu.mjs", *addresses)
    alive = [address for address in addresses if "/embed/" not in address]
    after = before if is_peer else run_tool(tools, "cpu.mjs", *alive, "--boot", "h1", "--wait", TAKEN_OVER)
    touched = {one["url"]: one for one in after}
    for one in before:
        url, last = one["url"], touched.get(one["url"])
        if not one.get("best") or (last is not None and not last.get("best")):
            report.lack(url, NO_FIGURE)
            continue
        report.add("bytes before touch", one["best"]["bytes"], url, is_peer=is_peer)
        if last is not None:
            task = last["best"]["taskMs"] - (0 if is_peer else one["best"]["taskMs"])
            report.add("mobile processor after touch", MOBILE * task, url, is_peer=is_peer)


def measure_filter(report: Report, address: str) -> None:
    """From the tick at a city to the frame that shows it: the first time and when it was seen before.

    The site has answered others before, as one that has been up for a while has; none of them asked for a city.
    """
    from playwright.sync_api import sync_playwright

    from tests.install_chromium import find_chromium

    change = """city => new Promise(resolve => {
        const start = performance.now(), page = document.getElementById('page');
        new MutationObserver((_, one) => {
            if (!page.hasChildNodes()) return;
            one.disconnect();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
        }).observe(page, { childList: true });
        document.getElementById(`city-${city}`).click();
    })"""
    for language, year in itertools.product(("sv", "en"), range(2021, 2026)):
        urllib.request.urlopen(f"{address}/{language}/companies?year={year}&kind=company", timeout=60).close()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{address}/fi/companies")
        page.keyboard.press("Shift")
        page.wait_for_selector(TAKEN_OVER)
        cities = ("853", "091", "564", "049", "092")
        for said, turns in (("first time", cities), ("seen before", cities[::-1])):  # ticked in turn, then let go
            times = [page.evaluate(change, city) for city in turns]
            report.add("filter change", statistics.median(times), f"/fi/companies, {said}")
        browser.close()


def measure_browser(report: Report, tools: Path, folder: Path, parquet: Path, arguments: argparse.Namespace) -> None:
    """The site's pages, the filter, and the peer."""
    port = free_port()
    settings = {"DASHBOARD_DATA_DIR": str(folder), "DASHBOARD_PORT": str(port)}
    with served([sys.executable, "-m", "dashboard"], port, **settings) as address:
        measure_filter(report, address)
        for language in arguments.languages.split(","):
            pages = [f"{address}/{language}/{path}" for path in find_paths(folder)]
            measure_pages(report, tools, pages, arguments.runs)
    port = free_port()
    with served([sys.executable, "-m", "bench.peer", str(parquet), str(port)], port) as address:
        measure_pages(report, tools, [f"{address}/"], arguments.runs, is_peer=True)


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.web")
    parser.add_argument("--runs", type=int, default=5, help="Lighthouse's cold runs a page")
    parser.add_argument("--languages", default="fi,sv,en")
    parser.add_argument("--tools", type=Path, default=TOOLS)
    parser.add_argument("--server-only", action="store_true", help="leave the browser's part out")
    arguments = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        parquet = make_data(folder)
        print(f"{ROWS:,} rows of purchases; load of the machine {os.getloadavg()[0]:.1f}")
        measure_server(report, folder, find_paths(folder))
        tools = None if arguments.server_only else find_tools(arguments.tools, Path(name))
        if tools:
            measure_browser(report, tools, folder, parquet, arguments)
    print(f"{report.missed} floors missed" if report.missed else "Every floor is kept.")
    sys.exit(1 if report.missed else 0)


if __name__ == "__main__":
    main()
