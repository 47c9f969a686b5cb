"""What a page is made with: the release, the language, the filters. Made once a request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard.i18n import Formats, Translator, translator
from dashboard.package import Dataset, Package, Text
from dashboard.query.engine import CachedEngine, records
from dashboard.query.model import Measure, Query
from dashboard.state import Known, State, to_query_string


@dataclass(frozen=True)
class Codes:
    """The code lists of the release: names by language of cities and account groups, and the years there are."""

    cities: Mapping[str, Text]
    groups: Mapping[str, Text]
    years: tuple[int, ...]

    @property
    def known(self) -> Known:
        """What filters may ask for."""
        return Known(tuple(self.cities), self.years, tuple(self.groups))


@dataclass(frozen=True)
class Context:
    """Everything that a page or panel reads."""

    engine: CachedEngine
    codes: Codes
    language: str
    state: State
    base_url: str
    last_run: Mapping[str, Any] | None = None
    ignored: tuple[str, ...] = ()

    @property
    def t(self) -> Translator:
        """Texts in the reader's language."""
        return translator(self.language)

    @property
    def f(self) -> Formats:
        """Numbers, euros and dates in the reader's language."""
        return Formats(self.language)

    @property
    def package(self) -> Package:
        """The release."""
        return self.engine.package

    def text(self, text: Text) -> str:
        """A text of the package in the reader's language."""
        return text[self.language]

    def city(self, code: str) -> str:
        """A city's name."""
        return self.codes.cities[code][self.language]

    def path(self, path: str, state: State | None = None) -> str:
        """An address on the site in the reader's language, with its filters."""
        query = to_query_string(state) if state else ""
        return f"/{self.language}/{path}" + (f"?{query}" if query else "")

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
    """The code lists, in the order in which the site shows them."""

    def names(resource: str, key: str) -> dict[str, Text]:
        frame = engine.run(Query(resource))
        return {
            row[key]: {language: row[f"name_{language}"] for language in ("fi", "sv", "en")} for row in records(frame)
        }

    years = engine.run(Query("purchases", (Measure("rows", "count"),), ("purchase_year",)))
    cities = names("cities", "city_code")
    order = sorted(cities, key=lambda code: cities[code]["fi"])
    return Codes(
        {code: cities[code] for code in order},
        names("account_groups", "account_group_code"),
        tuple(sorted({int(year) for year in years["purchase_year"]}, reverse=True)),
    )
