"""Names that stand in the data in one language, and what pages call them in the others."""

import csv
import re

import pytest

from dashboard.i18n import LANGUAGES
from dashboard.proper_names import body_name, load_bodies, load_sources, named, source_title
from tests.releases import ROOT

IN_ENGLISH = re.compile(r"\b(?:news|copy|list|page|snapshot|indicator|table|versions?|printed|section|updated)\b")
AS_PUBLISHED = {
    "EU smart cities marketplace: 6Aika Strategy",
    "6aika.fi: The Six City Strategy has strengthened cooperation between cities and companies",
}


@pytest.fixture(scope="module")
def titles():
    """The titles of sources in every table kept by hand."""
    found = set()
    for path in (ROOT / "data" / "reference").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            found |= {row[name] for row in rows for name in row if name.endswith("source_title")}
    return found - {""}


def test_every_listed_title_stands_in_a_table(titles):
    assert set(load_sources()) <= titles


def test_every_name_is_there_in_each_language():
    for names in (*load_sources().values(), *load_bodies().values()):
        assert all(names[language].strip() for language in LANGUAGES)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_words_of_ours_stay_english_in_a_title(titles, language):
    shown = {source_title(language, title) for title in titles - AS_PUBLISHED}
    assert [title for title in shown if IN_ENGLISH.search(title)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_has_a_day_as_machines_write_it(titles, language):
    assert [one for one in titles if re.search(r"\d{4}-\d\d-\d\d", source_title(language, one))] == []


def test_a_body_is_known_by_its_name_in_any_language():
    for name in ("Turun kaupunki", "Åbo stad", "City of Turku"):
        assert [body_name(language, name) for language in ("fi", "sv", "en")] == [
            "Turun kaupunki", "Åbo stad", "City of Turku",
        ]  # fmt: skip


def test_only_names_of_a_row_are_changed():
    row = {"lead_name": "Oulun kaupunki", "fund_code": "EAKR", "note": "Oulun kaupunki", "amount_eur": 1}
    assert named("sv", row) == {
        "lead_name": "Uleåborgs stad", "fund_code": "ERUF", "note": "Oulun kaupunki", "amount_eur": 1,
    }  # fmt: skip
