"""The measures: a value by city and period, in SQL over the published tables.

Each is asked twice, by year and by month, and says on how many rows its value rests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from etl.datasets.service_results.tidy import ONCE
from etl.indicator import Period

LARGEST = 10
THEMES = ("purchases", "budgets", "service_requests")
"""The tables with a year that a city itself publishes, which the share of published topics counts."""
PUBLISHED = ("published", "partial")
"""The states of coverage in which a topic counts as published: a part of a year counts too."""
LONGEST_LAG = 3
"""How many years old a population may be that a later year's euros are divided by."""
HOURS_A_DAY = 24


@dataclass(frozen=True)
class Measure:
    """`value` and `basis` are aggregates over `rows`, grouped by city and period; `value` is null where not known."""

    table: str
    """The published table that it is over."""
    rows: str
    """A table, or a query that gives its rows; `{period}` in it is the list of what they are grouped by."""
    year: str
    month: str | None
    value: str
    basis: str = "count(*)"


@dataclass(frozen=True)
class Observed:
    """A value of a city and period; `month` is None where the period is a year."""

    city_code: str
    year: int
    month: int | None
    value: float | None
    basis_count: int


PER_SUPPLIER = (
    "(select city_code, {period}, sum(amount_eur) as amount_eur, count(*) as n, "
    "row_number() over (partition by city_code, {period} order by sum(amount_eur) desc, supplier_business_id) as place "
    "from purchases where supplier_business_id is not null group by city_code, {period}, supplier_business_id)"
)
WITH_POPULATION = f"""
    (select p.*, if(p.purchase_year - c.year <= {LONGEST_LAG}, c.population_count, null) as population_count
     from purchases p asof left join city_population c on p.city_code = c.city_code and p.purchase_year >= c.year)
"""  # noqa: S608
"""The newest population up to the year of the purchase, where it is not too old."""


def _of_purchases(value: str, rows: str = "purchases", basis: str = "count(*)") -> Measure:
    return Measure("purchases", rows, "purchase_year", "purchase_month", value, basis)


def _of_requests(value: str, basis: str) -> Measure:
    rows = f"({ONCE})"
    return Measure("service_requests", rows, "request_year", "request_month", value, basis)


MEASURES = {
    "purchases_per_inhabitant": _of_purchases("sum(amount_eur) / any_value(population_count)", WITH_POPULATION),
    "suppliers_count": _of_purchases("count(distinct supplier_business_id)"),
    "largest_ten_share": _of_purchases(
        f"100.0 * sum(amount_eur) filter (place <= {LARGEST}) / nullif(sum(amount_eur), 0)", PER_SUPPLIER, "sum(n)"
    ),
    "without_business_id_share": _of_purchases("100.0 * (count(*) - count(supplier_business_id)) / count(*)"),
    "credit_note_share": _of_purchases("100.0 * count(*) filter (is_credit_note) / count(*)"),
    "closed_share": Measure(
        "service_results",
        "service_results",
        "request_year",
        "request_month",
        "100.0 * sum(closed_count) / nullif(sum(requested_count - unknown_status_count), 0)",
        "sum(requested_count)",
    ),
    "response_days_median": _of_requests(
        f"quantile_cont(response_hours, 0.5) / {HOURS_A_DAY}", "count(response_hours)"
    ),
    "closing_days_median": _of_requests(f"quantile_cont(closing_hours, 0.5) / {HOURS_A_DAY}", "count(closing_hours)"),
    "actual_of_budget_share": Measure(
        "budgets",
        "(from budgets where direction_code = 'expenditure' and is_internal is distinct from true)",
        "budget_year",
        None,
        "100.0 * sum(actual_eur) / nullif(sum(budget_eur), 0)",
    ),
    "published_share": Measure(
        "coverage",
        f"(from coverage where table_name in {THEMES})",
        "year",
        None,
        f"if(bool_or(status_code = 'unknown'), null, 100.0 * count(*) filter (status_code in {PUBLISHED}) / count(*))",
        "sum(rows_count)",
    ),
}


def observe(connection: duckdb.DuckDBPyConnection, measure: Measure, period: Period) -> Iterator[Observed]:
    """The measure's values by city and period. A row without a month counts in its year only."""
    month = measure.month if period == "month" else None
    columns = ", ".join(filter(None, [measure.year, month]))
    known = f"where {month} is not null" if month else ""
    sql = (
        f"select city_code, {measure.year}, {month or 'null'}, ({measure.value})::double, ({measure.basis})::bigint "  # noqa: S608
        f"from {measure.rows.replace('{period}', columns)} {known} group by city_code, {columns} order by all"
    )
    for row in connection.execute(sql).fetchall():
        yield Observed(*row)


def partial_years(connection: duckdb.DuckDBPyConnection, measure: Measure) -> set[tuple[str, int]]:
    """The cities and years for which the table has some months only, by the table of coverage."""
    rows = connection.execute(
        "select city_code, year from coverage where table_name = ? and status_code = 'partial'", [measure.table]
    ).fetchall()
    return {(city, year) for city, year in rows}
