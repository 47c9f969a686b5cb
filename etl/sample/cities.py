"""Who buys: the six cities with their real codes and ids, their invented units, and other buyers."""

from __future__ import annotations

from dataclasses import dataclass

DEPARTMENTS = (
    ("Kasvatus ja koulutus", False),
    ("Kulttuuri ja vapaa-aika", False),
    ("Kaupunkiympäristö", False),
    ("Tilapalvelut", False),
    ("Liikenne ja kadut", False),
    ("Konsernihallinto", False),
    ("Työllisyyspalvelut", False),
    ("Ruoka- ja siivouspalvelut", False),
    ("Sosiaali- ja terveyspalvelut", True),
    ("Pelastuslaitos", True),
)
"""Name, and whether its services left the cities (not Helsinki) on 1 January 2023."""
UNITS_PER_DEPARTMENT = 6
UNIT_COUNT = len(DEPARTMENTS) * UNITS_PER_DEPARTMENT
HEALTH_UNIT_COUNT = sum(health for _, health in DEPARTMENTS) * UNITS_PER_DEPARTMENT
PLAIN_UNIT_COUNT = UNIT_COUNT - HEALTH_UNIT_COUNT
"""Units are numbered from 0; those of health and rescue stand last."""


@dataclass(frozen=True)
class Buyer:
    """An organisation that buys. `parent` differs from `name` in the national file only."""

    key: str
    code: str
    name: str
    genitive: str
    business_id: str
    parent: str
    sector: str


def _city(key: str, code: str, name: str, genitive: str, business_id: str) -> Buyer:
    return Buyer(key, code, name, genitive, business_id, f"{genitive} kaupunki", "Kunnat")


CITIES = {
    city.key: city
    for city in (
        _city("helsinki", "091", "Helsinki", "Helsingin", "0201256-6"),
        _city("espoo", "049", "Espoo", "Espoon", "0101263-6"),
        _city("vantaa", "092", "Vantaa", "Vantaan", "0124610-9"),
        _city("tampere", "837", "Tampere", "Tampereen", "0211675-2"),
        _city("turku", "853", "Turku", "Turun", "0204819-8"),
        _city("oulu", "564", "Oulu", "Oulun", "0187690-1"),
    )
}
NATIONAL = Buyer("national", "", "", "", "", "", "")
"""Stands for the national file, whose rows name their own buyer."""
OTHER_BUYERS = (
    Buyer("ministry", "", "Esimerkkiministeriö", "", "9900001-8", "Esimerkkiministeriö", "Valtio"),
    Buyer("agency", "", "Otosvirasto", "", "9900002-6", "Esimerkkiministeriö", "Valtio"),
    Buyer("municipality", "", "Näytelän kunta", "", "9900003-4", "Näytelän kunta", "Kunnat"),
)
"""Invented buyers of the national file that are none of the six cities. Their ids pass the check digit."""
NATIONAL_BUYERS = (CITIES["helsinki"], CITIES["vantaa"], *OTHER_BUYERS)
NATIONAL_BUYERS_PER_MILLE = (250, 100, 300, 200, 150)


def unit_names() -> tuple[str, ...]:
    """The units' names; those of one department say so, with a comma, which CSV has to quote."""
    return tuple(
        f"{department}, yksikkö {number}"
        for department, _ in DEPARTMENTS
        for number in range(1, UNITS_PER_DEPARTMENT + 1)
    )


def unit_codes() -> tuple[str, ...]:
    """The units' numbers: four digits."""
    return tuple(
        str(1000 + 100 * department + 10 * number)
        for department in range(len(DEPARTMENTS))
        for number in range(1, UNITS_PER_DEPARTMENT + 1)
    )
