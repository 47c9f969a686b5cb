"""Filters that several pages share: cities, the years of a table, the values of a code list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from dashboard.components.elements import html
from dashboard.components.filters import Choice, Several
from dashboard.context import Context
from dashboard.state import State, to_query_string


def kept_pairs(state: State) -> list[tuple[str, str]]:
    """What a form hands on of the view that it does not change itself."""
    return parse_qsl(to_query_string(state))


def city_select(ctx: Context) -> Choice:
    """One of the cities; several that an address asks for stay chosen together."""
    cities = ctx.state.cities
    several = [(",".join(cities), ", ".join(map(ctx.city, cities)))] if len(cities) > 1 else []
    options = [("", ctx.t("All six cities")), *several, *((code, ctx.city(code)) for code in ctx.codes.cities)]
    return Choice("city", ctx.t("City"), options, ",".join(cities))


def city_choice(ctx: Context) -> Several:
    """The cities, several of which may be chosen."""
    t = ctx.t
    cities = [(code, ctx.city(code)) for code in ctx.codes.cities]
    return Several("city", t("City"), cities, ctx.state.cities, t("none chosen: all six"))


def year_choice(ctx: Context, table: str, everything: str) -> Choice:
    """The years of a table; `everything` says what the page shows where none is chosen.

    A year that only other tables have stays chosen, so that the form does not hide why nothing is shown.
    """
    years: Sequence[int] = ctx.codes.years[table]
    asked = ctx.state.year
    beyond = [asked] if asked is not None and asked not in years else []
    options = [("", everything), *((str(year), str(year)) for year in (*beyond, *years))]
    return Choice("year", ctx.t("Year"), options, str(asked or ""))


def code_choice(ctx: Context, name: str, label: str, chosen: str | None, everything: str | None = None) -> Choice:
    """The known values of a filter by name, behind what stands for none of them."""
    options = [(code, ctx.text(text)) for code, text in ctx.codes.names[name].items()]
    languages = {code: language for code, _ in options if (language := ctx.foreign(ctx.name_language(name, code)))}
    return Choice(name, label, [*([("", everything)] if everything else []), *options], chosen or "", languages)


def dataset_links(ctx: Context, *names: str) -> html.P:
    """The datasets behind the page."""
    links: list[Any] = []
    for name in names:
        links += [
            ", " if links else "",
            html.A(ctx.text(ctx.package.dataset(name).title), href=ctx.path(f"dataset/{name}")),
        ]
    return html.P([ctx.t("Data on this page"), ": ", *links])
