"""A small release of everything that engines are known to take differently: what is compared, ordered, added up."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

from dashboard.package import Package, open_package
from tests.app.small_money import small_tables
from tests.data.handmade import purchase, write_facts
from tests.fixtures.release import CITIES, project_funding

KNOWN = (
    ("9000001-1", "Öljymäki Oy"), ("9000003-8", "Åkerlunds Bygg Ab"), ("9000004-6", "alfa oy"),
    ("9000005-4", "Zeta Oy"), (None, None),
)  # fmt: skip
NAMES = (
    "öljy-yhtiö Ab", "åbo Oy", "Ääkkönen Oy", "ÄÄKKÖNEN OY", "zulu Ab", "Alfa Oy", "ALFA OY", "=Laskukaava Oy",
    "100 % Oy", "a_b Oy", "back\\slash Oy", 'O\'Brien "Oy"', "emoji 🌲 Oy", "ΟΔΟΣ Ltd", "İstanbul Ab", "{curly} Oy",
    "Straße GmbH", "tab\tOy", "line\nbreak Oy", "NULL", "\\N", "Øre Ab", "Æra Ab", "a, b", " blank ", "x²y", "é",
    "e\u0301", "No 7", "", "?", "$1", "%s",
)  # fmt: skip
"""Names that are hard on folding, ordering, quoting and splitting into words; none has a business id."""
AMOUNTS = (
    "0.01", "-0.01", "0.10", "1234567890123.45", "-1234567890123.44", "-999999999.99", "19.99", "19.99", "100", "0.00",
)  # fmt: skip
MOST = "9999999999999999.97"
"""More digits than a float holds."""


def open_hard(folder: Path) -> Package:
    """The release, written below `folder`."""
    dice = random.Random(20261124)
    rows = []
    for number in range(400):
        company = dice.choice(KNOWN) if number % 3 else (None, NAMES[number // 3 % len(NAMES)])
        city, year, month = dice.choice(CITIES), dice.choice((2022, 2023, 2025)), dice.randint(1, 12)
        rows.append(
            purchase(
                city, year, month, dice.choice(AMOUNTS), company,
                account_group_code=dice.choice(("43", "45", None)),
                account_code=dice.choice(("4300", "450", "5", None)),
                posting_date=None if number % 17 == 0 else purchase(city, year, month, "1")["posting_date"],
                is_credit_note=dice.choice((True, False)),
            )
        )  # fmt: skip
    rows.append(purchase(CITIES[0], 2025, 1, MOST, (None, None), account_code="9"))
    money = {**small_tables(), "project_funding": [*project_funding(), *_funding()]}
    return open_package(write_facts(folder, rows, tables=money))


def _funding() -> list[dict[str, object]]:
    """Floats with ties, nothings, and digits that a sum in another order rounds otherwise."""
    base = {"snapshot_id": "projects-kohesio:0", "rule_code": "projects-kohesio", "currency_code": "EUR"}
    parts = (0.1, 0.2, 0.30000000000000004, 33.333333333333336, 1e-9, 50.0, 50.0, None, 100.0)
    return [
        {**base, "row_number": number, "project_code": f"A8000{number}", "is_six_city": number % 2 == 0,
         "co_financing_pct": part, "eligible_eur": Decimal(number)}
        for number, part in enumerate(parts, start=10)
    ]  # fmt: skip
