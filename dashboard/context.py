"""What a page is made with: the release, the language, the filters. Made once a request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.diff.kept import Differences
from dashboard.errors import DashboardError
from dashboard.i18n import LANGUAGES, Formats, Translator, formats, translator
from dashboard.i18n.plain import writable_text
from dashboard.i18n.words import (
    data_words,
    direction_words,
    internal_words,
    kind_words,
    origin_words,
    per_words,
    service_words,
)
from dashboard.package import Dataset, Package, Text
from dashboard.query.cached import CachedEngine
from dashboard.query.model import Filter, Measure, Query
from dashboard.search.site import SiteSearch
from dashboard.sql.runner import SqlRunner
from dashboard.state import Ignored, Known, State, to_query_string

ORIGINS = ("portal", "hand", "made")
"""How a dataset came to be: read from portals, kept by hand, made from other datasets."""
DIRECTIONS = ("expenditure", "income", "other")
"""What an account of a budget is of, in the order in which the site shows it."""


@dataclass(frozen=True)
class Codes:
    """The code lists of the release. `names`: URL parameter -> code -> name by language, in the order in which the site
    shows them; `years`: table -> its years, the newest first."""

    names: Mapping[str, Mapping[str, Text]]
    years: Mapping[str, tuple[int, ...]]
    languages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """URL parameter -> code -> language of its name, where the release has it in one language only."""

    @property
    def cities(self) -> Mapping[str, Text]:
        """The cities by municipality code, in the alphabet's order."""
        return self.names["city"]

    @property
    def groups(self) -> Mapping[str, Text]:
        """The account groups."""
        return self.names["group"]

    @property
    def known(self) -> Known:
        """What filters may ask for."""
        tables = {year for table, years in self.years.items() if table != "price_index" for year in years}
        codes = {name: tuple(values) for name, values in self.names.items()}
        years = {"year": sorted(tables, reverse=True), "prices": self.years["price_index"]}
        return {**codes, **{name: tuple(map(str, values)) for name, values in years.items()}}


@dataclass(frozen=True)
class Context:
    """Everything that a page or panel reads."""

    engine: CachedEngine
    codes: Codes
    language: str
    state: State
    base_url: str
    last_run: Mapping[str, Any] | None = None
    ignored: tuple[Ignored, ...] = ()
    find: SiteSearch | None = None
    """Searches the release; None where no site stands around the context."""
    contact: str = ""
    """The publisher's contact address, empty where none is set."""
    release_asked: str | None = None
    """The release that the address names, where it is not there."""
    newest: str = ""
    """The live release, where this version of the site cannot read it and shows an older one."""
    pinned: str | None = None
    """The release that the address names and that is shown: all links from here keep it."""
    live: str = ""
    """The release that is shown where an address names none."""
    sql: str = ""
    """The SQL that the address asks to run."""
    runner: SqlRunner | None = None
    """Runs it; None where no site stands around the context."""
    between: Mapping[str, str] = field(default_factory=dict)
    """What the address says of the releases that it asks to compare: `from`, `to`, and the `table`."""
    differences: Differences | None = None
    """Compares them; None where no site stands around the context."""
    heeded: set[str] = field(default_factory=set, compare=False)
    """Of `sort` and `page` those that something on the page obeyed: only what is shown knows its columns and its last
    page. The page says of the others that they were left out."""
    asked: set[str] = field(default_factory=set, compare=False)
    """The tables that the page shows something of, as its engine notes them: of a sample, some are real."""

    @property
    def t(self) -> Translator:
        """Texts in the reader's language."""
        return translator(self.language)

    @property
    def f(self) -> Formats:
        """Numbers, euros and dates in the reader's language."""
        return formats(self.language)

    @property
    def package(self) -> Package:
        """The release."""
        return self.engine.package

    def told(self, error: DashboardError) -> str:
        """What went wrong, in the reader's language."""
        return error.told(self.t, self.f.number)

    def text(self, text: Text) -> str:
        """A text of the package in the reader's language."""
        return text[self.language]

    def city(self, code: str) -> str:
        """A city's name."""
        return self.name("city", code)

    def name(self, parameter: str, code: str) -> str:
        """The name of a filter's value."""
        return self.codes.names[parameter][code][self.language]

    def foreign(self, language: str | None) -> str | None:
        """The language of a text where it is another than the page's, which must then be marked; else None."""
        return None if language == self.language else language

    def name_language(self, parameter: str, code: str | None) -> str | None:
        """The language of a filter value's name, where the release has it in one only and tells which."""
        return self.codes.languages.get(parameter, {}).get(code or "")

    def text_language(self, resource: str, field: str, row: Mapping[str, Any]) -> str | None:
        """The language of the text that a row of a table has in a field, where the release tells it."""
        found = self.package.resource(resource).field(field)
        return found.language_of(row) if found else None

    def path(self, path: str, state: State | None = None) -> str:
        """An address on the site in the reader's language, with its filters."""
        query = self.query(state or State())
        return f"/{self.language}/{path}" + (f"?{query}" if query else "")

    def query(self, state: State) -> str:
        """The query of an address, without its question mark, of a view of the same release."""
        return to_query_string(state, self.pinned)

    def pin(self) -> Context:
        """The same, its links to this release for ever."""
        return replace(self, pinned=self.package.version)

    def with_state(self, **values: Any) -> Context:
        """The same with other filters."""
        return replace(self, state=self.state.change(**values))

    def dataset_of(self, resource: str) -> Dataset:
        """The dataset that a table belongs to."""
        return self.package.dataset_of(resource)

    @property
    def created(self) -> dt.datetime:
        """When the release was made."""
        return self.package.created


def load_codes(engine: CachedEngine) -> Codes:
    """The code lists, in the order in which the site shows them; empty where an older release lacks the table."""

    def names(resource: str, key: str) -> dict[str, Text]:
        return {
            row[key]: {lang: writable_text(row[f"name_{lang}"]) for lang in LANGUAGES}
            for row in engine.rows(Query(resource))
        }

    cities = names("cities", "city_code")
    kinds = [row["kind_code"] for row in _groups(engine, "companies", "kind_code")]
    departments = [row["department_name"] for row in _groups(engine, "budgets", "department_name")]
    data = ("real", "sample") if engine.package.sample else ("real",)
    services = _groups(engine, "service_results", "service_code", Measure("service_name", "any", "service_name"))

    def worded(words: Callable[[Translator, str], str], codes: Iterable[str]) -> dict[str, Text]:
        return {code: {lang: words(translator(lang), code) for lang in LANGUAGES} for code in codes}

    return Codes(
        {
            "city": {code: cities[code] for code in sorted(cities, key=lambda code: cities[code]["fi"])},
            "group": names("account_groups", "account_group_code"),
            "kind": worded(kind_words, kinds),
            "department": {name: dict.fromkeys(LANGUAGES, writable_text(name)) for name in departments},
            "direction": worded(direction_words, DIRECTIONS),
            "internal": worded(internal_words, ("included",)),
            "service": {
                row["service_code"]: {
                    lang: writable_text(row["service_name"] or service_words(translator(lang), row["service_code"]))
                    for lang in LANGUAGES
                }
                for row in services
            },
            "indicator": {indicator.code: indicator.title for indicator in engine.package.indicators},
            "per": worded(per_words, ("inhabitant",)),
            "dataset": {dataset.name: dataset.title for dataset in engine.package.datasets},
            "origin": worded(origin_words, ORIGINS),
            "data": worded(data_words, data),
        },
        {
            "purchases": _years(engine, "purchases", "purchase_year"),
            "budgets": _years(engine, "budgets", "budget_year"),
            "service_results": _years(engine, "service_results", "request_year"),
            "price_index": _years(engine, "price_index", "year"),
        },
        {
            "department": _one_language(engine, "budgets", "department_name", departments),
            "service": _one_language(
                engine,
                "service_results",
                "service_name",
                [one["service_code"] for one in services if one["service_name"]],
            ),
        },
    )


def _one_language(engine: CachedEngine, resource: str, name: str, codes: Iterable[str]) -> dict[str, str]:
    """The language of each code's name, which stands in that field; empty where the release does not tell it."""
    found = engine.package.resource(resource).field(name) if engine.package.has(resource) else None
    return dict.fromkeys(codes, found.language) if found and found.language else {}


def _groups(engine: CachedEngine, resource: str, field: str, *measures: Measure) -> list[dict[str, Any]]:
    """The values of a field that a table has, in their order."""
    if not engine.package.has(resource):
        return []
    query = Query(resource, (Measure("rows_count", "count"), *measures), (field,), (), (Filter(field, "not_null"),))
    return engine.rows(query)


def _years(engine: CachedEngine, resource: str, field: str) -> tuple[int, ...]:
    return tuple(sorted((int(row[field]) for row in _groups(engine, resource, field)), reverse=True))
