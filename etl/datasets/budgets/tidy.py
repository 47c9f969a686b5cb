"""Budgets and accounts: what each unit was to earn and spend on an account in a year, and what it did.

Every record ends as a row or is set aside with a reason: repeated_header, total_row, unreadable_amount, no_amount,
no_year, no_account. Signs stay as published, since no page of the cities says what they mean.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from etl.datasets.context import Tidied, TidyContext
from etl.declare import Source, Table
from etl.snapshot import Snapshot
from etl.tidy.arrays import repeat_text, texts_of, without_null_checks
from etl.tidy.columns import Parsed, fill_missing
from etl.tidy.contacts import blank_contacts
from etl.tidy.each import map_distinct
from etl.tidy.rows import Sieve
from etl.tidy.totals import repeated_headers, total_rows

AMOUNTS = ("budget_eur", "actual_eur")
NAMES = ("department_name", "unit_code", "unit_name", "cost_centre_code", "account_code", "account_name")
"""A row that holds an amount and none of these is a total, in whatever column it says so."""
DIRECTIONS = {"3": "income", "4": "expenditure"}
"""First digit of an account -> direction (Espoo's page: 3000-3999 income, 4000-4999 expenditure)."""


def tidy(parsed: Parsed, table: Table, source: Source, snapshot: Snapshot, context: TidyContext) -> Tidied:
    """Harmonise one batch of a budget or of an income-and-expenditure file."""
    columns, rows = dict(parsed.columns), len(parsed.row_numbers)
    sieve = Sieve(rows)
    sieve.drop("repeated_header", repeated_headers(columns, source, rows))
    is_total = total_rows(columns, rows, but=("account_name", "city_code"))
    has_amount = pc.invert(_all_null(columns, AMOUNTS, rows))
    sieve.drop("total_row", pc.or_(is_total, pc.and_(_all_null(columns, NAMES, rows), has_amount)))
    for name in AMOUNTS:
        if name in parsed.bad:
            sieve.drop("unreadable_amount", parsed.bad[name])
    sieve.drop("no_amount", _all_null(columns, AMOUNTS, rows))
    columns["budget_year"] = _year(columns, snapshot, rows)
    sieve.drop("no_year", pc.is_null(columns["budget_year"]))
    without_contacts, contacts = blank_contacts(columns, (*NAMES, "partner_code"))
    columns |= without_contacts
    accounts = texts_of(columns, "account_code", rows)
    sieve.drop("no_account", pc.is_null(accounts))
    columns["direction_code"] = map_distinct(accounts, direction_of, pa.string())
    columns["account_group_code"] = map_distinct(accounts, context.account_group_of, pa.string())
    columns["is_internal"] = _internal(columns, source, rows)
    columns["snapshot_id"] = repeat_text(snapshot.id, rows)
    columns["rule_code"] = repeat_text(source.name, rows)
    columns["row_number"] = parsed.row_numbers
    kept, set_aside = sieve.split(without_null_checks(fill_missing(columns, table, rows)), parsed.row_numbers)
    return Tidied(kept, set_aside, {**parsed.blanked, **contacts, "budget_eur": 0, "actual_eur": 0, "budget_year": 0})


def direction_of(account_code: str) -> str:
    """Whether an account is of income, of expenditure, or of another kind (taxes, financing, balance sheet).

    >>> direction_of("3100"), direction_of("434000"), direction_of("5100")
    ('income', 'expenditure', 'other')
    """
    return DIRECTIONS.get(account_code[:1], "other")


def _year(columns: dict[str, pa.Array], snapshot: Snapshot, rows: int) -> pa.Array:
    """The row's year; where it says none, the file's."""
    year = columns.get("budget_year", pa.nulls(rows, pa.int16()))
    return year if snapshot.year is None else pc.fill_null(year, pa.scalar(snapshot.year, pa.int16()))


def _internal(columns: dict[str, pa.Array], source: Source, rows: int) -> pa.Array:
    """Whether the other side is a unit of the city itself, where the source tells by its partner column."""
    if source.options.get("internal_from") != "partner":
        return pa.nulls(rows, pa.bool_())
    return pc.is_valid(texts_of(columns, "partner_code", rows))


def _all_null(columns: dict[str, pa.Array], names: tuple[str, ...], rows: int) -> pa.Array:
    empty = pa.array([True] * rows, pa.bool_())
    for name in names:
        if name in columns:
            empty = pc.and_(empty, pc.is_null(columns[name]))
    return empty
