"""Purchases in 6Aika's invoice format (guide 0.4.2 of 25 April 2016), whatever layout a city publishes.

Every record ends as a row or is set aside with a reason: total_row, no_amount, unreadable_amount,
sole_trader, no_year, other_buyer. Sole traders are left out since the guide asks for it; a name that may be
a private person's is removed but its amount stays, and so does that of a text with a person's contact or identity code.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from etl.datasets.context import Tidied, TidyContext
from etl.declare import Source, Table
from etl.snapshot import Snapshot
from etl.tidy.arrays import count_true, without_null_checks
from etl.tidy.columns import Parsed, fill_missing
from etl.tidy.companies import (
    clean_supplier_name,
    is_sole_trader,
    names_organisation,
    normalise_business_id,
)
from etl.tidy.contacts import blank_contacts
from etl.tidy.each import encode, keep_where, map_distinct, mask_distinct, no_rows, one_by_one, repeat
from etl.tidy.persons import could_be_person
from etl.tidy.rows import Sieve
from etl.tidy.totals import total_rows

ENCODED = True
"""Text comes and goes as dictionary arrays: see `etl.tidy.each`."""
TEXT_FIELDS = ("unit_code", "unit_name", "cost_centre_code", "cost_centre_name", "voucher_number",
               "account_code", "account_name", "supplier_name")  # fmt: skip
FREE_FIELDS = (*TEXT_FIELDS[:-1], "supplier_country_code")
"""Text that is published as it stands, so nothing that leads to one person may be in it."""


def tidy(parsed: Parsed, table: Table, source: Source, snapshot: Snapshot, context: TidyContext) -> Tidied:
    """Harmonise one batch of a purchases file."""
    columns, rows = {name: encode(column) for name, column in parsed.columns.items()}, len(parsed.row_numbers)
    sieve = Sieve(rows)
    sieve.drop("total_row", _total_rows(columns, rows))
    sieve.drop("unreadable_amount", parsed.bad["amount_eur"])
    sieve.drop("no_amount", pc.is_null(columns["amount_eur"]))
    columns |= _buyer(columns, source, context, rows)
    sieve.drop("other_buyer", pc.is_null(columns["city_code"]))
    columns |= _period(columns, snapshot, rows)
    sieve.drop("no_year", pc.is_null(columns["purchase_year"]))
    sieve.drop("sole_trader", mask_distinct(_text(columns, "supplier_name", rows), one_by_one(is_sole_trader)))
    suppliers, blanked = _supplier(columns, rows)
    columns |= suppliers
    without_contacts, contacts = blank_contacts(columns, FREE_FIELDS)
    columns |= without_contacts
    columns |= _account(columns, context, rows)
    columns["is_credit_note"] = pc.less(columns["amount_eur"], 0)
    columns["snapshot_id"] = repeat(snapshot.id, rows)
    columns["rule_code"] = repeat(source.name, rows)
    columns["row_number"] = parsed.row_numbers
    columns["observation_code"] = repeat(source.options.get("observation", "invoice_row"), rows)
    columns["amount_basis_code"] = repeat(source.options.get("amount_basis", "not_stated"), rows)
    kept, set_aside = sieve.split(
        without_null_checks(fill_missing(columns, table, rows, encoded=True)), parsed.row_numbers
    )
    return Tidied(kept, set_aside, {**parsed.blanked, **blanked, **contacts, "amount_eur": 0})


def _total_rows(columns: dict[str, pa.Array], rows: int) -> pa.Array:
    """Rows that call themselves a total in any text column, or hold an amount and nothing else."""
    nothing_else = pc.invert(no_rows(rows))
    for name in (*TEXT_FIELDS, "posting_date", "invoice_date"):
        if name in columns and columns[name].null_count < rows:
            nothing_else = pc.and_(nothing_else, pc.is_null(columns[name]))
    return pc.or_(total_rows(columns, rows, but=("city_code", "account_name")), nothing_else)


def _buyer(columns: dict[str, pa.Array], source: Source, context: TidyContext, rows: int) -> dict[str, pa.Array]:
    """The city: declared by the source, or by the buyer's business id in a file of many buyers."""
    ids = map_distinct(_text(columns, "buyer_business_id", rows), normalise_business_id, pa.string())
    if source.options.get("city_from") == "buyer":
        codes = map_distinct(ids, context.city_of_business_id.get, pa.string())
    else:
        codes = columns["city_code"]
    return {"buyer_business_id": ids, "city_code": codes}


def _period(columns: dict[str, pa.Array], snapshot: Snapshot, rows: int) -> dict[str, pa.Array]:
    """Year and month. A yearly file's year is the ledger's year, also for invoices dated before it."""
    date = columns.get("posting_date", pa.nulls(rows, pa.date32()))
    date = pc.coalesce(date, columns.get("invoice_date", pa.nulls(rows, pa.date32())))
    year = pc.year(date)
    given = year if snapshot.year is None else pa.repeat(pa.scalar(snapshot.year, pa.int64()), rows)
    return {
        "purchase_year": pc.cast(given, pa.int16()),
        "purchase_month": pc.if_else(pc.equal(year, given), pc.month(date), pa.scalar(None, pa.int64())),
    }


def _supplier(columns: dict[str, pa.Array], rows: int) -> tuple[dict[str, pa.Array], dict[str, int]]:
    """Valid business ids only; names only where they cannot be a private person's, whatever id stands beside."""
    given = _text(columns, "supplier_business_id", rows)
    ids = map_distinct(given, normalise_business_id, pa.string())
    name = map_distinct(_text(columns, "supplier_name", rows), clean_supplier_name, pa.string())
    is_public = pc.or_(pc.is_valid(ids), mask_distinct(name, one_by_one(names_organisation)))
    is_public = pc.and_not(is_public, mask_distinct(name, one_by_one(could_be_person)))
    blanked = {
        "supplier_business_id": ids.null_count - given.null_count,
        "supplier_name": count_true(pc.and_not(pc.is_valid(name), is_public)),
    }
    return {
        "supplier_business_id": ids,
        "supplier_name": keep_where(name, is_public),
        "supplier_country_code": map_distinct(_text(columns, "supplier_country_code", rows), str.upper, pa.string()),
    }, blanked


def _account(columns: dict[str, pa.Array], context: TidyContext, rows: int) -> dict[str, pa.Array]:
    codes = _text(columns, "account_code", rows)
    return {"account_group_code": map_distinct(codes, context.account_group_of, pa.string())}


def _text(columns: dict[str, pa.Array], name: str, rows: int) -> pa.Array:
    return columns.get(name, repeat(None, rows))
