"""What a person has decided about a name without a business id: `data/reference/company_corrections.csv`.

A line gives the name as published, the business id of the company that it is (or `none`: no company's that has an
id), who decided that, when, and why. It goes before whatever the matching would find.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from etl.errors import DeclarationError
from etl.tidy.companies import normalise_business_id
from etl.tidy.persons import could_be_person
from etl.tidy.text import fold_spaces

FILE = "company_corrections.csv"
COLUMNS = ("name", "business_id", "reviewer", "date", "reason")
NONE = "none"


def read_corrections(path: Path) -> dict[str, str | None]:
    """Name -> its business id, or None where it is no company's. Empty where there is no file.

    Raises DeclarationError for a line that cannot be read, names nobody who decided, or could name a person.
    """
    if not path.exists():
        return {}
    found: dict[str, str | None] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise DeclarationError(f"{path.name} has other columns", expected=", ".join(COLUMNS))
        for line in reader:
            name, business_id = _read_line(line, f"{path.name}, line {reader.line_num}")
            if name in found:
                raise DeclarationError(f"{path.name}, line {reader.line_num}: {name!r} stands there twice")
            found[name] = business_id
    return found


def _read_line(line: dict[str, str], where: str) -> tuple[str, str | None]:
    if None in line or any(not (line[name] or "").strip() for name in COLUMNS):
        raise DeclarationError(f"{where}: every column must be filled", expected=", ".join(COLUMNS))
    name = fold_spaces(line["name"])
    business_id = normalise_business_id(line["business_id"])
    if business_id is None and line["business_id"].strip() != NONE:
        raise DeclarationError(f"{where}: no business id", got=line["business_id"], expected=f"a valid id, or {NONE}")
    try:
        dt.date.fromisoformat(line["date"].strip())
    except ValueError as error:
        raise DeclarationError(f"{where}: no date", got=line["date"], expected="YYYY-MM-DD") from error
    if name is None or could_be_person(name):
        raise DeclarationError(f"{where}: the name could be a person's", do="Leave it out: persons are not published.")
    return name, business_id
