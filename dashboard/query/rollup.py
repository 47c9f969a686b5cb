"""Sums of a large table, made when it is loaded: pages ask for sums by a few fields again and again.

A query that asks for sums and counts only, by fields that the rollup is by, gets the same answer from it, to the cent,
out of many times fewer rows. Any other query (of amounts of single rows, of months, of units) is asked of the table.
"""

# ruff: noqa: S608  # names of columns and tables are quoted; SQL has no parameters for them

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb

from dashboard.package import Field, Package, Resource
from dashboard.query.load import quoted
from dashboard.query.model import Filter, Measure, Query

ROWS = "rolled rows"
"""The column that counts the rows of the table; with a blank, as no field of a release has one."""
OF_VALUES = ("count_distinct", "min", "max", "any", "values")
"""Measures that ask which values there are, not how often."""


@dataclass(frozen=True)
class Rollup:
    """What a table is added up by, and what of it; `by` tells those of one table apart."""

    table: str
    by: str
    dimensions: tuple[str, ...]
    sums: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its own table; with a blank, as no table of a release has one."""
        return f"{self.table} by {self.by}"

    def fits(self, resource: Resource) -> bool:
        """Whether the table has what the rollup is made of."""
        return resource.name == self.table and {*self.dimensions, *self.sums} <= set(resource.field_names())

    def resource(self, table: Resource) -> Resource:
        """The rollup as a table that can be asked."""
        kept = [field for field in table.fields if field.name in (*self.dimensions, *self.sums)]
        rows = Field(ROWS, "integer", "integer", {}, None, None)
        return replace(table, name=self.name, fields=(*kept, rows), primary_key=self.dimensions)

    def query(self) -> Query:
        """What gives its rows, of an engine that has the table."""
        sums = tuple(Measure(name, "sum", name) for name in self.sums)
        return Query(self.table, (*sums, Measure(ROWS, "count")), self.dimensions)

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make it of the table, which must be loaded."""
        fields = ", ".join(map(quoted, self.dimensions))
        sums = "".join(f", sum({quoted(name)}) as {quoted(name)}" for name in self.sums)
        connection.execute(
            f"create table {quoted(self.name)} as "
            f"select {fields}{sums}, count(*) as {quoted(ROWS)} from {quoted(self.table)} group by {fields}"
        )

    def answers(self, query: Query) -> bool:
        """Whether it gives the answer that its table would give."""
        return (
            query.resource == self.table
            and query.of is None
            and query.once is None
            and query.after is None
            and query.where is None
            and not query.lookups
            and bool(query.measures)
            and set(query.dimensions) <= set(self.dimensions)
            and self._has(query.filters)
            and all(map(self._adds_up, query.measures))
        )

    def _has(self, filters: Iterable[Filter]) -> bool:
        return {item.field for item in filters} <= set(self.dimensions)

    def _adds_up(self, measure: Measure) -> bool:
        is_sum = measure.function == "sum" and measure.field in self.sums and measure.largest is None
        is_count = measure.function == "count" and measure.field is None
        is_of_values = measure.function in OF_VALUES and measure.field in self.dimensions
        return (is_sum or is_count or is_of_values) and self._has(measure.where)


ROLLUPS = (
    Rollup(
        "purchases",
        "supplier",
        ("city_code", "purchase_year", "account_group_code", "supplier_business_id", "snapshot_id"),
        ("amount_eur",),
    ),
    Rollup(
        "purchases",
        "account",
        ("city_code", "account_group_code", "account_code", "account_name", "supplier_business_id"),
        ("amount_eur",),
    ),
)
"""Those that pages ask, smaller ones first: the fields that purchases are filtered by, but for the amounts of single
rows; the accounts that a company's sales are booked on."""


def rollups_of(package: Package) -> tuple[Rollup, ...]:
    """Those that a release has the table and the fields for."""
    return tuple(one for one in ROLLUPS if package.has(one.table) and one.fits(package.resource(one.table)))


def roll_up(query: Query, rollups: Iterable[Rollup]) -> Query:
    """The query, asked of the first rollup that gives its answer; likewise the queries within it."""
    if query.lookups:
        lookups = (replace(one, query=roll_up(one.query, rollups)) for one in query.lookups)
        query = replace(query, lookups=tuple(lookups))
    if query.of is not None:
        return replace(query, of=roll_up(query.of, rollups))
    for rollup in rollups:
        if rollup.answers(query):
            measures = tuple(replace(m, function="total", field=ROWS) if m.function == "count" else m
                             for m in query.measures)  # fmt: skip
            return replace(query, resource=rollup.name, measures=measures)
    return query


def count_of_rows(query: Query, rollups: Iterable[Rollup]) -> Query | None:
    """A query of a rollup whose one value is how many rows of a table the query gives; None where no rollup tells."""
    is_of_rows = not (query.measures or query.of or query.once or query.where or query.lookups or query.distinct)
    bare = Query(query.resource, (Measure(ROWS, "count"),), filters=query.filters)
    found = roll_up(bare, rollups) if is_of_rows else bare
    return found if found.resource != query.resource else None
