"""Which years a city's purchases cover in part only, by the release's table of coverage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.context import Context
from dashboard.query.model import Filter, Measure, Query

MONTHS = 12
CityYear = tuple[str, int]


def tells_months(ctx: Context) -> bool:
    """Whether the release's coverage says of how many months a year is: since contract 1.3."""
    return ctx.package.has("coverage") and "months_count" in ctx.package.resource("coverage").field_names()


def months_by_year(ctx: Context) -> dict[CityYear, int]:
    """(city, year) -> months with purchases of any kind, for the cities of the view: a month without a purchase of the
    chosen account group is no gap in the data."""
    cities = (Filter("city_code", "in", ctx.state.cities),) if ctx.state.cities else ()
    if tells_months(ctx):
        of_purchases = (Filter("table_name", "eq", "purchases"), Filter("months_count", "not_null"))
        query = Query("coverage", columns=("city_code", "year", "months_count"), filters=(*of_purchases, *cities))
        return {(row["city_code"], int(row["year"])): int(row["months_count"]) for row in ctx.engine.rows(query)}
    counted = (Measure("months_count", "count_distinct", "purchase_month"),)
    rows = ctx.engine.rows(Query("purchases", counted, ("city_code", "purchase_year"), filters=cities))
    return {(row["city_code"], int(row["purchase_year"])): int(row["months_count"]) for row in rows}


def is_partial(row: Mapping[str, Any]) -> bool:
    """Whether a city's year has data for some of its months only, as Turku's first file does."""
    return 0 < int(row["months_count"]) < MONTHS


def is_whole(months: Mapping[CityYear, int], city: str, year: int) -> bool:
    """Whether the city's data hold the year, and hold all of it."""
    return (city, year) in months and not is_partial({"months_count": months[city, year]})


def part_words(ctx: Context, city: str, year: int, months: int) -> str:
    """A city's year that is known in part."""
    return ctx.t("{city} {year} (months with data: {n})", city=ctx.city(city), year=year, n=months)
