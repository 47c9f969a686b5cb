"""Budgets and service requests few enough to add up by hand, with every gap that a city leaves."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.fixtures.release import CITIES, Row

HELSINKI, ESPOO, VANTAA, TAMPERE, TURKU, OULU = CITIES
NAMES = {"434000": "Asiantuntijapalvelut", "450000": "Aineet", "310000": "Myyntituotot", "510000": "Verotulot"}
DIRECTIONS = {"3": "income", "4": "expenditure"}


def budget_row(
    city: str, year: int, account: str, side: str, amount: str, *, unit: str, department: str | None = None,
    internal: bool | None = None,
) -> Row:  # fmt: skip
    """One published row: a `budget` or an `actual`."""
    return {
        "snapshot_id": f"budgets-{city}-{year}-{side}",
        "rule_code": f"budgets-{city}",
        "city_code": city,
        "budget_year": year,
        "department_name": department,
        "unit_name": unit,
        "account_code": account,
        "account_name": NAMES[account] if city != TAMPERE else None,
        "direction_code": DIRECTIONS.get(account[0], "other"),
        "is_internal": internal,
        f"{side}_eur": Decimal(amount),
    }


def budgets() -> list[Row]:
    """Helsinki and Tampere publish both sides, Espoo the budget, Oulu the actual, Vantaa and Turku nothing."""
    rows = []
    for year, planned, spent in (
        (2022, ("1000", "2000"), ("1100", "1800")),
        (2023, ("1200", "2400"), ("1500", "2700")),
    ):
        for unit, budget, actual in zip(("Kirjasto", "Koulu"), planned, spent, strict=True):
            rows.append(budget_row(HELSINKI, year, "434000", "budget", budget, unit=unit))
            rows.append(budget_row(HELSINKI, year, "434000", "actual", actual, unit=unit))
        rows.append(budget_row(HELSINKI, year, "450000", "actual", "0.50", unit="Koulu"))
        rows.append(budget_row(HELSINKI, year, "310000", "budget", "-700", unit="Kirjasto"))
        rows.append(budget_row(HELSINKI, year, "510000", "actual", "9000", unit="Kirjasto"))
    for side, own, inside in (("budget", "400", "50"), ("actual", "300", "70")):
        rows.append(
            budget_row(TAMPERE, 2023, "434000", side, own, unit="Puisto", department="Ympäristö", internal=False)
        )
        rows.append(budget_row(TAMPERE, 2023, "434000", side, inside, unit="Katu", department="Väylät", internal=True))
    for department, amount in (("Sivistys", "800"), ("Hallinto", "200")):
        rows.append(budget_row(ESPOO, 2023, "434000", "budget", amount, unit=f"{department} 1", department=department))
    rows += [
        budget_row(OULU, year, "434000", "actual", amount, unit="Satama", department="Satama", internal=False)
        for year, amount in ((2022, "600"), (2023, "500"))
    ]
    return [{"row_number": number, **row} for number, row in enumerate(rows, start=1)]


def request_row(
    name: str, day: str, service: str | None, status: str | None, hours: float | None, *, file: int = 2024
) -> Row:
    """One published request of Helsinki; `hours` are those to its latest entry."""
    date = dt.date.fromisoformat(day)
    return {
        "snapshot_id": f"palautteet-{file}",
        "rule_code": "service-requests-helsinki",
        "city_code": HELSINKI,
        "service_request_id": name,
        "requested_date": date,
        "request_year": date.year,
        "request_month": date.month,
        "service_code": service,
        "service_name": {"171": "Potholes"}.get(service or ""),
        "status_code": status,
        "response_hours": hours,
        "closing_hours": hours if status == "closed" else None,
    }


def requests() -> list[Row]:
    """Seven requests, one of which stands in two files; one states no service, one has a status of its own."""
    rows = [
        request_row("a", "2023-12-01", "171", "open", 5.0, file=2023),
        request_row("a", "2023-12-01", "171", "closed", 100.0),
        request_row("b", "2024-01-10", "171", "closed", 24.0),
        request_row("c", "2024-01-11", "171", "closed", 24.5),
        request_row("d", "2024-01-12", "198", "closed", 700.0),
        request_row("e", "2024-03-01", "198", "open", 3.0),
        request_row("f", "2024-03-02", "198", None, 4.0),
        request_row("g", "2024-03-03", None, "closed", None),
    ]
    return [{"row_number": number, **row} for number, row in enumerate(rows, start=1)]


def results() -> list[Row]:
    """The same by service and month, each request once."""
    keys = (
        (2023, 12, "171", 1, 1, 0), (2024, 1, "171", 2, 2, 0), (2024, 1, "198", 1, 1, 0), (2024, 3, "198", 2, 0, 1),
        (2024, 3, "not_stated", 1, 1, 0),
    )  # fmt: skip
    return [
        {
            "city_code": HELSINKI, "request_year": year, "request_month": month, "service_code": service,
            "service_name": {"171": "Potholes"}.get(service), "requested_count": count, "closed_count": closed,
            "unknown_status_count": unknown, "response_timed_count": count, "closing_timed_count": closed,
        }
        for year, month, service, count, closed, unknown in keys
    ]  # fmt: skip


def units() -> list[Row]:
    """Helsinki's places and services, Turku's services; no other city's."""
    kinds = [(HELSINKI, "unit", code) for code in ("own", "own", "own", "unknown")]
    kinds += [(HELSINKI, "service", code) for code in ("own", "bought")]
    kinds += [(TURKU, "service", code) for code in ("own", "own", "mixed")]
    return [
        {
            "snapshot_id": f"units-{city}", "row_number": number, "rule_code": "service-units", "city_code": city,
            "observation_code": kind, "unit_id": str(number), "provider_code": code,
        }
        for number, (city, kind, code) in enumerate(kinds, start=1)
    ]  # fmt: skip


def small_tables() -> dict[str, list[Row]]:
    """The tables of the small site."""
    return {
        "budgets": budgets(),
        "service_requests": requests(),
        "service_results": results(),
        "service_units": units(),
    }
