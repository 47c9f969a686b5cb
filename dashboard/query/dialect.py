"""How the SQL of one engine says what engines say differently. DuckDB's is the first, and what the others are held to.

A dialect gives trees of sqlglot, which writes names, types and operators in the engine's spelling. Here stands only
what has another meaning from one engine to the next, or no common word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlglot import exp

from dashboard.query.model import ROW_NUMBER

NORDIC = ("åäö", "{|}")
"""The three letters after z in the alphabet, and the three signs after z in ASCII."""


class Dialect:
    """DuckDB's words: a table's own row numbers, lists, and the order of rows as they were loaded."""

    name: ClassVar[str] = "duckdb"
    """Under which sqlglot writes it."""
    no_letter: ClassVar[str] = r"[^\p{L}\p{N}]"
    """What stands around a word, in RE2's language; its own border of words knows ASCII only."""
    keeps_order: ClassVar[bool] = True
    """Whether rows come in the order in which they were loaded where no other is asked for."""
    orders_by_any: ClassVar[bool] = True
    """Whether an answer can be put in order by what is made of its columns."""

    def parameter(self, number: int, value: Any) -> exp.Expr:  # noqa: ARG002
        """Where the parameter of that number (from 1) stands, which has this value."""
        return exp.Placeholder()

    def numbered(self, table: exp.Table) -> exp.Expr:
        """The table's rows with their places: DuckDB counts them from 0 in the order in which they were loaded."""
        number = exp.Add(this=self.place(), expression=exp.Literal.number(1))
        return exp.select("*", exp.alias_(number, ROW_NUMBER, quoted=True)).from_(table).subquery("rows", copy=False)

    def place(self) -> exp.Expr:
        """A row's place in its table, from 0."""
        return exp.column("rowid")

    def fold(self, text: exp.Expr) -> exp.Expr:
        """The text whatever its case."""
        return exp.Lower(this=text)

    def as_text(self, column: exp.Expr, exact_type: str) -> exp.Expr:  # noqa: ARG002
        """A value of any type as a text."""
        return exp.cast(column, "varchar")

    def alphabet(self, text: exp.Expr) -> exp.Expr:
        """What puts texts in the order of the Finnish and Swedish alphabet, by the values of their characters."""
        return call("translate", self.fold(text), *map(exp.Literal.string, NORDIC))

    def listed(self, column: exp.Expr, values: Sequence[str]) -> exp.Expr:
        """The place of a text among the values, null where it is none of them."""
        found = exp.Array(expressions=[exp.Literal.string(value) for value in values])
        return call("list_position", found, column)

    def smallest(self, column: exp.Expr, exact_type: str) -> exp.Expr:  # noqa: ARG002
        """The smallest value of a group."""
        return exp.Min(this=column)

    def largest(self, column: exp.Expr, exact_type: str) -> exp.Expr:  # noqa: ARG002
        """The largest value of a group."""
        return exp.Max(this=column)

    def any(self, column: exp.Expr, exact_type: str) -> exp.Expr:  # noqa: ARG002
        """A value of a group that is there."""
        return exp.AnyValue(this=column)

    def quantile(self, column: exp.Expr, at: float) -> exp.Expr:
        """The value below which that part of a group's values lies. As a float: between two decimals DuckDB would cut
        the value to their places."""
        return call("quantile_cont", exp.cast(column, "double"), exp.Literal.number(at))

    def sum_of_largest(self, column: exp.Expr, number: int, exact_type: str) -> exp.Expr:  # noqa: ARG002
        """The sum of that many of a group's largest values."""
        return call("list_sum", call("max", column, exp.Literal.number(number)))

    def joined(self, column: exp.Expr) -> exp.Expr:
        """The different values of a group in their order, joined by commas; an empty text where there are none."""
        values = call("list_sort", call("list", exp.Distinct(expressions=[column])))
        return call("array_to_string", values, exp.Literal.string(","))

    def has_part(self, text: exp.Expr, part: exp.Expr) -> exp.Expr:
        """Whether the part stands in the text, whatever its case."""
        return call("contains", self.fold(text), self.fold(part))

    def has_value(self, values: exp.Expr, value: exp.Expr) -> exp.Expr:
        """Whether the value is in the list."""
        return call("list_contains", values, value)

    def differs(self, value: exp.Expr, parameter: exp.Expr) -> exp.Expr:
        """Whether the value is another one, or missing where the other is not."""
        return exp.NullSafeNEQ(this=value, expression=parameter)

    def matches(self, text: exp.Expr, pattern: exp.Expr) -> exp.Expr:
        """Whether the regular expression is met anywhere in the text."""
        return call("regexp_matches", text, pattern)

    def word(self, word: str, *, is_beginning: bool) -> str:
        """The regular expression of a word among others, in lower case."""
        end = "" if is_beginning else f"({self.no_letter}|$)"
        return f"(^|{self.no_letter}){re.escape(word.lower())}{end}"


class LoadedDialect(Dialect):
    """Engines that a release is loaded into: each table has its rows' numbers as a column, by which alone they are in
    the order of their file."""

    keeps_order = False
    orders_by_any = False

    def numbered(self, table: exp.Table) -> exp.Expr:
        """The table, which holds its numbers."""
        return table

    def place(self) -> exp.Expr:
        """One less than the row's number."""
        return exp.Sub(this=exp.column(ROW_NUMBER, quoted=True), expression=exp.Literal.number(1))

    def listed(self, column: exp.Expr, values: Sequence[str]) -> exp.Expr:
        """The place of a text among the values, null where it is none of them."""
        if not values:
            return exp.cast(exp.null(), "int")
        cases = [
            exp.If(this=exp.Literal.string(value), true=exp.Literal.number(place))
            for place, value in enumerate(values, start=1)
        ]
        return exp.Case(this=column, ifs=cases)

    def any(self, column: exp.Expr, exact_type: str) -> exp.Expr:
        """The smallest value, so that it is always the same one."""
        return self.smallest(column, exact_type)

    def matches(self, text: exp.Expr, pattern: exp.Expr) -> exp.Expr:
        """Whether the regular expression is met anywhere in the text."""
        return exp.RegexpLike(this=text, expression=pattern)


def adding(exact_type: str) -> tuple[exp.Cast, exp.Lambda]:
    """(nothing, what adds one value to others), of the type of sums of such a column, for engines that fold a list by a
    function: euros stay exact."""
    kind = "double" if exact_type == "number" else "decimal(38, 2)" if "decimal" in exact_type else "bigint"
    names = [exp.to_identifier("one"), exp.to_identifier("other")]
    both = exp.Add(this=exp.column("one"), expression=exp.column("other"))
    return exp.cast(exp.Literal.number(0), kind), exp.Lambda(this=exp.cast(both, kind), expressions=names)


def call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    """A function that sqlglot does not know, by its name in the engine."""
    return exp.Anonymous(this=name, expressions=list(arguments))


DUCKDB = Dialect()
