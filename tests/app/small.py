"""The purchases of the small site: enough for every panel to have something to show, few enough to add up by hand."""

from __future__ import annotations

from tests.data.handmade import (
    ESPOO,
    HELSINKI,
    NOBODY,
    OULU,
    SECOND,
    TAMPERE,
    THIRD,
    TURKU,
    VANTAA,
    Row,
    purchase,
    whole_year,
)

HARD = ("9000005-4", '=SUM(A1) "Å", Öy')
"""A name that is a formula, has quotes, a comma and letters beyond ASCII."""
SMALL = ("9000006-2", "Delta Oy")


def small_facts() -> list[Row]:
    """Four companies and a nobody; Helsinki and Turku by whole years, Espoo for some months only."""
    return [
        *whole_year(HELSINKI, 2022, 1_200_000),
        *whole_year(HELSINKI, 2023, 1_500_000),
        *whole_year(HELSINKI, 2024, 900_000, SECOND),
        *whole_year(TURKU, 2023, 240_000, SECOND),
        *whole_year(TURKU, 2024, 480_000, THIRD),
        purchase(ESPOO, 2024, 3, "1000.10", HARD, account_group_code="45"),
        purchase(ESPOO, 2024, 4, "-0.10", HARD, account_group_code="45"),
        purchase(VANTAA, 2024, 5, "70000.00", NOBODY, account_group_code=None),
        purchase(TAMPERE, 2024, 6, "33.33", SMALL, account_group_code=None),
        purchase(OULU, 2024, 7, "33.33", SMALL, account_group_code="49"),
    ]
