"""Service units of the Service Map's shape, and services of PTV's, for the two paged APIs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from etl.sample import persons
from etl.sample.cities import CITIES
from etl.sample.companies import build_suppliers
from etl.sample.market import make_rng
from etl.sample.topic import Drawn, Topic

SERVICE_MAP, PTV = "servicemap", "ptv"
REGION = ("helsinki", "espoo", "vantaa")
KINDS = ((813, "Päiväkoti"), (815, "Peruskoulu"), (869, "Terveysasema"), (912, "Kirjasto"), (731, "Palvelutalo"))
CLASSES = (("P6.1", "Varhaiskasvatus"), ("P6.2", "Perusopetus"), ("P13", "Terveyspalvelut"), ("P8", "Kirjastot"))
TYPES = ("SELF_PRODUCED", "SELF_PRODUCED", "MUNICIPALITY", "PURCHASED_SERVICE", "VOUCHER_SERVICE", "PRIVATE_COMPANY",
         "ASSOCIATION", "UNKNOWN_PRODUCTION_METHOD")  # fmt: skip
OWN_TYPES = ("SELF_PRODUCED", "MUNICIPALITY")
PROVISIONS = (
    ("SelfProducedServices",),
    ("ProcuredServices",),
    ("SelfProducedServices", "ProcuredServices"),
    ("Other",),
)
VOUCHER_EVERY = 6
ROWS_PER_UNIT, FEWEST_UNITS = 100, 45
ROWS_PER_SERVICE, FEWEST_SERVICES = 600, 25


def plan_units(rows: int) -> Iterator[Topic]:
    """One list of the Service Map, and one of PTV for each city; `rows` is how many purchase rows are asked for."""
    units = max(rows // ROWS_PER_UNIT, FEWEST_UNITS)
    yield Topic(SERVICE_MAP, "unit", "units", "JSON", None, "Palvelupisteet", "provider_type", partial(_units, units))
    services = max(rows // ROWS_PER_SERVICE, FEWEST_SERVICES)
    for key, city in CITIES.items():
        draw = partial(_services, services, key)
        yield Topic(PTV, city.code, "services", "JSON", None, f"Palvelut {city.name}", "serviceProducers", draw)


def _units(count: int, seed: int) -> Drawn:
    units = [_unit(number, seed) for number in range(count)]
    own = units[0]
    odd: list[Any] = [
        {},
        own | {"id": 900_001, "municipality": "kauniainen"},
        own | {"id": None},
        own | {"id": 900_002, "provider_type": "SOMETHING_NEW"},
        own | {"id": 900_003, "provider_type": None},
        own | {"id": 900_004, "provider_type": "PRIVATE_COMPANY", "name": {"fi": f"Tmi {persons.full_name(3)}"},
               "organizer_name": f"Tmi {persons.full_name(3)}", "organizer_business_id": "9800001-6"},
        own | {"id": 900_005, "provider_type": "PRIVATE_COMPANY", "name": {"fi": persons.full_name(4)}},
    ]  # fmt: skip
    planted = {"ROWS": count + 4, "blank_row": 1, "other_city": 1, "no_unit_id": 1, "DOUBLE": 1, "UNSEEN": 1}
    return Drawn([*units, *odd, units[count // 2]], planted)


def _unit(number: int, seed: int) -> dict[str, Any]:
    rng = make_rng(seed, SERVICE_MAP, number)
    code, kind = KINDS[int(rng.integers(0, len(KINDS)))]
    provider = TYPES[int(rng.integers(0, len(TYPES)))]
    city = CITIES[REGION[number % len(REGION)]]
    suppliers = build_suppliers()
    company = int(rng.integers(0, 200))
    is_own = provider in OWN_TYPES
    name = f"{kind} {number}" if is_own else f"{suppliers.names[company]}"
    return {
        "id": 10_000 + number,
        "name": {"fi": name, "sv": f"{name} (sv)", "en": f"{name} (en)"},
        "municipality": city.name.casefold(),
        "provider_type": provider,
        "organizer_type": "MUNICIPALITY" if is_own else "PRIVATE_ENTERPRISE",
        "organizer_name": f"{city.genitive} kaupunki" if is_own else suppliers.names[company],
        "organizer_business_id": city.business_id if is_own else suppliers.business_ids[company],
        "contract_type": {"id": "municipal_service" if is_own else "private_service", "description": {"fi": "Näyte"}},
        "services": [{"id": code, "name": {"fi": kind, "sv": kind, "en": kind}}],
        "street_address": {"fi": persons.address(number)},
        "address_zip": persons.zipcode(number),
        "phone": persons.phone(number),
        "email": persons.email(number),
        "location": {"type": "Point", "coordinates": [24.9 + number / 99_991, 60.1 + number / 99_991]},
        "connections": [
            {
                "section_type": "PHONE_OR_EMAIL",
                "contact_person": persons.full_name(number),
                "phone": persons.phone(number),
            }
        ],
        "short_description": {"fi": f"Kysy lisää: {persons.full_name(number)}"},
        "www": {"fi": "https://palvelu.invalid/"},
    }


def _services(count: int, key: str, seed: int) -> Drawn:
    services = [_service(number, key, seed) for number in range(count)]
    return Drawn([*services, services[0], {}], {"ROWS": count, "blank_row": 1, "DOUBLE": 1})


def _service(number: int, key: str, seed: int) -> dict[str, Any]:
    rng = make_rng(seed, PTV, key, number)
    code, name = CLASSES[int(rng.integers(0, len(CLASSES)))]
    provisions = PROVISIONS[int(rng.integers(0, len(PROVISIONS)))]
    details = {
        "contactPerson": persons.full_name(number),
        "phoneNumbers": [{"number": persons.phone(number), "language": "fi"}],
        "emails": [{"value": persons.email(number), "language": "fi"}],
    }
    return {
        "id": f"{CITIES[key].code}a{number:07d}-0000-4000-8000-000000000000",
        "type": "Service",
        "fundingType": "PubliclyFunded",
        "serviceNames": [
            {"language": "sv", "value": f"{name} {number} (sv)", "type": "Name"},
            {"language": "fi", "value": f"{name} {number}", "type": "Name"},
        ],
        "serviceDescriptions": [
            {
                "language": "fi",
                "value": f"Soita {persons.full_name(number)}, {persons.phone(number)}",
                "type": "Summary",
            }
        ],
        "serviceClasses": [{"name": [{"language": "fi", "value": name}], "code": code, "uri": "http://uri.invalid"}],
        "serviceVouchersInUse": number % VOUCHER_EVERY == 0,
        "serviceProducers": [{"provisionType": provision, "organizations": []} for provision in provisions],
        "serviceChannels": [{"serviceChannel": {"name": "Näyte"}, "contactDetails": details}],
        "publishingStatus": "Published",
    }
