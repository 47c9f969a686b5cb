"""The filters of a view: what they ask of the table of purchases, and how they are said in words."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.context import Context
from dashboard.query.model import Filter
from dashboard.state import FILTERS


def state_filters(ctx: Context) -> tuple[Filter, ...]:
    """The filters of the view on the table of purchases."""
    state, filters = ctx.state, []
    if state.cities:
        filters.append(Filter("city_code", "in", state.cities))
    if state.year is not None:
        filters.append(Filter("purchase_year", "eq", state.year))
    if state.group is not None:
        filters.append(Filter("account_group_code", "eq", state.group))
    return tuple(filters)


def scope_words(ctx: Context, filters: Collection[str] = tuple(FILTERS)) -> str:
    """What counts under the filters, in words: cities, year, account group; only those named in `filters`."""
    t, state = ctx.t, ctx.state
    words = {
        "city": ", ".join(ctx.city(code) for code in state.cities) or t("all six cities"),
        "year": str(state.year) if state.year else t("all years"),
        "group": group_name(ctx) or t("all account groups"),
    }
    return " · ".join(words[name] for name in FILTERS if name in filters)


def group_name(ctx: Context) -> str | None:
    """The chosen account group's name, None where all count."""
    return ctx.codes.groups[ctx.state.group][ctx.language] if ctx.state.group else None
