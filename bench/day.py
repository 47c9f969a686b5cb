"""`python -m bench.day`: 24 hours of hourly runs against the sample portal, with faults drawn at random, in minutes.

Each hour up to three datasets or portals are broken in one of the ways of etl/sample/faults.py; every eighth hour
nothing is, and the portal has new rows. After each run: the live release is whole, and is the one that a run without
faults had made (a fault never changes what is published); each fault stands on the status page, in a site that follows
the folder all day; processor memory, open files, threads and files left over in the folder are counted. At the end one
run without faults must find every source well. Bounded: `HOURS` runs of a few thousand rows.
"""

from __future__ import annotations

import argparse
import datetime as dt
import html
import os
import random
import re
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from dashboard.app import create_site
from dashboard.i18n import translator
from dashboard.i18n.words import problem_words
from dashboard.last_run import parse_run
from dashboard.package import check_tables, open_current, read_last_run
from dashboard.settings import Settings
from etl.sample.faults import DOWN, FILE_FAULTS, NO_DATA, PACKAGE_FAULTS
from tests.source.runs import REGISTRY, Line

HOURS, ROWS, MORE_ROWS, CALM = 24, 1500, 300, 8
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
MOST_GROWTH_MB = 100.0


@dataclass(frozen=True)
class Held:
    """What the process and the folder hold at one moment."""

    mb: float
    files: int
    threads: int
    left_over: int

    @classmethod
    def now(cls, folder: Path) -> Held:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        rest = [path for path in folder.rglob("*") if path.name.startswith(".") or ".part" in path.name]
        mb = pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
        return cls(mb, len(os.listdir("/proc/self/fd")), threading.active_count(), len(rest))


def draw_faults(rng: random.Random) -> dict[str, str]:
    """Up to three places, each with a fault that can befall it; bombs of gigabytes are left to the tests."""
    kinds = sorted((FILE_FAULTS | PACKAGE_FAULTS | {NO_DATA}) - {"zipbomb"})
    sources = {one.dataset: one for one in REGISTRY().sources() if one.portal is not None and one.dataset}
    portals = sorted({f"portal:{one.portal}" for one in REGISTRY().sources() if one.portal is not None})
    places = rng.sample([*sorted(sources), *portals], rng.randint(1, 3))
    return {place: DOWN if place.startswith("portal:") else rng.choice(kinds) for place in places}


def touched(faults: dict[str, str]) -> set[str]:
    """The sources that the faults are of."""
    return {
        one.name
        for one in REGISTRY().sources()
        if one.portal is not None and (one.dataset in faults or f"portal:{one.portal}" in faults)
    }


def main() -> None:
    """Run the day and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=int, default=HOURS)
    parser.add_argument("--seed", type=int, default=6)
    given = parser.parse_args()
    rng, wrong = random.Random(given.seed), []
    with tempfile.TemporaryDirectory() as place:
        line = Line(Path(place), ROWS)
        line.clock.next_run = lambda: setattr(line.clock, "now", line.clock.now + dt.timedelta(hours=1))
        line.run_with({})
        site = create_site(Settings(data_dir=line.data))
        client, began, held = site.server.test_client(), time.monotonic(), []
        for hour in range(1, given.hours + 1):
            live = open_current(line.data).version
            is_calm = hour % CALM == 0
            if is_calm:
                line.rows += MORE_ROWS
                line.files = Path(place) / f"portal-{hour}"
            line.accept = "drawn anew" if is_calm else ""  # whoever adds rows to the portal draws all of them again
            faults = {} if is_calm else draw_faults(rng)
            line.run_with(faults)
            package = open_current(line.data)
            check_tables(package)
            site.shelf.take_up()
            if (package.version != live) != is_calm:
                wrong.append(f"hour {hour}: {faults} made release {package.version} of {live}")
            wrong += [f"hour {hour}: {one}" for one in unseen(client, line.data, faults)]
            held.append(Held.now(line.data))
            print(f"  {hour:>3} h  {package.version}  {held[-1]}  {faults or 'no fault, new rows'}", flush=True)
        line.run_with({})
        run = parse_run(read_last_run(line.data) or {})
        wrong += [f"after the day {name} is {one.problem}" for name, one in run.sources.items() if one.problem]
    third = max(1, len(held) // 3)
    grown = max(one.mb for one in held[-third:]) - max(one.mb for one in held[:third])
    print(
        f"{given.hours} runs in {time.monotonic() - began:.0f} s; "
        f"memory of the last third against the first: {grown:+.0f} MB"
    )
    bars = {
        "no wrong release, every fault on the status page, all well afterwards": not wrong,
        f"memory grows by less than {MOST_GROWTH_MB:g} MB": grown < MOST_GROWTH_MB,
        "no more open files than in the morning": held[-1].files <= held[third - 1].files,
        "no more threads": held[-1].threads <= held[third - 1].threads,
        "nothing left over in the folder": held[-1].left_over <= held[0].left_over,
    }
    for bar, is_met in bars.items():
        print(f"  {'met' if is_met else 'MISSED':<7}{bar}")
    for one in wrong:
        print(f"    {one}")
    sys.exit(bool(wrong))


def unseen(client, data: Path, faults: dict[str, str]) -> list[str]:
    """Faults that the record of the run, or the status page, does not tell."""
    run, t = parse_run(read_last_run(data) or {}), translator("en")
    titles = {one.name: one.title["en"] for dataset in open_current(data).datasets for one in dataset.sources}
    rows = [re.sub("<[^>]+>", "", html.unescape(row)) for row in ROW.findall(client.get("/en/status").text)]
    told = {name: source.problem for name, source in run.sources.items()}
    missing = [f"{name} has no problem in the record" for name in touched(faults) if not told.get(name)]
    for name, what in told.items():
        if what and not any(titles.get(name, name) in row and problem_words(t, what) in row for row in rows):
            missing.append(f"{name} is not on the status page: {what}")
    return missing


if __name__ == "__main__":
    main()
