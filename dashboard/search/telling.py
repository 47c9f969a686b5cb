"""Which words of a question say what it is about, and how much each of them says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log1p

from dashboard.search.folding import fold

SHORTEST = 3
"""Letters of the shortest word that is about anything; `oy` and `ab` are of every other company."""
ASKING = frozenset(
    fold(
        "kuka ketkä kenen keneltä keneen mikä mitkä mitä minkä missä mistä mihin milloin miten miksi kuinka paljon "
        "paljonko montako monta onko oliko ovat olivat oli olla että sekä tai joka jotka kun niin myös vain "
        "kaikki eniten vähiten enemmän vähemmän suurin "
        "vem vilka vilken vilket vad var när hur varför mycket många finns är var till från för med och att som det "
        "den dem mest minst mera alla "
        "who whom whose what which where when how why much many does did are was were has have had the and from for "
        "with that this there most least more less all can could will would"
    ).split()
)
"""Words of questions in three languages, folded, that are in every text or in none."""


def is_telling(word: str) -> bool:
    """Whether a folded word says what is looked for.

    >>> [is_telling(word) for word in ("who", "turku", "oy")]
    [False, True, False]
    """
    return len(word) >= SHORTEST and word not in ASKING


def score_by_rarity(holding: Mapping[str, Sequence[int]], entries: int) -> tuple[dict[int, float], float]:
    """(entry -> the sum of what the words that it holds say, that sum of all the words), `holding` being word -> its
    entries: the fewer entries hold a word, the more it says.

    >>> scores, most = score_by_rarity({"oulu": [1], "ostot": [1, 2, 3]}, 100)
    >>> most == scores[1] > scores[2] == scores[3]
    True
    """
    scores: defaultdict[int, float] = defaultdict(float)
    most = 0.0
    for numbers in holding.values():
        says = log1p(entries / len(numbers))
        most += says
        for number in numbers:
            scores[number] += says
    return dict(scores), most
