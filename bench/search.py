"""`python -m bench.search`: the site's search against what one would write first, over the names of a million rows.

A million rows of purchases name about 60,000 suppliers (of the six cities' files together). That many names are made up
of stems, trades and legal forms, three in ten companies bearing two. Each side answers the same queries, some of them
mistyped, `RUNS` times in turn; medians of milliseconds a query and their ratios are printed.

- ours: the index, ranking and marking included; finds mistyped names and names that hold a word anywhere.
- duckdb: `jaro_winkler_similarity` of the query with every name, the best twenty; finds mistyped whole names only.
- sqlite: `like '%…%'` for each word; finds no mistyped name.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import time
from collections.abc import Callable

import duckdb

from dashboard.i18n import LANGUAGES, translator
from dashboard.search.entries import ABOVE_ALL, page_entries
from dashboard.search.folding import marked
from dashboard.search.index import Entry, Index

COMPANIES, RUNS = 60_000, 15
LONGEST_MS, LONGEST_BUILD_S = 50.0, 2.0
TRADES = (
    *("konehuolto", "rakennus", "kuljetus", "sähkö", "putki", "maalaus", "siivous", "ravintola", "apteekki", "palvelu"),
    *("kauppa", "tukku", "tekniikka", "energia", "konsultointi", "isännöinti", "kiinteistö", "teollisuus", "koulutus"),
)
FORMS = ("Oy", "Oy", "Oy", "Oy", "Oyj", "Ab", "Ky", "ry")
QUERIES = ("konehuolto", "konehuotlo", "oy", "kone", "rakenus kuljetsu oy", "sähkö ab", "1000123", "zzzzzzzz", "a")
QUESTIONS = (
    "hankkeen kustannuksista", "turun sähkö", "who does the city buy from", "konehuotlo rakenuus kuljetsu sähhkö oy",
    "mistä kaupungit ostavat rakennuspalvelua sähköä energiaa siivousta koulutusta teollisuus tukku maalaus putki ab",
)  # fmt: skip
"""Queries that nothing holds whole: ours answers them by other forms of words and by most of the words."""
EVERY = (*QUERIES, *QUESTIONS)
Side = Callable[[str], int]


def make_companies(seed: int = 6) -> list[Entry]:
    """Companies with made-up names."""
    rng = random.Random(seed)
    syllables = [first + last for first in "kmlprstvnjh" for last in "aeiouyäö"]
    stems = ["".join(rng.choices(syllables, k=rng.randint(2, 4))).title() for _ in range(20_000)]

    def name() -> str:
        return f"{rng.choice(stems)} {rng.choice([rng.choice(TRADES).title(), rng.choice(stems)])} {rng.choice(FORMS)}"

    return [
        Entry("company", str(n), (name(), name()) if rng.random() < 0.3 else (name(),), f"{1_000_000 + n} {n % 10}", n)
        for n in range(COMPANIES)
    ]


def site_pages() -> list[Entry]:
    """What the site itself has named, whose words count in every form."""
    of_pages = zip(*(page_entries(translator(language)) for language in LANGUAGES), strict=True)
    pages = [tuple(zip(*of_page, strict=True)) for of_page in of_pages]
    return [Entry("page", paths[0], names, "", ABOVE_ALL, details) for paths, names, details in pages]


def ours(entries: list[Entry]) -> Side:
    index = Index(entries)

    def search(query: str) -> int:
        results = index.search(query)
        for group in results.groups:
            for entry in group.entries:
                marked(entry.name("fi"), results.terms)
        return results.count

    return search


def by_duckdb(entries: list[Entry]) -> Side:
    connection = duckdb.connect()
    names = [[name.lower()] for entry in entries for name in entry.names]
    connection.execute("create table names as select unnest($1) as name", [[name for (name,) in names]])
    sql = "select name from names order by jaro_winkler_similarity(name, ?) desc limit 20"
    return lambda query: len(connection.execute(sql, [query]).fetchall())


def by_sqlite(entries: list[Entry]) -> Side:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table names (name text)")
    connection.executemany("insert into names values (?)", [(name.lower(),) for e in entries for name in e.names])

    def search(query: str) -> int:
        words = [f"%{word}%" for word in query.split()]
        sql = f"select name from names where {' and '.join('name like ?' for _ in words)}"
        return len(connection.execute(sql, words).fetchall())

    return search


def measure(sides: dict[str, Side]) -> dict[str, dict[str, float]]:
    """Side -> query -> median milliseconds, the sides in turn."""
    taken: dict[str, dict[str, list[float]]] = {name: {query: [] for query in EVERY} for name in sides}
    for _ in range(RUNS):
        for query in EVERY:
            for name, search in sides.items():
                start = time.perf_counter()
                search(query)
                taken[name][query].append((time.perf_counter() - start) * 1000)
    return {name: {query: statistics.median(of) for query, of in found.items()} for name, found in taken.items()}


def main() -> None:
    """Measure and print."""
    entries = [*make_companies(), *site_pages()]
    start = time.perf_counter()
    sides = {"ours": ours(entries)}
    built = time.perf_counter() - start
    sides |= {"duckdb": by_duckdb(entries), "sqlite": by_sqlite(entries)}
    found = measure(sides)
    print(f"{COMPANIES:,} companies, medians of {RUNS}; index made in {built:.2f} s (bar: {LONGEST_BUILD_S:g} s)")
    print(f"  {'query':<32}{'ours':>10}{'duckdb':>10}{'sqlite':>10}  ms")
    for query in EVERY:
        print(f"  {query[:30]:<32}" + "".join(f"{found[name][query]:>10.1f}" for name in sides))
    total = {name: sum(of.values()) for name, of in found.items()}
    for peer in ("duckdb", "sqlite"):
        print(f"  {peer} / ours: {total[peer] / total['ours']:.1f}")
    slowest = max(found["ours"].values())
    print(f"  {'met' if slowest <= LONGEST_MS else 'MISSED'}: slowest query {slowest:.1f} ms (bar: {LONGEST_MS:g} ms)")


if __name__ == "__main__":
    main()
