"""The filters of a view: what they ask of each table, and how they are said in words."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.context import DIRECTIONS, Context
from dashboard.i18n.words import NO_SERVICE
from dashboard.query.model import Filter, Query, Within
from dashboard.state import OF_PURCHASES, PARAMETERS


def state_filters(ctx: Context) -> tuple[Filter, ...]:
    """The filters of the view on the table of purchases."""
    state = ctx.state
    of_kind = Query("companies", columns=("supplier_business_id",), filters=(Filter("kind_code", "eq", state.kind),))
    return _asked(
        Filter("city_code", "in", state.cities or None),
        Filter("purchase_year", "eq", state.year),
        Filter("account_group_code", "eq", state.group),
        Filter("amount_eur", "ge", state.least),
        Filter("amount_eur", "le", state.most),
        Filter("supplier_business_id", "within", Within(of_kind) if state.kind else None),
    )


def budget_filters(ctx: Context) -> tuple[Filter, ...]:
    """The filters of the view on the table of budgets: expenditure and no internal items but where it asks for others.

    A row whose source does not tell internal items apart counts.
    """
    state = ctx.state
    return _asked(
        Filter("city_code", "in", state.cities or None),
        Filter("budget_year", "eq", state.year),
        Filter("department_name", "eq", state.department),
        Filter("direction_code", "eq", state.direction or DIRECTIONS[0]),
        Filter("is_internal", "differs", None if state.internal else True),
    )


def result_filters(ctx: Context) -> tuple[Filter, ...]:
    """The filters of the view on the table of service results."""
    state = ctx.state
    return _asked(
        Filter("city_code", "in", state.cities or None),
        Filter("request_year", "eq", state.year),
        Filter("service_code", "eq", state.service),
    )


def request_filters(ctx: Context) -> tuple[Filter, ...]:
    """The same on the table of service requests, where a service that is not stated is empty."""
    filters = result_filters(ctx)
    if ctx.state.service != NO_SERVICE:
        return filters
    return (*filters[:-1], Filter("service_code", "is_null"))


def _asked(*filters: Filter) -> tuple[Filter, ...]:
    return tuple(item for item in filters if item.value is not None)


def scope_words(ctx: Context, filters: Collection[str] = OF_PURCHASES) -> str:
    """What counts under the filters, in words, in the order of the filters; only those named in `filters`.

    Cities, years and account groups are named when all of them count as well: a reader asks for these first.
    """
    words = {name: _words(ctx, name) for name in (p.name for p in PARAMETERS) if name in filters}
    return " · ".join(text for text in words.values() if text)


def _words(ctx: Context, name: str) -> str | None:
    t, state = ctx.t, ctx.state
    if name == "city":
        return ", ".join(ctx.city(code) for code in state.cities) or t("all six cities")
    if name == "year":
        return str(state.year) if state.year else t("all years")
    if name == "group":
        return group_name(ctx) or t("all account groups")
    if name == "min":
        return None if state.least is None else t("rows of at least {amount}", amount=ctx.f.money(state.least))
    if name == "max":
        return None if state.most is None else t("rows of at most {amount}", amount=ctx.f.money(state.most))
    if name == "direction":
        return ctx.name("direction", state.direction or DIRECTIONS[0])
    if name == "internal":
        return t("internal items counted") if state.internal else t("without internal items")
    if name == "service":
        return ctx.name("service", state.service) if state.service else t("all services")
    if name == "prices":
        return None if state.prices is None else t("in prices of {year}", year=state.prices)
    code = getattr(state, name)
    return ctx.name(name, code) if code else None


def group_name(ctx: Context) -> str | None:
    """The chosen account group's name, None where all count."""
    return ctx.name("group", ctx.state.group) if ctx.state.group else None
