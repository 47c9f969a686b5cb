"""The rows that a row of a computed table was made from, as queries: the way back from a figure to its sources.

The rules are those of the tables' own making (`etl/datasets/*/tidy.py`, `etl/datasets/indicators/measure.py`); a test
counts the rows of every table against the counts that its rows state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.context import Context
from dashboard.i18n.words import NO_SERVICE
from dashboard.panels.service_sums import ONCE
from dashboard.query.model import Filter, Query

Row = Mapping[str, Any]
Behind = Callable[[Context, Row], tuple[Query, ...]]

THEMES = ("purchases", "budgets", "service_requests")
"""The tables whose years a city publishes or does not: what the share of what is published counts."""
LONGEST_LAG = 3
"""How many years old a population may be that a later year's euros are divided by."""
TIMES = {"response_days_median": "response_hours", "closing_days_median": "closing_hours"}


def queries_behind(ctx: Context, table: str, row: Row) -> tuple[Query, ...]:
    """The rows of other tables that the row rests on, a query a table; none where the table was not computed."""
    return BEHIND[table](ctx, row) if table in BEHIND else ()


def _service_result(_: Context, row: Row) -> tuple[Query, ...]:
    service = None if row["service_code"] == NO_SERVICE else row["service_code"]
    filters = _same(row, "city_code", "request_year", "request_month")
    return (Query("service_requests", filters=(*filters, _is("service_code", service)), once=ONCE),)


def _company(_: Context, row: Row) -> tuple[Query, ...]:
    return (Query("purchases", filters=_same(row, "supplier_business_id")),)


def _company_name(_: Context, row: Row) -> tuple[Query, ...]:
    """The rows under that name with the business id; by themselves those without one that were matched to it."""
    name = _is("supplier_name", row["company_name"])
    named = Query("purchases", filters=(*_same(row, "supplier_business_id"), name))
    matched = Query("purchases", filters=(_is("supplier_business_id", None), name))
    return (named, matched) if row["rows_without_id_count"] else (named,)


def _unidentified(_: Context, row: Row) -> tuple[Query, ...]:
    filters = (_is("supplier_business_id", None), _is("supplier_name", row["company_name"]))
    return (Query("purchases", filters=filters),)


def _coverage(ctx: Context, row: Row) -> tuple[Query, ...]:
    if not row["rows_count"]:
        return ()
    names = ctx.package.resource(row["table_name"]).field_names()
    year = next(name for name in names if name == "year" or name.endswith("_year"))
    return (Query(row["table_name"], filters=(*_same(row, "city_code"), _is(year, row["year"]))),)


def _indicator(ctx: Context, row: Row) -> tuple[Query, ...]:
    indicator = ctx.package.indicator(row["indicator_code"])
    year, month = PERIODS[indicator.table]
    filters = [*_same(row, "city_code"), _is(year, row["year"])]
    if row["month"] is not None:
        filters.append(_is(month, row["month"]))
    if indicator.measure == "largest_ten_share":
        filters.append(Filter("supplier_business_id", "not_null"))
    elif indicator.measure in TIMES:
        filters.append(Filter(TIMES[indicator.measure], "not_null"))
    elif indicator.measure == "actual_of_budget_share":
        filters += [_is("direction_code", "expenditure"), Filter("is_internal", "differs", value=True)]
    elif indicator.measure == "published_share":
        filters.append(Filter("table_name", "in", THEMES))
    once = ONCE if indicator.table == "service_requests" else None
    rows = Query(indicator.table, filters=tuple(filters), once=once)
    return (rows, *_population(row)) if indicator.measure == "purchases_per_inhabitant" else (rows,)


def _population(row: Row) -> tuple[Query, ...]:
    """The newest population that is not younger than the year nor too old for it."""
    years = (Filter("year", "le", row["year"]), Filter("year", "ge", row["year"] - LONGEST_LAG))
    return (
        Query("city_population", filters=(*_same(row, "city_code"), *years), order_by=(("year", "desc"),), limit=1),
    )


PERIODS = {
    "purchases": ("purchase_year", "purchase_month"),
    "service_results": ("request_year", "request_month"),
    "service_requests": ("request_year", "request_month"),
    "budgets": ("budget_year", ""),
    "coverage": ("year", ""),
}
"""Table -> the fields of its year and month; indicators of a table without months have years only."""
BEHIND: Mapping[str, Behind] = {
    "service_results": _service_result,
    "companies": _company,
    "company_names": _company_name,
    "unidentified_names": _unidentified,
    "coverage": _coverage,
    "indicator_values": _indicator,
}


def _is(field: str, value: Any) -> Filter:
    return Filter(field, "is_null") if value is None else Filter(field, "eq", value)


def _same(row: Row, *names: str) -> tuple[Filter, ...]:
    """What the row itself has in these fields."""
    return tuple(_is(name, row[name]) for name in names)
