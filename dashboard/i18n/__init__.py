"""The three languages: texts from gettext catalogues, numbers, money and dates by babel."""

from dashboard.i18n.catalogue import LANGUAGES, Translator, translator
from dashboard.i18n.formats import Formats

__all__ = ["LANGUAGES", "Formats", "Translator", "translator"]
