"""What stands in a column: a batch's indices and numbers turned into cells, by the column's role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from etl.sample.accounts import ACCOUNTS, GROUP_NAMES
from etl.sample.cities import CITIES, NATIONAL_BUYERS, Buyer, unit_codes, unit_names
from etl.sample.companies import SPELLINGS, break_business_id, build_suppliers, make_account_number
from etl.sample.days import day_texts
from etl.sample.dirt import Dirt, Ints
from etl.sample.layout import Layout
from etl.sample.transactions import Batch

UNREADABLE = "n/a"
ANONYMISED = "anonymisoitu"
VENDOR_BASE = 100_000
"""Helsinki numbers its suppliers itself: this and the supplier's place in the pool."""
GAP_EVERY = 9
"""Vantaa leaves every ninth row's unit empty."""
NO_DATE_VOUCHERS = 5 * 10**7
"""Tampere gives no invoice date where the voucher number starts with 5, that is from here on."""
VAT_CODES = ("OS24", "OS255")
VAT_PER_MILLE = (240, 255)
VAT_RISE = 31 + 244
"""Index of 1 September in the day pool of 2024, a leap year: from then on 25.5 %."""


@dataclass(frozen=True)
class Pooled:
    """Texts taken from a small pool."""

    pool: tuple[str, ...]
    index: Ints


@dataclass(frozen=True)
class Money:
    """Euro cents; `bad` says where the file holds `UNREADABLE` instead."""

    cents: Ints
    bad: NDArray[np.bool_]


@dataclass(frozen=True)
class Numbers:
    """Whole numbers."""

    values: Ints


Cells = str | Pooled | Money | Numbers
"""A str is the same in every row."""


def make_cells(batch: Batch, role: str, layout: Layout) -> Cells:
    """The cells of a role. KeyError for a role that is not known."""
    if role == "posting_date":
        return Pooled(day_texts(batch.segment.year, layout.date_format), batch.day)
    if role == "invoice_date_gaps":
        pool = (*day_texts(batch.segment.year, layout.date_format), "")
        no_date = batch.voucher >= NO_DATE_VOUCHERS
        return Pooled(pool, np.where(no_date, len(pool) - 1, batch.invoice_day))
    return ROLES[role](batch)


def _city(batch: Batch) -> Buyer:
    return CITIES[batch.segment.buyer]


def _buyer(batch: Batch, attribute: str) -> Pooled:
    return Pooled(tuple(str(getattr(buyer, attribute)) for buyer in NATIONAL_BUYERS), batch.buyer)


def _buyer_name(batch: Batch) -> Pooled:
    return Pooled(tuple(b.parent if b.key in CITIES else b.name for b in NATIONAL_BUYERS), batch.buyer)


def _parent_id(batch: Batch) -> Pooled:
    ids = {buyer.name: buyer.business_id for buyer in NATIONAL_BUYERS}
    return Pooled(tuple(ids.get(b.parent, b.business_id) for b in NATIONAL_BUYERS), batch.buyer)


def _unit_gaps(batch: Batch) -> Pooled:
    pool = (*unit_names(), "")
    return Pooled(pool, np.where(batch.row % GAP_EVERY == 0, len(pool) - 1, batch.unit))


@cache
def _supplier_names() -> tuple[str, ...]:
    return (*build_suppliers().spelt_names, ANONYMISED)


def _supplier_name(batch: Batch) -> Pooled:
    pool = _supplier_names()
    index = batch.spelling * (len(pool) // SPELLINGS) + batch.supplier
    return Pooled(pool, np.where(batch.dirt == Dirt.ANONYMISED, len(pool) - 1, index))


@cache
def _supplier_ids() -> tuple[str, ...]:
    ids = build_suppliers().business_ids
    broken = tuple(break_business_id(business_id) for business_id in ids)
    accounts = tuple(make_account_number(number) for number in range(len(ids)))
    return (*ids, *broken, *accounts)


def _supplier_id(batch: Batch) -> Pooled:
    """Three blocks of all suppliers: right ids, ids with a wrong check digit, bank accounts."""
    pool = _supplier_ids()
    block = np.where(batch.dirt == Dirt.INVALID_ID, 1, np.where(batch.dirt == Dirt.IBAN, 2, 0))
    return Pooled(pool, block * (len(pool) // 3) + batch.supplier)


def _account(batch: Batch, texts: tuple[str, ...]) -> Pooled:
    return Pooled(texts, batch.account)


def _vat_rate(batch: Batch) -> Ints:
    year = batch.segment.year
    risen = batch.day >= VAT_RISE if year == 2024 else np.full(len(batch.day), year > 2024)
    return np.where(risen, 1, 0).astype(np.int64)


def _vat(batch: Batch) -> Ints:
    rate = np.array(VAT_PER_MILLE, np.int64)[_vat_rate(batch)]
    return np.sign(batch.cents) * ((np.abs(batch.cents) * rate + 500) // 1000)


def _money(cents: Ints, batch: Batch) -> Money:
    return Money(cents, batch.dirt == Dirt.UNREADABLE_AMOUNT)


def _readable(cents: Ints) -> Money:
    return Money(cents, np.zeros(len(cents), np.bool_))


ROLES: dict[str, Callable[[Batch], Cells]] = {
    "": lambda _: "",
    "city_code": lambda batch: _city(batch).code,
    "city_name": lambda batch: _city(batch).name,
    "city_full_name": lambda batch: f"{_city(batch).genitive} kaupunki",
    "city_id": lambda batch: _city(batch).business_id,
    "buyer_name": _buyer_name,
    "buyer_id": partial(_buyer, attribute="business_id"),
    "parent_name": partial(_buyer, attribute="parent"),
    "parent_id": _parent_id,
    "sector": partial(_buyer, attribute="sector"),
    "unit_code": lambda batch: Pooled(unit_codes(), batch.unit),
    "unit_name": lambda batch: Pooled(unit_names(), batch.unit),
    "unit_name_gaps": _unit_gaps,
    "cost_centre_code": lambda batch: Pooled(tuple(f"{code}0" for code in unit_codes()), batch.unit),
    "cost_centre_name": lambda batch: Pooled(tuple(f"{n}, yhteiset" for n in unit_names()), batch.unit),
    "voucher": lambda batch: Numbers(batch.voucher),
    "account_code": partial(_account, texts=tuple(account.code for account in ACCOUNTS)),
    "account_code6": partial(_account, texts=tuple(f"{account.code}00" for account in ACCOUNTS)),
    "account_name": partial(_account, texts=tuple(account.name for account in ACCOUNTS)),
    "account_group_code": partial(_account, texts=tuple(account.group for account in ACCOUNTS)),
    "account_group_name": partial(_account, texts=tuple(GROUP_NAMES[a.group] for a in ACCOUNTS)),
    "supplier_name": _supplier_name,
    "supplier_id": _supplier_id,
    "supplier_number": lambda batch: Numbers(batch.supplier + VENDOR_BASE),
    "country": lambda batch: Pooled(build_suppliers().countries, batch.supplier),
    "amount": lambda batch: _money(batch.cents, batch),
    "vat": lambda batch: _readable(_vat(batch)),
    "gross": lambda batch: _readable(batch.cents + _vat(batch)),
    "vat_code": lambda batch: Pooled(VAT_CODES, _vat_rate(batch)),
}
"""Role -> how its cells are made, but for dates, which need the layout's format."""
