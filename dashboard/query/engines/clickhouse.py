"""ClickHouse's SQL, compiled and not run: no server of it stands where this was written, so nothing of it is proven
but that sqlglot reads it as ClickHouse's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlglot import exp

from dashboard.query.dialect import NORDIC, LoadedDialect, call

SETTINGS = {
    "aggregate_functions_null_for_empty": 1,  # a sum of nothing is no zero
    "join_use_nulls": 1,  # what is not found is missing, and no empty text
    "prefer_column_name_to_alias": 1,  # a filter means the table's column where a measure has its name
}
"""What a query has to be asked with, so that it means what SQL says; every column of a table is Nullable."""
TYPES = ((bool, "Bool"), (int, "Int64"), (float, "Float64"), (dt.date, "Date32"), (list, "Array(String)"))


class ClickHouseDialect(LoadedDialect):
    """ClickHouse's words."""

    name = "clickhouse"

    def parameter(self, number: int, value: Any) -> exp.Expr:
        """Where the parameter `p1`, `p2` and so on stands, which has a type."""
        return exp.Placeholder(this=f"p{number}", kind=_type(value))

    def fold(self, text: exp.Expr) -> exp.Expr:
        """The text whatever its case."""
        return call("lowerUTF8", text)

    def as_text(self, column: exp.Expr, exact_type: str) -> exp.Expr:
        """A value as a text, an empty one where it is missing: one that is missing leaves nothing of a joined text."""
        return call("ifNull", super().as_text(column, exact_type), exp.Literal.string(""))

    def alphabet(self, text: exp.Expr) -> exp.Expr:
        """What puts texts in the order of the Finnish and Swedish alphabet, by the values of their characters."""
        return call("translateUTF8", self.fold(text), *map(exp.Literal.string, NORDIC))

    def differs(self, value: exp.Expr, parameter: exp.Expr) -> exp.Expr:
        """Whether the value is another one, or missing where the other is not."""
        is_other = exp.NEQ(this=value, expression=parameter)
        missing = exp.NEQ(this=call("isNull", value.copy()), expression=call("isNull", parameter.copy()))
        return call("ifNull", is_other, missing)

    def quantile(self, column: exp.Expr, at: float) -> exp.Expr:
        """The value below which that part of a group's values lies: type 7, which it calls inclusive."""
        values, level = [exp.cast(column, "double")], [exp.Literal.number(at)]
        return exp.ParameterizedAgg(this="quantileExactInclusive", expressions=level, params=values)

    def sum_of_largest(self, column: exp.Expr, number: int, exact_type: str) -> exp.Expr:  # noqa: ARG002
        """The sum of that many of a group's largest values; nothing where there are none."""
        values = call("arrayReverseSort", call("groupArray", column))
        largest = call("arraySlice", values, exp.Literal.number(1), exp.Literal.number(number))
        some = exp.GT(this=exp.Count(this=column.copy()), expression=exp.Literal.number(0))
        return exp.Case(ifs=[exp.If(this=some, true=call("arraySum", largest))])

    def joined(self, column: exp.Expr) -> exp.Expr:
        """The different values of a group in their order, joined by commas; an empty text where there are none."""
        text = exp.Lambda(this=call("toString", exp.column("one")), expressions=[exp.to_identifier("one")])
        values = call("arrayMap", text, call("arraySort", call("groupUniqArray", column)))
        return call("arrayStringConcat", values, exp.Literal.string(","))

    def has_part(self, text: exp.Expr, part: exp.Expr) -> exp.Expr:
        """Whether the part stands in the text, whatever its case."""
        return exp.GT(this=call("position", self.fold(text), self.fold(part)), expression=exp.Literal.number(0))

    def has_value(self, values: exp.Expr, value: exp.Expr) -> exp.Expr:
        """Whether the value is in the list."""
        return call("has", values, value)


def _type(value: Any) -> str:
    """ClickHouse's name of a value's type.

    >>> _type(True), _type(2025), _type(Decimal("-0.50")), _type("091"), _type(None)
    ('Bool', 'Int64', 'Decimal(38, 2)', 'String', 'Nullable(String)')
    """
    if value is None:
        return "Nullable(String)"
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return f"Decimal(38, {max(0, -exponent) if isinstance(exponent, int) else 0})"
    return next((name for kind, name in TYPES if isinstance(value, kind)), "String")
