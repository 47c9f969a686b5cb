"""Whatever is asked, DuckDB's answer is the one that pandas finds from the same rows by itself."""

import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal
from functools import cmp_to_key

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import InvalidQuery, UnknownField
from dashboard.query.engine import Engine
from dashboard.query.model import Filter, Lookup, Measure, Once, Query
from tests.data.handmade import NOBODY, open_facts, purchase
from tests.fixtures.release import CITIES, COMPANIES

DIMENSIONS = (
    "city_code", "purchase_year", "purchase_month", "account_group_code", "supplier_business_id", "posting_date",
    "is_credit_note",
)  # fmt: skip
MEASURES = (
    Measure("euros", "sum", "amount_eur"),
    Measure("rows", "count"),
    Measure("suppliers", "count_distinct", "supplier_business_id"),
    Measure("first", "min", "posting_date"),
    Measure("largest", "max", "amount_eur"),
    Measure("lowest name", "min", "supplier_name"),
    Measure("credited", "sum", "amount_eur", where=(Filter("is_credit_note", "eq", True),)),
    Measure("named", "count", where=(Filter("supplier_name", "not_null"), Filter("purchase_month", "le", 6))),
)
NAMES = [name for _, name in COMPANIES if name]
AMOUNTS = ("0.01", "-0.01", "0.10", "1234567890123.45", "-999999999.99", "19.99", "19.99", "100")


def facts():
    """300 rows with ties, nothings, credit notes and sums beyond what a float holds to the cent."""
    dice = random.Random(20261124)
    return [
        purchase(
            dice.choice(CITIES),
            dice.choice((2022, 2023, 2025)),
            dice.randint(1, 12),
            dice.choice(AMOUNTS),
            dice.choice((*COMPANIES[:-1], NOBODY)),
            account_group_code=dice.choice(("43", "45", None)),
        )
        for _ in range(300)
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(open_facts(tmp_path_factory.mktemp("facts"), facts()))


@pytest.fixture(scope="module")
def frame():
    rows = [{"row_number": number, **row} for number, row in enumerate(facts(), start=1)]
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in rows[0]})


days = st.dates(dt.date(2021, 12, 1), dt.date(2026, 1, 31)).map(dt.date.isoformat)
filters = st.one_of(
    st.builds(Filter, st.just("city_code"), st.just("eq"), st.sampled_from((*CITIES, "999", ""))),
    st.builds(Filter, st.just("city_code"), st.just("in"), st.lists(st.sampled_from(CITIES), max_size=4).map(tuple)),
    st.builds(Filter, st.just("purchase_year"), st.sampled_from(("eq", "ge", "le")), st.integers(2021, 2026)),
    st.builds(Filter, st.just("purchase_month"), st.just("in"), st.lists(st.integers(0, 13), max_size=6).map(tuple)),
    st.builds(Filter, st.just("posting_date"), st.sampled_from(("ge", "le")), days),
    st.builds(Filter, st.just("amount_eur"), st.sampled_from(("ge", "le")), st.sampled_from(AMOUNTS)),
    st.builds(Filter, st.just("is_credit_note"), st.sampled_from(("eq", "differs")), st.booleans()),
    st.builds(Filter, st.just("account_group_code"), st.just("differs"), st.sampled_from(("43", "99"))),
    st.builds(
        Filter,
        st.sampled_from(("supplier_name", "account_group_code", "supplier_business_id")),
        st.sampled_from(("is_null", "not_null")),
    ),
    st.builds(
        Filter,
        st.just("supplier_name"),
        st.just("contains"),
        st.sampled_from(("oy", "ÖLJY", 'S "o', "åKER", "=", "%", "_", "", "zz")),
    ),
)
several_filters = st.lists(filters, max_size=3).map(tuple)
bounds = st.fixed_dictionaries({"limit": st.none() | st.integers(0, 25), "offset": st.integers(0, 25)})
directions = st.sampled_from(("asc", "desc"))


def orders(names):
    chosen = st.lists(st.sampled_from(names), max_size=3, unique=True)
    return chosen.flatmap(lambda found: st.tuples(*(st.tuples(st.just(name), directions) for name in found)))


@st.composite
def groupings(draw):
    dimensions = tuple(draw(st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True)))
    measures = tuple(draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=4, unique=True)))
    order = draw(orders([*dimensions, *(one.name for one in measures)]))
    return Query("purchases", measures, dimensions, (), draw(several_filters), order, **draw(bounds))


@st.composite
def listings(draw):
    columns = tuple(draw(st.lists(st.sampled_from((*DIMENSIONS, "amount_eur")), min_size=1, unique=True)))
    order = draw(orders((*DIMENSIONS, "amount_eur", "supplier_name")))
    return Query("purchases", (), (), columns, draw(several_filters), order, **draw(bounds))


def kept(frame, conditions):
    for one in conditions:
        frame = frame[frame[one.field].map(lambda value, one=one: holds(value, one)).astype(bool)]
    return frame


def holds(value, one):
    if one.operator in ("is_null", "not_null"):
        return (value is None) == (one.operator == "is_null")
    if one.operator == "differs":
        return value != one.value
    if value is None:
        return False
    if one.operator == "contains":
        return one.value.lower() in value.lower()
    if one.operator == "in":
        return value in one.value
    wanted = {"posting_date": dt.date.fromisoformat, "amount_eur": Decimal}.get(one.field, lambda same: same)(one.value)
    return {"eq": value == wanted, "ge": value >= wanted, "le": value <= wanted}[one.operator]


def measured(group, one):
    group = kept(group, one.where)
    if one.function == "count":
        return len(group)
    values = group[one.field].dropna()
    if one.function == "count_distinct":
        return values.nunique()
    if values.empty:
        return None
    return {"sum": values.sum, "min": values.min, "max": values.max}[one.function]()


def ordered(rows, keys):
    """Nothing comes last in either direction."""

    def compare(one, other):
        for name, direction in keys:
            a, b = one[name], other[name]
            if a == b:
                continue
            if a is None or b is None:
                return 1 if a is None else -1
            return (1 if a > b else -1) * (1 if direction == "asc" else -1)
        return 0

    return sorted(rows, key=cmp_to_key(compare))


def cut(rows, query):
    rows = rows[query.offset :]
    return rows if query.limit is None else rows[: query.limit]


@settings(max_examples=90, deadline=None)
@given(query=groupings())
def test_groups_are_those_of_pandas(engine, frame, query):
    left = kept(frame, query.filters)
    if query.dimensions:
        groups = left.groupby(list(query.dimensions), dropna=False, sort=False) if len(left) else ()
    else:
        groups = [((), left)]
    expected = [
        {
            **{name: None if pd.isna(value) else value for name, value in zip(query.dimensions, key, strict=True)},
            **{one.name: measured(group, one) for one in query.measures},
        }
        for key, group in groups
    ]
    keys = [*query.order_by, *((name, "asc") for name in query.dimensions)]
    assert engine.run_arrow(query).to_pylist() == cut(ordered(expected, keys), query)
    assert engine.count(query) == len(expected)


@settings(max_examples=90, deadline=None)
@given(query=listings())
def test_rows_are_those_of_pandas(engine, frame, query):
    left = kept(frame, query.filters).to_dict("records")
    keys = [*query.order_by, ("snapshot_id", "asc"), ("row_number", "asc")]
    expected = [{name: row[name] for name in query.columns} for row in cut(ordered(left, keys), query)]
    assert engine.run_arrow(query).to_pylist() == expected
    assert [row for batch in engine.stream(query) for row in batch.to_pylist()] == expected
    assert engine.count(query) == len(left)


@settings(max_examples=40, deadline=None)
@given(
    conditions=several_filters, dimension=st.sampled_from(DIMENSIONS), function=st.sampled_from(("count", "sum")),
    limit=st.integers(1, 5),
)  # fmt: skip
def test_shares_are_parts_of_the_whole_that_the_filters_leave(engine, frame, conditions, dimension, function, limit):
    field = "amount_eur" if function == "sum" else None
    share = Measure("share", function, field, share=True)
    query = Query("purchases", (share,), (dimension,), (), conditions, (("share", "desc"),), limit)
    left = kept(frame, conditions)
    whole = Decimal(len(left)) if function == "count" else left["amount_eur"].sum()
    for row in engine.run_arrow(query).to_pylist():
        mine = left[left[dimension].map(lambda value, row=row: value == row[dimension]).astype(bool)]
        part = Decimal(len(mine)) if function == "count" else mine["amount_eur"].sum()
        if whole:
            assert row["share"] == pytest.approx(float(part / whole), rel=1e-9, abs=1e-12)
        else:
            assert row["share"] is None


@settings(max_examples=40, deadline=None)
@given(conditions=several_filters)
def test_every_cent_of_a_filter_is_in_one_of_its_groups(engine, frame, conditions):
    """Sums of groups, whichever way the same rows are cut, add up to the same exact amount."""
    whole = sum(kept(frame, conditions)["amount_eur"], Decimal(0))
    for dimension in DIMENSIONS:
        query = Query("purchases", MEASURES[:1], (dimension,), (), conditions)
        assert sum((row["euros"] for row in engine.run_arrow(query).to_pylist()), Decimal(0)) == whole


def sums_of(*dimensions, having=()):
    return Query("purchases", MEASURES[:2], dimensions, having=having)


@settings(max_examples=40, deadline=None)
@given(conditions=several_filters, keys=st.lists(st.sampled_from(DIMENSIONS[:5]), min_size=2, max_size=3, unique=True))
def test_a_query_of_another_querys_answer_is_that_of_pandas(engine, frame, conditions, keys):
    """Groups of groups: how many, their euros, the two largest, the squares, and the values that are left."""
    first, *others = keys
    measures = (
        Measure("n", "count"),
        Measure("total", "sum", "euros"),
        Measure("two", "sum", "euros", largest=2),
        Measure("squares", "sum_products", "euros", times="euros"),
        Measure("others", "values", others[0]),
    )
    above = (Filter("euros", "gt", 0),)
    inner = Query("purchases", MEASURES[:1], tuple(keys), (), conditions, having=above)
    found = engine.run_arrow(Query("purchases", measures, (first,), of=inner)).to_pylist()
    left = kept(frame, conditions)
    groups = left.groupby(keys, dropna=False)["amount_eur"].sum().reset_index() if len(left) else left
    groups = groups[[value > 0 for value in groups["amount_eur"]]]
    expected = []
    for key, group in groups.groupby(first, dropna=False, sort=False) if len(groups) else ():
        euros = sorted(group["amount_eur"], reverse=True)
        texts = sorted({value for value in group[others[0]] if not pd.isna(value)})
        expected.append({
            first: None if pd.isna(key) else key, "n": len(group), "total": sum(euros), "two": sum(euros[:2]),
            "squares": pytest.approx(sum(float(one) ** 2 for one in euros)),
            "others": ",".join(map(str, texts)) or None,
        })  # fmt: skip
    assert found == ordered(expected, [(first, "asc")])


@pytest.mark.parametrize("limit", [None, 7])
def test_places_are_by_size_and_then_by_the_dimensions(engine, frame, limit):
    place = Measure("place", "count", place=True)
    query = Query("purchases", (place, MEASURES[1]), ("posting_date",), order_by=(("place", "asc"),), limit=limit)
    rows = engine.run_arrow(query).to_pylist()
    counts = frame["posting_date"].value_counts()
    wanted = sorted(counts.index, key=lambda day: (-counts[day], day))[:limit]
    assert [row["posting_date"] for row in rows] == wanted
    assert [row["place"] for row in rows] == list(range(1, len(wanted) + 1))


def test_a_lookup_finds_the_columns_of_another_table_and_of_another_query(engine, frame):
    """A name of each supplier and, of each supplier's city, what all suppliers sold there; nothing for no supplier."""
    by_id = Lookup(Query("companies", columns=("supplier_business_id", "company_name")), ("supplier_business_id",))
    of_city = Lookup(Query("purchases", (Measure("of_city", "sum", "amount_eur"),), ("city_code",)), ("city_code",))
    inner = sums_of("city_code", "supplier_business_id")
    columns = ("city_code", "supplier_business_id", "company_name", "of_city", "euros")
    query = Query("purchases", columns=columns, of=inner, lookups=(by_id, of_city))
    rows = engine.run_arrow(query).to_pylist()
    names, cities = dict(COMPANIES), frame.groupby("city_code")["amount_eur"].sum()
    assert len(rows) == engine.count(query) == len(frame.groupby(["city_code", "supplier_business_id"], dropna=False))
    for row in rows:
        assert row["company_name"] == names[row["supplier_business_id"]]
        assert row["of_city"] == cities[row["city_code"]]


def test_rows_of_groups_have_a_stable_order_and_pages(engine):
    query = Query("purchases", of=sums_of("city_code", "purchase_year"), columns=("euros", "rows"))
    whole = engine.run_arrow(query).to_pylist()
    pages = [engine.run_arrow(replace(query, limit=5, offset=at)).to_pylist() for at in range(0, len(whole), 5)]
    assert [row for page in pages for row in page] == whole
    by_groups = engine.run_arrow(sums_of("city_code", "purchase_year")).to_pylist()
    assert whole == [{"euros": row["euros"], "rows": row["rows"]} for row in by_groups]


SUPPLIERS = sums_of("city_code", "supplier_business_id")


@pytest.mark.parametrize(
    "query",
    [
        Query("purchases", columns=("amount_eur",), of=SUPPLIERS),
        Query("purchases", MEASURES[:1], ("city_code",), of=SUPPLIERS),
        Query("purchases", MEASURES[:1], ("city_code",), having=(Filter("amount_eur", "gt", 0),)),
        Query("purchases", (Measure("squares", "sum_products", "amount_eur"),)),
        Query("purchases", (Measure("euros", "sum", "amount_eur", times="amount_eur"),)),
        Query("purchases", (Measure("n", "count_distinct", "city_code", largest=3),)),
        Query("purchases", lookups=(Lookup(Query("companies"), ("supplier_business_id",)),)),
        Query("purchases", lookups=(Lookup(SUPPLIERS, ("city_code",)),)),
        Query("cities", lookups=(Lookup(SUPPLIERS, ("city_code", "supplier_business_id")),)),
    ],
)
def test_what_cannot_be_asked_is_refused_before_it_is_sql(engine, query):
    """Unknown fields, functions without their fields, and lookups whose key could give several rows."""
    for ask in (engine.run_arrow, engine.count):
        with pytest.raises((InvalidQuery, UnknownField)):
            ask(query)


@settings(max_examples=40, deadline=None)
@given(
    conditions=several_filters, dimension=st.sampled_from(DIMENSIONS),
    at=st.sampled_from((0.0, 0.1, 0.25, 0.5, 0.9, 1.0)), field=st.sampled_from(("amount_eur", "purchase_month")),
)  # fmt: skip
def test_quantiles_are_those_of_pandas(engine, frame, conditions, dimension, at, field):
    query = Query("purchases", (Measure("value", "quantile", field, at=at),), (dimension,), (), conditions)
    left = kept(frame, conditions)
    for row in engine.run_arrow(query).to_pylist():
        key = row[dimension]
        mine = left[left[dimension].map(lambda value, key=key: value == key or value is key).astype(bool)]
        wanted = mine[field].astype(float).quantile(at)
        assert float(row["value"]) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    conditions=several_filters, key=st.sampled_from((("supplier_business_id",), ("city_code", "account_group_code")))
)
def test_of_rows_that_tell_of_the_same_one_counts(engine, frame, conditions, key):
    once = Once(key, (("amount_eur", "desc"),))
    rows = ordered(frame.to_dict("records"), [("amount_eur", "desc"), ("snapshot_id", "asc"), ("row_number", "asc")])
    seen, chosen = set(), []
    for row in rows:
        values = tuple(row[name] for name in key)
        if None in values or values not in seen:
            chosen.append(row)
        seen.add(values)
    wanted = [row for row in chosen if all(holds(row[one.field], one) for one in conditions)]
    query = Query("purchases", columns=("snapshot_id", "row_number"), filters=conditions, once=once)
    found = [(row["snapshot_id"], row["row_number"]) for row in engine.run_arrow(query).to_pylist()]
    assert found == sorted((row["snapshot_id"], row["row_number"]) for row in wanted)
    assert engine.count(query) == len(wanted)
