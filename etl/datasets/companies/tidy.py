"""Companies are made from the purchases: one row a business id, named as most of its rows name it.

Names that stand without a business id are linked to the one company that bears a near-equal name, as inferred or as
a person has corrected it; the others are grouped. A name that could be a person's is never shown (`etl.tidy.persons`).
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pyarrow as pa

from etl.datasets.companies.corrections import FILE, read_corrections
from etl.datasets.companies.kinds import KindRule, order_of, order_of_text, read_rules
from etl.datasets.companies.matching import THRESHOLD, Matches, match_names
from etl.datasets.context import MakeContext
from etl.tidy.names import score_names
from etl.tidy.persons import could_be_person, restore_cut_form

Connection = duckdb.DuckDBPyConnection

SPELT = """
    create or replace temp table spelt as
    select supplier_business_id, supplier_name as company_name, count(*) as rows_count,
           min(purchase_year) as first_year, max(purchase_year) as last_year
    from purchases
    where supplier_name is not null
    group by all
"""
COUNTED = """
    create or replace temp table counted as
    select supplier_business_id, list_sort(list(distinct city_code)) as city_codes, count(*) as rows_count,
           sum(amount_eur)::decimal(18, 2) as amount_eur, min(purchase_year) as first_year,
           max(purchase_year) as last_year,
           if(bool_or(supplier_country_code in ('FI', 'AX')), 'FI', min(supplier_country_code)) as country_code
    from purchases
    where supplier_business_id is not null
    group by supplier_business_id
"""
NAMES = """
    select supplier_business_id, company_name, sum(rows_count)::bigint as rows_count,
           min(first_year) as first_year, max(last_year) as last_year,
           case when bool_or(match_code = 'business_id') then 'business_id' else min(match_code) end as match_code,
           if(bool_or(match_code = 'business_id'), null, max(match_score)) as match_score,
           coalesce(sum(rows_count) filter (where match_code <> 'business_id'), 0)::bigint as rows_without_id_count
    from (
        select supplier_business_id, company_name, 'business_id' as match_code, null::double as match_score,
               rows_count, first_year, last_year
        from spelt semi join shown using (company_name)
        where supplier_business_id is not null
        union all
        select l.supplier_business_id, company_name, l.match_code, l.match_score, rows_count, first_year, last_year
        from spelt join links l using (company_name)
        where spelt.supplier_business_id is null
    )
    group by supplier_business_id, company_name
    order by supplier_business_id, company_name
"""
COMPANIES = """
    with named as (
        select supplier_business_id,
               first(company_name order by match_code <> 'business_id', rows_count - rows_without_id_count desc,
                     last_year desc, company_name) as company_name,
               list(company_name order by company_name) as names
        from company_names group by supplier_business_id
    ), ruled as (
        select supplier_business_id, min(kind_order) as kind_order
        from company_names join shown using (company_name)
        where match_code = 'business_id' group by supplier_business_id
    )
    select c.supplier_business_id, coalesce(n.company_name, c.supplier_business_id) as company_name,
           c.city_codes, c.first_year, c.last_year, c.rows_count, c.amount_eur, r.kind_code, r.kind_rule_code,
           if(len(n.names) > 1, list_filter(n.names, lambda name: name <> n.company_name), null) as other_names,
           exists (from project_partners p where p.business_id = c.supplier_business_id) as is_6aika_partner
    from counted c
    left join named n using (supplier_business_id)
    left join shown s on s.company_name = n.company_name
    left join ruled using (supplier_business_id)
    left join countries using (country_code)
    join rules r on r.kind_order = least(
        if(exists (from cities where business_id = c.supplier_business_id), $city_id, null),
        if(exists (from buyers b where b.business_id = c.supplier_business_id), $buyer_id, null),
        countries.kind_order, coalesce(s.kind_order, ruled.kind_order),
        if(n.company_name is null, $withheld, null), $any)
    order by c.supplier_business_id
"""
UNIDENTIFIED = """
    select company_name, group_name, u.match_code, u.match_score, u.match_candidates_count,
           r.kind_code, r.kind_rule_code, t.rows_count, t.amount_eur, t.city_codes, t.first_year, t.last_year
    from unlinked u
    join (
        select supplier_name as company_name, count(*) as rows_count, sum(amount_eur)::decimal(18, 2) as amount_eur,
               list_sort(list(distinct city_code)) as city_codes, min(purchase_year) as first_year,
               max(purchase_year) as last_year,
               if(bool_or(supplier_country_code in ('FI', 'AX')), 'FI', min(supplier_country_code)) as country_code
        from purchases where supplier_business_id is null and supplier_name is not null group by supplier_name
    ) t using (company_name)
    join shown using (company_name)
    left join countries using (country_code)
    join rules r on r.kind_order = least(countries.kind_order, shown.kind_order, $any)
    order by company_name
"""


def make(context: MakeContext) -> dict[str, pa.Table]:
    """The tables of this dataset, from the purchases, the cities and the projects' implementers."""
    connection, rules = context.connection, read_rules()
    connection.execute(SPELT)
    connection.execute(COUNTED)
    connection.execute(
        "create or replace temp table buyers as select distinct buyer_business_id as business_id from purchases "
        "where buyer_business_id is not null"
    )
    _register(connection, "rules", _table_of_rules(rules))
    _register(connection, "shown", _shown(connection, rules))
    _register(connection, "countries", _countries(connection, rules))
    links, unlinked = _match(connection, read_corrections(context.reference_dir / FILE))
    _register(connection, "links", links)
    _register(connection, "unlinked", unlinked)
    names = connection.sql(NAMES).to_arrow_table()
    _register(connection, "company_names", names)
    places = {test: order_of(rules, test) for test in ("city_id", "buyer_id", "withheld", "any")}
    found = connection.sql(COMPANIES, params=places).to_arrow_table()
    return {
        "companies": found,
        "company_names": names,
        "unidentified_names": connection.sql(UNIDENTIFIED, params={"any": places["any"]}).to_arrow_table(),
        "company_kind_rules": _rules_as_published(rules),
    }


def _shown(connection: Connection, rules: tuple[KindRule, ...]) -> pa.Table:
    """The names that may be shown, each with the first rule that holds for it."""
    bearers: dict[str, set[str]] = {}
    for name, business_id in connection.execute("select company_name, supplier_business_id from spelt").fetchall():
        bearers.setdefault(name, set()).add(business_id or "")
    kept = names_to_show(bearers)
    orders = [order_of_text(rules, "name", restore_cut_form(name)) for name in kept]
    return pa.table({"company_name": pa.array(kept, pa.string()), "kind_order": pa.array(orders, pa.int64())})


def names_to_show(bearers: dict[str, set[str]]) -> list[str]:
    """The names that are no person's. `bearers`: name -> the business ids that it stands with, "" for none.

    A name that could be a person's is shown after all where every id that bears it also bears a near-equal name
    which could not: `Mallikas Kone`, of a company that elsewhere is written `Mallikas Kone Oy`.

    >>> names_to_show({"Maija Mallikas": {"1"}, "Otos Virta": {"2", "3"}, "Otos Virta Oy": {"2"}, "Keksi Oy": {""}})
    ['Keksi Oy', 'Otos Virta Oy']
    >>> names_to_show({"Otos Virta": {"2"}, "Otos Virta Oy": {"2"}})
    ['Otos Virta', 'Otos Virta Oy']
    """
    doubtful = {name for name in bearers if could_be_person(name)}
    sure: dict[str, list[str]] = {}
    for name in bearers.keys() - doubtful:
        for business_id in bearers[name] - {""}:
            sure.setdefault(business_id, []).append(name)
    cleared = {
        name
        for name in doubtful
        if all(any(score_names(name, own) >= THRESHOLD for own in sure.get(i, ())) for i in bearers[name])
    }
    return sorted(bearers.keys() - doubtful | cleared)


def _countries(connection: Connection, rules: tuple[KindRule, ...]) -> pa.Table:
    codes = _column(
        connection,
        "select distinct supplier_country_code from purchases where supplier_country_code is not null order by 1",
    )
    orders = [order_of_text(rules, "country", code) for code in codes]
    return pa.table({"country_code": pa.array(codes, pa.string()), "kind_order": pa.array(orders, pa.int64())})


def _match(connection: Connection, corrections: dict[str, str | None]) -> tuple[pa.Table, pa.Table]:
    """(links of names without an id to a company, names that are linked to none)."""
    rows = connection.execute(
        "select company_name, supplier_business_id, rows_count from spelt semi join shown using (company_name)"
    ).fetchall()
    identified: dict[str, set[str]] = {}
    unidentified: dict[str, int] = {}
    for name, business_id, count in rows:
        if business_id is None:
            unidentified[name] = count
        else:
            identified.setdefault(name, set()).add(business_id)
    known = set().union(*identified.values())
    decided = {name: corrections[name] for name in unidentified if name in corrections}
    matches = match_names(
        {name: count for name, count in unidentified.items() if name not in decided},
        {name: frozenset(ids) for name, ids in identified.items()},
    )
    links: list[tuple[object, ...]] = [(link.name, link.business_id, "inferred", link.score) for link in matches.links]
    links += [(name, found, "corrected", None) for name, found in decided.items() if found in known]
    unlinked: list[tuple[object, ...]] = [*_unlinked(matches)]
    unlinked += [(name, name, "corrected", None, 0) for name, found in decided.items() if found not in known]
    return (
        _rows(links, ("company_name", "supplier_business_id", "match_code"), {"match_score": pa.float64()}),
        _rows(
            unlinked,
            ("company_name", "group_name", "match_code"),
            {"match_score": pa.float64(), "match_candidates_count": pa.int64()},
        ),
    )


def _unlinked(matches: Matches) -> list[tuple[str, str, str | None, float | None, int]]:
    """Names that are linked to no company, each in its group; a group of one is the name by itself."""
    found: list[tuple[str, str, str | None, float | None, int]] = []
    for name, count in matches.candidates.items():
        group, score = matches.groups.get(name, (name, 100.0))
        is_grouped = group != name
        found.append((name, group, "inferred" if is_grouped else None, score if is_grouped else None, count))
    return found


def _rows(rows: list[tuple[object, ...]], texts: tuple[str, ...], others: dict[str, pa.DataType]) -> pa.Table:
    schema = pa.schema([*((name, pa.string()) for name in texts), *others.items()])
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


def _table_of_rules(rules: tuple[KindRule, ...]) -> pa.Table:
    return pa.table(
        {
            "kind_order": pa.array(range(len(rules)), pa.int64()),
            "kind_rule_code": [rule.code for rule in rules],
            "kind_code": [rule.kind for rule in rules],
        }
    )


def _rules_as_published(rules: tuple[KindRule, ...]) -> pa.Table:
    texts: dict[str, Callable[[KindRule], str | None]] = {
        "kind_rule_code": lambda rule: rule.code,
        "kind_code": lambda rule: rule.kind,
        "test_code": lambda rule: rule.test,
        "pattern": lambda rule: rule.pattern,
        "reason_fi": lambda rule: rule.reason.fi,
        "reason_sv": lambda rule: rule.reason.sv,
        "reason_en": lambda rule: rule.reason.en,
    }
    columns = {name: pa.array([text(rule) for rule in rules], pa.string()) for name, text in texts.items()}
    order = pa.array(range(1, len(rules) + 1), pa.int64())
    return pa.table({"kind_rule_code": columns.pop("kind_rule_code"), "rule_order": order, **columns})


def _register(connection: Connection, name: str, table: pa.Table) -> None:
    """Hold a table under a name, in place of what an earlier make has held there."""
    connection.register(name, table)


def _column(connection: Connection, sql: str) -> list[str]:
    return [str(value) for (value,) in connection.execute(sql).fetchall()]
