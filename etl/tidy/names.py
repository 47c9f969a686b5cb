"""When two names of organisations are near enough to be one: what is compared, and how near they are.

A name is compared by its words without legal form; what stands behind a slash or `c/o` says who is paid and is left
out. Letters keep å, ä and ö, which are letters of their own: Åbo is not Abo, and no translation is tried (Åbo, Turku).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

CUT_AT = 30
"""Some ledgers keep so many characters of a name; the last may be a space that was folded away."""
CUT_LEAST = 20
"""A cut name is compared only if so many letters are left of it."""
CUT_SCORE = 95.0
"""What a cut name scores with a name that goes on where it was cut: surely near, not surely equal."""
FORMS = {
    "limited": "oy oyj ab abp osakeyhtiö aktiebolag publ",
    "partnership": "ky kb kommandiittiyhtiö kommanditbolag",
    "open_partnership": "ay öb",
    "association": "ry rf",
    "cooperative": "osk osuuskunta andelslag anl",
    "foundation": "sr",
    "british": "ltd limited plc llp",
    "american": "inc llc corp",
    **{form: form for form in ("a_s", "gmbh", "bv", "sarl", "aps", "oü", "uab", "sia", "spa", "srl")},
    "bankrupt": "konkurssipesä konkurssi konkursbo kp",
}
"""Legal forms by class; a bankrupt's estate, which has an id of its own, counts as one."""
CLASS_OF_FORM = {form: name for name, forms in FORMS.items() for form in forms.split()}
SPELT_OUT = (
    (re.compile(r"\b([a-zåäö])\.\s?([a-zåäö])\.(\s?([a-zåäö])\.)?(?=\W|$)"), r"\1\2\4"),
    (re.compile(r"\ba/s\b"), "a_s"),
    (re.compile(r"\b(as\.?|asunto-?) ?oy\b"), "asunto oy"),
    (re.compile(r"\b(koy|kiint\.? oy|kiinteistö-?oy)\b"), "kiinteistö oy"),
    (re.compile(r"\bkonkurss?\w*( ?pesä)?\b"), "konkurssipesä"),
    (re.compile(r"&|\+"), " ja "),
)
"""Ways of writing the same: `r.y.`, `As Oy`, `Kiint. Oy`, `&`."""
PAYEE = re.compile(r"\s*(/|\bc/o\b).*$")
FLAG = re.compile(r"\s*\([^()]*\)?\s*$")
KEPT = frozenset("åäö")
PLAIN = re.compile(r"[\x00-\x7fåäö]*")
MARKS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True)
class NameKey:
    """What of a name is compared."""

    words: tuple[str, ...]
    """Its words without legal forms, in their order."""
    forms: frozenset[str]
    """Classes of the legal forms in it."""
    core: str
    """The words, no spaces between."""
    whole: str
    """The same with the forms, as a cut may have fallen into one."""
    is_cut: bool

    @property
    def numbers(self) -> tuple[str, ...]:
        """Digits in it: housing company 1 is not housing company 2."""
        return tuple(re.findall(r"\d+", self.core))


@lru_cache(maxsize=1 << 18)
def name_key(name: str) -> NameKey:
    """The key of a name as published.

    >>> key = name_key("As. Oy Mallilan Kone-Huolto, r.y./Laskutus (R)")
    >>> key.words, sorted(key.forms), key.core
    (('asunto', 'mallilan', 'kone', 'huolto'), ['association', 'limited'], 'asuntomallilankonehuolto')
    >>> name_key("Äänekosken Café Zürich Ab").words, name_key("Oy Ab").words
    (('äänekosken', 'cafe', 'zurich'), ('oy', 'ab'))
    """
    folded = fold_letters(name)
    for pattern, spelt in SPELT_OUT:
        folded = pattern.sub(spelt, folded)
    paid = FLAG.sub("", _without_payee(folded)) or folded
    words = re.findall(r"\w+", paid)
    forms = _forms(paid)
    bare = tuple(word for word in words if word not in CLASS_OF_FORM) or tuple(words)
    is_cut = len(name.strip()) in (CUT_AT - 1, CUT_AT) and paid == folded
    return NameKey(bare, forms, "".join(bare), "".join(words), is_cut)


def _without_payee(folded: str) -> str:
    """What stands before the slash; all of it where only what stands behind has a form, as a factor's client has."""
    found = PAYEE.search(folded)
    if found is None or not (named := folded[: found.start()].strip()):
        return folded
    return folded if _forms(found[0]) and not _forms(named) else named


def _forms(folded: str) -> frozenset[str]:
    return frozenset(CLASS_OF_FORM[word] for word in re.findall(r"\w+", folded) if word in CLASS_OF_FORM)


def fold_letters(name: str) -> str:
    """Small letters; marks go, but for those of å, ä and ö.

    >>> fold_letters("ÅKÉ Öl Škoda")
    'åke öl skoda'
    """
    folded = unicodedata.normalize("NFC", name.casefold())
    if PLAIN.fullmatch(folded):
        return folded
    return "".join(
        letter if letter in KEPT else MARKS.sub("", unicodedata.normalize("NFKD", letter)) for letter in folded
    )


def score_names(one: str, other: str) -> float:
    """How near two names are, 0 to 100: 100 where they differ only in form, order, case and punctuation.

    Words that both have are set aside, and what is left is compared letter by letter (rapidfuzz's ratio): so Oulun
    and Turun ammattikorkeakoulu are far apart, however long the word that they share. Names of conflicting legal
    forms, or with other numbers in them, score 0.

    >>> score_names("Mallilan Kone Oy", "MALLILAN KONE"), score_names("PA-RI Materia Oy", "Pari-Materia Oy")
    (100.0, 100.0)
    >>> score_names("Mallilan Kone Oy", "Mallilan Kone Ky"), score_names("As Oy Malli 1", "As Oy Malli 2")
    (0.0, 0.0)
    >>> round(score_names("Oulun Ammattikorkeakoulu Oy", "Turun ammattikorkeakoulu Oy"))
    60
    >>> round(score_names("Mallilan Musiikkiopiston", "Mallilan musiikkiopisto"))
    97
    >>> score_names("LÄHITAPIOLA KESKINÄINEN VAKUUT", "Lähitapiola keskinäinen vakuutusyhtiö")
    95.0
    """
    return score_keys(name_key(one), name_key(other))


def score_keys(one: NameKey, other: NameKey) -> float:
    """`score_names` of two keys."""
    if _conflict(one.forms, other.forms):
        return 0.0
    if _goes_on(one, other) or _goes_on(other, one):
        return 100.0 if one.core == other.core else CUT_SCORE
    if one.numbers != other.numbers:
        return 0.0
    if one.core == other.core or sorted(one.words) == sorted(other.words):
        return 100.0
    shared = set(one.words) & set(other.words)
    rests = ["".join(word for word in key.words if word not in shared) for key in (one, other)]
    return float(fuzz.ratio(*rests)) if all(rests) else 0.0


def _conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether no one body has both. A bankrupt's estate is never its company."""
    return (bool(one and other) and not one & other) or ("bankrupt" in one) != ("bankrupt" in other)


def _goes_on(cut: NameKey, other: NameKey) -> bool:
    """Whether `other` goes on where `cut` was cut."""
    return cut.is_cut and len(cut.whole) >= CUT_LEAST and other.whole.startswith(cut.whole)
