"""Notes of single figures are told in the reader's language, and none is lost where it has no words for one yet."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dashboard.i18n import LANGUAGES, translator
from dashboard.i18n.words import figure_note_words

FIGURES = Path(__file__).resolve().parents[2] / "data" / "reference" / "city_figures.csv"


def notes():
    with FIGURES.open(encoding="utf-8", newline="") as lines:
        return sorted({row["note"] for row in csv.DictReader(lines)} - {""})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_note_of_the_list_has_words(language):
    words = {note: figure_note_words(translator(language), note) for note in notes()}
    assert len(words) > 3
    as_it_is = [note for note, said in words.items() if said == note]
    assert as_it_is == (notes() if language == "en" else [])


def test_a_note_without_words_is_shown_as_it_is_and_says_its_language(site, client, monkeypatch):
    monkeypatch.setattr("dashboard.panels.city_themes.figure_note_words", lambda _t, note: note)
    site.forget()
    page = client.get("/fi/cities/091").text
    site.forget()
    assert '<span lang="en">more than</span>' in page
