"""Every text of the site stands in Finnish and Swedish too, with the same places for values."""

import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import dashboard

FOLDER = Path(dashboard.__file__).parent
KEYWORDS = {"t": None}


def texts():
    found = extract_from_dir(FOLDER, [("**.py", "python")], keywords=KEYWORDS)
    return {message: f"{name}:{line}" for name, line, message, *_ in found}


def catalogue(language):
    with (FOLDER / "i18n" / language / "LC_MESSAGES" / "site.po").open("rb") as file:
        return read_po(file, locale=language)


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_texts_are_found_in_the_code():
    assert "Skip to content" in texts()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_text_is_translated(language):
    known = catalogue(language)
    missing = [
        f"{where} {text!r}"
        for text, where in texts().items()
        if not (message := known.get(text)) or message.fuzzy or not message.string
    ]
    assert not missing, f"{len(missing)} texts are not in {language}: " + "; ".join(missing[:20])


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_translation_has_the_same_places_for_values(language):
    messages = [m for m in catalogue(language) if m.id and m.string]
    assert [m.id for m in messages if places(m.id) != places(m.string)] == []
