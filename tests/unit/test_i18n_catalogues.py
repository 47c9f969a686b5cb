"""Every text of the site stands in Finnish and Swedish too, with the same places for values."""

import ast
import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import dashboard
import dashboard.app  # so that every error of the site is known
from dashboard.errors import ReaderError

FOLDER = Path(dashboard.__file__).parent


def all_kinds(error):
    """The errors of a kind, and of all kinds below it."""
    return [one for kind in error.__subclasses__() for one in (kind, *all_kinds(kind))]


KEYWORDS = {"t": None} | {error.__name__: None for error in all_kinds(ReaderError)}
"""What a text of the site is given to: the translator, and the errors that a reader may see."""

in_each_language = pytest.mark.parametrize("language", ["fi", "sv"])


@cache
def texts():
    found = extract_from_dir(FOLDER, [("**.py", "python")], keywords=KEYWORDS)
    return {message: f"{name}:{line}" for name, line, message, *_ in found}


@cache
def catalogue(language):
    with (FOLDER / "i18n" / language / "LC_MESSAGES" / "site.po").open("rb") as file:
        return read_po(file, locale=language)


def calls_of_t():
    """The first argument of each call of `t` or `….t`, or of an error, and where it stands."""
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                if name in KEYWORDS:
                    yield node.args[0], f"{path.relative_to(FOLDER)}:{node.lineno}"


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_each_text_is_written_out_where_it_is_used():
    unseen = [where for text, where in calls_of_t() if not isinstance(text, ast.Constant)]
    assert not unseen, f"babel cannot see a text that is computed: {unseen}"


def test_a_text_of_several_lines_is_found_whole():
    assert set(texts()) == {text.value for text, _ in calls_of_t() if isinstance(text, ast.Constant)}


@in_each_language
def test_every_text_is_translated(language):
    known = catalogue(language)
    missing = [
        f"{where} {text!r}"
        for text, where in texts().items()
        if not (message := known.get(text)) or message.fuzzy or not message.string
    ]
    assert not missing, f"{len(missing)} texts are not in {language}: " + "; ".join(missing[:20])


@in_each_language
def test_a_translation_has_the_same_places_for_values(language):
    messages = [m for m in catalogue(language) if m.id and m.string]
    assert [m.id for m in messages if places(m.id) != places(m.string)] == []


@in_each_language
def test_a_catalogue_holds_no_text_that_the_site_has_not(language):
    known = catalogue(language)
    assert [m.id for m in known if m.id and m.id not in texts()] == []
    assert list(known.obsolete) == []


@in_each_language
def test_a_catalogue_says_its_language_and_is_in_utf_8(language):
    headers = dict(catalogue(language).mime_headers)
    assert headers["Language"] == language
    assert headers["Content-Type"].lower() == "text/plain; charset=utf-8"


@in_each_language
def test_a_translation_begins_and_ends_as_its_text_does(language):
    messages = [m for m in catalogue(language) if m.id and m.string]
    assert [m.string for m in messages if m.string != m.string.strip()] == []
    assert [m.string for m in messages if m.id.endswith(".") != m.string.endswith(".")] == []
