"""The free text of `datastore_search`: plain words that must all stand in a row, or PostgreSQL's `tsquery`.

A word is letters and digits, found whole and whatever its case, in any column or in the one that is named.
"""

from __future__ import annotations

import re
from typing import Any

from dashboard.ckan_api.errors import Invalid
from dashboard.query.model import Combined, Condition, Word

MOST_WORDS = 10
"""Words of a query; each is looked for in every row."""
_TOKEN = re.compile(r"\s*(?:(?P<sign>[&|!()])|(?P<word>'[^']*'|[^\s&|!():*']+)(?P<rest>:[*A-Da-d]*)?)")


def parse_text(query: Any, columns: list[str], *, is_plain: bool) -> Condition | None:
    """The condition that `q` says: a text for whole rows, or an object of texts by column. Raises Invalid."""
    if not query:
        return None
    if isinstance(query, dict):
        unknown = sorted(set(query) - set(columns))
        if unknown:
            raise Invalid({"q": [f'invalid value "{unknown[0]}"']})
        parts = tuple(_condition(str(text), (name,), is_plain=is_plain) for name, text in query.items())
        return _bounded(Combined("all", parts))
    if isinstance(query, list):
        raise Invalid({"q": ["Must be a text or an object of texts by column"]})
    return _bounded(_condition(str(query), tuple(columns), is_plain=is_plain))


def _bounded(condition: Condition) -> Condition:
    if _words(condition) > MOST_WORDS:
        raise _too_many()
    return condition


def _words(condition: Condition) -> int:
    return sum(map(_words, condition.conditions)) if isinstance(condition, Combined) else 1


def _too_many() -> Invalid:
    return Invalid({"q": [f"A query holds at most {MOST_WORDS} words"]})


def _condition(text: str, columns: tuple[str, ...], *, is_plain: bool) -> Condition:
    if not is_plain:
        return _Parser(text, columns).parse()
    return _all(text, columns)


def _all(text: str, columns: tuple[str, ...], *, is_beginning: bool = False) -> Condition:
    """All words of the text; where it has none, no row is found."""
    words = list(dict.fromkeys(re.findall(r"[^\W_]+", text)))
    parts = tuple(Word(columns, word, is_beginning) for word in words)
    return Combined("all", parts) if parts else Combined("any", ())


class _Parser:
    """`a & (b | !c:*)`: `!` binds most, then `&`, then `|`."""

    def __init__(self, text: str, columns: tuple[str, ...]) -> None:
        self._text, self._columns = text, columns
        self._tokens = self._split(text)
        self._place = 0

    def _failure(self) -> Invalid:
        error = f"syntax error in tsquery: {self._text!r}"
        return Invalid({"query": ["Invalid query"], "info": {"orig": [error]}})

    def _split(self, text: str) -> list[re.Match[str]]:
        found, place, text = [], 0, text.rstrip()
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise self._failure()
            found.append(match)
            place = match.end()
        if len(found) > 8 * MOST_WORDS:  # which also bounds how deep parentheses lie
            raise _too_many()
        return found

    def parse(self) -> Condition:
        if not self._tokens:
            return Combined("any", ())
        condition = self._either()
        if self._place < len(self._tokens):
            raise self._failure()
        return condition

    def _takes(self, sign: str) -> bool:
        if self._place < len(self._tokens) and self._tokens[self._place]["sign"] == sign:
            self._place += 1
            return True
        return False

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._takes("|"):
            parts.append(self._both())
        return Combined("any", tuple(parts))

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._takes("&"):
            parts.append(self._one())
        return Combined("all", tuple(parts))

    def _one(self) -> Condition:
        if self._takes("!"):
            return Combined("none", (self._one(),))
        if self._takes("("):
            inner = self._either()
            if not self._takes(")"):
                raise self._failure()
            return inner
        if self._place >= len(self._tokens) or not self._tokens[self._place]["word"]:
            raise self._failure()
        match = self._tokens[self._place]
        self._place += 1
        return _all(match["word"].strip("'"), self._columns, is_beginning="*" in (match["rest"] or ""))
