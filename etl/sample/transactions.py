"""Draws the rows of a stretch of a file as indices into pools, so that any layout can write them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import numpy as np

from etl.sample.accounts import ACCOUNTS
from etl.sample.cities import (
    HEALTH_UNIT_COUNT,
    NATIONAL_BUYERS,
    NATIONAL_BUYERS_PER_MILLE,
    PLAIN_UNIT_COUNT,
    UNIT_COUNT,
)
from etl.sample.companies import (
    COMPANY_COUNT,
    FOREIGN_COUNT,
    PERSON_COUNT,
    SOLE_TRADER_COUNT,
    SPELLINGS,
    build_suppliers,
)
from etl.sample.days import DECEMBER_DAYS, index_of_day, pool_of_days
from etl.sample.dirt import Dirt, Ints, dirt_of_rows
from etl.sample.market import company_weights, draw_cents, draw_weighted, make_rng

HEALTH_PER_MILLE = 320
HEALTH_PER_MILLE_AFTER_REFORM = 40
REFORM_YEAR = 2023
"""On 1 January 2023 health, social and rescue services left every city but Helsinki."""
OWN_ACCOUNT_PER_MILLE = 800
"""How many of a supplier's rows go to the account of its trade."""
HOUSE_DAYS = 15
"""An invoice is dated up to so many days before it is posted."""
MONTH_SUM_FACTOR = 3
"""A month's sum holds about so many invoices."""


@dataclass(frozen=True)
class Segment:
    """Rows that are drawn together: `rows` rows dated `first` to `last`, numbered from `offset`."""

    buyer: str
    series: str
    first: dt.date
    last: dt.date
    rows: int
    offset: int = 0
    sums: bool = False
    """Whether rows are sums per unit, supplier, account and month: then no two have the same of all four."""
    oldest_oulu: bool = False

    @property
    def year(self) -> int:
        """The year of all its days."""
        return self.first.year


@dataclass(frozen=True)
class Batch:
    """Some rows as parallel arrays. `cents` are euro cents without VAT, all others are indices or numbers."""

    segment: Segment
    row: Ints
    dirt: Ints
    unit: Ints
    supplier: Ints
    spelling: Ints
    account: Ints
    day: Ints
    invoice_day: Ints
    cents: Ints
    voucher: Ints
    buyer: Ints

    @property
    def readable_cents(self) -> int:
        """The sum of the amounts that can be read."""
        return int(self.cents[self.dirt != Dirt.UNREADABLE_AMOUNT].sum())


def draw_batch(segment: Segment, start: int, count: int, seed: int) -> Batch:
    """Rows `start` to `start + count` of a segment; the same whatever was drawn before."""
    rng = make_rng(seed, segment.series, segment.first, segment.offset, start)
    row = np.arange(start, start + count, dtype=np.int64) + segment.offset
    phase = int(make_rng(seed, segment.series, "phase").integers(0, 1000))
    dirt = dirt_of_rows(row, phase, oldest_oulu=segment.oldest_oulu, has_days=not segment.sums)
    unit, supplier, account = (_draw_distinct if segment.sums else _draw_keys)(rng, segment, count, seed)
    supplier = _with_odd_suppliers(rng, supplier, dirt)
    day, invoice_day = _draw_days(rng, segment, dirt)
    cents = draw_cents(rng, count) * (MONTH_SUM_FACTOR if segment.sums else 1)
    running = np.cumsum(np.array(NATIONAL_BUYERS_PER_MILLE, np.int64))
    return Batch(
        segment,
        row,
        dirt,
        unit,
        supplier,
        spelling=rng.integers(0, SPELLINGS, count),
        account=account,
        day=day,
        invoice_day=invoice_day,
        cents=np.where(dirt == Dirt.CREDIT_NOTE, -cents, cents),
        voucher=_vouchers(row),
        buyer=draw_weighted(rng, running, count) % len(NATIONAL_BUYERS),
    )


def _draw_keys(rng: np.random.Generator, segment: Segment, count: int, seed: int) -> tuple[Ints, Ints, Ints]:
    reformed = segment.buyer != "helsinki" and segment.year >= REFORM_YEAR
    share = HEALTH_PER_MILLE_AFTER_REFORM if reformed else HEALTH_PER_MILLE
    is_health = rng.integers(0, 1000, count) < share
    health_unit = PLAIN_UNIT_COUNT + rng.integers(0, HEALTH_UNIT_COUNT, count)
    unit = np.where(is_health, health_unit, rng.integers(0, PLAIN_UNIT_COUNT, count))
    supplier = draw_weighted(rng, company_weights(segment.buyer, seed), count)
    own = rng.integers(0, 1000, count) < OWN_ACCOUNT_PER_MILLE
    account = np.where(own, _own_accounts()[supplier], rng.integers(0, len(ACCOUNTS), count))
    return unit.astype(np.int64), supplier, account.astype(np.int64)


def _draw_distinct(rng: np.random.Generator, segment: Segment, count: int, seed: int) -> tuple[Ints, Ints, Ints]:
    """Keys that differ from each other, in order; the last ones are uniform where Zipf's law runs dry."""
    width = COMPANY_COUNT * len(ACCOUNTS)
    keys = np.zeros(0, np.int64)
    for _ in range(8):
        if len(keys) >= count:
            break
        unit, supplier, account = _draw_keys(rng, segment, count, seed)
        keys = np.unique(np.concatenate([keys, unit * width + supplier * len(ACCOUNTS) + account]))
    if len(keys) < count:
        rest = np.setdiff1d(np.arange(UNIT_COUNT * width), keys, assume_unique=True)
        keys = np.concatenate([keys, rng.permutation(rest)[: count - len(keys)]])
    keys = np.sort(rng.permutation(keys)[:count])
    return keys // width, keys % width // len(ACCOUNTS), keys % len(ACCOUNTS)


@cache
def _own_accounts() -> Ints:
    return np.array(build_suppliers().accounts, np.int64)


def _with_odd_suppliers(rng: np.random.Generator, supplier: Ints, dirt: Ints) -> Ints:
    """Companies replaced by foreign ones, sole traders and persons where the row's dirt says so."""
    first = COMPANY_COUNT
    result = supplier.copy()
    counts = {
        Dirt.FOREIGN: FOREIGN_COUNT,
        Dirt.SOLE_TRADER: SOLE_TRADER_COUNT,
        Dirt.PERSON: PERSON_COUNT,
    }
    for kind, size in counts.items():
        result = np.where(dirt == kind, first + rng.integers(0, size, len(dirt)), result)
        first += size
    return result


def _vouchers(row: Ints) -> Ints:
    """Numbers of eight digits, two rows a voucher; the first digit (1 to 5) is the kind, a seventh are 5."""
    number = row // 2
    return (1 + number * 3 % 7 % 5) * 10**7 + number


def _draw_days(rng: np.random.Generator, segment: Segment, dirt: Ints) -> tuple[Ints, Ints]:
    """Posting days and invoice days; both of a row are odd together."""
    count, year = len(dirt), segment.year
    low, high = index_of_day(segment.first, year), index_of_day(segment.last, year)
    day = rng.integers(low, high + 1, count)
    invoice_day = np.maximum(day - rng.integers(0, HOUSE_DAYS, count), low)
    before = rng.integers(0, DECEMBER_DAYS, count)
    impossible = len(pool_of_days(year))
    for kind, odd in ((Dirt.PREVIOUS_YEAR, before), (Dirt.IMPOSSIBLE_DATE, np.full(count, impossible))):
        day, invoice_day = np.where(dirt == kind, odd, day), np.where(dirt == kind, odd, invoice_day)
    return day, invoice_day
