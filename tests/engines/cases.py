"""Queries of every kind that `Query` can say, by name; what only some engines can do is named with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dashboard.query.model import Combined, Filter, Lookup, Measure, Once, Query, Within, Word
from tests.engines.facts import MOST

EUROS, ROWS = Measure("euros", "sum", "amount_eur"), Measure("rows", "count")
BY_CITY = Query("purchases", (EUROS, ROWS), ("city_code",))
BY_SUPPLIER = Query("purchases", (EUROS,), ("city_code", "supplier_business_id"))
KEY = ("snapshot_id", "row_number")
NAME = ("supplier_name",)


@dataclass(frozen=True)
class Case:
    """A query, and the abilities that it takes besides those of every engine."""

    name: str
    query: Query
    needs: frozenset[str] = frozenset()


def _names(*filters: Filter, **values: object) -> Query:
    return Query("purchases", columns=(*KEY, "supplier_name"), filters=filters, **values)  # type: ignore[arg-type]


def _filters() -> Iterator[tuple[str, Query]]:
    for name, field, operator, value in (
        ("text equal", "city_code", "eq", "091"),
        ("text in", "city_code", "in", ("091", "853", "nobody")),
        ("one in", "city_code", "in", "091"),
        ("in nothing", "city_code", "in", ()),
        ("text greater", "supplier_name", "gt", "a"),
        ("text not greater", "supplier_name", "le", "Å"),
        ("whole number", "purchase_year", "ge", 2023),
        ("whole number as text", "purchase_year", "eq", "2023"),
        ("whole numbers in", "purchase_month", "in", (1, 2, 13)),
        ("years before", "purchase_year", "lt", 2023),
        ("years after", "purchase_year", "gt", 2022),
        ("euros equal", "amount_eur", "eq", Decimal("19.99")),
        ("euros as text", "amount_eur", "ge", "1234567890123.45"),
        ("euros as a whole number", "amount_eur", "le", 0),
        ("euros as a float", "amount_eur", "gt", 19.5),
        ("negative euros", "amount_eur", "lt", Decimal(0)),
        ("day", "posting_date", "ge", dt.date(2023, 6, 15)),
        ("day as text", "posting_date", "lt", "2023-06-15"),
        ("truth", "is_credit_note", "eq", True),
        ("other truth", "is_credit_note", "differs", True),
        ("other or nothing", "account_group_code", "differs", "43"),
        ("other than nothing", "account_group_code", "differs", None),
        ("nothing equals nothing", "account_group_code", "eq", None),
        ("missing", "supplier_business_id", "is_null", None),
        ("there", "posting_date", "not_null", None),
    ):
        yield name, Query("purchases", columns=(*KEY, field), filters=(Filter(field, operator, value),))  # type: ignore[arg-type]
    for part in (
        "OY",
        "öljy",
        "ÅKER",
        "ääkkÖ",
        "%",
        "_",
        "\\",
        "'",
        '"',
        "🌲",
        "",
        "zzz",
        "ß",
        "É",
        "e\u0301",
        "?",
        "$1",
    ):
        yield f"contains {part!r}", _names(Filter("supplier_name", "contains", part))
    for text in ("' or '1'='1", '"; drop table purchases; --', "%s", "$1", "?", "NULL", "\\N", "", "line\nbreak Oy"):
        yield f"equals {text!r}", _names(Filter("supplier_name", "eq", text))
    yield "list has", Query("companies", filters=(Filter("city_codes", "has", "853"),))
    yield "list has not", Query("companies", filters=(Filter("city_codes", "has", "nobody"),))
    yield "list of nothing has not", Query("companies", filters=(Filter("other_names", "has", "853"),))
    cities = ("049", "091", "092", "564", "837", "853")
    yield "list equals", Query("companies", filters=(Filter("city_codes", "eq", cities),))
    yield "float", Query("project_funding", filters=(Filter("co_financing_pct", "ge", 33.3),))
    yield "float equal", Query("project_funding", filters=(Filter("co_financing_pct", "eq", 50),))
    large = Query("purchases", columns=("supplier_business_id",), of=BY_SUPPLIER, filters=(Filter("euros", "gt", 0),))
    yield "within another's answer", _names(Filter("supplier_business_id", "within", Within(large)))
    limited = Query("cities", columns=("city_code",), order_by=(("city_code", "desc"),), limit=2)
    yield "within the first of another", _names(Filter("city_code", "within", Within(limited)))


def _groups() -> Iterator[tuple[str, Query]]:
    yield "whole table", Query("purchases", (EUROS, ROWS))
    none = (Filter("city_code", "eq", "nobody"),)
    functions = (
        *(Measure(function, function, "amount_eur") for function in ("sum", "min", "max", "count_distinct")),
        Measure("share", "sum", "amount_eur", share=True), Measure("median", "quantile", "amount_eur"), ROWS,
        Measure("values", "values", "city_code"), Measure("three", "sum", "amount_eur", largest=3),
        Measure("any", "any", "purchase_year"), Measure("total", "total", "purchase_month"),
    )  # fmt: skip
    yield "nothing at all", Query("purchases", functions, filters=none)
    yield "no groups", Query("purchases", functions, ("city_code",), filters=none)
    yield "every function", Query("purchases", functions, ("purchase_year",))
    for dimension in (
        "city_code", "purchase_year", "account_group_code", "supplier_business_id", "posting_date", "is_credit_note",
        "supplier_name", "amount_eur",
    ):  # fmt: skip
        yield f"by {dimension}", Query("purchases", (EUROS, ROWS), (dimension,))
    yield "by three", Query("purchases", (EUROS,), ("account_group_code", "is_credit_note", "purchase_year"))
    for field in ("supplier_name", "posting_date", "is_credit_note", "purchase_month", "amount_eur"):
        least = (Measure("least", "min", field), Measure("most", "max", field), Measure("n", "count_distinct", field))
        yield f"least and most {field}", Query("purchases", least, ("city_code",))
    floats = (Measure("least", "min", "co_financing_pct"), Measure("most", "max", "co_financing_pct"))
    yield "least and most float", Query("project_funding", floats, ("is_six_city",))
    yield "sum of floats", Query("project_funding", (Measure("sum", "sum", "co_financing_pct"),), ("is_six_city",))
    yield "sum of whole numbers", Query("purchases", (Measure("sum", "sum", "purchase_year"),), ("city_code",))
    yield "total of whole numbers", Query("purchases", (Measure("sum", "total", "purchase_month"),), ("city_code",))
    for at in (0.0, 0.1, 0.25, 0.5, 0.9, 1.0):
        measures = (
            Measure("euros", "quantile", "amount_eur", at=at),
            Measure("months", "quantile", "purchase_month", at=at),
            Measure("of some", "quantile", "amount_eur", at=at, where=(Filter("is_credit_note", "eq", True),)),
        )
        yield f"quantile {at}", Query("purchases", measures, ("city_code", "account_group_code"))
    yield "quantile of floats", Query("project_funding", (Measure("m", "quantile", "co_financing_pct", at=0.4),))
    for field in ("city_code", "purchase_year", "supplier_name", "account_group_code", "posting_date"):
        yield f"values of {field}", Query("purchases", (Measure("all", "values", field),), ("account_code",))
    some = (
        Measure("credited", "sum", "amount_eur", where=(Filter("is_credit_note", "eq", True),)),
        Measure("named", "count", where=(Filter("supplier_name", "not_null"), Filter("purchase_month", "le", 6))),
        Measure("oil", "count_distinct", "city_code", where=(Filter("supplier_name", "contains", "ÖLJY"),)),
        Measure("none", "sum", "amount_eur", where=(Filter("city_code", "in", ()),)),
        Measure("no rows", "total", "purchase_month", where=(Filter("city_code", "eq", "nobody"),)),
    )
    yield "of some rows", Query("purchases", some, ("city_code",))
    yield "shares", Query("purchases", (Measure("part", "count", share=True), ROWS), ("supplier_name",))
    nil = (Filter("amount_eur", "eq", 0),)
    yield (
        "shares of nil",
        Query("purchases", (Measure("part", "sum", "amount_eur", share=True),), ("city_code",), filters=nil),
    )
    place = Measure("place", "count", place=True)
    yield "places", Query("purchases", (place, ROWS), ("posting_date",), order_by=(("place", "asc"),), limit=9)
    largest = tuple(Measure(f"largest {n}", "sum", "amount_eur", largest=n) for n in (1, 2, 1000))
    yield "largest", Query("purchases", largest, ("account_group_code",))
    floats = (Measure("two", "sum", "co_financing_pct", largest=2), Measure("n", "sum", "row_number", largest=2))
    yield "largest floats", Query("project_funding", floats, ("is_six_city",))
    having = (Filter("rows", "gt", 60), Filter("euros", "not_null"))
    yield "having", Query("purchases", (EUROS, ROWS), ("city_code",), having=having)
    yield (
        "having some",
        Query("purchases", some, ("city_code",), having=(Filter("named", "ge", 14), Filter("oil", "lt", 99))),
    )


def _orders() -> Iterator[tuple[str, Query]]:
    for direction in ("asc", "desc", "az", "za"):
        yield f"names {direction}", Query("purchases", columns=NAME, order_by=(("supplier_name", direction),))
        yield f"groups by name {direction}", Query("purchases", (ROWS,), NAME, order_by=(("supplier_name", direction),))
        yield (
            f"missing last {direction}",
            Query("purchases", (ROWS,), ("account_group_code",), order_by=(("account_group_code", direction),)),
        )
    yield (
        "measure in the alphabet",
        Query("purchases", (Measure("who", "max", "supplier_name"),), ("city_code",), order_by=(("who", "az"),)),
    )
    listed = ("853", "nobody", "049", "it's", "091")
    yield "as listed", Query("purchases", columns=("city_code",), order_by=(("city_code", listed),), limit=300)
    yield "groups as listed", Query("purchases", (ROWS,), ("city_code",), order_by=(("city_code", listed),))
    yield (
        "different as listed",
        Query("purchases", columns=("city_code",), distinct=True, order_by=(("city_code", listed),)),
    )
    yield "as listed in nothing", Query("purchases", (ROWS,), ("city_code",), order_by=(("city_code", ()),))
    for direction in ("asc", "desc"):
        by = (("amount_eur", direction), ("posting_date", "desc"))
        yield f"ties {direction}", Query("purchases", columns=("amount_eur", "posting_date", *KEY), order_by=by)
        yield f"floats {direction}", Query("project_funding", order_by=(("co_financing_pct", direction),))
        yield (
            f"truths {direction}",
            Query("purchases", (ROWS,), ("is_credit_note",), order_by=(("is_credit_note", direction),)),
        )
        yield (
            f"days {direction}",
            Query("purchases", (EUROS,), ("posting_date",), order_by=(("posting_date", direction),)),
        )
    yield (
        "tied measures",
        Query(
            "purchases", (Measure("n", "count_distinct", "city_code"),), ("supplier_name",), order_by=(("n", "desc"),)
        ),
    )
    for limit, offset in ((5, 0), (5, 3), (None, 390), (0, 0), (10, 1000)):
        yield f"page {limit} {offset}", Query("purchases", limit=limit, offset=offset)
    order = (("account_group_code", "desc"), ("amount_eur", "asc"))
    for after in (
        ("43", Decimal("0.10"), "purchases-helsinki-2023", 1),
        (None, Decimal(0), "p", 1),
        ("45", None, "p", 1),
    ):
        yield (
            f"behind {after}",
            Query("purchases", columns=(*KEY, "account_group_code", "amount_eur"), order_by=order, after=after),
        )


def _rows() -> Iterator[tuple[str, Query]]:
    yield "whole", Query("purchases")
    yield "different", Query("purchases", columns=("city_code", "account_group_code"), distinct=True)
    by_name = (("supplier_name", "az"),)
    yield "different in the alphabet", Query("purchases", columns=NAME, distinct=True, order_by=by_name, limit=20)
    yield "numbered", Query("purchases", numbered=True)
    yield (
        "numbered from",
        Query("purchases", columns=("_id", "amount_eur"), numbered=True, filters=(Filter("_id", "gt", 390),)),
    )
    yield (
        "numbered in another order",
        Query("purchases", columns=("_id",), numbered=True, order_by=(("amount_eur", "desc"),), limit=50),
    )
    by_size = (("amount_eur", "desc"),)
    yield "once", Query("purchases", columns=KEY, once=Once(("supplier_business_id",), by_size))
    yield (
        "once of two",
        Query("purchases", (EUROS,), ("city_code",), once=Once(("city_code", "account_group_code"), by_size)),
    )
    yield "lists", Query("companies", columns=("city_codes", "company_name"))


def _nested() -> Iterator[tuple[str, Query]]:
    measures = (
        Measure("n", "count"), Measure("total", "sum", "euros"), Measure("two", "sum", "euros", largest=2),
        Measure("squares", "sum_products", "euros", times="euros"), Measure("who", "values", "supplier_business_id"),
        Measure("middle", "quantile", "euros"), Measure("most", "max", "euros"),
    )  # fmt: skip
    above = Query("purchases", (EUROS,), ("city_code", "supplier_business_id"), having=(Filter("euros", "gt", 0),))
    yield "groups of groups", Query("purchases", measures, ("city_code",), of=above)
    first = Query("purchases", (EUROS,), ("supplier_name",), order_by=(("euros", "desc"),), limit=7)
    yield "sum of the first", Query("purchases", (Measure("sum", "sum", "euros"), ROWS), of=first)
    yield "rows of groups", Query("purchases", columns=("euros", "rows"), of=BY_CITY)
    counts = Query("purchases", (ROWS,), ("city_code", "purchase_year"))
    yield "largest counts", Query("purchases", (Measure("two", "sum", "rows", largest=2),), ("city_code",), of=counts)
    by_id = Lookup(Query("companies", columns=("supplier_business_id", "company_name")), ("supplier_business_id",))
    of_city = Lookup(Query("purchases", (Measure("of_city", "sum", "amount_eur"),), ("city_code",)), ("city_code",))
    columns = ("city_code", "supplier_business_id", "company_name", "of_city", "euros")
    yield "lookups", Query("purchases", columns=columns, of=BY_SUPPLIER, lookups=(by_id, of_city))
    yield (
        "groups of what is looked up",
        Query("purchases", (EUROS,), ("company_name",), lookups=(by_id,), order_by=(("euros", "desc"),)),
    )
    yield "looked up and filtered", Query(
        "purchases", columns=(*KEY, "company_name"), lookups=(by_id,),
        filters=(Filter("company_name", "contains", "OY"), Filter("city_code", "eq", "091")),
    )  # fmt: skip


def _conditions() -> Iterator[tuple[str, Query]]:
    oil, dear = Word(NAME, "öljy", is_beginning=True), Filter("amount_eur", "gt", Decimal("1.50"))
    for name, where in (
        ("word", Word(NAME, "OY")), ("part of a word", Word(NAME, "äkkönen")), ("beginning", oil),
        ("word with a dot", Word(NAME, "a.b")), ("word of signs", Word(NAME, "b \\s(")), ("number", Word(NAME, "7")),
        ("word in several", Word(("supplier_name", "purchase_year", "city_code"), "2025")),
        ("day among words", Word(("posting_date",), "2025")), ("truth among words", Word(("is_credit_note",), "true")),
        ("euros among words", Word(("amount_eur",), "19.99")), ("combining", Word(NAME, "e", is_beginning=False)),
        ("underscore", Word(NAME, "b")), ("tree", Word(NAME, "🌲")), ("all", Combined("all", (oil, dear))),
        ("any", Combined("any", (oil, dear))), ("none", Combined("none", (oil, dear))),
        ("any of none", Combined("any", ())),
        ("all of none", Combined("all", ())), ("none of none", Combined("none", ())),
        ("nested", Combined("none", (Combined("all", (dear, Filter("account_group_code", "eq", "43"))), oil))),
    ):  # fmt: skip
        yield f"where {name}", _names(where=where)
    yield "list among words", Query("companies", where=Word(("city_codes",), "853"))


def _special() -> Iterator[Case]:
    """What engines do not agree on."""
    for part in ("οδοσ", "istanbul", "i̇stanbul"):
        yield Case(f"folds {part!r}", _names(Filter("supplier_name", "contains", part)), frozenset({"simple_case"}))
    for operator in ("eq", "lt"):
        yield Case(f"nul {operator}", _names(Filter("supplier_name", operator, "a\x00b")), frozenset({"nul_in_texts"}))  # type: ignore[arg-type]
    day = Filter("posting_date", "le", "yesterday")
    yield Case("day by a word", _names(day), frozenset({"days_by_words_refused"}))
    almost = str(Decimal(MOST) - Decimal("0.01"))
    yield Case("more than a long text", _names(Filter("amount_eur", "gt", almost)), frozenset({"euros_by_texts"}))
    yield Case("more than long euros", _names(Filter("amount_eur", "gt", Decimal(almost))))
    word = Word(("co_financing_pct",), "50.0")
    yield Case("float as a word", Query("project_funding", where=word), frozenset({"floats_as_texts"}))
    yield Case("superscript ends no word", _names(where=Word(NAME, "x")), frozenset({"numbers_of_any_script"}))
    of_partners = Within(
        Query("companies", columns=("supplier_business_id",), filters=(Filter("company_name", "ge", "a"),))
    )
    measure = Measure("n", "count", where=(Filter("supplier_business_id", "within", of_partners),))
    yield Case("measure within", Query("purchases", (measure,), ("city_code",)), frozenset({"within_in_measures"}))


def _refused() -> Iterator[tuple[str, Query]]:
    """A value of another type than the field's, and functions that its type has not."""
    for field, operator, value in (
        ("purchase_year", "eq", "MMXXV"), ("amount_eur", "ge", "a lot"), ("posting_date", "eq", "2025-02-30"),
        ("is_credit_note", "eq", "perhaps"), ("purchase_year", "contains", "20"),
    ):  # fmt: skip
        yield f"{field} {operator} {value}", Query("purchases", filters=(Filter(field, operator, value),))  # type: ignore[arg-type]
    yield "sum of texts", Query("purchases", (Measure("x", "sum", "supplier_name"),))
    yield "unknown table", Query("pg_class")
    yield "unknown field", Query("purchases", columns=("ctid",))


def _needs(query: Query) -> frozenset[str]:
    """What a query takes by its functions."""
    own = frozenset({"exact_quantiles"} if any(one.function == "quantile" for one in query.measures) else ())
    return own | _needs(query.of) if query.of else own


PARTS = {
    "filter": _filters, "group": _groups, "order": _orders, "rows": _rows, "nested": _nested, "condition": _conditions,
    "refused": _refused,
}  # fmt: skip
CASES = [
    *(Case(f"{part}: {name}", query, _needs(query)) for part, make in PARTS.items() for name, query in make()),
    *_special(),
]
