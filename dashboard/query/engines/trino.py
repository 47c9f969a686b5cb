"""Trino's SQL, compiled and not run: no server of it stands where this was written, so nothing of it is proven but
that sqlglot reads it as Trino's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sqlglot import exp

from dashboard.query.dialect import LoadedDialect, adding, call


class TrinoDialect(LoadedDialect):
    """Trino's words."""

    name = "trino"
    cannot: ClassVar[Mapping[str, str]] = {
        "exact_quantiles": "it has percentiles that are nearly right only (approx_percentile)",
    }

    def quantile(self, column: exp.Expr, at: float) -> exp.Expr:
        """A value near the one below which that part of a group's values lies."""
        return call("approx_percentile", exp.cast(column, "double"), exp.Literal.number(at))

    def sum_of_largest(self, column: exp.Expr, number: int, exact_type: str) -> exp.Expr:
        """The sum of that many of a group's largest values; nothing where there are none."""
        nothing, add = adding(exact_type)
        same = exp.Lambda(this=exp.column("one"), expressions=[exp.to_identifier("one")])
        largest = call("max", column, exp.Literal.number(number))
        return call("reduce", largest, nothing, add, same)

    def joined(self, column: exp.Expr) -> exp.Expr:
        """The different values of a group in their order, joined by commas; an empty text where there are none."""
        values = call("array_sort", call("array_agg", exp.Distinct(expressions=[column])))
        return call("array_join", values, exp.Literal.string(","))

    def has_part(self, text: exp.Expr, part: exp.Expr) -> exp.Expr:
        """Whether the part stands in the text, whatever its case."""
        return exp.GT(this=call("strpos", self.fold(text), self.fold(part)), expression=exp.Literal.number(0))

    def has_value(self, values: exp.Expr, value: exp.Expr) -> exp.Expr:
        """Whether the value is in the list."""
        return call("contains", values, value)
