"""The declared rules that say what kind of body a company is (`kinds.yml`), in order: the first that holds decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter, ValidationError, field_validator, model_validator

from etl.declare import Declared, Pattern, Text
from etl.errors import DeclarationError

RULES = Path(__file__).with_name("kinds.yml")
KINDS = ("company", "association", "public_body", "foreign", "unknown")


class KindRule(Declared):
    """One rule: what is tested, and the kind of what passes."""

    code: str
    test: Literal["city_id", "buyer_id", "country", "name", "withheld", "any"]
    pattern: Pattern | None = None
    kind: Literal["company", "association", "public_body", "foreign", "unknown"]
    reason: Text

    @field_validator("pattern", mode="before")
    @classmethod
    def _joined(cls, pattern: str | None) -> str | None:
        """A folded YAML text has a space where its line broke: only those after a bar go."""
        return pattern.replace("| ", "|") if isinstance(pattern, str) else pattern

    @model_validator(mode="after")
    def _pattern_where_one_is_tested(self) -> KindRule:
        if (self.pattern is not None) != (self.test in ("name", "country")):
            raise ValueError(f"rule {self.code}: a pattern belongs to name and country, and to no other test")
        return self


@cache
def read_rules(path: Path = RULES) -> tuple[KindRule, ...]:
    """The rules in their order. Raises DeclarationError where the file breaks the model or has no last resort."""
    try:
        rules = TypeAdapter(tuple[KindRule, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise DeclarationError(f"{path.name}: {error}") from error
    codes = [rule.code for rule in rules]
    if len(set(codes)) != len(codes) or not rules or rules[-1].test != "any":
        raise DeclarationError(f"{path.name}: codes must be unique, and the last rule must hold for any company")
    return rules


def order_of(rules: Sequence[KindRule], test: str) -> int | None:
    """The place of the first rule with that test."""
    return next((place for place, rule in enumerate(rules) if rule.test == test), None)


def order_of_text(rules: Sequence[KindRule], test: str, text: str) -> int | None:
    """The place of the first rule with that test whose pattern the text holds.

    >>> rules = read_rules()
    >>> names = ("Mallilan Kone Oy", "Mallilan Kone ry", "Mallilan kaupunki", "Malli Ltd", "Malli")
    >>> [place is not None and rules[place].kind for place in (order_of_text(rules, "name", n) for n in names)]
    ['company', 'association', 'public_body', 'foreign', False]
    """
    for place, rule in enumerate(rules):
        if rule.test == test and rule.pattern and re.search(rule.pattern, text, re.IGNORECASE):
            return place
    return None
