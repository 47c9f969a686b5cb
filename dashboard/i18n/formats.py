"""Numbers, euros and dates as the reader's language writes them."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from babel import Locale, dates, lists, numbers

LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
MILLION = 1_000_000
BILLION = 1_000_000_000
CENTS_BELOW = 100
HELSINKI = dates.get_timezone("Europe/Helsinki")
DOT = "\N{NO-BREAK SPACE}· "
"""Between the parts of a line; it ends a line that breaks there and never begins one."""
MINUS = "\N{MINUS SIGN}"
"""The sign of a negative number in every language; a hyphen would be lost beside figures and at the end of a line."""
SHORT = {
    "fi": {BILLION: "mrd. €", MILLION: "milj. €", 1: "€"},
    "sv": {BILLION: "md €", MILLION: "mn €", 1: "€"},
    "en": {BILLION: "bn", MILLION: "m", 1: ""},
}


@lru_cache
def _pattern(text: str) -> numbers.NumberPattern:
    """Read once: Babel would read it again for every number."""
    return numbers.parse_pattern(text)


@lru_cache(maxsize=1 << 14)
def _written(value: float | Decimal, pattern: str, locale: Locale) -> str:
    """A number, in euros where the pattern says so, with the site's minus.

    Kept: a page writes most of its numbers in a table, in a drawing and in the drawing's narrow form.
    """
    return _signed(_pattern(pattern).apply(value, locale, currency="EUR", currency_digits=False))


@lru_cache
def formats(language: str) -> Formats:
    """The formats of `fi`, `sv` or `en`."""
    return Formats(language)


class Formats:
    """Formats values in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(LOCALES[language])

    def number(self, value: float | Decimal) -> str:
        r"""A count or number with its thousands apart.

        >>> Formats("fi").number(1234567), Formats("en").number(1234567)
        ('1\xa0234\xa0567', '1,234,567')
        """
        return _written(value, "#,##0.###", self._locale)

    def decimal(self, value: float) -> str:
        """A number with one decimal, whole or not: beside 8.1 stands 8.0.

        >>> Formats("fi").decimal(8), Formats("en").decimal(8.13)
        ('8,0', '8.1')
        """
        return _written(value, "#,##0.0", self._locale)

    def span(self, low: str, high: str) -> str:
        r"""Two written values as a range; the unit that both end with is written once, two equal ones are one value.

        >>> Formats("fi").span("29,9\xa0%", "43,5\xa0%"), Formats("en").span("29.9%", "43.5%")
        ('29,9–43,5\xa0%', '29.9–43.5%')
        >>> Formats("fi").span("950\xa0000\xa0€", "1,2\xa0milj.\xa0€"), Formats("en").span("€2.16m", "€3.32m")
        ('950\xa0000\xa0€ – 1,2\xa0milj.\xa0€', '€2.16m–€3.32m')
        """
        if low == high:
            return low
        number, unit = _split_unit(low)
        if unit and unit == _split_unit(high)[1] and not low.startswith("€"):
            return f"{number}–{high}"
        return f"{low}–{high}" if self.language == "en" or not unit else f"{low} – {high}"

    def plain(self, value: float) -> str:
        """A number with at most two decimals, for axes."""
        return _written(value, "#,##0.##", self._locale)

    def money(self, value: float | Decimal, *, cents: bool = False) -> str:
        r"""An amount in euros, whole or with cents.

        >>> Formats("fi").money(Decimal("8980000")), Formats("en").money(Decimal("12.5"), cents=True)
        ('8\xa0980\xa0000\xa0€', '€12.50')
        """
        digits = "#,##0.00" if cents else "#,##0"
        return _written(value, f"¤{digits}" if self.language == "en" else f"{digits}\xa0¤", self._locale)

    def money_short(self, value: float | Decimal) -> str:
        r"""An amount in millions or billions where it is that large, with three digits that count.

        A small amount is written to the cent, unless it is whole.

        >>> Formats("fi").money_short(8980000), Formats("sv").money_short(8980000)
        ('8,98\xa0milj.\xa0€', '8,98\xa0mn\xa0€')
        >>> Formats("en").money_short(8980000), Formats("en").money_short(950)
        ('€8.98m', '€950')
        >>> Formats("en").money_short(2.5), Formats("en").money_short(2)
        ('€2.50', '€2')
        """
        size = abs(float(value))
        # 999.9996 million reads as one billion, so the unit is chosen by the rounded value
        unit = BILLION if size >= BILLION * 0.9995 else MILLION if size >= MILLION * 0.9995 else 1
        scaled = float(value) / unit
        if unit == 1:
            digits, pattern = _euro_digits(size), "#,##0.00"
        else:
            digits = 0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2
            pattern = "#,##0." + "#" * digits
        text = _written(abs(round(scaled, digits)), pattern if digits else "#,##0", self._locale)
        sign = MINUS if float(value) < 0 else ""
        word = SHORT[self.language][unit]
        if self.language == "en":
            return _signed(f"{sign}€{text}{word}")
        return _signed(f"{sign}{text}\xa0{word.replace(' ', chr(160))}")

    def percent(self, fraction: float, digits: int = 1) -> str:
        """A share of one as a percentage."""
        pattern = "#,##0." + "0" * digits + "%" if digits else "#,##0%"
        pattern = pattern.replace("%", "\xa0%") if self.language != "en" else pattern
        return _written(fraction, pattern, self._locale)

    def percent_short(self, fraction: float) -> str:
        r"""A share of one as a percentage that has a decimal only where it needs one, for figures.

        >>> Formats("fi").percent_short(0.4), Formats("en").percent_short(0.0444)
        ('40\xa0%', '4.4%')
        """
        pattern = "#,##0.#%" if self.language == "en" else "#,##0.#\xa0%"
        return _written(fraction, pattern, self._locale)

    def part(self, fraction: float) -> str:
        r"""A share of one as a percentage with one decimal; a small one is said to be there.

        >>> Formats("en").part(0.1234), Formats("fi").part(0.0004), Formats("en").part(0)
        ('12.3%', '<\xa00,1\xa0%', '0.0%')
        """
        smallest = 0.001
        return f"<\xa0{self.percent(smallest)}" if 0 < fraction < smallest / 2 else self.percent(fraction)

    def date(self, value: dt.date) -> str:
        """A date, short but whole."""
        return dates.format_date(value, format="medium", locale=self._locale)

    def day(self, value: dt.datetime) -> str:
        """The day of a moment in Finnish time."""
        return self.date(value.astimezone(HELSINKI).date())

    def date_of(self, moment: str) -> str:
        """The day of an ISO moment, in Finnish time where it has a zone; any other text as it is.

        >>> Formats("en").date_of("2026-11-29T23:30:00Z"), Formats("en").date_of("2026-11-29")
        ('30 Nov 2026', '29 Nov 2026')
        """
        try:
            found = dt.datetime.fromisoformat(moment)
            return self.day(found) if found.tzinfo else self.date(found.date())
        except ValueError:
            return moment

    def month_of_year(self, year: int, month: int) -> str:
        """A month of a year.

        >>> Formats("fi").month_of_year(2025, 3), Formats("en").month_of_year(2025, 3)
        ('maaliskuu 2025', 'March 2025')
        """
        return dates.format_skeleton("yMMMM", dt.date(year, month, 1), locale=self._locale)

    def period(self, code: str) -> str:
        """A year, or a month by its code.

        >>> Formats("en").period("2025"), Formats("fi").period("2025-03")
        ('2025', 'maaliskuu 2025')
        """
        year, _, month = code.partition("-")
        return self.month_of_year(int(year), int(month)) if month else year

    def any_of(self, texts: Iterable[str]) -> str:
        """The texts as a choice.

        >>> Formats("fi").any_of(["59", "yli 60"]), Formats("en").any_of(["59"])
        ('59 tai yli 60', '59')
        """
        return lists.format_list(list(texts), style="or", locale=self._locale)

    def moment(self, value: dt.datetime) -> str:
        """A moment in Finnish time."""
        return dates.format_datetime(value, format="medium", tzinfo=HELSINKI, locale=self._locale)

    def month(self, number: int) -> str:
        """A month's name, by itself.

        >>> Formats("fi").month(1), Formats("en").month(12)
        ('tammikuu', 'December')
        """
        return str(dates.get_month_names("wide", "stand-alone", self._locale)[number])

    def cell(self, value: object, unit: str | None) -> str:
        """A table cell: money by its unit, numbers and dates by language, anything else as it is."""
        if value is None:
            return "–"
        if isinstance(value, bool):
            return str(value).lower()
        if unit == "period":
            return self.period(str(value))
        if unit == "EUR" and isinstance(value, int | float | Decimal):
            return self.money(value, cents=isinstance(value, Decimal) and value != int(value))
        if isinstance(value, dt.date):
            return self.date(value)
        if isinstance(value, Decimal | float):
            return self.plain(float(value))
        if isinstance(value, list | tuple):
            return ", ".join(map(str, value))
        return str(value)


def _signed(text: str) -> str:
    """A written number with the one minus of the site (U+2212), and without a sign where it is nought.

    >>> _signed("-1.5"), _signed("-€0"), _signed("-0.0%")
    ('−1.5', '€0', '0.0%')
    """
    text = text.replace("-", MINUS)
    return text if any(digit in text for digit in "123456789") else text.replace(MINUS, "")


def _split_unit(text: str) -> tuple[str, str]:
    """A written value and the unit behind it."""
    number = text.rstrip("%€" + string.ascii_letters + ".\xa0 ")
    return number, text[len(number) :]


def file_size(f: Formats, size: int) -> str:
    """The size of a file in the unit in which it is not nothing.

    >>> file_size(Formats("en"), 400), file_size(Formats("en"), 2_340_000), file_size(Formats("fi"), 2_340_000)
    ('1 kB', '2.34 MB', '2,34 Mt')
    """
    mega, kilo = ("Mt", "kt") if f.language == "fi" else ("MB", "kB")
    return f"{f.plain(size / 1e6)} {mega}" if size >= 1e6 else f"{f.plain(max(1, round(size / 1e3)))} {kilo}"


def _euro_digits(size: float) -> int:
    """Two where cents count: in a small amount that is not whole."""
    cents = round(size, 2)
    return 2 if cents < CENTS_BELOW and cents != int(cents) else 0
