"""Business ids (Y-tunnus), legal forms and kinds of supplier, by rules that can be read here."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

from etl.tidy.text import fold_spaces

CACHED_NAMES = 100_000
LEGAL_FORM = re.compile(
    r"^(oy|ab)\s|[\s,(](oyj?|abp?|ky|kb|ay|r\.?y|r\.?f|osk|osuuskunta|andelslag|ltd|limited|inc|gmbh|llc|plc|sarl|a/s|aps)"
    r"[\s.,)]*$",
    re.IGNORECASE,
)
"""Forms that no surname is, where a form stands: at the end, or `Oy` and `Ab` at the start."""
SHORT_FORM = re.compile(
    r"\S+\s+\S+\s+(bv|b\.v\.?|as|sa|s\.a\.?|srl|spa|oü|sia|uab|se|corp|co|sr)[\s.]*$", re.IGNORECASE
)
"""Foreign forms that may be a surname, so at least two words must stand before them."""
PUBLIC_BODY = re.compile(
    r"^[\w-]+n (kaupunki|kunta|hyvinvointialue|seurakunta|yliopisto|ammattikorkeakoulu)$"
    r"|\w{2}(säätiö|stiftelse|stiftelsen|yhdistys|seura|liitto|seurakunta|seurakuntayhtymä|kuntayhtymä|hyvinvointialue"
    r"|yliopisto|ammattikorkeakoulu|opisto|virasto|laitos|keskus|ministeriö|hallinto)$|^(poliisi|kela)$",
    re.IGNORECASE,
)
"""Associations and public bodies: a compound at the end, or a place and what it is."""
SOLE_TRADER = re.compile(
    r"(?<![^\W_])(t[.: -]{0,2}mi|tm:i|toiminimi|f:ma|enskild (firma|näringsidkare)|elink(einon)?\.? ?harj(oittaja)?"
    r"|ammatinharjoittaja|amm\.? ?harj)(?![^\W_])",
    re.IGNORECASE,
)
FIRM = re.compile(r"^(firma|fma)\s|\b(yrittäjä|företagare)\b", re.IGNORECASE)
"""What a sole trader's name may hold, and a company's too: that one has its form behind."""
ANONYMISED = re.compile(r"anonym|yksityishenkil|henkilötie|salattu|poistettu", re.IGNORECASE)


@lru_cache(maxsize=CACHED_NAMES)
def normalise_business_id(text: str) -> str | None:
    """A Finnish business id in the form `1234567-8`, None for anything whose check digit is wrong.

    Bank accounts and internal numbers stand in this column of some files, so whatever is not a business
    id is dropped. Also takes a Finnish VAT number and an id without its hyphen or leading zero.
    Rule: Finnish Tax Administration's check digit, as in python-stdnum.

    >>> normalise_business_id("FI02048198"), normalise_business_id("204819-8")
    ('0204819-8', '0204819-8')
    >>> normalise_business_id("0204819-7"), normalise_business_id("FI2112345600000785")
    (None, None)
    """
    match = re.fullmatch(r"(?:FI)?\s*([0-9]{6,7})\s*[-–]?\s*([0-9])", text.strip().upper())
    if not match or not int(match[1]):  # zeros have a right check digit, and stand for "none"
        return None
    number = f"{match[1].zfill(7)}{match[2]}"
    try:
        ytunnus.validate(number)
    except ValidationError:
        return None
    return f"{number[:7]}-{number[7]}"


@lru_cache(maxsize=CACHED_NAMES)
def is_sole_trader(name: str) -> bool:
    """Whether a name says that it is a person's trade name; 6Aika's guide leaves those out.

    >>> [is_sole_trader(n) for n in ("Tmi Maija Mallikas", "Mallikas T.mi", "TMI_MALLI", "Firma Mallikas")]
    [True, True, True, True]
    >>> [is_sole_trader(n) for n in ("Tmiehet Oy", "Firma Malli Oy", "Matti Millin Kone Oy")]
    [False, False, False]
    """
    plain = unicodedata.normalize("NFKC", name)
    return bool(SOLE_TRADER.search(plain)) or bool(FIRM.search(plain) and not LEGAL_FORM.search(plain))


def is_anonymised(name: str) -> bool:
    """Whether the city has put a word in place of a name."""
    return bool(ANONYMISED.search(name))


@lru_cache(maxsize=CACHED_NAMES)
def names_organisation(name: str) -> bool:
    """Whether a name carries a legal form or a word of a public body, so that it is no private person's.

    >>> names_organisation("Mallilan Kone Oy"), names_organisation("Turun kaupunki")
    (True, True)
    >>> [names_organisation(name) for name in ("Virtanen Maija", "Kela Matti", "Virtanen Sia", "Seura Maija")]
    [False, False, False, False]
    """
    return has_legal_form(name) or any(rule.search(name.strip()) for rule in (SHORT_FORM, PUBLIC_BODY))


def has_legal_form(name: str) -> bool:
    """Whether a name carries a form that no surname is.

    >>> has_legal_form("Mallilan Kone Oy"), has_legal_form("Anna Maria Sia")
    (True, False)
    """
    return bool(LEGAL_FORM.search(name.strip()))


@lru_cache(maxsize=CACHED_NAMES)
def clean_supplier_name(text: str) -> str | None:
    """A supplier's name as published, spaces folded; None where the city has anonymised it."""
    name = fold_spaces(text)
    return None if name is None or is_anonymised(name) else name
