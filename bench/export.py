"""`python -m bench.export`: a million rows of purchases as CSV over HTTP, against Datasette and DuckDB's own writer.

A release of generated data is made whose purchases are repeated to a million rows; the site serves it as it is served
to readers (granian), Datasette serves the same table from SQLite, and DuckDB copies it to a file, all in one run and in
turn. Told are medians of seconds until the last byte, the time of the first byte, and the most memory that the site
took above what it takes when idle. Nothing here is a test: figures vary with the machine, ratios less. Exit code 1
where a bar is missed.

- ours, whole: the table as it stands, a stored file.
- ours, filtered: the half of the rows with the larger amounts, chosen now; `first` is the first such answer of a fresh
  server, which reads the file through once to learn where its lines begin.
- datasette: `_stream=on`, its limit of megabytes lifted.
- duckdb: `COPY ... TO 'x.csv'` from a table in memory, on all cores.
- aggregates: euros and rows by city and group of one year as JSON, uncached, where the site has that address already;
  against Datasette's SQL with a covering index and without one.

Datasette stands in an environment of its own (`.venv-datasette`, made by `make bench-export`), as it asks for other
versions of what the site uses.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import http.client
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import duckdb

from bench.web import ROOT, make_data, served
from tests.site_process import free_port

ROWS, RUNS = 1_000_000, 5
DATASETTE = ROOT / ".venv-datasette" / "bin" / "datasette"
BUFFER = 1 << 20
FILTER = "amount_eur.ge={median}"
AGGREGATE = "/api/v1/tables/purchases/aggregate?" + urlencode(
    {"measure": "sum:amount_eur,count", "by": "city_code,account_group_code", "purchase_year": 2023, "sort": "by"}
)
SQL = (
    "select city_code, account_group_code, sum(amount_eur), count(*) from purchases where purchase_year = 2023 "
    "group by 1, 2 order by 1, 2"
)
INDEX = "create index covering on purchases (purchase_year, city_code, account_group_code, amount_eur)"
REQUESTS = 20


class Bars:
    """Prints each bar and remembers whether one was missed."""

    def __init__(self) -> None:
        self.missed = 0

    def add(self, name: str, value: float, sign: str, bar: float) -> None:
        """One figure against its bar."""
        met = value >= bar if sign == ">=" else value <= bar
        self.missed += not met
        print(f"  {'met   ' if met else 'MISSED'} {name}: {value:,.2f} (bar: {sign} {bar:g})", flush=True)


def make_release(folder: Path) -> tuple[Path, Path]:
    """(Parquet, CSV) of purchases in a release of `ROWS` of them, its descriptor as it has to be."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from etl.publish.lines import csv_lines, header_line

    parquet = make_data(folder)
    path = parquet.with_suffix(".csv")
    with pq.ParquetFile(parquet) as rows, path.open("wb") as file:
        file.write(header_line(rows.schema_arrow.names))
        for batch in rows.iter_batches(100_000):
            file.write(csv_lines(pa.Table.from_batches([batch])))
    descriptor = parquet.with_name("datapackage.json")
    raw = json.loads(descriptor.read_text(encoding="utf-8"))
    resource = next(one for one in raw["resources"] if one["name"] == "purchases")
    resource["x-rows"] = ROWS
    for one in resource["x-distributions"]:
        stands = parquet.with_name(one["path"])
        with stands.open("rb") as file:
            one |= {"bytes": stands.stat().st_size, "hash": f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"}
    descriptor.write_text(json.dumps(raw), encoding="utf-8")
    return parquet, path


def make_sqlite(source: Path, target: Path) -> None:
    """The same table for Datasette, amounts as numbers, the rest as it is."""
    with source.open(encoding="utf-8", newline="") as file, sqlite3.connect(target) as connection:
        lines = csv.reader(file)
        head = next(lines)
        kinds = {"amount_eur": "real", "purchase_year": "integer", "purchase_month": "integer", "row_number": "integer"}
        columns = ", ".join(f'"{name}" {kinds.get(name, "text")}' for name in head)
        connection.execute(f"create table purchases ({columns})")
        connection.executemany(f"insert into purchases values ({', '.join('?' * len(head))})", lines)


def fetch(address: str) -> tuple[float, float, int]:
    """(seconds to the first byte of the body, to the last, bytes). Raises where the answer is none or breaks off."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=600)
    start = time.perf_counter()
    connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{address}: {answer.status} {answer.read(500)!r}")
    size = len(answer.read(1))
    first = time.perf_counter() - start
    while piece := answer.read(BUFFER):
        size += len(piece)
    connection.close()
    return first, time.perf_counter() - start, size


class Memory:
    """The resident memory of a process and those that it started, in megabytes; the most while `watched`."""

    def __init__(self, port: str) -> None:
        self._port, self.most = port, 0.0

    def now(self) -> float:
        """All processes that were started with this port in their environment."""
        total = 0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"DASHBOARD_PORT={self._port}\0".encode() in (folder / "environ").read_bytes():
                    total += int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            except (OSError, IndexError):
                continue
        return total / 1e6

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look every hundredth of a second."""
        self.most, done = 0.0, threading.Event()

        def look() -> None:
            while not done.wait(0.01):
                self.most = max(self.most, self.now())

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


def copy_with_duckdb(parquet: Path, target: Path) -> float:
    """Seconds of DuckDB's COPY, in a process of its own."""
    code = (
        "import duckdb, sys, time; c = duckdb.connect(); c.execute('set enable_progress_bar = false');"
        "c.execute(f\"create table t as from '{sys.argv[1]}'\");"
        "s = time.perf_counter(); c.execute(f\"copy t to '{sys.argv[2]}' (header)\"); print(time.perf_counter() - s)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(parquet), str(target)], check=True, capture_output=True, text=True
    )
    target.unlink()
    return float(done.stdout)


def requests_a_second(address: str) -> float:
    """How many such requests one reader gets answered; the site's own cache is to be off."""
    start = time.perf_counter()
    for _ in range(REQUESTS):
        fetch(address)
    return REQUESTS / (time.perf_counter() - start)


def measure(folder: Path, parquet: Path, runs: int) -> dict[str, list[float]]:
    """Seconds and megabytes of our side and DuckDB's, in turn."""
    median = duckdb.sql(f"select median(amount_eur)::decimal(18,2) from '{parquet}'").fetchall()[0][0]
    port = free_port()
    found: dict[str, list[float]] = {}

    def note(**values: float) -> None:
        for name, value in values.items():
            found.setdefault(name, []).append(value)

    environment = {"DASHBOARD_DATA_DIR": str(folder), "DASHBOARD_PORT": str(port), "DASHBOARD_CACHE_TYPE": "NullCache"}
    with served([sys.executable, "-m", "dashboard"], port, **environment) as address:
        memory, filtered = Memory(str(port)), f"{address}/data/purchases.csv?{FILTER.format(median=median)}"
        idle = memory.now()
        with memory.watched():
            first, last, _ = fetch(filtered)
        note(cold_first=first, cold=last, filtered_mb=memory.most - idle)
        for _ in range(runs):
            with memory.watched():
                first, last, size = fetch(f"{address}/data/purchases.csv")
            note(whole_first=first, whole=last, whole_mb=memory.most - idle, size=size)
            with memory.watched():
                first, last, _ = fetch(filtered)
            note(filtered_first=first, filtered=last, filtered_mb=memory.most - idle)
            note(duckdb=copy_with_duckdb(parquet, folder / "copy.csv"))
        try:
            fetch(address + AGGREGATE)
            note(aggregates=requests_a_second(address + AGGREGATE))
        except RuntimeError as error:
            print(f"  no aggregates: {error}")
    return found


def measure_datasette(datasette: Path, database: Path) -> dict[str, float]:
    """Seconds of the streamed CSV; aggregates a second without an index and with a covering one."""
    found, port = {}, free_port()
    command = [str(datasette), "serve", str(database), "--port", str(port), "--setting", "max_csv_mb", "0"]
    command += ["--setting", "sql_time_limit_ms", "60000"]
    with served(command, port) as address:
        name = database.stem
        found["first"], found["whole"], _ = fetch(f"{address}/{name}/purchases.csv?_stream=on")
        query = f"{address}/{name}.json?sql={quote(SQL)}"
        found["aggregates"] = requests_a_second(query)
    with sqlite3.connect(database) as connection:
        connection.execute(INDEX)
    with served(command, port) as address:
        found["aggregates_indexed"] = requests_a_second(query)
    return found


def main() -> None:
    """Measure all sides and print the figures with their bars."""
    parser = argparse.ArgumentParser(prog="python -m bench.export")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--datasette", type=Path, default=DATASETTE)
    arguments = parser.parse_args()
    bars = Bars()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parquet, path = make_release(folder / "data")
        print(f"{ROWS:,} rows, {path.stat().st_size / 1e6:.0f} MB of CSV, medians of {arguments.runs}", flush=True)
        found = measure(folder / "data", parquet, arguments.runs)
        ours = {key: statistics.median(values) for key, values in found.items()}
        print(f"  duckdb        {ours['duckdb']:6.2f} s")
        print(f"  ours, whole   {ours['whole']:6.2f} s, first byte {ours['whole_first']:.3f} s")
        print(f"  ours, half    {ours['filtered']:6.2f} s, first byte {ours['filtered_first']:.3f} s")
        print(f"  ours, first   {ours['cold']:6.2f} s, first byte {ours['cold_first']:.3f} s", flush=True)
        bars.add("whole / duckdb", ours["whole"] / ours["duckdb"], "<=", 1.5)
        bars.add("half / duckdb's whole", ours["filtered"] / ours["duckdb"], "<=", 1.5)
        bars.add("first byte of the whole, s", ours["whole_first"], "<=", 0.3)
        bars.add("first byte of the half, s", ours["filtered_first"], "<=", 0.3)
        bars.add("MB above idle, whole", max(found["whole_mb"]), "<=", 150)
        bars.add("MB above idle, half", max(found["filtered_mb"]), "<=", 150)
        if not arguments.datasette.exists():
            print(f"  no Datasette at {arguments.datasette}: `make bench-export` installs it")
            sys.exit(1)
        make_sqlite(path, folder / "peer.db")
        peer = measure_datasette(arguments.datasette, folder / "peer.db")
        print(f"  datasette     {peer['whole']:6.2f} s, first byte {peer['first']:.3f} s")
        bars.add("datasette / whole", peer["whole"] / ours["whole"], ">=", 30)
        print(f"  datasette, aggregates a second: {peer['aggregates']:.1f}, indexed {peer['aggregates_indexed']:.1f}")
        if "aggregates" in ours:
            bars.add("aggregates / datasette", ours["aggregates"] / peer["aggregates"], ">=", 25)
            bars.add("aggregates / datasette, indexed", ours["aggregates"] / peer["aggregates_indexed"], ">=", 2.5)
    sys.exit(1 if bars.missed else 0)


if __name__ == "__main__":
    main()
