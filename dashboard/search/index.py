"""Finds entries by words: whole, in part, or mistyped. Held in memory, read-only, safe to share between threads.

SQLite's trigram index answers which entries hold every word of the query, in whichever language, at any place of a
compound. Where none does, words of the vocabulary that lie a typing error away are looked for instead. Entries stand in
the order of their weight, so the first that are found are those that most readers mean.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from dashboard.i18n import LANGUAGES
from dashboard.search.folding import fold, words_of
from dashboard.search.vocabulary import Vocabulary

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

    def name(self, language: str) -> str:
        """Its name in that language, or the one name that it has in all."""
        return self.names[LANGUAGES.index(language)] if self.details else self.names[0]

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
    finds nothing; `near` are words of the site that resemble it, where nothing was found at all."""

    groups: tuple[Group, ...] = ()
    terms: tuple[str, ...] = ()
    instead: str | None = None
    near: tuple[str, ...] = ()

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
        self._vocabulary = Vocabulary(text.replace(BORDER, " ") for text in texts)
        self._beginning = _beginnings(texts)
        self._lock = Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        run = self._connection.execute
        run("create virtual table entries using fts5(text, tokenize='trigram')")
        self._connection.executemany("insert into entries (rowid, text) values (?, ?)", enumerate(texts))
        run("insert into entries (entries) values ('optimize')")
        run("pragma query_only = on")

    def search(self, query: str, limit: int = 20, kinds: Sequence[Kind] = KINDS) -> Results:
        """What the query finds, at most `limit` entries of each kind."""
        words = words_of(query)
        if not words:
            return Results()
        found = self._find([[word] for word in words], kinds)
        terms, instead, meant = tuple(words), None, words
        if not any(found.values()):
            near = [self._vocabulary.near(word) for word in words]
            wider = self._find([[word, *others] for word, others in zip(words, near, strict=True)], kinds)
            if any(wider.values()):
                terms = tuple(dict.fromkeys([*words, *(one for others in near for one in others)]))
                meant = self._meant(words, near)
                instead, found = " ".join(meant), wider
        if not any(found.values()):
            return Results(terms=terms, near=self._resembling(words))
        groups = [self._group(kind, numbers, meant, limit) for kind, numbers in found.items() if numbers]
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

    def _matching(self, match: str, limit: int = -1) -> list[int]:
        """The numbers of the entries that FTS5 finds."""
        with self._lock:
            rows = self._connection.execute(
                "select rowid from entries where entries match ? order by rowid limit ?", (match, limit)
            )
            return [number for (number,) in rows]

    def _group(self, kind: Kind, numbers: Sequence[int], words: Sequence[str], limit: int) -> tuple[int, Group]:
        """(how well its best entry fits, the entries of one kind). Entries whose name is the query come first, then
        those whose name begins so, then those with the words at the beginning of words; among equals the heavier."""
        query = " ".join(words)
        named = self._named(query) if len(numbers) > RANKED else set()
        shown = dict.fromkeys([*(number for number in numbers if number in named), *numbers[:RANKED]])
        ranked = sorted((self._tier(number, query, words), number) for number in shown)
        return ranked[0][0], Group(kind, len(numbers), tuple(self.entries[number] for _, number in ranked[:limit]))

    def _named(self, query: str) -> set[int]:
        """The entries whose name begins with the query, however light they are."""
        if len(query) < TRIGRAM - 1:
            return set()
        return set(self._matching(_quoted(BORDER + query), RANKED))

    def _tier(self, number: int, query: str, words: Sequence[str]) -> int:
        keys = [" ".join(fold(name).split()) for name in self.entries[number].names]
        if query in keys:
            return 0
        if any(f"{key} ".startswith(f"{query} ") for key in keys):
            return 1
        if any(key.startswith(query) for key in keys):
            return 2
        if any(all(f" {word}" in f" {key}" for word in words) for key in keys):
            return 3
        return 4 if any(all(word in key for word in words) for key in keys) else 5

    def _meant(self, words: Sequence[str], near: Sequence[Sequence[str]]) -> list[str]:
        """The words, each that finds nothing by itself replaced by its nearest one."""
        return [
            others[0] if others and not self._finds(word) else word for word, others in zip(words, near, strict=True)
        ]

    def _finds(self, word: str) -> bool:
        return any(self._find([[word]], KINDS).values())

    def _resembling(self, words: Sequence[str]) -> tuple[str, ...]:
        """Single words of the site: those of the query that it has, and what resembles the others."""
        found = [word for word in words if len(words) > 1 and self._finds(word)]
        found += [other for word in words if word not in found for other in self._vocabulary.near(word, extra=1)[:3]]
        return tuple(dict.fromkeys(found))


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
