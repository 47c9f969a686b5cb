"""The filters of a view: what they ask of the table of purchases, and how they are said in words."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.context import Context
from dashboard.query.model import Filter, Query, Within
from dashboard.state import OF_PURCHASES, PARAMETERS


def state_filters(ctx: Context) -> tuple[Filter, ...]:
    """The filters of the view on the table of purchases."""
    state = ctx.state
    asked = (
        Filter("city_code", "in", state.cities or None),
        Filter("purchase_year", "eq", state.year),
        Filter("account_group_code", "eq", state.group),
        Filter("amount_eur", "ge", state.least),
        Filter("amount_eur", "le", state.most),
    )
    filters = [item for item in asked if item.value is not None]
    if state.kind is not None:
        of_kind = Query(
            "companies", columns=("supplier_business_id",), filters=(Filter("kind_code", "eq", state.kind),)
        )
        filters.append(Filter("supplier_business_id", "within", Within(of_kind)))
    return tuple(filters)


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
    if name == "prices":
        return None if state.prices is None else t("in prices of {year}", year=state.prices)
    code = getattr(state, name)
    return ctx.name(name, code) if code else None


def group_name(ctx: Context) -> str | None:
    """The chosen account group's name, None where all count."""
    return ctx.name("group", ctx.state.group) if ctx.state.group else None
