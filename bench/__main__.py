"""`python -m bench`: purchases in Espoo's layout to checked Parquet, against the obvious pandas pipeline.

Each side runs in a process of its own, `RUNS` times in turn; medians of seconds and of peak memory are printed
with their ratio. Nothing here is a test: figures vary with the machine, ratios less.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 3
PEERS = ("ours", "pandas")


def make_file(folder: Path, rows: int) -> Path:
    """A CSV in Espoo's layout with `rows` rows, made from the sample portal's own files."""
    from etl.sample.generate import generate_files

    files = generate_files(folder, rows=60_000, seed=6)
    source = next(f.path for f in files if f.dataset == "espoon-kaupungin-ostot" and f.year == 2022)
    header, *lines = source.read_bytes().rstrip(b"\r\n").split(b"\n")
    body = lines[:-1]
    target = folder / "espoon_kaupungin_ostot_2022.csv"
    with target.open("wb") as file:
        file.write(header + b"\n")
        for index in range(rows):
            file.write(body[index % len(body)] + b"\n")
    return target


def run_ours(path: Path, folder: Path) -> int:
    """The pipeline's own code: read, tidy, check, write."""
    from etl.build import build_source
    from etl.datasets.context import TidyContext
    from etl.read.table import Limits
    from etl.registry import load_registry
    from etl.snapshot import Snapshot

    registry = load_registry()
    registered = next(r for r in registry.datasets if r.dataset.name == "purchases")
    source = next(s for s in registered.sources if s.name == "purchases-espoo")
    snapshot = Snapshot("bench:0", source.name, path.name, "", None, None, None, None, path.name, "CSV", 2022, "",
                        path.stat().st_size, "", None, None, None, True)  # fmt: skip
    build = build_source(registered, source, [(snapshot, path)], TidyContext(), folder, Limits())
    return build.rows_out


def run_pandas(path: Path, folder: Path) -> int:
    """What one would write first: read_csv with converters, then to_parquet. It checks and accounts for nothing."""
    import pandas as pd
    from stdnum.fi import ytunnus

    def amount(text: str) -> float | None:
        try:
            return float(text.replace("\xa0", "").replace(" ", "").replace(",", "."))
        except ValueError:
            return None

    def business_id(text: str) -> str | None:
        return text if ytunnus.is_valid(text) else None

    header = pd.read_csv(path, sep=";", encoding="cp1252", nrows=0).columns
    amounts = next(c for c in header if c.strip().startswith(("Summa ALV0", "Laskun summa")))
    ids = next(c for c in header if c.replace("\n", " ").strip() in ("Toimittajan Y-tunnus", "Y-tunnus"))
    frame = pd.read_csv(
        path,
        sep=";",
        encoding="cp1252",
        dtype=str,
        keep_default_na=False,
        converters={amounts: amount, ids: business_id},
    )
    dates = next(c for c in header if c.strip().startswith("Kirjaus"))
    frame[dates] = pd.to_datetime(frame[dates], format="%d.%m.%Y", errors="coerce")
    frame.to_parquet(folder / "out.parquet")
    return len(frame)


def child(peer: str, path: Path) -> None:
    """Run one side and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        rows = {"ours": run_ours, "pandas": run_pandas}[peer](path, Path(folder))
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "seconds": seconds, "peak_mb": peak}))


def main() -> None:
    """Measure both sides in turn and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--child", nargs=2, metavar=("PEER", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child[0], Path(arguments.child[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = make_file(Path(folder), arguments.rows)
        print(f"{arguments.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB, median of {RUNS}")
        results: dict[str, list[dict[str, float]]] = {peer: [] for peer in PEERS}
        for _ in range(RUNS):
            for peer in PEERS:
                command = [sys.executable, "-m", "bench", "--child", peer, str(path)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                results[peer].append(json.loads(done.stdout))
    medians = {
        peer: {key: statistics.median(run[key] for run in runs) for key in ("seconds", "peak_mb")}
        for peer, runs in results.items()
    }
    for peer, median in medians.items():
        print(f"  {peer:<8} {median['seconds']:6.2f} s  {median['peak_mb']:6.0f} MB")
    ratio = {key: medians["pandas"][key] / medians["ours"][key] for key in ("seconds", "peak_mb")}
    print(f"  pandas / ours: {ratio['seconds']:.2f} x the time, {ratio['peak_mb']:.2f} x the memory")


if __name__ == "__main__":
    main()
