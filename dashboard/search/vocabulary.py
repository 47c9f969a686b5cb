"""Every word of the index, to find what a mistyped one may have been meant to be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 3
"""Letters of the shortest word that may be mistyped: of two, every other word is one edit away."""
MOST_NEAR = 8


def edits_allowed(word: str) -> int:
    """How many letters may be wrong, missing, doubled or swapped: the rule of Lucene's `fuzziness: AUTO`.

    >>> [edits_allowed(word) for word in ("ab", "kone", "konehuolto")]
    [0, 1, 2]
    """
    return 0 if len(word) < SHORTEST else 1 if len(word) < 6 else 2


class Vocabulary:
    """Words with how often each stands in the index, sorted by length, since near words are of nearly the same."""

    def __init__(self, texts: Iterable[str]) -> None:
        """`texts` are folded."""
        counts = Counter(word for text in texts for word in text.split() if not word.isdigit())
        self._counts = {word: n for word, n in counts.items() if len(word) >= SHORTEST}
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in self._counts:
            self._by_length[len(word)].append(word)

    def near(self, word: str, extra: int = 0) -> list[str]:
        """The words that `word` may stand for, the nearest first and of these the most frequent; `extra` more edits
        than usual may part them."""
        edits = edits_allowed(word) + (extra if len(word) > SHORTEST else 0)
        if not edits or word.isdigit():
            return []
        found: list[tuple[float, int, str]] = []
        for length in range(len(word) - edits, len(word) + edits + 1):
            near = process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=edits, limit=None
            )
            found += [(distance, -self._counts[other], other) for other, distance, _ in near if distance]
        return [other for _, _, other in sorted(found)[:MOST_NEAR]]
