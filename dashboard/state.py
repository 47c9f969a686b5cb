"""URL <-> filters, both ways: every view is a link, and a link that someone cut still opens.

Values that are not known are left out and reported, so that the page can say what it ignored.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import normalize
from urllib.parse import urlencode

MAX_SEARCH_LENGTH = 100
LONGEST_NAMED = 60
MAX_PAGE = 100_000
BUSINESS_ID = r"[0-9]{7}-[0-9]"
FILTERS = {"city": "cities", "year": "year", "group": "group"}
"""The filters of purchases: URL parameter -> attribute of the state."""


@dataclass(frozen=True)
class Known:
    """The values that a filter may have in this release."""

    cities: tuple[str, ...]
    years: tuple[int, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """The filters of a view. `cities` empty means all; `year` and `group` None mean all."""

    cities: tuple[str, ...] = ()
    year: int | None = None
    group: str | None = None
    search: str = ""
    page: int = 1
    company: str | None = None

    def change(self, **values: Any) -> State:
        """The same view with other values."""
        return replace(self, **values)

    @property
    def filters(self) -> State:
        """Only what decides which purchases count: cities, year, account group."""
        return State(self.cities, self.year, self.group)

    def keep(self, filters: Collection[str]) -> State:
        """The same view with only those filters, named by their URL parameters.

        >>> State(cities=("853",), year=2025, page=2).keep(("city",))
        State(cities=('853',), year=None, group=None, search='', page=2, company=None)
        """
        plain = State()
        return self.change(**{of: getattr(plain, of) for name, of in FILTERS.items() if name not in filters})


def parse_state(arguments: Mapping[str, Sequence[str]], known: Known) -> tuple[State, list[str]]:
    """(state, what was ignored as `name=value`), from a URL's arguments. Never raises.

    >>> parse_state({"city": ["853"], "year": ["1066"]}, Known(("091", "853"), (2025,), ()))
    (State(cities=('853',), year=None, group=None, search='', page=1, company=None), ['year=1066'])
    """
    ignored: list[str] = []
    asked = [code for text in arguments.get("city", ()) for code in text.split(",") if code]
    ignored += [f"city={code}" for code in asked if code not in known.cities]
    cities = tuple(code for code in known.cities if code in asked)
    year = _pick(arguments, "year", {str(value): value for value in known.years}, ignored)
    group = _pick(arguments, "group", {value: value for value in known.groups}, ignored)
    asked_search = " ".join(normalize("NFC", _last(arguments, "q")).split())
    search = asked_search[:MAX_SEARCH_LENGTH].strip()
    if len(asked_search) > MAX_SEARCH_LENGTH:
        ignored.append(f"q=…{asked_search[MAX_SEARCH_LENGTH:].strip()}")
    company = _last(arguments, "company")
    if company and not re.fullmatch(BUSINESS_ID, company):
        ignored.append(f"company={company}")
        company = ""
    page = _last(arguments, "page")
    number = min(int(page), MAX_PAGE) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1
    if page and str(number) != page:
        ignored.append(f"page={page}")
    state = State(() if cities == known.cities else cities, year, group, search, number, company or None)
    return state, [_shorten(item) for item in ignored]


def to_query_string(state: State) -> str:
    """The state as a canonical query string without `?`; empty for the plain view.

    >>> to_query_string(State(cities=("853",), year=2025, search="konehuolto oy"))
    'city=853&year=2025&q=konehuolto+oy'
    """
    pairs: list[tuple[str, str]] = [("city", code) for code in state.cities]
    if state.year is not None:
        pairs.append(("year", str(state.year)))
    if state.group is not None:
        pairs.append(("group", state.group))
    if state.search:
        pairs.append(("q", state.search))
    if state.company:
        pairs.append(("company", state.company))
    if state.page != 1:
        pairs.append(("page", str(state.page)))
    return urlencode(pairs)


def _shorten(text: str) -> str:
    """What was ignored may be of any length; the page names it, no more."""
    return text if len(text) <= LONGEST_NAMED else f"{text[:LONGEST_NAMED]}…"


def _last(arguments: Mapping[str, Sequence[str]], name: str) -> str:
    values = arguments.get(name, ())
    return values[-1].strip() if values else ""


def _pick(arguments: Mapping[str, Sequence[str]], name: str, values: Mapping[str, Any], ignored: list[str]) -> Any:
    text = _last(arguments, name)
    if text and text not in values:
        ignored.append(f"{name}={text}")
    return values.get(text)
