"""How well near-equal names are told: precision and recall on 200 pairs that were checked by hand.

`python -m etl.datasets.companies.measure` prints both for every threshold. The pairs (`data/reference/name_pairs.csv`)
are real names of organisations, chosen hard; each has its evidence, mostly the business ids beside the names.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from etl.datasets.companies.matching import THRESHOLD
from etl.settings import ROOT
from etl.tidy.names import score_names

PAIRS = ROOT / "data" / "reference" / "name_pairs.csv"
SHOWN = (80, 85, 88, 90, 91, 92, 93, 94, 95, 96, 98, 100)


@dataclass(frozen=True)
class Pair:
    """Two names, and whether they are one body's."""

    names: tuple[str, str]
    is_same: bool
    evidence: str

    @property
    def rests_on_ids(self) -> bool:
        """Whether the business ids of both names are the evidence, and not somebody's reading."""
        return self.evidence in ("same business id", "different business ids")

    @property
    def is_spelt_alike(self) -> bool:
        """Whether the names are letter for letter the same: two companies may bear one name."""
        return self.names[0].casefold() == self.names[1].casefold()


@dataclass(frozen=True)
class Measure:
    """What a threshold does to the pairs."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of the pairs taken for one, the share that is."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that are one, the share that is taken so."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """The pairs as kept in git."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Pair((r["name_a"], r["name_b"]), r["verdict"] == "same", r["evidence"]) for r in csv.DictReader(file)]


def measure(pairs: Iterable[Pair], threshold: float = THRESHOLD) -> Measure:
    """Count what the threshold tells rightly and wrongly."""
    taken = [(pair.is_same, score_names(*pair.names) >= threshold) for pair in pairs]
    return Measure(taken.count((True, True)), taken.count((False, True)), taken.count((True, False)))


def report(pairs: list[Pair]) -> str:
    """A line a threshold, as the README quotes it."""
    lines = [f"{len(pairs)} pairs, {sum(pair.is_same for pair in pairs)} of them the same body"]
    differing = [pair for pair in pairs if not pair.is_spelt_alike]
    for threshold in SHOWN:
        all_of, spelt = measure(pairs, threshold), measure(differing, threshold)
        mark = " <- taken" if threshold == THRESHOLD else ""
        lines.append(
            f"{threshold:>4}: precision {all_of.precision:.3f} ({all_of.right} right, {all_of.wrong} wrong; "
            f"{spelt.precision:.3f} of names spelt differently), recall {all_of.recall:.3f}{mark}"
        )
    by_ids = measure(pair for pair in pairs if pair.rests_on_ids)
    lines.append(f"of those that rest on business ids, at {THRESHOLD:g}: {by_ids.precision:.3f}, {by_ids.recall:.3f}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(report(read_pairs()) + "\n")
