"""What public bodies, funds and sources are called in the reader's language, kept in `proper_names.yml`.

The tables hold each name once, as its source has it; pages show it in their language where it has a name there. What is
not listed is shown as published.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dashboard.i18n import LANGUAGES

FILE = Path(__file__).with_name("proper_names.yml")
BODIES = ("lead_name", "authority_name", "partner_name", "publisher", "fund_code")
"""Fields that hold the name of a body or fund; those of sources end in `SOURCE`."""
SOURCE = "source_title"
SOURCE_LANGUAGE = "source_language_code"

Names = Mapping[str, Mapping[str, str]]
"""Name as published -> language -> name."""


@cache
def load_sources() -> Names:
    """Titles of sources whose words are the site's own, read once."""
    return dict(_raw()["sources"])


@cache
def load_bodies() -> Names:
    """Public bodies and funds by each of their names, read once."""
    return {
        name: body for body in _raw()["bodies"] for name in (*(body[one] for one in LANGUAGES), *body.get("also", ()))
    }


def source_title(language: str, title: str) -> str:
    """The title of a source in a language; as published where its words are not ours.

    >>> source_title("sv", "turku.fi news 25.3.2019"), source_title("sv", "Aamuset")
    ('turku.fi, nyhet 25.3.2019', 'Aamuset')
    """
    return _name(load_sources(), language, title)


def body_name(language: str, name: str) -> str:
    """The official name of a public body or a fund in a language; as published where none is known.

    >>> body_name("sv", "Uudenmaan liitto"), body_name("fi", "City of Turku"), body_name("sv", "Metropolia Oy")
    ('Nylands förbund', 'Turun kaupunki', 'Metropolia Oy')
    """
    return _name(load_bodies(), language, name)


def is_name(field: str) -> bool:
    """Whether a field holds such names."""
    return field in BODIES or field.endswith(SOURCE)


def shown(language: str, field: str, value: Any) -> Any:
    """The value of a field as a page shows it, where it is such a name; any other value as it is."""
    if not isinstance(value, str) or not is_name(field):
        return value
    return source_title(language, value) if field.endswith(SOURCE) else body_name(language, value)


def language_of(language: str, name: str, published: str | None) -> str | None:
    """The language that a name is shown in on a page: the page's where it is another name than the published one."""
    is_other = any(_name(names, language, name) != name for names in (load_sources(), load_bodies()))
    return language if is_other else published


def named(language: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its names in a language, and with what it tells of the language of its source's title."""
    found = {field: shown(language, field, value) for field, value in row.items()}
    if SOURCE_LANGUAGE in row:
        found[SOURCE_LANGUAGE] = language_of(language, row[SOURCE], row[SOURCE_LANGUAGE])
    return found


def _name(names: Names, language: str, name: str) -> str:
    return names[name][language] if name in names else name


@cache
def _raw() -> Mapping[str, Any]:
    raw: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return raw
