"""The EU's codes of themes and frequencies in words, as the EU's own tables have them."""

from __future__ import annotations

import re
from unicodedata import normalize

from dashboard.i18n import LANGUAGES, Translator, translator

AUTHORITY = "http://publications.europa.eu/resource/authority"
"""Where the codes stand."""


def theme_words(t: Translator, code: str) -> str:
    """A theme of data."""
    words = {
        "AGRI": t("Agriculture, fisheries, forestry and food"),
        "ECON": t("Economy and finance"),
        "EDUC": t("Education, culture and sport"),
        "ENER": t("Energy"),
        "ENVI": t("Environment"),
        "GOVE": t("Government and public sector"),
        "HEAL": t("Health"),
        "INTR": t("International issues"),
        "JUST": t("Justice, legal system and public safety"),
        "REGI": t("Regions and cities"),
        "SOCI": t("Population and society"),
        "TECH": t("Science and technology"),
        "TRAN": t("Transport"),
    }
    return words.get(code, code)


def frequency_words(t: Translator, code: str) -> str:
    """How often new data are to be expected."""
    words = {
        "DAILY": t("daily"),
        "MONTHLY": t("monthly"),
        "QUARTERLY": t("quarterly"),
        "ANNUAL": t("yearly"),
        "IRREG": t("irregularly"),
        "AS_NEEDED": t("as needed"),
    }
    return words.get(code, code)


def theme_titles(code: str) -> dict[str, str]:
    """A theme in each language."""
    return {language: theme_words(translator(language), code) for language in LANGUAGES}


def frequency_titles(code: str) -> dict[str, str]:
    """A frequency in each language."""
    return {language: frequency_words(translator(language), code) for language in LANGUAGES}


def group_name(code: str) -> str:
    """The name of a theme's group. The national portal's groups are the same themes, named by their Finnish words, so
    that a harvester finds its own group.

    >>> group_name("SOCI"), group_name("ECON")
    ('vaesto-ja-yhteiskunta', 'talous-ja-raha-asiat')
    """
    letters = normalize("NFKD", theme_titles(code)["fi"]).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")
