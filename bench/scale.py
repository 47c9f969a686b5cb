"""`python -m bench.scale`: what every page of the site asks, over 1, 10 and 30 million rows of purchases.

The sample release's purchases are drawn out to so many rows by 63,000 suppliers (a million rows of the six cities name
about 60,000), each with an amount and a day of its own. Every kind of page is made once over the sample release, and
what it asks of the engine is noted down. Then each size is loaded in a process of its own, and each page's questions
are asked `RUNS` times, nothing kept between two; medians of milliseconds a page are printed with their growth, which is
to stay below 3 times from the smallest to the largest, and beside them those of the peer: DuckDB asked the same
questions of the table itself, without the sums that the engine adds up when it loads a release
(dashboard/query/rollup.py). Memory is that of the whole process, once loaded.
"""

from __future__ import annotations

import argparse
import json
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.web import draw_out, make_sample

ROOT = Path(__file__).resolve().parent.parent
MILLION = 1_000_000
SIZES, RUNS, MOST_GROWTH = (1, 10, 30), 3, 3.0
SUPPLIERS_EACH = 70
"""Companies that are made of each company of the sample."""
DRAW = f"""
  with drawn as (
    select t.*, r.range as turn, (r.range * 37 + row_number() over ()) % {SUPPLIERS_EACH} as variant
    from read_parquet('{{path}}') t, range(0, {{rows}} // (select count(*) from read_parquet('{{path}}')) + 1) r
    limit {{rows}}
  )
  select * exclude (turn, variant) replace (
    case when variant = 0 or supplier_business_id is null then supplier_business_id
      else ((1000000 + hash(supplier_business_id || variant) % 8999999)::varchar || '-' || variant % 10) end
      as supplier_business_id,
    (amount_eur * (50 + hash(row_number, turn) % 100) / 100)::decimal(18, 2) as amount_eur,
    posting_date + (hash(turn, row_number) % 3)::integer as posting_date
  ) from drawn
"""
DRAW_COMPANIES = f"""
  select t.* replace (
    case when r.range = 0 then supplier_business_id
      else ((1000000 + hash(supplier_business_id || r.range) % 8999999)::varchar || '-' || r.range % 10) end
      as supplier_business_id
  ) from read_parquet('{{path}}') t, range(0, {SUPPLIERS_EACH}) r
  qualify row_number() over (partition by supplier_business_id) = 1
"""


def note_questions(folder: Path, target: Path) -> None:
    """Write down, by page, what is asked of the engine while the page is made."""
    from dashboard.app import create_site
    from dashboard.package import open_current
    from dashboard.settings import Settings
    from tests.routes import example_paths

    site = create_site(Settings(data_dir=folder, cache_type="NullCache"))
    engine, asked = site.engine._engine, []

    def noting(name):
        real = getattr(engine, name)

        def ask(query):
            asked.append((name, query))
            return real(query)

        return ask

    for name in ("run", "rows", "count", "places"):
        setattr(engine, name, noting(name))
    found = {}
    for path in (*example_paths(open_current(folder)), "companies?city=853&year=2024"):
        asked.clear()
        site.server.test_client().get(f"/fi/{path}")
        if asked:
            found[path] = list(dict.fromkeys(asked))
    target.write_bytes(pickle.dumps(found))


def highest_memory() -> float:
    """Megabytes that this process has held at most; getrusage would tell of the one that started it, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measure(folder: Path, questions: Path) -> None:
    """Print as JSON: milliseconds by page of each side, seconds to load, memory."""
    from dashboard.package import open_current
    from dashboard.query import engine as engines

    start = time.perf_counter()
    engine = engines.Engine(open_current(folder))
    told = {"load": time.perf_counter() - start, "mb": highest_memory()}
    rolled = engine.rollups
    for side, rollups in (("ours", rolled), ("duckdb", ())):
        engine.rollups = rollups
        told[side] = {}
        for path, asked in pickle.loads(questions.read_bytes()).items():
            taken = []
            for _ in range(RUNS):
                engine.forget()
                start = time.perf_counter()
                for name, query in asked:
                    getattr(engine, name)(query)
                taken.append(1000 * (time.perf_counter() - start))
            told[side][path] = statistics.median(taken)
    print(json.dumps(told))


def in_process(*arguments: object) -> str:
    command = [sys.executable, "-m", "bench.scale", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="millions of rows, rising")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure(*map(Path, given.measure))
        return
    found = {}
    with tempfile.TemporaryDirectory() as place:
        questions = Path(place) / "questions"
        for millions in given.sizes:
            folder = Path(place) / str(millions)
            make_sample(folder)
            if not questions.exists():
                note_questions(folder, questions)
            draw_out(folder, "purchases", DRAW, rows=millions * MILLION)
            draw_out(folder, "companies", DRAW_COMPANIES)
            found[millions] = json.loads(in_process("--measure", folder, questions))
            told = found[millions]
            print(f"{millions} million rows: loaded in {told['load']:.1f} s, {told['mb']:,.0f} MB", flush=True)
            for path in folder.rglob("*.parquet"):
                path.unlink()
    first, last = min(found), max(found)
    print(f"  {'page':<40}" + "".join(f"{f'{size} M':>9}" for size in found) + f"{'grows':>8}{'peer grows':>12}  ms")
    missed = 0
    for path in found[first]["ours"]:
        grown = {side: found[last][side][path] / max(found[first][side][path], 0.01) for side in ("ours", "duckdb")}
        missed += grown["ours"] >= MOST_GROWTH
        mark = "met" if grown["ours"] < MOST_GROWTH else "MISSED"
        times = "".join(f"{told['ours'][path]:>9.1f}" for told in found.values())
        print(f"  {mark:<7}{path or 'overview':<33}{times}{grown['ours']:>8.2f}{grown['duckdb']:>12.2f}")
    print(
        f"{missed} of {len(found[first]['ours'])} pages grow by {MOST_GROWTH:g} times or more, "
        f"from {first} to {last} million rows"
    )
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
