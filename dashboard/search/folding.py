"""How texts are made alike before they are compared, letter by letter, so that a match is marked in the original."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from dashboard.i18n.plain import plain_text

BUSINESS_ID = re.compile(r"(?<![0-9])([0-9]{7})-?([0-9])(?![0-9])")
ENDING = re.compile(r"(?<=\w\w)(?:['’]s|:[a-zåäö]{1,3})\b")
"""What English and Finnish write behind a name with a sign between: Turku's, EAKR:n."""


class _Letters(dict[int, str]):
    """Code point -> its letter or digit without accents and case, a space for anything else; worked out once each."""

    def __missing__(self, code: int) -> str:
        plain = normalize("NFKD", chr(code))[0].lower()[:1]
        self[code] = letter = plain if plain.isalnum() else " "
        return letter


_LETTERS = _Letters()


def fold(text: str) -> str:
    """The text in small letters without accents, everything but letters and digits a space; as long as it was.

    >>> fold("Åkerlunds-Bygg Ab"), len(fold("Café (Ö)")) == len("Café (Ö)")
    ('akerlunds bygg ab', True)
    """
    return text.translate(_LETTERS)


def words_of(query: str) -> list[str]:
    """The words of a query, folded, each once; a business id is one word, with its hyphen or without.

    The reader may have written it anyhow: with signs that cannot be seen, in letters of another width.

    >>> words_of("Kone-Huolto  OY oy"), words_of("12345678"), words_of("1234567-8")
    (['kone', 'huolto', 'oy'], ['1234567 8'], ['1234567 8'])
    """
    query = ENDING.sub("", plain_text(query))
    found = ["{} {}".format(*match.groups()) for match in BUSINESS_ID.finditer(query)]
    return list(dict.fromkeys([*found, *fold(BUSINESS_ID.sub(" ", query)).split()]))


def marked(text: str, terms: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the terms (folded ones).

    >>> marked("Mäen Konehuolto", ["huolto", "maen"])
    [('Mäen', True), (' Kone', False), ('huolto', True)]
    """
    folded, hit = fold(text), [False] * len(text)
    for term in terms:
        start = folded.find(term)
        while term and start >= 0:
            hit[start : start + len(term)] = [True] * len(term)
            start = folded.find(term, start + 1)
    pieces: list[tuple[str, bool]] = []
    for character, is_hit in zip(text, hit, strict=True):
        if pieces and pieces[-1][1] == is_hit:
            pieces[-1] = (pieces[-1][0] + character, is_hit)
        else:
            pieces.append((character, is_hit))
    return pieces
