"""Names and codes as text: white space folded, nothing else changed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

EMPTY_MARKS = frozenset({"", "-", ".", "n/a", "na", "null", "none", "#n/a", "tyhjä"})

LONGEST_MARK = 5
FOLDED = r"^[!-~À-ÿ]+( [!-~À-ÿ]+)*$"
CODE = r"^[0-9A-Za-z/_-]+$"


@lru_cache(maxsize=100_000)
def fold_spaces(text: str) -> str | None:
    r"""One space between words, none around, composed letters; None for what stands for nothing.

    >>> fold_spaces("  Mallilan\u00a0 Kone \n Oy "), fold_spaces("n/a")
    ('Mallilan Kone Oy', None)
    """
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    return None if folded.casefold() in EMPTY_MARKS else folded


def is_folded(texts: pa.Array) -> pa.Array:
    """Mask of texts that `fold_spaces` surely leaves as they are: longer than any mark, no odd letter or space."""
    return pc.and_(pc.greater(pc.utf8_length(texts), LONGEST_MARK), pc.match_substring_regex(texts, FOLDED))


def is_clean_code(texts: pa.Array) -> pa.Array:
    """Mask of texts that `clean_code` surely leaves as they are."""
    return pc.and_(pc.greater(pc.utf8_length(texts), LONGEST_MARK), pc.match_substring_regex(texts, CODE))


@lru_cache(maxsize=100_000)
def clean_code(text: str) -> str | None:
    """A code: as folded text, and without the `.0` that a spreadsheet adds.

    >>> clean_code("4340.0"), clean_code("0434"), clean_code(" ")
    ('4340', '0434', None)
    """
    folded = fold_spaces(text)
    return re.sub(r"^(\d+)[.,]0+$", r"\1", folded) if folded else None
