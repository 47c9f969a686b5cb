"""Which words are one word in other forms: "Turun" is Turku, "hankkeen" is a hanke, "suppliers" a supplier.

Stems are worked out by Snowball's stemmers, from folded words on both sides, since readers leave accents out. What they
cannot know stands in tables: Finnish names whose consonants change with the case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from threading import Lock

import snowballstemmer

STEMMERS = {"fi": "finnish", "sv": "swedish", "en": "english"}
SHORTEST_WORD = 4
"""Letters of the shortest word that has forms: of shorter ones too little is left."""
MOST_FORMS = 16
"""Other forms of a word that are looked for; the site writes few words in more."""
NAMES = (
    "helsinki helsingin helsingissa helsingista helsinkiin helsingille helsingilta helsinkia",
    "espoo espoon espoossa espoosta espooseen espoolle espoota",
    "esbo esbos",
    "vantaa vantaan vantaalla vantaalta vantaalle vantaata",
    "vanda vandas",
    "tampere tampereen tampereella tampereelta tampereelle tamperetta",
    "turku turun turussa turusta turkuun turulle turulta turkua",
    "abo abos",
    "oulu oulun oulussa oulusta ouluun oululle oululta oulua",
    "uleaborg uleaborgs",
)
"""The cities' names, folded, with the forms in which they are asked for; Helsingfors and Tammerfors have but one."""
PARTED = (
    "kaupunki kaupungin",
    "kunta kunnan",
    "yritys yrityksen yritysten",
    "kustannus kustannuksen kustannusten",
    "hankinta hankinnan hankinnoista hankintoja",
    "palvelupyynto palvelupyynnon palvelupyyntojen",
    "palaute palautteen",
    "vasteaika vasteajan",
    "osuus osuuden",
    "hinta hinnan hintoja",
    "avustus avustuksen avustusten",
    "rahoitus rahoituksen rahoitusten",
    "keskittyminen keskittymisen",
    "tunnusluku tunnusluvun tunnuslukujen",
    "toimittaja toimittajan toimittajien",
)
"""Finnish words of this site whose stems the stemmer keeps apart, a form for each stem."""
_LOCK = Lock()
"""A stemmer keeps the word that it works on, so that two threads must not use it at once."""


class Inflection:
    """The words of a site, by what they are forms of."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        """`words` are folded, by language; those of no known one (the empty name) may be of any."""
        self._names = {form: names for names in map(str.split, NAMES) for form in names}
        self._joined = {stem(one, "fi"): stem(of_one[0], "fi") for of_one in map(str.split, PARTED) for one in of_one}
        self._forms: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for language in STEMMERS:
            for word in dict.fromkeys([*words.get(language, ()), *words.get("", ())]):
                if len(word) >= SHORTEST_WORD:
                    self._forms[self._key(word, language)].append(word)

    def others(self, word: str) -> list[str]:
        """The other forms of a word that the site holds.

        >>> Inflection({"fi": ["hanke", "hankkeet"], "sv": ["projekt"]}).others("hankkeen")
        ['hanke', 'hankkeet']
        """
        if word.isdigit():
            return []
        found: list[str] = list(self._names.get(word, ()))
        if len(word) >= SHORTEST_WORD:
            found += [form for language in STEMMERS for form in self._forms.get(self._key(word, language), ())]
        return [one for one in dict.fromkeys(found) if one != word][:MOST_FORMS]

    def _key(self, word: str, language: str) -> tuple[str, str]:
        of_word = stem(word, language)
        return language, self._joined.get(of_word, of_word) if language == "fi" else of_word


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word. An ending may hide behind another: what is left is stemmed until nothing
    goes.

    >>> stem("kostnader", "sv") == stem("kostnad", "sv")
    True
    """
    with _LOCK:
        stemmer = _stemmer(language)
        shorter = str(stemmer.stemWord(word))
        while shorter != word:
            word, shorter = shorter, str(stemmer.stemWord(shorter))
    return word


@lru_cache(maxsize=len(STEMMERS))
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(STEMMERS[language])
