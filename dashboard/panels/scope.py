"""The filters of a view: what they ask of each table, and how they are said in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from dashboard.context import DIRECTIONS, Context
from dashboard.i18n import DOT
from dashboard.i18n.words import NO_SERVICE
from dashboard.query.model import Filter, Query, Within
from dashboard.state import OF_PURCHASES, PARAMETERS

Words = Callable[[Context], str | None]


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

    Those of which a reader asks first are named when all of their values count as well.
    """
    words = (WORDS.get(name, _chosen(name))(ctx) for name in (p.name for p in PARAMETERS) if name in filters)
    return DOT.join(text for text in words if text)


def _chosen(name: str) -> Words:
    """The name of the value that is chosen."""

    def words(ctx: Context) -> str | None:
        code = getattr(ctx.state, name)
        return ctx.name(name, code) if code else None

    return words


def _cities(ctx: Context) -> str:
    return ", ".join(ctx.city(code) for code in ctx.state.cities) or ctx.t("all six cities")


def _within(name: str) -> str:
    """A name that begins a line elsewhere, within one."""
    return name[:1].lower() + name[1:]


def _least(ctx: Context) -> str | None:
    least = ctx.state.least
    return None if least is None else ctx.t("rows of at least {amount}", amount=ctx.f.money(least))


def _most(ctx: Context) -> str | None:
    most = ctx.state.most
    return None if most is None else ctx.t("rows of at most {amount}", amount=ctx.f.money(most))


WORDS: Mapping[str, Words] = {
    "city": _cities,
    "year": lambda ctx: str(ctx.state.year) if ctx.state.year else ctx.t("all years"),
    "group": lambda ctx: group_name(ctx) or ctx.t("all account groups"),
    "min": _least,
    "max": _most,
    "direction": lambda ctx: _within(ctx.name("direction", ctx.state.direction or DIRECTIONS[0])),
    "internal": lambda ctx: ctx.t("internal items counted") if ctx.state.internal else ctx.t("without internal items"),
    "service": lambda ctx: _chosen("service")(ctx) or ctx.t("all services"),
    "prices": lambda ctx: ctx.t("in prices of {year}", year=ctx.state.prices) if ctx.state.prices else None,
}
"""How a filter is said; one that is not here is said by the name of what is chosen."""


def group_name(ctx: Context) -> str | None:
    """The chosen account group's name, None where all count."""
    return ctx.name("group", ctx.state.group) if ctx.state.group else None
