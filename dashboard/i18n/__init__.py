"""The three languages: texts from gettext catalogues, numbers, money and dates by babel."""

from dashboard.i18n.catalogue import DEFAULT_LANGUAGE, LANGUAGES, Translator, translator
from dashboard.i18n.formats import DOT, Formats, formats

__all__ = ["DEFAULT_LANGUAGE", "DOT", "LANGUAGES", "Formats", "Translator", "formats", "translator"]
