"""What a panel is, and what it becomes for one state and language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.errors import InvalidQuery, UnknownResource
from dashboard.figures.style import Figure
from dashboard.panels.scope import scope_words
from dashboard.query.engine import records
from dashboard.query.model import Filter, Query

NEUTRAL = ("lang", "q", "page", "sort")
"""Parameters of an address that change nothing of what counts in a panel's data or picture."""


@dataclass(frozen=True)
class Column:
    """A column of a table; `unit` decides how its numbers are written, `language` is that of its texts where it is
    not the page's."""

    name: str
    title: str
    unit: str | None = None
    is_number: bool = False
    language: str | None = None


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

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The table's rows."""
        return records(self.frame)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show under these filters."""
        return self.frame.empty


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
    of_city: bool = False
    """Whether it shows one city, which the state must then name."""

    def narrow(self, ctx: Context) -> Context:
        """The context with those filters only that the panel obeys, and the company only where it shows one."""
        state = ctx.state.keep(self.filters)
        return replace(ctx, state=state if self.of_company else state.change(company=None))

    def scope(self, ctx: Context) -> str:
        """What counts in the panel, in words; empty where it obeys no filter."""
        return scope_words(ctx, self.filters)

    def query(self, ctx: Context) -> Query:
        """What the panel asks under these filters."""
        return self.make_query(self.narrow(ctx))

    def view(self, ctx: Context) -> View:
        """The panel under these filters. It says what counts: under its title, and where its figure is described."""
        view, scope = self.make_view(self.narrow(ctx)), self.scope(ctx)
        if not scope:
            return view
        if view.figure is not None:
            view.figure["layout"]["meta"]["description"] += f" {scope}."
        return replace(view, subtitle=f"{view.subtitle} · {scope}")

    def require_known(self, ctx: Context, parameters: Iterable[str]) -> None:
        """Raise InvalidQuery for a filter that the panel does not obey or a value that the release does not have: data
        and pictures would hold more than was asked for. `parameters` are the names that the address holds."""
        allowed = (*self.filters, *(("company",) if self.of_company else ()))
        foreign = [name for name in parameters if name not in (*allowed, *NEUTRAL)]
        if foreign:
            names = f"has the filters {', '.join(allowed)}" if allowed else "has no filters"
            raise InvalidQuery(f"{self.name} cannot be filtered by {foreign[0]!r}: it {names}.")
        wrong = [item for item in ctx.ignored if item.partition("=")[0] in self.filters]
        if wrong:
            name = wrong[0].partition("=")[0]
            values = ctx.codes.known.get(name)
            allowed_values = f"one of {', '.join(values)}" if values else "a whole number of euros"
            raise InvalidQuery(f"This release has no {wrong[0]}: {name} is {allowed_values}.")

    def require_subject(self, ctx: Context) -> None:
        """Raise UnknownResource where the panel is of a company or a city and the state names none of this release."""
        if self.of_city and len(ctx.state.cities) != 1:
            raise UnknownResource(f"{self.name} shows one city: add city=CODE, one of {', '.join(ctx.codes.cities)}.")
        if not self.of_company:
            return
        known = Query("companies", filters=(Filter("supplier_business_id", "eq", ctx.state.company or ""),))
        if not ctx.engine.count(known):
            asked = ctx.state.company or "no company"
            raise UnknownResource(
                f"{self.name} shows one company: add company=BUSINESS-ID of a company in this release; got {asked}."
            )
