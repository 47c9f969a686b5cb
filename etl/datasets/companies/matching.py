"""Names without a business id: linked to the one company that bears a near-equal name, else grouped among themselves.

Names are compared only where their first letters agree (a block), so the work grows with the size of the blocks and
not with the square of all names. Within a block rapidfuzz compares the letters in one call; only what comes near is
scored by the full rules of `etl.tidy.names`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz, process

from etl.tidy.names import CUT_LEAST, NameKey, name_key, score_keys

THRESHOLD = 93.0
"""From this score on two names are taken for one. Chosen by `etl.datasets.companies.measure` on the hand-checked pairs:
from 91 on no two that are spelt differently are joined wrongly, and 93 loses no right one against that."""
BLOCK_LETTERS = 4
ROWS_AT_ONCE = 512
"""Names compared with a whole block in one call, so that no large matrix is held."""


@dataclass(frozen=True)
class Link:
    """A name without an id and the company it is taken for."""

    name: str
    business_id: str
    score: float


@dataclass
class Matches:
    """What became of the names without an id. A name with more than one candidate is in neither `links` nor a group."""

    links: list[Link] = field(default_factory=list)
    candidates: dict[str, int] = field(default_factory=dict)
    """For each name that is not linked: how many companies have a near-equal name, 0 or more than 1."""
    groups: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Name -> the name that stands for its group, and the score with it (100 for itself)."""


class Block:
    """Names whose first letters agree, ready to be searched."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(names)
        self.keys = [name_key(name) for name in self.names]
        self.cores = [key.core for key in self.keys]

    def near(self, names: Sequence[str], threshold: float) -> Iterator[tuple[int, str, float]]:
        """(place in `names`, name of this block, score) of all that reach the threshold."""
        keys = [name_key(name) for name in names]
        for start in range(0, len(keys), ROWS_AT_ONCE):
            part = keys[start : start + ROWS_AT_ONCE]
            letters = process.cdist(
                [key.core for key in part], self.cores, scorer=fuzz.ratio, score_cutoff=threshold, dtype=np.float32
            )
            for row, column in zip(*(places.tolist() for places in np.nonzero(letters)), strict=True):
                score = score_keys(part[row], self.keys[column])
                if score >= threshold:
                    yield start + row, self.names[column], score


class NameIndex:
    """Names that can be searched for near-equal ones."""

    def __init__(self, names: Iterable[str]) -> None:
        by_block: defaultdict[str, list[str]] = defaultdict(list)
        self.by_words: defaultdict[str, list[str]] = defaultdict(list)
        self.cut: defaultdict[str, list[str]] = defaultdict(list)
        wholes = []
        for name in names:
            key = name_key(name)
            by_block[block_of(key)].append(name)
            self.by_words[_sorted_words(key)].append(name)
            wholes.append((key.whole, name))
            if key.is_cut and len(key.whole) >= CUT_LEAST:
                self.cut[key.whole].append(name)
        self.blocks = {block: Block(found) for block, found in by_block.items()}
        wholes.sort()
        self.wholes, self.whole_names = [whole for whole, _ in wholes], [name for _, name in wholes]
        self.cut_lengths = {len(whole) for whole in self.cut}

    def near(self, names: Iterable[str], threshold: float = THRESHOLD) -> dict[str, dict[str, float]]:
        """For each of `names` that has any: the near-equal names in here, each with its score."""
        found: dict[str, dict[str, float]] = defaultdict(dict)
        by_block: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            key = name_key(name)
            by_block[block_of(key)].append(name)
            for other in {*self.by_words.get(_sorted_words(key), ()), *self._going_on(key), *self._cut_of(key)}:
                score = score_keys(key, name_key(other))
                if score >= threshold:
                    found[name][other] = score
        for block, mine in by_block.items():
            if block in self.blocks:
                for place, other, score in self.blocks[block].near(mine, threshold):
                    found[mine[place]][other] = score
        return dict(found)

    def _going_on(self, key: NameKey) -> list[str]:
        """Names that go on where this one was cut."""
        if not key.is_cut or len(key.whole) < CUT_LEAST:
            return []
        start = bisect_left(self.wholes, key.whole)
        return self.whole_names[start : bisect_left(self.wholes, key.whole + "\uffff", lo=start)]

    def _cut_of(self, key: NameKey) -> list[str]:
        """Names in here that are this one, cut."""
        return [name for length in self.cut_lengths for name in self.cut.get(key.whole[:length], ())]


def block_of(key: NameKey) -> str:
    """The first letters of a name without its form."""
    return key.core[:BLOCK_LETTERS]


def _sorted_words(key: NameKey) -> str:
    return " ".join(sorted(key.words))


def match_names(
    unidentified: Mapping[str, int], identified: Mapping[str, frozenset[str]], threshold: float = THRESHOLD
) -> Matches:
    """Link and group `unidentified` (name -> rows) against `identified` (name -> the business ids that bear it).

    A name is linked where all near-equal names are one company's; where they are several companies' it is left alone.
    The rest is grouped round the names with most rows, each name with the nearest of them, and never through a third.

    >>> found = match_names({"MALLI OY": 3, "Otos Oy": 2, "OTOS": 1}, {"Malli Oy": frozenset({"9800001-6"})})
    >>> [(link.name, link.business_id, link.score) for link in found.links]
    [('MALLI OY', '9800001-6', 100.0)]
    >>> found.groups
    {'Otos Oy': ('Otos Oy', 100.0), 'OTOS': ('Otos Oy', 100.0)}
    """
    matches = Matches()
    near = NameIndex(identified).near(unidentified, threshold)
    for name in unidentified:
        found = near.get(name, {})
        ids = frozenset[str]().union(*(identified[other] for other in found))
        if len(ids) == 1:
            matches.links.append(Link(name, next(iter(ids)), max(found.values())))
        else:
            matches.candidates[name] = len(ids)
    rest = {name: unidentified[name] for name, count in matches.candidates.items() if count == 0}
    matches.groups = group_names(rest, threshold)
    return matches


def group_names(names: Mapping[str, int], threshold: float = THRESHOLD) -> dict[str, tuple[str, float]]:
    """Each name -> the name with most rows that it is near-equal to (itself where there is none), and the score."""
    order = sorted(names, key=lambda name: (-names[name], name))
    near = NameIndex(order).near(order, threshold)
    heads: set[str] = set()
    groups: dict[str, tuple[str, float]] = {}
    for name in order:
        found = [(score, head) for head, score in near.get(name, {}).items() if head in heads]
        if found:
            best = min(found, key=lambda pair: (-pair[0], -names[pair[1]], pair[1]))
            groups[name] = (best[1], best[0])
        else:
            heads.add(name)
            groups[name] = (name, 100.0)
    return groups
