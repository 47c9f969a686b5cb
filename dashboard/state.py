"""URL <-> filters, both ways: every view is a link, and a link that someone cut still opens.

Values that are not known are left out and reported, so that the page can say what it ignored. A new filter is a
field of `State` and a line in `PARAMETERS`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlencode

from dashboard.i18n.plain import plain_text, visible_text

MAX_SEARCH_LENGTH = 100
LONGEST_NAMED = 60
MAX_PAGE = 100_000
BUSINESS_ID = r"[0-9]{7}-[0-9]"
YEAR = r"[0-9]{4}"
AMOUNT = r"-?[0-9]{1,12}"
SORT = r"[a-z0-9-]{1,40}\.[a-z0-9_]{1,40}(\.desc)?"

Known = Mapping[str, tuple[str, ...]]
"""The values that the release has for a filter, by its URL parameter, in the order in which the site shows them."""


@dataclass(frozen=True)
class Parameter:
    """A filter: its URL parameter, the attribute of the state that holds it, and what its values are.

    `codes` is any number of known codes, `code` one, `year` one of the known years, `amount` whole euros.
    """

    name: str
    attribute: str
    kind: Literal["codes", "code", "year", "amount"]


PARAMETERS = (
    Parameter("city", "cities", "codes"),
    Parameter("year", "year", "year"),
    Parameter("group", "group", "code"),
    Parameter("kind", "kind", "code"),
    Parameter("min", "least", "amount"),
    Parameter("max", "most", "amount"),
    Parameter("department", "department", "code"),
    Parameter("direction", "direction", "code"),
    Parameter("internal", "internal", "code"),
    Parameter("service", "service", "code"),
    Parameter("indicator", "indicator", "code"),
    Parameter("prices", "prices", "year"),
    Parameter("per", "per", "code"),
    Parameter("dataset", "dataset", "code"),
    Parameter("origin", "origin", "code"),
    Parameter("data", "data", "code"),
)
OTHERS = ("q", "sort", "page", "company", "release", "lang", "sql")
"""What an address may hold besides filters; `release` is the one that a link was made from, `lang` is of downloads,
`sql` is of the page of SQL."""
BETWEEN = ("from", "to", "table")
"""What only the pages of differences obey: two releases, and a table."""
OF_PURCHASES = ("city", "year", "group", "kind", "min", "max")
"""The filters that decide which purchases count."""
OF_BUDGETS = ("city", "year", "department", "direction", "internal", "prices", "per")
"""The filters that decide which rows of budgets count, and in what euros they are told."""
OF_SERVICES = ("city", "year", "service")
"""The filters that decide which service requests count."""


Reason = Literal["unknown", "unreadable", "repeated"]
"""Why something of an address does not count: the release or the site does not have it, it is written as nothing that
could be meant, or the same was asked for again behind it."""


class Ignored(str):
    """Something of an address that does not count, as `name=value`, and why."""

    reason: Reason

    def __new__(cls, name: str, value: str, reason: Reason = "unknown") -> Ignored:
        """It may be of any length and hold anything: what of it can be seen is named, no more."""
        seen = visible_text(f"{name}={value}" if value or not name else name)
        made = super().__new__(cls, seen if len(seen) <= LONGEST_NAMED else f"{seen[:LONGEST_NAMED]}…")
        made.reason = reason
        return made

    @property
    def name(self) -> str:
        """The name of the parameter."""
        return self.partition("=")[0]


NAMES = frozenset((*OTHERS, *(parameter.name for parameter in PARAMETERS)))
SINGLE = (*OTHERS, *(parameter.name for parameter in PARAMETERS if parameter.kind != "codes"))
"""What has one value: of several in an address the last counts."""


@dataclass(frozen=True)
class State:
    """The filters of a view, None (of cities: none of them) meaning all.

    `group` is an account group, `kind` a kind of supplier, `least` and `most` bound the euros of a row, `department` is
    one of a city's budget, `direction` income or expenditure, `internal` whether a city's dealings with itself count,
    `prices` the year in whose prices money is told, `per` what it is divided by, `dataset` a dataset, `origin` how one
    came to be, `data` whether it is real or a sample.
    """

    cities: tuple[str, ...] = ()
    year: int | None = None
    group: str | None = None
    kind: str | None = None
    least: int | None = None
    most: int | None = None
    department: str | None = None
    direction: str | None = None
    internal: str | None = None
    service: str | None = None
    indicator: str | None = None
    prices: int | None = None
    per: str | None = None
    dataset: str | None = None
    origin: str | None = None
    data: str | None = None
    search: str = ""
    sort: str | None = None
    page: int = 1
    company: str | None = None

    def change(self, **values: Any) -> State:
        """The same view with other values. Raises TypeError for one that a view does not have.

        As `dataclasses.replace` does, in a sixth of its time: a page has hundreds of links to other views.
        """
        if unknown := values.keys() - vars(self).keys():
            raise TypeError(f"A view has no {', '.join(sorted(unknown))}.")
        changed = object.__new__(State)
        vars(changed).update(vars(self) | values)
        return changed

    @property
    def filters(self) -> State:
        """Only the filters: no search, order, page or company."""
        return self.change(search="", sort=None, page=1, company=None)

    def keep(self, names: Collection[str]) -> State:
        """The same view with only those filters, named by their URL parameters.

        >>> State(cities=("853",), year=2025, page=2).keep(("city",)).year is None
        True
        """
        plain = State()
        return self.change(**{p.attribute: getattr(plain, p.attribute) for p in PARAMETERS if p.name not in names})

    def __repr__(self) -> str:
        """Only what differs from the plain view, as there are many filters.

        >>> State(year=2025)
        State(year=2025)
        """
        plain = ((field.name, field.default) for field in fields(self))
        said = [f"{name}={value!r}" for name, default in plain if (value := getattr(self, name)) != default]
        return f"State({', '.join(said)})"


def parse_state(arguments: Mapping[str, Sequence[str]], known: Known) -> tuple[State, list[Ignored]]:
    """(state, what was ignored as `name=value`), from a URL's arguments. Never raises.

    A parameter without a value is a field that a form left empty; one of no name that there is was cut, or is another
    site's. Whether a release has the company, order, page or release that is asked for is not known here.

    >>> parse_state({"city": ["853"], "year": ["1066"]}, {"city": ("091", "853"), "year": ("2025",)})
    (State(cities=('853',)), ['year=1066'])
    """
    ignored: list[Ignored] = []
    values = {p.attribute: _value(p, arguments, known.get(p.name, ()), ignored) for p in PARAMETERS}
    asked_search = plain_text(_last(arguments, "q"))
    search = asked_search[:MAX_SEARCH_LENGTH].strip()
    if len(asked_search) > MAX_SEARCH_LENGTH:
        ignored.append(Ignored("q", f"…{asked_search[MAX_SEARCH_LENGTH:].strip()}"))
    company = _matching(arguments, "company", BUSINESS_ID, ignored)
    sort = _matching(arguments, "sort", SORT, ignored)
    page = _last(arguments, "page")
    number = min(int(page), MAX_PAGE) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1
    if page and str(number) != page:
        ignored.append(Ignored("page", page, "unreadable"))
    ignored += [Ignored(name, _last(arguments, name)) for name in arguments if name not in NAMES]
    ignored += [Ignored(name, value, "repeated") for name in SINGLE for value in _earlier(arguments, name)]
    return State(**values, search=search, sort=sort, page=number, company=company), ignored


@lru_cache(1 << 12)
def to_query_string(state: State, release: str | None = None) -> str:
    """The state as a canonical query string without `?`; empty for the plain view. `release` makes it a view of that
    release for ever.

    >>> to_query_string(State(cities=("853",), year=2025, search="konehuolto oy"))
    'city=853&year=2025&q=konehuolto+oy'
    """
    pairs: list[tuple[str, str]] = []
    for parameter in PARAMETERS:
        value = getattr(state, parameter.attribute)
        several = value if parameter.kind == "codes" else () if value is None else (value,)
        pairs += [(parameter.name, str(one)) for one in several]
    others = {"q": state.search, "sort": state.sort, "company": state.company}
    pairs += [(name, value) for name, value in others.items() if value]
    if state.page != 1:
        pairs.append(("page", str(state.page)))
    if release:
        pairs.append(("release", release))
    return urlencode(pairs)


def _value(
    parameter: Parameter, arguments: Mapping[str, Sequence[str]], known: Sequence[str], ignored: list[Ignored]
) -> Any:
    """The parameter's value in the state; what of it is not known goes to `ignored`."""
    name = parameter.name
    if parameter.kind == "codes":
        asked = [code for text in arguments.get(name, ()) for code in text.split(",") if code]
        ignored += [Ignored(name, code) for code in asked if code not in known]
        found = tuple(code for code in known if code in asked)
        return () if len(found) == len(known) else found
    if parameter.kind == "amount":
        text = _last(arguments, name)
        digits = re.sub(r"[,.]00$", "", "".join(text.split()).removesuffix("€"))  # a person writes 10 000,00 €
        if digits and not re.fullmatch(AMOUNT, digits, re.ASCII):
            ignored.append(Ignored(name, text, "unreadable"))
            return None
        return int(digits) if digits else None
    text = _last(arguments, name)
    is_odd_year = parameter.kind == "year" and not re.fullmatch(YEAR, text, re.ASCII)
    if text and text not in known:
        ignored.append(Ignored(name, text, "unreadable" if is_odd_year else "unknown"))
        return None
    return None if not text else int(text) if parameter.kind == "year" else text


def _matching(arguments: Mapping[str, Sequence[str]], name: str, pattern: str, ignored: list[Ignored]) -> str | None:
    text = _last(arguments, name)
    if text and not re.fullmatch(pattern, text, re.ASCII):
        ignored.append(Ignored(name, text, "unreadable"))
        return None
    return text or None


def _last(arguments: Mapping[str, Sequence[str]], name: str) -> str:
    values = arguments.get(name, ())
    return values[-1].strip() if values else ""


def _earlier(arguments: Mapping[str, Sequence[str]], name: str) -> list[str]:
    """The values of a parameter before its last, but those that are the same."""
    values = [value.strip() for value in arguments.get(name, ())]
    return [value for value in dict.fromkeys(values[:-1]) if value and value != values[-1]]
