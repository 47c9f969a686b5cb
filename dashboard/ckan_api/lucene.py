"""The part of Lucene's query language in which CKAN's filters are written, as a condition on a document.

Words side by side must all hold, and bind less than OR, which is what harvesters mean by
`organization:a OR organization:b metadata_modified:[... TO *]`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dashboard.ckan_api.documents import MOMENTS, TEXTS, Document
from dashboard.ckan_api.errors import SearchFailed
from dashboard.ckan_api.site import stamp
from dashboard.search.folding import fold

Holds = Callable[[Document], bool]

DEEPEST = 40
"""Parentheses within parentheses, at most."""
LONGEST = 10_000
"""Letters of a query, at most."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<sign>&&|\|\||[()!+-])
    | (?P<range>[\[{]\s*(?P<low>"[^"]*"|[^\s\]}"]+)\s+TO\s+(?P<high>"[^"]*"|[^\s\]}"]+)\s*[\]}])
    | (?P<phrase>"(?:[^"\\]|\\.)*")
    | (?P<word>(?:[^\s()\[\]{}"\\:]|\\.)+)
    | (?P<colon>:)
    )""",
    re.VERBOSE,
)
_WEIGHT = re.compile(r"[~^][\d.]*")
"""How near a hit must be and what it weighs, behind a phrase; neither matters here."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_NOW = re.compile(
    r"NOW(?:/[A-Z]+)?(?:(?P<sign>[+-])(?P<number>\d{1,5})(?P<unit>DAY|HOUR|MINUTE|SECOND)S?(?:/[A-Z]+)?)?"
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    low: str = ""
    high: str = ""


def parse(query: str) -> Holds:
    """The condition that a query says. Raises SearchFailed where it cannot be understood."""
    if len(query) > LONGEST:
        raise SearchFailed("The query is too long")
    parser = _Parser(query)
    condition = parser.together("text")
    if parser.peek() is not None:
        raise parser.failure()
    return condition


class _Parser:
    """Goes through the tokens once, from left to right."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._tokens = _tokens(query)
        self._place = 0
        self._depth = 0

    def peek(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def failure(self) -> SearchFailed:
        return SearchFailed(f"Cannot parse {self._query!r}")

    def _take(self) -> _Token:
        token = self.peek()
        if token is None:
            raise self.failure()
        self._place += 1
        return token

    def _takes(self, *texts: str) -> bool:
        token = self.peek()
        if token is None or token.kind == "phrase" or token.text not in texts:
            return False
        self._place += 1
        return True

    def together(self, field: str) -> Holds:
        parts = [self._either(field)]
        while (token := self.peek()) is not None and token.text != ")":
            parts.append(self._either(field))
        return _all(parts)

    def _either(self, field: str) -> Holds:
        parts = [self._both(field)]
        while self._takes("OR", "||"):
            parts.append(self._both(field))
        return _any(parts)

    def _both(self, field: str) -> Holds:
        parts = [self._one(field)]
        while self._takes("AND", "&&"):
            parts.append(self._one(field))
        return _all(parts)

    def _one(self, field: str) -> Holds:
        if self._takes("NOT", "!", "-"):
            return _not(self._nested(self._one, field))
        if self._takes("+"):
            return self._nested(self._one, field)
        if self._takes("("):
            inner = self._nested(self.together, field)
            if not self._takes(")"):
                raise self.failure()
            return inner
        token = self._take()
        following = self.peek()
        if token.kind == "word" and following is not None and following.kind == "colon":
            self._take()
            return self._nested(self._one, token.text)
        return self._leaf(field, token)

    def _nested(self, read: Callable[[str], Holds], field: str) -> Holds:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.failure()
        found = read(field)
        self._depth -= 1
        return found

    def _leaf(self, field: str, token: _Token) -> Holds:
        if token.kind == "range":
            return _within(field, token)
        if token.kind not in ("word", "phrase") or token.text in ("AND", "OR", "NOT"):
            raise self.failure()
        text = token.text if token.kind == "phrase" else re.sub(r"(?<=[^\\])[~^][\d.]*$", "", token.text)
        text = re.sub(r"\\(.)", r"\1", text)
        if token.kind == "word" and text == "*":
            return (lambda _: True) if field == "*" else (lambda document: bool(document.fields.get(field)))
        return _matching(field, text, has_wildcards=token.kind == "word")


def _tokens(query: str) -> list[_Token]:
    found, place = [], 0
    while place < len(query.rstrip()):
        match = _TOKEN.match(query, place)
        if match is None:
            raise SearchFailed(f"Cannot parse {query!r}")
        kind = str(match.lastgroup if match.lastgroup not in ("low", "high") else "range")
        text = match[kind]
        place = match.end()
        if kind == "word" and _WEIGHT.fullmatch(text):
            continue
        found.append(_Token(kind, text[1:-1] if kind == "phrase" else text, match["low"] or "", match["high"] or ""))
    return found


def _all(parts: list[Holds]) -> Holds:
    return parts[0] if len(parts) == 1 else lambda document: all(part(document) for part in parts)


def _any(parts: list[Holds]) -> Holds:
    return parts[0] if len(parts) == 1 else lambda document: any(part(document) for part in parts)


def _not(part: Holds) -> Holds:
    return lambda document: not part(document)


def _matching(field: str, text: str, *, has_wildcards: bool) -> Holds:
    if field in MOMENTS:
        moment = _bound(text, is_time=True)
        return lambda document: moment is None or moment in document.fields.get(field, ())
    if field in TEXTS:
        return _worded(field, text, has_wildcards=has_wildcards)
    if has_wildcards and ("*" in text or "?" in text):
        pattern = text.replace("[", "[[]")
        return lambda document: any(fnmatchcase(value, pattern) for value in document.fields.get(field, ()))
    return lambda document: text in document.fields.get(field, ())


def _worded(field: str, text: str, *, has_wildcards: bool) -> Holds:
    """The words of a text field are matched one by one, a phrase as it stands."""
    if has_wildcards and ("*" in text or "?" in text):
        pattern = text.lower().replace("[", "[[]")
        return lambda document: any(
            fnmatchcase(word, pattern) for value in document.fields.get(field, ()) for word in fold(value).split()
        )
    phrase = f" {' '.join(fold(text).split())} "
    return lambda document: any(
        phrase in f" {' '.join(fold(value).split())} " for value in document.fields.get(field, ())
    )


def _within(field: str, token: _Token) -> Holds:
    is_time = field in MOMENTS
    low, high = (_bound(text.strip('"'), is_time=is_time) for text in (token.low, token.high))
    opens, closes = token.text[0] == "[", token.text[-1] == "]"

    def holds(document: Document) -> bool:
        return any(
            (low is None or value > low or (opens and value == low))
            and (high is None or value < high or (closes and value == high))
            for value in document.fields.get(field, ())
        )

    return holds


def _bound(text: str, *, is_time: bool) -> str | None:
    """A range's end as documents have it; None where it is open. Raises SearchFailed for what is no moment in UTC."""
    if text == "*":
        return None
    if not is_time:
        return text
    if _MOMENT.fullmatch(text):
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            raise SearchFailed(f"Invalid Date String:{text!r}") from None
        return _written(moment)
    now = _NOW.fullmatch(text)
    if now is None:
        raise SearchFailed(f"Invalid Date String:{text!r}")
    size = dt.timedelta(**{f"{(now['unit'] or 'DAY').lower()}s": int(now["number"] or 0)})
    moment = dt.datetime.now(dt.UTC) + (-size if now["sign"] == "-" else size)
    return _written(moment)


def _written(moment: dt.datetime) -> str:
    """A moment as documents have it, so that the order of texts is that of moments."""
    return f"{stamp(moment)}Z"
