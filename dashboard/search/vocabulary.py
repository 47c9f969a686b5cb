"""Every word of the index, to find what a mistyped one may have been meant to be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 3
"""Letters of the shortest word that may be mistyped: of two, every other word is one edit away."""
LONG = 6
"""Letters of the shortest word in which two may be wrong."""
MOST_NEAR = 8


def edits_allowed(word: str) -> int:
    """How many letters may be wrong, missing, doubled or swapped: the rule of Lucene's `fuzziness: AUTO`.

    >>> [edits_allowed(word) for word in ("ab", "kone", "konehuolto")]
    [0, 1, 2]
    """
    return 0 if len(word) < SHORTEST else 1 if len(word) < LONG else 2


def is_one_edit(word: str, other: str) -> bool:
    """Whether one letter parts the two.

    >>> is_one_edit("kone", "kome"), is_one_edit("konehuotlo", "konehuolto"), is_one_edit("kone", "koemt")
    (True, True, False)
    """
    return bool(OSA.distance(word, other, score_cutoff=1) <= 1)


class Vocabulary:
    """Words with how often each stands in the index, sorted by length, since near words are of nearly the same."""

    def __init__(self, texts: Iterable[str], by_language: Mapping[str, Collection[str]] | None = None) -> None:
        """`texts` are folded; `by_language` holds the site's own words, those of no known language under ""."""
        self._by_language = by_language or {}
        counts = Counter(word for text in texts for word in text.split() if not word.isdigit())
        self._counts = {word: n for word, n in counts.items() if len(word) >= SHORTEST}
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in self._counts:
            self._by_length[len(word)].append(word)

    def near(self, word: str, extra: int = 0, language: str | None = None) -> list[str]:
        """The words that `word` may stand for, the nearest first and of these the most frequent; `extra` more edits
        than usual may part a long one from them. With a `language`, none that is known of others only."""
        edits = edits_allowed(word) + (extra if len(word) >= LONG else 0)
        if not edits or word.isdigit():
            return []
        found: list[tuple[float, int, str]] = []
        for length in range(len(word) - edits, len(word) + edits + 1):
            near = process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=edits, limit=None
            )
            found += [(distance, -self._counts[other], other) for other, distance, _ in near if distance]
        return [other for *_, other in sorted(found) if self._is_of(other, language)][:MOST_NEAR]

    def _is_of(self, word: str, language: str | None) -> bool:
        """Whether a word may be of that language: a company's name is of any."""
        languages = [one for one, words in self._by_language.items() if word in words]
        return language is None or not languages or language in languages
