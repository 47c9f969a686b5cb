"""The terms of the site in three languages, kept in `glossary.yml`; a term explains itself where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("glossary.yml")


@dataclass(frozen=True)
class Term:
    """A term: its name and what it means, by language, and other words by which it is looked for."""

    name: Mapping[str, str]
    text: Mapping[str, str]
    also: tuple[str, ...]


@cache
def load_terms() -> Mapping[str, Term]:
    """Every term by its key, read once."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {key: Term(item["name"], item["text"], tuple(item["also"])) for key, item in raw.items()}
