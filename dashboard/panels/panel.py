"""What a panel is, and what it becomes for one state and language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.errors import InvalidQuery, UnknownResource
from dashboard.figures.style import Figure
from dashboard.i18n import DOT
from dashboard.panels.scope import scope_words
from dashboard.query.answer import records
from dashboard.query.model import Filter, Query
from dashboard.state import PARAMETERS, State

NEUTRAL = ("lang", "q", "page", "sort", "release")
"""Parameters of an address that change nothing of what counts in a panel's data or picture."""
AMOUNTS = ("min", "max")
"""Filters that leave a part of a supplier's rows: a finding is true of these rows only, so its title names them."""
NORDIC = str.maketrans({"å": "{", "ä": "|", "ö": "}"})
"""The three letters after z in the alphabet, as the three signs after z in ASCII."""


@dataclass(frozen=True)
class Column:
    """A column of a table; `unit` decides how its numbers are written, `language` is that of its texts where it is
    not the page's. One of words may be sorted by another column, its `key`."""

    name: str
    title: str
    unit: str | None = None
    is_number: bool = False
    language: str | None = None
    key: str | None = None
    language_in: str | None = None
    """The field of a row that holds the language of its text, where the texts of a column are in several."""

    @classmethod
    def of_field(cls, ctx: Context, resource: str, field: str, title: str, unit: str | None = "name") -> Column:
        """A column of a table's field of texts, in the language that the release tells of them."""
        found = ctx.package.resource(resource).field(field)
        if found is None:
            return cls(field, title, unit)
        return cls(field, title, unit, language=found.language, language_in=found.language_in)


@dataclass(frozen=True)
class View:
    """A panel as it stands: the finding as its title, the figure, the same data as a table, one sentence."""

    title: str
    subtitle: str
    summary: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    figure: Figure | None
    notes: tuple[str, ...] = field(default=())
    sortable: bool = True
    """Whether the reader may choose the order of the table."""
    is_sorted: bool = False
    """Whether its query has put it in `order`: a page of many rows cannot be sorted by itself."""
    order: tuple[str | None, bool] = (None, False)
    """(column by which the table is sorted, whether from the largest)."""
    phrases: Mapping[str, str | None] = field(default_factory=dict)
    """Names within title, subtitle and summary that are in another language than the page, with that language; None
    where it is the page's."""

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The table's rows."""
        return records(self.frame)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show under these filters."""
        return self.frame.empty


def company_query(business_id: str) -> Query:
    """The company of that business id: one row, or none."""
    return Query("companies", filters=(Filter("supplier_business_id", "eq", business_id),))


def sort_frame(frame: pd.DataFrame, column: str, *, falls: bool) -> pd.DataFrame:
    """The rows by a column, what is missing last; texts as Finnish and Swedish order them (... z å ä ö).

    >>> list(sort_frame(pd.DataFrame({"a": ["Öljy", "Ala", None, "Åbo"]}), "a", falls=False)["a"])[:3]
    ['Ala', 'Åbo', 'Öljy']
    """
    values: list[Any] = [None if pd.isna(value) else value for value in frame[column]]
    return frame.iloc[sorted_places(values, falls=falls)]


def sorted_places(values: Sequence[Any], *, falls: bool) -> list[int]:
    """The places of the values in their order, as `sort_frame` has it.

    >>> sorted_places([2, None, 1], falls=True)
    [0, 2, 1]
    """
    keys = {
        at: value.casefold().translate(NORDIC) if isinstance(value, str) else value
        for at, value in enumerate(values)
        if value is not None
    }
    there = sorted(keys, key=keys.__getitem__, reverse=falls)
    return [*there, *(at for at, value in enumerate(values) if value is None)]


@dataclass(frozen=True)
class Panel:
    """A figure panel by name. `make_query` is what its download gives; `make_view` may ask for names besides."""

    name: str
    resource: str
    filters: tuple[str, ...]
    """The filters that it obeys, by their URL parameters; it never sees the others, and says what these are."""
    make_query: Callable[[Context], Query]
    make_view: Callable[[Context], View]
    derive: Callable[[Context, pd.DataFrame], pd.DataFrame] = lambda _, frame: frame
    """Adds what is shown but not stored (names, indices); page and download both go through it."""
    of_company: bool = False
    """Whether it shows one company, which the state must then name."""
    settle: Callable[[Context], Context] = lambda ctx: ctx
    """Chooses what the view leaves open and the panel cannot: a year, a city. What it chose is said like any filter."""
    of_city: bool = False
    """Whether it shows one city: the first of those that the state names, else the first there is."""
    is_paged: bool = False
    """Whether it shows a page of what its query gives: its view asks for these rows only."""
    page: str = ""
    """The address, without the language, of the page that it stands on; `{company}`, `{city}` and `{dataset}` are the
    state's."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters of an address that it obeys."""
        return (*self.filters, "company") if self.of_company else self.filters

    def asked(self, ctx: Context) -> State:
        """What it obeys of the view: its filters and its company, no search, order or page."""
        return self.narrow(ctx).state.change(search="", sort=None, page=1)

    def home(self, ctx: Context) -> str:
        """The address of its page under the filters that it obeys."""
        state = self.asked(ctx)
        path = self.page.format(company=state.company, city="".join(state.cities), dataset=state.dataset or "coverage")
        in_path = {"company": None, "dataset": None} | ({"cities": ()} if self.of_city else {})
        return ctx.path(path, state.change(**in_path)) + f"#{self.name}"

    def embedded(self, ctx: Context) -> str:
        """The address of it alone, for a frame on another site."""
        return ctx.path(f"embed/{self.name}", self.asked(ctx))

    def narrow(self, ctx: Context) -> Context:
        """The context with those filters only that the panel obeys, and the company only where it shows one."""
        state = ctx.state.keep(self.filters)
        narrow = replace(ctx, state=state if self.of_company else state.change(company=None))
        if self.of_city:
            narrow = narrow.with_state(cities=(state.cities or tuple(ctx.codes.cities))[:1])
        return self.settle(narrow)

    def scope(self, ctx: Context) -> str:
        """What counts in the panel, in words; empty where it obeys no filter."""
        return scope_words(self.narrow(ctx), self.filters)

    def query(self, ctx: Context) -> Query:
        """What the panel asks under these filters."""
        return self.make_query(self.narrow(ctx))

    def view(self, ctx: Context) -> View:
        """The panel under these filters, sorted as the state asks. It says what counts: under its title, and where its
        figure is described. And it says what does not count in it though it was asked for."""
        view, scope = self._sorted(ctx, self.make_view(self.narrow(ctx))), self.scope(ctx)
        if unheeded := self._unheeded(ctx):
            note = ctx.t("Chosen, but not counted here: {filters}.", filters=unheeded)
            view = replace(view, notes=(*view.notes, note))
        if not view.is_empty and (rows := scope_words(ctx, [name for name in AMOUNTS if name in self.filters])):
            title = ctx.t("{finding}, counting only {rows}", finding=view.title, rows=rows)
            view = replace(view, title=title)
        chosen = {name: ctx.foreign(ctx.name_language(name, getattr(ctx.state, name))) for name in ctx.codes.languages}
        named = {ctx.name(name, getattr(ctx.state, name)): language for name, language in chosen.items() if language}
        view = replace(view, phrases={**view.phrases, **named})
        if not scope:
            return view
        if view.figure is not None:
            view.figure["layout"]["meta"]["description"] += f" {scope}."
        return replace(view, subtitle=f"{view.subtitle}{DOT}{scope}")

    def _unheeded(self, ctx: Context) -> str:
        """The chosen filters that the panel does not obey, in words."""
        plain, foreign = State(), [item for item in PARAMETERS if item.name not in self.filters]
        chosen = (p.name for p in foreign if getattr(ctx.state, p.attribute) != getattr(plain, p.attribute))
        return scope_words(ctx, tuple(chosen))

    def _sorted(self, ctx: Context, view: View) -> View:
        """The view with its table sorted by `panel.column` or `panel.column.desc`; any other order is not its own."""
        name, _, rest = (ctx.state.sort or "").partition(".")
        column, _, falls = rest.partition(".")
        keys = {item.name: item.key or item.name for item in view.columns}
        if name != self.name or not view.sortable or view.is_sorted or column not in keys:
            return view
        ctx.heeded.add("sort")
        return replace(view, frame=sort_frame(view.frame, keys[column], falls=bool(falls)), order=(column, bool(falls)))

    def require_known(self, ctx: Context, parameters: Iterable[str]) -> None:
        """Raise InvalidQuery for a filter that the panel does not obey or a value that the release does not have: data
        and pictures would hold more than was asked for. `parameters` are the names that the address holds."""
        if ctx.release_asked is not None:
            raise UnknownResource("There is no release {version!r} that can be shown.", version=ctx.release_asked)
        allowed = self.parameters
        foreign = [name for name in parameters if name not in (*allowed, *NEUTRAL)]
        if foreign:
            said = {"figure": self.name, "name": foreign[0]}
            if not allowed:
                raise InvalidQuery("{figure} cannot be filtered by {name!r}: it has no filters.", **said)
            names = ", ".join(allowed)
            raise InvalidQuery(
                "{figure} cannot be filtered by {name!r}: it has the filters {names}.", names=names, **said
            )
        wrong = [item for item in ctx.ignored if item.name in self.filters]
        if wrong:
            name = wrong[0].name
            if wrong[0].reason == "repeated":
                raise InvalidQuery(
                    "{name} stands in the address more than once: {figure} has one.", name=name, figure=self.name
                )
            values = ctx.codes.known.get(name)
            if not values:
                raise InvalidQuery(
                    "This release has no {value}: {name} is a whole number of euros.", value=wrong[0], name=name
                )
            names = ", ".join(values)
            raise InvalidQuery(
                "This release has no {value}: {name} is one of {names}.", value=wrong[0], name=name, names=names
            )

    def require_subject(self, ctx: Context) -> None:
        """Raise UnknownResource where the panel is of a company or a city and the state names none of this release."""
        if not self.of_company:
            return
        if not ctx.engine.count(company_query(ctx.state.company or "")):
            if not ctx.state.company:
                raise UnknownResource(
                    "{figure} shows one company: add company=BUSINESS-ID of a company in this release.",
                    figure=self.name,
                )
            raise UnknownResource(
                "{figure} shows one company: add company=BUSINESS-ID of a company in this release; got {company}.",
                figure=self.name,
                company=ctx.state.company,
            )
