"""Texts by language. The msgid is the English text, so that code reads as the page does."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from dashboard.i18n.plain import isolated

LANGUAGES = ("fi", "sv", "en")
DEFAULT_LANGUAGE = LANGUAGES[0]
"""Of whoever asks for none of them."""
FOLDER = Path(__file__).parent


@cache
def load_catalogue(language: str) -> Catalog:
    """The catalogue of a language, read once."""
    with (FOLDER / language / "LC_MESSAGES" / "site.po").open("rb") as file:
        return read_po(file, locale=language)


class Translator:
    """Gives texts in one language: `t("Rows: {n}", n=3)`; English itself needs no catalogue."""

    def __init__(self, language: str, catalogue: Catalog | None) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, text: str, /, **values: Any) -> str:
        """The text with its values put in; the English one where there is no translation."""
        message = self._catalogue.get(text) if self._catalogue else None
        found = str(message.string) if message and not message.fuzzy and message.string else text
        return found.format(**{name: _within(value) for name, value in values.items()}) if values else found


def _within(value: Any) -> Any:
    return isolated(value) if isinstance(value, str) else value


@cache
def translator(language: str) -> Translator:
    """The translator of `fi`, `sv` or `en`."""
    return Translator(language, None if language == "en" else load_catalogue(language))
