"""Purchases in 6Aika's invoice format (guide 0.4.2 of 25 April 2016), whatever layout a city publishes.

Every record ends as a row or is set aside with a reason: total_row, no_amount, unreadable_amount,
sole_trader, no_year, other_buyer. Sole traders are left out since the guide asks for it; a name that may be
a private person's is removed but its amount stays.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from etl.datasets.context import Tidied, TidyContext
from etl.declare import Source, Table
from etl.snapshot import Snapshot
from etl.tidy.columns import Parsed, fill_missing
from etl.tidy.companies import (
    clean_supplier_name,
    is_sole_trader,
    names_organisation,
    normalise_business_id,
)
from etl.tidy.each import map_distinct
from etl.tidy.rows import Sieve
from etl.tidy.totals import says_total

TEXT_FIELDS = ("unit_code", "unit_name", "cost_centre_code", "cost_centre_name", "voucher_number",
               "account_code", "account_name", "supplier_name")  # fmt: skip


def tidy(parsed: Parsed, table: Table, source: Source, snapshot: Snapshot, context: TidyContext) -> Tidied:
    """Harmonise one batch of a purchases file."""
    columns, rows = dict(parsed.columns), len(parsed.row_numbers)
    sieve = Sieve(rows)
    sieve.drop("total_row", _total_rows(columns, rows))
    sieve.drop("unreadable_amount", parsed.bad["amount_eur"])
    sieve.drop("no_amount", pc.is_null(columns["amount_eur"]))
    columns |= _buyer(columns, source, context, rows)
    sieve.drop("other_buyer", pc.is_null(columns["city_code"]))
    columns |= _period(columns, snapshot, rows)
    sieve.drop("no_year", pc.is_null(columns["purchase_year"]))
    sieve.drop("sole_trader", _is(columns.get("supplier_name"), is_sole_trader, rows))
    suppliers, blanked = _supplier(columns, rows)
    columns |= suppliers
    columns |= _account(columns, context, rows)
    columns["is_credit_note"] = pc.less(columns["amount_eur"], 0)
    columns["snapshot_id"] = _same(snapshot.id, rows)
    columns["rule_code"] = _same(source.name, rows)
    columns["row_number"] = parsed.row_numbers
    columns["observation_code"] = _same(source.options.get("observation", "invoice_row"), rows)
    columns["amount_basis_code"] = _same(source.options.get("amount_basis", "not_stated"), rows)
    kept, set_aside = sieve.split(_nullable(fill_missing(columns, table, rows)), parsed.row_numbers)
    return Tidied(kept, set_aside, {**parsed.blanked, **blanked, "amount_eur": 0})


def _total_rows(columns: dict[str, pa.Array], rows: int) -> pa.Array:
    """Rows that call themselves a total in any text column, or hold an amount and nothing else."""
    totals = _same_bool(False, rows)
    nothing_else = _same_bool(True, rows)
    for name, column in columns.items():
        if pa.types.is_string(column.type) and name != "city_code":
            is_total = _is(column, says_total, rows)
            totals = pc.or_(totals, is_total) if name != "account_name" else totals
        if name in (*TEXT_FIELDS, "posting_date", "invoice_date"):
            nothing_else = pc.and_(nothing_else, pc.is_null(column))
    return pc.or_(totals, nothing_else)


def _buyer(columns: dict[str, pa.Array], source: Source, context: TidyContext, rows: int) -> dict[str, pa.Array]:
    """The city: declared by the source, or by the buyer's business id in a file of many buyers."""
    ids = columns.get("buyer_business_id")
    ids = pa.nulls(rows, pa.string()) if ids is None else map_distinct(ids, normalise_business_id, pa.string())
    if source.options.get("city_from") == "buyer":
        codes = map_distinct(ids, context.city_of_business_id.get, pa.string())
    else:
        codes = columns["city_code"]
    return {"buyer_business_id": ids, "city_code": codes}


def _period(columns: dict[str, pa.Array], snapshot: Snapshot, rows: int) -> dict[str, pa.Array]:
    """Year and month. A yearly file's year is the ledger's year, also for invoices dated before it."""
    date = columns.get("posting_date", pa.nulls(rows, pa.date32()))
    date = pc.coalesce(date, columns.get("invoice_date", pa.nulls(rows, pa.date32())))
    year = pc.year(date) if snapshot.year is None else pa.array([snapshot.year] * rows, pa.int16())
    in_year = pc.fill_null(pc.equal(pc.year(date), year), False)
    return {
        "purchase_year": pc.cast(year, pa.int16()),
        "purchase_month": pc.if_else(in_year, pc.month(date), pa.scalar(None, pa.int64())),
    }


def _supplier(columns: dict[str, pa.Array], rows: int) -> tuple[dict[str, pa.Array], dict[str, int]]:
    """Valid business ids only; names only where they cannot be a private person's."""
    given = columns.get("supplier_business_id", pa.nulls(rows, pa.string()))
    ids = map_distinct(given, normalise_business_id, pa.string())
    name = map_distinct(columns.get("supplier_name", pa.nulls(rows, pa.string())), clean_supplier_name, pa.string())
    country = columns.get("supplier_country_code", pa.nulls(rows, pa.string()))
    public = pc.or_(pc.is_valid(ids), _is(name, names_organisation, rows))
    withheld = pc.and_not(pc.is_valid(name), public)
    blanked = {
        "supplier_business_id": _count(pc.and_(pc.is_valid(given), pc.is_null(ids))),
        "supplier_name": _count(withheld),
    }
    return {
        "supplier_business_id": ids,
        "supplier_name": pc.if_else(public, name, pa.scalar(None, pa.string())),
        "supplier_country_code": map_distinct(country, str.upper, pa.string()),
    }, blanked


def _account(columns: dict[str, pa.Array], context: TidyContext, rows: int) -> dict[str, pa.Array]:
    codes = columns.get("account_code", pa.nulls(rows, pa.string()))
    return {"account_group_code": map_distinct(codes, context.account_group_of, pa.string())}


def _is(column: pa.Array | None, test: object, rows: int) -> pa.Array:
    if column is None:
        return _same_bool(False, rows)
    return pc.fill_null(map_distinct(column, test, pa.bool_()), False)  # type: ignore[arg-type]


def _count(mask: pa.Array) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _same(value: str, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), rows)


def _same_bool(value: bool, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), rows)


def _nullable(table: pa.Table) -> pa.Table:
    """Without the declared null checks, which hold only after the rows to be set aside are gone."""
    return table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))
