"""Service requests of Helsinki in Open311 GeoReport v2: JSON of the newer years, CSV of the older ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from etl.sample import persons
from etl.sample.market import make_rng
from etl.sample.plan import YEARS
from etl.sample.topic import Drawn, Topic

DATASET = "helsingin-kaupungin-palautteet"
SERVICES = (
    ("171", "Potholes", "Katujen kunto ja liikenne"),
    ("198", "Traffic signs", "Katujen kunto ja liikenne"),
    ("246", "Sanitation violation", "Puhtaanapito"),
    ("172", "Vandalism", "Puhtaanapito"),
    ("174", "Parks", "Metsät ja puistot"),
    ("180", "Other issue to be fixed", "Muut korjattavat asiat"),
    ("584", "", ""),
)
"""Code, name and group as a real extract has them; some codes have no name there."""
JSON_FROM = 2024
ROWS_PER_REQUEST = 40
FEWEST = 60
MAX_HOURS = 400
OPEN_EVERY, DETAILED_EVERY = 9, 5
HEADER = ("service_request_id", "service_code", "service_name", "service_group", "status", "detailed_status",
          "status_notes", "description", "agency_responsible", "requested_datetime", "updated_datetime",
          "expected_datetime", "address", "zipcode", "email", "phone", "lat", "lon", "media_url")  # fmt: skip


def plan_requests(rows: int) -> Iterator[Topic]:
    """One file a year; `rows` is how many purchase rows are asked for."""
    count = max(rows // ROWS_PER_REQUEST, FEWEST)
    for year in YEARS:
        kind = "JSON" if year >= JSON_FROM else "CSV"
        yield Topic(
            "hri", DATASET, f"palautteet_{year}", kind, year, f"Palautteet {year}", "requested_datetime",
            partial(_draw, year, kind, count), HEADER, ",",
        )  # fmt: skip


def _draw(year: int, kind: str, count: int, seed: int) -> Drawn:
    good = [_request(year, number, seed) for number in range(count)]
    records = good + _odd(good[0], year)
    planted = {
        "ROWS": count + 3,
        "blank_row": 1,
        "no_request_date": 2,
        "duplicate_request": 1,
        "STATUS": 1,
        "BACKWARDS": 1,
        "NO_UPDATE": 1,
    }
    if kind == "JSON":
        objects: list[Any] = [_nested(record) if record else {} for record in records]
        return Drawn([*objects, "loppu"], planted | {"not_an_object": 1})
    cells = [[record.get(name, "") for name in HEADER] for record in records]
    total = ["Yhteensä", str(count), *[""] * (len(HEADER) - 2)]
    return Drawn([*cells, total], planted | {"total_row": 1})


def _request(year: int, number: int, seed: int) -> dict[str, str]:
    rng = make_rng(seed, DATASET, year, number)
    code, name, group = SERVICES[int(rng.integers(0, len(SERVICES)))]
    start = dt.datetime(year, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=int(rng.integers(0, 365 * 24 * 60 - 1)))
    hours = int(rng.integers(1, MAX_HOURS * 60)) / 60
    status = "open" if number % OPEN_EVERY == 0 else "closed"
    who = persons.full_name(number)
    return {
        "service_request_id": f"{year}x{number:06d}",
        "service_code": code,
        "service_name": name,
        "service_group": group,
        "status": status,
        "detailed_status": "PROCESSED" if number % DETAILED_EVERY else "IN_PROCESS",
        "status_notes": f"Kiitos palautteesta, {who}!",
        "description": f"{who}, {persons.address(number)}, puh. {persons.phone(number)}: kuoppa tiessä",
        "agency_responsible": "Näytevirasto",
        "requested_datetime": _stamp(start),
        "updated_datetime": _stamp(start + dt.timedelta(hours=hours)),
        "expected_datetime": _stamp(start + dt.timedelta(days=14)),
        "address": persons.address(number),
        "zipcode": persons.zipcode(number),
        "email": persons.email(number),
        "phone": persons.phone(number),
        "lat": f"60.{170000 + number * 37 % 9973}",
        "lon": f"24.{930000 + number * 53 % 9973}",
        "media_url": f"https://kuvat.invalid/{year}/{number}.jpg",
    }


def _odd(first: dict[str, str], year: int) -> list[dict[str, str]]:
    """Records with something wrong; three of them are requests all the same."""
    before = f"{year - 1}-06-01T10:00:00Z"
    return [
        {},
        first,
        first | {"service_request_id": f"{year}odd1", "requested_datetime": ""},
        first | {"service_request_id": f"{year}odd2", "requested_datetime": f"{year}-02-31T10:00:00Z"},
        first | {"service_request_id": f"{year}odd3", "status": "escalated"},
        first | {"service_request_id": f"{year}odd4", "status": "closed", "updated_datetime": before},
        first | {"service_request_id": f"{year}odd5", "status": "closed", "updated_datetime": ""},
    ]  # fmt: skip


def _nested(record: dict[str, str]) -> dict[str, Any]:
    """As the JSON has it: numbers as numbers, nulls for what is empty, and Helsinki's extended attributes."""
    flat: dict[str, Any] = {
        name: value or None for name, value in record.items() if name not in ("lat", "lon", "detailed_status")
    }
    place = {"lat": float(record["lat"]), "long": float(record["lon"])}
    media = [record["media_url"]]
    more = {"title": record["description"][:20], "detailed_status": record["detailed_status"], "media_urls": media}
    return flat | place | {"extended_attributes": more}


def _stamp(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
