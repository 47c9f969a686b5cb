"""Filters that several pages share: cities as links that switch, years of a table as a select."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from dash import html

from dashboard.components.filters import Choice, Toggle, toggles
from dashboard.context import Context
from dashboard.state import State, to_query_string


def kept_pairs(state: State) -> list[tuple[str, str]]:
    """What a form hands on of the view that it does not change itself."""
    return parse_qsl(to_query_string(state))


def city_toggles(ctx: Context, path: str) -> html.Nav:
    """All six cities, and each by itself to add or take away."""
    t, chosen = ctx.t, ctx.state.cities
    choices = [Toggle(t("All six cities"), ctx.path(path, ctx.state.change(cities=())), not chosen)]
    for code in ctx.codes.cities:
        is_on = code in chosen
        switched = tuple(one for one in ctx.codes.cities if (one in chosen) != (one == code))
        choices.append(Toggle(ctx.city(code), ctx.path(path, ctx.state.change(cities=switched)), is_on))
    return toggles(t("Cities"), choices)


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
    return Choice(name, label, [*([("", everything)] if everything else []), *options], chosen or "")


def dataset_links(ctx: Context, *names: str) -> html.P:
    """The datasets behind the page."""
    links: list[Any] = []
    for name in names:
        links += [
            ", " if links else "",
            html.A(ctx.text(ctx.package.dataset(name).title), href=ctx.path(f"dataset/{name}")),
        ]
    return html.P([ctx.t("Data on this page"), ": ", *links])
