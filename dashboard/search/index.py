"""Finds entries by words: whole, in part, or mistyped. Held in memory, read-only, safe to share between threads.

SQLite's trigram index answers which entries hold every word of the query, in whichever language, at any place of a
compound; a word of the site counts in any of its forms. Where none does, words of the vocabulary that lie a typing
error away are looked for instead; where these are in no entry together either, the entries that hold most of the words
are found. Entries stand in the order of their weight, so the first that are found are those that most readers mean.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from dashboard.i18n import LANGUAGES
from dashboard.search.folding import fold, words_of
from dashboard.search.inflection import Inflection
from dashboard.search.telling import is_telling, score_by_rarity
from dashboard.search.vocabulary import Vocabulary, is_one_edit

Kind = Literal["page", "city", "dataset", "indicator", "project", "company", "term"]
KINDS: tuple[Kind, ...] = ("page", "city", "dataset", "indicator", "project", "company", "term")
"""What can be found, in the order in which results show it."""

BORDER = "|"
"""Stands before and behind each name in the index, so that the beginning of a name can be asked for."""
TRIGRAM = 3
FEW_INSIDE = 5
"""Entries of a kind with the query's word in the middle of another that are shown beside better ones, at most."""
RANKED = 400
"""Entries of a kind that are put in order; the heaviest, where more are found."""

MOST_TOLD = 6
"""Words of a query that are looked for one by one, where nothing holds them all; the longest."""
MOST_HOLDING = 1000
"""Entries that are looked at for one of these."""
ENOUGH = 0.5
"""The part of the best entry's score that another must have to be shown beside it."""

EXTRA_EDITS = 1
"""Letters more than of a mistyped word that may be wrong in one that is only said to resemble another."""
MOST_NEAR = 3
"""Words that are said to resemble one of the query, at most."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found. `names` are shown and matched, `words` are matched only. `path` is its address
    without the language. `details` say more in each language; what has them has a name in each, too."""

    kind: Kind
    path: str
    names: tuple[str, ...]
    words: str = ""
    weight: float = 0
    details: tuple[str, ...] = ()
    language: str | None = None
    """That of its name, where it has one name that is in a known language and no company's."""

    def name(self, language: str) -> str:
        """Its name in that language, or the one name that it has in all."""
        return self.names[LANGUAGES.index(language)] if self.details else self.names[0]

    def language_of(self, name: str) -> str | None:
        """The language of one of its names, as far as it is known."""
        return LANGUAGES[self.names.index(name)] if self.details else self.language

    def detail(self, language: str) -> str:
        """What it is, in that language; empty where its name says it."""
        return self.details[LANGUAGES.index(language)] if self.details else ""


@dataclass(frozen=True)
class Group:
    """The entries of one kind that were found, the best first; `count` is how many there are in all."""

    kind: Kind
    count: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Results:
    """What was found, by kind. `terms` are the words to mark. `instead` is the query that was meant where the one given
    finds nothing; `near` are words of the site that resemble it, where nothing was found at all. `is_partial` where
    nothing holds every word: what holds most of them was found, and none of it the words `unknown`."""

    groups: tuple[Group, ...] = ()
    terms: tuple[str, ...] = ()
    instead: str | None = None
    near: tuple[str, ...] = ()
    is_partial: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many entries were found."""
        return sum(group.count for group in self.groups)


class Index:
    """The entries of one release."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Index the entries; about a second for 60,000 companies."""
        self.entries = sorted(entries, key=lambda entry: -entry.weight)
        names = [_key(entry.names) for entry in self.entries]
        texts = [key + _key((e.words, *e.details))[1:] for key, e in zip(names, self.entries, strict=True)]
        site_words = _site_words(self.entries)
        self._vocabulary = Vocabulary((text.replace(BORDER, " ") for text in texts), site_words)
        self._inflection = Inflection(site_words)
        self._beginning = _beginnings(texts)
        self._lock = Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        run = self._connection.execute
        run("create virtual table entries using fts5(text, tokenize='trigram')")
        self._connection.executemany("insert into entries (rowid, text) values (?, ?)", enumerate(texts))
        run("insert into entries (entries) values ('optimize')")
        run("pragma query_only = on")

    def search(
        self, query: str, limit: int = 20, kinds: Sequence[Kind] = KINDS, language: str | None = None
    ) -> Results:
        """What the query finds, at most `limit` entries of each kind. Entries are found in every language; words that
        resemble a query that finds nothing are the reader's `language`'s."""
        words = words_of(query)
        if not words:
            return Results()
        choices = [[word, *self._inflection.others(word)] for word in words]
        found = self._find(choices, kinds)
        terms, instead, near = _each(choices), None, []
        if not any(found.values()):
            near = [self._vocabulary.near(word) for word in words]
            wider = self._find([[*forms, *others] for forms, others in zip(choices, near, strict=True)], kinds)
            if any(wider.values()):
                terms = _each([*choices, *near])
                meant = self._meant(words, near)
                instead, found, choices = " ".join(meant), wider, [[word] for word in meant]
        if not any(found.values()):
            partly = self._partly(choices, dict(zip(words, near, strict=True)), kinds, limit)
            return partly or Results(terms=terms, near=self._resembling(words, language))
        groups = [self._group(kind, numbers, choices, limit) for kind, numbers in found.items() if numbers]
        return Results(tuple(group for _, group in sorted(groups, key=lambda one: one[0])), terms, instead)

    def _find(self, choices: Sequence[Sequence[str]], kinds: Sequence[Kind]) -> dict[Kind, list[int]]:
        """The numbers of the entries, by kind, that hold one of each of the choices; the heaviest first."""
        long = [[word for word in words if len(word) >= TRIGRAM] for words in choices]
        short = [words[0] for words, kept in zip(choices, long, strict=True) if not kept]
        match = _all_of([_quoted(word) for word in words] for words in long if words)
        numbers: Iterable[int] = self._matching(match) if match else self._beginning.get(short.pop(), ())
        at_edges = set(self._matching(_all_of(_at_edges(words) for words in long if words))) if match else set()
        for word in short:
            allowed = set(self._beginning.get(word, ()))
            numbers = [number for number in numbers if number in allowed]
        found: dict[Kind, list[int]] = {kind: [] for kind in kinds}
        for number in numbers:
            kind = self.entries[number].kind
            if kind in found:
                found[kind].append(number)
        if not any(number in at_edges for of_kind in found.values() for number in of_kind):
            return found
        return {kind: _without_noise(of_kind, at_edges) for kind, of_kind in found.items()}

    def _partly(
        self, choices: Sequence[Sequence[str]], nearest: Mapping[str, Sequence[str]], kinds: Sequence[Kind], limit: int
    ) -> Results | None:
        """What holds most of the words that say anything, the rarer ones counting more; None where nothing does.

        A word that nothing holds may be mistyped, but by one letter only: with the others found there is less reason
        to think so. `nearest`: word -> the words that lie near it.
        """
        telling = [forms for forms in choices if is_telling(forms[0])]
        telling = sorted(telling, key=lambda forms: -len(forms[0]))[:MOST_TOLD]
        meant, holding, unknown = {word: word for word in nearest}, {}, []
        for forms in telling:
            word = forms[0]
            numbers = self._holding(forms, kinds)
            if not numbers and (near := [other for other in nearest[word] if is_one_edit(word, other)]):
                meant[word], numbers = near[0], self._holding(near[:1], kinds)
            if numbers:
                holding[meant[word]] = numbers
            else:
                unknown.append(word)
        scores, most = score_by_rarity(holding, len(self.entries))
        if not scores:
            return None
        best = max(scores.values())
        is_partial = bool(unknown) or best < most
        enough = ENOUGH * best if is_partial else best
        of_kinds: dict[Kind, list[tuple[float, int]]] = {}
        for number, score in sorted(scores.items()):
            if score >= enough:
                of_kinds.setdefault(self.entries[number].kind, []).append((-score, number))
        groups = [
            (min(ranked), Group(kind, len(ranked), tuple(self.entries[n] for _, n in sorted(ranked)[:limit])))
            for kind, ranked in of_kinds.items()
        ]
        found = tuple(group for _, group in sorted(groups, key=lambda one: one[0]))
        terms = _each([holding, *(forms for forms in telling if forms[0] in holding)])
        instead = " ".join(meant.values()) if any(word != other for word, other in meant.items()) else None
        return Results(found, terms, instead, (), is_partial, tuple(word for word in nearest if word in unknown))

    def _holding(self, forms: Sequence[str], kinds: Sequence[Kind]) -> list[int]:
        """The numbers of the heaviest entries with a word that begins or ends with one of the forms."""
        return [n for n in self._matching(_all_of([_at_edges(forms)]), MOST_HOLDING) if self.entries[n].kind in kinds]

    def _matching(self, match: str, limit: int = -1) -> list[int]:
        """The numbers of the entries that FTS5 finds."""
        with self._lock:
            rows = self._connection.execute(
                "select rowid from entries where entries match ? order by rowid limit ?", (match, limit)
            )
            return [number for (number,) in rows]

    def _group(
        self, kind: Kind, numbers: Sequence[int], choices: Sequence[Sequence[str]], limit: int
    ) -> tuple[int, Group]:
        """(how well its best entry fits, the entries of one kind). Entries whose name is the query come first, then
        those whose name begins so, then those with the words at the beginning of words; among equals the heavier."""
        queries = [" ".join(forms[0] for forms in choices), *(choices[0][1:] if len(choices) == 1 else ())]
        named = self._named(queries[0]) if len(numbers) > RANKED else set()
        shown = dict.fromkeys([*(number for number in numbers if number in named), *numbers[:RANKED]])
        ranked = sorted((self._tier(number, queries, choices), number) for number in shown)
        return ranked[0][0], Group(kind, len(numbers), tuple(self.entries[number] for _, number in ranked[:limit]))

    def _named(self, query: str) -> set[int]:
        """The entries whose name begins with the query, however light they are."""
        if len(query) < TRIGRAM - 1:
            return set()
        return set(self._matching(_quoted(BORDER + query), RANKED))

    def _tier(self, number: int, queries: Sequence[str], choices: Sequence[Sequence[str]]) -> int:
        """How well an entry fits: `queries` are the query itself and, where it is one word, that word's other forms."""
        keys = [" ".join(fold(name).split()) for name in self.entries[number].names]
        if any(query in keys for query in queries):
            return 0
        if any(f"{key} ".startswith(f"{queries[0]} ") for key in keys):
            return 1
        if any(key.startswith(queries[0]) for key in keys):
            return 2
        if any(all(any(f" {word}" in f" {key}" for word in forms) for forms in choices) for key in keys):
            return 3
        return 4 if any(all(any(word in key for word in forms) for forms in choices) for key in keys) else 5

    def _meant(self, words: Sequence[str], near: Sequence[Sequence[str]]) -> list[str]:
        """The words, each that finds nothing by itself replaced by its nearest one."""
        return [
            others[0] if others and not self._finds(word) else word for word, others in zip(words, near, strict=True)
        ]

    def _finds(self, word: str) -> bool:
        return any(self._find([[word]], KINDS).values())

    def _resembling(self, words: Sequence[str], language: str | None) -> tuple[str, ...]:
        """Single words of the site that resemble those of a query of which nothing is found."""
        near = (self._vocabulary.near(word, EXTRA_EDITS, language)[:MOST_NEAR] for word in words if is_telling(word))
        return tuple(dict.fromkeys(other for of_word in near for other in of_word))


def _site_words(entries: Iterable[Entry]) -> Mapping[str, Counter[str]]:
    """The folded words of what the site itself has named, by language, those of no known one under the empty name. A
    company's name is not inflected."""
    found: dict[str, Counter[str]] = {language: Counter() for language in (*LANGUAGES, "")}
    for entry in entries:
        if entry.kind != "company":
            texts = [("", text) for text in (entry.words, *(() if entry.details else entry.names))]
            if entry.details:
                texts += [(one, text) for one in LANGUAGES for text in (entry.name(one), entry.detail(one))]
            for language, text in texts:
                found[language].update(fold(text).split())
    return found


def _each(choices: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All words of the choices, each once."""
    return tuple(dict.fromkeys(word for words in choices for word in words))


def _beginnings(texts: Iterable[str]) -> dict[str, list[int]]:
    """The first letter, and the first two, of any word -> the numbers of the texts with such a word."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for start in {word[:size] for word in text.replace(BORDER, " ").split() for size in range(1, TRIGRAM)}:
            found[start].append(number)
    return dict(found)


def _key(names: Iterable[str]) -> str:
    """The names folded between borders, each once."""
    folded = dict.fromkeys(" ".join(fold(name).split()) for name in names)
    return BORDER + "".join(f"{name}{BORDER}" for name in folded)


def _all_of(choices: Iterable[Sequence[str]]) -> str:
    """One phrase of each of the choices, in the language of FTS5."""
    return " AND ".join(f"({' OR '.join(phrases)})" for phrases in choices)


def _at_edges(words: Sequence[str]) -> list[str]:
    """Phrases of the words where they begin or end a word, which the last part of a compound does."""
    return [_quoted(text) for word in words for text in (f" {word}", BORDER + word, f"{word} ", word + BORDER)]


def _without_noise(numbers: Sequence[int], at_edges: set[int]) -> list[int]:
    """Entries with a word in the middle of another (`oulu` in `koulutus`) count only where they are few."""
    inside = sum(number not in at_edges for number in numbers)
    return [number for number in numbers if number in at_edges or inside <= FEW_INSIDE]


def _quoted(text: str) -> str:
    """A phrase in the language of FTS5: all of it is text. Folding has left no quote in it."""
    return f'"{text}"'
