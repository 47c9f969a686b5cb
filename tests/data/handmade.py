"""Releases of a few purchases that a test writes down by itself, so that every sum can be added up by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dashboard.package import Package, open_package
from tests.fixtures import release

SOURCE_OF = dict(zip(release.CITIES, release.SOURCES, strict=True))
HELSINKI, ESPOO, VANTAA, TAMPERE, TURKU, OULU = release.CITIES
FIRST, SECOND, THIRD = ("9000001-1", "Alfa Oy"), ("9000003-8", "Beeta Ab"), ("9000004-6", "Gamma <b>&</b> Pojat")
NOBODY = (None, None)

Row = dict[str, Any]


def purchase(
    city: str, year: int, month: int, amount: str, company: tuple[str | None, str | None] = FIRST, **more: Any
) -> Row:
    """One row of `purchases`; its number in its file is set by `write_facts`."""
    value = Decimal(amount)
    return {
        "snapshot_id": f"purchases-{SOURCE_OF[city]}-{year}",
        "rule_code": f"purchases-{SOURCE_OF[city]}",
        "city_code": city,
        "purchase_year": year,
        "purchase_month": month,
        "observation_code": "invoice_row",
        "posting_date": dt.date(year, month, 15),
        "account_group_code": "43",
        "supplier_business_id": company[0],
        "supplier_name": company[1],
        "amount_eur": value,
        "amount_basis_code": "net",
        "is_credit_note": value < 0,
    } | more


def whole_year(city: str, year: int, total: int, company: tuple[str | None, str | None] = FIRST) -> list[Row]:
    """Twelve rows, one a month, that add up to `total` euros."""
    share = total // 12
    amounts = [share] * 11 + [total - 11 * share]
    return [purchase(city, year, month, str(amount), company) for month, amount in enumerate(amounts, start=1)]


def write_facts(
    folder: Path, facts: list[Row], *, sample: bool = True, tables: Mapping[str, list[Row]] | None = None
) -> Path:
    """Write a release of these purchases, and of `tables`, below `folder` (a `data_dir`); gives its folder."""
    numbered = [{"row_number": number, **row} for number, row in enumerate(facts, start=1)]
    known = tuple(
        dict.fromkeys((row["supplier_business_id"], row["supplier_name"]) for row in facts if row["supplier_name"])
    )
    with patch.object(release, "purchases", lambda _: numbered), patch.object(release, "COMPANIES", known):
        return release.write_release(folder, sample=sample, tables=tables)


def open_facts(folder: Path, facts: list[Row]) -> Package:
    """The release of these purchases, opened."""
    return open_package(write_facts(folder, facts))
