"""Concepts of the EU's authority tables: their addresses and names, as kept in `vocabulary.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("vocabulary.yml")
AUTHORITY = "http://publications.europa.eu/resource/authority/"

TABLES = {
    "access-right": "Access right",
    "country": "Country",
    "data-theme": "Data theme",
    "distribution-status": "Distribution status",
    "file-type": "File type",
    "frequency": "Frequency",
    "language": "Language",
    "licence": "Licence",
    "place": "Place",
    "planned-availability": "Planned availability",
}
"""The tables' own names."""
COUNTRY = "FIN"
PLACES = {
    "091": "FIN_HEL", "049": "FIN_ESP", "092": "FIN_VAT", "837": "FIN_TMP", "853": "FIN_TKU", "564": "FIN_OUL",
}  # fmt: skip
"""Municipality code -> code of the EU's table of places."""
LANGUAGES = {"fi": "FIN", "sv": "SWE", "en": "ENG"}
"""Language of ours -> code of the EU's table of languages."""
LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/": "CC_BY_4_0",
    "https://creativecommons.org/licenses/by-sa/4.0/": "CC_BYSA_4_0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0",
}
"""A licence's own address -> code of the EU's table of licences."""


@cache
def load_vocabulary() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Table -> code -> name by language, read once."""
    tables: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tables


def address(table: str, code: str) -> str:
    """The address of a concept.

    >>> address("data-theme", "ECON")
    'http://publications.europa.eu/resource/authority/data-theme/ECON'
    """
    return f"{AUTHORITY}{table}/{code}"


def names(table: str, code: str) -> Mapping[str, str]:
    """The names of a concept by language; its code where the list kept here lacks it.

    >>> names("place", "FIN_TKU")["sv"]
    'Åbo'
    """
    return load_vocabulary().get(table, {}).get(code, {"en": code})
